use rpc_core::rpc;

#[rpc(namespace = "clock", separator = ". ")]
trait Clock {
    async fn now(&self);
}

fn main() {}
