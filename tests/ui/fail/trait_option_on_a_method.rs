use rpc_core::rpc;

#[rpc]
trait Shop {
    #[rpc(rename_all = "camelCase")]
    fn get(&self, key: String);
}

fn main() {}
