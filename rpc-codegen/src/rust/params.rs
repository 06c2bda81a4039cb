//! The params of a method, as parameters of Rust.
//!
//! What is large is borrowed. Params that go by name only become a struct, so that a call can name what it gives and leave out the rest.

use std::collections::BTreeSet;

use crate::model::{
    Docs, Kind, Method, Param, ParamStructure, Reply, Rest, Stream, StringFormat, Type,
};
use crate::rust::case::{Case, wire_name};
use crate::rust::convert::{Converter, Way};
use crate::rust::docs;
use crate::rust::item::Item;
use crate::rust::literal;
use crate::rust::names::{Scope, pascal};
use crate::rust::part::Part;
use crate::rust::pretty::{Attribute, Member};
use crate::value::Value;

/// Types that imports in `methods.rs` can be of.
const IMPORTED: &[&str] = &["BTreeMap", "Base64", "Map", "Value"];

/// The parameters of a method.
pub(super) struct Params {
    pub(super) members: Vec<Member>,
    /// Whether the client sends them by name.
    pub(super) is_named: bool,
    /// The type of the cursor, if the stream can go on after its connection was lost.
    pub(super) cursor: Option<String>,
}

/// The parameters of a method. `is_called` says that the server calls it.
pub(super) fn of<'a>(
    method: &'a Method,
    (hint, case): (&str, Option<Case>),
    is_called: bool,
    converter: &mut Converter<'a>,
    used: &mut BTreeSet<&'static str>,
) -> Params {
    let (cursor, token) = match &method.reply {
        Reply::Stream(stream) => (stream.cursor.as_deref(), stream.token.as_deref()),
        _ => (None, None),
    };
    let params: Vec<&Param> = method
        .params
        .iter()
        .filter(|it| Some(&*it.name) != token)
        .collect();
    let is_by_name = method.param_structure == ParamStructure::ByName;
    let is_plain = cursor.is_none() && token.is_none() && !params.iter().any(|it| it.secret);
    if is_by_name && is_plain && !params.is_empty() {
        let ty = structure(&params, (method, hint), is_called, converter);
        return Params {
            members: vec![Member {
                docs: Vec::new(),
                attributes: vec![Attribute::new("rpc", &["flatten"])],
                name: "params".to_owned(),
                wire: None,
                ty: format!("&{ty}"),
            }],
            is_named: false,
            cursor: None,
        };
    }
    converter.way = match is_called {
        true => Way::Taken,
        false => converter.given(),
    };
    let mut scope = Scope::with(&[]);
    let mut found = Params {
        members: Vec::new(),
        is_named: is_by_name || token.is_some(),
        cursor: None,
    };
    for param in params {
        let name = scope.identifier(&param.name);
        let hint = format!("{hint}{}", pascal(&param.name));
        let is_cursor = Some(&*param.name) == cursor;
        let member = parameter(param, (name, case), &hint, is_cursor, converter);
        if is_cursor {
            found.cursor = member
                .ty
                .strip_prefix("Option<")
                .and_then(|ty| ty.strip_suffix('>'))
                .map(str::to_owned);
        }
        import(&member.ty, used);
        found.members.push(member);
    }
    found
}

/// The params of a method without types: as many as the caller likes.
pub(super) fn untyped(method: &Method, used: &mut BTreeSet<&'static str>) -> Params {
    let ty = match method.param_structure {
        ParamStructure::ByName => "&Map<String, Value>",
        ParamStructure::ByPosition | ParamStructure::Either => "Vec<Value>",
    };
    import(ty, used);
    let params = Member {
        docs: Vec::new(),
        attributes: vec![Attribute::new("rpc", &["flatten"])],
        name: "params".to_owned(),
        wire: None,
        ty: ty.to_owned(),
    };
    Params {
        members: vec![params],
        is_named: false,
        cursor: None,
    }
}

/// Notes what a type needs imported.
pub(super) fn import(ty: &str, used: &mut BTreeSet<&'static str>) {
    let words: Vec<&str> = ty
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .collect();
    used.extend(IMPORTED.iter().filter(|name| words.contains(name)));
}

/// Declares a struct with the params.
fn structure<'a>(
    params: &[&'a Param],
    (method, hint): (&Method, &str),
    is_called: bool,
    converter: &mut Converter<'a>,
) -> String {
    converter.way = match is_called {
        true => Way::Taken,
        false => Way::Read,
    };
    let name = converter.scope.unique(format!("{hint}Params"), "Type");
    let place = converter.items.len();
    let parts: Vec<Part<'a>> = params.iter().map(|param| Part::from(*param)).collect();
    let docs = docs::markdown(&format!("The params of `{}`.", method.name));
    let item = converter.structure(name.clone(), docs, (parts, &Rest::Open), None);
    converter.items.insert(place, item);
    name
}

