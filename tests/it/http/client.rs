//! The client, against our server, and against a peer that does as it is told. Compiled once over each transport: see
//! `over_reqwest` and `over_lean`, from where `Client`, `ClientBuilder` and `Carrier` come.

use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::time::Instant;

use rpc_core::{CallError, Execution, ProtocolError};
use rpc_http::{BuildError, StatusError};
use tokio::sync::mpsc;

use super::*;

fn client_of(server: &Running) -> Client {
    Client::new(server.url()).unwrap()
}

fn probe_of(server: &Running) -> ProbeClient<Carrier> {
    ProbeClient::new(client_of(server))
}

/// A server that answers each connection's request with the same bytes, and closes the connection.
pub struct Puppet {
    pub url: String,
    pub requests: mpsc::UnboundedReceiver<String>,
}

impl Puppet {
    pub async fn new(reply: impl Into<Vec<u8>>) -> Puppet {
        let reply = Arc::new(reply.into());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let (heard, requests) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (reply, heard) = (Arc::clone(&reply), heard.clone());
                tokio::spawn(async move {
                    let mut raw = Raw {
                        stream,
                        rest: Vec::new(),
                    };
                    // A request is framed as a response is.
                    let Some(request) = raw.try_response().await else {
                        return;
                    };
                    let _or_the_test_is_over = heard.send(request);
                    let _or_the_client_has_gone = raw.stream.write_all(&reply).await;
                });
            }
        });
        Puppet { url, requests }
    }

    pub async fn replying(body: &str) -> Puppet {
        Puppet::new(response(
            "200 OK",
            "content-type: application/json\r\n",
            body,
        ))
        .await
    }

    fn probe(&self) -> ProbeClient<Carrier> {
        ProbeClient::new(Client::new(&self.url).unwrap())
    }

    async fn echo(&self) -> Result<String, CallError> {
        within(self.probe().echo("hi")).await
    }

    pub async fn request(&mut self) -> String {
        within(self.requests.recv()).await.unwrap()
    }
}

pub fn response(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

#[tokio::test]
async fn a_message_says_what_it_is() {
    let mut puppet = Puppet::replying(ECHOED).await;
    assert_eq!(puppet.echo().await.unwrap(), "hi");
    let request = puppet.request().await;
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, ECHO);
    assert!(head.starts_with("POST / HTTP/1.1\r\n"), "{head}");
    let header = |name| header_of(head, name);
    assert_eq!(header("content-type"), Some("application/json"));
    assert_eq!(header("accept"), Some("application/json"));
    assert_eq!(header("content-length"), Some("56"));
    assert_eq!(header("host"), Some(&puppet.url[7..puppet.url.len() - 1]));
    assert_eq!(header("authorization"), None);
}

#[tokio::test]
async fn a_client_says_what_it_is() {
    let mut puppet = Puppet::replying(ECHOED).await;
    puppet.echo().await.unwrap();
    let ours = format!("rpc-http/{}", env!("CARGO_PKG_VERSION"));
    let request = puppet.request().await;
    assert_eq!(header_of(&request, "user-agent"), Some(&*ours));

    let client = Client::builder().header("user-agent", "shop/2");
    let client = ProbeClient::new(client.build(&puppet.url).unwrap());
    for (call, name) in [
        (client.echo("hi"), "shop/2"),
        (client.echo("hi").header("user-agent", "till/3"), "till/3"),
    ] {
        within(call.id(1)).await.unwrap();
        let request = puppet.request().await;
        assert_eq!(header_of(&request, "user-agent"), Some(name));
    }
}

/// Begins as zstd does, which neither client understands.
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd\x04\x00\x00";

