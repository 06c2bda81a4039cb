//! Streams as `EventSource` and `curl -N` read them: GET in shorthand.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rpc_http::server::{Endpoint, endpoint};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::feed::until;
use super::journal::{Book, JournalServer, KEYS, Shelf};
use crate::http::{Running, running, within};

type Served = Endpoint<JournalServer<Shelf>>;

async fn server(set: impl FnOnce(Served) -> Served) -> (Running, Arc<Book>) {
    let book = Arc::new(Book::default());
    let served = endpoint(JournalServer::new(Shelf(Arc::clone(&book)))).shorthand(true);
    let server = running(set(served.heartbeat_interval(Duration::from_millis(50)))).await;
    (server, book)
}

/// A GET as `EventSource` makes it.
const EVENTS: &str = "accept: text/event-stream\r\n";

fn get(path: &str, headers: &str) -> Vec<u8> {
    let head = format!("GET {path} HTTP/1.1\r\nhost: shop.example:8080\r\nconnection: close\r\n");
    format!("{head}{headers}\r\n").into_bytes()
}

async fn open(server: &Running, path: &str, headers: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(&get(path, headers)).await.unwrap();
    stream
}

/// All of the response: its head, and its body without chunks, comments and the time to wait before another attempt.
async fn exchange(server: &Running, path: &str, headers: &str) -> (String, String) {
    let mut stream = open(server, path, headers).await;
    let mut response = String::new();
    within(stream.read_to_string(&mut response)).await.unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), plain(head, body))
}

fn plain(head: &str, body: &str) -> String {
    if !head.contains("transfer-encoding: chunked") {
        return body.to_owned();
    }
    let mut rest = body;
    let mut plain = String::new();
    while let Some((length, after)) = rest.split_once("\r\n") {
        let length = usize::from_str_radix(length, 16).unwrap();
        plain.push_str(&after[..length]);
        rest = after[length..].strip_prefix("\r\n").unwrap();
    }
    plain.replace(":\n\n", "")
}

/// The events without the first, which has no data.
fn events(body: &str) -> &str {
    let (beginning, events) = body.split_once("\n\n").unwrap();
    let retry = beginning.lines().next().unwrap().strip_prefix("retry: ");
    let milliseconds: u64 = retry.unwrap().parse().unwrap();
    assert!((1800..=2200).contains(&milliseconds), "{milliseconds}");
    events
}

/// Reads until this has come.
async fn read_until(stream: &mut TcpStream, wanted: &str) -> String {
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).contains(wanted) {
        assert!(
            within(stream.read_buf(&mut read)).await.unwrap() > 0,
            "{wanted}"
        );
    }
    String::from_utf8(read).unwrap()
}

#[tokio::test]
async fn the_wire() {
    let (server, _) = server(|endpoint| endpoint).await;
    let (head, body) = exchange(&server, "/journal.ticks?to=2", EVENTS).await;
    for line in [
        "HTTP/1.1 200 OK",
        "content-type: text/event-stream",
        "cache-control: no-store",
        "x-accel-buffering: no",
    ] {
        assert!(head.lines().any(|it| it == line), "{line}: {head}");
    }
    assert!(body.contains("\nid: $begun\n\n"), "{body}");
    let expected = "data: 1\n\ndata: 2\n\nevent: end\nid: $end\ndata: null\n\n";
    assert_eq!(events(&body), expected);
    // As curl asks.
    let (_, body) = exchange(&server, "/journal.ticks?to=2", "accept: */*\r\n").await;
    assert_eq!(events(&body), expected);
}

