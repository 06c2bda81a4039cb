//! [`IntoServer`]: what a transport accepts, a service or a server.

use super::Server;
use crate::service::Service;

/// A service, or a [`Server`] with settings of its own. Transports accept either.
///
/// ```
/// use rpc_core::{Dispatcher, IntoServer, Server};
///
/// /// What a transport does.
/// fn serve(service: impl IntoServer) {
///     let server = service.into_server();
///     # drop(server);
/// }
///
/// serve(Dispatcher::new());
/// serve(Server::new(Dispatcher::new()).max_batch(20));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a service",
    label = "neither an `rpc_core::Service` nor a `Server`",
    note = "to serve an implementation of a trait `Orders`, wrap it in the generated server: `OrdersServer::new({Self})`",
    note = "this is not tower's `Service`; `rpc_http::server::endpoint` turns an rpc service into a tower service"
)]
pub trait IntoServer {
    /// The service.
    type Service: Service;

    /// The server. A service gets one with default settings.
    fn into_server(self) -> Server<Self::Service>;
}

// The compiler may recommend this implementation: if a service lacks something, it then says what.
impl<S: Service> IntoServer for S {
    type Service = S;

    fn into_server(self) -> Server<S> {
        Server::new(self)
    }
}

impl<S: Service> IntoServer for Server<S> {
    type Service = S;

    fn into_server(self) -> Server<S> {
        self
    }
}