fn encoded(status: &str, encoding: &str, body: &[u8]) -> Vec<u8> {
    let headers = format!("content-type: application/json\r\ncontent-encoding: {encoding}\r\n");
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn an_encoding_that_nobody_asked_for_is_named() {
    let long = "x".repeat(500);
    for (encoding, shown) in [
        ("zstd", "zstd"),
        ("gzip, zstd", "gzip, zstd"),
        (&*long, &*format!("{}…", &long[..50])),
    ] {
        let puppet = Puppet::new(encoded("200 OK", encoding, ZSTD)).await;
        let error = puppet.echo().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "echo at {}: the reply has the content encoding {shown}, which this client can't decode",
                puppet.url
            )
        );
        assert_eq!(error.execution(), Execution::MaybeRun);
        assert!(!error.is_retryable());
    }
    let puppet = Puppet::new(encoded("502 Bad Gateway", "zstd", ZSTD)).await;
    let error = puppet.echo().await.unwrap_err();
    let cause = error.downcast_ref::<StatusError>().unwrap().to_string();
    assert_eq!(cause, "its body has the content encoding zstd");
    // What is text in spite of its header is read as text, and a notification needs no reply.
    for encoding in ["identity", "zstd"] {
        let puppet = Puppet::new(encoded("200 OK", encoding, ECHOED.as_bytes())).await;
        assert_eq!(puppet.echo().await.unwrap(), "hi", "{encoding}");
        let puppet = Puppet::new(encoded("200 OK", encoding, b"")).await;
        within(puppet.probe().echo("hi").notify()).await.unwrap();
    }
}

#[tokio::test]
async fn a_reply_that_is_not_utf_8_is_named_with_its_place() {
    let body = b"{\"jsonrpc\":\"2.0\",\"result\":\"\xe9\",\"id\":1}";
    let puppet = Puppet::new(encoded("200 OK", "identity", body)).await;
    let error = puppet.echo().await.unwrap_err().to_string();
    assert!(
        error.ends_with("the reply is not UTF-8 at byte offset 27"),
        "{error}"
    );
}

