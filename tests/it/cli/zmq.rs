//! Servers over ZeroMQ.

use std::future::IntoFuture;

use rpc_core::Dispatcher;

use super::*;

async fn serving() -> String {
    let service = Dispatcher::new()
        .method("add", |a: i64, b: i64| async move { a + b })
        .method("big", || async { "x".repeat(2000) });
    let listener = rpc_zmq::bind("tcp://127.0.0.1:*").await.unwrap();
    let address = rpc_zmq::Address::of(&listener).unwrap().to_string();
    tokio::spawn(rpc_zmq::serve(listener, service).into_future());
    address
}

#[tokio::test]
async fn a_server_over_zeromq_is_called_like_any_other() {
    let address = serving().await;
    let ran = run(rpc(&["call", &address, "add", "2", "-4"])).await;
    assert_eq!(ran.printed(), "-2");
    assert_eq!(run(rpc(&["methods", &address])).await.printed(), "add\nbig");
    let ran = run(rpc(&["call", &address, "big", "--max-reply", "1kB"])).await;
    assert!(
        ran.failed(7)
            .ends_with("hint: a larger --max-reply takes it"),
        "{ran:?}"
    );
    let ran = run(rpc(&["call", &address, "add", "2", "-4", "-v"])).await;
    assert!(
        ran.err.starts_with(&format!("> {address}\n> {{")),
        "{ran:?}"
    );
    let lines = "{\"method\":\"add\",\"params\":[1,2]}\n{\"method\":\"add\",\"params\":[3,4]}\n";
    let ran = run_with(rpc(&["batch", &address, "-"]), lines).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains('3') && ran.out.contains('7'), "{ran:?}");
}

#[tokio::test]
async fn options_that_zeromq_lacks_are_refused() {
    let address = serving().await;
    for (words, what) in [
        (&["--user", "ann:pw"][..], "credentials"),
        (&["--header", "x-shop: north"], "headers"),
        (&["--insecure"], "--insecure"),
    ] {
        let words = [&["call", &address, "add", "1", "2"], words].concat();
        let ran = run(rpc(&words)).await;
        let stderr = ran.failed(2);
        assert!(
            stderr.contains(what) && stderr.contains("over ZeroMQ"),
            "{stderr}"
        );
    }
    let ran = run(rpc(&["call", "tcp://nonsense", "add"])).await;
    assert!(ran.failed(2).contains("tcp://nonsense"), "{ran:?}");
    let ran = run(rpc(&["call", "tcp://ann:sesame@host", "add"])).await;
    assert!(
        ran.failed(2)
            .starts_with("error: credentials: not supported over ZeroMQ"),
        "{ran:?}"
    );
    // Settings for all servers are ignored.
    let folder = Folder::new();
    let config = folder.write(
        "config.toml",
        "[defaults]\nroot_certificates = \"/nonexistent\"\n",
    );
    let mut command = rpc(&["call", &address, "add", "1", "2"]);
    command.env("RPC_CONFIG", config).env("RPC_BEARER", "token");
    assert_eq!(run(command).await.printed(), "3");
    let nowhere = [
        "call",
        "tcp://127.0.0.1:1",
        "add",
        "1",
        "2",
        "--timeout",
        "0.3",
    ];
    let ran = run(rpc(&nowhere)).await;
    assert!(
        ran.failed(3)
            .contains("at tcp://127.0.0.1:1: could not connect"),
        "{ran:?}"
    );
}
