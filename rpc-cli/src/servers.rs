//! [`Servers`]: the servers of a command, and how often a call is tried.

use rpc_core::{BoxTransport, Budget, Client, Endpoints, Policy};

use crate::failure::{Failure, Result};
use crate::settings::{PartialSettings, Scheme, Settings};
use crate::transport;

/// The servers of a command: that of its URL, and those of `--or`.
pub(crate) struct Servers(Vec<Settings>);

impl Servers {
    /// Each of them is a URL, or an endpoint's name. What the command line and the environment say holds for all.
    pub(crate) fn of(
        endpoint: &str,
        others: &[String],
        command_line: &PartialSettings,
    ) -> Result<Self> {
        let all = std::iter::once(endpoint).chain(others.iter().map(String::as_str));
        let all: Result<Vec<Settings>> = all
            .map(|endpoint| Settings::for_endpoint(endpoint, command_line.clone()))
            .collect();
        let servers = Servers(all?);
        servers.check_schemes()?;
        Ok(servers)
    }

    /// The settings of the first server. Those that are not about a connection hold for all.
    pub(crate) fn settings(&self) -> &Settings {
        &self.0[0]
    }

    /// How often a call is tried in all.
    pub(crate) fn attempts(&self) -> u32 {
        let attempts = self.settings().attempts.as_ref();
        let attempts = attempts.map_or(self.0.len(), |attempts| attempts.value.0);
        u32::try_from(attempts).unwrap_or(u32::MAX)
    }

    /// A client of the servers, in their version of JSON-RPC. `watched` makes one that shows what is sent to a server.
    pub(crate) fn connect(
        &self,
        watched: impl Fn(Client<BoxTransport>, &Settings) -> Client<BoxTransport>,
    ) -> Result<Client<BoxTransport>> {
        // Below the policy, which reads replies of 2.0 only.
        let version = self.settings().jsonrpc.value;
        let clients = self.0.iter().map(|settings| {
            let client = transport::connect(settings)?;
            Ok(version.client(watched(client, settings)))
        });
        let mut clients = clients.collect::<Result<Vec<_>>>()?;
        if clients.len() == 1 && self.attempts() == 1 {
            return Ok(clients.remove(0));
        }
        let policy = Policy::new()
            .attempts(self.attempts())
            .timeout(self.settings().timeout.value.0)
            // One caller does not overload a server by the attempts that it was told to make.
            .budget(Budget::unlimited())
            .over(Endpoints::of(clients));
        let ids = self.settings().ids.value.source();
        Ok(Client::with_ids(policy.transport().clone(), move || ids.next_id()).boxed())
    }

    /// All servers have to be reached in the same way, so that the same is known of calls that fail.
    fn check_schemes(&self) -> Result {
        let scheme = |settings: &Settings| Scheme::of(&settings.url.value);
        let first = scheme(self.settings());
        if self.0.iter().any(|settings| scheme(settings) != first) {
            return Err(Failure::usage(
                "--or: not the same kind of URL as that of the first server",
            ));
        }
        match first {
            Some(Scheme::Process) if self.0.len() > 1 => {
                Err(Failure::usage("--or: not supported over stdin and stdout"))
            }
            _ => Ok(()),
        }
    }
}
