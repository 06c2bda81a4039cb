use rpc_core::{Dispatcher, Service};

struct Log;

fn main() {
    let _ = Dispatcher::new().middleware(Log);
}
