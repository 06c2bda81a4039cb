//! `rpc` over every connection, and streams as lines on stdout.

use std::future::IntoFuture;
use std::sync::Arc;

use rpc_http::server as http;
use rpc_http::server::{PeerCertificates, Tls};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::failures::interrupt;
use super::*;
use crate::http::certificates::Authority;
use crate::nats::server::Server as NatsServer;
use crate::nats::until_served;
use crate::streams::feed::{FeedServer, Source, Watch};

/// Servers of one feed, over everything that carries streams.
struct Servers {
    watch: Arc<Watch>,
    authority: Authority,
    /// The address, and the options that it needs.
    urls: Vec<(String, Vec<String>)>,
    _folder: Folder,
    nats: NatsServer,
}

impl Servers {
    async fn start() -> Self {
        let mut servers = Servers {
            watch: Arc::default(),
            authority: Authority::new(),
            urls: Vec::new(),
            _folder: Folder::new(),
            nats: NatsServer::start().await,
        };
        let folder = Folder::new();
        let ca = folder.write("ca.pem", &servers.authority.pem);
        let trusts = vec!["--cacert".to_owned(), ca];
        let port = servers.http(None).await;
        servers.add(format!("http://127.0.0.1:{port}/"), &[]);
        servers.add(format!("ws://127.0.0.1:{port}/"), &[]);
        let port = servers.http(Some(servers.authority.tls())).await;
        servers.add(format!("https://localhost:{port}/"), &trusts);
        servers.add(format!("wss://localhost:{port}/"), &trusts);
        servers.add(
            format!("wss://localhost:{port}/"),
            &["--insecure".to_owned()],
        );
        let port = servers.tcp(None).await;
        servers.add(format!("tcp+lines://127.0.0.1:{port}"), &[]);
        servers.add(format!("tcp+headers://127.0.0.1:{port}"), &[]);
        let port = servers.tcp(Some(servers.authority.tls())).await;
        servers.add(format!("tls+lines://localhost:{port}"), &trusts);
        servers.add(
            format!("tls+headers://localhost:{port}"),
            &["--insecure".to_owned()],
        );
        let path = folder.path("feed.sock");
        let listener = rpc_stream::Listener::bind_unix(&path).await.unwrap();
        tokio::spawn(rpc_stream::serve(listener, servers.feed()).into_future());
        servers.add(format!("unix:{path}"), &[]);
        servers.nats().await;
        servers._folder = folder;
        servers
    }

    /// A worker, once NATS knows of it.
    async fn nats(&mut self) {
        let nats = self.nats.connect().await;
        let worker = rpc_nats::serve(nats.clone(), "feed", self.feed());
        tokio::spawn(worker.into_future());
        until_served(&nats, "feed").await;
        self.add(format!("{}/feed", self.nats.address()), &[]);
    }

    fn feed(&self) -> FeedServer<Source> {
        FeedServer::new(Source(Arc::clone(&self.watch)))
    }

    fn add(&mut self, url: String, options: &[String]) {
        self.urls.push((url, options.to_vec()));
    }

    async fn http(&self, tls: Option<Tls>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut server = http::serve(listener, http::endpoint(self.feed()));
        if let Some(tls) = tls {
            server = server.tls(tls);
        }
        tokio::spawn(server.into_future());
        port
    }

    async fn tcp(&self, tls: Option<Tls>) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut server = rpc_stream::serve(listener, self.feed());
        if let Some(tls) = tls {
            server = server.tls(tls);
        }
        tokio::spawn(server.into_future());
        port
    }
}

/// A server that this program runs, once more.
fn stdio() -> String {
    let program = std::env::current_exe().unwrap();
    format!(
        "stdio:env RPC_TEST_STDIO=server '{}' --exact streams::over_stdio::child_process --nocapture --quiet",
        program.display()
    )
}

fn words<'a>(command: &'a str, url: &'a str, words: &[&'a str], options: &'a [String]) -> Command {
    let mut line = vec![command, url];
    line.extend(words);
    line.extend(options.iter().map(String::as_str));
    rpc(&line)
}

