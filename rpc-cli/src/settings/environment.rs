//! Settings from the environment: `RPC_TIMEOUT` and others, each named after its setting.

use std::ffi::OsString;
use std::fmt::Display;
use std::str::FromStr;

use super::partial::PartialSettings;
use crate::failure::{Failure, Result};

/// Each variable and its meaning, for the manual.
pub(crate) const VARIABLES: &[(&str, &str)] = &[
    (
        "RPC_CONFIG",
        "the configuration file, which must exist; by default $XDG_CONFIG_HOME/rpc/config.toml, or ~/.config/rpc/config.toml if XDG_CONFIG_HOME is not set",
    ),
    ("RPC_TIMEOUT", "like --timeout"),
    ("RPC_CONNECT_TIMEOUT", "like --connect-timeout"),
    ("RPC_ATTEMPTS", "like --attempts"),
    ("RPC_HTTP2", "true or false, like --http2"),
    ("RPC_MAX_REPLY", "like --max-reply"),
    ("RPC_JSONRPC", "like --jsonrpc"),
    ("RPC_USER", "like --user"),
    ("RPC_PASSWORD", "the password of --user or RPC_USER"),
    ("RPC_PASSWORD_FILE", "like --password-file"),
    ("RPC_BEARER", "like --bearer"),
    ("RPC_BEARER_FILE", "like --bearer-file"),
    ("RPC_ROOT_CERTIFICATES", "like --root-certificates"),
    ("RPC_IDENTITY", "like --identity"),
    ("RPC_IDENTITY_KEY", "like --identity-key"),
    ("RPC_INSECURE", "true or false, like --insecure"),
    ("RPC_IDS", "like --ids"),
    ("RPC_TOLERANT", "true or false, like --tolerant"),
    ("RPC_BATCH_SIZE", "like --batch-size of rpc batch"),
    ("RPC_IN_FLIGHT", "like --in-flight of rpc batch"),
    (
        "http_proxy, https_proxy, no_proxy",
        "proxies, as in other programs",
    ),
    ("NO_COLOR", "no colours, unless --color is always"),
];

/// An empty variable counts as unset.
pub(super) fn read() -> Result<PartialSettings> {
    Ok(PartialSettings {
        timeout: variable("RPC_TIMEOUT")?,
        connect_timeout: variable("RPC_CONNECT_TIMEOUT")?,
        attempts: variable("RPC_ATTEMPTS")?,
        http2: variable("RPC_HTTP2")?,
        max_reply: variable("RPC_MAX_REPLY")?,
        jsonrpc: variable("RPC_JSONRPC")?,
        headers: Vec::new(),
        user: variable("RPC_USER")?,
        password: variable("RPC_PASSWORD")?,
        password_file: variable("RPC_PASSWORD_FILE")?,
        bearer: variable("RPC_BEARER")?,
        bearer_file: variable("RPC_BEARER_FILE")?,
        root_certificates: variable("RPC_ROOT_CERTIFICATES")?,
        identity: variable("RPC_IDENTITY")?,
        identity_key: variable("RPC_IDENTITY_KEY")?,
        insecure: variable("RPC_INSECURE")?,
        ids: variable("RPC_IDS")?,
        tolerant: variable("RPC_TOLERANT")?,
        batch_size: variable("RPC_BATCH_SIZE")?,
        in_flight: variable("RPC_IN_FLIGHT")?,
    })
}

/// The error does not show the value: it may be a secret in the wrong variable.
fn variable<T: FromStr<Err: Display>>(name: &str) -> Result<Option<T>> {
    let Some(value) = non_empty(name) else {
        return Ok(None);
    };
    let value = value
        .into_string()
        .map_err(|_| Failure::usage(format!("{name}: not valid Unicode")))?;
    match value.parse() {
        Ok(value) => Ok(Some(value)),
        Err(error) => Err(Failure::usage(format!("{name}: {error}"))),
    }
}

pub(super) fn non_empty(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
