use rpc_core::{Dispatcher, ErrorObject};

async fn find(key: String) -> Option<Result<u32, String>> {
    drop(key);
    None
}

fn main() {
    drop(Dispatcher::new().method("find", find));
}
