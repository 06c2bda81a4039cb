//! Streams and callbacks over TCP and Unix sockets.

use std::error::Error;
use std::future::IntoFuture;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use rpc_core::{Execution, code};
use rpc_stream::server::Tls;
use rpc_stream::{Client, Serve, client, serve};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::checks;
use super::feed::{AnswersServer, AsksBack, FeedClient, FeedServer, LIMIT, Source, Watch, until};
use crate::http::certificates::Authority;

/// A server on a port of its own.
pub struct Running {
    pub address: SocketAddr,
    pub watch: Arc<Watch>,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<std::io::Result<()>>,
}

impl Running {
    pub async fn start(set: impl FnOnce(Serve) -> Serve) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Running::on(listener, set)
    }

    fn on(listener: TcpListener, set: impl FnOnce(Serve) -> Serve) -> Self {
        let watch = Arc::new(Watch::default());
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = serve(listener, FeedServer::new(Source(Arc::clone(&watch))));
        let server = set(server).shutdown(async { drop(stopped.await) });
        Running {
            address,
            watch,
            stop: Some(stop),
            server: tokio::spawn(server.into_future()),
        }
    }

    fn client(&self) -> Client {
        Client::new(format!("tcp://{}", self.address)).unwrap()
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// What the server says to these bytes before it closes the connection, and how long that takes.
    async fn answer(&self, pieces: &[&str]) -> (String, Duration) {
        let mut stream = self.connect().await;
        let started = Instant::now();
        let (mut read, mut write) = stream.split();
        let send = async {
            for piece in pieces {
                write.write_all(piece.as_bytes()).await.unwrap();
                write.flush().await.unwrap();
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            let _closed_already = write.shutdown().await;
        };
        let mut answer = String::new();
        let receive = async {
            let _reset = read.read_to_string(&mut answer).await;
        };
        let both = async { tokio::join!(send, receive) };
        tokio::time::timeout(LIMIT, both).await.expect("an end");
        (answer, started.elapsed())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_in_lines() {
    let server = Running::start(|server| server).await;
    checks::all(server.client(), &server.watch).await;
}

#[tokio::test]
async fn streams_in_lines_on_one_thread() {
    let server = Running::start(|server| server).await;
    checks::all(server.client(), &server.watch).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_with_headers() {
    let server = Running::start(|server| server).await;
    let client = Client::new(format!("tcp+headers://{}", server.address)).unwrap();
    checks::all(client, &server.watch).await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_over_a_unix_socket() {
    let path = std::env::temp_dir().join(format!("rpc-stream-{}.sock", std::process::id()));
    let listener = rpc_stream::Listener::bind_unix(&path).await.unwrap();
    let watch = Arc::new(Watch::default());
    let service = FeedServer::new(Source(Arc::clone(&watch)));
    let server = tokio::spawn(serve(listener, service).into_future());
    let client = Client::builder().service(AnswersServer::new(AsksBack::default()));
    let client = client.build(format!("unix:{}", path.display())).unwrap();
    checks::all(client.clone(), &watch).await;
    checks::callbacks(client).await;
    server.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callbacks() {
    let server = Running::start(|server| server).await;
    for scheme in ["tcp+lines", "tcp+headers"] {
        let client = Client::builder().service(AnswersServer::new(AsksBack::default()));
        let client = client.build(format!("{scheme}://{}", server.address));
        checks::callbacks(client.unwrap()).await;
    }
}

#[tokio::test]
async fn a_dropped_call_is_cancelled() {
    let server = Running::start(|server| server).await;
    let feed = FeedClient::new(server.client());
    let gave_up = tokio::time::timeout(Duration::from_millis(50), feed.gate().into_future()).await;
    assert!(gave_up.is_err());
    server.watch.until_opened(1).await;
    server.watch.until_all_dropped().await;
    assert_eq!(feed.echo("x").await.unwrap(), "x");
}

fn echo(text: &str, id: u32) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"feed.echo","params":["{text}"],"id":{id}}}"#)
}

fn echoed(text: &str, id: u32) -> String {
    format!(r#"{{"jsonrpc":"2.0","result":"{text}","id":{id}}}"#)
}

fn headed(message: &str) -> String {
    format!("Content-Length: {}\r\n\r\n{message}", message.len())
}

#[tokio::test]
async fn the_server_answers_in_the_framing_of_its_client() {
    let server = Running::start(|server| server).await;
    let (one, two) = (echo("a", 1), echo("b", 2));
    for (sent, expected) in [
        (
            format!("{one}\n{two}\n"),
            [echoed("a", 1), echoed("b", 2)].join("\n") + "\n",
        ),
        (
            format!("\u{feff}{one}\r\n\r\n{two}"),
            [echoed("a", 1), echoed("b", 2)].join("\n") + "\n",
        ),
        (
            headed(&one) + &headed(&two).to_lowercase(),
            headed(&echoed("a", 1)) + &headed(&echoed("b", 2)),
        ),
    ] {
        let (answer, _) = server.answer(&[&sent]).await;
        assert_eq!(answer, expected);
    }
}

#[tokio::test]
async fn messages_may_come_in_pieces() {
    let server = Running::start(|server| server).await;
    let message = echo("pieces", 1);
    let lines = format!("\r\n{message}\r\n");
    for (sent, expected) in [
        (lines, echoed("pieces", 1) + "\n"),
        (headed(&message), headed(&echoed("pieces", 1))),
    ] {
        let pieces: Vec<_> = sent.as_bytes().chunks(7).collect();
        let pieces: Vec<_> = pieces
            .iter()
            .map(|it| str::from_utf8(it).unwrap())
            .collect();
        assert_eq!(server.answer(&pieces).await.0, expected);
    }
}

#[tokio::test]
async fn replies_are_written_after_the_end_of_the_requests() {
    let server = Running::start(|server| server).await;
    let watch = Arc::clone(&server.watch);
    let open = tokio::spawn(async move {
        watch.until_opened(1).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        watch.gate.add_permits(1);
    });
    let gate = r#"{"jsonrpc":"2.0","method":"feed.gate","id":1}"#;
    let count = r#"{"jsonrpc":"2.0","method":"feed.count","params":[2],"id":2}"#;
    let (answer, _) = server.answer(&[&format!("{gate}\n{count}\n")]).await;
    open.await.unwrap();
    let last: Value = serde_json::from_str(answer.lines().last().unwrap()).unwrap();
    assert_eq!(last["result"], "through", "{answer}");
    assert_eq!(answer.lines().count(), 4, "{answer}");
}

#[tokio::test]
async fn what_is_not_done_in_time_after_the_end_is_dropped() {
    let server = Running::start(|server| server).await;
    let gate = r#"{"jsonrpc":"2.0","method":"feed.gate","id":1}"#;
    let silent = r#"{"jsonrpc":"2.0","method":"feed.silent","id":2}"#;
    let (answer, took) = server.answer(&[&format!("{gate}\n{silent}\n")]).await;
    let ended: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(ended["id"], 2, "{answer}");
    assert_eq!(ended["error"]["code"], code::SERVER_CANCELLED, "{answer}");
    assert!(took > Duration::from_secs(3), "{took:?}");
    server.watch.until_all_dropped().await;
}

#[tokio::test]
async fn http_runs_nothing() {
    let server = Running::start(|server| server).await;
    let note = r#"{"jsonrpc":"2.0","method":"feed.note","params":["x"]}"#;
    for head in [
        "POST / HTTP/1.1\r\nHost: localhost\r\n",
        "GET / HTTP/1.1\r\n",
        "\r\nPOST /\r\n",
    ] {
        let (answer, _) = server
            .answer(&[&format!("{head}\r\n{note}\n{note}\n")])
            .await;
        assert_eq!(answer, "", "{head}");
    }
    // In pieces, too.
    let (answer, _) = server
        .answer(&["PO", "ST / HT", "TP/1.1\r\n\r\n", note, "\n"])
        .await;
    assert_eq!(answer, "");
    assert_eq!(server.watch.notes.load(Ordering::SeqCst), 0);
    // The same without HTTP runs.
    server.answer(&[note]).await;
    until(|| server.watch.notes.load(Ordering::SeqCst) == 1).await;
}

#[tokio::test]
async fn a_line_that_is_too_long_is_answered_and_passed_over() {
    let server = Running::start(|server| server.max_message(1000)).await;
    let long = echo(&"x".repeat(5000), 1);
    let sent = format!("{}\n{long}\n{}\n", echo("a", 1), echo("b", 2));
    let (answer, _) = server.answer(&[&sent]).await;
    let answers: Vec<_> = answer.lines().collect();
    assert_eq!(answers[0], echoed("a", 1));
    assert_eq!(
        answers[1],
        r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"the message is larger than 1000 bytes"},"id":null}"#
    );
    assert_eq!(answers[2..], [echoed("b", 2)]);
}

#[tokio::test]
async fn a_length_that_is_too_large_is_answered_and_ends_the_connection() {
    let server = Running::start(|server| server.max_message(1000)).await;
    let (answer, _) = server.answer(&["Content-Length: 1001\r\n\r\n{}{}"]).await;
    let (_head, body) = answer.split_once("\r\n\r\n").unwrap();
    let refused: Value = serde_json::from_str(body).unwrap();
    assert_eq!(refused["error"]["code"], code::INVALID_REQUEST);
    let (answer, _) = server.answer(&["Content-Length: x\r\n\r\n{}"]).await;
    assert_eq!(answer, "");
}

#[tokio::test]
async fn a_reply_that_is_too_long_ends_the_connection() {
    let server = Running::start(|server| server).await;
    let client = Client::builder().max_reply(1000);
    let client = client.build(format!("tcp://{}", server.address)).unwrap();
    let feed = FeedClient::new(client);
    assert_eq!(feed.echo("x").await.unwrap(), "x");
    let failed = feed.echo(&"x".repeat(2000)).await.unwrap_err();
    assert_eq!(failed.execution(), Execution::MaybeRun, "{failed}");
    // The client connects again.
    assert_eq!(feed.echo("x").await.unwrap(), "x");
}

#[tokio::test]
async fn a_lost_connection_is_not_an_end() {
    let server = Running::start(|server| server).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let relay = listener.local_addr().unwrap();
    let to = server.address;
    let relaying = tokio::spawn(async move {
        let (mut from, _) = listener.accept().await.unwrap();
        let mut to = TcpStream::connect(to).await.unwrap();
        let _ended = tokio::io::copy_bidirectional(&mut from, &mut to).await;
    });
    let feed = FeedClient::new(Client::new(format!("tcp://{relay}")).unwrap());
    let mut items = feed.silent().await.unwrap();
    let call = tokio::spawn(feed.gate().into_future());
    server.watch.until_opened(2).await;
    relaying.abort();
    let failed = tokio::time::timeout(LIMIT, items.next()).await.unwrap();
    let failed = failed.expect("not a clean end").unwrap_err();
    assert!(failed.is_transport(), "{failed}");
    assert!(items.next().await.is_none());
    let failed = call.await.unwrap().unwrap_err();
    assert_eq!(failed.execution(), Execution::MaybeRun, "{failed}");
    server.watch.until_all_dropped().await;
}

#[tokio::test]
async fn a_client_connects_again() {
    let server = Running::start(|server| server).await;
    let address = server.address;
    let feed = FeedClient::new(server.client());
    feed.echo("x").await.unwrap();
    server.server.abort();
    let _aborted = server.server.await;
    let listener = loop {
        match TcpListener::bind(address).await {
            Ok(listener) => break listener,
            Err(_in_use) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    let again = Running::on(listener, |server| server);
    // The first call may still be written to the old connection.
    let mut echoed = feed.echo("y").await;
    if echoed.is_err() {
        echoed = feed.echo("y").await;
    }
    assert_eq!(echoed.unwrap(), "y");
    drop(again);
}

#[tokio::test]
async fn a_call_fails_at_once_if_there_never_was_a_server() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let feed = FeedClient::new(Client::new(format!("tcp://{address}")).unwrap());
    let failed = tokio::time::timeout(LIMIT, feed.echo("x").into_future()).await;
    let failed = failed.unwrap().unwrap_err();
    assert_eq!(failed.execution(), Execution::NotRun);
    let shown = failed.to_string();
    assert!(shown.contains("could not connect"), "{shown}");
    assert!(shown.contains(&format!("tcp://{address}")), "{shown}");
}

#[tokio::test]
async fn a_stop_ends_streams_and_lets_calls_finish() {
    let mut server = Running::start(|server| server).await;
    let feed = FeedClient::new(server.client());
    let mut items = feed.silent().await.unwrap();
    let call = tokio::spawn(feed.gate().into_future());
    server.watch.until_opened(2).await;
    drop(server.stop.take());
    let ended = tokio::time::timeout(LIMIT, items.next()).await.unwrap();
    let ended = ended.expect("not a clean end").unwrap_err();
    assert_eq!(ended.object().unwrap().code(), code::SERVER_CANCELLED);
    let refused = feed.echo("too late").await.unwrap_err();
    assert_eq!(refused.object().unwrap().code(), code::SERVER_CANCELLED);
    server.watch.gate.add_permits(1);
    assert_eq!(call.await.unwrap().unwrap(), "through");
    let stopped = tokio::time::timeout(LIMIT, server.server).await;
    stopped.expect("it stops").unwrap().unwrap();
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_disconnected() {
    let server = Running::start(|server| server.write_timeout(Duration::from_millis(100))).await;
    let mut stream = server.connect().await;
    let endless = format!(
        r#"{{"jsonrpc":"2.0","method":"feed.endless","params":["{}"],"id":1}}"#,
        "x".repeat(1000)
    );
    stream
        .write_all(format!("{endless}\n").as_bytes())
        .await
        .unwrap();
    server.watch.until_opened(1).await;
    server.watch.until_all_dropped().await;
}

#[tokio::test]
async fn the_last_notification_of_a_dropped_client_arrives() {
    let server = Running::start(|server| server).await;
    let feed = FeedClient::new(server.client());
    feed.note("x").await.unwrap();
    drop(feed);
    until(|| server.watch.notes.load(Ordering::SeqCst) == 1).await;
}

#[tokio::test]
async fn a_server_speaks_tls() {
    use std::io::{BufRead, BufReader, Write};

    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;

    let authority = Authority::new();
    let tls = authority.tls();
    let server = Running::start(|server| server.tls(tls)).await;
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(authority.pem.as_bytes()).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "localhost".try_into().unwrap();
    let client = rustls::ClientConnection::new(Arc::new(config), name).unwrap();
    let address = server.address;
    let exchange = tokio::task::spawn_blocking(move || {
        let stream = std::net::TcpStream::connect(address).unwrap();
        let mut stream = rustls::StreamOwned::new(client, stream);
        writeln!(stream, "{}", echo("encrypted", 1)).unwrap();
        let mut answer = String::new();
        BufReader::new(stream).read_line(&mut answer).unwrap();
        answer
    });
    let answer = tokio::time::timeout(LIMIT, exchange).await.unwrap();
    assert_eq!(answer.unwrap(), echoed("encrypted", 1) + "\n");
    // Without TLS, nothing is answered.
    let (answer, _) = server.answer(&[&(echo("plain", 1) + "\n")]).await;
    assert!(!answer.contains("plain"), "{answer}");
}

/// A client that trusts this authority, of a server that shows one of its certificates.
async fn over_tls(
    authority: &Authority,
    tls: Tls,
    scheme: &str,
) -> (Running, client::Builder, String) {
    let server = Running::start(|server| server.tls(tls)).await;
    let trusted = client::Tls::builder().only_root_certificates(authority.pem.as_bytes());
    let builder = Client::builder().tls(trusted.unwrap().build().unwrap());
    let url = format!("{scheme}://localhost:{}", server.address.port());
    (server, builder, url)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_and_callbacks_over_tls() {
    let authority = Authority::new();
    for scheme in ["tls", "tls+headers"] {
        let (server, builder, url) = over_tls(&authority, authority.tls(), scheme).await;
        let client = builder.service(AnswersServer::new(AsksBack::default()));
        let client = client.build(&url).unwrap();
        checks::one_by_one(client.clone(), &server.watch).await;
        checks::callbacks(client).await;
    }
}

#[tokio::test]
async fn a_client_shows_its_certificate() {
    let authority = Authority::new();
    let (_server, builder, url) = over_tls(&authority, authority.mutual_tls(), "tls").await;
    let nobody = FeedClient::new(builder.build(&url).unwrap());
    assert!(nobody.echo("x").await.unwrap_err().is_transport());

    let ann = authority.client().pem();
    let tls = client::Tls::builder().only_root_certificates(authority.pem.as_bytes());
    let tls = tls
        .unwrap()
        .identity(ann.as_bytes())
        .unwrap()
        .build()
        .unwrap();
    let feed = FeedClient::new(Client::builder().tls(tls).build(&url).unwrap());
    assert_eq!(feed.echo("x").await.unwrap(), "x");
}

#[tokio::test]
async fn a_server_that_nobody_vouches_for_is_not_called() {
    let authority = Authority::new();
    let other = Authority::new();
    let (_server, builder, url) = over_tls(&other, authority.tls(), "tls").await;
    let trusts_the_system = Client::new(&url).unwrap();
    for client in [builder.build(&url).unwrap(), trusts_the_system] {
        let failed = FeedClient::new(client).echo("x").await.unwrap_err();
        assert_eq!(failed.execution(), Execution::NotRun, "{failed}");
        let causes = std::iter::successors(failed.source(), |error| (*error).source());
        let causes: Vec<_> = causes.map(ToString::to_string).collect();
        assert!(causes.join(" ").contains("UnknownIssuer"), "{causes:?}");
    }
    // Nor is one of another name.
    let (server, builder, _) = over_tls(&authority, authority.tls(), "tls").await;
    let client = builder.build(format!("tls://127.0.0.1:{}", server.address.port()));
    let failed = FeedClient::new(client.unwrap())
        .echo("x")
        .await
        .unwrap_err();
    assert_eq!(failed.execution(), Execution::NotRun, "{failed}");
    // Unless the client was told to trust anybody.
    let anybody = client::Tls::builder().danger_accept_any_certificate();
    let client = Client::builder().tls(anybody.build().unwrap());
    let feed = FeedClient::new(client.build(&url).unwrap());
    assert_eq!(feed.echo("x").await.unwrap(), "x");
}

/// However long connecting may take.
#[tokio::test]
async fn a_dropped_client_gives_up_connecting() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("tls://{}", silent.local_addr().unwrap());
    let client = Client::builder().connect_timeout(Duration::from_secs(100_000));
    let feed = FeedClient::new(client.build(url).unwrap());
    let call = tokio::spawn(feed.echo("x").into_future());
    let (mut stream, _) = silent.accept().await.unwrap();
    let mut hello = [0; 1];
    stream.read_exact(&mut hello).await.unwrap();
    call.abort();
    drop(feed);
    let mut rest = Vec::new();
    let read = tokio::time::timeout(LIMIT, stream.read_to_end(&mut rest)).await;
    let _reset_or_closed = read.expect("it closes the connection");
}

#[tokio::test]
async fn eight_messages_in_a_row_that_are_not_json_end_the_connection() {
    let server = Running::start(|server| server).await;
    let not_json = r#"{"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"},"id":null}"#;
    let junk = |lines| "{junk\n".repeat(lines);
    let (answer, _) = server.answer(&[&(junk(10) + &echo("a", 1) + "\n")]).await;
    assert_eq!(answer, format!("{not_json}\n").repeat(8));
    // What is JSON starts the count again, whatever it is.
    let sent = [&junk(7), "[]\n", &junk(7), &echo("a", 1), "\n", &junk(7)].concat();
    let (answer, _) = server.answer(&[&sent]).await;
    assert_eq!(answer.matches("-32700").count(), 21);
    assert!(answer.contains(&echoed("a", 1)), "{answer}");
    let headed_junk = headed("{junk").repeat(9);
    let (answer, _) = server.answer(&[&headed_junk]).await;
    assert_eq!(answer, headed(not_json).repeat(8));
}

/// As a program does that logs to stdout. A client that serves something does not answer it either.
#[tokio::test]
async fn a_client_passes_over_what_is_not_json_rpc() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut first = [0; 1024];
        let length = stream.read(&mut first).await.unwrap();
        let reply = format!("starting: 42\n\n{{x}}\n[1,\n{}\n", echoed("x", 1));
        stream.write_all(reply.as_bytes()).await.unwrap();
        let mut sent = String::from_utf8(first[..length].to_vec()).unwrap();
        stream.read_to_string(&mut sent).await.unwrap();
        sent
    });
    let client = Client::builder().service(AnswersServer::new(AsksBack::default()));
    let client = client.build(format!("tcp://{address}")).unwrap();
    let answered: String = client.call("feed.echo", ("x",)).await.unwrap();
    assert_eq!(answered, "x");
    drop(client);
    let sent = tokio::time::timeout(LIMIT, server).await.unwrap().unwrap();
    assert_eq!(sent, echo("x", 1) + "\n");
}

/// A reader that grants no credit and never stops reading can still stop a stream that never waits.
#[tokio::test]
async fn an_endless_stream_does_not_keep_its_cancellation_from_being_read() {
    let server = Running::start(|serve| serve).await;
    let (reader, mut writer) = server.connect().await.into_split();
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"feed.endless","params":["x"]}"#;
    let cancel = r#"{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1}}"#;
    writer
        .write_all(format!("{call}\n").as_bytes())
        .await
        .unwrap();
    let read = async {
        let mut lines = BufReader::new(reader).lines();
        let mut items = 0_u64;
        loop {
            let line = lines.next_line().await.unwrap().unwrap();
            if line.contains("-32800") {
                return items;
            }
            items += 1;
            if items == 1000 {
                writer
                    .write_all(format!("{cancel}\n").as_bytes())
                    .await
                    .unwrap();
            }
        }
    };
    let items = tokio::time::timeout(LIMIT, read).await.unwrap();
    assert!(items >= 1000);
    server.watch.until_all_dropped().await;
}
