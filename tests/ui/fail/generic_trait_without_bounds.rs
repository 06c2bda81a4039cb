use rpc_core::rpc;

#[rpc]
trait Store<K, V> {
    async fn put(&self, key: K, value: &V) -> Option<V>;
}

fn main() {}
