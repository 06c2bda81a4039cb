use rpc_core::rpc;

#[rpc]
trait Clock {
    #[rpc(alias = ["the time"])]
    async fn now(&self);
}

fn main() {}
