//! Time that runs out, calls that are given up, and limits.

use rpc_core::limits::Deadlines;
use rpc_core::{Execution, Server, code};

use super::*;
use crate::streams::feed::until;

#[tokio::test]
async fn the_time_behind_is_what_is_left_in_front() {
    let (behind, _watch) = shop().await;
    let front = Front::start(relay(behind.lean())).await;
    let call = ShopClient::new(front.lean()).seen("none");
    let call = call.timeout(Duration::from_secs(25));
    let (_, left) = within(call.into_future()).await.unwrap();
    // Without the caller's time, it would be that of the client behind, which is 30 s.
    assert!((1..=25_000).contains(&left.unwrap()), "{left:?}");
    let most = Deadlines::new().max_timeout(Duration::from_secs(20));
    let server = Server::new(relay(behind.lean())).deadlines(most);
    let front = Front::start(server).await;
    let call = ShopClient::new(front.lean()).seen("none");
    let (_, left) = within(call.into_future()).await.unwrap();
    assert!((1..=20_000).contains(&left.unwrap()), "{left:?}");
}

/// The server in front drops the call at its deadline, and with it the call behind.
#[tokio::test]
async fn a_call_that_takes_too_long_is_dropped_on_both_sides() {
    let (behind, watch) = shop().await;
    let most = Deadlines::new().max_timeout(Duration::from_millis(300));
    let server = Server::new(relay(behind.ws())).deadlines(most);
    let front = Front::start(server).await;
    let error = within(ShopClient::new(front.lean()).gate().into_future()).await;
    let error = error.unwrap_err();
    assert_eq!(error.object().unwrap().code(), code::DEADLINE_EXCEEDED);
    assert_eq!(error.execution(), Execution::MaybeRun);
    until(|| watch.dropped.load(Ordering::SeqCst) == 1).await;
}

/// Over a connection in both directions, the caller can say so.
#[tokio::test]
async fn a_call_that_is_given_up_in_front_is_given_up_behind() {
    let (behind, watch) = shop().await;
    let front = Front::start(relay(behind.ws())).await;
    let client = ShopClient::new(front.ws());
    let call = tokio::spawn(client.gate().into_future());
    until(|| watch.begun.load(Ordering::SeqCst) == 1).await;
    call.abort();
    until(|| watch.dropped.load(Ordering::SeqCst) == 1).await;
    assert_eq!(within(client.echo("x").into_future()).await.unwrap(), "x");
}

/// Over HTTP, a call runs to its end without its caller. A server may say otherwise.
#[tokio::test]
async fn a_call_over_http_goes_on_without_its_caller_unless_the_server_says_otherwise() {
    let (behind, watch) = shop().await;
    let drops = Server::new(relay(behind.ws())).cancel_on_disconnect(true);
    let drops = Front::start(drops).await;
    let call = tokio::spawn(ShopClient::new(drops.lean()).gate().into_future());
    until(|| watch.begun.load(Ordering::SeqCst) == 1).await;
    call.abort();
    until(|| watch.dropped.load(Ordering::SeqCst) == 1).await;

    let keeps = Front::start(relay(behind.ws())).await;
    let call = tokio::spawn(ShopClient::new(keeps.lean()).gate().into_future());
    until(|| watch.begun.load(Ordering::SeqCst) == 2).await;
    call.abort();
    watch.gate.add_permits(1);
    // It takes the permit, which a call that was dropped would not.
    until(|| watch.gate.available_permits() == 0).await;
}

/// Nobody waits for a notification, so it is passed on although its time is over.
#[tokio::test]
async fn a_late_notification_is_passed_on() {
    let (behind, watch) = shop().await;
    let most = Deadlines::new().max_timeout(Duration::from_nanos(1));
    let front = Front::start(Server::new(relay(behind.lean())).deadlines(most)).await;
    let client = ShopClient::new(front.lean());
    let error = within(client.echo("x").into_future()).await.unwrap_err();
    assert_eq!(error.object().unwrap().code(), code::EXPIRED);
    assert_eq!(error.execution(), Execution::NotRun);
    within(client.note("late").into_future()).await.unwrap();
    until(|| watch.notes.lock().unwrap().len() == 1).await;
}

#[tokio::test]
async fn the_limits_of_the_server_in_front_hold() {
    let (behind, watch) = shop().await;
    let server = Server::new(relay(behind.lean()))
        .max_reply(1000)
        .max_batch(2);
    let front = Front::with(endpoint(server).max_in_flight(1)).await;
    let client = ShopClient::new(front.lean());
    let error = within(client.echo(&"x".repeat(1001)).into_future()).await;
    let error = error.unwrap_err();
    assert_eq!(error.object().unwrap().code(), code::REPLY_TOO_LARGE);
    assert_eq!(error.execution(), Execution::Ran);
    let entry = r#"{"jsonrpc":"2.0","method":"shop.echo","params":["x"],"id":1}"#;
    let refused = answer(&front.lean(), &format!("[{entry},{entry},{entry}]")).await;
    assert!(refused.contains("the limit is 2 entries"), "{refused}");

    let first = tokio::spawn(client.gate().into_future());
    until(|| watch.begun.load(Ordering::SeqCst) == 1).await;
    let error = within(client.echo("x").into_future()).await.unwrap_err();
    assert_eq!(error.execution(), Execution::NotRun);
    watch.gate.add_permits(1);
    within(first).await.unwrap().unwrap();
}
