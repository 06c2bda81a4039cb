//! [`PartialSettings`]: the settings that one source makes.

use std::path::PathBuf;

use clap::ValueHint;
use serde::Deserialize;

use super::count::Count;
use super::header::{HeaderText, header_table};
use super::ids::IdKind;
use super::json_rpc::JsonRpc;
use super::secret::{SecretText, User};
use super::size::ByteSize;
use super::timeout::Timeout;

/// What one source sets. The command line, the environment and a table of the file all have this form.
#[derive(Debug, Clone, Default, clap::Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[command(next_help_heading = "Connection")]
pub(crate) struct PartialSettings {
    /// How long to wait for an answer, or until a stream begins: seconds, or a number with ms, s, m or h [default: 30s]
    #[arg(long, value_name = "TIME")]
    pub(crate) timeout: Option<Timeout>,

    /// How long connecting may take [default: as long as the call; 5s except over HTTP]
    #[arg(long, value_name = "TIME")]
    pub(crate) connect_timeout: Option<Timeout>,

    /// How many times a call is tried in all, as long as it did not run [default: 1; with --or, once for each server]
    ///
    /// All attempts happen within --timeout. Another server of --or is tried at once. Otherwise rpc waits as long as the server asks
    /// for (Retry-After), or else up to 50 ms, doubled with each attempt. With --idempotent, a call that may have run is tried again
    /// too. The error of the last attempt is shown. It says whether the call may have run in any attempt.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) attempts: Option<Count>,

    /// Speak HTTP/2 only, without asking whether the server does
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) http2: Option<bool>,

    /// The largest reply to accept: bytes, or a number with KiB, MiB, GiB, kB, MB or GB [default: 16 MiB]
    #[arg(long, value_name = "SIZE")]
    pub(crate) max_reply: Option<ByteSize>,

    /// The version of JSON-RPC to speak [default: 2.0]
    #[arg(long, value_enum, value_name = "VERSION")]
    pub(crate) jsonrpc: Option<JsonRpc>,

    /// A header to send, such as "x-shop: north"; may be repeated
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    #[serde(deserialize_with = "header_table")]
    pub(crate) headers: Vec<HeaderText>,

    /// Authenticate with a user name and a password
    ///
    /// Other users of the machine can see the command line. Leave the password out and put it in RPC_PASSWORD or in a file
    /// (--password-file).
    #[arg(short, long, value_name = "NAME[:PASSWORD]", conflicts_with_all = ["bearer", "bearer_file"])]
    pub(crate) user: Option<User>,

    #[arg(skip)]
    pub(crate) password: Option<SecretText>,

    /// Read the password of the user from a file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) password_file: Option<PathBuf>,

    /// Authenticate with a token
    ///
    /// Other users of the machine can see the command line. Rather put the token in RPC_BEARER or in a file (--bearer-file).
    #[arg(long, value_name = "TOKEN", conflicts_with = "bearer_file")]
    pub(crate) bearer: Option<SecretText>,

    /// Read the token from a file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) bearer_file: Option<PathBuf>,

    /// Trust the certificate authorities in this PEM file, besides the system's
    #[arg(long, visible_alias = "cacert", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) root_certificates: Option<PathBuf>,

    /// Authenticate with the client certificate in this PEM file
    #[arg(long, visible_alias = "cert", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) identity: Option<PathBuf>,

    /// A PEM file with the private key of --identity, if that is a separate file
    #[arg(long, visible_alias = "key", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) identity_key: Option<PathBuf>,

    /// Accept any certificate from the server: an attacker can read and change everything
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) insecure: Option<bool>,

    /// What kind of ids the requests have [default: decimal]
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) ids: Option<IdKind>,

    /// Forgive what is wrong with the answers of a server that does not keep to JSON-RPC 2.0
    ///
    /// For example an id that comes back as another JSON type, a missing jsonrpc or result, or an error that is a string. What was
    /// forgiven is shown on stderr, once for each kind of fault.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub(crate) tolerant: Option<bool>,

    /// How many calls of a batch go in one message. An option of `rpc batch` only.
    #[arg(skip)]
    pub(crate) batch_size: Option<Count>,

    /// How many messages of a batch may be in flight. An option of `rpc batch` only.
    #[arg(skip)]
    pub(crate) in_flight: Option<Count>,
}

impl PartialSettings {
    /// Whether anything here must not be sent to the wrong server. Any header may be a secret.
    pub(crate) fn has_credentials(&self) -> bool {
        self.user.is_some()
            || self.password.is_some()
            || self.password_file.is_some()
            || self.bearer.is_some()
            || self.bearer_file.is_some()
            || self.identity.is_some()
            || self.identity_key.is_some()
            || !self.headers.is_empty()
    }

    /// All settings that name a file.
    pub(crate) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        [
            &mut self.password_file,
            &mut self.bearer_file,
            &mut self.root_certificates,
            &mut self.identity,
            &mut self.identity_key,
        ]
        .into_iter()
        .flatten()
    }
}
