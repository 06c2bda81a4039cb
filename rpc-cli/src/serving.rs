//! Serves a service over HTTP until somebody stops it.

use std::net::SocketAddr;
use std::time::Duration;

use rpc_core::Service;
use rpc_http::server::{Endpoint, endpoint, serve};
use tokio::net::TcpListener;

use crate::arguments::ListenArguments;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::terminal;

/// How long calls may go on after Ctrl-C.
const CLOSING: Duration = Duration::from_secs(2);

/// Serves a service at the address of the arguments. See [`serve_at`].
pub(crate) async fn serve_until_stopped<S: Service>(
    service: S,
    arguments: &ListenArguments,
) -> Result {
    let origins = &arguments.allow_origin;
    serve_at(&arguments.listen, |address| {
        let endpoint = guarded(endpoint(service), address);
        match origins.is_empty() {
            true => endpoint,
            false => endpoint.allowed_origins(origins),
        }
    })
    .await
}

/// Serves over HTTP, server-sent events and WebSockets until Ctrl-C or SIGTERM. Prints the URL when it listens.
pub(crate) async fn serve_at<S: Service>(
    address: &str,
    endpoint: impl FnOnce(SocketAddr) -> Endpoint<S>,
) -> Result {
    // From here on, so that the signal is not lost in between.
    let stopped = stopped()?;
    let failed = |error: std::io::Error| Failure::new(Exit::File, format!("{address}: {error}"));
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    let endpoint = endpoint(bound);
    terminal::print(&url(bound))?;
    let served = serve(listener, endpoint)
        .shutdown(stopped)
        .shutdown_deadline(CLOSING)
        .await;
    served.map_err(failed)
}

/// On a loopback address, it can only be called by the names of this machine. Otherwise a page could make its own name resolve to
/// it (DNS rebinding).
pub(crate) fn guarded<S: Service>(endpoint: Endpoint<S>, address: SocketAddr) -> Endpoint<S> {
    if !address.ip().is_loopback() {
        return endpoint;
    }
    let own = address.ip().to_string();
    endpoint.allowed_hosts(["localhost", "127.0.0.1", "::1", &own])
}

/// A URL by which this machine reaches the address.
fn url(address: SocketAddr) -> String {
    let port = address.port();
    match address {
        address if !address.ip().is_unspecified() => format!("http://{address}/"),
        SocketAddr::V4(_) => format!("http://127.0.0.1:{port}/"),
        SocketAddr::V6(_) => format!("http://[::1]:{port}/"),
    }
}

/// Completes when the process is told to stop.
#[cfg(unix)]
fn stopped() -> Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};

    let listen = |kind| {
        signal(kind)
            .map_err(|error| Failure::new(Exit::File, format!("cannot handle signals: {error}")))
    };
    let mut interrupts = listen(SignalKind::interrupt())?;
    let mut terminations = listen(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupts.recv() => {}
            _ = terminations.recv() => {}
        }
    })
}

/// Completes when the process is told to stop.
#[cfg(not(unix))]
fn stopped() -> Result<impl Future<Output = ()> + Send + 'static> {
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
