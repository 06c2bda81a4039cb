//! Who the caller is: what one place says of it, and no mixture of several.

use http::header::AUTHORIZATION;

use super::url::user_of;
use super::values::{Header, User, Values};
use super::{Authorization, Given, Hidden, Layer, Layers, Origin};
use crate::failure::{Failure, Result};

/// What one place says.
enum Identity {
    User(User),
    Token(Hidden),
    /// A header `authorization`, which goes with the others.
    Header,
}

/// Who the caller is, and the place that says so.
#[derive(Default)]
pub(super) struct Caller {
    pub(super) authorization: Option<Given<Authorization>>,
    origin: Option<Origin>,
}

impl Caller {
    /// The first place counts that says anything of it. A URL is a part of the place where it stands, and says it where the
    /// rest of that place does not.
    pub(super) fn find(layers: &Layers, url: &Given<String>) -> Result<Self> {
        for layer in &layers.0 {
            let said = match layer.identity()? {
                None if url.origin == layer.origin => user_of(&url.value).map(Identity::User),
                said => said,
            };
            let authorization = match said {
                None => continue,
                Some(Identity::User(user)) => Some(layers.with_password(&user)?),
                Some(Identity::Token(token)) => Some(Authorization::Bearer(token)),
                Some(Identity::Header) => None,
            };
            let given = |value| Given {
                value,
                origin: layer.origin.clone(),
            };
            return Ok(Caller {
                authorization: authorization.map(given),
                origin: Some(layer.origin.clone()),
            });
        }
        // One that was exported may be for other servers.
        let mut layers = layers.0.iter();
        match layers.find(|it| it.origin != Origin::Environment && it.has_password()) {
            Some(layer) => Err(layer.wrong("there is a password, and no user")),
            None => Ok(Caller::default()),
        }
    }

    /// Is this the place whose header `authorization` counts?
    pub(super) fn is_said_by(&self, layer: &Layer) -> bool {
        self.origin.as_ref() == Some(&layer.origin)
    }
}

impl Layer {
    fn identity(&self) -> Result<Option<Identity>> {
        let values = &self.values;
        let header = has_authorization(&values.headers);
        let token = self.token()?;
        Ok(match (&values.user, token, header) {
            (Some(_), Some(_), _) => return Err(self.wrong("both a user and a token are given")),
            (Some(_), _, true) => {
                return Err(self.wrong("both a user and a header authorization are given"));
            }
            (_, Some(_), true) => {
                return Err(self.wrong("both a token and a header authorization are given"));
            }
            (None, Some(_), _) | (None, _, true) if self.has_password() => {
                return Err(self.wrong("there is a password, and no user"));
            }
            (Some(user), None, false) => Some(Identity::User(user.clone())),
            (None, Some(token), false) => Some(Identity::Token(token)),
            (None, None, true) => Some(Identity::Header),
            (None, None, false) => None,
        })
    }

    fn token(&self) -> Result<Option<Hidden>> {
        match (&self.values.bearer, &self.values.bearer_file) {
            (Some(_), Some(_)) => Err(self.wrong("both a token and a file with one are given")),
            (Some(token), None) => Ok(Some(Hidden::Here(token.clone()))),
            (None, Some(path)) => Ok(Some(Hidden::InFile(path.clone()))),
            (None, None) => Ok(None),
        }
    }

    fn password(&self) -> Result<Option<Hidden>> {
        let Values {
            user,
            password,
            password_file,
            ..
        } = &self.values;
        let with_user = user.as_ref().and_then(|user| user.password.as_ref());
        let mut said = [
            with_user.map(|it| Hidden::Here(it.clone())),
            password.as_ref().map(|it| Hidden::Here(it.clone())),
            password_file.as_ref().map(|it| Hidden::InFile(it.clone())),
        ]
        .into_iter()
        .flatten();
        match (said.next(), said.next()) {
            (_, Some(_)) => Err(self.wrong("a password is given twice")),
            (password, None) => Ok(password),
        }
    }

    fn has_password(&self) -> bool {
        self.values.password.is_some() || self.values.password_file.is_some()
    }

    fn wrong(&self, what: &str) -> Failure {
        Failure::usage(format!("{what} ({})", self.origin))
    }
}

impl Layers {
    /// The password may be said elsewhere, but not where another user is named, whose it is.
    fn with_password(&self, user: &User) -> Result<Authorization> {
        let mut password = None;
        for layer in &self.0 {
            let named = layer.values.user.as_ref();
            if named.is_none_or(|named| named.name == user.name) {
                password = layer.password()?;
            }
            if password.is_some() {
                break;
            }
        }
        let own = user.password.clone().map(Hidden::Here);
        Ok(Authorization::User {
            name: user.name.clone(),
            password: own.or(password).unwrap_or(Hidden::Nowhere),
        })
    }
}

fn has_authorization(headers: &[Header]) -> bool {
    let mut names = headers.iter().filter_map(Header::parts);
    names.any(|(name, _)| name.eq_ignore_ascii_case(AUTHORIZATION.as_str()))
}
