use rpc_core::rpc;

struct Order {
    item: String,
}

type MyResult<T> = Result<T, rpc_core::Internal>;

#[rpc]
trait Orders {
    async fn last(&self) -> MyResult<Order>;
}

fn main() {}
