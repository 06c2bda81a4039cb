//! What the environment says: `RPC_TIMEOUT` and the others, each named after the option.

use std::ffi::OsString;
use std::fmt::Display;
use std::str::FromStr;

use super::Values;
use crate::failure::{Failure, Result};

/// Each variable with what it stands for, for the manual.
pub(crate) const VARIABLES: &[(&str, &str)] = &[
    (
        "RPC_CONFIG",
        "the configuration file, instead of $XDG_CONFIG_HOME/rpc/config.toml, which is ~/.config/rpc/config.toml where that variable is not set; one that is not there is an error",
    ),
    ("RPC_TIMEOUT", "as --timeout"),
    ("RPC_USER", "as --user"),
    ("RPC_PASSWORD", "the password of --user or RPC_USER"),
    ("RPC_PASSWORD_FILE", "as --password-file"),
    ("RPC_BEARER", "as --bearer"),
    ("RPC_BEARER_FILE", "as --bearer-file"),
    ("RPC_CACERT", "as --cacert"),
    ("RPC_CERT", "as --cert"),
    ("RPC_KEY", "as --key"),
    ("RPC_INSECURE", "true or false"),
    ("RPC_IDS", "as --ids"),
    ("RPC_BATCH_SIZE", "as --size of rpc batch"),
    ("RPC_IN_FLIGHT", "as --in-flight of rpc batch"),
    (
        "http_proxy, https_proxy, no_proxy",
        "proxies, as other programs understand them",
    ),
    ("NO_COLOR", "no colours, unless --color always"),
];

/// An empty variable says nothing.
pub(super) fn read() -> Result<Values> {
    Ok(Values {
        timeout: variable("RPC_TIMEOUT")?,
        headers: Vec::new(),
        user: variable("RPC_USER")?,
        password: variable("RPC_PASSWORD")?,
        password_file: variable("RPC_PASSWORD_FILE")?,
        bearer: variable("RPC_BEARER")?,
        bearer_file: variable("RPC_BEARER_FILE")?,
        cacert: variable("RPC_CACERT")?,
        cert: variable("RPC_CERT")?,
        key: variable("RPC_KEY")?,
        insecure: variable("RPC_INSECURE")?,
        ids: variable("RPC_IDS")?,
        batch_size: variable("RPC_BATCH_SIZE")?,
        in_flight: variable("RPC_IN_FLIGHT")?,
    })
}

/// Its text is not shown: it may be a secret that was put into the wrong variable.
fn variable<T: FromStr<Err: Display>>(name: &str) -> Result<Option<T>> {
    let Some(value) = non_empty(name) else {
        return Ok(None);
    };
    let value = value
        .into_string()
        .map_err(|_| Failure::usage(format!("{name} is no Unicode text")))?;
    match value.parse() {
        Ok(value) => Ok(Some(value)),
        Err(error) => Err(Failure::usage(format!("{name}: {error}"))),
    }
}

pub(super) fn non_empty(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}
