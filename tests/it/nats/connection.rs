//! Connections that are lost, and servers that are not there.

use super::*;

/// A client that looks for its server for ever, every few milliseconds.
async fn quick(server: &Server) -> async_nats::Client {
    server.connect_with(quick_options()).await
}

pub(super) fn quick_options() -> async_nats::ConnectOptions {
    async_nats::ConnectOptions::new()
        .retry_on_initial_connect()
        .reconnect_delay_callback(|_| Duration::from_millis(20))
}

fn is_connected(nats: &async_nats::Client) -> bool {
    nats.connection_state() == async_nats::connection::State::Connected
}

#[tokio::test]
async fn calls_given_up_while_there_is_no_connection_do_not_run_later() {
    let mut server = Server::start().await;
    let worker = Worker::with(quick(&server).await, |serve| serve).await;
    let nats = quick(&server).await;
    let works = WorksClient::new(rpc_nats::client(nats.clone(), "works").unwrap());
    assert_eq!(within(works.take(1)).await.unwrap(), 1);
    server.kill();
    until(|| !is_connected(&nats)).await;
    for number in 2..5 {
        let call = works.take(number).timeout(Duration::from_millis(100));
        let error = within(call).await.unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        assert_eq!(error.execution(), Execution::NotRun);
    }
    server.restart().await;
    until(|| is_connected(&nats)).await;
    // The worker may come back later than the client.
    let last = within(async {
        loop {
            match works.take(9).await {
                Ok(number) => return number,
                Err(error) => assert_eq!(error.execution(), Execution::NotRun, "{error:?}"),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert_eq!(last.await, 9);
    assert_eq!(worker.watch.taken(), [1, 9]);
}

#[tokio::test]
async fn a_call_waits_for_the_connection() {
    let mut server = Server::start().await;
    server.kill();
    let nats = server.connect_with(quick_options()).await;
    let works = WorksClient::new(rpc_nats::client(nats.clone(), "works").unwrap());
    let early = works.add(1, 2).timeout(Duration::from_millis(100));
    let error = within(early).await.unwrap_err();
    assert_eq!(error.execution(), Execution::NotRun);
    let waiting = tokio::spawn(works.add(1, 2).into_future());
    server.restart().await;
    // Whether the worker is there in time is up to chance.
    let _worker = Worker::start(&server).await;
    match within(waiting).await.unwrap() {
        Ok(sum) => assert_eq!(sum, 3),
        Err(error) => assert!(
            matches!(cause(&error), NatsError::NoResponders),
            "{error:?}"
        ),
    }
    assert_eq!(within(works.add(1, 2)).await.unwrap(), 3);
}

#[tokio::test]
async fn a_worker_may_begin_before_its_server() {
    let mut server = Server::with("max_payload: 3000000").await;
    server.kill();
    let nats = server.connect_with(quick_options()).await;
    let starting = Worker::with(nats, |serve| serve);
    let (worker, ()) = tokio::join!(starting, server.restart());
    let works = client(&server).await;
    assert_eq!(within(works.big(2_500_000)).await.unwrap().len(), 2_500_000);
    drop(worker);
}

#[tokio::test]
async fn a_reply_may_still_come_after_the_server_was_restarted() {
    let mut server = Server::start().await;
    let worker_connection = quick(&server).await;
    let worker = Worker::with(worker_connection.clone(), |serve| serve).await;
    let nats = quick(&server).await;
    let client = rpc_nats::Client::builder().loss_timeout(Duration::from_secs(200));
    let works = WorksClient::new(client.build(nats.clone(), "works").unwrap());
    let call = tokio::spawn(works.gate().timeout(Duration::from_secs(200)).into_future());
    worker.watch.until_begun(1).await;
    server.kill();
    until(|| !is_connected(&nats) && !is_connected(&worker_connection)).await;
    server.restart().await;
    until(|| is_connected(&nats) && is_connected(&worker_connection)).await;
    // The client's subscriptions have gone out before the worker's reply can come in.
    within(nats.flush()).await.unwrap();
    worker.watch.gate.add_permits(1);
    assert_eq!(within(call).await.unwrap().unwrap(), "through");
}

#[tokio::test]
async fn a_call_in_flight_fails_soon_after_the_connection_was_lost() {
    let mut server = Server::start().await;
    let worker = Worker::with(quick(&server).await, |serve| serve).await;
    let nats = quick(&server).await;
    let works = WorksClient::new(rpc_nats::client(nats.clone(), "works").unwrap());
    let call = tokio::spawn(
        works
            .gate()
            .timeout(Duration::from_secs(1000))
            .into_future(),
    );
    worker.watch.until_begun(1).await;
    server.kill();
    let error = within(call).await.unwrap().unwrap_err();
    assert!(matches!(cause(&error), NatsError::Lost), "{error:?}");
    assert_eq!(error.execution(), Execution::MaybeRun);
}

/// NATS drops a message that nobody takes. A client that is connecting again takes its replies a moment later.
#[tokio::test]
async fn a_reply_that_nobody_takes_is_sent_again() {
    use futures_util::StreamExt;

    let server = Server::start().await;
    let worker = Worker::start(&server).await;
    let nats = server.connect().await;
    let takes_reply_late = async |number: u64| {
        let inbox = nats.new_inbox();
        let message = format!(r#"{{"jsonrpc":"2.0","method":"take","params":[{number}],"id":1}}"#);
        let asked = nats.publish_with_reply("works.take", inbox.clone(), message.into());
        asked.await.unwrap();
        until(|| worker.watch.taken().contains(&number)).await;
        let mut replies = nats.subscribe(inbox).await.unwrap();
        let reply = tokio::time::timeout(Duration::from_secs(2), replies.next()).await;
        reply.ok().flatten().is_some()
    };
    within(async {
        // On a busy machine, the worker may give up before the subscription is there.
        let mut number = 0;
        while !takes_reply_late(number).await {
            number += 1;
        }
    })
    .await;
}

#[tokio::test]
async fn a_client_that_is_closed_says_so() {
    let server = Server::start().await;
    let worker = Worker::start(&server).await;
    let nats = server.connect().await;
    let works = WorksClient::new(rpc_nats::client(nats.clone(), "works").unwrap());
    let call = tokio::spawn(works.gate().into_future());
    worker.watch.until_begun(1).await;
    within(nats.drain()).await.unwrap();
    let error = within(call).await.unwrap().unwrap_err();
    assert_eq!(error.execution(), Execution::MaybeRun, "{error:?}");
    let error = within(works.add(1, 2)).await.unwrap_err();
    assert!(matches!(cause(&error), NatsError::Closed), "{error:?}");
    assert_eq!(error.execution(), Execution::NotRun);
    assert!(!error.is_retryable());
}

#[tokio::test]
async fn a_worker_whose_client_is_closed_ends() {
    let server = Server::start().await;
    let nats = server.connect().await;
    let worker = Worker::with(nats.clone(), |serve| serve).await;
    within(nats.drain()).await.unwrap();
    let ended = within(worker.task).await.unwrap();
    assert!(matches!(ended, Err(ServeError::Closed)), "{ended:?}");
}

#[tokio::test]
async fn a_worker_that_dies_leaves_its_calls_to_their_timeouts() {
    let server = Server::start().await;
    let worker = Worker::start(&server).await;
    let works = client(&server).await;
    let call = works.gate().timeout(Duration::from_millis(500));
    let call = tokio::spawn(call.into_future());
    worker.watch.until_begun(1).await;
    worker.task.abort();
    let error = within(call).await.unwrap().unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.execution(), Execution::MaybeRun);
}

#[test]
fn a_client_outlives_the_runtime_of_its_first_call() {
    let runtime = || tokio::runtime::Runtime::new().unwrap();
    let serving = runtime();
    let server = serving.block_on(Server::start());
    let _worker = serving.block_on(Worker::start(&server));
    let address = format!("{}/works", server.address());
    let works = WorksClient::new(rpc_nats::Client::new(address).unwrap());
    for _ in 0..2 {
        let runtime = runtime();
        assert_eq!(
            runtime
                .block_on(within(works.add(2, 40).into_future()))
                .unwrap(),
            42
        );
    }
}
