use rpc_core::rpc;

#[rpc]
trait Clock {
    #[rpc(name = "now\u{200b}")]
    async fn now(&self);
}

fn main() {}
