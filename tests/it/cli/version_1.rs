//! JSON-RPC 1.0: what is sent, and what is printed.

use super::server::Script;
use super::*;

async fn server() -> Server {
    Server::of(Script {
        version_1: true,
        says: &[("system.listMethods", r#"["echo","add"]"#)],
        ..Script::default()
    })
    .await
}

const VERSION: [&str; 2] = ["--jsonrpc", "1.0"];

#[tokio::test]
async fn a_call() {
    for (words, message, printed) in [
        (
            &["add", "1", ":=2"] as &[&str],
            r#"{"method":"add","params":[1,2],"id":1}"#,
            "3",
        ),
        (&["echo"], r#"{"method":"echo","params":[],"id":1}"#, "[]"),
        (
            &["echo", "=5", "--id", "x"],
            r#"{"method":"echo","params":["5"],"id":"x"}"#,
            r#"["5"]"#,
        ),
        (
            &["mark", "7", "--notify"],
            r#"{"method":"mark","params":[7],"id":null}"#,
            "",
        ),
    ] {
        let server = server().await;
        let ran = call(&server, &[words, &VERSION].concat()).await;
        assert_eq!(ran.printed(), printed, "{words:?}");
        assert_eq!(server.only_message(), message);
        let ran = call(&server, &[words, &VERSION, &["--print"]].concat()).await;
        assert_eq!(ran.printed(), message);
        assert_eq!(server.messages().len(), 1, "--print sends nothing");
    }
}

#[tokio::test]
async fn an_error() {
    let server = server().await;
    let ran = call(&server, &["fail", "--jsonrpc", "1.0"]).await;
    let expected = format!(
        r#"error: fail at {}: only 3 left (code 1001, data {{"left":3}})"#,
        server.url
    );
    assert_eq!(ran.failed(1), expected);
}

#[tokio::test]
async fn the_version_is_a_setting_of_an_endpoint() {
    let server = server().await;
    let folder = Folder::new();
    for value in ["\"1.0\"", "1.0", "1"] {
        let file = format!(
            "[endpoints.old]\nurl = \"{}\"\njsonrpc = {value}\n",
            server.url
        );
        let file = folder.write("config.toml", &file);
        let mut command = rpc(&["call", "old", "add", "1", "2"]);
        command.env("RPC_CONFIG", &file);
        assert_eq!(run(command).await.printed(), "3");
    }
    let mut command = rpc(&["call", &server.url, "add", "1", "2"]);
    command.env("RPC_JSONRPC", "1.0");
    assert_eq!(run(command).await.printed(), "3");
}

/// The specification of 1.0 has no batches.
#[tokio::test]
async fn each_call_of_a_batch_has_its_own_message() {
    let server = server().await;
    let input = "mark 1\nmark m:=2\n{\"method\":\"mark\",\"params\":[3],\"id\":null}\nmark 4\n";
    let words = [&["batch", &server.url, "-"], &VERSION[..]].concat();
    let ran = run_with(rpc(&words), input).await;
    let lines = [
        r#"{"line":1,"result":10}"#,
        r#"{"line":2,"failure":"JSON-RPC 1.0 has no params by name"}"#,
        r#"{"line":3,"notified":true}"#,
        r#"{"line":4,"result":40}"#,
    ];
    assert_eq!(
        (ran.code, ran.out.trim()),
        (Some(2), &*lines.join("\n")),
        "{ran:?}"
    );
    let messages = server.messages();
    assert_eq!(messages.len(), 3);
    assert!(
        messages.iter().all(serde_json::Value::is_object),
        "{messages:?}"
    );
}

/// Some of its servers have batches all the same.
#[tokio::test]
async fn a_batch_has_the_size_that_is_asked_for() {
    let server = server().await;
    let words = ["batch", &server.url, "-", "--batch-size", "2"];
    let ran = run_with(rpc(&[&words, &VERSION[..]].concat()), "mark 1\nmark 2\n").await;
    assert_eq!(
        ran.printed(),
        "{\"line\":1,\"result\":10}\n{\"line\":2,\"result\":20}"
    );
    let expected =
        r#"[{"method":"mark","params":[1],"id":1},{"method":"mark","params":[2],"id":2}]"#;
    assert_eq!(server.only_message(), expected);

    // A size for any server does not count.
    let server = self::server().await;
    let mut command = rpc(&[&["batch", &server.url, "-"], &VERSION[..]].concat());
    command.env("RPC_BATCH_SIZE", "50");
    run_with(command, "mark 1\nmark 2\n").await.printed();
    assert_eq!(server.messages().len(), 2);
}

#[tokio::test]
async fn methods_are_listed() {
    let server = server().await;
    let ran = run(rpc(&[&["methods", &server.url], &VERSION[..]].concat())).await;
    assert_eq!(ran.printed(), "add\necho");
}

#[tokio::test]
async fn a_reply_of_this_version_gets_a_hint() {
    let server = Server::that_replies(200, r#"{"result":3,"error":null,"id":1}"#).await;
    let hint = "hint: use --jsonrpc 1.0 if this is a server of JSON-RPC 1.0";
    let ran = call(&server, &["add", "1", "2"]).await;
    assert!(ran.failed(5).ends_with(hint), "{ran:?}");
    let ran = run_with(rpc(&["batch", &server.url, "-"]), "add 1 2\n").await;
    assert_eq!(ran.code, Some(5));
    assert!(ran.err.trim_end().ends_with(hint), "{ran:?}");
    let ran = call(&server, &["add", "1", "2", "--jsonrpc", "1.0"]).await;
    assert_eq!(ran.printed(), "3");
}
