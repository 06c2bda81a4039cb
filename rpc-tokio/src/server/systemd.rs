//! Sockets that systemd passes to a service (`LISTEN_FDS`, `LISTEN_PID`, `LISTEN_FDNAMES`).
//!
//! With a socket unit, systemd listens before the service has started and while it restarts, so that no client is refused.
//!
//! ```no_run
//! use rpc_tokio::server::{Listener, systemd};
//!
//! # async fn run() -> std::io::Result<()> {
//! let listener = match systemd::listeners()?.into_iter().next() {
//!     Some(passed) => passed.listener,
//!     None => Listener::bind_tcp("127.0.0.1:8080").await?,
//! };
//! # drop(listener);
//! # Ok(())
//! # }
//! ```

use std::io;

use super::Listener;

/// A socket that systemd has passed.
#[derive(Debug)]
pub struct PassedListener {
    /// Its name: `FileDescriptorName=` of the socket unit, which is the unit's own name by default.
    pub name: Option<String>,
    /// The socket.
    pub listener: Listener,
}

/// The sockets that systemd has passed to this process, in the order of its socket units. Without any, or on a system without
/// systemd, there are none.
///
/// They are taken by the first call; a later one finds none. Call it at the start of `main`, since it changes the environment.
///
/// # Errors
///
/// One of them is neither a listening TCP socket nor a Unix socket.
#[cfg(unix)]
pub fn listeners() -> io::Result<Vec<PassedListener>> {
    let names = std::env::var("LISTEN_FDNAMES").unwrap_or_default();
    let mut names = names.split(':');
    let mut passed = listenfd::ListenFd::from_env();
    (0..passed.len())
        .map(|index| {
            let name = names.next().filter(|name| !name.is_empty());
            Ok(PassedListener {
                name: name.map(str::to_owned),
                listener: take(&mut passed, index)?,
            })
        })
        .collect()
}

/// The sockets that systemd has passed to this process. This system has no systemd, so there are none.
#[cfg(not(unix))]
pub fn listeners() -> io::Result<Vec<PassedListener>> {
    Ok(Vec::new())
}

#[cfg(unix)]
fn take(passed: &mut listenfd::ListenFd, index: usize) -> io::Result<Listener> {
    if let Ok(Some(listener)) = passed.take_tcp_listener(index) {
        listener.set_nonblocking(true)?;
        return Ok(tokio::net::TcpListener::from_std(listener)?.into());
    }
    match passed.take_unix_listener(index) {
        Ok(Some(listener)) => {
            listener.set_nonblocking(true)?;
            Ok(tokio::net::UnixListener::from_std(listener)?.into())
        }
        _ => Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("socket {index} from systemd is neither a TCP nor a Unix stream socket"),
        )),
    }
}
