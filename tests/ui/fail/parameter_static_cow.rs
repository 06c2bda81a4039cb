use rpc_core::rpc;

#[rpc]
trait Store {
    async fn get(&self, key: std::borrow::Cow<'static, str>);
}

fn main() {}
