//! [`Listener`]: a socket that others connect to.

#[cfg(unix)]
use std::fs::File;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::time::Duration;

use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
#[cfg(unix)]
use tokio::time::Instant;

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
/// not, and the address is in use. For that moment the directory is locked (`flock`), so that of servers that start at once
/// one gets the path. Where it can't be locked for five seconds, nothing is replaced.
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
        let lock = lock_directory_of(&path).await;
        Ipc::bind_locked(path, lock)
    }

    /// Without a pause: others wait for the lock. Who hasn't got it may still take a path that is free.
    fn bind_locked(path: PathBuf, lock: io::Result<File>) -> io::Result<Ipc> {
        let listener = match UnixListener::bind(&path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_left_behind(&path) => {
                // Another server may be about to do the same, and to have its own socket here by then.
                let _locked = lock.as_ref().map_err(|error| not_replaced(&path, error))?;
                remove(&path)?;
                UnixListener::bind(&path)?
            }
            bound => bound?,
        };
        let file = FileId::of(&path);
        drop(lock);
        Ok(Ipc {
            listener,
            path,
            file,
        })
    }
}

/// For how long a server waits for others, which have the lock for a moment each.
#[cfg(unix)]
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// How often it looks whether they are done.
#[cfg(unix)]
const LOCK_PAUSE: Duration = Duration::from_millis(5);

/// Has the directory of a socket to itself among all servers of this kind, until the file is dropped.
///
/// Between a look at a socket and its removal, and between `bind` and `listen`, a live server's would be taken for one
/// left behind. The directory is locked since a file for it would have to stay for ever.
#[cfg(unix)]
async fn lock_directory_of(path: &Path) -> io::Result<File> {
    use rustix::fs::{FlockOperation, flock};

    let directory = path.parent().filter(|it| !it.as_os_str().is_empty());
    let directory = File::open(directory.unwrap_or(Path::new(".")))?;
    let deadline = Instant::now() + LOCK_TIMEOUT;
    loop {
        match flock(&directory, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(directory),
            Err(rustix::io::Errno::WOULDBLOCK) if Instant::now() < deadline => {
                tokio::time::sleep(LOCK_PAUSE).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(unix)]
fn not_replaced(path: &Path, error: &io::Error) -> io::Error {
    let path = path.display();
    let text = format!("{path} was left behind, and its directory can't be locked: {error}");
    io::Error::new(io::ErrorKind::AddrInUse, text)
}

/// Whether it is a socket on which nobody listens, or gone.
#[cfg(unix)]
fn is_left_behind(path: &Path) -> bool {
    use io::ErrorKind::{ConnectionRefused, NotFound};
    use std::os::unix::fs::FileTypeExt;

    match std::fs::symlink_metadata(path) {
        Err(error) => error.kind() == NotFound,
        Ok(file) if !file.file_type().is_socket() => false,
        Ok(_) => {
            connect(path).is_err_and(|error| matches!(error.kind(), ConnectionRefused | NotFound))
        }
    }
}

/// Connects, if that can be done at once.
#[cfg(unix)]
fn connect(path: &Path) -> io::Result<()> {
    use socket2::{Domain, SockAddr, Socket, Type};

    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    socket.connect(&SockAddr::unix(path)?)
}

#[cfg(unix)]
fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        // A server that ends takes its own away.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
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

    use tokio::net::UnixStream;

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

    /// A directory with a socket that a killed server has left behind.
    fn left_behind(name: &str) -> (PathBuf, PathBuf) {
        let name = format!("rpc-zmq-{}-{name}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        std::fs::create_dir(&directory).expect("a directory of its own");
        let path = directory.join("socket");
        drop(std::os::unix::net::UnixListener::bind(&path).expect("a path for a socket"));
        (directory, path)
    }

    #[tokio::test]
    async fn a_server_waits_until_another_one_has_started() -> io::Result<()> {
        let (directory, path) = left_behind("wait");
        let lock = lock_directory_of(&path).await?;
        let left = FileId::of(&path);
        let server = tokio::spawn(Ipc::bind(path.clone()));
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!server.is_finished());
        assert_eq!(FileId::of(&path), left, "it has been touched");
        let other = Ipc::bind_locked(path.clone(), Ok(lock))?;
        let error = server.await?.expect_err("the other has it");
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        assert!(other.file.is_some() && other.file == FileId::of(&path));
        drop(other);
        std::fs::remove_dir(directory)
    }

    #[tokio::test]
    async fn without_the_lock_nothing_is_replaced() -> io::Result<()> {
        let (directory, path) = left_behind("no-lock");
        let no_lock = || Err(io::Error::other("no locks here"));
        let error = Ipc::bind_locked(path.clone(), no_lock()).expect_err("no lock");
        let text = error.to_string();
        assert!(text.ends_with("can't be locked: no locks here"), "{text}");
        std::fs::remove_file(&path)?;
        drop(Ipc::bind_locked(path, no_lock())?);
        std::fs::remove_dir(directory)
    }
}
