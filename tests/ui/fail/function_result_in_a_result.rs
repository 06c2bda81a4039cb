use rpc_core::{Dispatcher, ErrorObject};

async fn half(n: i64) -> Result<Result<i64, String>, ErrorObject> {
    Ok(Ok(n / 2))
}

fn main() {
    drop(Dispatcher::new().method("half", half));
}
