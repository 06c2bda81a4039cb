//! Calls, notifications, batches and raw messages are futures that send their message when they are first polled.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::join_all;
use http::HeaderMap;
use rpc_core::client::{BatchCall, RawCall};
use rpc_core::{BoxTransport, Call, CallError, Client, Notification, ProtocolError};

use crate::batching::Gate;
use crate::scripted::Script;
use crate::shop::*;

const SOON: Duration = Duration::from_millis(50);
const NEVER: Duration = Duration::from_secs(3600);

fn gate() -> Gate {
    Gate::new(Script::replies(r#"{"jsonrpc":"2.0","result":null,"id":1}"#))
}

fn call(client: &Client<Gate>) -> Call<Gate, (), std::convert::Infallible> {
    client.call("m", ())
}

fn client() -> Client<BoxTransport> {
    Script::new(|sent| {
        let sent: serde_json::Value = serde_json::from_slice(&sent.body).unwrap();
        let reply = serde_json::json!({"jsonrpc": "2.0", "result": null, "id": sent["id"]});
        Ok(rpc_core::transport::TransportReply::new(reply.to_string()))
    })
    .client()
    .boxed()
}

#[test]
fn calls_are_futures_to_spawn() {
    fn is_future<F: Future + Send + Unpin + 'static>() {}

    is_future::<Call<BoxTransport, u64, OrderError>>();
    is_future::<Notification<BoxTransport>>();
    is_future::<RawCall<BoxTransport>>();
    is_future::<BatchCall<BoxTransport, Vec<Notification<BoxTransport>>, Vec<Result<(), CallError>>>>(
    );
}

#[tokio::test]
async fn a_call_is_spawned_and_joined_with_others() {
    let client = client();
    tokio::spawn(client.call::<_, ()>("m", ()))
        .await
        .unwrap()
        .unwrap();

    let calls = (0..3).map(|_| client.call::<_, ()>("m", ()));
    assert!(
        join_all(calls)
            .await
            .into_iter()
            .all(|result| result.is_ok())
    );

    let orders = OrdersClient::new(client.clone());
    let (seen, raw) = tokio::join!(orders.seen("p"), client.send("1").checked());
    assert!(seen.is_ok());
    assert!(raw.is_err());
}

#[tokio::test]
async fn select_polls_a_call_by_reference_and_resumes_it() {
    let gate = gate();
    let mut call = call(&Client::from_transport(gate.clone()));
    tokio::select! {
        _ = &mut call => panic!("the reply is held back"),
        () = gate.sent(1) => {}
    }
    gate.open.add_permits(1);
    assert!(call.await.is_ok());
    assert_eq!(gate.given_up.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_call_is_given_up_when_it_is_dropped_half_way() {
    let gate = gate();
    let client = Client::from_transport(gate.clone());
    assert!(tokio::time::timeout(SOON, call(&client)).await.is_err());
    assert_eq!(gate.given_up.load(Ordering::SeqCst), 1);

    let mut batch = client.batch([client.notify("m", ())]);
    assert!((&mut batch).now_or_never().is_none());
    drop(batch);
    assert_eq!(gate.given_up.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn nothing_is_sent_before_the_first_poll() {
    let script = Script::silent();
    let client = script.client();
    drop(client.call::<_, ()>("m", ()));
    drop(client.notify("m", ()));
    drop(client.batch([client.notify("m", ())]));
    drop(client.send("1"));
    assert!(script.sent().is_empty());
}

/// The panic's text, of something done to a call that was polled once.
fn panic_of<F: Future + Unpin>(mut polled: F, change: impl FnOnce(F)) -> String {
    assert!((&mut polled).now_or_never().is_none());
    let panic = catch_unwind(AssertUnwindSafe(|| change(polled)));
    let text = *panic.unwrap_err().downcast::<&str>().unwrap();
    text.to_owned()
}

#[test]
fn an_option_after_the_first_poll_panics() {
    let client = Client::from_transport(gate());
    let call = || call(&client);
    let notify = || client.notify("m", ());
    let batch = || client.batch([call()]);
    let raw = || client.send("1");
    let texts = [
        panic_of(call(), |it| drop(it.timeout(NEVER))),
        panic_of(call(), |it| drop(it.header("a", "b"))),
        panic_of(call(), |it| drop(it.headers(&HeaderMap::new()))),
        panic_of(call(), |it| drop(it.id(1))),
        panic_of(call(), |it| drop(it.unbatched())),
        panic_of(call(), |it| drop(it.secret_param(0, "a"))),
        panic_of(call(), |it| drop(it.secret_params())),
        panic_of(call(), |it| drop(it.notify())),
        panic_of(notify(), |it| drop(it.timeout(NEVER))),
        panic_of(notify(), |it| drop(it.secret_params())),
        panic_of(batch(), |it| drop(it.timeout(NEVER))),
        panic_of(batch(), |it| drop(it.secret_params())),
        panic_of(raw(), |it| drop(it.timeout(NEVER))),
        panic_of(raw(), |it| drop(it.secret_params())),
        panic_of(raw(), |it| drop(it.checked())),
    ];
    for text in texts {
        assert_eq!(
            text,
            "a call was changed after its first poll: options are set before it is polled or awaited"
        );
    }
}

#[tokio::test]
async fn a_poll_after_completion_panics() {
    let client = client();
    let mut call = pin!(client.call::<_, ()>("m", ()));
    call.as_mut().await.unwrap();
    let panic = AssertUnwindSafe(call).catch_unwind().await.unwrap_err();
    assert_eq!(
        *panic.downcast::<&str>().unwrap(),
        "a call was polled after it had completed"
    );
}

#[tokio::test]
async fn a_polled_call_can_not_enter_a_batch() {
    let script = Script::replies(r#"[{"jsonrpc":"2.0","result":null,"id":2}]"#);
    let gate = Gate::new(script.clone());
    let client = Client::from_transport(gate.clone());
    let (mut polled, mut notified) = (call(&client), client.notify("m", ()));
    assert!((&mut polled).now_or_never().is_none());
    assert!((&mut notified).now_or_never().is_none());
    gate.open.add_permits(1);
    let (polled, notified, fresh) = client
        .batch((polled, notified, call(&client)))
        .await
        .unwrap();
    let refused = |error: CallError| matches!(error.protocol(), Some(ProtocolError::AlreadyPolled));
    assert!(refused(polled.unwrap_err()));
    assert!(refused(notified.unwrap_err()));
    assert!(fresh.is_ok());
    assert_eq!(
        script.sent().last().unwrap(),
        r#"[{"jsonrpc":"2.0","method":"m","id":2}]"#
    );
}

/// A client and its stubs can be named without the transport.
struct App {
    client: Client,
    orders: OrdersClient,
    named: OrdersClient<Script>,
    shelves: ShelvesClient<u8, 3>,
    renamed: RenamedClient,
}

#[rpc_core::rpc]
trait Shelves<K: serde::Serialize + serde::de::DeserializeOwned, const N: usize> {
    async fn first(&self, keys: Vec<K>) -> bool;
}

mod moved {
    pub(super) mod rpc {
        pub use rpc_core::__private;
    }
}

#[rpc_core::rpc(crate = "crate::client_futures::moved::rpc")]
trait Renamed {
    async fn call(&self) -> bool;
}

#[tokio::test]
async fn stubs_are_kept_in_a_struct_without_their_transport() {
    let script = Script::replies(r#"{"jsonrpc":"2.0","result":true,"id":1}"#);
    let client = || script.client().boxed();
    let app = App {
        orders: OrdersClient::new(client()),
        named: OrdersClient::new(script.client()),
        shelves: ShelvesClient::new(client()),
        renamed: RenamedClient::new(client()),
        client: client(),
    };
    assert_eq!(app.client.call::<_, bool>("m", ()).await.ok(), Some(true));
    assert!(app.shelves.first(vec![1]).await.unwrap());
    assert!(app.renamed.call().await.unwrap());
    drop((app.orders.clone(), app.named.clone()));
    assert_eq!(<OrdersClient>::CONTRACT.name, "Orders");
    assert_eq!(ShelvesClient::<u8, 3, Script>::CONTRACT.name, "Shelves");
}
