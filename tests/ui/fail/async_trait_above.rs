use std::pin::Pin;

use rpc_core::rpc;

// What `#[async_trait]` makes of `async fn place(&self, item: String);` before `#[rpc]` sees it.
#[rpc]
trait Orders {
    fn place<'life0, 'async_trait>(
        &'life0 self,
        item: String,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait;
}

fn main() {}
