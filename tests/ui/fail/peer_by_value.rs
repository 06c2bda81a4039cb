use rpc_core::{Peer, rpc};

#[rpc]
trait Ui {
    async fn ask(&self, text: &str) -> bool;
}

#[rpc]
trait Prices {
    async fn import(&self, #[rpc(peer)] ui: UiClient<Peer>);
}

fn main() {}
