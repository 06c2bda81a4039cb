use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn first(&self) -> std::borrow::Cow<'_, str>;
}

fn main() {}
