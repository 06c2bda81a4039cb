//! [`Server`]: a server of NATS in a process of its own.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::AtomicUsize;

use super::*;
use crate::peers::installed;

/// A server of NATS in a process of its own, killed on drop. Its port stays the same when it is started again.
pub struct Server {
    port: u16,
    folder: PathBuf,
    arguments: Vec<String>,
    process: Option<Child>,
}

impl Server {
    /// One that everybody may use.
    pub async fn start() -> Server {
        Server::with("").await
    }

    /// One with this configuration.
    pub async fn with(configuration: &str) -> Server {
        let mut server = Server::prepared(free_ports::<1>()[0], configuration);
        server.restart().await;
        server
    }

    /// Three nodes of one cluster.
    pub async fn cluster() -> [Server; 3] {
        let clients = free_ports::<3>();
        let routes = free_ports::<3>();
        let urls = routes.map(|port| format!("nats-route://127.0.0.1:{port}"));
        let nodes = [0, 1, 2].map(|node| {
            let configuration = format!(
                "server_name: n{node}\nlame_duck_duration: 30s\nlame_duck_grace_period: 100ms\n\
                 cluster {{ name: c, listen: \"127.0.0.1:{}\", no_advertise: true, routes: [{}] }}",
                routes[node],
                urls.join(", "),
            );
            Server::prepared(clients[node], &configuration)
        });
        let mut nodes = nodes;
        for node in &mut nodes {
            node.restart().await;
        }
        nodes
    }

    fn prepared(port: u16, configuration: &str) -> Server {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("rpc-nats-{}-{count}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("nats.conf");
        std::fs::write(&path, configuration).unwrap();
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        let port_text = port.to_string();
        let store = text(folder.join("store"));
        let arguments = [
            "-a",
            "127.0.0.1",
            "-p",
            &port_text,
            "-sd",
            &store,
            "-c",
            &text(path),
        ];
        Server {
            port,
            folder,
            arguments: arguments.map(str::to_owned).to_vec(),
            process: None,
        }
    }

    /// Starts it, or starts it again, and waits until it takes connections.
    pub async fn restart(&mut self) {
        self.launch();
        let address = format!("127.0.0.1:{}", self.port);
        until(|| std::net::TcpStream::connect(&address).is_ok()).await;
    }

    fn launch(&mut self) {
        let program = installed().join("venv/bin/nats-server");
        let mut command = Command::new(&program);
        command.args(&self.arguments).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let process = command.spawn();
        self.process =
            Some(process.unwrap_or_else(|error| panic!("{}: {error}", program.display())));
    }

    /// Ends it without warning.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Tells it to ask its clients to go elsewhere, and to end.
    pub fn retire(&mut self) {
        let process = self.process.as_ref().expect("it runs");
        let signal = format!("ldm={}", process.id());
        let program = installed().join("venv/bin/nats-server");
        let told = Command::new(program).args(["-sl", &signal]).status();
        assert!(told.unwrap().success());
    }

    pub fn has_ended(&mut self) -> bool {
        let process = self.process.as_mut();
        process.is_none_or(|process| process.try_wait().unwrap().is_some())
    }

    pub fn address(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// A connection of its own.
    pub async fn connect(&self) -> async_nats::Client {
        self.connect_with(async_nats::ConnectOptions::new()).await
    }

    pub async fn connect_with(&self, options: async_nats::ConnectOptions) -> async_nats::Client {
        within(options.connect(self.address())).await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        let _best_effort = std::fs::remove_dir_all(&self.folder);
    }
}

/// Ports that nobody listens on.
fn free_ports<const COUNT: usize>() -> [u16; COUNT] {
    // All at once, so that they differ.
    let listeners = [(); COUNT].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}
