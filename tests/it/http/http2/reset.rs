//! A call that its client gives up resets its stream, and that does what the end of a connection does in HTTP/1.1.

use super::*;

async fn resets<T: Transport>(server: &Running, watch: &Watch, probe: ProbeClient<T>) {
    let frail = tokio::spawn(probe.frail().into_future());
    let gate = tokio::spawn(probe.gate().into_future());
    watch.until_started(2).await;
    frail.abort();
    gate.abort();
    watch.until_cancelled(1).await;
    assert_eq!(watch.finished.load(Ordering::SeqCst), 0);
    // The connection stays, and there is room for only one.
    assert_eq!(within(probe.echo("hi")).await.unwrap(), "hi");
    watch.gate.add_permits(1);
    watch.until_finished(1).await;
    assert_eq!(watch.cancelled.load(Ordering::SeqCst), 1);
    assert!(!server.task.is_finished());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_cancels_only_what_is_cancelled_on_disconnect() {
    let (watch, endpoint) = watched();
    let server = one_connection(endpoint).await;
    resets(&server, &watch, over_lean(&server)).await;
    let (watch, endpoint) = watched();
    let server = one_connection(endpoint).await;
    resets(&server, &watch, over_reqwest(&server)).await;
}

/// The same for all streams of a connection at once.
#[tokio::test]
async fn the_end_of_a_connection_is_the_end_of_its_streams() {
    let (watch, endpoint) = watched();
    let server = running(endpoint).await;
    let mut client = frames::Frames::connect(&server, &[]).await;
    for number in 0..10 {
        client.send(&frames::request(4 * number + 1, FRAIL)).await;
        client.send(&frames::request(4 * number + 3, GATE)).await;
    }
    watch.until_started(20).await;
    drop(client);
    watch.until_cancelled(10).await;
    watch.gate.add_permits(10);
    watch.until_finished(10).await;
    assert_eq!(watch.cancelled.load(Ordering::SeqCst), 10);
}

/// An endpoint may cancel all calls of clients that go away.
#[tokio::test]
async fn an_endpoint_may_cancel_every_call() {
    let (watch, endpoint) = watched();
    let server = running(endpoint.cancel_on_disconnect(true)).await;
    let calls = gates(&over_lean(&server), 10);
    watch.until_started(10).await;
    for call in &calls {
        call.abort();
    }
    watch.until_cancelled(10).await;
}