#[tokio::test]
async fn a_tolerant_client_is_set_up_by_its_builder() {
    let puppet = Puppet::replying(r#"{"result":"hi","id":"1"}"#).await;
    puppet.echo().await.unwrap_err();
    let config = serde_json::json!({ "tolerant": true });
    let config: rpc_http::Config = serde_json::from_value(config).unwrap();
    for builder in [
        Client::builder().tolerant(),
        Client::builder().configure(&config),
    ] {
        let client = builder.build(&puppet.url).unwrap();
        assert_eq!(
            within(ProbeClient::new(client).echo("hi")).await.unwrap(),
            "hi"
        );
    }
}

#[tokio::test]
async fn a_call_s_header_goes_before_the_client_s() {
    let mut puppet = Puppet::replying(ECHOED).await;
    let client = Client::builder()
        .header("x-both", "client")
        .header("x-client", "overridden")
        .header("x-client", "client")
        .header("accept", "application/json, text/html")
        .build(&puppet.url)
        .unwrap();
    let call = ProbeClient::new(client)
        .echo("hi")
        .header("x-both", "first")
        .header("x-both", "second")
        .header("x-call", "call");
    within(call).await.unwrap();
    let request = puppet.request().await;
    let of = |name: &str| -> Vec<&str> {
        let lines = request.lines().filter_map(|line| line.split_once(": "));
        lines
            .filter(|(found, _)| *found == name)
            .map(|(_, value)| value)
            .collect()
    };
    assert_eq!(of("x-both"), ["first", "second"]);
    assert_eq!(of("x-client"), ["client"]);
    assert_eq!(of("x-call"), ["call"]);
    assert_eq!(of("accept"), ["application/json, text/html"]);
    assert_eq!(of("content-type"), ["application/json"]);
}

#[tokio::test]
async fn a_url_goes_over_the_wire_as_it_is_written() {
    let mut puppet = Puppet::replying(ECHOED).await;
    for (written, sent) in [
        ("rpc/v1?key=a%20b", "POST /rpc/v1?key=a%20b HTTP/1.1\r\n"),
        ("rpc#part", "POST /rpc HTTP/1.1\r\n"),
        ("?key", "POST /?key HTTP/1.1\r\n"),
    ] {
        let client = Client::new(format!("{}{written}", puppet.url)).unwrap();
        let call = ProbeClient::new(client).echo("hi");
        within(call).await.unwrap();
        let request = puppet.request().await;
        assert!(request.starts_with(sent), "{request}");
    }
}

#[tokio::test]
async fn a_server_may_have_an_address_of_version_6() {
    let Ok(listener) = TcpListener::bind("[::1]:0").await else {
        return; // a machine without any
    };
    let address = listener.local_addr().unwrap();
    tokio::spawn(serve(listener, probe()).into_future());
    let client = Client::new(format!("http://{address}/")).unwrap();
    let call = ProbeClient::new(client).header("host");
    let host = within(call).await.unwrap();
    assert_eq!(host, Some(address.to_string()));
}

#[tokio::test]
async fn credentials_are_on_the_wire_and_not_in_the_log() {
    let mut puppet = Puppet::replying(ECHOED).await;
    let with_secret_url = puppet.url.replace("//", "//ann:s3cret@");
    let with_encoded_url = puppet.url.replace("//", "//ann:s%33cr%65t@");
    let with_user_url = puppet.url.replace("//", "//s3cret@");
    let url = puppet.url.clone();
    type Setting = fn(ClientBuilder) -> ClientBuilder;
    let ways: [(Setting, &str, &str); 6] = [
        (
            |it| it.basic_auth("ann", "s3cret"),
            &url,
            "Basic YW5uOnMzY3JldA==",
        ),
        (|it| it.bearer_auth("s3cret"), &url, "Bearer s3cret"),
        (|it| it, &with_secret_url, "Basic YW5uOnMzY3JldA=="),
        (|it| it, &with_encoded_url, "Basic YW5uOnMzY3JldA=="),
        (|it| it, &with_user_url, "Basic czNjcmV0Og=="),
        // What the application says goes before the URL.
        (
            |it| it.bearer_auth("s3cret"),
            &with_secret_url,
            "Bearer s3cret",
        ),
    ];
    for (set, url, expected) in ways {
        let builder = set(Client::builder());
        let built = format!("{builder:?}");
        let client = builder.build(url).unwrap();
        let debug = format!("{built} {client:?} {:?}", client.transport());
        assert!(!debug.contains("s3cret"), "{debug}");
        assert!(!debug.contains("YW5u"), "{debug}");
        assert!(!debug.contains("czNj"), "{debug}");
        within(ProbeClient::new(client).echo("hi")).await.unwrap();
        let request = puppet.request().await;
        assert_eq!(header_of(&request, "authorization"), Some(expected));
    }
}

#[test]
fn wrong_options_are_reported_by_build() {
    for url in [
        "",
        "shop",
        "/rpc",
        "ftp://h/",
        "http://",
        "ws://h/",
        "http://h:99999/",
    ] {
        let error = Client::new(url).unwrap_err();
        assert!(matches!(&error, BuildError::Url), "{url}: {error:?}");
        assert_eq!(error.to_string(), "the address is not an HTTP or HTTPS URL");
    }
    let url = "http://localhost/";
    let headers = [
        Client::builder().header("x-a", "b\nc"),
        Client::builder().header("x a", "b"),
        Client::builder().bearer_auth("b\r\nx: y"),
    ];
    for builder in headers {
        let error = builder.build(url).unwrap_err();
        assert!(matches!(error, BuildError::Header(_)), "{error:?}");
        assert_eq!(chain(&error).len(), 2);
    }
    let colon = [
        Client::builder().basic_auth("a:b", "p").build(url),
        Client::new("http://a%3Ab:p@localhost/"),
    ];
    for client in colon {
        let error = client.unwrap_err();
        assert!(matches!(error, BuildError::UserWithColon), "{error:?}");
    }
    let error = Client::builder().identity(b"junk").build(url).unwrap_err();
    assert!(matches!(error, BuildError::Http(_)), "{error:?}");
}

#[tokio::test]
async fn a_call_that_waits_too_long_fails() {
    let (watch, endpoint) = watched();
    let server = running(endpoint.cancel_on_disconnect(true)).await;
    let short = Duration::from_millis(200);
    let since = Instant::now();
    let per_call = probe_of(&server).gate().timeout(short);
    assert!(within(per_call).await.unwrap_err().is_timeout());
    let hasty = Client::builder()
        .timeout(short)
        .build(server.url())
        .unwrap();
    let hasty = ProbeClient::new(hasty);
    assert!(within(hasty.gate()).await.unwrap_err().is_timeout());
    assert!(since.elapsed() >= short * 2);
    // Nothing is left running.
    watch.until_cancelled(2).await;

    // A call's own timeout goes before the client's, also when it is the longer one.
    let patient = hasty.sleep(400).timeout(Duration::from_secs(10));
    assert_eq!(within(patient).await.unwrap(), 400);

    // A body that never ends is a timeout, too.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let half = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut raw = Raw {
            stream,
            rest: Vec::new(),
        };
        raw.response().await; // the request: it is framed alike
        raw.send(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{")
            .await;
        pause(5000).await;
    });
    let call = ProbeClient::new(Client::new(&url).unwrap())
        .echo("hi")
        .timeout(short);
    let error = within(call).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    half.abort();
}

