//! Contracts that grow: what clients leave out, what servers don't refuse, and what each kind of change means to the
//! other side.

mod early_end;
mod guide;
mod nested;
mod nulls;
mod omitted;
mod surplus;

use std::future::Future;

use rpc_core::Client;
use serde_json::Value;

use crate::scripted::Script;

/// The params that a call sends, as JSON. `None` if it sends none.
async fn sent<F: Future>(call: impl FnOnce(Client<Script>) -> F) -> Option<String> {
    let script = Script::silent();
    drop(call(script.client()).await);
    params_of(&script.sent()[0])
}

/// The params of a request, as they were written.
fn params_of(request: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Request<'a> {
        #[serde(borrow)]
        params: Option<&'a serde_json::value::RawValue>,
    }
    let request: Request = serde_json::from_str(request).unwrap();
    request.params.map(|params| params.get().to_owned())
}

/// The data of the error -32602 that answers a call.
async fn refusal(client: &Client<impl rpc_core::Transport>, method: &str, params: Value) -> String {
    match client.call::<_, Value>(method, &params).await {
        Err(rpc_core::CallError::Object(error)) if error.code() == -32602 => {
            error.data_as().unwrap()
        }
        other => panic!("{method} {params}: {other:?}"),
    }
}
