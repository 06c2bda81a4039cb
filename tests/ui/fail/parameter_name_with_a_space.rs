use rpc_core::rpc;

#[rpc]
trait Clock {
    async fn now(&self, #[rpc(name = "zone ")] zone: String);
}

fn main() {}
