use rpc_core::rpc;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct StoreError;

type Answer<T> = Result<T, StoreError>;

#[rpc]
trait Store<T: Serialize + DeserializeOwned + Send + Sync + 'static> {
    async fn get(&self) -> Answer<T>;
    async fn find(&self) -> Option<Answer<Vec<T>>>;
    async fn all(&self) -> Vec<T>;
}

fn main() {}