#[tokio::test]
async fn giving_a_call_up_cancels_it() {
    let (watch, endpoint) = watched();
    let server = running(endpoint.cancel_on_disconnect(true)).await;
    let call = tokio::spawn(probe_of(&server).gate());
    watch.until_started(1).await;
    call.abort();
    watch.until_cancelled(1).await;
    assert_eq!(watch.finished.load(Ordering::SeqCst), 0);
}

/// A listener whose queue is full lets nobody in: the system ignores who knocks.
#[tokio::test]
async fn connecting_takes_no_longer_than_allowed() {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(Ok(stream)) =
        tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await
    {
        queue.push(stream);
    }
    let client = Client::builder()
        .connect_timeout(Duration::from_millis(200))
        .build(format!("http://{address}/"))
        .unwrap();
    let since = Instant::now();
    let error = within(ProbeClient::new(client).echo("hi"))
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert!(since.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_reply_may_be_only_so_large() {
    let server = running(probe()).await;
    let limited = Client::builder()
        .max_reply(1000)
        .build(server.url())
        .unwrap();
    let probe = ProbeClient::new(limited);
    let envelope = r#"{"jsonrpc":"2.0","result":"","id":1}"#.len();
    let fits = within(probe.big(1000 - envelope)).await;
    assert_eq!(fits.unwrap().len(), 1000 - envelope);
    let announced = within(probe.big(1001 - envelope)).await.unwrap_err();
    assert!(announced.is_transport());
    let too_large = format!(
        "big at {}: the reply is larger than 1000 bytes",
        server.url()
    );
    assert_eq!(announced.to_string(), too_large);

    let body = " ".repeat(600);
    let chunk = format!("258\r\n{body}\r\n");
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let puppet = Puppet::new(format!("{head}{chunk}{chunk}0\r\n\r\n")).await;
    let limited = Client::builder()
        .max_reply(1000)
        .build(&puppet.url)
        .unwrap();
    let chunked = ProbeClient::new(limited).echo("hi");
    let error = within(chunked).await.unwrap_err();
    let too_large = format!(
        "echo at {}: the reply is larger than 1000 bytes",
        puppet.url
    );
    assert_eq!(error.to_string(), too_large);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let mut other = Puppet::replying(ECHOED).await;
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let location = format!("location: {}\r\n", other.url);
        let puppet = Puppet::new(response(status, &location, "")).await;
        let error = puppet.echo().await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "echo at {}: the server answered with HTTP status {status}, which points to {}",
                puppet.url, other.url
            )
        );
    }
    assert!(other.requests.try_recv().is_err());
}

fn status_error(error: &CallError) -> &StatusError {
    let CallError::Transport(error) = error else {
        panic!("{error:?}");
    };
    error.downcast_ref().unwrap()
}

#[tokio::test]
async fn a_page_with_an_error_status_is_kept() {
    let page = "<html><body>502 Bad Gateway</body></html>";
    let puppet = Puppet::new(response(
        "502 Bad Gateway",
        "content-type: text/html\r\n",
        page,
    ))
    .await;
    let error = puppet.echo().await.unwrap_err();
    let status = status_error(&error);
    assert_eq!(status.status(), 502);
    assert_eq!(status.content_type(), Some("text/html"));
    assert_eq!(status.body(), page.as_bytes());
    assert_eq!(
        chain(&error),
        [
            format!(
                "echo at {}: the server answered with HTTP status 502 Bad Gateway",
                puppet.url
            ),
            format!("its body is: {page}"),
        ]
    );
    // The same for a call that expects no answer, and for a batch.
    let note = within(puppet.probe().note("x")).await.unwrap_err();
    assert_eq!(status_error(&note).status(), 502);
    let client = Client::new(&puppet.url).unwrap();
    let probe = ProbeClient::new(client.clone());
    let batch = within(client.batch([probe.echo("a")])).await.unwrap_err();
    assert_eq!(status_error(&batch).status(), 502);
    // The same for JSON that is not a response.
    let puppet = Puppet::new(response(
        "401 Unauthorized",
        "",
        r#"{"error":"who are you"}"#,
    ))
    .await;
    let error = puppet.echo().await.unwrap_err();
    assert_eq!(status_error(&error).status(), 401);
    assert_eq!(status_error(&error).content_type(), None);
    let puppet = Puppet::new(response("500 Internal Server Error", "", "")).await;
    let error = puppet.echo().await.unwrap_err();
    assert_eq!(chain(&error)[1], "its body is empty");
}

