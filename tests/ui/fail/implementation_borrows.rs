use rpc_core::rpc;

#[rpc]
trait Store {
    async fn count(&self) -> u32;
}

struct Shop<'a>(&'a str);

impl Store for Shop<'_> {
    async fn count(&self) -> u32 {
        self.0.len() as u32
    }
}

fn main() {
    let text = String::from("tea");
    let server = StoreServer::new(Shop(&text));
    drop(rpc_core::memory::connect(server));
}
