//! [`resolve()`]: a client for each address of a host.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Uri;
use rpc_core::{Client, Endpoints, Excerpt};
use rpc_tokio::client::{keep_current, lookup};

use super::builder::Builder;
use super::connections::Connections;
use super::defaults::{MAX_ADDRESSES, RESOLVED_AGAIN};
use super::error::BuildError;

/// The servers behind one name, for a [`Policy`](rpc_core::Policy): a client for each address that the URL's host has. The `Host`
/// header and the name in the certificate stay the URL's.
///
/// ```no_run
/// # #[cfg(feature = "lean")]
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// use rpc_core::Policy;
/// use rpc_http::{lean, resolve};
///
/// let servers = resolve("http://shop.internal:8080/rpc", lean::Client::builder);
/// let client = Policy::new().over(servers.endpoints().await?);
///
/// // With other settings.
/// let builder = || lean::Client::builder().bearer_auth("a token");
/// let servers = resolve("http://shop.internal:8080/rpc", builder).endpoints().await?;
/// # drop((client, servers));
/// # Ok(())
/// # }
/// ```
///
/// The name is looked up again after [30 s](Resolve::every), and after 5 s if all servers are left out. New addresses get a client,
/// and those that are gone get no more calls. If nobody knows the name any more, or it can't be looked up, the last list stays.
///
/// A plain client with such a URL also works. It connects to the first address that answers, for each connection anew, and does not
/// know which servers fail.
pub fn resolve<C: Connections>(
    url: impl Into<String>,
    builder: impl Fn() -> Builder<C> + Send + Sync + 'static,
) -> Resolve<C> {
    Resolve {
        url: url.into(),
        builder: Box::new(builder),
        lookup: Arc::new(|host| Box::pin(async move { lookup(&host).await })),
        every: RESOLVED_AGAIN,
    }
}

/// Which servers there are behind a name: see [`resolve()`].
#[must_use]
pub struct Resolve<C> {
    url: String,
    builder: Box<dyn Fn() -> Builder<C> + Send + Sync>,
    lookup: Arc<Lookup>,
    every: Duration,
}

type Lookup =
    dyn Fn(String) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> + Send + Sync;

impl<C: Connections + 'static> Resolve<C> {
    /// Asks this for the addresses of the host, instead of the system.
    ///
    /// ```no_run
    /// # #[cfg(feature = "lean")]
    /// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
    /// # use rpc_http::{lean, resolve};
    /// let servers = resolve("http://shop:8080/rpc", lean::Client::builder)
    ///     .lookup(|_host| async { Ok(vec![[10, 0, 0, 1].into(), [10, 0, 0, 2].into()]) })
    ///     .endpoints()
    ///     .await?;
    /// # drop(servers);
    /// # Ok(())
    /// # }
    /// ```
    pub fn lookup<F>(mut self, lookup: impl Fn(String) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<Vec<IpAddr>>> + Send + 'static,
    {
        self.lookup = Arc::new(move |host| Box::pin(lookup(host)));
        self
    }

    /// How soon the name is looked up again; default 30 s. It varies by up to a tenth.
    pub fn every(mut self, every: Duration) -> Self {
        self.every = every;
        self
    }

    /// Looks the name up. The task that does so again runs on the runtime of the caller, until the last client of these servers has
    /// gone.
    ///
    /// # Errors
    ///
    /// The name has no address, or a client can't be built.
    pub async fn endpoints(self) -> Result<Endpoints<C::Transport>, ResolveError> {
        let host = host_of(&self.url)?;
        let (lookup, every) = (Arc::clone(&self.lookup), self.every);
        let is_address = host.parse::<IpAddr>().is_ok();
        let addresses = match host.parse() {
            Ok(address) => vec![address],
            Err(_it_is_a_name) => lookup(host.clone()).await.map_err(ResolveError::Lookup)?,
        };
        let clients = Clients {
            url: self.url,
            builder: self.builder,
            known: Mutex::default(),
        };
        let servers = clients.of(addresses)?;
        if servers.is_empty() {
            return Err(ResolveError::NoAddress);
        }
        let endpoints = Endpoints::of(servers);
        if !is_address {
            let clients = Arc::new(clients);
            keep_current(endpoints.clone(), every, move || {
                let (looking, clients) = (lookup(host.clone()), Arc::clone(&clients));
                async move { clients.again(looking.await) }
            });
        }
        Ok(endpoints)
    }
}

impl<C> fmt::Debug for Resolve<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may have a secret in it.
        f.debug_struct("Resolve")
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}

/// The clients of the addresses that are known.
struct Clients<C: Connections> {
    url: String,
    builder: Box<dyn Fn() -> Builder<C> + Send + Sync>,
    known: Mutex<HashMap<IpAddr, Client<C::Transport>>>,
}

impl<C: Connections> Clients<C> {
    /// A client for each address: the same as before, if there was one.
    fn of(&self, mut addresses: Vec<IpAddr>) -> Result<Vec<Client<C::Transport>>, BuildError> {
        // In order, so that always the same ones are left out.
        addresses.sort_unstable();
        addresses.dedup();
        addresses.truncate(MAX_ADDRESSES);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|address, _| addresses.contains(address));
        for address in &addresses {
            if !known.contains_key(address) {
                let client = (self.builder)().connect_to(*address).build(&self.url)?;
                known.insert(*address, client);
            }
        }
        Ok(known.values().cloned().collect())
    }

    /// The clients after the name has been looked up again. `None` if that has failed.
    fn again(&self, found: io::Result<Vec<IpAddr>>) -> Option<Vec<Client<C::Transport>>> {
        let clients = match found {
            // A name without addresses is more likely a mistake than a service without servers.
            Ok(addresses) if addresses.is_empty() => return None,
            Ok(addresses) => self.of(addresses).map_err(ResolveError::Build),
            Err(error) => Err(ResolveError::Lookup(error)),
        };
        match clients {
            Ok(clients) => Some(clients),
            Err(error) => {
                let error = Excerpt::for_log(&error);
                tracing::debug!(%error, "the servers' name could not be looked up again");
                None
            }
        }
    }
}

/// The host of a URL, without brackets.
fn host_of(url: &str) -> Result<String, BuildError> {
    let url: Uri = url.parse().map_err(|_not_shown| BuildError::Url)?;
    // Without a scheme, the whole of it would be a host.
    url.scheme().ok_or(BuildError::Url)?;
    let host = url.host().ok_or(BuildError::Url)?;
    Ok(host
        .trim_start_matches('[')
        .trim_end_matches(']')
        .to_owned())
}

/// Why a name has no servers.
#[derive(Debug)]
#[non_exhaustive]
pub enum ResolveError {
    /// The name could not be looked up.
    Lookup(io::Error),
    /// The name has no address.
    NoAddress,
    /// A client can't be built.
    Build(BuildError),
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ResolveError::Lookup(_) => f.write_str("the host could not be looked up"),
            ResolveError::NoAddress => f.write_str("the host has no address"),
            ResolveError::Build(error) => error.fmt(f),
        }
    }
}

impl Error for ResolveError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            ResolveError::Lookup(error) => Some(error),
            ResolveError::NoAddress => None,
            // It is shown in place of this one.
            ResolveError::Build(error) => error.source(),
        }
    }
}

impl From<BuildError> for ResolveError {
    fn from(error: BuildError) -> Self {
        ResolveError::Build(error)
    }
}
