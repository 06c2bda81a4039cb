//! [`Listener`]: a socket that others connect to.

use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::{Path, PathBuf};

use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};

use super::Peer;
use crate::Address;
use crate::stream::Stream;

/// A socket that others connect to: see [`bind`].
#[derive(Debug)]
pub struct Listener(Socket);

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    #[cfg(unix)]
    Ipc(Ipc),
}

/// Listens on an [address](Address): `tcp://127.0.0.1:5555`, `tcp://*:5555`, `ipc:///run/shop.sock`.
///
/// ```
/// # #[tokio::main] async fn main() -> std::io::Result<()> {
/// let listener = rpc_zmq::bind("tcp://127.0.0.1:*").await?;
/// assert!(listener.address()?.to_string().starts_with("tcp://127.0.0.1:"));
/// # Ok(())
/// # }
/// ```
///
/// `ipc://` makes a Unix socket, which may be opened by whom the file's permissions allow; it is removed again when the
/// listener is dropped. One that a server has left behind, which was killed, is replaced.
pub async fn bind(address: &str) -> io::Result<Listener> {
    let address: Address = address
        .parse()
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    match address {
        Address::Tcp { host, port } => {
            let host = if host == "*" { "0.0.0.0" } else { &host };
            let listener = TcpListener::bind(format!("{host}:{port}")).await?;
            Ok(Listener(Socket::Tcp(listener)))
        }
        #[cfg(unix)]
        Address::Ipc { path } => Ok(Listener(Socket::Ipc(Ipc::bind(path).await?))),
        #[cfg(not(unix))]
        Address::Ipc { .. } => Err(crate::stream::no_ipc()),
    }
}

impl From<TcpListener> for Listener {
    fn from(listener: TcpListener) -> Self {
        Listener(Socket::Tcp(listener))
    }
}

impl Listener {
    /// Where it listens, with the port that the system has chosen where none was named.
    pub fn address(&self) -> io::Result<Address> {
        match &self.0 {
            Socket::Tcp(listener) => {
                let address = listener.local_addr()?;
                let host = match address {
                    SocketAddr::V4(address) => address.ip().to_string(),
                    SocketAddr::V6(address) => format!("[{}]", address.ip()),
                };
                let port = address.port();
                Ok(Address::Tcp { host, port })
            }
            #[cfg(unix)]
            Socket::Ipc(ipc) => Ok(Address::Ipc {
                path: ipc.path.clone(),
            }),
        }
    }

    pub(super) async fn accept(&self) -> io::Result<(Stream, Peer)> {
        match &self.0 {
            Socket::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                Ok((Stream::Tcp(stream), Peer::Tcp(peer)))
            }
            #[cfg(unix)]
            Socket::Ipc(ipc) => {
                let (stream, _unnamed) = ipc.listener.accept().await?;
                Ok((Stream::Ipc(stream), Peer::Ipc))
            }
        }
    }
}

/// A Unix socket, whose file goes with it.
#[cfg(unix)]
#[derive(Debug)]
struct Ipc {
    listener: UnixListener,
    path: PathBuf,
    /// By which the file is known to be still this one.
    file: Option<(u64, u64)>,
}

#[cfg(unix)]
impl Ipc {
    async fn bind(path: PathBuf) -> io::Result<Ipc> {
        let listener = match UnixListener::bind(&path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_deserted(&path).await => {
                std::fs::remove_file(&path)?;
                UnixListener::bind(&path)?
            }
            bound => bound?,
        };
        let file = identity(&path);
        Ok(Ipc {
            listener,
            path,
            file,
        })
    }
}

/// Whether nobody listens on the socket that has this file.
#[cfg(unix)]
async fn is_deserted(path: &Path) -> bool {
    let connected = UnixStream::connect(path).await;
    connected.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
        && is_socket(path)
}

#[cfg(unix)]
fn is_socket(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    std::fs::symlink_metadata(path).is_ok_and(|file| file.file_type().is_socket())
}

#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let file = std::fs::symlink_metadata(path).ok()?;
    Some((file.dev(), file.ino()))
}

#[cfg(unix)]
impl Drop for Ipc {
    fn drop(&mut self) {
        // Another server may have put its own in this place meanwhile.
        if self.file.is_some() && self.file == identity(&self.path) {
            let _or_it_stays = std::fs::remove_file(&self.path);
        }
    }
}
