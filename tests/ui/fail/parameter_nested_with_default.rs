use rpc_core::rpc;

#[rpc]
trait Store {
    async fn get(&self, #[rpc(default = vec!["a"])] keys: Vec<&str>);
}

fn main() {}
