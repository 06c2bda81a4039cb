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

#[cfg(all(test, unix))]
mod tests {
    use std::net::TcpListener;
    use std::os::fd::OwnedFd;
    use std::process::{Command, Stdio};

    use super::super::LocalAddress;
    use super::*;

    /// Runs the last test again, in a process that has been passed sockets as systemd does it, and returns what it prints.
    fn run_with_sockets(script: &str, input: OwnedFd) -> String {
        let program = std::env::current_exe().expect("this program");
        let test = "server::systemd::tests::sockets_are_taken_once";
        let output = Command::new("sh")
            .args(["-c", script, "sh"])
            .arg(program)
            .args([test, "--exact", "--nocapture"])
            .stdin(Stdio::from(input))
            .output()
            .expect("a shell");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    #[test]
    fn sockets_are_taken_with_their_names() {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = socket.local_addr().expect("it is bound");
        let script = "exec 3<&0; export LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=web; exec \"$@\"";
        let found = run_with_sockets(script, socket.into());
        assert!(
            found.contains(&format!("found web at {address}")),
            "{found}"
        );
    }

    #[test]
    fn sockets_for_another_process_are_left_alone() {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a port");
        let script = "exec 3<&0; export LISTEN_PID=1 LISTEN_FDS=1; exec \"$@\"";
        let found = run_with_sockets(script, socket.into());
        assert!(!found.contains("found"), "{found}");
    }

    /// This process has been passed none. The tests above run it in one that has.
    #[tokio::test]
    async fn sockets_are_taken_once() -> io::Result<()> {
        for passed in listeners()? {
            let name = passed.name.unwrap_or_default();
            match passed.listener.local_address()? {
                LocalAddress::Tcp(address) => println!("found {name} at {address}"),
                LocalAddress::Unix(path) => println!("found {name} at {}", path.display()),
            }
        }
        assert!(listeners()?.is_empty());
        Ok(())
    }
}
