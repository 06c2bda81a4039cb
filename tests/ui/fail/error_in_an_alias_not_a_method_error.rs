use rpc_core::rpc;

type IoResult<T> = Result<T, std::io::Error>;

#[rpc]
trait Orders {
    async fn place(&self) -> IoResult<u32>;
}

fn main() {}
