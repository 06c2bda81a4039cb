use rpc_core::rpc;

#[rpc(namspace = "orders")]
trait Orders {
    async fn place(&mut self, item: &str);

    async fn list(&self, (from, to): (u32, u32)) -> &str;

    #[rpc(name = "place")]
    async fn order<T>(&self, item: T);
}

struct Shop;

impl Orders for Shop {
    async fn place(&mut self, _: &str) {}

    async fn list(&self, _: (u32, u32)) -> &str {
        ""
    }

    async fn order<T>(&self, _: T) {}
}

fn main() {}
