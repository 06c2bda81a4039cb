use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(example("two teas", item = "tea" => 1002))]
    async fn place(&self, item: &str) -> u64;
}

fn main() {}
