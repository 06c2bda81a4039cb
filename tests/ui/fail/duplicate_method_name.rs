use rpc_core::rpc;

#[rpc(rename_all = "camelCase")]
trait Orders {
    async fn list_all(&self);

    #[rpc(name = "listAll")]
    async fn everything(&self);
}

fn main() {}