#[tokio::test]
async fn every_connection_carries_calls_streams_and_batches() {
    let servers = Servers::start().await;
    let mut urls = servers.urls.clone();
    urls.push((stdio(), Vec::new()));
    for (url, options) in &urls {
        let call = |method: &[&str]| run(words("call", url, method, options));
        let ran = call(&["feed.echo", "tea"]).await;
        assert_eq!(ran.printed(), "\"tea\"", "{url}");
        let ran = call(&["feed.count", "3"]).await;
        assert_eq!(ran.printed(), "1\n2\n3", "{url}");
        assert_eq!(call(&["feed.count", "0"]).await.printed(), "", "{url}");

        // What comes before an error is printed.
        let ran = call(&["feed.fragile", "5"]).await;
        assert_eq!((ran.code, &*ran.out), (Some(1), "1\n2\n"), "{url}: {ran:?}");
        let expected = "3 is too much (code 1002, data {\"at\":3})";
        assert!(ran.err.contains(expected), "{url}: {ran:?}");
        let ran = call(&["feed.fragile", "0"]).await;
        assert!(ran.failed(1).contains("code 1001"), "{url}: {ran:?}");
        let ran = call(&["feed.cuont", "3"]).await;
        let hint = "hint: did you mean feed.count?";
        assert!(ran.failed(1).ends_with(hint), "{url}: {ran:?}");

        let ran = run(words("methods", url, &[], options)).await;
        assert!(ran.printed().contains("feed.count\n"), "{url}: {ran:?}");
        let lines = "feed.echo one\nfeed.echo two\n";
        let ran = run_with(words("batch", url, &["-"], options), lines).await;
        let printed = "{\"line\":1,\"result\":\"one\"}\n{\"line\":2,\"result\":\"two\"}\n";
        assert_eq!((ran.code, &*ran.out), (Some(0), printed), "{url}: {ran:?}");
    }
    servers.watch.until_all_dropped().await;
}

/// `rpc call … | head -3`
#[tokio::test]
async fn a_stream_ends_quietly_when_nobody_reads_it_any_more() {
    let servers = Servers::start().await;
    for (url, options) in &servers.urls {
        for (method, lines) in [("feed.endless", 3), ("feed.silent", 0)] {
            let mut command = words("call", url, &[method], options);
            if lines > 0 {
                command.arg("x");
            }
            let opened = servers.watch.opened.load(Ordering::SeqCst);
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            let mut stdout = BufReader::new(child.stdout.take().unwrap()).lines();
            for _ in 0..lines {
                let line = tokio::time::timeout(LIMIT, stdout.next_line()).await;
                assert_eq!(line.unwrap().unwrap().unwrap(), "\"x\"", "{url}");
            }
            servers.watch.until_opened(opened + 1).await;
            drop(stdout);
            let ran = end_of(child).await;
            assert_eq!((ran.code, &*ran.err), (Some(141), ""), "{url} {method}");
            servers.watch.until_all_dropped().await;
        }
    }
}

#[tokio::test]
async fn ctrl_c_stops_a_stream() {
    let servers = Servers::start().await;
    let mut urls = servers.urls.clone();
    urls.push((stdio(), Vec::new()));
    for (url, options) in &urls {
        let mut command = words("call", url, &["feed.endless", "x"], options);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let mut first = [0; 4];
        let read = tokio::time::timeout(LIMIT, stdout.read_exact(&mut first)).await;
        read.unwrap().unwrap();
        let rest = tokio::spawn(async move {
            let mut rest = Vec::new();
            stdout.read_to_end(&mut rest).await.map(drop)
        });
        interrupt(&child);
        let ran = end_of(child).await;
        let expected = (Some(130), "error: interrupted\n");
        assert_eq!((ran.code, &*ran.err), expected, "{url}");
        rest.await.unwrap().unwrap();
        servers.watch.until_all_dropped().await;
    }
}

/// A server of one connection, and what it is sent.
struct Raw {
    url: String,
    listener: TcpListener,
}

impl Raw {
    async fn bind() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("tcp+lines://{}", listener.local_addr().unwrap());
        Raw { url, listener }
    }

    async fn accept(&self) -> BufReader<TcpStream> {
        let accepted = tokio::time::timeout(LIMIT, self.listener.accept()).await;
        BufReader::new(accepted.unwrap().unwrap().0)
    }
}

/// Reads lines until one has this in it.
async fn read_until(stream: &mut BufReader<TcpStream>, text: &str) -> String {
    let read = async {
        loop {
            let mut line = String::new();
            let length = stream.read_line(&mut line).await.unwrap();
            assert!(length > 0, "it ends without {text}");
            if line.contains(text) {
                return line;
            }
        }
    };
    tokio::time::timeout(LIMIT, read).await.unwrap()
}

