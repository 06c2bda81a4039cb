use rpc_core::rpc;

type Outcome = std::result::Result<u32, String>;

#[rpc]
trait Store {
    async fn get(&self, key: String) -> Outcome;
}

fn main() {}