fn parameter<'a>(
    param: &'a Param,
    (name, case): (String, Option<Case>),
    hint: &str,
    is_cursor: bool,
    converter: &mut Converter<'a>,
) -> Member {
    let ty = &param.ty;
    let plain = converter.plain(ty, hint);
    let is_nullable = ty.nullable && !converter.is_null_inside(ty);
    let mut options = Vec::new();
    if wire_name(&name, case) != param.name {
        options.push(format!("name = {}", literal::string(&param.name)));
    }
    if is_cursor {
        options.push("cursor".to_owned());
    }
    let default = ty
        .default
        .as_ref()
        .filter(|_| !param.required && !is_cursor);
    // A document of rpc-core does not tell the default of a secret.
    let is_hidden = param.secret && !param.required && !is_nullable && ty.default.is_none();
    if is_hidden && plain == "String" {
        options.push("default".to_owned());
    }
    let default = default.and_then(|it| written_default(converter, ty, it));
    let ty = match default {
        Some((default, is_text)) => {
            options.push(format!("default = {default}"));
            match (is_text, is_nullable) {
                (true, false) => "&str".to_owned(),
                (_, true) => format!("Option<{plain}>"),
                (false, false) => plain,
            }
        }
        None if is_cursor => format!("Option<{plain}>"),
        None if is_hidden && plain == "String" => "&str".to_owned(),
        None if param.required && !is_nullable => borrowed(&plain, converter),
        None => {
            if param.required {
                options.push("explicit_null".to_owned());
            }
            optional(&plain, converter)
        }
    };
    if param.secret {
        options.push("secret".to_owned());
    }
    let mut attributes = Vec::new();
    if !options.is_empty() {
        attributes.push(Attribute {
            path: "rpc",
            arguments: options,
        });
    }
    Member {
        docs: docs::lines(described(param)),
        attributes,
        name,
        wire: None,
        ty,
    }
}

/// The docs of a parameter, or those of its type if that has no name.
fn described(param: &Param) -> &Docs {
    let has_docs = param.docs.title.is_some() || param.docs.description.is_some();
    let has_name = matches!(
        param.ty.kind,
        Kind::Reference(_)
            | Kind::Object { .. }
            | Kind::Union { .. }
            | Kind::Enum { .. }
            | Kind::Constant(_)
    );
    match has_docs || has_name {
        true => &param.docs,
        false => &param.ty.docs,
    }
}

/// The expression of a default, and whether it is a text, which is borrowed.
fn written_default(converter: &Converter<'_>, ty: &Type, value: &Value) -> Option<(String, bool)> {
    if *value == Value::Null {
        return None;
    }
    match (&ty.kind, value) {
        (Kind::String { format, .. }, Value::String(text))
            if !ty.nullable && *format != StringFormat::Base64 =>
        {
            Some((literal::string(text), true))
        }
        _ => Some((converter.expression(ty, value)?, false)),
    }
}

/// A parameter by reference, unless it is small.
fn borrowed(plain: &str, converter: &Converter<'_>) -> String {
    if plain == "String" {
        return "&str".to_owned();
    }
    if let Some(element) = plain
        .strip_prefix("Vec<")
        .and_then(|it| it.strip_suffix('>'))
    {
        return format!("&[{element}]");
    }
    match is_owned(plain, converter) {
        true => plain.to_owned(),
        false => format!("&{plain}"),
    }
}

fn optional(plain: &str, converter: &Converter<'_>) -> String {
    match plain {
        "String" => "Option<&str>".to_owned(),
        owned if is_owned(owned, converter) || owned.starts_with("Vec<") => {
            format!("Option<{owned}>")
        }
        named => format!("Option<&{named}>"),
    }
}

/// Whether a type is passed by value: numbers, bytes, and what is copied.
fn is_owned(plain: &str, converter: &Converter<'_>) -> bool {
    let is_named = plain.starts_with(|c: char| c.is_ascii_uppercase());
    if !is_named || plain == "Base64" {
        return true;
    }
    let item = converter.items.iter().find(|item| item.name == plain);
    let derives_copy = |item: &Item| {
        let mut derived = item.attributes.iter().flat_map(|it| &it.arguments);
        derived.any(|it| it == "Copy")
    };
    item.is_some_and(derives_copy)
}

/// How a stream is opened, for `#[rpc]`. `prefix` is the length of the namespace with its separator.
pub(super) fn stream_option(stream: &Stream, prefix: usize) -> Option<String> {
    if stream.cursor.is_some() {
        return Some("stream(resume)".to_owned());
    }
    if let Some(token) = &stream.token {
        return Some(format!("stream(token = {})", literal::string(token)));
    }
    let name = |name: &str| literal::string(name.get(prefix..).unwrap_or(name));
    let unsubscribe = name(stream.unsubscribe.as_deref()?);
    let item = name(&stream.notification);
    Some(format!(
        "subscription(unsubscribe = {unsubscribe}, item = {item})"
    ))
}
