use rpc_core::rpc;

#[rpc]
trait Orders {}

fn main() {}
