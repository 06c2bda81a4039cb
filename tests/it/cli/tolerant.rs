//! `--tolerant`, and servers whose answers are not all in order.

use super::server::Server;
use super::*;

#[tokio::test]
async fn a_tolerant_call_says_what_it_forgave() {
    let server = Server::that_replies(200, r#"{"result":5,"id":"1"}"#).await;
    let strict = call(&server, &["m"]).await;
    let error = strict.failed(5);
    assert!(error.contains("`jsonrpc` is missing"), "{error}");

    let forgave = "warning: forgave a reply: `jsonrpc` is not \"2.0\"; the id came back as another JSON type\n";
    let ran = call(&server, &["m", "--tolerant"]).await;
    assert_eq!((ran.code, &*ran.out, &*ran.err), (Some(0), "5\n", forgave));
    let mut by_environment = rpc(&["call", &server.url, "m"]);
    by_environment.env("RPC_TOLERANT", "true");
    let ran = run(by_environment).await;
    assert_eq!((&*ran.out, &*ran.err), ("5\n", forgave));
    let folder = Folder::new();
    let table = format!(
        "[endpoints.old]\nurl = \"{}\"\ntolerant = true\n",
        server.url
    );
    let config = folder.write("config.toml", &table);
    let mut by_file = rpc(&["call", "old", "m", "-v"]);
    by_file.env("RPC_CONFIG", config);
    let ran = run(by_file).await;
    assert_eq!(ran.out, "5\n");
    assert!(ran.err.ends_with(forgave), "{ran:?}");
}

#[tokio::test]
async fn an_error_of_a_tolerant_call_is_printed_like_any_other() {
    let server = Server::that_replies(200, r#"{"error":"no such thing"}"#).await;
    let ran = call(&server, &["m", "--tolerant"]).await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.contains("no such thing (code -32000)"), "{ran:?}");
}

/// What the lines of a batch become whose reply has an entry out of order.
async fn batch(options: &[&str]) -> Ran {
    let reply = r#"[{"jsonrpc":"2.0","result":10,"id":1},{"jsonrpc":"2.0","id":2},{"jsonrpc":"2.0","result":30,"id":"3"},{"jsonrpc":"2.0","result":40,"error":null,"id":4}]"#;
    let server = Server::that_replies(200, reply).await;
    let arguments = [&["batch", &server.url, "-"], options].concat();
    run_with(rpc(&arguments), "mark 1\nmark 2\nmark 3\nmark 4\n").await
}

#[tokio::test]
async fn a_malformed_entry_costs_its_line_alone() {
    let ran = batch(&["--keep-going"]).await;
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines[0], r#"{"line":1,"result":10}"#);
    assert!(lines[1].contains("neither `result` nor `error`"), "{ran:?}");
    assert!(lines[2].contains("has no answer"), "{ran:?}");
    assert_eq!(lines[3], r#"{"line":4,"result":40}"#);

    let ran = batch(&["--tolerant"]).await;
    let expected = [
        r#"{"line":1,"result":10}"#,
        r#"{"line":2,"result":null}"#,
        r#"{"line":3,"result":30}"#,
        r#"{"line":4,"result":40}"#,
    ];
    assert_eq!(ran.out.lines().collect::<Vec<_>>(), expected, "{ran:?}");
    let forgave = "warning: forgave a reply: the id came back as another JSON type; neither `result` nor `error`\n";
    assert_eq!((ran.code, &*ran.err), (Some(0), forgave));
}
