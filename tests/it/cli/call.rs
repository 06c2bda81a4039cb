//! `rpc call`, `rpc methods` and `rpc help`: what is sent, and what is printed.

use std::future::IntoFuture;

use super::*;

#[tokio::test]
async fn the_result_is_printed_on_one_line() {
    let server = Server::start().await;
    assert_eq!(call(&server, &["add", "1", "-2"]).await.printed(), "-1");
    let nested = call(&server, &["echo", r#"{ "a": [1.0, null] }"#]).await;
    assert_eq!(nested.printed(), r#"[{"a":[1.0,null]}]"#);
}

/// Digits, the order of members and escapes stay as they are.
#[tokio::test]
async fn the_result_is_printed_exactly_as_sent() {
    let reply = r#"{"jsonrpc":"2.0","id":1,"result": { "z": 1.0, "a": 123456789012345678901234567890, "a": "\u00e9\/" }}"#;
    let server = Server::that_replies(200, reply).await;
    let printed = r#"{"z":1.0,"a":123456789012345678901234567890,"a":"\u00e9\/"}"#;
    assert_eq!(call(&server, &["x"]).await.printed(), printed);
}

#[tokio::test]
async fn params_are_sent_exactly_as_written() {
    for (words, params) in [
        (&[] as &[&str], ""),
        (&["1", "-2.50", "-1e5"], r#","params":[1,-2.50,-1e5]"#),
        (&["tea", "", "a b"], r#","params":["tea","","a b"]"#),
        (&["\"5\"", "5"], r#","params":["5",5]"#),
        (
            &["item=tea", "n:=2", "s=2", "null=null"],
            r#","params":{"item":"tea","n":2,"s":"2","null":"null"}"#,
        ),
        (
            &["=YWJjZA==", "=5", "=-x", "=", ":=5.0", ":=\"5\""],
            r#","params":["YWJjZA==","5","-x","",5.0,"5"]"#,
        ),
        (&["x=YWJjZA=="], r#","params":{"x":"YWJjZA=="}"#),
        (&["\"a=b\""], r#","params":["a=b"]"#),
        (&["--", "-x", "--y"], r#","params":["-x","--y"]"#),
        (&["1", "--timeout", "9s", "2"], r#","params":[1,2]"#),
        (
            &["[1, 2]", "null", "true"],
            r#","params":[[1, 2],null,true]"#,
        ),
    ] {
        let server = Server::start().await;
        call(&server, &[&["echo"], words].concat()).await;
        let expected = format!(r#"{{"jsonrpc":"2.0","method":"echo"{params},"id":1}}"#);
        assert_eq!(server.only_message(), expected, "{words:?}");
    }
}

#[tokio::test]
async fn params_can_come_from_a_file_or_stdin() {
    let server = Server::start().await;
    let folder = Folder::new();
    let file = folder.write("params.json", "{ \"a\": 1.50 }\n");
    let ran = call(&server, &["echo", "--params", &file]).await;
    assert_eq!(ran.printed(), r#"{"a":1.5}"#, "the server is a plain one");
    let ran = run_with(rpc(&["call", &server.url, "echo", "--params", "-"]), "[1]").await;
    assert_eq!(ran.printed(), "[1]");

    let sent = server.seen.messages.lock().unwrap()[0].clone();
    assert!(sent.contains(r#""params":{ "a": 1.50 }"#), "{sent}");
}

/// Another program may be reading it.
#[tokio::test]
async fn stdin_is_not_read_unless_requested() {
    let server = Server::start().await;
    let mut command = rpc(&["call", &server.url, "add", "1", "2"]);
    // It stays open, so reading it would block for ever.
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let stdin = child.stdin.take();
    assert_eq!(end_of(child).await.printed(), "3");
    drop(stdin);
}

#[tokio::test]
async fn a_notification_has_no_id_and_prints_nothing() {
    let server = Server::start().await;
    let ran = call(&server, &["mark", "7", "--notify"]).await;
    assert_eq!(ran.printed(), "");
    assert_eq!(server.marks(), [7]);
    let message = r#"{"jsonrpc":"2.0","method":"mark","params":[7]}"#;
    assert_eq!(server.only_message(), message);
}

#[tokio::test]
async fn ids_are_of_the_requested_kind() {
    for (words, is_right) in [
        (
            &["--id", "7"] as &[&str],
            (|id| id == "7") as fn(&str) -> bool,
        ),
        (&["--id", "-7.0"], |id| id == "-7.0"),
        (&["--id", "seven"], |id| id == "\"seven\""),
        (&["--id", "\"7\""], |id| id == "\"7\""),
        (&["--id", "null"], |id| id == "null"),
        (&["--ids", "decimal"], |id| id == "1"),
        (&["--ids", "hexadecimal"], |id| id == "\"1\""),
        (&["--ids", "random"], |id| id.len() == 10),
        (&["--ids", "uuid"], |id| {
            id.len() == 38 && &id[15..16] == "4"
        }),
    ] {
        let server = Server::start().await;
        let ran = call(&server, &[&["add", "1", "2"], words].concat()).await;
        assert_eq!(ran.printed(), "3");
        let message = server.only_message();
        let id = message.split_once(r#","id":"#).unwrap().1;
        assert!(is_right(id.strip_suffix('}').unwrap()), "{words:?}: {id}");
    }
}

#[tokio::test]
async fn a_message_can_be_printed_instead_of_sent() {
    let server = Server::start().await;
    let ran = call(&server, &["add", "1", "2", "--print", "--id", "x"]).await;
    let message = r#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":"x"}"#;
    assert_eq!(ran.printed(), message);
    let ran = call(&server, &["add", "a:=1", "--print", "--notify"]).await;
    let message = r#"{"jsonrpc":"2.0","method":"add","params":{"a":1}}"#;
    assert_eq!(ran.printed(), message);
    // Stubs leave out `None`. What is typed is sent.
    let ran = call(&server, &["add", "1", "null", "--print", "--id", "x"]).await;
    let message = r#"{"jsonrpc":"2.0","method":"add","params":[1,null],"id":"x"}"#;
    assert_eq!(ran.printed(), message);
    assert!(server.messages().is_empty());
}

#[tokio::test]
async fn verbose_shows_messages_and_status_without_secrets() {
    let server = Server::start().await;
    let url = server.url.replace("//", "//bob:sesame@") + "?key=sesame";
    let mut command = rpc(&["call", &url, "add", "1", "2", "-v", "-H", "x-shop: north"]);
    command.args(["-H", "x-api-key: sesame", "--bearer", "sesame"]);
    let ran = run(command).await;
    assert_eq!((ran.code, &*ran.out), (Some(0), "3\n"));
    assert!(!ran.err.contains("sesame"), "{}", ran.err);
    let url = format!("> POST {}?…", server.url);
    for line in [
        &url,
        "> authorization: (hidden)",
        "> x-shop: north",
        "> x-api-key: (hidden)",
        r#"> {"jsonrpc":"2.0","method":"add","params":[1,2],"id":1}"#,
        "< HTTP status 200 OK",
        r#"< {"id":1,"jsonrpc":"2.0","result":3}"#,
    ] {
        assert!(ran.err.lines().any(|it| it == line), "{line}: {}", ran.err);
    }
    assert_eq!(server.header("authorization").unwrap(), "Bearer sesame");
    assert_eq!(server.header("x-api-key").unwrap(), "sesame");
}

#[tokio::test]
async fn verbose_shows_the_status_of_a_failed_call() {
    let server = Server::that_replies(503, "busy").await;
    let ran = call(&server, &["add", "1", "2", "-v"]).await;
    let shown = "< HTTP status 503 Service Unavailable\n< busy\n";
    assert!(ran.err.contains(shown), "{}", ran.err);
}

#[tokio::test]
async fn methods_are_listed_one_per_line() {
    let server = Server::that_introspects().await;
    let ran = run(rpc(&["methods", &server.url])).await;
    let methods = "add\necho\nfail\ngeo:locate\nmark\norders.place\norders.seen";
    assert_eq!(ran.printed(), methods);
}

#[tokio::test]
async fn help_shows_the_signature_the_docs_and_other_facts() {
    let server = Server::that_introspects().await;
    let ran = run(rpc(&["help", &server.url, "orders.place"])).await;
    let help = "\
orders.place(item: &str, quantity: u32 = 1) -> u64

Places an order.

Returns its number.

deprecated: use orders.buy
aliases: place
error 1001 SoldOut (conflict)
error 1002 Closed: No orders";
    assert_eq!(ran.printed(), help);
    let ran = run(rpc(&["help", &server.url, "mark"])).await;
    assert!(ran.printed().starts_with("mark()\n\nPlaces"), "{}", ran.out);
}

/// The docs, types and defaults of a trait reach the terminal.
#[tokio::test]
async fn help_shows_what_the_trait_says() {
    #[rpc_core::rpc(namespace = "stock")]
    trait Stock {
        /// How many there are.
        #[rpc(idempotent)]
        async fn left(&self, item: &str, #[rpc(default = 3)] shelf: u8) -> u32;
    }
    struct Full;
    impl Stock for Full {
        async fn left(&self, item: &str, shelf: u8) -> u32 {
            item.len() as u32 * u32::from(shelf)
        }
    }

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let endpoint = rpc_http::server::endpoint(StockServer::new(Full));
    tokio::spawn(rpc_http::server::serve(listener, endpoint).into_future());

    let ran = run(rpc(&["methods", &url])).await;
    assert_eq!(ran.printed(), "stock.left");
    let ran = run(rpc(&["call", &url, "stock.left", "item=tea"])).await;
    assert_eq!(ran.printed(), "9");
    let ran = run(rpc(&["help", &url, "stock.left"])).await;
    let help = "\
stock.left(item: &str, shelf: u8 = 3) -> u32

How many there are.

idempotent: calling it twice has the same effect as calling it once";
    assert_eq!(ran.printed(), help);
    let ran = run(rpc(&["help", &url, "stock.lef"])).await;
    let stderr = format!(
        "error: rpc.signature at {url}: Invalid params (code -32602, data \"no method `stock.lef`; did you mean `stock.left`?\")"
    );
    assert_eq!(ran.failed(1), stderr);
    let ran = run(rpc(&["call", &url, "stok.left"])).await;
    assert!(
        ran.failed(1).ends_with("hint: did you mean stock.left?"),
        "{ran:?}"
    );
}

/// `=` is followed by text, also if that is a number.
#[tokio::test]
async fn a_refused_string_that_looks_like_json_gets_a_hint() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let service = rpc_core::Dispatcher::new().method("half", |n: u64| async move { n / 2 });
    let endpoint = rpc_http::server::endpoint(service);
    tokio::spawn(rpc_http::server::serve(listener, endpoint).into_future());

    let hint = "hint: =8 is sent as a string, :=8 as JSON";
    let ran = run(rpc(&["call", &url, "half", "=8"])).await;
    assert!(ran.failed(1).ends_with(hint), "{ran:?}");
    let ran = run_with(rpc(&["batch", &url, "-"]), "half :=8\nhalf =8\n").await;
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.err.trim_end().ends_with(hint), "{ran:?}");
    let ran = run(rpc(&["call", &url, "half", ":=8"])).await;
    assert_eq!(ran.printed(), "4");
    let ran = run(rpc(&["call", &url, "half", "=eight"])).await;
    assert!(!ran.failed(1).contains("hint: ="), "{ran:?}");
}

#[tokio::test]
async fn a_server_without_introspection_gives_a_hint() {
    let server = Server::start().await;
    let ran = run(rpc(&["methods", &server.url])).await;
    assert!(
        ran.failed(1)
            .contains("hint: this server cannot list its methods"),
        "{ran:?}"
    );
    let ran = run(rpc(&["help", &server.url, "add"])).await;
    assert!(
        ran.failed(1)
            .contains("hint: this server cannot describe the method"),
        "{ran:?}"
    );
}

#[tokio::test]
async fn an_unknown_method_gets_a_suggestion() {
    let server = Server::that_introspects().await;
    let ran = call(&server, &["oders.place"]).await;
    let url = &server.url;
    let stderr = format!(
        "error: oders.place at {url}: Method not found (code -32601)\nhint: did you mean orders.place?"
    );
    assert_eq!(ran.failed(1), stderr);
    let ran = run(rpc(&["help", &server.url, "order.plaec"])).await;
    let stderr = format!(
        "error: rpc.signature at {url}: Invalid params (code -32602)\nhint: did you mean orders.place?"
    );
    assert_eq!(ran.failed(1), stderr);
    let ran = call(&server, &["quite_another"]).await;
    let stderr = format!("error: quite_another at {url}: Method not found (code -32601)");
    assert_eq!(ran.failed(1), stderr);
}

/// `rpc help` without a server shows the help of `rpc`.
#[tokio::test]
async fn help_of_the_program_itself() {
    let ran = run(rpc(&["help"])).await;
    assert!(
        ran.printed().contains("Exit codes:\n    0  success"),
        "{ran:?}"
    );
    let ran = run(rpc(&["help", "batch"])).await;
    assert!(ran.printed().contains("--resume <FILE>"), "{ran:?}");
    let ran = run(rpc(&["call", "--help"])).await;
    assert!(ran.printed().contains("negative number"), "{ran:?}");
}
