use rpc_core::rpc;

#[rpc]
unsafe trait Orders {
    async fn place(&self, item: &str);
}

fn main() {}
