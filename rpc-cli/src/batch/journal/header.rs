//! [`JournalHeader`]: the first line of a journal, which says what batch it belongs to.

use serde::{Deserialize, Serialize};

use super::fingerprint::fingerprint;
use crate::settings::{Credentials, Settings, redacted_url, without_user};

/// How the first line begins.
pub(super) const START: &[u8] = br#"{"rpc-batch":1,"url":""#;

/// What must be the same when a batch is resumed, besides the lines.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::batch) struct JournalHeader {
    #[serde(rename = "rpc-batch")]
    version: u32,
    /// Without secrets.
    url: String,
    /// The fingerprint of the whole URL, except for the user.
    server: u64,
    user: Option<String>,
    notify: bool,
}

impl JournalHeader {
    pub(in crate::batch) fn new(settings: &Settings, notify: bool) -> Self {
        let url = &settings.url.value;
        let user = match settings.credentials.as_ref().map(|it| &it.value) {
            Some(Credentials::User { name, .. }) => Some(name.clone()),
            _ => None,
        };
        JournalHeader {
            version: 1,
            url: redacted_url(url),
            server: fingerprint(&without_user(url)),
            user,
            notify,
        }
    }

    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let header: JournalHeader = serde_json::from_slice(line).ok()?;
        (header.version == 1).then_some(header)
    }

    /// In what this batch differs from another; `None` if it is the same.
    pub(super) fn difference(&self, other: &JournalHeader) -> Option<String> {
        if self == other {
            return None;
        }
        Some(if self.notify != other.notify {
            match self.notify {
                true => "with --notify".to_owned(),
                false => "without --notify".to_owned(),
            }
        } else if self.url != other.url {
            format!("for {}", self.url)
        } else if self.user != other.user {
            "for another user".to_owned()
        } else {
            "with another query in its URL".to_owned()
        })
    }
}
