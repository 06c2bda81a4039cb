use rpc_core::rpc;

#[rpc]
trait Orders {
    #[cfg(not(windows))]
    #[rpc(name = "list")]
    async fn list(&self);

    #[cfg(unix)]
    #[rpc(name = "list")]
    async fn list_all(&self);
}

fn main() {}
