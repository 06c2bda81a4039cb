use rpc_core::Dispatcher;

async fn half(n: i64) -> Result<i64, &'static str> {
    if n % 2 == 0 { Ok(n / 2) } else { Err("odd") }
}

fn main() {
    drop(Dispatcher::new().method("half", half));
}
