//! [`lookup`]: the addresses of a host. [`keep_current`]: a list of servers that follows a directory, such as the system of names.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use rpc_core::{Client, Endpoints, Transport};
use tokio::net::lookup_host;
use tokio::time::Instant;

use crate::varied;

/// How often it is looked whether all servers fail, so that the directory is asked early.
const LOOK: Duration = Duration::from_secs(5);

/// The addresses of a host, as the system knows them. Each comes once.
///
/// # Errors
///
/// The name is not known, or nobody could be asked.
pub async fn lookup(host: &str) -> io::Result<Vec<IpAddr>> {
    let found = lookup_host((host, 0)).await?;
    let mut addresses: Vec<IpAddr> = found.map(|address| address.ip()).collect();
    addresses.sort_unstable();
    addresses.dedup();
    Ok(addresses)
}

/// Asks a directory again and again which servers there are, and [replaces](Endpoints::replace) the list: each time after `every`,
/// and 5 s after the last time if all servers are left out. `None` from it changes nothing. It starts a task, which ends within 5 s
/// after the last client of the servers has gone.
pub fn keep_current<T, F>(
    servers: Endpoints<T>,
    every: Duration,
    mut ask: impl FnMut() -> F + Send + 'static,
) where
    T: Transport,
    F: Future<Output = Option<Vec<Client<T>>>> + Send,
{
    tokio::spawn(async move {
        let mut due = Instant::now() + varied(every);
        while servers.is_used() {
            let left = due.saturating_duration_since(Instant::now());
            if !left.is_zero() && !servers.are_all_left_out() {
                tokio::time::sleep(left.min(LOOK)).await;
                continue;
            }
            if let Some(clients) = ask().await {
                servers.replace(clients);
            }
            // However often it is asked, there is a pause.
            due = Instant::now() + varied(every);
            tokio::time::sleep(every.min(LOOK)).await;
        }
    });
}
