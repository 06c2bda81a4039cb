use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(read_only, idempotent)]
    async fn list(&self) -> Vec<u64>;
    #[rpc(readonly)]
    async fn count(&self) -> u64;
}

fn main() {}
