use rpc_core::rpc;

#[rpc(schema)]
trait Orders {
    #[rpc(example("two teas", item = 2, quantity = 2 => 1002))]
    async fn place(&self, item: &str, quantity: u32) -> u64;
    #[rpc(example("all", => "none"))]
    async fn count(&self) -> u64;
}

fn main() {}
