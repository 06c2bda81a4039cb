//! What a failed call says: whether its method ran, whether another attempt is worthwhile, and who was asked. Compiled once over
//! each transport: see `over_reqwest` and `over_lean`.

use rpc_core::{Batching, BoxTransport, CallError, ErrorObject, Execution, TimeoutError};
use rpc_http::StatusError;
use tokio::io::AsyncReadExt;

use super::client::Counting;
use super::*;

/// A server that answers each request as a function says, and counts them. Nothing closes the connection.
struct Scripted {
    url: String,
    requests: Arc<AtomicUsize>,
}

impl Scripted {
    async fn new(reply: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/rpc", listener.local_addr().unwrap());
        let requests = Arc::new(AtomicUsize::default());
        let (counter, reply) = (Arc::clone(&requests), Arc::new(reply));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (counter, reply) = (Arc::clone(&counter), Arc::clone(&reply));
                tokio::spawn(async move {
                    let mut raw = Raw {
                        stream,
                        rest: Vec::new(),
                    };
                    while let Some(request) = raw.try_response().await {
                        counter.fetch_add(1, Ordering::SeqCst);
                        raw.send(reply(&request).as_bytes()).await;
                    }
                });
            }
        });
        Scripted { url, requests }
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// What stands in the body of a reply.
#[derive(Debug, Clone, Copy)]
enum Content {
    Text(&'static str),
    /// An error object for each call, under its id.
    Own(i64),
    /// One error object whose id is null.
    Unidentified(i64),
    /// For each call a result that is not a text.
    Number,
}

impl Content {
    fn answer(self, request: &str) -> String {
        let (_head, body) = request.split_once("\r\n\r\n").unwrap();
        let message: serde_json::Value = serde_json::from_str(body).unwrap();
        let error = |code, id: &serde_json::Value| {
            format!(r#"{{"jsonrpc":"2.0","error":{{"code":{code},"message":"no"}},"id":{id}}}"#)
        };
        let each = |answer: &dyn Fn(&serde_json::Value) -> String| match &message {
            serde_json::Value::Array(calls) => {
                let answers: Vec<_> = calls.iter().map(|call| answer(&call["id"])).collect();
                format!("[{}]", answers.join(","))
            }
            call => answer(&call["id"]),
        };
        match self {
            Content::Text(text) => text.to_owned(),
            Content::Own(code) => each(&|id| error(code, id)),
            Content::Unidentified(code) => error(code, &serde_json::Value::Null),
            Content::Number => each(&|id| format!(r#"{{"jsonrpc":"2.0","result":7,"id":{id}}}"#)),
        }
    }
}

/// Two calls in each way that they can be made, with the errors that came of them.
async fn errors(client: impl Fn() -> ClientBuilder, url: &str) -> Vec<(&'static str, CallError)> {
    let plain = client().build(url).unwrap();
    let batching = client().batching(Batching::default()).build(url).unwrap();
    let boxed: rpc_core::Client<BoxTransport> = client().build(url).unwrap().boxed();
    let mut errors = vec![
        ("single", within(one(&plain)).await),
        ("boxed", within(one(&boxed)).await),
        (
            "version 1",
            within(one(&client().build(url).unwrap().version_1())).await,
        ),
    ];
    let (first, second) = within(async { tokio::join!(one(&batching), one(&batching)) }).await;
    errors.extend([("batching", first), ("batching", second)]);
    let boxed_batching = client().batching(Batching::default()).build(url).unwrap();
    errors.push((
        "batching, alone",
        within(one(&boxed_batching.boxed())).await,
    ));
    for (way, client) in [
        ("batch", client().build(url).unwrap().boxed()),
        ("boxed batch", boxed),
    ] {
        let batch = client.batch([echo(&client), echo(&client)]);
        match within(batch).await {
            Ok(answers) => errors.extend(answers.map(|it| (way, it.unwrap_err()))),
            Err(error) => errors.push((way, error)),
        }
    }
    errors
}

fn echo<T: rpc_core::Transport>(
    client: &rpc_core::Client<T>,
) -> rpc_core::Call<T, String, std::convert::Infallible> {
    client.call("echo", ("hi",))
}

async fn one<T: rpc_core::Transport>(client: &rpc_core::Client<T>) -> CallError {
    echo(client).await.unwrap_err()
}

use Content::{Number, Own, Text, Unidentified};
use Execution::{MaybeRun, NotRun, Ran};

/// A status line, headers, a body, and what they mean: did it run, is another attempt worthwhile, and after how many seconds.
type Case = (
    &'static str,
    &'static str,
    Content,
    (Execution, bool, Option<u64>),
);

const CASES: &[Case] = &[
    // Refused unread, by whatever stands in front.
    (
        "401 Unauthorized",
        "www-authenticate: Bearer\r\n",
        Text("who are you"),
        (NotRun, false, None),
    ),
    (
        "401 Unauthorized",
        "",
        Text(r#"{"error":"who are you"}"#),
        (NotRun, false, None),
    ),
    ("403 Forbidden", "", Text(""), (NotRun, false, None)),
    (
        "404 Not Found",
        "",
        Text("<h1>lost</h1>"),
        (NotRun, false, None),
    ),
    (
        "405 Method Not Allowed",
        "",
        Text(""),
        (NotRun, false, None),
    ),
    (
        "407 Proxy Authentication Required",
        "",
        Text(""),
        (NotRun, false, None),
    ),
    ("413 Payload Too Large", "", Text(""), (NotRun, false, None)),
    (
        "415 Unsupported Media Type",
        "",
        Text(""),
        (NotRun, false, None),
    ),
    (
        "429 Too Many Requests",
        "retry-after: 7\r\n",
        Text("slowly"),
        (NotRun, true, Some(7)),
    ),
    ("429 Too Many Requests", "", Text(""), (NotRun, true, None)),
    // Redirects.
    (
        "302 Found",
        "location: /elsewhere\r\n",
        Text(""),
        (NotRun, false, None),
    ),
    (
        "308 Permanent Redirect",
        "location: https://ann:secret@shop.example/v2/rpc?key=secret\r\n",
        Text(""),
        (NotRun, false, None),
    ),
    // Anything may have happened.
    ("400 Bad Request", "", Text("what"), (MaybeRun, false, None)),
    ("408 Request Timeout", "", Text(""), (MaybeRun, true, None)),
    (
        "500 Internal Server Error",
        "",
        Text("<h1>oops</h1>"),
        (MaybeRun, false, None),
    ),
    (
        "502 Bad Gateway",
        "",
        Text("<html>"),
        (MaybeRun, true, None),
    ),
    (
        "503 Service Unavailable",
        "retry-after: 3\r\n",
        Text("later"),
        (MaybeRun, true, Some(3)),
    ),
    ("504 Gateway Timeout", "", Text(""), (MaybeRun, true, None)),
    (
        "503 Service Unavailable",
        "date: Sun, 06 Nov 1994 08:49:37 GMT\r\nretry-after: Sun, 06 Nov 1994 08:50:00 GMT\r\n",
        Text(""),
        (MaybeRun, true, Some(23)),
    ),
    // Our own refusals, whatever the status and the body.
    (
        "503 Service Unavailable",
        "rpc-refused: busy\r\nretry-after: 3\r\n",
        Text("busy"),
        (NotRun, true, Some(3)),
    ),
    (
        "503 Service Unavailable",
        "rpc-refused: draining\r\n",
        Text(""),
        (NotRun, true, None),
    ),
    (
        "500 Internal Server Error",
        "rpc-refused: busy\r\n",
        Text("?"),
        (NotRun, true, None),
    ),
    (
        "200 OK",
        "rpc-refused: busy\r\n",
        Text(""),
        (NotRun, true, None),
    ),
    (
        "503 Service Unavailable",
        "rpc-refused: busy\r\nretry-after-ms: 2000\r\n",
        Unidentified(-32000),
        (NotRun, true, Some(2)),
    ),
    (
        "413 Payload Too Large",
        "rpc-refused: too-large\r\n",
        Text("too large"),
        (NotRun, false, None),
    ),
    // The call's own answer decides first.
    ("404 Not Found", "", Own(1001), (Ran, false, None)),
    ("401 Unauthorized", "", Own(1001), (Ran, false, None)),
    (
        "500 Internal Server Error",
        "",
        Own(-32603),
        (MaybeRun, false, None),
    ),
    (
        "503 Service Unavailable",
        "retry-after: 3\r\n",
        Own(1001),
        (Ran, true, Some(3)),
    ),
    ("400 Bad Request", "", Own(-32602), (MaybeRun, false, None)),
    ("404 Not Found", "", Own(-32601), (NotRun, false, None)),
    ("200 OK", "", Own(1001), (Ran, false, None)),
    (
        "200 OK",
        "retry-after: 5\r\n",
        Own(1001),
        (Ran, true, Some(5)),
    ),
    ("200 OK", "", Own(-32601), (NotRun, false, None)),
    ("200 OK", "", Own(-32600), (NotRun, false, None)),
    ("200 OK", "", Own(-32602), (MaybeRun, false, None)),
    ("200 OK", "", Own(-32000), (MaybeRun, false, None)),
    ("200 OK", "", Number, (Ran, false, None)),
    ("500 Internal Server Error", "", Number, (Ran, false, None)),
    // Without the call's id, the status counts.
    (
        "401 Unauthorized",
        "",
        Unidentified(-32001),
        (NotRun, false, None),
    ),
    (
        "404 Not Found",
        "",
        Unidentified(1001),
        (NotRun, false, None),
    ),
    (
        "502 Bad Gateway",
        "",
        Unidentified(-32000),
        (MaybeRun, true, None),
    ),
    (
        "500 Internal Server Error",
        "",
        Unidentified(-32600),
        (NotRun, false, None),
    ),
    ("200 OK", "", Unidentified(-32000), (MaybeRun, false, None)),
    ("200 OK", "", Unidentified(-32601), (NotRun, false, None)),
    // Half an answer may be a method's.
    (
        "404 Not Found",
        "",
        Text(r#"{"jsonrpc":"2.0","error":{"code":1001,"#),
        (MaybeRun, false, None),
    ),
    // No answer at all.
    ("200 OK", "", Text(""), (MaybeRun, false, None)),
    ("200 OK", "", Text("<html>"), (MaybeRun, false, None)),
];

#[tokio::test]
async fn a_reply_says_what_happened() {
    for &(status, headers, content, expected) in CASES {
        let server = Scripted::new(move |request| {
            let body = content.answer(request);
            let length = body.len();
            format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}")
        })
        .await;
        for (way, error) in errors(Client::builder, &server.url).await {
            let case = format!("{status} {headers:?} {content:?}, {way}: {error:?}");
            let retry_after = error.retry_after().map(|wait| wait.as_secs());
            let said = (error.execution(), error.is_retryable(), retry_after);
            assert_eq!(said, expected, "{case}");
            let text = error.to_string();
            assert!(
                text.contains(" at ") && text.contains(&server.url),
                "{case}"
            );
            assert!(text.contains("echo"), "{case}");
            assert!(!text.contains("secret"), "{case}");
            let target = error.target().unwrap();
            assert_eq!(target.server(), Some(&*server.url));
            assert!(target.methods().all(|method| method == "echo"));
            if headers.contains("location: /elsewhere") {
                assert!(
                    text.ends_with("302 Found, which points to /elsewhere"),
                    "{case}"
                );
            }
            if headers.contains("shop.example") {
                assert!(
                    text.ends_with("points to https://shop.example/v2/rpc"),
                    "{case}"
                );
            }
            if headers.contains("www-authenticate") {
                let status: &StatusError = error.downcast_ref().unwrap();
                assert_eq!(status.www_authenticate(), Some("Bearer"));
                assert_eq!(
                    (status.status().as_u16(), status.body()),
                    (401, &b"who are you"[..])
                );
            }
        }
    }
}

/// The natural loop.
#[tokio::test]
async fn a_401_is_sent_once() {
    let page = "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n";
    let server = Scripted::new(|_| page.to_owned()).await;
    let client = Client::new(&server.url).unwrap();
    let mut attempts = 0;
    let error = loop {
        attempts += 1;
        match within(echo(&client)).await {
            Err(error) if error.is_retryable() && attempts < 5 => {}
            outcome => break outcome.unwrap_err(),
        }
    };
    assert_eq!((server.requests(), attempts), (1, 1));
    assert_eq!(error.execution(), NotRun);
}

/// A busy server is not sent the calls of a batch one by one, and batches go on.
#[tokio::test]
async fn a_busy_server_is_not_asked_more() {
    for refusal in [
        "HTTP/1.1 503 Busy\r\nrpc-refused: busy\r\n",
        "HTTP/1.1 429 Slowly\r\n",
    ] {
        let server = Scripted::new(move |_| format!("{refusal}content-length: 0\r\n\r\n")).await;
        let builder = Client::builder().batching(Batching::default());
        let client = builder.build(&server.url).unwrap();
        for round in 1..=2 {
            let calls = async { tokio::join!(one(&client), one(&client), one(&client)) };
            let (first, _, _) = within(calls).await;
            assert_eq!(first.execution(), NotRun);
            assert_eq!(server.requests(), round);
        }
    }
}

/// Every failure without a reply.
#[tokio::test]
async fn a_connection_says_what_happened() {
    let short = || Client::builder().timeout(Duration::from_millis(300));
    // Nobody listens.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let refused = format!("http://{}/rpc", listener.local_addr().unwrap());
    drop(listener);
    for (way, error) in errors(Client::builder, &refused).await {
        assert_eq!(
            (error.execution(), error.is_retryable()),
            (NotRun, true),
            "{way}: {error:?}"
        );
        assert!(error.is_transport(), "{way}: {error:?}");
        let text = error.to_string();
        assert!(
            text.ends_with(&format!(" at {refused}: could not connect")),
            "{way}: {text}"
        );
    }
    // A handshake that nobody answers, and one that is answered in another language.
    let silent = silent(b"").await;
    for (way, error) in errors(short, &silent.replace("http", "https")).await {
        assert_eq!(
            (error.execution(), error.is_retryable()),
            (NotRun, true),
            "{way}: {error:?}"
        );
        let CallError::Timeout(timeout) = &error else {
            panic!("{way}: {error:?}");
        };
        assert_eq!(**timeout, TimeoutError::Connect, "{way}");
        assert!(
            error.to_string().ends_with(": no connection in time"),
            "{way}: {error}"
        );
    }
    let hasty = || Client::builder().connect_timeout(Duration::from_millis(200));
    for (way, error) in errors(hasty, &silent.replace("http", "https")).await {
        assert_eq!(error.execution(), NotRun, "{way}: {error:?}");
        assert!(error.is_timeout(), "{way}: {error:?}");
    }
    let no_tls = closing(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    for (way, error) in errors(Client::builder, &no_tls.replace("http", "https")).await {
        assert_eq!(error.execution(), NotRun, "{way}: {error:?}");
    }
    // The request was read, and no reply came.
    for (way, error) in errors(short, &silent).await {
        assert_eq!(
            (error.execution(), error.is_retryable()),
            (MaybeRun, true),
            "{way}: {error:?}"
        );
        let CallError::Timeout(timeout) = &error else {
            panic!("{way}: {error:?}");
        };
        assert_eq!(**timeout, TimeoutError::Reply, "{way}");
    }
    // The reply is lost, or too large.
    for reply in ["", "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"] {
        let lost = closing(reply.as_bytes()).await;
        for (way, error) in errors(Client::builder, &lost).await {
            let said = (error.execution(), error.is_retryable());
            assert_eq!(said, (MaybeRun, true), "{way}: {error:?}");
        }
    }
    let large = closing(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{").await;
    for (way, error) in errors(|| Client::builder().max_reply(98), &large).await {
        assert_eq!(
            (error.execution(), error.is_retryable()),
            (MaybeRun, false),
            "{way}: {error:?}"
        );
    }
}

/// Reads, and sends some bytes at once. The connection stays open.
async fn silent(reply: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/rpc", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _or_the_client_has_gone = stream.write_all(reply).await;
                let mut buffer = [0; 1024];
                while stream
                    .read(&mut buffer)
                    .await
                    .is_ok_and(|length| length > 0)
                {}
            });
        }
    });
    url
}

/// Reads something, sends some bytes, and closes the connection.
async fn closing(reply: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/rpc", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                let _first = stream.read(&mut buffer).await;
                let _or_the_client_has_gone = stream.write_all(reply).await;
            });
        }
    });
    url
}

