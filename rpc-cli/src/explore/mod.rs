//! `rpc explore`: serves the explorer page on this machine, and passes its calls on to a server.

mod behind;
mod service;

use std::net::SocketAddr;
use std::time::Duration;

use rpc_core::Server;
use rpc_http::server::{Endpoint, endpoint, serve};
use tokio::net::TcpListener;

use self::behind::Behind;
use self::service::Explored;
use crate::arguments::ExploreArguments;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::terminal::{print, report};

/// How long calls may still run after Ctrl-C.
const CLOSING: Duration = Duration::from_secs(1);

pub(crate) async fn run(arguments: ExploreArguments) -> Result {
    let behind = Behind::of(&arguments).await?;
    let listen = arguments.listen;
    let failed = |error: std::io::Error| {
        Failure::new(Exit::File, format!("can't listen on {listen}: {error}"))
    };
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    if !address.ip().is_loopback() {
        report("warning: anybody who can reach this address can call the server as you");
    }
    report(&format!(
        "exploring {}; open this page in a browser, and press Ctrl-C to stop",
        behind.shown
    ));
    print(&format!("http://{address}/"))?;
    let interrupted = async { drop(tokio::signal::ctrl_c().await) };
    serve(listener, endpoint_at(address, behind))
        .shutdown(interrupted)
        .shutdown_deadline(CLOSING)
        .await
        .map_err(failed)
}

/// On a loopback address, it can only be called by the names of this machine. Otherwise a page could make its own name resolve to
/// it (DNS rebinding).
fn endpoint_at(address: SocketAddr, behind: Behind) -> Endpoint<Explored> {
    let service = Explored::new(behind);
    // Whoever may open the page started this command, and wants to know why a call failed.
    let server = Server::new(service).disclose(true).explain(true);
    let endpoint = endpoint(server).explorer();
    if !address.ip().is_loopback() {
        return endpoint;
    }
    let own = address.ip().to_string();
    endpoint.allowed_hosts(["localhost", "127.0.0.1", "::1", &own])
}
