//! [`Secret`] and [`SecretParams`]: which params are kept out of logs.

use std::borrow::Cow;

use crate::contract::{Method, ParamsStyle};

/// A parameter that does not appear in logs, such as one that a contract marks `#[rpc(secret)]`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Secret {
    /// The method's name on the wire.
    pub method: Cow<'static, str>,
    /// The parameter's position and its name on the wire; `None`: all of the params.
    pub param: Option<(usize, Cow<'static, str>)>,
}

impl Secret {
    /// A method's parameter, by its position and its name on the wire.
    pub fn param(
        method: impl Into<Cow<'static, str>>,
        index: usize,
        name: impl Into<Cow<'static, str>>,
    ) -> Self {
        Secret {
            method: method.into(),
            param: Some((index, name.into())),
        }
    }

    /// All of a method's params.
    pub fn params(method: impl Into<Cow<'static, str>>) -> Self {
        Secret {
            method: method.into(),
            param: None,
        }
    }
}

/// Adds the secrets that are missing.
pub(crate) fn join<'a>(secrets: &mut Vec<Secret>, others: impl IntoIterator<Item = &'a Secret>) {
    for other in others {
        if !secrets.contains(other) {
            secrets.push(other.clone());
        }
    }
}

/// Which params of a request are kept out of logs.
///
/// ```
/// use rpc_core::message_log::SecretParams;
/// use rpc_core::contract::ParamsStyle;
/// use rpc_core::{Method, Parameter};
///
/// const PARAMS: &[Parameter] = &[Parameter::new("user", "&str"), Parameter::new("password", "&str").secret()];
/// let login = Method::new("login", "").params(ParamsStyle::Positional, PARAMS);
///
/// assert_ne!(SecretParams::of_method(&login), SecretParams::none());
/// assert_eq!(SecretParams::of_method(&Method::new("ping", "")), SecretParams::none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretParams(Which);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Which {
    None,
    These(Vec<Param>),
    /// All but these: an undeclared parameter may be a misspelt secret, or one in the wrong position.
    AllBut(Vec<Param>),
    All,
}

/// A parameter's position and its name on the wire.
type Param = (usize, Cow<'static, str>);

impl SecretParams {
    /// No params are secret.
    pub const fn none() -> Self {
        SecretParams(Which::None)
    }

    /// All params are secret, such as those of an unknown method.
    pub const fn all() -> Self {
        SecretParams(Which::All)
    }

    /// The secrets in a message from anybody to this method: none if the method has no secrets, and otherwise all
    /// params except the declared ones that are not secret.
    pub fn of_method(method: &Method) -> Self {
        match method.params.iter().any(|param| param.secret) {
            true => SecretParams::all_but_declared(method),
            false => SecretParams::none(),
        }
    }

    /// All params except the method's declared ones that are not secret.
    pub fn all_but_declared(method: &Method) -> Self {
        if method.style == ParamsStyle::Whole {
            return SecretParams::all();
        }
        let params = method.params.iter().enumerate();
        let shown = params.filter(|(_, param)| !param.secret);
        let shown = shown.map(|(index, param)| (index, param.name.into()));
        SecretParams(Which::AllBut(shown.collect()))
    }

    /// The secrets of a method, as far as a client has been told.
    pub(crate) fn of_client(secrets: &[Secret], method: &str) -> Self {
        let own = secrets.iter().filter(|secret| secret.method == method);
        let params = own.map(|secret| secret.param.clone());
        match params.collect::<Option<Vec<_>>>() {
            None => SecretParams::all(),
            Some(params) if params.is_empty() => SecretParams::none(),
            Some(params) => SecretParams(Which::These(params)),
        }
    }

    /// Whether the parameter in this position is secret.
    pub(crate) fn hides_position(&self, position: usize) -> bool {
        self.hides(|(index, _)| *index == position)
    }

    /// Whether the parameter with this name is secret.
    pub(crate) fn hides_name(&self, name: &str) -> bool {
        self.hides(|(_, param)| *param == name)
    }

    fn hides(&self, is_it: impl Fn(&Param) -> bool) -> bool {
        match &self.0 {
            Which::None => false,
            Which::These(params) => params.iter().any(is_it),
            Which::AllBut(params) => !params.iter().any(is_it),
            Which::All => true,
        }
    }
}
