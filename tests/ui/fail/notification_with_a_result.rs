use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(notification)]
    async fn seen(&self, parcel: u32) -> bool;
}

fn main() {}
