use rpc_core::rpc;

#[rpc]
trait Store {
    async fn get(#[rpc(context)] &self);
}

fn main() {}
