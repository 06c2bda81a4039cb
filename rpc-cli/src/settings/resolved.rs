//! [`Settings`]: the settings in effect for a server.

use std::path::PathBuf;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use rpc_core::limits::MAX_BATCH;

use super::count::Count;
use super::credentials::{ChosenCredentials, Credentials};
use super::endpoint;
use super::file::ConfigFile;
use super::ids::IdKind;
use super::json_rpc::JsonRpc;
use super::layers::{Layer, Layers};
use super::partial::PartialSettings;
use super::size::ByteSize;
use super::source::{Setting, Source};
use super::timeout::Timeout;
use crate::failure::{Failure, Result};

/// How long a call may take, unless a setting says otherwise.
const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// How many messages of `rpc batch` wait for their answers at the same time, unless a setting says otherwise.
const MESSAGES_IN_FLIGHT: usize = 4;

/// The settings in effect, each with its source. What is `None` is the transport's default.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) url: Setting<String>,
    pub(crate) timeout: Setting<Timeout>,
    pub(crate) connect_timeout: Option<Setting<Timeout>>,
    pub(crate) attempts: Option<Setting<Count>>,
    pub(crate) http2: Setting<bool>,
    pub(crate) max_reply: Option<Setting<ByteSize>>,
    pub(crate) jsonrpc: Setting<JsonRpc>,
    pub(crate) credentials: Option<Setting<Credentials>>,
    pub(crate) headers: Vec<Setting<(HeaderName, HeaderValue)>>,
    pub(crate) tls: TlsSettings,
    pub(crate) ids: Setting<IdKind>,
    pub(crate) tolerant: Setting<bool>,
    pub(crate) batch_size: Setting<Count>,
    pub(crate) in_flight: Setting<Count>,
}

/// Certificates, in PEM files.
#[derive(Debug)]
pub(crate) struct TlsSettings {
    pub(crate) root_certificates: Option<Setting<PathBuf>>,
    pub(crate) identity: Option<Setting<PathBuf>>,
    /// The private key, unless it is in the file of `identity`.
    pub(crate) identity_key: Option<Setting<PathBuf>>,
    pub(crate) insecure: Setting<bool>,
}

impl Settings {
    /// The settings for an endpoint: a URL, or a name in the configuration file.
    pub(crate) fn for_endpoint(endpoint: &str, command_line: PartialSettings) -> Result<Self> {
        Settings::with_file(&ConfigFile::read()?, endpoint, command_line)
    }

    /// The same, with a configuration file that has already been read.
    pub(crate) fn with_file(
        file: &ConfigFile,
        endpoint: &str,
        command_line: PartialSettings,
    ) -> Result<Self> {
        let (url, name) = endpoint::find(endpoint, file)?;
        Settings::merge(&Layers::new(command_line, file, name)?, url)
    }

    /// The settings without a server, and with an empty URL.
    pub(crate) fn without_endpoint(
        file: &ConfigFile,
        command_line: PartialSettings,
    ) -> Result<Self> {
        let url = Setting {
            value: String::new(),
            source: Source::Default,
        };
        Settings::merge(&Layers::new(command_line, file, None)?, url)
    }

    fn merge(layers: &Layers, url: Setting<String>) -> Result<Self> {
        let tls = TlsSettings::merge(layers)?;
        let chosen = ChosenCredentials::choose(layers, &url)?;
        let jsonrpc = layers.first_or(|it| it.jsonrpc, JsonRpc::Two);
        Ok(Settings {
            url,
            timeout: layers.first_or(|it| it.timeout, Timeout(CALL_TIMEOUT)),
            connect_timeout: layers.first(|it| it.connect_timeout),
            attempts: layers.first(|it| it.attempts),
            http2: layers.first_or(|it| it.http2, false),
            max_reply: layers.first(|it| it.max_reply),
            headers: merge_headers(layers, |layer| chosen.are_from(layer))?,
            credentials: chosen.credentials,
            tls,
            ids: layers.first_or(|it| it.ids, IdKind::Decimal),
            tolerant: layers.first_or(|it| it.tolerant, false),
            batch_size: batch_size(layers, jsonrpc.value),
            jsonrpc,
            in_flight: layers.first_or(|it| it.in_flight, Count(MESSAGES_IN_FLIGHT)),
        })
    }
}

/// JSON-RPC 1.0 has no batches, although some of its servers do. So a size for any server does not count.
fn batch_size(layers: &Layers, jsonrpc: JsonRpc) -> Setting<Count> {
    let size = layers.first_or(|it| it.batch_size, Count(MAX_BATCH));
    match jsonrpc {
        JsonRpc::One if !size.source.is_for_one_server() => Setting {
            value: Count(1),
            source: Source::Default,
        },
        JsonRpc::One | JsonRpc::Two => size,
    }
}

impl TlsSettings {
    fn merge(layers: &Layers) -> Result<Self> {
        let tls = TlsSettings {
            root_certificates: layers.first(|it| it.root_certificates.clone()),
            identity: layers.first(|it| it.identity.clone()),
            identity_key: layers.first(|it| it.identity_key.clone()),
            insecure: layers.first_or(|it| it.insecure, false),
        };
        match (&tls.identity, &tls.identity_key) {
            (None, Some(_)) => Err(Failure::usage("--identity-key is given without --identity")),
            _ => Ok(tls),
        }
    }
}

/// The headers of all layers. A layer replaces all headers of the same name from the layers below it.
///
/// `takes_authorization` says whether an `authorization` header of a layer is used.
fn merge_headers(
    layers: &Layers,
    takes_authorization: impl Fn(&Layer) -> bool,
) -> Result<Vec<Setting<(HeaderName, HeaderValue)>>> {
    let mut headers: Vec<Setting<(HeaderName, HeaderValue)>> = Vec::new();
    for layer in &layers.0 {
        let of_layers_above = headers.len();
        for header in &layer.settings.headers {
            let (name, value) = header.parse(&layer.source)?;
            if name == AUTHORIZATION && !takes_authorization(layer) {
                continue;
            }
            let mut above = headers[..of_layers_above].iter();
            if above.all(|header| header.value.0 != name) {
                headers.push(Setting {
                    value: (name, value),
                    source: layer.source.clone(),
                });
            }
        }
    }
    Ok(headers)
}
