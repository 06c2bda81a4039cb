use rpc_core::rpc;

#[rpc]
trait Orders {
    #[get("/orders")]
    async fn list(&self) -> u32;
    #[post("/orders")]
    async fn place(&self) -> u32;
}

fn main() {}
