use std::rc::Rc;

use rpc_core::Dispatcher;

fn main() {
    let count = Rc::new(1);
    let _ = Dispatcher::new().method("count", move || {
        let count = *count;
        async move { count }
    });
}
