use rpc_core::Dispatcher;

fn main() {
    drop(Dispatcher::new().method("read", |path: String| async move {
        std::fs::read_to_string(path)
    }));
}
