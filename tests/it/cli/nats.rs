//! Servers over NATS.

use std::future::IntoFuture;

use rpc_core::Dispatcher;

use super::*;
use crate::nats::server::Server as NatsServer;
use crate::nats::until_served;

/// A worker of `shop`, and the URL of its service.
async fn serving(server: &NatsServer) -> String {
    let service = Dispatcher::new()
        .method("add", |a: i64, b: i64| async move { a + b })
        .method("big", || async { "x".repeat(2000) });
    let nats = server.connect().await;
    let worker = rpc_nats::serve(nats.clone(), "shop", service);
    tokio::spawn(worker.into_future());
    until_served(&nats, "shop").await;
    format!("{}/shop", server.address())
}

#[tokio::test]
async fn a_service_over_nats_is_called_like_any_other() {
    let server = NatsServer::start().await;
    let url = serving(&server).await;
    let ran = run(rpc(&["call", &url, "add", "2", "-4"])).await;
    assert_eq!(ran.printed(), "-2");
    assert_eq!(run(rpc(&["methods", &url])).await.printed(), "add\nbig");
    let ran = run(rpc(&["call", &url, "big", "--max-reply", "1kB"])).await;
    assert_eq!(ran.code, Some(7), "{ran:?}");
    let lines = "add 1 2\nadd 3 4\n";
    let ran = run_with(rpc(&["batch", &url, "-"]), lines).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains('3') && ran.out.contains('7'), "{ran:?}");
    // Headers are headers there, too.
    let ran = run(rpc(&[
        "call",
        &url,
        "add",
        "1",
        "2",
        "-v",
        "--attempts",
        "2",
    ]))
    .await;
    assert_eq!(ran.out, "3\n");
    assert!(ran.err.starts_with(&format!("> {url}\n> {{")), "{ran:?}");
}

#[tokio::test]
async fn what_did_not_run_over_nats_is_known() {
    let server = NatsServer::start().await;
    let nobody = format!("{}/nobody", server.address());
    let ran = run(rpc(&["call", &nobody, "add", "1", "2"])).await;
    let error = ran.failed(3);
    assert!(error.starts_with("error: did not run"), "{error}");
    assert!(error.contains("nobody serves the subject"), "{error}");
    // There is no NATS at this port.
    let ran = run(rpc(&["call", "nats://127.0.0.1:1/shop", "add", "1", "2"])).await;
    assert!(ran.failed(3).starts_with("error: did not run"), "{ran:?}");
    for url in ["nats://127.0.0.1:1", "nats://127.0.0.1:1/a..b"] {
        let ran = run(rpc(&["call", url, "add"])).await;
        assert!(ran.failed(2).contains(url), "{ran:?}");
    }
    let ran = run(rpc(&["call", &nobody, "add", "--http2"])).await;
    assert!(
        ran.failed(2).contains("--http2: not supported over NATS"),
        "{ran:?}"
    );
}

#[tokio::test]
async fn credentials_are_those_of_nats() {
    let users = r#"authorization { users: [{ user: "ann", password: "se/same" }] }"#;
    let server = NatsServer::with(users).await;
    let address = server.address();
    let service = Dispatcher::new().method("one", || async { 1 });
    let options = rpc_nats::async_nats::ConnectOptions::new();
    let options = options.user_and_password("ann".to_owned(), "se/same".to_owned());
    let nats = options.connect(&address).await.unwrap();
    tokio::spawn(rpc_nats::serve(nats, "shop", service).into_future());
    let url = format!("{address}/shop");
    let with_user = url.replace("nats://", "nats://ann:se%2Fsame@");
    let known = async {
        loop {
            let ran = run(rpc(&["call", &url, "one", "--user", "ann:se/same"])).await;
            if ran.code == Some(0) {
                return;
            }
        }
    };
    tokio::time::timeout(LIMIT, known)
        .await
        .expect("not let in");
    assert_eq!(run(rpc(&["call", &with_user, "one"])).await.printed(), "1");
    let ran = run(rpc(&["call", &url, "one", "--user", "ann:wrong"])).await;
    let error = ran.failed(3);
    assert!(
        error.starts_with("error: did not run") && !error.contains("wrong"),
        "{error}"
    );
}
