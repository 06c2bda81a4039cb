use std::marker::PhantomData;
use std::rc::Rc;

use rpc_core::rpc;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Item(PhantomData<Rc<()>>);

#[rpc]
trait Orders {
    async fn place(&self, item: Item);
}

fn main() {}
