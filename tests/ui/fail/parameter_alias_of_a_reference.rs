use rpc_core::rpc;

type Text<'a> = &'a str;

#[rpc]
trait Store {
    async fn say(&self, text: Text<'_>);
}

fn main() {}
