//! Calls, notifications, headers and errors.

use std::time::SystemTime;

use super::*;
use works::Broken;

#[tokio::test]
async fn a_call_reaches_a_worker_and_comes_back() {
    let server = Server::start().await;
    let _worker = Worker::start(&server).await;
    let works = client(&server).await;
    assert_eq!(within(works.add(2, 40)).await.unwrap(), 42);
    assert_eq!(
        within(works.echo("\u{fc}\n\"")).await.unwrap(),
        "\u{fc}\n\""
    );
    assert_eq!(within(works.odd()).await.unwrap(), "odd");
    let failed = within(works.fail()).await.unwrap_err();
    assert!(matches!(failed, CallError::Method(Broken)), "{failed:?}");
}

#[tokio::test]
async fn a_client_needs_only_an_address() {
    let server = Server::start().await;
    let _worker = Worker::start(&server).await;
    let address = format!("{}/works", server.address());
    let works = WorksClient::new(rpc_nats::Client::new(address).unwrap());
    assert_eq!(within(works.add(2, 40)).await.unwrap(), 42);
}

#[tokio::test]
async fn many_calls_are_answered_out_of_order() {
    let server = Server::start().await;
    let worker = Worker::start(&server).await;
    let works = client(&server).await;
    let waiting = tokio::spawn(works.gate().into_future());
    worker.watch.until_begun(1).await;
    let calls = (0..64).map(|n| works.add(n, n).into_future());
    let sums = within(futures_util::future::join_all(calls)).await;
    let sums: Vec<i64> = sums.into_iter().map(Result::unwrap).collect();
    assert_eq!(sums, (0..64).map(|n| 2 * n).collect::<Vec<_>>());
    worker.watch.gate.add_permits(1);
    assert_eq!(within(waiting).await.unwrap().unwrap(), "through");
}

#[tokio::test]
async fn a_notification_is_done_when_it_has_run() {
    let server = Server::start().await;
    let worker = Worker::start(&server).await;
    let works = client(&server).await;
    within(works.note(5)).await.unwrap();
    assert_eq!(worker.watch.taken(), [5]);
}

#[tokio::test]
async fn a_notification_without_a_worker_fails_unless_it_is_published() {
    let server = Server::start().await;
    let works = client(&server).await;
    let error = within(works.note(5)).await.unwrap_err();
    assert!(
        matches!(cause(&error), NatsError::NoResponders),
        "{error:?}"
    );
    assert_eq!(error.execution(), Execution::NotRun);

    let nats = server.connect().await;
    let publishing = rpc_nats::Client::builder().publish_notifications(true);
    let works = WorksClient::new(publishing.build(nats, "works").unwrap());
    within(works.note(5)).await.unwrap();
    let worker = Worker::start(&server).await;
    within(works.note(6)).await.unwrap();
    until(|| worker.watch.taken() == [6]).await;
}

#[tokio::test]
async fn headers_reach_the_method() {
    let server = Server::start().await;
    let _worker = Worker::start(&server).await;
    let works = client(&server).await;
    let call = works.header("x-shop").header("X-Shop", "north \u{fc}");
    assert_eq!(
        within(call).await.unwrap().as_deref(),
        None,
        "not visible ASCII"
    );
    let call = works.header("x-shop").header("X-Shop", "north");
    assert_eq!(within(call).await.unwrap().as_deref(), Some("north"));
    let left = works
        .header("rpc-timeout-ms")
        .timeout(Duration::from_secs(100));
    let left = within(left).await.unwrap().expect("it is sent always");
    let left: u64 = left.parse().unwrap();
    assert!((1..=100_000).contains(&left), "{left}");
}

#[tokio::test]
async fn a_header_that_is_not_text_is_not_sent() {
    let server = Server::start().await;
    let _worker = Worker::start(&server).await;
    let works = client(&server).await;
    let value = http::HeaderValue::from_bytes(b"\xff").unwrap();
    let error = within(works.add(1, 2).header("x-shop", value))
        .await
        .unwrap_err();
    assert!(matches!(cause(&error), NatsError::Header(name) if name == "x-shop"));
    assert_eq!(error.execution(), Execution::NotRun);
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn without_a_worker_a_call_fails_at_once_and_may_be_tried_again_soon() {
    let server = Server::start().await;
    let works = client(&server).await;
    let begun = SystemTime::now();
    let error = within(works.add(1, 2)).await.unwrap_err();
    assert!(
        matches!(cause(&error), NatsError::NoResponders),
        "{error:?}"
    );
    assert_eq!(error.execution(), Execution::NotRun);
    assert!(error.is_retryable());
    assert!(
        error
            .retry_after()
            .is_some_and(|wait| wait < Duration::from_secs(1))
    );
    assert!(
        begun.elapsed().unwrap() < Duration::from_secs(20),
        "not after its timeout"
    );
}

#[tokio::test]
async fn a_call_without_a_reply_times_out_and_may_have_run() {
    let server = Server::start().await;
    let worker = Worker::start(&server).await;
    let works = client(&server).await;
    let call = works.gate().timeout(Duration::from_millis(300));
    let error = within(call).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.execution(), Execution::MaybeRun);
    worker.watch.until_begun(1).await;
}
