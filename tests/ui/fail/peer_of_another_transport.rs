use rpc_core::rpc;

#[rpc]
trait Ui {
    async fn ask(&self, text: &str) -> bool;
}

#[rpc]
trait Prices {
    async fn import(&self, #[rpc(peer)] ui: &UiClient<rpc_core::BoxTransport>);
}

fn main() {}
