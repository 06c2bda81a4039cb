//! The names of the macro's own type parameters are free for the user's types.

use rpc_core::{RpcError, memory, rpc};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct S {
    size: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct C(u32);

#[derive(Debug, thiserror::Error, RpcError)]
enum E {
    #[error("none")]
    #[rpc(code = 1)]
    None,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct T {
    total: u32,
}

#[rpc]
trait Shapes {
    async fn one(&self, s: S, c: &C, #[rpc(default)] more: S) -> Result<C, E>;
    async fn all(&self, s: Vec<S>, c: Option<&C>, pairs: Vec<(&str, S)>) -> Vec<S>;
    #[rpc(blocking)]
    fn whole(&self, #[rpc(flatten)] s: S) -> T;
}

struct Flat;

impl Shapes for Flat {
    async fn one(&self, s: S, c: &C, more: S) -> Result<C, E> {
        match s.size {
            0 => Err(E::None),
            size => Ok(C(size + c.0 + more.size)),
        }
    }

    async fn all(&self, s: Vec<S>, _: Option<&C>, _: Vec<(&str, S)>) -> Vec<S> {
        s
    }

    fn whole(&self, s: S) -> T {
        T { total: s.size }
    }
}

#[rpc]
trait Of<S: Serialize + serde::de::DeserializeOwned + Send + Sync + 'static> {
    async fn get(&self) -> (S, C);
}

fn main() {
    let shapes = ShapesClient::new(memory::connect(ShapesServer::new(Flat)));
    drop(shapes.one(S { size: 1 }, &C(1), S { size: 1 }));
}
