//! What both ends write into the log.

use super::*;
use crate::log::Log;

#[tokio::test]
async fn both_ends_log_a_call() {
    let log = Log::capture_messages();
    let server = Server::start().await;
    let _worker = Worker::start(&server).await;
    let works = client(&server).await;
    let call = works.add(2, 40).header("authorization", "secret");
    assert_eq!(within(call).await.unwrap(), 42);
    let messages = log.messages();
    for (target, part, endpoint) in [
        ("rpc::client::request:", r#""params":[2,40]"#, "works"),
        ("rpc::server::request:", r#""params":[2,40]"#, "works.add"),
        ("rpc::server::response:", r#""result":42"#, "works.add"),
        ("rpc::client::response:", r#""result":42"#, "works"),
    ] {
        let of_target = messages.iter().filter(|it| it.starts_with(target));
        let found: Vec<_> = of_target.filter(|it| it.contains(part)).collect();
        assert_eq!(found.len(), 1, "{target} {messages:#?}");
        assert!(found[0].contains(endpoint), "{found:?}");
        assert!(!found[0].contains("secret"), "{found:?}");
    }
}

#[tokio::test]
async fn a_worker_tells_how_many_calls_it_broke_off() {
    let log = Log::capture();
    let server = Server::start().await;
    let deadline = Duration::from_millis(500);
    let mut worker =
        Worker::with(server.connect().await, |it| it.shutdown_deadline(deadline)).await;
    let works = client(&server).await;
    let _calls = [(); 3].map(|()| tokio::spawn(works.gate().into_future()));
    worker.watch.until_begun(3).await;
    worker.signal_stop();
    worker.until_stopped().await;
    let warnings = log.errors();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains(" calls=3"), "{warnings:?}");
}