const ITEM: &str = "{\"jsonrpc\":\"2.0\",\"method\":\"$/progress\",\"params\":{\"token\":1,\"value\":{ \"a\": 1 }}}\n";

#[tokio::test]
async fn a_server_is_told_to_stop_before_the_connection_closes() {
    let server = Raw::bind().await;
    let mut command = rpc(&["call", &server.url, "watch"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stream = server.accept().await;
    read_until(&mut stream, "\"method\":\"watch\"").await;
    stream.write_all(ITEM.as_bytes()).await.unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).await.unwrap();
    assert_eq!(line, "{\"a\":1}\n");
    interrupt(&child);
    let stop = "{\"jsonrpc\":\"2.0\",\"method\":\"$/cancelRequest\",\"params\":{\"id\":1}}\n";
    assert_eq!(read_until(&mut stream, "$/cancelRequest").await, stop);
    assert_eq!(end_of(child).await.code, Some(130));
}

#[tokio::test]
async fn a_stream_that_is_cut_off_fails() {
    let server = Raw::bind().await;
    let mut command = rpc(&["call", &server.url, "watch"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let mut stream = server.accept().await;
    read_until(&mut stream, "\"method\":\"watch\"").await;
    stream.write_all(ITEM.as_bytes()).await.unwrap();
    drop(stream);
    let ran = end_of(child).await;
    assert_eq!((ran.code, &*ran.out), (Some(7), "{\"a\":1}\n"), "{ran:?}");
    let place = format!("watch at tcp://{}", &server.url[12..]);
    assert!(ran.err.contains(&place), "{ran:?}");
}

/// As a language server does that reports progress and then answers.
#[tokio::test]
async fn a_result_after_items_is_printed() {
    let server = Raw::bind().await;
    let mut command = rpc(&["call", &server.url, "watch"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let mut stream = server.accept().await;
    read_until(&mut stream, "\"method\":\"watch\"").await;
    let answer = format!("{ITEM}{{\"jsonrpc\":\"2.0\",\"result\":[2],\"id\":1}}\n");
    stream.write_all(answer.as_bytes()).await.unwrap();
    assert_eq!(end_of(child).await.printed(), "{\"a\":1}\n[2]");
}

#[tokio::test]
async fn an_item_that_is_not_json_is_an_error() {
    let server = Raw::bind().await;
    let mut command = rpc(&["call", &server.url, "watch"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let mut stream = server.accept().await;
    read_until(&mut stream, "\"method\":\"watch\"").await;
    let items = format!("{ITEM}{}", ITEM.replace(": 1 }", ": x }"));
    stream.write_all(items.as_bytes()).await.unwrap();
    let ran = end_of(child).await;
    assert_eq!((ran.code, &*ran.out), (Some(5), "{\"a\":1}\n"), "{ran:?}");
}

#[tokio::test]
async fn times_are_limited() {
    let server = Raw::bind().await;
    let ran = run(rpc(&["call", &server.url, "watch", "--timeout", "300ms"])).await;
    assert!(ran.failed(4).contains("no reply in time"), "{ran:?}");

    let servers = Servers::start().await;
    for (url, options) in &servers.urls {
        let method = [
            "feed.silent",
            "--idle-timeout",
            "300ms",
            "--timeout",
            "100s",
        ];
        let ran = run(words("call", url, &method, options)).await;
        let hint = "hint: the stream was silent for longer than --idle-timeout";
        assert!(ran.failed(4).ends_with(hint), "{url}: {ran:?}");
        servers.watch.until_all_dropped().await;
    }
}

#[tokio::test]
async fn verbose_shows_items() {
    let servers = Servers::start().await;
    for (url, options) in &servers.urls {
        let ran = run(words("call", url, &["feed.count", "2", "-v"], options)).await;
        assert_eq!((ran.code, &*ran.out), (Some(0), "1\n2\n"), "{url}: {ran:?}");
        let mut lines = ran.err.lines();
        for line in ["< item 1", "< item 2"] {
            assert!(lines.any(|it| it == line), "{url}: {ran:?}");
        }
        let request = r#"> {"jsonrpc":"2.0","method":"feed.count","params":[2],"id":1}"#;
        assert!(ran.err.contains(request), "{url}: {ran:?}");
    }
}

#[tokio::test]
async fn options_that_a_connection_lacks_are_refused() {
    for (url, option, stderr) in [
        (
            "tcp+lines://127.0.0.1:1",
            "--bearer=x",
            "credentials: not supported over TCP",
        ),
        (
            "tls+lines://127.0.0.1:1",
            "--header=a: b",
            "headers: not supported over TCP",
        ),
        (
            "tls+lines://ann:sesame@127.0.0.1:1",
            "--ids=uuid",
            "credentials: not supported over TCP",
        ),
        (
            "tcp+headers://127.0.0.1:1",
            "--insecure",
            "--insecure: not supported over TCP",
        ),
        (
            "unix:/nonexistent",
            "--cacert=x",
            "--root-certificates: not supported over a Unix socket",
        ),
        (
            "stdio:true",
            "--user=ann:x",
            "credentials: not supported over stdin and stdout",
        ),
        (
            "stdio:true",
            "--connect-timeout=1",
            "--connect-timeout: not supported over stdin and stdout",
        ),
        ("stdio:", "--ids=uuid", "stdio: there is no command"),
        (
            "stdio:a 'b",
            "--ids=uuid",
            "stdio: a quote in the command is not closed",
        ),
        (
            "tcp+lines://127.0.0.1",
            "--ids=uuid",
            "the address is not of the form",
        ),
        (
            "tcp://127.0.0.1:1",
            "--idle-timeout=1",
            "rpc reads no streams over ZeroMQ",
        ),
    ] {
        let ran = run(rpc(&["call", url, "add", option])).await;
        assert!(ran.failed(2).contains(stderr), "{url}: {ran:?}");
        assert!(!ran.err.contains("sesame"), "{ran:?}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_there() {
    for (url, place) in [
        ("ws://127.0.0.1:1/", "add at ws://127.0.0.1:1/"),
        ("tcp+lines://127.0.0.1:1", "add at tcp://127.0.0.1:1"),
        ("tls+lines://127.0.0.1:1", "add at tls://127.0.0.1:1"),
        ("unix:/nonexistent", "add at unix:/nonexistent"),
    ] {
        let ran = run(rpc(&["call", url, "add"])).await;
        let stderr = ran.failed(3);
        assert!(stderr.contains(place), "{stderr}");
        assert!(stderr.contains("could not connect"), "{stderr}");
    }
    let ran = run(rpc(&["call", "stdio:/no/such/program --key sesame", "add"])).await;
    let stderr = "error: stdio:/no/such/program …: could not be started: No such file";
    assert!(ran.failed(3).starts_with(stderr), "{ran:?}");
    // A certificate that nobody vouches for.
    let servers = Servers::start().await;
    let urls = servers.urls.iter().map(|(url, _)| url);
    for url in urls.filter(|url| url.starts_with("tls+lines")) {
        let ran = run(rpc(&["call", url, "feed.echo", "x"])).await;
        assert!(ran.failed(3).contains("UnknownIssuer"), "{ran:?}");
    }
}

/// A process that ends before it answers.
#[tokio::test]
async fn a_command_that_ends_fails_the_call() {
    let ran = run(rpc(&["call", "stdio:true", "add", "1"])).await;
    let stderr = ran.failed(7);
    assert!(stderr.contains("add at stdio:true"), "{stderr}");
}

#[tokio::test]
async fn a_client_certificate_over_a_socket() {
    let authority = Authority::new();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!(
        "tls+lines://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    let shown = rpc_core::Dispatcher::new().method("shown", |cx: rpc_core::Context| async move {
        cx.get::<PeerCertificates>().unwrap().0.len()
    });
    let server = rpc_stream::serve(listener, shown).tls(authority.mutual_tls());
    tokio::spawn(server.into_future());
    let folder = Folder::new();
    let ca = folder.write("ca.pem", &authority.pem);
    let ann = folder.write("ann.pem", &authority.client().pem());
    let call = ["call", &url, "shown", "--cacert", &ca];
    let ran = run(rpc(&[&call[..], &["--cert", &ann]].concat())).await;
    assert_eq!(ran.printed(), "1");
    let ran = run(rpc(&call)).await;
    assert_ne!(ran.code, Some(0), "{ran:?}");
    let ran = run(rpc(&[&call[..], &["--cert", &ca]].concat())).await;
    assert!(ran.failed(2).contains("PEM files"), "{ran:?}");
}
