//! [`IntoServer`]: what transports serve.

use super::Server;
use crate::service::Service;

/// A service, or a [`Server`] with settings of its own: what transports serve.
///
/// ```
/// use rpc_core::{Dispatcher, IntoServer, Server};
///
/// /// What a transport does with what it is given.
/// fn serve(served: impl IntoServer) {
///     let server = served.into_server();
///     # drop(server);
/// }
///
/// serve(Dispatcher::new());
/// serve(Server::new(Dispatcher::new()).max_batch(20));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a service",
    label = "not an `rpc_core::Service`, nor a `Server` of one",
    note = "wrap the implementation of a contract in its server: `OrdersServer::new({Self})` for a trait `Orders`",
    note = "this is not tower's `Service`; `rpc_http::server::endpoint` makes a tower service for HTTP out of one"
)]
pub trait IntoServer {
    /// The service.
    type Service: Service;

    /// The server, with default settings unless it is one already.
    fn into_server(self) -> Server<Self::Service>;
}

#[diagnostic::do_not_recommend]
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
