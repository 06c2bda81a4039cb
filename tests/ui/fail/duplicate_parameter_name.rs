use rpc_core::rpc;

#[rpc(rename_all = "camelCase")]
trait Orders {
    async fn place(&self, item_name: &str, #[rpc(name = "itemName")] item: &str);
}

fn main() {}
