use rpc_core::rpc;

#[rpc]
trait Orders {
    #[rpc(blocking, cancel_on_disconnect)]
    fn place(&self);
}

fn main() {}