/// A large page or head is not kept, and neither shown.
#[tokio::test]
async fn an_http_error_is_bounded() {
    let page = "\u{1b}[31m\n".repeat(200_000);
    let header = format!("x-long: {}\r\n", "x".repeat(30_000));
    let server = Scripted::new(move |_| {
        let length = page.len();
        format!(
            "HTTP/1.1 404 Not Found\r\nx-short: 1\r\n{header}content-length: {length}\r\n\r\n{page}"
        )
    })
    .await;
    let client = Client::new(&server.url).unwrap();
    let error = within(one(&client)).await;
    let status: &StatusError = error.downcast_ref().unwrap();
    assert_eq!(status.body().len(), 4096);
    assert_eq!(status.headers().get("x-short").unwrap(), "1");
    let shown = [
        error.to_string(),
        format!("{error:?}"),
        chain(&error).join(": "),
    ];
    for shown in shown {
        assert!(shown.len() < 10_000, "{} bytes", shown.len());
        assert!(!shown.contains(char::is_control), "{shown}");
    }
}

/// An error type that takes any object doesn't hide that nothing ran.
#[tokio::test]
async fn a_method_that_may_return_any_error_object() {
    for (code, is_method, execution) in [
        (-32601, false, NotRun),
        (-32600, false, NotRun),
        (-32602, false, MaybeRun),
        (-32603, false, MaybeRun),
        (1001, true, Ran),
    ] {
        let server = Scripted::new(move |request| {
            let body = Own(code).answer(request);
            let length = body.len();
            format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{body}")
        })
        .await;
        let client = Client::new(&server.url).unwrap();
        let call: rpc_core::Call<_, String, ErrorObject> = client.start("m").call();
        let error = within(call).await.unwrap_err();
        assert_eq!(error.method().is_some(), is_method, "{error:?}");
        assert_eq!(error.execution(), execution, "{error:?}");
    }
}

/// A load balancer decides anew for each connection.
#[tokio::test]
async fn connections_are_renewed() {
    let server = Counting::new().await;
    let calls = async |client: ClientBuilder| {
        let before = server.connections.load(Ordering::SeqCst);
        let probe = ProbeClient::new(client.build(&server.url).unwrap());
        for _ in 0..10 {
            within(probe.echo("hi")).await.unwrap();
            pause(30).await;
        }
        server.connections.load(Ordering::SeqCst) - before
    };
    assert_eq!(calls(Client::builder()).await, 1);
    let renewed = calls(Client::builder().max_age(Duration::from_millis(60))).await;
    assert!((3..=6).contains(&renewed), "{renewed}");
    until(|| server.closed.load(Ordering::SeqCst) >= renewed - 1).await;
}
