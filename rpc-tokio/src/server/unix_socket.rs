//! [`UnixSocket`]: a Unix socket that clients connect to, with its file.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::UnixListener;
use tokio::time::Instant;

/// A Unix socket that clients connect to, with its file.
#[derive(Debug)]
pub(super) struct UnixSocket {
    /// Dropped first. A file on which nobody listens any more could be taken for one left behind.
    file: Option<SocketFile>,
    pub(super) listener: UnixListener,
}

impl UnixSocket {
    pub(super) async fn bind(path: PathBuf) -> io::Result<UnixSocket> {
        let lock = lock_directory_of(&path).await;
        UnixSocket::bind_locked(path, lock)
    }

    /// Without a pause, since others wait for the lock. A server that could not get the lock may still take a free
    /// path.
    fn bind_locked(path: PathBuf, lock: io::Result<File>) -> io::Result<UnixSocket> {
        let listener = match UnixListener::bind(&path) {
            Err(error) if error.kind() == io::ErrorKind::AddrInUse && is_left_behind(&path) => {
                // Another server may be about to do the same, and have its own socket here by then.
                let _locked = lock.as_ref().map_err(|error| not_replaced(&path, error))?;
                remove(&path)?;
                UnixListener::bind(&path)?
            }
            bound => bound?,
        };
        let file = FileId::of(&path).map(|id| SocketFile { path, id });
        drop(lock);
        Ok(UnixSocket { file, listener })
    }

    /// Removes the file, so that nobody connects any more, and returns the socket with the connections that wait.
    pub(super) fn into_std(self) -> Option<std::os::unix::net::UnixListener> {
        drop(self.file);
        self.listener.into_std().ok()
    }
}

/// The file of somebody else's socket stays.
impl From<UnixListener> for UnixSocket {
    fn from(listener: UnixListener) -> Self {
        UnixSocket {
            file: None,
            listener,
        }
    }
}

/// The file of a socket, removed with it.
#[derive(Debug)]
struct SocketFile {
    path: PathBuf,
    /// Tells whether the file at the path is still this one.
    id: FileId,
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Another server may have put its own in this place meanwhile.
        if FileId::of(&self.path).as_ref() == Some(&self.id) {
            let _or_it_stays = std::fs::remove_file(&self.path);
        }
    }
}

/// How long a server waits for the lock. The others have it for a moment each.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// How often it tries to get the lock.
const LOCK_PAUSE: Duration = Duration::from_millis(5);

/// Locks the directory of a socket against other servers of this kind, until the file is dropped.
///
/// Without the lock, a server could take another one's live socket for one left behind: between its look at the socket and
/// the removal, and between the other's `bind` and `listen`. A lock file would do as well, but would have to stay for ever.
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

fn not_replaced(path: &Path, error: &io::Error) -> io::Error {
    let path = path.display();
    let text = format!("{path} was left behind, and its directory can't be locked: {error}");
    io::Error::new(io::ErrorKind::AddrInUse, text)
}

/// Whether it is a socket that no server listens on, or is gone.
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

/// Connects if that works at once.
fn connect(path: &Path) -> io::Result<()> {
    use socket2::{Domain, SockAddr, Socket, Type};

    let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
    socket.set_nonblocking(true)?;
    socket.connect(&SockAddr::unix(path)?)
}

fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        // A server that ends removes its own.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

/// Which file it is. A number may be used again, but not with the same time.
#[derive(Debug, PartialEq, Eq)]
struct FileId {
    device: u64,
    number: u64,
    modified: (i64, i64),
}

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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::net::UnixStream;

    use super::*;

    /// Each finds the socket of a killed server. One of them gets the path, and no other may take it away.
    #[tokio::test(flavor = "multi_thread")]
    async fn servers_that_start_at_once_do_not_replace_each_other() {
        let name = format!("rpc-tokio-{}-race.sock", std::process::id());
        let path = std::env::temp_dir().join(name);
        for round in 0..8 {
            drop(std::os::unix::net::UnixListener::bind(&path).expect("a path for a socket"));
            let start = Arc::new(tokio::sync::Barrier::new(8));
            let servers: Vec<_> = (0..8)
                .map(|_| {
                    let (path, start) = (path.clone(), Arc::clone(&start));
                    tokio::spawn(async move {
                        start.wait().await;
                        UnixSocket::bind(path).await
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

    /// A directory with the socket of a killed server.
    fn left_behind(name: &str) -> (PathBuf, PathBuf) {
        let name = format!("rpc-tokio-{}-{name}", std::process::id());
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
        let server = tokio::spawn(UnixSocket::bind(path.clone()));
        // It must not finish, however long this takes.
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert!(!server.is_finished());
        assert_eq!(FileId::of(&path), left, "it has been touched");
        let other = UnixSocket::bind_locked(path.clone(), Ok(lock))?;
        let error = server.await?.expect_err("the other has it");
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        assert_eq!(
            other.file.as_ref().map(|it| &it.id),
            FileId::of(&path).as_ref()
        );
        drop(other);
        std::fs::remove_dir(directory)
    }

    #[tokio::test]
    async fn without_the_lock_nothing_is_replaced() -> io::Result<()> {
        let (directory, path) = left_behind("no-lock");
        let no_lock = || Err(io::Error::other("no locks here"));
        let error = UnixSocket::bind_locked(path.clone(), no_lock()).expect_err("no lock");
        let text = error.to_string();
        assert!(text.ends_with("can't be locked: no locks here"), "{text}");
        std::fs::remove_file(&path)?;
        drop(UnixSocket::bind_locked(path, no_lock())?);
        std::fs::remove_dir(directory)
    }
}
