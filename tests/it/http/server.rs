//! What the server answers, byte for byte.

use std::sync::atomic::Ordering;

use rpc_http::server::{Endpoint, NotificationStatus};

use super::*;

const TYPES: &str = "the content type must be one of application/json, application/json-rpc, \
                     application/jsonrequest; a request from a browser must have one";

fn wrong_type() -> String {
    refused("415 Unsupported Media Type", "content-type", "", TYPES)
}

#[tokio::test]
async fn other_methods_than_post_are_refused() {
    let server = running(probe()).await;
    let expected = refused(
        "405 Method Not Allowed",
        "method",
        "allow: POST\r\n",
        "JSON-RPC messages must be sent with POST",
    );
    for method in ["GET", "PUT", "OPTIONS", "DELETE", "PATCH", "BREW"] {
        let request = format!("{method} / HTTP/1.1\r\nhost: x\r\n\r\n");
        let response = server.exchange(request.as_bytes()).await;
        assert_eq!(response, expected, "{method}");
    }
    let mut head = server.connect().await;
    head.send(b"HEAD / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        .await;
    let response = head.head().await;
    assert!(response.starts_with("HTTP/1.1 405 "), "{response}");
    assert!(response.ends_with("\r\n\r\n"), "a body: {response}");
    assert_eq!(header_of(&response, "allow"), Some("POST"));
}

#[tokio::test]
async fn content_types_of_json_rpc_are_accepted() {
    let server = running(probe()).await;
    for content_type in [
        "application/json",
        "application/json-rpc",
        "application/jsonrequest",
        "APPLICATION/Json",
        "Application/JSON-RPC; charset=UTF-8",
        "application/json;charset=utf-8",
        "application/json  ;  charset=utf-8",
        "application/json;",
        "application/jsonrequest; a=b; c=\"d;e\"",
        "  application/json  ",
    ] {
        for origin in ["", "origin: https://else.example\r\n"] {
            let request = post(&format!("content-type:{content_type}\r\n{origin}"), ECHO);
            let response = server.exchange(&request).await;
            assert_eq!(response, ok(ECHOED), "{content_type}");
        }
    }
}

#[tokio::test]
async fn other_content_types_are_refused() {
    let server = running(probe()).await;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application/json+rpc",
        "application /json",
        "application/json, text/plain",
        "json",
        "; application/json",
        "\u{e9}",
        "",
    ] {
        let request = post(&format!("content-type: {content_type}\r\n"), ECHO);
        let response = server.exchange(&request).await;
        assert_eq!(response, wrong_type(), "{content_type:?}");
    }
    let twice = post(
        "content-type: application/json\r\ncontent-type: application/json\r\n",
        ECHO,
    );
    assert_eq!(server.exchange(&twice).await, wrong_type());
}

#[tokio::test]
async fn a_browser_has_to_send_a_content_type() {
    let server = running(probe()).await;
    assert_eq!(server.exchange(&post("", ECHO)).await, ok(ECHOED));
    for browser in [
        "origin: https://else.example\r\n",
        "origin: null\r\n",
        "sec-fetch-site: cross-site\r\n",
        "Sec-Fetch-Site: same-origin\r\n",
    ] {
        let response = server.exchange(&post(browser, ECHO)).await;
        assert_eq!(response, wrong_type(), "{browser}");
    }
}

#[tokio::test]
async fn compressed_messages_are_refused() {
    let server = running(probe()).await;
    for (encoding, accepted) in [
        ("content-encoding: gzip\r\n", false),
        ("content-encoding: br\r\n", false),
        (
            "content-encoding: identity\r\ncontent-encoding: gzip\r\n",
            false,
        ),
        ("content-encoding: identity, gzip\r\n", false),
        ("content-encoding: identity\r\n", true),
        ("content-encoding: Identity\r\n", true),
    ] {
        let request = post(
            &format!("content-type: application/json\r\n{encoding}"),
            ECHO,
        );
        let expected = match accepted {
            true => ok(ECHOED),
            false => refused(
                "415 Unsupported Media Type",
                "content-encoding",
                "",
                "compressed messages are not accepted",
            ),
        };
        assert_eq!(server.exchange(&request).await, expected, "{encoding}");
    }
}

