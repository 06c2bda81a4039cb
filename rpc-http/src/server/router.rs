//! [`RouterExt`]: an endpoint in an axum `Router`, in one call.

use std::any::TypeId;
use std::future::Future;
use std::pin::Pin;

use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use rpc_core::{IntoServer, Service};
use tower_service::Service as _;

use super::endpoint::{Endpoint, endpoint};

/// Adds a service to an axum [`Router`]. Needs the feature `axum`.
///
/// ```
/// use std::sync::Arc;
///
/// use axum::Router;
/// use rpc_core::{Context, Dispatcher};
/// use rpc_http::server::RouterExt;
///
/// struct App {
///     name: String,
/// }
///
/// async fn name(cx: Context) -> Option<String> {
///     let app: &Arc<App> = cx.get()?; // the router's state
///     Some(app.name.clone())
/// }
///
/// let app = Router::new()
///     .rpc("/rpc", Dispatcher::new().method("name", name))
///     .with_state(Arc::new(App { name: "shop".to_owned() }));
/// # let app: Router = app;
/// ```
pub trait RouterExt<A>: Sized {
    /// Serves a service, a [`Server`](rpc_core::Server) or an [`Endpoint`] at a path.
    ///
    /// A method finds the router's state in its [`Context`](rpc_core::Context), by the state's type, as well as what
    /// layers put into the request's extensions. If a layer has put a value of the state's type there, the method gets
    /// that value.
    ///
    /// The endpoint gets all requests for this path, whatever their HTTP method. An endpoint that needs no state can
    /// also be mounted as a tower service: `route_service(path, endpoint(service))`.
    ///
    /// # Panics
    ///
    /// Like `Router::route`: if the path is invalid or taken.
    #[must_use]
    fn rpc<E: IntoEndpoint>(self, path: &str, service: E) -> Self;
}

impl<A: Clone + Send + Sync + 'static> RouterExt<A> for Router<A> {
    fn rpc<E: IntoEndpoint>(self, path: &str, service: E) -> Self {
        self.route(path, any(WithState(service.into_endpoint())))
    }
}

/// What [`RouterExt::rpc`] serves: a service, a [`Server`](rpc_core::Server) or an [`Endpoint`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a service",
    label = "neither an `rpc_core::Service`, nor a `Server`, nor an `Endpoint`",
    note = "to serve an implementation of a trait `Orders`, wrap it in the generated server: `OrdersServer::new({Self})`"
)]
pub trait IntoEndpoint {
    /// The service.
    type Service: Service;

    /// The endpoint. A service or a server gets one with default settings.
    fn into_endpoint(self) -> Endpoint<Self::Service>;
}

#[diagnostic::do_not_recommend]
impl<S: IntoServer> IntoEndpoint for S {
    type Service = S::Service;

    fn into_endpoint(self) -> Endpoint<S::Service> {
        endpoint(self)
    }
}

impl<S: Service> IntoEndpoint for Endpoint<S> {
    type Service = S;

    fn into_endpoint(self) -> Endpoint<S> {
        self
    }
}

/// Puts the router's state into the extensions of each request.
struct WithState<S>(Endpoint<S>);

impl<S> Clone for WithState<S> {
    fn clone(&self) -> Self {
        WithState(self.0.clone())
    }
}

impl<S: Service, A: Clone + Send + Sync + 'static> Handler<(), A> for WithState<S> {
    type Future = Pin<Box<dyn Future<Output = Response> + Send>>;

    fn call(mut self, mut request: Request, state: A) -> Self::Future {
        let has_state = TypeId::of::<A>() != TypeId::of::<()>();
        let extensions = request.extensions_mut();
        if has_state && extensions.get::<A>().is_none() {
            extensions.insert(state);
        }
        Box::pin(async move {
            match self.0.call(request).await {
                Ok(response) => response.into_response(),
                Err(never) => match never {},
            }
        })
    }
}
