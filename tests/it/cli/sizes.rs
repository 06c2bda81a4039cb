//! Messages and replies that are too large for the other side.

use std::future::IntoFuture;

use rpc_core::{Dispatcher, Server as RpcServer};
use serde_json::Value;

use super::server::Script;
use super::*;

async fn that_takes(max_message: usize) -> Server {
    Server::of(Script {
        max_message,
        ..Script::default()
    })
    .await
}

fn marks(count: u64) -> String {
    (1..=count).map(|n| format!("mark {n}\n")).collect()
}

fn results(lines: impl Iterator<Item = u64>) -> String {
    let line = |n| format!("{{\"line\":{n},\"result\":{}}}\n", n * 10);
    lines.map(line).collect()
}

#[tokio::test]
async fn a_message_that_is_too_long_is_split() {
    // A call has 50 to 54 bytes.
    for (limit, options) in [
        (60, &[] as &[&str]),
        (600, &[]),
        (600, &["--in-flight", "1"]),
        (2000, &["--size", "64"]),
    ] {
        let server = that_takes(limit).await;
        let words = [&["batch", &server.url, "-"], options].concat();
        let ran = run_with(rpc(&words), &marks(250)).await;
        assert_eq!(ran.code, Some(0), "{limit}: {ran:?}");
        assert_eq!(ran.out, results(1..=250), "{limit}");
        // It is reported once, and not for each message.
        assert_eq!(ran.err.lines().count(), 1, "{limit}: {ran:?}");
        assert!(ran.err.contains(" and ran none of it: "), "{ran:?}");
        assert!(ran.err.contains("413"), "{ran:?}");
        assert!((1..=250).all(|n| server.times(n) == 1), "{limit}");
        // Later messages are shorter from the start.
        let refused = server.seen.refused.lock().unwrap().len();
        let accepted = server.messages().len();
        assert!(refused <= accepted, "{limit}: {refused} of {accepted}");
    }
}

#[tokio::test]
async fn notifications_are_split_too() {
    let server = that_takes(200).await;
    let ran = run_with(rpc(&["batch", &server.url, "-", "--notify"]), &marks(20)).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.out.lines().count(), 20);
    assert!((1..=20).all(|n| server.times(n) == 1));
}

/// One long call costs itself only, and the messages after it stay long.
#[tokio::test]
async fn a_call_that_alone_is_too_long_does_not_run() {
    let server = that_takes(8000).await;
    let long = format!("echo {}\n", "x".repeat(9000));
    let input = marks(50) + &long + &marks(300)["mark 1\n".len()..];
    let words = [
        "batch",
        &server.url,
        "-",
        "--size",
        "100",
        "--in-flight",
        "1",
    ];
    let ran = run_with(rpc(&[&words[..], &["--keep-going"]].concat()), &input).await;
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert_eq!(ran.out.lines().count(), 350);
    let failed: Vec<&str> = ran
        .out
        .lines()
        .filter(|it| it.contains("failure"))
        .collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0].starts_with("{\"line\":51,"), "{failed:?}");
    assert!(
        ran.err.contains("line 51: did not run: echo at "),
        "{ran:?}"
    );
    assert!(
        ran.err.contains("hint: this call alone is too long"),
        "{ran:?}"
    );
    let messages = server.messages();
    let lengths = messages.iter().map(|it| it.as_array().map_or(1, Vec::len));
    // Lines 1 to 50, and the messages after line 100.
    assert_eq!(lengths.filter(|length| *length == 50).count(), 6);
}

/// What did not run is not in the journal as sent.
#[tokio::test]
async fn a_journal_knows_what_became_of_a_split_message() {
    let server = that_takes(400).await;
    let url = server.url.clone();
    let folder = Folder::new();
    let long = format!("echo {}\n", "x".repeat(500));
    let input = folder.write("input", &(marks(10) + &long + "mark 12\nmark 13\n"));
    let journal = folder.path("journal");
    let words = ["batch", &url, &input, "--resume", &journal, "--keep-going"];
    let first = run(rpc(&words)).await;
    assert_eq!(first.code, Some(3), "{first:?}");
    assert!(first.err.contains("line 11: did not run: "), "{first:?}");
    let marked = server.marks().len();
    assert_eq!(marked, 12);

    // Only the call that did not run is sent again.
    let again = run(rpc(&words)).await;
    assert_eq!((again.code, &again.out), (Some(3), &first.out), "{again:?}");
    assert!(again.err.contains("line 11: did not run: "), "{again:?}");
    assert_eq!(server.marks().len(), marked);

    let server = server.replaced().await;
    let last = run(rpc(&words)).await;
    assert_eq!(last.code, Some(0), "{last:?}");
    assert_eq!(server.messages().len(), 1);
    let lines: Vec<Value> = last
        .out
        .lines()
        .map(|it| serde_json::from_str(it).unwrap())
        .collect();
    assert_eq!(lines.len(), 13);
    assert!(
        lines.iter().all(|line| line.get("result").is_some()),
        "{last:?}"
    );
}

/// A status that does not say that nothing ran.
#[tokio::test]
async fn a_message_that_may_have_run_is_not_split() {
    let server = Server::that_replies(500, "too long?").await;
    let ran = run_with(rpc(&["batch", &server.url, "-"]), &marks(4)).await;
    assert_eq!(ran.code, Some(7), "{ran:?}");
    assert_eq!(server.messages().len(), 1);
    assert!(ran.err.contains("line 4: may have run: "), "{ran:?}");
}

#[tokio::test]
async fn a_reply_that_is_too_large_gets_a_hint() {
    let server = Server::start().await;
    let input = format!("echo {}\n", "x".repeat(2000)).repeat(10);
    let words = ["batch", &server.url, "-", "--max-reply", "10kB"];
    for options in [&[] as &[&str], &["--keep-going"]] {
        let ran = run_with(rpc(&[&words[..], options].concat()), &input).await;
        assert_eq!(ran.code, Some(7), "{ran:?}");
        let hint = "hint: a --batch-size of less than 10 makes replies smaller, and a larger --max-reply takes larger ones";
        assert!(ran.err.trim_end().ends_with(hint), "{ran:?}");
    }
    let ran = run_with(rpc(&[&words[..], &["--size", "4"]].concat()), &input).await;
    assert_eq!(ran.printed().lines().count(), 10);

    let ran = call(&server, &["echo", &"x".repeat(2000), "--max-reply", "1kB"]).await;
    assert!(
        ran.failed(7)
            .ends_with("hint: a larger --max-reply takes it"),
        "{ran:?}"
    );
}

/// The server has a limit of its own, and answers some of the calls with an error.
#[tokio::test]
async fn answers_that_the_server_has_no_room_for_get_a_hint() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let service = Dispatcher::new().method("big", || async { "x".repeat(2000) });
    let service = RpcServer::new(service).max_batch_reply(10_000);
    let endpoint = rpc_http::server::endpoint(service);
    tokio::spawn(rpc_http::server::serve(listener, endpoint).into_future());

    let input = "big\n".repeat(10);
    let ran = run_with(rpc(&["batch", &url, "-"]), &input).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("code -32008"), "{ran:?}");
    let hint = "hint: a --batch-size of less than 10 makes replies smaller";
    assert!(ran.err.trim_end().ends_with(hint), "{ran:?}");
    let ran = run_with(rpc(&["batch", &url, "-", "--size", "4"]), &input).await;
    assert_eq!(ran.printed().lines().count(), 10);
}