#[tokio::test]
async fn a_message_that_is_announced_as_too_large_is_refused_before_it_is_sent() {
    let server = running(probe().max_message(ECHO.len())).await;
    assert_eq!(server.exchange(&json(ECHO)).await, ok(ECHOED));
    let head = format!(
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        ECHO.len() + 1
    );
    let expected = refused(
        "413 Payload Too Large",
        "too-large",
        "",
        "the message is larger than 56 bytes",
    );
    assert_eq!(server.exchange(head.as_bytes()).await, last(expected));
}

#[tokio::test]
async fn a_chunked_message_that_is_too_large_is_refused() {
    let server = running(probe().max_message(100)).await;
    let mut raw = server.connect().await;
    raw.send(b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
        .await;
    for _ in 0..11 {
        raw.send(b"a\r\n          \r\n").await;
    }
    let expected = refused(
        "413 Payload Too Large",
        "too-large",
        "",
        "the message is larger than 100 bytes",
    );
    assert_eq!(raw.response().await, last(expected));
}

/// The response must not be lost, although most of the message is never read.
#[tokio::test]
async fn a_client_that_sends_all_of_a_too_large_message_is_told() {
    let server = running(probe().max_message(1000)).await;
    for _ in 0..20 {
        let mut raw = server.connect().await;
        let message = " ".repeat(8_000_000);
        // A blocking client sends all of it before it looks for a response.
        raw.send(&json(&message)).await;
        assert!(raw.response().await.starts_with("HTTP/1.1 413 "));
    }
    let text = "x".repeat(4_000_000);
    let error = within(server.probe().echo(&text).into_future())
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "echo at {}: the server answered with HTTP status 413 Payload Too Large",
            server.url()
        )
    );
}

#[tokio::test]
async fn errors_are_answered_with_200() {
    let server = running(probe()).await;
    for (message, reply) in [
        (
            "",
            r#"{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}"#,
        ),
        (
            "[1]",
            r#"[{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null}]"#,
        ),
        (
            r#"{"jsonrpc":"2.0","method":"nope","id":"a"}"#,
            r#"{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":"a"}"#,
        ),
    ] {
        assert_eq!(server.exchange(&json(message)).await, ok(reply));
    }
}