#[tokio::test]
async fn cursors_are_ids() {
    let (server, book) = server(|endpoint| endpoint).await;
    book.write(3);
    let path = "/journal.log?topic=tea&after=1";
    let mut stream = open(&server, path, EVENTS).await;
    let read = read_until(&mut stream, "line 3").await;
    assert!(
        read.contains("id: 2\ndata: \"line 2\"\n\nid: 3\ndata: \"line 3\""),
        "{read}"
    );
    assert!(!read.contains("$begun"), "{read}");
    drop(stream);
    until(|| book.running() == 0).await;
    // The last id goes before the query.
    let last = format!("{EVENTS}last-event-id: 2\r\n");
    let mut stream = open(&server, path, &last).await;
    let read = read_until(&mut stream, "line 3").await;
    assert!(!read.contains("line 2"), "{read}");
    book.write(1);
    let read = read_until(&mut stream, "line 4").await;
    assert!(read.contains("id: 4\ndata: \"line 4\"\n\n"), "{read}");
    // What `EventSource` sends before there has been an id.
    let mut stream = open(&server, path, &format!("{EVENTS}last-event-id:\r\n")).await;
    read_until(&mut stream, "line 2").await;
}

/// Whatever a cursor is, it comes back as it was.
#[tokio::test]
async fn any_cursor_passes() {
    let (server, _) = server(|endpoint| endpoint).await;
    let (_, body) = exchange(&server, "/journal.keyed", EVENTS).await;
    let ids: Vec<_> = body
        .lines()
        .filter_map(|line| line.strip_prefix("id: "))
        .collect();
    assert_eq!(ids.len(), KEYS.len() + 1, "{body}");
    assert_eq!(ids[KEYS.len()], "$end");
    for (index, id) in ids[..KEYS.len()].iter().enumerate() {
        assert!(!id.starts_with('$') && !id.contains('\0'), "{id:?}");
        let last = format!("{EVENTS}last-event-id: {id}\r\n");
        let (_, body) = exchange(&server, "/journal.keyed", &last).await;
        let data = body.lines().find_map(|line| line.strip_prefix("data: "));
        let next = (index + 1).to_string();
        let expected = if index + 1 == KEYS.len() {
            "null"
        } else {
            &next
        };
        assert_eq!(data, Some(expected), "{id:?} {body}");
    }
}

