//! By which names a server answers.

use super::*;

fn addressed(request_line: &str, headers: &str) -> Vec<u8> {
    let length = ECHO.len();
    format!("{request_line}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n{ECHO}")
        .into_bytes()
}

/// A page whose own name has come to mean this server is of the same origin, as far as a browser can tell.
#[tokio::test]
async fn a_server_answers_by_its_own_names_alone() {
    let names = ["localhost", "Shop.Example", "127.0.0.1", "::1"];
    let text = "this host name is not among the server's allowed hosts";
    let forbidden = refused("403 Forbidden", "host", "", text);
    for shorthand in [false, true] {
        let server = running(probe().shorthand(shorthand).allowed_hosts(names)).await;
        for (host, let_in) in [
            ("localhost", true),
            ("LOCALHOST:8080", true),
            ("shop.example:", true),
            ("127.0.0.1:80", true),
            ("[::1]:8080", true),
            ("[::1]", true),
            ("evil.example", false),
            ("evil.example:8080", false),
            ("localhost.evil.example", false),
            ("evil-localhost", false),
            ("localhost.", false),
            ("127.0.0.2", false),
            ("[::2]", false),
            ("", false),
        ] {
            let headers = format!("host: {host}\r\nsec-fetch-site: same-origin\r\n");
            let response = server
                .exchange(&addressed("POST / HTTP/1.1", &headers))
                .await;
            let expected = if let_in {
                ok(ECHOED)
            } else {
                forbidden.clone()
            };
            assert_eq!(response, expected, "{host}");
        }
        for (request_line, headers, let_in) in [
            // A URL in the first line goes before the header (RFC 9112, section 3.2.2).
            (
                "POST http://localhost/ HTTP/1.1",
                "host: evil.example\r\n",
                true,
            ),
            (
                "POST http://evil.example/ HTTP/1.1",
                "host: localhost\r\n",
                false,
            ),
        ] {
            let response = server.exchange(&addressed(request_line, headers)).await;
            let status = if let_in {
                "HTTP/1.1 200 "
            } else {
                "HTTP/1.1 403 "
            };
            assert!(
                response.starts_with(status),
                "{request_line} {headers}: {response}"
            );
        }
    }
    let server = running(probe().shorthand(true).allowed_hosts(names)).await;
    let get = |host: &str| format!("GET /list_methods HTTP/1.1\r\nhost: {host}\r\n\r\n");
    let response = server.exchange(get("localhost").as_bytes()).await;
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    assert_eq!(
        server.exchange(get("evil.example").as_bytes()).await,
        forbidden
    );
}

#[tokio::test]
async fn by_default_it_answers_programs_by_any_name() {
    let server = running(probe()).await;
    let request = addressed("POST / HTTP/1.1", "host: evil.example\r\n");
    assert_eq!(server.exchange(&request).await, ok(ECHOED));
}

/// A page whose own name has come to mean this machine.
#[tokio::test]
async fn on_a_loopback_address_a_browser_opens_a_websocket_under_loopback_names_alone() {
    let websocket = "GET / HTTP/1.1\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\n\
        sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let served = running(probe()).await;
    let lenient = running(probe().any_host()).await;
    for (host, is_own) in [
        ("localhost", true),
        ("shop.localhost", true),
        ("127.0.0.1", true),
        ("[::1]", true),
        ("evil.example", false),
        ("localhost.evil.example", false),
        ("192.0.2.1", false),
    ] {
        let of_page = format!("host: {host}:80\r\norigin: http://{host}:80\r\n");
        let of_program = format!("host: {host}\r\n");
        for (server, headers, is_let_in) in [
            (&served, &of_page, is_own),
            (&served, &of_program, true),
            (&lenient, &of_page, true),
        ] {
            let request = format!("{websocket}{headers}\r\n");
            let response = server.exchange(request.as_bytes()).await;
            let status = if is_let_in { "101" } else { "403" };
            assert!(
                response.starts_with(&format!("HTTP/1.1 {status} ")),
                "{headers}: {response}"
            );
            let reason = "listens on a loopback address";
            assert_eq!(response.contains(reason), !is_let_in, "{response}");
        }
    }
}

/// RFC 9112, section 3.2.
#[tokio::test]
async fn a_request_has_one_valid_host() {
    let no_host = refused(
        "400 Bad Request",
        "host",
        "",
        "a request must have exactly one valid `Host` header",
    );
    let http_1_0 = |response: String| response.replacen("HTTP/1.1", "HTTP/1.0", 1);
    for shorthand in [false, true] {
        let server = running(probe().shorthand(shorthand)).await;
        for (request_line, headers, is_right) in [
            ("POST / HTTP/1.1", "host: x\r\n", true),
            ("POST / HTTP/1.1", "host: x.example:80\r\n", true),
            ("POST / HTTP/1.1", "host: [::1]:80\r\n", true),
            ("POST / HTTP/1.1", "host: a_b~c\r\n", true),
            ("POST / HTTP/1.1", "host:\r\n", true),
            ("POST http://x/ HTTP/1.1", "host: x\r\n", true),
            ("POST / HTTP/1.0", "", true),
            ("POST / HTTP/1.0", "host: x\r\n", true),
            ("POST / HTTP/1.1", "", false),
            ("POST http://x/ HTTP/1.1", "", false),
            ("POST / HTTP/1.1", "host: x\r\nhost: x\r\n", false),
            ("POST / HTTP/1.1", "host: x\r\nhost: y\r\n", false),
            ("POST / HTTP/1.0", "host: x\r\nhost: y\r\n", false),
            ("POST / HTTP/1.1", "host: x/y\r\n", false),
            ("POST / HTTP/1.1", "host: x y\r\n", false),
            ("POST / HTTP/1.1", "host: x[\r\n", false),
            ("POST / HTTP/1.1", "host: [::1\r\n", false),
            ("POST / HTTP/1.1", "host: [::1]x\r\n", false),
            ("POST / HTTP/1.1", "host: ann@x\r\n", false),
            ("POST / HTTP/1.1", "host: x:y\r\n", false),
            ("POST / HTTP/1.1", "host: x:1:2\r\n", false),
            ("POST / HTTP/1.1", "host: \u{e9}\r\n", false),
        ] {
            let response = server.exchange(&addressed(request_line, headers)).await;
            let expected = match is_right {
                true => ok(ECHOED),
                false => no_host.clone(),
            };
            let expected = match request_line.ends_with('0') {
                true => http_1_0(expected),
                false => expected,
            };
            assert_eq!(response, expected, "{request_line} {headers}");
        }
    }
    // The same where axum serves.
    let address = disconnect::axum_serves(probe()).await;
    let mut raw = Raw::connect(address).await;
    raw.send(&addressed("POST / HTTP/1.1", "")).await;
    assert_eq!(raw.response().await, no_host);
}
