//! Other people's readers of server-sent events, a browser, and a proxy.

use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::response::Html;
use axum::routing::get;
use rpc_core::Tracked;
use rpc_http::server::{Endpoint, endpoint};
use rpc_http::{lean, ws};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use super::feed::{LIMIT, until};
use super::journal::{Book, JournalClient, JournalServer, Relay, Shelf, take};
use crate::cli::Folder;
use crate::peers::script;

/// A server, with a page at `/page`, behind a relay.
struct Site {
    address: SocketAddr,
    book: Arc<Book>,
    relay: Relay,
}

fn journal(book: &Arc<Book>) -> Endpoint<JournalServer<Shelf>> {
    endpoint(JournalServer::new(Shelf(Arc::clone(book)))).shorthand(true)
}

impl Site {
    async fn start() -> Self {
        let book = Arc::new(Book::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let page = get(|| async { Html("<!doctype html><title>prices</title>") });
        let site = axum::Router::new()
            .route("/page", page)
            .fallback_service(journal(&book));
        tokio::spawn(async move { axum::serve(listener, site).await });
        Site {
            address,
            book,
            relay: Relay::to(address).await,
        }
    }

    fn url(&self) -> String {
        format!("http://{}/", self.relay.address)
    }

    /// Runs a client that checks what it gets, and does what it asks for.
    async fn passes(&self, client: &mut Command) {
        let client = client.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut client = client.kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(client.stdout.take().unwrap()).lines();
        let mut last = String::new();
        let run = async {
            while let Some(line) = lines.next_line().await.unwrap() {
                match line.split_once(' ') {
                    Some(("write", lines)) => self.book.write(lines.parse().unwrap()),
                    _ if line == "cut" => self.relay.cut().await,
                    _ => last = line,
                }
            }
            client.wait_with_output().await.unwrap()
        };
        let output = tokio::time::timeout(LIMIT, run).await.expect("an end");
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{last}{complaint}");
        assert!(last.ends_with("passed, 0 failed"), "{last}{complaint}");
        until(|| self.book.running() == 0).await;
    }
}

#[tokio::test]
async fn npm_eventsource() {
    let site = Site::start().await;
    site.passes(script("event_source_client.js").arg(site.url()))
        .await;
    assert_eq!(site.book.opened.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn pypi_httpx_sse() {
    let site = Site::start().await;
    site.passes(script("httpx_sse_client.py").arg(site.url()))
        .await;
}

#[tokio::test]
async fn chromium() {
    let site = Site::start().await;
    let elsewhere = Site::start().await;
    let page = |site: &Site| format!("{}page", site.url());
    let mut client = script("chromium_client.js");
    site.passes(
        client
            .arg(page(&site))
            .arg(page(&elsewhere))
            .arg(site.url()),
    )
    .await;
}

/// Each item is printed as soon as it is there.
#[tokio::test]
async fn curl() {
    let site = Site::start().await;
    let url = format!("{}journal.log?topic=tea", site.url());
    let curl = ["--no-buffer", "--silent", "--noproxy", "*"];
    let mut curl = Command::new("curl")
        .args(curl)
        .arg(url)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(curl.stdout.take().unwrap()).lines();
    for number in 1..=5 {
        site.book.write(1);
        let expected = [format!("id: {number}"), format!("data: \"line {number}\"")];
        for expected in expected {
            let printed = async {
                while lines.next_line().await.unwrap().expect("not the end") != expected {}
            };
            tokio::time::timeout(LIMIT, printed).await.unwrap();
        }
    }
    curl.kill().await.unwrap();
    until(|| site.book.running() == 0).await;
}

/// nginx in front of a server, with the settings that it has by itself. Only a WebSocket needs three more.
struct Nginx {
    address: SocketAddr,
    _folder: Folder,
    _process: Child,
}

impl Nginx {
    async fn before(server: SocketAddr) -> Self {
        let folder = Folder::new();
        let address = free_address().await;
        let path = folder.path("");
        let config = format!(
            "daemon off; master_process off; pid {path}pid; error_log stderr; worker_processes 1;\n\
             events {{}}\n\
             http {{\n\
               access_log off;\n\
               client_body_temp_path {path}body; proxy_temp_path {path}proxy;\n\
               fastcgi_temp_path {path}fastcgi; uwsgi_temp_path {path}uwsgi; scgi_temp_path {path}scgi;\n\
               server {{\n\
                 listen {address};\n\
                 location / {{ proxy_pass http://{server}; }}\n\
                 location /ws {{\n\
                   proxy_pass http://{server}/;\n\
                   proxy_http_version 1.1;\n\
                   proxy_set_header Upgrade $http_upgrade;\n\
                   proxy_set_header Connection upgrade;\n\
                 }}\n\
               }}\n\
             }}\n"
        );
        let file = folder.write("nginx.conf", &config);
        let process = Command::new("nginx")
            .arg("-c")
            .arg(file)
            .arg("-p")
            .arg(&path)
            .kill_on_drop(true)
            .spawn()
            .expect("nginx is installed: run `cargo xtask peers`");
        let reached = async {
            while TcpStream::connect(address).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(LIMIT, reached).await.unwrap();
        Nginx {
            address,
            _folder: folder,
            _process: process,
        }
    }
}

async fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap()
}

/// Each item passes before the next is made, so nothing holds it back.
#[tokio::test]
async fn nginx_holds_nothing_back() {
    let site = Site::start().await;
    let (nginx, book) = (Nginx::before(site.address).await, &site.book);
    let url = format!("http://{}/", nginx.address);

    let by_post = lean::Client::new(&url).unwrap().boxed();
    let by_websocket = ws::Client::new(format!("ws://{}/ws", nginx.address))
        .unwrap()
        .boxed();
    for client in [by_post, by_websocket] {
        let journal = JournalClient::new(client);
        let last = *book.written.borrow();
        let mut log = journal.log("tea", Some(last)).await.unwrap();
        for number in last + 1..=last + 5 {
            book.write(1);
            let item = tokio::time::timeout(LIMIT, take(&mut log, 1))
                .await
                .unwrap();
            assert_eq!(item, [Tracked::new(number, format!("line {number}"))]);
        }
        drop(log);
        until(|| book.running() == 0).await;
    }

    let last = *book.written.borrow();
    let request = format!(
        "GET /journal.log?topic=tea&after={last} HTTP/1.1\r\nhost: {}\r\naccept: text/event-stream\r\n\r\n",
        nginx.address
    );
    let mut stream = TcpStream::connect(nginx.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut read = Vec::new();
    for number in last + 1..=last + 5 {
        book.write(1);
        let wanted = format!("id: {number}\ndata: \"line {number}\"\n\n");
        while !String::from_utf8_lossy(&read).contains(&wanted) {
            let piece = tokio::time::timeout(LIMIT, stream.read_buf(&mut read)).await;
            assert!(piece.unwrap().unwrap() > 0, "not the end");
        }
    }
}
