//! [`NatsServer`]: the server of NATS, as a child process.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long it may take to start.
const LIMIT: Duration = Duration::from_secs(60);

/// A running server of NATS, with its default settings. It is killed on drop.
#[derive(Debug)]
pub struct NatsServer {
    port: u16,
    process: Child,
}

impl NatsServer {
    /// Starts the server that `cargo xtask peers` has installed into the folder that `RPC_PEERS` names.
    ///
    /// # Panics
    ///
    /// If it can't be started.
    pub fn start() -> Self {
        let peers = std::env::var_os("RPC_PEERS").expect("RPC_PEERS names the folder of the peers");
        let program = PathBuf::from(peers).join("venv/bin/nats-server");
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let port = listener.local_addr().expect("it is bound").port();
        drop(listener);
        let process = Command::new(&program)
            .args(["-a", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let process = process.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let started = NatsServer { port, process };
        started.wait();
        started
    }

    fn wait(&self) {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(start.elapsed() < LIMIT, "nats-server does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for NatsServer {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A connection with the defaults of async-nats.
///
/// # Panics
///
/// If it can't be made.
pub async fn connect(port: u16) -> async_nats::Client {
    let connected = async_nats::connect(format!("127.0.0.1:{port}")).await;
    connected.expect("the server listens")
}
