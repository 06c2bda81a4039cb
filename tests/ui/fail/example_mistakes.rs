use futures_util::Stream;
use rpc_core::rpc;

#[rpc(schema)]
trait Orders {
    #[rpc(example("a typo", itme = "tea", quantity = 2 => 1002))]
    async fn misspelt(&self, item: &str, quantity: u32) -> u64;
    #[rpc(example("no quantity", item = "tea" => 1002))]
    async fn missing(&self, item: &str, quantity: u32, note: Option<&str>) -> u64;
    #[rpc(example("twice", item = "tea", item = "coffee" => 1002))]
    async fn twice(&self, item: &str) -> u64;
    #[rpc(example("no result", item = "tea"))]
    async fn no_result(&self, item: &str) -> u64;
    #[rpc(notification, example(item = "tea" => 1))]
    async fn notify(&self, item: &str);
    #[rpc(example = "tea")]
    async fn no_values(&self, item: &str) -> u64;
    #[rpc(example("by position", "tea" => 1))]
    async fn by_position(&self, item: &str) -> u64;
    #[rpc(example(item = "tea"))]
    fn watch(&self, item: &str) -> impl Stream<Item = u64>;
}

fn main() {}
