use rpc_core::rpc;

#[rpc]
trait Store {
    async fn get(&self, keys: Vec<&[&str]>, other: Option<&[&str]>);
}

fn main() {}
