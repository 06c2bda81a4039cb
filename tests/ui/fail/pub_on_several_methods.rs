use rpc_core::rpc;

#[rpc]
pub trait Shop {
    pub async fn get(&self, key: String);
    pub(crate) fn put(&self, key: String);
}

fn main() {}
