use rpc_core::rpc;

#[rpc(namespace = "my clock")]
trait Clock {
    async fn now(&self);
}

fn main() {}
