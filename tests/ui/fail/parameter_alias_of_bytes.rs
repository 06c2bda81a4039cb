use rpc_core::rpc;

type Bytes<'a> = &'a [u8];

#[rpc]
trait Store {
    async fn say(&self, text: Bytes<'_>);
}

fn main() {}