/// A page that is too large or breaks off says less than the status that it came with.
#[tokio::test]
async fn a_page_that_is_not_complete_does_not_hide_its_status() {
    let broken = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 99\r\n\r\n<html>";
    let puppet = Puppet::new(broken).await;
    let error = puppet.echo().await.unwrap_err();
    assert_eq!(status_error(&error).status(), 502);
    assert_eq!(status_error(&error).body(), b"<html>");

    let page = "x".repeat(2000);
    let puppet = Puppet::new(response("502 Bad Gateway", "", &page)).await;
    let limited = Client::builder()
        .max_reply(1000)
        .build(&puppet.url)
        .unwrap();
    let call = ProbeClient::new(limited).echo("hi");
    let error = within(call).await.unwrap_err();
    assert_eq!(status_error(&error).status(), 502);
}

#[tokio::test]
async fn an_error_object_is_understood_with_any_status() {
    let body = r#"{"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":1}"#;
    for status in [
        "404 Not Found",
        "500 Internal Server Error",
        "400 Bad Request",
    ] {
        let puppet = Puppet::new(response(status, "", body)).await;
        let error = puppet.echo().await.unwrap_err();
        assert_eq!(error.object().unwrap().code(), -32601, "{status}");
    }
    let server = running(probe().error_statuses(true)).await;
    let error = within(client_of(&server).call::<_, ()>("nope", ()))
        .await
        .unwrap_err();
    assert_eq!(error.object().unwrap().code(), -32601);
}

