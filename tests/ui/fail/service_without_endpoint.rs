use rpc_core::rpc;
use rpc_http::server::serve;

#[rpc]
trait Shop {
    async fn get(&self) -> u32;
}

struct MyShop;

impl Shop for MyShop {
    async fn get(&self) -> u32 {
        1
    }
}

async fn run(listener: tokio::net::TcpListener) {
    serve(listener, ShopServer::new(MyShop)).await;
}

fn main() {
    drop(run);
}
