use rpc_core::rpc;

#[rpc]
trait Clock {
    #[rpc(name = "now\n")]
    async fn now(&self);
}

fn main() {}
