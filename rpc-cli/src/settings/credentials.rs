//! [`Credentials`]: how the caller authenticates. They come from one source and are never mixed from several.

use std::path::PathBuf;

use super::header::has_authorization;
use super::layers::{Layer, Layers};
use super::secret::{SecretText, User};
use super::source::{Setting, Source};
use super::url::user_of;
use crate::encoding;
use crate::failure::{Failure, Result};

/// What is sent to prove who the caller is.
#[derive(Debug, Clone)]
pub(crate) enum Credentials {
    User {
        name: String,
        password: SecretSource,
    },
    Bearer(SecretSource),
}

/// A secret, or where to read it.
#[derive(Debug, Clone)]
pub(crate) enum SecretSource {
    Text(SecretText),
    File(PathBuf),
    Missing,
}

impl Credentials {
    /// Reads the files. The `authorization` header has no place for control characters, so they are refused.
    pub(crate) fn read(&self) -> Result<PlainCredentials> {
        Ok(match self {
            Credentials::User { name, password } => PlainCredentials::User {
                name: without_controls("the user name", name.clone())?,
                password: password.read("the password")?,
            },
            Credentials::Bearer(token) => PlainCredentials::Bearer(token.read("the token")?),
        })
    }
}

/// What is sent.
pub(crate) enum PlainCredentials {
    User { name: String, password: String },
    Bearer(String),
}

/// RFC 7617, section 2: user names and passwords have no control characters. Some servers would take such a one for another.
fn without_controls(what: &str, text: String) -> Result<String> {
    let Some(control) = text.chars().find(|it| it.is_control()) else {
        return Ok(text);
    };
    let code = u32::from(control);
    let text = format!("{what} has a control character, U+{code:04X}");
    Err(Failure::usage(text).with_hint(match control {
        '\n' | '\r' => "is there a line break too many?",
        _ => "rpc config URL shows where it is set",
    }))
}

impl SecretSource {
    /// The line break at the end of a file is not part of the secret. Errors name the secret by `what`.
    fn read(&self, what: &str) -> Result<String> {
        match self {
            SecretSource::Text(SecretText(text)) => without_controls(what, text.clone()),
            SecretSource::File(path) => {
                let text = encoding::read(path)?;
                let text = text.trim_end_matches(['\r', '\n']).to_owned();
                without_controls(&format!("{what} in {}", path.display()), text)
            }
            SecretSource::Missing => Err(Failure::usage("a user is given without a password")
                .with_hint(
                    "set RPC_PASSWORD, use --password-file, or write --user NAME: for an empty password",
                )),
        }
    }
}

/// The credentials in effect, and the source that wins.
#[derive(Default)]
pub(super) struct ChosenCredentials {
    /// `None` if there are none, or if they are an `authorization` header.
    pub(super) credentials: Option<Setting<Credentials>>,
    source: Option<Source>,
}

impl ChosenCredentials {
    /// Takes the credentials of the first layer that has any. A user in the URL belongs to the layer that has the URL, and
    /// counts if that layer has no other credentials.
    pub(super) fn choose(layers: &Layers, url: &Setting<String>) -> Result<Self> {
        for layer in &layers.0 {
            let found = match layer.credentials()? {
                None if url.source == layer.source => {
                    user_of(&url.value).map(LayerCredentials::User)
                }
                found => found,
            };
            let credentials = match found {
                None => continue,
                Some(LayerCredentials::User(user)) => Some(layers.with_password(&user)?),
                Some(LayerCredentials::Bearer(token)) => Some(Credentials::Bearer(token)),
                Some(LayerCredentials::Header) => None,
            };
            return Ok(ChosenCredentials {
                credentials: credentials.map(|value| Setting {
                    value,
                    source: layer.source.clone(),
                }),
                source: Some(layer.source.clone()),
            });
        }
        // A password in the environment may be meant for another server.
        let mut layers = layers.0.iter();
        match layers.find(|it| it.source != Source::Environment && it.has_password()) {
            Some(layer) => Err(layer.invalid(PASSWORD_WITHOUT_USER)),
            None => Ok(ChosenCredentials::default()),
        }
    }

    /// Whether the credentials come from this layer. Only then is its `authorization` header sent.
    pub(super) fn are_from(&self, layer: &Layer) -> bool {
        self.source.as_ref() == Some(&layer.source)
    }
}

const PASSWORD_WITHOUT_USER: &str = "a password is given without a user";

/// The credentials of one layer.
enum LayerCredentials {
    User(User),
    Bearer(SecretSource),
    /// An `authorization` header, which is sent with the other headers.
    Header,
}

