//! [`bind`]: a listener on an address in ZeroMQ's notation.

use std::io;

use rpc_tokio::server::Listener;

use crate::address::Address;

/// Listens on an [address](Address): `tcp://127.0.0.1:5555`, `tcp://*:5555`, `ipc:///run/shop.sock`.
///
/// ```
/// use rpc_zmq::Address;
///
/// # #[tokio::main] async fn main() -> std::io::Result<()> {
/// let listener = rpc_zmq::bind("tcp://127.0.0.1:*").await?;
/// assert!(Address::of(&listener)?.to_string().starts_with("tcp://127.0.0.1:"));
/// # Ok(())
/// # }
/// ```
///
/// `ipc://` makes a Unix socket: see [`Listener::bind_unix`] for who may open it, and what becomes of its file.
pub async fn bind(address: &str) -> io::Result<Listener> {
    let address: Address = address
        .parse()
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    match address {
        Address::Tcp { host, port } => {
            let host = if host == "*" { "0.0.0.0" } else { &host };
            Listener::bind_tcp(&format!("{host}:{port}")).await
        }
        Address::Ipc { path } => Listener::bind_unix(path).await,
    }
}
