//! Finds the URL of an endpoint, which is a URL itself or a name from the configuration file.

use rpc_core::introspection::UnknownMethod;

use super::file::ConfigFile;
use super::scheme::is_local;
use super::source::{Setting, Source};
use crate::failure::{Failure, Result};

/// The forms of a URL, as advice.
pub(crate) const URL_FORMS: &str = "a URL starts with http://, https://, ws://, wss://, tcp+lines://, tls+lines://, unix:, stdio: or nats://, or for ZeroMQ with tcp:// or ipc://";

/// The URL, and the endpoint's name if it has one in the file.
pub(super) fn find<'a>(
    endpoint: &'a str,
    file: &ConfigFile,
) -> Result<(Setting<String>, Option<&'a str>)> {
    if let Some(known) = file.endpoints.get(endpoint) {
        let url = Setting {
            value: known.url.clone(),
            source: file.source(format!("endpoints.{endpoint}")),
        };
        return Ok((url, Some(endpoint)));
    }
    if endpoint.contains("://") || is_local(endpoint) {
        let url = Setting {
            value: endpoint.to_owned(),
            source: Source::CommandLine,
        };
        return Ok((url, None));
    }
    Err(unknown(endpoint, file))
}

fn unknown(endpoint: &str, file: &ConfigFile) -> Failure {
    // It may be a URL without a scheme but with a password, or with a token in its query.
    let shown = match endpoint.contains(['@', '?']) {
        true => "the endpoint",
        false => endpoint,
    };
    let text = format!("{shown} is neither a URL nor an endpoint in the configuration file");
    let names = file.endpoints.keys().cloned();
    match UnknownMethod::new(endpoint, names).suggestion {
        Some(similar) => Failure::usage(text).with_hint(format!("did you mean {similar}?")),
        None => Failure::usage(text).with_hint(URL_FORMS),
    }
}
