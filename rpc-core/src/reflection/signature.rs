//! [`Signature`]: what a method takes and returns.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::contract::{ErrorCode, Method, Parameter, ParamsStyle};

/// What a method takes and gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Signature {
    /// The name on the wire.
    pub name: String,
    /// Other names that the server answers to.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The parameters, in order. A function that was added to a [`Dispatcher`](crate::Dispatcher) has numbers for names.
    #[serde(default)]
    pub params: Vec<ParameterSignature>,
    /// Whether the params are one object that is the only parameter: `#[rpc(flatten)]`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub flatten: bool,
    /// The result's type, as written.
    #[serde(default)]
    pub result: String,
    /// The errors that the method declares.
    #[serde(default)]
    pub errors: Vec<ErrorSignature>,
    /// Nobody waits for an answer.
    #[serde(default)]
    pub notification: bool,
    /// Calling it twice does the same as calling it once.
    #[serde(default)]
    pub idempotent: bool,
    /// Why it should not be called any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ParameterSignature {
    /// The name on the wire.
    pub name: String,
    /// The type, as written.
    #[serde(rename = "type")]
    pub ty: String,
    /// What it is where it is not given, as an expression of Rust; of a secret, that is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// It does not appear in logs, and a person who types it should not see it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub secret: bool,
}

/// An error that a method declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorSignature {
    /// The code.
    pub code: i64,
    /// What it is called.
    pub name: String,
    /// Its documentation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub docs: String,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl From<&Method> for Signature {
    fn from(method: &Method) -> Self {
        let written = |ty| match method.has_paths {
            true => without_paths(ty),
            false => String::from(ty),
        };
        let parameter = |parameter: &Parameter| ParameterSignature {
            name: parameter.name.to_owned(),
            ty: written(parameter.ty),
            default: parameter
                .default
                .filter(|_| !parameter.secret)
                .map(str::to_owned),
            secret: parameter.secret,
        };
        Signature {
            name: method.name.to_string(),
            aliases: method.aliases.iter().map(Cow::to_string).collect(),
            params: method.params.iter().map(parameter).collect(),
            flatten: method.style == ParamsStyle::Whole,
            result: written(method.result),
            errors: method.errors.iter().map(ErrorSignature::from).collect(),
            notification: method.notification,
            idempotent: method.idempotent,
            deprecated: method.deprecated.map(str::to_owned),
        }
    }
}

/// A type's name as one would write it: `Vec<String>`, not `alloc::vec::Vec<alloc::string::String>`.
fn without_paths(ty: &str) -> String {
    let ends_path = |c: char| !(c.is_alphanumeric() || c == '_' || c == ':');
    let parts = ty.split_inclusive(ends_path);
    parts
        .map(|part| part.rsplit_once("::").map_or(part, |(_, name)| name))
        .collect()
}

impl From<&ErrorCode> for ErrorSignature {
    fn from(error: &ErrorCode) -> Self {
        ErrorSignature {
            code: error.code,
            name: error.name.to_owned(),
            docs: error.docs.to_owned(),
        }
    }
}
