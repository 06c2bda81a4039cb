//! Reads the messages of gRPC, over the library for HTTP/2 that tonic uses too: looks at the length of each.

use std::net::SocketAddr;
use std::pin::pin;

use bytes::{Buf, Bytes, BytesMut};
use futures_util::future::{Either, select};
use h2::client::SendRequest;
use http::Request;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;

use super::Reader;

/// hyper's defaults, which tonic's own client has: how much may be on its way in a stream, and in the connection.
const STREAM_WINDOW: u32 = 2 * 1024 * 1024;
const CONNECTION_WINDOW: u32 = 5 * 1024 * 1024;

/// A connection that asks for items.
pub struct Grpc {
    runtime: Runtime,
    address: SocketAddr,
    requests: SendRequest<Bytes>,
    connection: h2::client::Connection<TcpStream, Bytes>,
}

impl Grpc {
    /// Connects.
    ///
    /// # Panics
    ///
    /// If it can't.
    pub fn connect(address: SocketAddr) -> Self {
        let runtime = clients::contenders::runtime();
        let (requests, connection) = runtime.block_on(async {
            let stream = TcpStream::connect(address).await;
            let stream = stream.expect("the server listens");
            stream.set_nodelay(true).expect("it is open");
            let connected = h2::client::Builder::new()
                .initial_window_size(STREAM_WINDOW)
                .initial_connection_window_size(CONNECTION_WINDOW)
                .handshake(stream);
            connected.await.expect("the server speaks HTTP/2")
        });
        Grpc {
            runtime,
            address,
            requests,
            connection,
        }
    }
}

impl Reader for Grpc {
    fn take(&mut self, items: usize) {
        let reading = read(self.requests.clone(), self.address, items);
        self.runtime.block_on(async {
            match select(pin!(reading), &mut self.connection).await {
                Either::Left(((), _)) => {}
                Either::Right((ended, _)) => panic!("the connection has ended: {ended:?}"),
            }
        });
    }
}

async fn read(requests: SendRequest<Bytes>, address: SocketAddr, items: usize) {
    let request = Request::post(format!("http://{address}/bench.Bench/Watch"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(())
        .expect("it is valid");
    let mut requests = requests.ready().await.expect("the connection is open");
    let sent = requests.send_request(request, false);
    let (response, mut body) = sent.expect("the connection is open");
    body.send_data(ask(items), true).expect("the stream is open");
    let mut body = response.await.expect("an answer").into_body();
    let mut messages = Messages::default();
    let mut left = items;
    while let Some(data) = body.data().await {
        let data = data.expect("the stream is open");
        let released = body.flow_control().release_capacity(data.len());
        released.expect("so much has come");
        left -= messages.count(&data);
    }
    assert_eq!(left, 0, "every item has come");
}

/// The message `Count` with so many items, not compressed.
fn ask(items: usize) -> Bytes {
    let mut message = vec![0x08];
    let mut rest = items;
    while rest >= 0x80 {
        message.push(0x80 | (rest & 0x7f) as u8);
        rest >>= 7;
    }
    message.push(rest as u8);
    let length = u32::try_from(message.len()).expect("it is short");
    let mut framed = vec![0];
    framed.extend(length.to_be_bytes());
    framed.extend(message);
    framed.into()
}

/// Counts the messages in the bytes of a server, wherever they are cut.
#[derive(Debug, Default)]
struct Messages {
    head: BytesMut,
    rest: usize,
}

impl Messages {
    fn count(&mut self, mut bytes: &[u8]) -> usize {
        let mut ended = 0;
        while !bytes.is_empty() {
            if self.rest == 0 {
                let missing = (HEAD - self.head.len()).min(bytes.len());
                self.head.extend_from_slice(&bytes[..missing]);
                bytes = &bytes[missing..];
                if self.head.len() < HEAD {
                    break;
                }
                let mut head = &self.head[1..];
                self.rest = usize::try_from(head.get_u32()).expect("it fits into memory");
                self.head.clear();
            }
            let passed = self.rest.min(bytes.len());
            self.rest -= passed;
            bytes = &bytes[passed..];
            ended += usize::from(self.rest == 0 && passed > 0);
        }
        ended
    }
}

/// A flag, and the length.
const HEAD: usize = 5;
