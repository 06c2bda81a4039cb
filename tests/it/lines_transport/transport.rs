//! A whole transport on rpc-tokio: newline-delimited JSON over a Unix socket. ARCHITECTURE.md walks through it.

use std::io;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;

use rpc_core::transport::TransportRequest;
use rpc_core::{IntoServer, RequestMetadata, Server, Service, TransportError};
use rpc_tokio::client::{ChannelError, Ended, Outgoing, PendingCall, PendingCalls, Protocol};
use rpc_tokio::server::{
    BrokenOff, ConnectionJobs, Connections, Listener, Origin, Peer, Stopping, linger,
};
use rpc_tokio::{Permits, Stream, Tokio, defaults};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Serves until the connections are told to stop, and have stopped.
pub async fn serve(
    listener: Listener,
    service: impl IntoServer,
    connections: Connections,
) -> BrokenOff {
    let server = Arc::new(service.into_server().or_runtime(Tokio));
    let permits = Permits::new(defaults::MAX_IN_FLIGHT);
    let serve_one = |stream, peer, stopping| {
        serve_connection(Arc::clone(&server), permits.clone(), stream, peer, stopping)
    };
    connections.serve(listener, serve_one).await
}

async fn serve_connection<S: Service>(
    server: Arc<Server<S>>,
    permits: Permits,
    stream: Stream,
    peer: Peer,
    stopping: Stopping,
) {
    let (read, mut write) = stream.into_split();
    let mut read = BufReader::new(read);
    let (replies, mut outbox) = mpsc::channel::<Vec<u8>>(64);
    let reading = async {
        let jobs = ConnectionJobs::current();
        let mut calls = JoinSet::new();
        let mut stopped = pin!(stopping.grace_is_over());
        loop {
            let mut line = Vec::new();
            let mut bounded = (&mut read).take(defaults::MAX_MESSAGE as u64);
            let length = tokio::select! {
                length = bounded.read_until(b'\n', &mut line) => length,
                () = &mut stopped => break,
            };
            if !matches!(length, Ok(1..)) || !line.ends_with(b"\n") {
                jobs.client_has_gone();
                break;
            }
            // With all permits in use, no more is read, and the client waits.
            let permit = permits.acquire().await;
            let origin = Origin::new(permit).peer(peer);
            let metadata =
                RequestMetadata::attached(Default::default(), Default::default(), origin);
            let (server, replies) = (Arc::clone(&server), replies.clone());
            calls.spawn(jobs.count(async move {
                if let Some(reply) = server.handle(&line, metadata).await {
                    let _client_gone = replies.send(reply.into_body()).await;
                }
            }));
            while calls.try_join_next().is_some() {}
        }
        drop(replies);
        while calls.join_next().await.is_some() {}
    };
    let writing = async {
        while let Some(mut line) = outbox.recv().await {
            line.push(b'\n');
            if write.write_all(&line).await.is_err() {
                outbox.close();
            }
        }
    };
    tokio::join!(reading, writing);
    let _closed = write.shutdown().await;
    linger(&mut read).await;
}

/// The protocol of the client's channel. A reply is matched to its call by the id, so each message is one call.
pub struct Lines(pub PathBuf);

#[derive(Debug, thiserror::Error)]
pub enum LinesError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Channel(#[from] ChannelError<LinesError>),
}

impl Protocol for Lines {
    type Key = String;
    type Connection = Stream;
    type Error = LinesError;

    fn address(&self) -> String {
        self.0.display().to_string()
    }

    fn enter(
        &self,
        pending: &PendingCalls<String>,
        message: &TransportRequest,
    ) -> Result<PendingCall<String>, TransportError> {
        let id = message.call.as_ref().map(|id| id.as_json().to_owned());
        let call = id.and_then(|id| pending.enter(id));
        call.ok_or_else(|| TransportError::message("the message is not a call with a new id"))
    }

    async fn connect(&self) -> Result<Stream, LinesError> {
        Ok(Stream::connect_unix(&self.0).await?)
    }

    async fn run(&self, stream: Stream, outgoing: &mut Outgoing<String>) -> Ended<LinesError> {
        let pending = outgoing.pending().clone();
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let reading = async {
            while let Some(line) = lines.next_line().await? {
                if let Ok(reply) = serde_json::from_str::<serde_json::Value>(&line) {
                    pending.answer(&reply["id"].to_string(), Ok(line.into()));
                }
            }
            Err(io::Error::from(io::ErrorKind::UnexpectedEof))
        };
        let writing = async {
            while let Some(mut request) = outgoing.recv().await {
                request.message.body.push(b'\n');
                write.write_all(&request.message.body).await?;
            }
            Ok(())
        };
        let ended: io::Result<()> =
            tokio::select! { ended = reading => ended, ended = writing => ended };
        match ended {
            Ok(()) => Ended::Finished,
            Err(cause) => Ended::Lost {
                cause: cause.into(),
                heard: true,
            },
        }
    }
}
