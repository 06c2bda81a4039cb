use rpc_core::rpc;

#[rpc]
trait Orders {
    async fn place<'a>(&self, item: &'a str);
}

fn main() {}
