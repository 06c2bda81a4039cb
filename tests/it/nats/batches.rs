//! Batches, which go to the subject of the service.

use rpc_core::Batching;

use super::*;

#[tokio::test]
async fn a_batch_is_answered() {
    let server = Server::start().await;
    let worker = Worker::start(&server).await;
    let client = raw_client(&server).await;
    let works = WorksClient::new(client.clone());
    let batch = (
        works.add(1, 2),
        works.note(5),
        works.fail(),
        works.echo("x"),
    );
    let (sum, note, failed, echo) = within(client.batch(batch)).await.unwrap();
    assert_eq!(sum.unwrap(), 3);
    note.unwrap();
    assert!(matches!(failed, Err(CallError::Method(works::Broken))));
    assert_eq!(echo.unwrap(), "x");
    assert_eq!(worker.watch.taken(), [5]);
}

#[tokio::test]
async fn concurrent_calls_share_a_message() {
    let server = Server::start().await;
    let worker = Worker::start(&server).await;
    let client = rpc_nats::Client::builder().batching(Batching::default());
    let works = WorksClient::new(client.build(server.connect().await, "works").unwrap());
    let calls = (0..50).map(|number| works.take(number).into_future());
    let taken = within(futures_util::future::join_all(calls)).await;
    let taken: Vec<u64> = taken.into_iter().map(Result::unwrap).collect();
    assert_eq!(taken, (0..50).collect::<Vec<_>>());
    assert_eq!(worker.watch.taken().len(), 50);
}

#[tokio::test]
async fn calls_of_a_batch_that_is_too_large_are_sent_one_by_one() {
    let server = Server::with("max_payload: 1000").await;
    let worker = Worker::start(&server).await;
    let client = rpc_nats::Client::builder().batching(Batching::default());
    let works = WorksClient::new(client.build(server.connect().await, "works").unwrap());
    let calls = (0..50).map(|number| works.take(number).into_future());
    let taken = within(futures_util::future::join_all(calls)).await;
    let taken: Vec<u64> = taken.into_iter().map(Result::unwrap).collect();
    assert_eq!(taken, (0..50).collect::<Vec<_>>());
    let mut ran = worker.watch.taken();
    ran.sort_unstable();
    assert_eq!(ran, taken, "each once");
}

#[tokio::test]
async fn a_batch_over_the_limit_fails_as_a_whole_and_does_not_run() {
    let server = Server::with("max_payload: 1000").await;
    let worker = Worker::start(&server).await;
    let client = raw_client(&server).await;
    let works = WorksClient::new(client.clone());
    let batch: Vec<_> = (0..50).map(|number| works.take(number)).collect();
    let error = within(client.batch(batch)).await.unwrap_err();
    assert!(
        matches!(cause(&error), NatsError::TooLarge { limit: 1000 }),
        "{error:?}"
    );
    assert_eq!(error.execution(), Execution::NotRun);
    assert_eq!(worker.watch.taken(), [0; 0]);
}

#[tokio::test]
async fn replies_of_a_batch_that_do_not_fit_become_errors() {
    let server = Server::with("max_payload: 2000").await;
    let _worker = Worker::start(&server).await;
    let client = raw_client(&server).await;
    let works = WorksClient::new(client.clone());
    let batch: Vec<_> = (0..3).map(|_| works.big(900)).collect();
    let replies = within(client.batch(batch)).await.unwrap();
    let codes: Vec<_> = replies
        .into_iter()
        .map(|reply| {
            reply
                .err()
                .and_then(|error| error.object().map(|it| it.code()))
        })
        .collect();
    assert!(
        codes.contains(&Some(rpc_core::code::REPLY_TOO_LARGE)),
        "{codes:?}"
    );
    assert!(codes.contains(&None), "{codes:?}");
}
