use rpc_core::Dispatcher;

fn main() {
    drop(Dispatcher::new().method("half", |n: i64| async move {
        if n % 2 == 0 {
            Ok(n / 2)
        } else {
            Err("odd".to_string())
        }
    }));
}
