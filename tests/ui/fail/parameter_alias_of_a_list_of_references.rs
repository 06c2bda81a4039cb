use rpc_core::rpc;

type Keys<'a> = Vec<&'a str>;

#[rpc]
trait Store {
    async fn get(&self, keys: Keys<'_>);
}

fn main() {}