#[tokio::test]
async fn errors_are_events_once_the_stream_is_open() {
    let (server, book) = server(|endpoint| endpoint).await;
    book.first.store(10, Ordering::SeqCst);
    for (path, status, answer) in [
        (
            "/journal.log?topic=coffee",
            404,
            r#"{"error":{"code":1001,"message":"no such topic"}}"#,
        ),
        ("/journal.log?topic=tea&after=3", 410, r#""code":-33003"#),
        ("/journal.log?topic=tea&after=x", 400, r#""code":-32602"#),
        ("/journal.ticks", 400, r#""code":-32602"#),
        ("/journal.nothing", 404, r#""code":-32601"#),
    ] {
        let (head, body) = exchange(&server, path, EVENTS).await;
        let line = format!("HTTP/1.1 {status}");
        assert!(head.starts_with(&line), "{path} {head}");
        assert!(
            head.contains("content-type: application/json"),
            "{path} {head}"
        );
        assert!(body.contains(answer), "{path} {body}");
    }
}

#[tokio::test]
async fn what_comes_back() {
    let (server, _) = server(|endpoint| endpoint).await;
    let last = |id: &str| format!("{EVENTS}last-event-id: {id}\r\n");
    // After the end, it is told to stay away.
    for path in [
        "/journal.ticks?to=2",
        "/journal.keyed",
        "/journal.log?topic=tea",
    ] {
        let (head, body) = exchange(&server, path, &last("$end")).await;
        assert!(head.starts_with("HTTP/1.1 204"), "{head}");
        assert_eq!(body, "");
    }
    // A stream that was cut and has no cursors has a gap.
    let (head, body) = exchange(&server, "/journal.ticks?to=2", &last("$begun")).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(head.contains("text/event-stream"), "{head}");
    assert!(
        body.starts_with("event: failed\nid: $end\ndata: {\"code\":-33003,"),
        "{body}"
    );
    // Ids that are not this stream's.
    for (path, id) in [
        ("/journal.log?topic=tea", "x"),
        ("/journal.log?topic=tea", "$begun"),
        ("/journal.log?topic=tea", "$other"),
        ("/journal.ticks?to=2", "5"),
    ] {
        let (head, _) = exchange(&server, path, &last(id)).await;
        assert!(head.starts_with("HTTP/1.1 400"), "{path} {id} {head}");
    }
}

/// `EventSource` would give up for good on any status but 200.
#[tokio::test]
async fn a_temporary_refusal_says_when_to_come_back() {
    let (server, book) = server(|endpoint| endpoint.max_streams(1)).await;
    let path = "/journal.log?topic=tea";
    let mut first = open(&server, path, EVENTS).await;
    read_until(&mut first, "retry").await;
    let (head, body) = exchange(&server, path, EVENTS).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(events(&body), "");
    // Others are told by the status.
    let (head, _) = exchange(&server, path, "accept: */*\r\n").await;
    assert!(head.starts_with("HTTP/1.1 503"), "{head}");
    drop(first);
    until(|| book.running() == 0).await;

    book.is_moving.store(true, Ordering::SeqCst);
    let (head, body) = exchange(&server, path, EVENTS).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(events(&body), "");
    let (head, body) = exchange(&server, path, "").await;
    assert!(
        head.starts_with("HTTP/1.1 503") && body.contains("1002"),
        "{head} {body}"
    );
}

#[tokio::test]
async fn a_stop_ends_streams_without_an_event() {
    let (mut server, book) = server(|endpoint| endpoint).await;
    book.write(1);
    let mut log = open(&server, "/journal.log?topic=tea", EVENTS).await;
    let mut silent = open(&server, "/journal.silent", EVENTS).await;
    read_until(&mut log, "line 1").await;
    read_until(&mut silent, "$begun").await;
    server.signal_stop();
    for mut stream in [log, silent] {
        let mut rest = String::new();
        within(stream.read_to_string(&mut rest)).await.unwrap();
        assert!(!rest.contains("event:") && !rest.contains("$end"), "{rest}");
        // The end of the body, so that the client knows that nothing was cut off in the middle.
        assert!(rest.ends_with("0\r\n\r\n"), "{rest}");
    }
    server.until_stopped().await;
}

#[tokio::test]
async fn comments_break_the_silence() {
    let (server, book) = server(|endpoint| endpoint).await;
    let mut silent = open(&server, "/journal.silent", EVENTS).await;
    read_until(&mut silent, ":\n\n").await;
    read_until(&mut silent, ":\n\n").await;
    drop(silent);
    until(|| book.running() == 0).await;
}

/// A page of another site can make a browser send any GET, so it neither reads nor runs anything.
#[tokio::test]
async fn pages_of_other_sites_open_nothing() {
    let (own, book) = server(|endpoint| endpoint.any_host()).await;
    let (shared, _) = server(|endpoint| {
        endpoint
            .any_host()
            .allowed_origins(["https://page.example"])
    })
    .await;
    let browser = "user-agent: Mozilla/5.0\r\n";
    for (headers, by_own, by_shared) in [
        ("", true, true),
        (browser, false, false),
        ("origin: http://shop.example:8080\r\n", true, false),
        ("origin: http://shop.example\r\n", false, false),
        ("origin: null\r\n", false, false),
        ("origin: https://page.example\r\n", false, true),
        (
            "origin: https://page.example\r\nsec-fetch-site: cross-site\r\n",
            false,
            true,
        ),
        (
            "origin: https://evil.example\r\nsec-fetch-site: cross-site\r\n",
            false,
            false,
        ),
        ("sec-fetch-site: cross-site\r\n", false, false),
        (
            "sec-fetch-site: same-origin\r\nuser-agent: Mozilla/5.0\r\n",
            true,
            true,
        ),
        (
            "content-type: application/json\r\norigin: https://evil.example\r\n",
            false,
            false,
        ),
    ] {
        for (server, is_allowed) in [(&own, by_own), (&shared, by_shared)] {
            let headers = format!("{EVENTS}{headers}");
            let (head, _) = exchange(server, "/journal.ticks?to=1", &headers).await;
            let status = if is_allowed {
                "HTTP/1.1 200"
            } else {
                "HTTP/1.1 403"
            };
            assert!(head.starts_with(status), "{headers} {head}");
        }
    }
    // An allowed page may open streams, and no more.
    let page = format!("{EVENTS}origin: https://page.example\r\n");
    let (head, _) = exchange(&shared, "/rpc.methods", &page).await;
    assert!(head.starts_with("HTTP/1.1 403"), "{head}");
    // What is not idempotent can't be run by a GET at all.
    for headers in ["", EVENTS] {
        let (head, _) = exchange(&own, "/journal.clear", headers).await;
        assert!(head.starts_with("HTTP/1.1 405"), "{head}");
    }
    assert_eq!(book.opened.load(Ordering::SeqCst), 0);
}

/// The same rule holds for a POST that opens a stream.
#[tokio::test]
async fn pages_of_other_sites_open_nothing_by_post() {
    let (server, book) = server(|endpoint| endpoint.any_host()).await;
    let body = r#"{"jsonrpc":"2.0","method":"journal.ticks","params":[1],"id":1}"#;
    for (origin, status) in [
        ("http://shop.example:8080", 200),
        ("https://evil.example", 403),
    ] {
        let length = body.len();
        let request = format!(
            "POST / HTTP/1.1\r\nhost: shop.example:8080\r\nconnection: close\r\n{EVENTS}origin: {origin}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut response = String::new();
        within(stream.read_to_string(&mut response)).await.unwrap();
        assert!(
            response.starts_with(&format!("HTTP/1.1 {status}")),
            "{response}"
        );
    }
    assert_eq!(book.opened.load(Ordering::SeqCst), 0);
}

/// Without its token, such a stream is a list.
#[tokio::test]
async fn a_stream_with_a_token_is_a_call() {
    let (server, _) = server(|endpoint| endpoint).await;
    let path = "/journal.symbols?document=a";
    let (head, body) = exchange(&server, path, EVENTS).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(body, r#"{"journal.symbols":["a1","a2","a3"]}"#);
    let path = format!("{path}&partialResultToken=t");
    let (_, body) = exchange(&server, &path, EVENTS).await;
    assert!(body.contains(r#""code":-33000"#), "{body}");
}

#[tokio::test]
async fn a_head_opens_nothing() {
    let (server, book) = server(|endpoint| endpoint).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let request = get("/journal.silent", EVENTS);
    let request = [b"HEAD", &request[3..]].concat();
    stream.write_all(&request).await.unwrap();
    let mut response = String::new();
    within(stream.read_to_string(&mut response)).await.unwrap();
    assert!(response.contains("text/event-stream"), "{response}");
    assert_eq!(book.opened.load(Ordering::SeqCst), 0);
}

/// A page whose own name has come to mean this machine is of the same origin, as far as its browser can tell.
#[tokio::test]
async fn on_a_loopback_address_a_browser_opens_streams_under_loopback_names_alone() {
    let (served, book) = server(|endpoint| endpoint).await;
    let (lenient, _) = server(|endpoint| endpoint.any_host()).await;
    let same_origin = "origin: http://shop.example:8080\r\n";
    for (headers, is_browser) in [
        ("", false),
        (same_origin, true),
        (
            "accept-language: en\r\norigin: http://shop.example:8080\r\n",
            true,
        ),
        (
            "sec-fetch-site: same-origin\r\nuser-agent: Mozilla/5.0\r\n",
            true,
        ),
        ("accept-language: en\r\n", true),
    ] {
        for (server, is_refused) in [(&served, is_browser), (&lenient, false)] {
            let (head, _) =
                exchange(server, "/journal.ticks?to=1", &format!("{EVENTS}{headers}")).await;
            let status = if is_refused {
                "HTTP/1.1 403"
            } else {
                "HTTP/1.1 200"
            };
            assert!(head.starts_with(status), "{headers} {head}");
        }
    }
    assert_eq!(book.running(), 0);
}
