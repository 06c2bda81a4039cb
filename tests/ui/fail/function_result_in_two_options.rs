use rpc_core::Dispatcher;

fn main() {
    let _ = Dispatcher::new().method("half", |n: u32| async move {
        let half: Result<u32, String> = Err("odd".to_owned());
        Some(Some(half))
    });
}
