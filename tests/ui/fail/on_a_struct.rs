use rpc_core::rpc;

#[rpc]
pub struct Orders;

fn main() {}
