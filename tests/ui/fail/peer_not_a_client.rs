use rpc_core::rpc;

trait Ui {}

#[rpc]
trait Prices {
    async fn import(&self, #[rpc(peer)] ui: &dyn Ui);
}

fn main() {}