impl Layer {
    fn credentials(&self) -> Result<Option<LayerCredentials>> {
        let user = self.settings.user.as_ref();
        let bearer = self.bearer()?;
        let header = has_authorization(&self.settings.headers);
        Ok(match (user, bearer, header) {
            (Some(_), Some(_), _) => {
                return Err(self.invalid("both a user and a token are given"));
            }
            (Some(_), _, true) => {
                return Err(self.invalid("both a user and an authorization header are given"));
            }
            (_, Some(_), true) => {
                return Err(self.invalid("both a token and an authorization header are given"));
            }
            (None, Some(_), _) | (None, _, true) if self.has_password() => {
                return Err(self.invalid(PASSWORD_WITHOUT_USER));
            }
            (Some(user), None, false) => Some(LayerCredentials::User(user.clone())),
            (None, Some(token), false) => Some(LayerCredentials::Bearer(token)),
            (None, None, true) => Some(LayerCredentials::Header),
            (None, None, false) => None,
        })
    }

    fn bearer(&self) -> Result<Option<SecretSource>> {
        match (&self.settings.bearer, &self.settings.bearer_file) {
            (Some(_), Some(_)) => Err(self.invalid("both a token and a token file are given")),
            (Some(token), None) => Ok(Some(SecretSource::Text(token.clone()))),
            (None, Some(path)) => Ok(Some(SecretSource::File(path.clone()))),
            (None, None) => Ok(None),
        }
    }

    fn password(&self) -> Result<Option<SecretSource>> {
        let user = self.settings.user.as_ref();
        let beside_user = user.and_then(|user| user.password.clone());
        let password = self.settings.password.clone();
        let file = self.settings.password_file.clone();
        let mut passwords = [
            beside_user.map(SecretSource::Text),
            password.map(SecretSource::Text),
            file.map(SecretSource::File),
        ]
        .into_iter()
        .flatten();
        match (passwords.next(), passwords.next()) {
            (_, Some(_)) => Err(self.invalid("a password is given twice")),
            (password, None) => Ok(password),
        }
    }

    fn has_password(&self) -> bool {
        self.settings.password.is_some() || self.settings.password_file.is_some()
    }

    fn invalid(&self, what: &str) -> Failure {
        Failure::usage(format!("{what} ({})", self.source))
    }
}

impl Layers {
    /// The password may come from another layer, unless that layer names another user: then it is that user's.
    fn with_password(&self, user: &User) -> Result<Credentials> {
        let mut password = None;
        for layer in &self.0 {
            let named = layer.settings.user.as_ref();
            if named.is_none_or(|named| named.name == user.name) {
                password = layer.password()?;
            }
            if password.is_some() {
                break;
            }
        }
        let own = user.password.clone().map(SecretSource::Text);
        Ok(Credentials::User {
            name: user.name.clone(),
            password: own.or(password).unwrap_or(SecretSource::Missing),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(name: &str, password: &str) -> String {
        let credentials = Credentials::User {
            name: name.to_owned(),
            password: SecretSource::Text(SecretText(password.to_owned())),
        };
        match credentials.read() {
            Ok(PlainCredentials::User { name, password }) => format!("{name} {password}"),
            Ok(PlainCredentials::Bearer(token)) => token,
            Err(failure) => failure.to_string(),
        }
    }

    #[test]
    fn control_characters_are_refused_and_nothing_else_is_shown() {
        for (name, password, expected) in [
            (
                "ann",
                "open\nsesame",
                "the password has a control character, U+000A",
            ),
            (
                "ann",
                "open sesame\r",
                "the password has a control character, U+000D",
            ),
            (
                "ann",
                "\u{7f}open sesame",
                "the password has a control character, U+007F",
            ),
            (
                "ann",
                "open\u{9b}sesame",
                "the password has a control character, U+009B",
            ),
            (
                "a\0n",
                "open sesame",
                "the user name has a control character, U+0000",
            ),
        ] {
            let shown = plain(name, password);
            assert!(shown.starts_with(&format!("error: {expected}")), "{shown}");
            assert!(!shown.contains("sesame"), "{shown}");
        }
        assert_eq!(plain("änn", "Öffne dich: 1"), "änn Öffne dich: 1");
        let token = Credentials::Bearer(SecretSource::Text(SecretText("a\tb".to_owned())));
        let Err(failure) = token.read() else {
            panic!("accepted");
        };
        let expected = "error: the token has a control character, U+0009";
        assert!(failure.to_string().starts_with(expected), "{failure}");
    }
}
