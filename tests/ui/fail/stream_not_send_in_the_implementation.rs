use std::rc::Rc;

use futures_util::{Stream, StreamExt, stream};
use rpc_core::{Internal, rpc};

#[rpc]
trait Prices {
    fn watch(&self) -> impl Stream<Item = u32>;
    async fn open(&self) -> Result<impl Stream<Item = u32>, Internal>;
}

struct Shop;

impl Prices for Shop {
    fn watch(&self) -> impl Stream<Item = u32> {
        let held = Rc::new(1);
        stream::iter([1]).map(move |price| price + *held)
    }

    async fn open(&self) -> Result<impl Stream<Item = u32>, Internal> {
        let held = Rc::new(1);
        Ok(stream::iter([1]).map(move |price| price + *held))
    }
}

fn main() {}
