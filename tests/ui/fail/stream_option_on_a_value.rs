use rpc_core::rpc;

#[rpc]
trait Journal {
    #[rpc(stream(resume))]
    async fn list(&self) -> Vec<String>;
}

fn main() {}
