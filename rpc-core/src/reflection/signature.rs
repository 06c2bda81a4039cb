//! [`Signature`]: what a method takes and returns.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::contract::{ErrorCode, Method, Parameter, ParamsStyle};

/// The parameters, the result and the errors of a method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Signature {
    /// The name on the wire.
    pub name: String,
    /// Other names for the same method.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The parameters, in order. Those of a function in a [`Dispatcher`](crate::Dispatcher) are numbered, unless it
    /// names them.
    #[serde(default)]
    pub params: Vec<ParameterSignature>,
    /// Whether one struct or other value holds all params: `#[rpc(flatten)]`. Then the parameters are the struct's fields,
    /// with the compiler's names of their types. If the value is not a struct, it is listed as the only parameter.
    #[serde(default, skip_serializing_if = "is_false")]
    pub flatten: bool,
    /// The type of the result, as written.
    #[serde(default)]
    pub result: String,
    /// The errors that the method declares.
    #[serde(default)]
    pub errors: Vec<ErrorSignature>,
    /// Whether the client sends it as a notification.
    #[serde(default)]
    pub notification: bool,
    /// Whether calling it twice has the same effect as calling it once.
    #[serde(default)]
    pub idempotent: bool,
    /// The tags that the contract gives it, for example to say who may call it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The deprecation note, if it is deprecated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ParameterSignature {
    /// The name on the wire.
    pub name: String,
    /// The type, as written. Bytes that travel as base64 text have the type `Base64`, whatever holds them.
    #[serde(rename = "type")]
    pub ty: String,
    /// The default value, as a Rust expression. The default of a secret is not shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Whether its value is kept out of logs. A program that prompts for it should not show it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub secret: bool,
}

/// An error that a method declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorSignature {
    /// The code.
    pub code: i64,
    /// The name of the variant or struct.
    pub name: String,
    /// The documentation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub docs: String,
    /// The name of its [`ErrorKind`](crate::ErrorKind), if the contract says what kind of error it is. A newer server may
    /// have kinds that this version does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl From<&Method> for Signature {
    fn from(method: &Method) -> Self {
        let written = |ty| match method.has_paths {
            true => without_holder_of_bytes(&without_paths(ty)),
            false => without_holder_of_bytes(ty),
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
        let field = |secret| {
            move |(name, ty): (String, &str)| ParameterSignature {
                name,
                ty: without_holder_of_bytes(&without_paths(ty)),
                default: None,
                secret,
            }
        };
        let params = match method.fields() {
            Some(fields) => {
                let secret = method.params.iter().any(|whole| whole.secret);
                fields.into_iter().map(field(secret)).collect()
            }
            None => method.params.iter().map(parameter).collect(),
        };
        Signature {
            name: method.name.to_string(),
            aliases: method.aliases.iter().map(Cow::to_string).collect(),
            params,
            flatten: method.style == ParamsStyle::Whole,
            result: written(method.result),
            errors: method.errors.iter().map(ErrorSignature::from).collect(),
            notification: method.notification,
            idempotent: method.idempotent,
            tags: method.tags.iter().map(|tag| (*tag).to_owned()).collect(),
            deprecated: method.deprecated.map(str::to_owned),
        }
    }
}

/// A type's name as people write it: `Vec<String>`, not `alloc::vec::Vec<alloc::string::String>`.
fn without_paths(ty: &str) -> String {
    let ends_path = |c: char| !(c.is_alphanumeric() || c == '_' || c == ':');
    let parts = ty.split_inclusive(ends_path);
    parts
        .map(|part| part.rsplit_once("::").map_or(part, |(_, name)| name))
        .collect()
}

/// `Vec<Base64>`, not `Vec<rpc_core::Base64<Cow<'_, [u8]>>>`. On the wire, a [`Base64`](crate::binary::Base64) is the
/// same text whatever holds its bytes, so a reader needs one name for it.
fn without_holder_of_bytes(ty: &str) -> String {
    let mut short = String::new();
    let mut rest = ty;
    while let Some((before, after)) = rest.split_once("Base64") {
        let is_part_of_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
        let outside = before.trim_end_matches(is_part_of_path);
        let path = &before[outside.len()..];
        let is_whole_name = path.is_empty() || path.ends_with("::");
        short.push_str(if is_whole_name { outside } else { before });
        short.push_str("Base64");
        rest = match is_whole_name {
            true => after_type_arguments(after),
            false => after,
        };
    }
    short.push_str(rest);
    short
}

/// What follows the type arguments that a text starts with, if it does.
fn after_type_arguments(text: &str) -> &str {
    if !text.trim_start().starts_with('<') {
        return text;
    }
    let mut depth = 0_usize;
    for (offset, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            '>' => depth = depth.saturating_sub(1),
            _ => continue,
        }
        if depth == 0 {
            return &text[offset + 1..];
        }
    }
    text
}

impl From<&ErrorCode> for ErrorSignature {
    fn from(error: &ErrorCode) -> Self {
        ErrorSignature {
            code: error.code,
            name: error.name.to_owned(),
            docs: error.docs.to_owned(),
            kind: error.kind.map(|kind| kind.name().to_owned()),
        }
    }
}
