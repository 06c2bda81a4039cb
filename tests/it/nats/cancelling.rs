//! Calls that are given up are cancelled, wherever they run.

use std::sync::atomic::Ordering;

use futures_util::StreamExt;

use super::*;

/// Starts a call that waits at the gate of one of the workers.
async fn at_the_gate(works: &WorksClient<Nats>, workers: &[Worker]) -> JoinHandle<()> {
    let gate = works.gate().into_future();
    let call = tokio::spawn(async move {
        let _given_up = gate.await;
    });
    until(|| begun(workers) == 1).await;
    call
}

fn begun(workers: &[Worker]) -> usize {
    let begun = |worker: &Worker| worker.watch.begun.load(Ordering::SeqCst);
    workers.iter().map(begun).sum()
}

/// How many calls wait at the gates.
fn waiting(workers: &[Worker]) -> usize {
    let waiting = |worker: &Worker| worker.watch.waiting.load(Ordering::SeqCst);
    workers.iter().map(waiting).sum()
}

#[tokio::test]
async fn a_call_that_is_dropped_is_cancelled_at_its_worker() {
    let server = Server::start().await;
    let mut workers = Vec::new();
    for _ in 0..3 {
        workers.push(Worker::start(&server).await);
    }
    let works = client(&server).await;
    let call = at_the_gate(&works, &workers).await;
    assert_eq!(waiting(&workers), 1);
    call.abort();
    until(|| waiting(&workers) == 0).await;
    assert_eq!(begun(&workers), 1);
    // The workers go on.
    assert_eq!(within(works.add(1, 2).into_future()).await.unwrap(), 3);
}

#[tokio::test]
async fn a_client_need_not_tell() {
    let server = Server::start().await;
    let workers = [Worker::start(&server).await];
    let quiet = Client::<Nats>::builder().cancel(false);
    let quiet = WorksClient::new(quiet.build(server.connect().await, "works").unwrap());
    at_the_gate(&quiet, &workers).await.abort();
    // Somebody else's call is cancelled meanwhile, so the first one would have been.
    let works = client(&server).await;
    let gate = works.gate().into_future();
    let other = tokio::spawn(async move { gate.await.is_ok() });
    until(|| begun(&workers) == 2).await;
    other.abort();
    until(|| waiting(&workers) == 1).await;
    workers[0].watch.gate.add_permits(1);
    until(|| workers[0].watch.finished.load(Ordering::SeqCst) == 1).await;
}

/// A message to a worker, which waits at the gate and is then cancelled by hand.
struct ByHand {
    workers: [Worker; 1],
    nats: async_nats::Client,
    replies: async_nats::Subscriber,
    _server: Server,
}

impl ByHand {
    async fn cancelled(message: &str) -> Self {
        let server = Server::start().await;
        let workers = [Worker::start(&server).await];
        let nats = server.connect().await;
        let inbox = nats.new_inbox();
        let replies = nats.subscribe(inbox.clone()).await.unwrap();
        let payload = message.to_owned().into();
        let published = nats.publish_with_reply("works", inbox.clone(), payload);
        published.await.unwrap();
        until(|| begun(&workers) == 1).await;
        for call in ["somebody.else", inbox.as_str()] {
            let mut headers = async_nats::HeaderMap::new();
            headers.insert("rpc-call", call);
            let cancel = br#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"#;
            let subject = "works.$/cancelRequest";
            let published = nats.publish_with_headers(subject, headers, cancel.as_slice().into());
            published.await.unwrap();
        }
        ByHand {
            workers,
            nats,
            replies,
            _server: server,
        }
    }

    /// Lets the message through, after the worker has answered another one.
    async fn let_through(&self) {
        let ping = br#"{"jsonrpc":"2.0","method":"add","params":[1,1],"id":1}"#;
        let request = self.nats.request("works", ping.as_slice().into());
        within(request.into_future()).await.unwrap();
        self.workers[0].watch.gate.add_permits(1);
    }

    /// The reply; null if it is empty.
    async fn reply(mut self) -> serde_json::Value {
        let reply = within(self.replies.next()).await.unwrap();
        match reply.payload.is_empty() {
            true => serde_json::Value::Null,
            false => serde_json::from_slice(&reply.payload).unwrap(),
        }
    }
}

#[tokio::test]
async fn a_cancelled_call_is_answered() {
    let call = ByHand::cancelled(r#"{"jsonrpc":"2.0","method":"gate","id":7}"#).await;
    let reply = call.reply().await;
    assert_eq!(reply["error"]["code"], rpc_core::code::CANCELLED, "{reply}");
    assert_eq!(reply["id"], 7);
}

#[tokio::test]
async fn notifications_and_batches_run_to_their_end() {
    let note = ByHand::cancelled(r#"{"jsonrpc":"2.0","method":"gate"}"#).await;
    note.let_through().await;
    assert_eq!(note.reply().await, serde_json::Value::Null);
    let batch = ByHand::cancelled(r#"[{"jsonrpc":"2.0","method":"gate","id":7}]"#).await;
    batch.let_through().await;
    let reply = batch.reply().await;
    assert_eq!(reply[0]["result"], "through", "{reply}");
}

/// Only the notification is a cancellation. Everything that wants an answer gets one.
#[tokio::test]
async fn a_request_of_that_name_is_answered() {
    let server = Server::start().await;
    let _worker = Worker::start(&server).await;
    let client = raw_client(&server).await;
    let call = client.call::<_, ()>("$/cancelRequest", (1,));
    let error = within(call.into_future()).await.unwrap_err();
    let said = error.object().map(|error| error.code());
    assert_eq!(said, Some(rpc_core::code::METHOD_NOT_FOUND), "{error:?}");
}
