//! [`refuse()`]: settings that a connection of some kind does not have.

use crate::failure::{Failure, Result};
use crate::settings::{Settings, Source};

/// Settings that some connections do not have.
#[derive(Clone, Copy)]
pub(super) enum Inapplicable {
    Credentials,
    Headers,
    Certificates,
    ConnectTimeout,
    Http2,
    Attempts,
}

/// Refuses settings of these kinds, if they are for this server. Settings for any server are ignored. `over` names the connection.
pub(super) fn refuse(settings: &Settings, kinds: &[Inapplicable], over: &str) -> Result {
    let given = kinds.iter().flat_map(|kind| kind.given(settings));
    let mut given = given.filter(|(_, source)| source.is_for_one_server());
    match given.next() {
        Some((what, _)) => Err(Failure::usage(format!("{what}: not supported {over}"))
            .with_hint("rpc config URL shows where it is set")),
        None => Ok(()),
    }
}

impl Inapplicable {
    /// The settings of this kind that have been given, and where.
    fn given(self, settings: &Settings) -> Vec<(&'static str, &Source)> {
        let tls = &settings.tls;
        let given = match self {
            Inapplicable::Credentials => vec![(
                "credentials",
                settings.credentials.as_ref().map(|it| &it.source),
            )],
            Inapplicable::Headers => {
                vec![("headers", settings.headers.first().map(|it| &it.source))]
            }
            Inapplicable::Certificates => vec![
                (
                    "--root-certificates",
                    tls.root_certificates.as_ref().map(|it| &it.source),
                ),
                ("--identity", tls.identity.as_ref().map(|it| &it.source)),
                (
                    "--insecure",
                    tls.insecure.value.then_some(&tls.insecure.source),
                ),
            ],
            Inapplicable::ConnectTimeout => vec![(
                "--connect-timeout",
                settings.connect_timeout.as_ref().map(|it| &it.source),
            )],
            Inapplicable::Http2 => vec![(
                "--http2",
                settings.http2.value.then_some(&settings.http2.source),
            )],
            Inapplicable::Attempts => vec![(
                "--attempts",
                settings.attempts.as_ref().map(|it| &it.source),
            )],
        };
        let given = given.into_iter();
        given
            .filter_map(|(name, source)| Some((name, source?)))
            .collect()
    }
}
