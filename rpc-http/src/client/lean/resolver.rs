//! [`Resolver`]: the addresses of a host.

use std::future::{Future, ready};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec;

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

/// The addresses of a host.
#[derive(Clone)]
pub(in crate::client) enum Resolver {
    /// What the system says.
    System(GaiResolver),
    /// This one, for any host.
    Fixed(IpAddr),
}

type Addresses = vec::IntoIter<SocketAddr>;

impl Resolver {
    pub(in crate::client) fn new(address: Option<IpAddr>) -> Self {
        match address {
            Some(address) => Resolver::Fixed(address),
            None => Resolver::System(GaiResolver::new()),
        }
    }
}

impl Service<Name> for Resolver {
    type Response = Addresses;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Addresses>> + Send>>;

    fn poll_ready(&mut self, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Resolver::System(system) => system.poll_ready(task),
            Resolver::Fixed(_) => Poll::Ready(Ok(())),
        }
    }

    fn call(&mut self, host: Name) -> Self::Future {
        match self {
            Resolver::System(system) => {
                let looking = system.call(host);
                Box::pin(async { Ok(looking.await?.collect::<Vec<_>>().into_iter()) })
            }
            // Without a port, the URL's is used.
            Resolver::Fixed(address) => {
                let address = SocketAddr::new(*address, 0);
                Box::pin(ready(Ok(vec![address].into_iter())))
            }
        }
    }
}
