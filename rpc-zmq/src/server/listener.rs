//! [`Listener`]: a socket that others connect to.

use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::sync::atomic::{AtomicUsize, Ordering};
#[cfg(unix)]
use std::time::Duration;

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
/// listener is dropped. One that a server has left behind, which was killed, is replaced; one on which somebody listens is
/// not, and the address is in use.
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
    file: Option<FileId>,
}

#[cfg(unix)]
impl Ipc {
    async fn bind(path: PathBuf) -> io::Result<Ipc> {
        let mut attempts = 1..ATTEMPTS;
        let listener = loop {
            match UnixListener::bind(&path) {
                Err(error)
                    if error.kind() == io::ErrorKind::AddrInUse
                        && attempts.next().is_some()
                        && clear_away(&path).await? => {}
                bound => break bound?,
            }
        };
        let file = FileId::of(&path);
        Ok(Ipc {
            listener,
            path,
            file,
        })
    }
}

/// How often a server tries to take a path. Another one that starts may come first each time, and fail.
#[cfg(unix)]
const ATTEMPTS: usize = 5;

/// For how long nobody must listen on a socket that is taken for one left behind. A server that starts has made its file
/// a moment before it listens.
#[cfg(unix)]
const STARTING: Duration = Duration::from_millis(100);

/// Removes the file of a socket on which nobody listens. False: somebody does, or it is no such file.
#[cfg(unix)]
async fn clear_away(path: &Path) -> io::Result<bool> {
    let found = FileId::of(path);
    if !is_socket(path) || !is_deserted(path).await {
        return Ok(false);
    }
    tokio::time::sleep(STARTING).await;
    if !is_deserted(path).await {
        return Ok(false);
    }
    // Another server may do the same at the same time, and have its own socket here by now. A file that has been moved
    // nobody can replace, so that it is looked at there, and only then removed.
    let aside = aside(path);
    match std::fs::rename(path, &aside) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        renamed => renamed?,
    }
    if FileId::of(&aside) == found {
        std::fs::remove_file(&aside)?;
        return Ok(true);
    }
    std::fs::rename(&aside, path)?;
    Ok(false)
}

/// Whether nobody listens on the socket that has this file, or the file is gone.
#[cfg(unix)]
async fn is_deserted(path: &Path) -> bool {
    use io::ErrorKind::{ConnectionRefused, NotFound};
    let connected = UnixStream::connect(path).await;
    connected.is_err_and(|error| matches!(error.kind(), ConnectionRefused | NotFound))
}

#[cfg(unix)]
fn is_socket(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    // One that has gone is none that must stay.
    std::fs::symlink_metadata(path).map_or_else(
        |error| error.kind() == io::ErrorKind::NotFound,
        |file| file.file_type().is_socket(),
    )
}

/// A name beside a file's own that nobody else uses.
#[cfg(unix)]
fn aside(path: &Path) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}-{count}.left-behind", std::process::id()));
    name.into()
}

/// Which file it is, and whether it is still the same one: a number may be given again, but not with the same time.
#[cfg(unix)]
#[derive(Debug, PartialEq, Eq)]
struct FileId {
    device: u64,
    number: u64,
    modified: (i64, i64),
}

#[cfg(unix)]
impl FileId {
    fn of(path: &Path) -> Option<FileId> {
        use std::os::unix::fs::MetadataExt;
        let file = std::fs::symlink_metadata(path).ok()?;
        Some(FileId {
            device: file.dev(),
            number: file.ino(),
            modified: (file.mtime(), file.mtime_nsec()),
        })
    }
}

#[cfg(unix)]
impl Drop for Ipc {
    fn drop(&mut self) {
        // Another server may have put its own in this place meanwhile.
        if self.file.is_some() && self.file == FileId::of(&self.path) {
            let _or_it_stays = std::fs::remove_file(&self.path);
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// Each finds what a server has left behind that was killed. One may have it, and what it has nobody may take away.
    #[tokio::test(flavor = "multi_thread")]
    async fn servers_that_start_at_once_do_not_replace_each_other() {
        let name = format!("rpc-zmq-{}-race.sock", std::process::id());
        let path = std::env::temp_dir().join(name);
        for round in 0..8 {
            drop(std::os::unix::net::UnixListener::bind(&path).expect("a path for a socket"));
            let start = Arc::new(tokio::sync::Barrier::new(8));
            let servers: Vec<_> = (0..8)
                .map(|_| {
                    let (path, start) = (path.clone(), Arc::clone(&start));
                    tokio::spawn(async move {
                        start.wait().await;
                        Ipc::bind(path).await
                    })
                })
                .collect();
            let mut bound = Vec::new();
            for server in servers {
                match server.await.expect("no panic") {
                    Ok(ipc) => bound.push(ipc),
                    Err(error) => assert_eq!(error.kind(), io::ErrorKind::AddrInUse, "{error}"),
                }
            }
            assert_eq!(bound.len(), 1, "in round {round}");
            let connected = UnixStream::connect(&path).await;
            assert!(connected.is_ok(), "{connected:?} in round {round}");
            drop(bound);
            assert!(!path.exists(), "in round {round}");
        }
    }
}
