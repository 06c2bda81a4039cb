use rpc_core::rpc;

macro_rules! methods {
    () => {};
}

#[rpc]
trait Orders {
    methods!();

    async fn place(&self, item: String);
}

fn main() {}