#[tokio::test]
async fn an_invalid_reply_is_reported() {
    let html = Puppet::new(response(
        "200 OK",
        "content-type: text/html\r\n",
        "<!doctype html>x",
    ))
    .await;
    let error = html.echo().await.unwrap_err();
    assert!(
        matches!(error.protocol(), Some(ProtocolError::Html { .. })),
        "{error:?}"
    );

    let empty = Puppet::replying("").await;
    let error = empty.echo().await.unwrap_err();
    assert!(
        matches!(error.protocol(), Some(ProtocolError::Empty)),
        "{error:?}"
    );

    let other = Puppet::replying(r#"{"jsonrpc":"2.0","result":"hi","id":2}"#).await;
    let error = other.echo().await.unwrap_err();
    assert!(
        matches!(error.protocol(), Some(ProtocolError::WrongId { .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_connection_that_breaks_is_a_transport_error() {
    for reply in [
        format!("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{ECHOED}"),
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{\"jso".to_owned(),
        "HTTP/1.1 200 OK\r\ncontent-le".to_owned(),
        "SSH-2.0-OpenSSH\r\n".to_owned(),
        String::new(),
    ] {
        let puppet = Puppet::new(reply.clone()).await;
        let error = puppet.echo().await.unwrap_err();
        assert!(error.is_transport(), "{reply:?}: {error:?}");
        let chain = chain(&error);
        assert_eq!(
            chain[0],
            format!("echo at {}: the HTTP exchange failed", puppet.url)
        );
        assert!(chain.len() >= 3, "{chain:?}");
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let call = ProbeClient::new(Client::new(&url).unwrap()).echo("hi");
    let error = within(call).await.unwrap_err();
    let chain = chain(&error);
    assert_eq!(chain[0], format!("echo at {url}: could not connect"));
    assert!(
        chain.last().unwrap().starts_with("Connection refused"),
        "{chain:?}"
    );
}

#[tokio::test]
async fn a_client_finds_back_to_a_server_that_starts_again() {
    let mut server = running(probe()).await;
    let address = server.address;
    let client = probe_of(&server);
    within(client.echo("one")).await.unwrap();
    server.signal_stop();
    server.until_stopped().await;
    let error = within(client.echo("two")).await.unwrap_err();
    assert!(error.is_transport(), "{error:?}");
    let listener = TcpListener::bind(address).await.unwrap();
    tokio::spawn(serve(listener, probe()).into_future());
    assert_eq!(within(client.echo("three")).await.unwrap(), "three");
}

/// Answers every request, and counts the connections that they came on.
pub struct Counting {
    pub url: String,
    pub connections: Arc<AtomicUsize>,
    pub closed: Arc<AtomicUsize>,
}

impl Counting {
    pub async fn new() -> Self {
        let connections = Arc::new(AtomicUsize::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let closed = Arc::new(AtomicUsize::default());
        let (counter, ends) = (Arc::clone(&connections), Arc::clone(&closed));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                let ends = Arc::clone(&ends);
                tokio::spawn(async move {
                    let mut raw = Raw {
                        stream,
                        rest: Vec::new(),
                    };
                    while let Some(request) = raw.try_response().await {
                        raw.send(reply_to(&request).as_bytes()).await;
                    }
                    ends.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        Counting {
            url,
            connections,
            closed,
        }
    }

    /// How many connections three calls take, with a pause after each.
    async fn three_calls(&self, client: ClientBuilder, milliseconds: u64) -> usize {
        let before = self.connections.load(Ordering::SeqCst);
        let probe = ProbeClient::new(client.build(&self.url).unwrap());
        for _ in 0..3 {
            within(probe.echo("hi")).await.unwrap();
            pause(milliseconds).await;
        }
        self.connections.load(Ordering::SeqCst) - before
    }
}

/// `hi`, under the id of the request.
pub fn reply_to(request: &str) -> String {
    let (_before, id) = request.rsplit_once(r#""id":"#).unwrap();
    let body = format!(r#"{{"jsonrpc":"2.0","result":"hi","id":{id}"#);
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}")
}

#[tokio::test]
async fn connections_are_kept_as_long_as_is_said() {
    let server = Counting::new().await;
    assert_eq!(server.three_calls(Client::builder(), 50).await, 1);
    let none = Client::builder().max_idle(0);
    assert_eq!(server.three_calls(none, 50).await, 3);
    let short = Client::builder().idle_timeout(Duration::from_millis(100));
    assert_eq!(server.three_calls(short, 300).await, 3);
}

/// Connections that are too many, or are not used, are closed without another call.
#[tokio::test]
async fn unused_connections_are_closed() {
    let server = Counting::new().await;
    let builder = Client::builder().idle_timeout(Duration::from_millis(400));
    let client = builder.max_idle(1).build(&server.url).unwrap();
    let probe = ProbeClient::new(client);
    let calls = (0..3).map(|_| probe.echo("hi"));
    for echo in within(futures_util::future::join_all(calls)).await {
        assert_eq!(echo.unwrap(), "hi");
    }
    assert_eq!(server.connections.load(Ordering::SeqCst), 3);
    until(|| server.closed.load(Ordering::SeqCst) == 2).await;
    pause(50).await;
    assert_eq!(server.closed.load(Ordering::SeqCst), 2);
    until(|| server.closed.load(Ordering::SeqCst) == 3).await;
}

/// A server in a thread of its own: it answers one request a connection, and closes the connection without a word of it.
/// It sends what it heard after each end.
fn closing() -> (String, std::sync::mpsc::Receiver<String>) {
    use std::io::{Read, Write};

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (closed, ends) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = vec![0; 4096];
            let mut length = 0;
            while !request[..length].ends_with(b"}") {
                length += stream.read(&mut request[length..]).unwrap();
            }
            let request = String::from_utf8(request[..length].to_vec()).unwrap();
            stream.write_all(reply_to(&request).as_bytes()).unwrap();
            drop(stream);
            if closed.send(request).is_err() {
                return;
            }
        }
    });
    (url, ends)
}

/// Where the client learns of the end before it has sent anything, also when it learns of it with the request at hand.
#[test]
fn a_connection_that_has_ended_fails_no_call() {
    // After each turn of a task the runtime asks the system what is new. So the client's connection is told of its end
    // after a request has been put into its queue, and before it looks there.
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.event_interval(1).enable_all().build().unwrap();
    let (url, ends) = closing();
    runtime.block_on(async {
        let probe = ProbeClient::new(Client::new(&url).unwrap());
        for pauses in [false, false, true, false] {
            let call = within(probe.echo("hi")).await;
            assert_eq!(call.unwrap(), "hi");
            // The whole runtime waits, so that the client can't notice anything meanwhile.
            ends.recv().unwrap();
            if pauses {
                pause(20).await;
            }
        }
        assert!(ends.try_recv().is_err(), "a request was sent twice");
    });
}

/// Whether the method has run can't be known, so that nobody may repeat the call.
#[tokio::test]
async fn a_request_that_was_sent_is_not_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let requests = Arc::new(AtomicUsize::default());
    let counter = Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut raw = Raw {
                stream,
                rest: Vec::new(),
            };
            // The first is answered, the second is read and left without an answer.
            let request = raw.response().await;
            counter.fetch_add(1, Ordering::SeqCst);
            raw.send(reply_to(&request).as_bytes()).await;
            if raw.try_response().await.is_some() {
                counter.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    let probe = ProbeClient::new(Client::new(&url).unwrap());
    within(probe.echo("hi")).await.unwrap();
    pause(50).await;
    let error = within(probe.echo("hi")).await.unwrap_err();
    assert!(error.is_transport(), "{error:?}");
    pause(50).await;
    assert_eq!(requests.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn calls_at_once_each_get_their_own_answer() {
    let server = running(probe()).await;
    let client = client_of(&server);
    let probe = ProbeClient::new(client);
    let calls = (0..200).map(|n| {
        let probe = probe.clone();
        async move {
            let text = format!("call {n}");
            assert_eq!(probe.echo(&text).await.unwrap(), text);
            probe.id().await.unwrap()
        }
    });
    let ids = within(futures_util::future::join_all(calls)).await;
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 200);
}

#[tokio::test]
async fn a_batch_is_one_message() {
    let mut puppet = Puppet::replying(&format!("[{ECHOED}]")).await;
    let client = Client::new(&puppet.url).unwrap();
    let probe = ProbeClient::new(client.clone());
    let calls = (probe.echo("hi"), probe.note("hi"));
    let batch = client.batch(calls).header("x-batch", "1");
    let (echo, note) = within(batch).await.unwrap();
    assert_eq!(echo.unwrap(), "hi");
    note.unwrap();
    let request = puppet.request().await;
    assert!(
        request.ends_with(&format!("\r\n\r\n[{ECHO},{NOTE}]")),
        "{request}"
    );
    assert_eq!(header_of(&request, "x-batch"), Some("1"));

    let (watch, endpoint) = watched();
    let server = running(endpoint).await;
    let client = client_of(&server);
    let probe = ProbeClient::new(client.clone());
    let calls: Vec<_> = (0..50).map(|n| probe.sleep(n % 3)).collect();
    let slept = within(client.batch(calls)).await.unwrap();
    let slept: Vec<_> = slept.into_iter().map(Result::unwrap).collect();
    assert_eq!(slept, (0..50).map(|n| n % 3).collect::<Vec<_>>());
    assert_eq!(watch.finished.load(Ordering::SeqCst), 50);
}

/// Any part of an address but the host and the path may be a secret.
#[test]
fn addresses_are_shown_without_secrets() {
    let client = Client::new("http://ann:s3cret@shop.example/rpc?token=s3cret").unwrap();
    let shown = format!("{:?}", client.transport());
    assert!(shown.contains("http://shop.example/rpc"), "{shown}");
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(!shown.contains("ann"), "{shown}");
}

/// Errors are shown, and an address may have a secret in it.
#[tokio::test]
async fn no_error_shows_the_address() {
    let refused = Client::new("http://ann:secret@127.0.0.1:9/?token=secret").unwrap();
    let refused = within(ProbeClient::new(refused).echo("hi")).await;
    let wrong = Client::new("ftp://ann:secret@localhost/").unwrap_err();
    let refused = refused.unwrap_err();
    for error in [&refused as &dyn std::error::Error, &wrong] {
        let mut shown = format!("{error:?}");
        let mut cause = Some(error);
        while let Some(error) = cause {
            shown += &error.to_string();
            cause = error.source();
        }
        assert!(!shown.contains("secret"), "{shown}");
    }
}