#[tokio::test]
async fn errors_have_their_own_statuses_if_that_is_on() {
    let service = rpc_core::Dispatcher::new()
        .method("add", |a: i64, b: i64| async move { a + b })
        .method("fail", || async {
            Err::<(), _>(rpc_core::ErrorObject::new(7, "no"))
        });
    let server = running(rpc_http::server::endpoint(service).error_statuses(true)).await;
    for (message, status) in [
        ("{", "400 Bad Request"),
        ("1", "400 Bad Request"),
        (
            r#"{"jsonrpc":"2.0","method":"add","params":[1],"id":1}"#,
            "400 Bad Request",
        ),
        (
            r#"{"jsonrpc":"2.0","method":"nope","id":1}"#,
            "404 Not Found",
        ),
        (
            r#"{"jsonrpc":"2.0","method":"fail","id":1}"#,
            "422 Unprocessable Entity",
        ),
        (
            r#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":1}"#,
            "200 OK",
        ),
        (r#"[{"jsonrpc":"2.0","method":"fail","id":1}]"#, "200 OK"),
    ] {
        let response = server.exchange(&json(message)).await;
        let expected = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n");
        assert!(response.starts_with(&expected), "{message}: {response}");
    }
}

#[tokio::test]
async fn notifications_are_answered_with_nothing() {
    type Setting = fn(Endpoint<ProbeServer<Prober>>) -> Endpoint<ProbeServer<Prober>>;
    let settings: [(Setting, &str); 4] = [
        (|it| it, "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"),
        (
            |it| it.notification_status(NotificationStatus::Ok),
            "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        ),
        (
            |it| it.notification_status(NotificationStatus::Accepted),
            "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n",
        ),
        (
            |it| it.notification_status(NotificationStatus::NoContent),
            "HTTP/1.1 204 No Content\r\n\r\n",
        ),
    ];
    for (set, expected) in settings {
        let (watch, endpoint) = watched();
        let server = running(set(endpoint)).await;
        let batch = format!("[{NOTE},{NOTE}]");
        assert_eq!(server.exchange(&json(NOTE)).await, expected);
        assert_eq!(server.exchange(&json(&batch)).await, expected);
        assert_eq!(watch.finished.load(Ordering::SeqCst), 3);
        // A call is answered as ever.
        assert_eq!(server.exchange(&json(ECHO)).await, ok(ECHOED));
        // The client takes each for what it is.
        within(server.probe().note("x").into_future())
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_connection_carries_one_request_after_another() {
    let server = running(probe()).await;
    let mut raw = server.connect().await;
    for _ in 0..3 {
        raw.send(&json(ECHO)).await;
        assert_eq!(raw.response().await, ok(ECHOED));
    }
    // All at once, refusals and silence among them.
    let get = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n".to_vec();
    let pipelined = [
        json(ECHO),
        json(NOTE),
        get,
        post("origin: x\r\n", ECHO),
        json(ECHO),
    ];
    raw.send(&pipelined.concat()).await;
    assert_eq!(raw.response().await, ok(ECHOED));
    assert!(
        raw.response()
            .await
            .starts_with("HTTP/1.1 200 OK\r\ncontent-length: 0")
    );
    assert!(raw.response().await.starts_with("HTTP/1.1 405 "));
    assert!(raw.response().await.starts_with("HTTP/1.1 415 "));
    assert_eq!(raw.response().await, ok(ECHOED));
    raw.send(&post("connection: close\r\n", ECHO)).await;
    assert_eq!(raw.response().await, last(ok(ECHOED)));
    raw.until_closed().await;
}

#[tokio::test]
async fn http_1_0_is_served() {
    let server = running(probe()).await;
    let length = ECHO.len();
    let mut raw = server.connect().await;
    raw.send(format!("POST / HTTP/1.0\r\ncontent-length: {length}\r\n\r\n{ECHO}").as_bytes())
        .await;
    assert_eq!(
        raw.response().await,
        ok(ECHOED).replace("HTTP/1.1", "HTTP/1.0")
    );
    raw.until_closed().await;

    let mut raw = server.connect().await;
    for _ in 0..2 {
        let head = format!("POST / HTTP/1.0\r\nconnection: keep-alive\r\ncontent-length: {length}");
        raw.send(format!("{head}\r\n\r\n{ECHO}").as_bytes()).await;
        let response = raw.response().await;
        assert_eq!(header_of(&response, "connection"), Some("keep-alive"));
        assert!(response.ends_with(ECHOED));
    }
}

#[tokio::test]
async fn a_client_may_wait_to_be_told_to_go_on() {
    let server = running(probe()).await;
    let mut raw = server.connect().await;
    let request = String::from_utf8(post("expect: 100-continue\r\n", ECHO)).unwrap();
    let (head, body) = request.split_at(request.len() - ECHO.len());
    raw.send(head.as_bytes()).await;
    assert_eq!(raw.response().await, "HTTP/1.1 100 Continue\r\n\r\n");
    raw.send(body.as_bytes()).await;
    assert_eq!(raw.response().await, ok(ECHOED));

    // Nobody is told to go on with what would be refused.
    let mut raw = server.connect().await;
    raw.send(
        b"POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 99999999\r\n\r\n",
    )
    .await;
    assert!(raw.response().await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn a_body_may_come_in_any_pieces() {
    let server = running(probe()).await;
    let message = r#"{"jsonrpc":"2.0","method":"echo","params":["häé🦀"],"id":1}"#.as_bytes();
    for size in [1, 2, 3, 7, 50, 1000] {
        let mut raw = server.connect().await;
        raw.send(b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
            .await;
        for piece in message.chunks(size) {
            raw.send(format!("{:x}\r\n", piece.len()).as_bytes()).await;
            tokio::task::yield_now().await;
            raw.send(&[piece, b"\r\n"].concat()).await;
        }
        raw.send(b"0\r\nx-trailer: y\r\n\r\n").await;
        let reply = r#"{"jsonrpc":"2.0","result":"häé🦀","id":1}"#;
        assert_eq!(raw.response().await, ok(reply), "pieces of {size}");

        let request = json(ECHO);
        for piece in request.chunks(size) {
            raw.send(piece).await;
            tokio::task::yield_now().await;
        }
        assert_eq!(raw.response().await, ok(ECHOED), "pieces of {size}");
    }
}

#[tokio::test]
async fn malformed_http_is_answered_with_400_and_closed() {
    let server = running(probe()).await;
    for junk in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"{\"jsonrpc\":\"2.0\"}\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost : x\r\n\r\n",
    ] {
        let mut raw = server.connect().await;
        raw.send(junk).await;
        let response = raw.response().await;
        assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
        raw.until_closed().await;
    }
    assert_eq!(server.exchange(&json(ECHO)).await, ok(ECHOED));
}
