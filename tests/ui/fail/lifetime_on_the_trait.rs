use rpc_core::rpc;

#[rpc]
trait Orders<'a> {
    async fn place(&self, item: &str);
}

fn main() {}
