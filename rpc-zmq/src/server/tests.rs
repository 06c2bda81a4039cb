//! What a server says in its log, where nobody else hears of it.

use std::fmt;
use std::future::IntoFuture;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rpc_core::Dispatcher;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use super::{Serve, bind, serve};
use crate::Address;

/// The warnings of a server with these settings, to which somebody connects.
async fn warnings<F: Future<Output = Vec<TcpStream>>>(
    set_up: fn(Serve<Dispatcher>) -> Serve<Dispatcher>,
    connect: impl FnOnce(u16) -> F,
) -> Vec<String> {
    let log = Warnings::default();
    let _captured = tracing::subscriber::set_default(log.clone());
    let listener = bind("tcp://127.0.0.1:*").await.expect("a free port");
    let Ok(Address::Tcp { port, .. }) = listener.address() else {
        panic!("{listener:?}")
    };
    let (stop, stopped) = oneshot::channel::<()>();
    let signal = async { drop(stopped.await) };
    let server = set_up(serve(listener, Dispatcher::new())).shutdown(signal);
    let server = tokio::spawn(server.into_future());
    let connections = connect(port).await;
    drop(stop);
    server.await.expect("no panic").expect("it stops");
    drop(connections);
    let lines = log.0.lock().expect("no panic");
    lines.clone()
}

async fn connection(port: u16) -> TcpStream {
    let connected = TcpStream::connect(("127.0.0.1", port)).await;
    let mut stream = connected.expect("it listens");
    // The greeting: the server has accepted it.
    let mut greeting = [0; 64];
    stream.read_exact(&mut greeting).await.expect("a greeting");
    stream
}

#[tokio::test]
async fn how_many_connections_were_broken_off() {
    let set_up = |serve: Serve<_>| serve.shutdown_deadline(Duration::from_millis(50));
    let warnings = warnings(set_up, |port| async move {
        let mut connections = Vec::new();
        for _ in 0..3 {
            connections.push(connection(port).await);
        }
        connections
    })
    .await;
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains(" connections=3"), "{warnings:?}");
}

/// ZeroMQ's sockets tell their monitor alone.
#[tokio::test]
async fn a_client_that_wants_curve() {
    let warnings = warnings(
        |serve| serve,
        |port| async move {
            let mut stream = connection(port).await;
            let mut greeting = b"\xff\0\0\0\0\0\0\0\x01\x7f\x03\x01CURVE".to_vec();
            greeting.resize(64, 0);
            stream.write_all(&greeting).await.expect("it reads");
            let mut rest = Vec::new();
            let closed = stream.read_to_end(&mut rest).await;
            assert!(closed.is_err() || rest.is_empty(), "{rest:?}");
            vec![stream]
        },
    )
    .await;
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let reason = "the security mechanism \"CURVE\", and there is none but NULL";
    assert!(warnings[0].contains(reason), "{warnings:?}");
}

#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        self.0.lock().expect("no panic").push(line.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0 += &format!(" {field}={value:?}");
    }
}
