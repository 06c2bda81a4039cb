use rpc_core::rpc;

#[rpc]
trait Store {
    async fn read(&self, path: Option<&std::ffi::OsStr>);
}

fn main() {}
