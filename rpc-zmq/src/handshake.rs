//! [`shake_hands`]: what two sockets exchange before the first message.

use std::{fmt, io};

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

use crate::reader::{ReadError, Reader};
use crate::zmtp::{self, Command, Event, Greeting};

/// The type of this socket, and the types that it talks with.
pub(crate) struct Role {
    pub(crate) socket_type: &'static str,
    pub(crate) peers: &'static [&'static str],
}

pub(crate) const ROUTER: Role = Role {
    socket_type: "ROUTER",
    peers: &["REQ", "DEALER", "ROUTER"],
};

pub(crate) const DEALER: Role = Role {
    socket_type: "DEALER",
    peers: &["REP", "ROUTER", "DEALER"],
};

/// Why a handshake failed.
#[derive(Debug)]
pub(crate) enum HandshakeError {
    Read(ReadError),
    Write(io::Error),
    /// The peer gave this reason.
    Refused(String),
    SocketType(String),
    /// A message, or a second greeting.
    Unexpected,
}

/// Exchanges the types of both sockets. The caller bounds the time.
pub(crate) async fn shake_hands<R, W>(
    role: &Role,
    reader: &mut Reader<R>,
    writer: &mut W,
) -> Result<Greeting, HandshakeError>
where
    R: AsyncRead + Unpin,
    W: AsyncWrite + Unpin,
{
    let mut out = BytesMut::new();
    zmtp::write_greeting(&mut out);
    write(writer, &mut out).await?;
    let Event::Greeting(greeting) = reader.next().await? else {
        return Err(HandshakeError::Unexpected);
    };
    zmtp::write_ready(&mut out, role.socket_type);
    write(writer, &mut out).await?;
    let socket_type = loop {
        match reader.next().await? {
            Event::Command(Command::Ready { socket_type }) => break socket_type,
            Event::Command(Command::Error { reason }) => {
                return Err(HandshakeError::Refused(reason));
            }
            Event::Command(_) => {}
            Event::Message(_) | Event::Oversized(_) | Event::Greeting(_) => {
                return Err(HandshakeError::Unexpected);
            }
        }
    };
    if !role.talks_with(&socket_type) {
        zmtp::write_error(&mut out, "Invalid socket type");
        write(writer, &mut out).await?;
        let socket_type = String::from_utf8_lossy(&socket_type).into_owned();
        return Err(HandshakeError::SocketType(socket_type));
    }
    Ok(greeting)
}

impl Role {
    fn talks_with(&self, socket_type: &Bytes) -> bool {
        self.peers.iter().any(|peer| peer.as_bytes() == socket_type)
    }
}

async fn write(
    writer: &mut (impl AsyncWrite + Unpin),
    out: &mut BytesMut,
) -> Result<(), HandshakeError> {
    writer
        .write_all_buf(out)
        .await
        .map_err(HandshakeError::Write)
}

impl From<ReadError> for HandshakeError {
    fn from(error: ReadError) -> Self {
        HandshakeError::Read(error)
    }
}

impl fmt::Display for HandshakeError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            HandshakeError::Read(ReadError::Closed) => f.write_str(
                "the peer closed the connection during the handshake; it may want a security \
                 mechanism other than NULL, such as CURVE",
            ),
            HandshakeError::Read(error) => write!(f, "the handshake failed: {error}"),
            HandshakeError::Write(error) => write!(f, "the handshake failed: {error}"),
            HandshakeError::Refused(reason) => write!(f, "the peer refused, saying {reason:?}"),
            HandshakeError::SocketType(socket_type) => {
                write!(f, "the peer is a socket of type {socket_type:?}")
            }
            HandshakeError::Unexpected => {
                f.write_str("the peer sent a message before the handshake")
            }
        }
    }
}

impl std::error::Error for HandshakeError {}
