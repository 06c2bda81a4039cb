//! `rpc call`, `rpc methods` and `rpc help`: what is sent, and what is printed.

use std::future::IntoFuture;

use super::*;

#[tokio::test]
async fn the_result_is_printed_in_one_line() {
    let server = Server::start().await;
    assert_eq!(call(&server, &["add", "1", "-2"]).await.printed(), "-1");
    let nested = call(&server, &["echo", r#"{ "a": [1.0, null] }"#]).await;
    assert_eq!(nested.printed(), r#"[{"a":[1.0,null]}]"#);
}

/// What the server sends is printed to the letter: digits, order, escapes.
#[tokio::test]
async fn the_result_is_what_the_server_sent() {
    let reply = r#"{"jsonrpc":"2.0","id":1,"result": { "z": 1.0, "a": 123456789012345678901234567890, "a": "\u00e9\/" }}"#;
    let server = Server::that_replies(200, reply).await;
    let printed = r#"{"z":1.0,"a":123456789012345678901234567890,"a":"\u00e9\/"}"#;
    assert_eq!(call(&server, &["x"]).await.printed(), printed);
}

#[tokio::test]
async fn params_go_to_the_letter() {
    for (words, params) in [
        (&[] as &[&str], ""),
        (&["1", "-2.50", "-1e5"], r#","params":[1,-2.50,-1e5]"#),
        (&["tea", "", "a b"], r#","params":["tea","","a b"]"#),
        (&["\"5\"", "5"], r#","params":["5",5]"#),
        (
            &["item=tea", "n=2", "s=\"2\""],
            r#","params":{"item":"tea","n":2,"s":"2"}"#,
        ),
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
async fn params_come_from_a_file_or_from_stdin() {
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

/// Somebody else may be reading it.
#[tokio::test]
async fn stdin_is_left_alone_unless_it_is_asked_for() {
    let server = Server::start().await;
    let mut command = rpc(&["call", &server.url, "add", "1", "2"]);
    // It stays open: who reads it waits for ever.
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
async fn ids_are_what_was_asked_for() {
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
async fn what_would_be_sent_is_printed_and_not_sent() {
    let server = Server::start().await;
    let ran = call(&server, &["add", "1", "2", "--print", "--id", "x"]).await;
    let message = r#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":"x"}"#;
    assert_eq!(ran.printed(), message);
    let ran = call(&server, &["add", "a=1", "--print", "--notify"]).await;
    let message = r#"{"jsonrpc":"2.0","method":"add","params":{"a":1}}"#;
    assert_eq!(ran.printed(), message);
    assert!(server.messages().is_empty());
}

#[tokio::test]
async fn messages_and_the_status_are_shown_without_what_is_secret() {
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
async fn a_status_is_shown_where_the_call_fails() {
    let server = Server::that_replies(503, "busy").await;
    let ran = call(&server, &["add", "1", "2", "-v"]).await;
    let shown = "< HTTP status 503 Service Unavailable\n< busy\n";
    assert!(ran.err.contains(shown), "{}", ran.err);
}

#[tokio::test]
async fn methods_are_listed_a_line_each() {
    let server = Server::that_introspects().await;
    let ran = run(rpc(&["methods", &server.url])).await;
    let methods = "add\necho\nfail\ngeo:locate\nmark\norders.place\norders.seen";
    assert_eq!(ran.printed(), methods);
}

#[tokio::test]
async fn a_method_s_help_is_its_signature_its_text_and_what_else_is_known() {
    let server = Server::that_introspects().await;
    let ran = run(rpc(&["help", &server.url, "orders.place"])).await;
    let help = "\
orders.place(item: &str, quantity: u32 = 1) -> u64

Places an order.

Returns its number.

deprecated: use orders.buy
aliases: place
error 1001 SoldOut
error 1002 Closed: No orders";
    assert_eq!(ran.printed(), help);
    let ran = run(rpc(&["help", &server.url, "mark"])).await;
    assert!(ran.printed().starts_with("mark()\n\nPlaces"), "{}", ran.out);
}

/// What a trait says arrives at the terminal.
#[tokio::test]
async fn a_server_of_one_s_own_tells_what_its_trait_says() {
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

idempotent: to call it twice does the same as to call it once";
    assert_eq!(ran.printed(), help);
    let ran = run(rpc(&["help", &url, "stock.lef"])).await;
    let told = "error: Invalid params (code -32602, data \"no method `stock.lef`; did you mean `stock.left`?\")";
    assert_eq!(ran.told(1), told);
    let ran = run(rpc(&["call", &url, "stok.left"])).await;
    assert!(
        ran.told(1).ends_with("hint: did you mean stock.left?"),
        "{ran:?}"
    );
}

#[tokio::test]
async fn a_server_that_tells_nothing_is_told_of() {
    let server = Server::start().await;
    let ran = run(rpc(&["methods", &server.url])).await;
    assert!(ran.told(1).ends_with("it has no rpc.methods"), "{ran:?}");
    let ran = run(rpc(&["help", &server.url, "add"])).await;
    assert!(ran.told(1).ends_with("it has no rpc.help"), "{ran:?}");
}

#[tokio::test]
async fn a_wrong_name_gets_a_near_one() {
    let server = Server::that_introspects().await;
    let ran = call(&server, &["oders.place"]).await;
    let told = "error: Method not found (code -32601)\nhint: did you mean orders.place?";
    assert_eq!(ran.told(1), told);
    let ran = run(rpc(&["help", &server.url, "order.plaec"])).await;
    let told = "error: Invalid params (code -32602)\nhint: did you mean orders.place?";
    assert_eq!(ran.told(1), told);
    let ran = call(&server, &["quite_another"]).await;
    assert_eq!(ran.told(1), "error: Method not found (code -32601)");
}

/// `rpc help` without a server is about the program, as with other programs.
#[tokio::test]
async fn help_of_the_program_itself() {
    let ran = run(rpc(&["help"])).await;
    assert!(
        ran.printed().contains("Exit codes:\n    0  it worked"),
        "{ran:?}"
    );
    let ran = run(rpc(&["help", "batch"])).await;
    assert!(ran.printed().contains("--resume <FILE>"), "{ran:?}");
    let ran = run(rpc(&["call", "--help"])).await;
    assert!(ran.printed().contains("negative number"), "{ran:?}");
}
