//! `errors.rs`: an enum for the errors of each method. Methods that declare the same errors share one.

use crate::model::{ErrorCase, Field, Kind, Method, Model, Reply, Rest, Type};
use crate::naming::{humps, snake, words};
use crate::rust::convert::{Converter, Way};
use crate::rust::docs;
use crate::rust::item::{Body, Item};
use crate::rust::literal;
use crate::rust::names::{Scope, on_the_wire, pascal};
use crate::rust::pretty::{Attribute, Content, Member, Variant};
use crate::rust::same::is_same;

/// The kinds of errors that rpc-core knows.
const KINDS: &[&str] = &[
    "invalid",
    "unauthenticated",
    "forbidden",
    "not_found",
    "timeout",
    "conflict",
    "gone",
    "failed_precondition",
    "too_large",
    "too_many",
    "cancelled",
    "unimplemented",
    "unavailable",
    "internal",
];

/// The enums, and what they stand for.
pub(super) struct Errors<'a> {
    enums: Vec<(Vec<&'a ErrorCase>, String)>,
    pub(super) items: Vec<Item>,
}

impl<'a> Errors<'a> {
    pub(super) fn new() -> Errors<'a> {
        Errors {
            enums: Vec::new(),
            items: Vec::new(),
        }
    }

    /// The enum for the errors of a method. `None` if it declares none of its own. `group` is the name of the trait.
    pub(super) fn of(
        &mut self,
        method: &'a Method,
        (group, hint): (&str, &str),
        converter: &mut Converter<'a>,
    ) -> Option<String> {
        let cases: Vec<&ErrorCase> = method.errors.iter().filter(|it| is_own(it.code)).collect();
        if cases.is_empty() {
            return None;
        }
        let known = self
            .enums
            .iter()
            .find(|(others, _)| are_same(others, &cases));
        if let Some((_, name)) = known {
            return Some(name.clone());
        }
        let name = match (is_shared(converter.model, &cases), cases.as_slice()) {
            (false, _) => format!("{hint}Error"),
            (true, [only]) => {
                variant_name(&only.message)
                    .trim_end_matches("Error")
                    .to_owned()
                    + "Error"
            }
            (true, _) => format!("{group}Error"),
        };
        let name = converter.scope.unique(name, "Type");
        self.items.push(declaration(&name, &cases, converter));
        self.enums.push((cases, name.clone()));
        Some(name)
    }
}

/// Whether an enum can have the code. JSON-RPC and rpc-core reserve the others, and callers get them as any other error object.
pub(super) fn is_own(code: i64) -> bool {
    let is_reserved = (-32768..=-32000).contains(&code) && !is_server_error(code);
    !is_reserved && !(-33099..=-33000).contains(&code)
}

/// Whether more than one method has these errors.
fn is_shared(model: &Model, cases: &[&ErrorCase]) -> bool {
    let has_same = |method: &&Method| {
        let own: Vec<&ErrorCase> = method.errors.iter().filter(|it| is_own(it.code)).collect();
        method.reply != Reply::None && are_same(&own, cases)
    };
    model.all_methods().filter(has_same).nth(1).is_some()
}

fn is_server_error(code: i64) -> bool {
    (-32099..=-32000).contains(&code)
}

fn are_same(one: &[&ErrorCase], two: &[&ErrorCase]) -> bool {
    let are_equal = |one: &ErrorCase, two: &ErrorCase| {
        let of = |case: &'_ ErrorCase| {
            (
                case.code,
                case.message.clone(),
                case.kind.clone(),
                case.description.clone(),
            )
        };
        let has_same_data = match (&one.data, &two.data) {
            (Some(one), Some(two)) => is_same(one, two),
            (one, two) => one.is_none() && two.is_none(),
        };
        of(one) == of(two) && has_same_data
    };
    one.len() == two.len() && one.iter().zip(two).all(|(one, two)| are_equal(one, two))
}

fn declaration<'a>(name: &str, cases: &[&'a ErrorCase], converter: &mut Converter<'a>) -> Item {
    let mut scope = Scope::of_variants();
    let variants = cases
        .iter()
        .map(|case| variant(name, case, &mut scope, converter));
    let mut item = Item::new(name.to_owned(), Vec::new(), Body::Enum(variants.collect()));
    item.attributes = vec![
        Attribute::new(
            "derive",
            &[
                "Debug",
                "Clone",
                "PartialEq",
                "thiserror::Error",
                "RpcError",
            ],
        ),
        Attribute::new("rpc", &["schema"]),
    ];
    item
}

fn variant<'a>(
    owner: &str,
    case: &'a ErrorCase,
    scope: &mut Scope,
    converter: &mut Converter<'a>,
) -> Variant {
    // Its code says more than a number by its place in the document.
    let code = case.code.unsigned_abs().to_string();
    let name = scope.unique(variant_name(&case.message), &code);
    converter.way = Way::Taken;
    let content = match &case.data {
        None => Content::Unit,
        Some(data) => content(&format!("{owner}{name}"), data, converter),
    };
    let mut options = vec![format!("code = {}", case.code)];
    let kind = case.kind.as_deref().filter(|kind| KINDS.contains(kind));
    options.extend(kind.map(|kind| format!("kind = \"{kind}\"")));
    if is_server_error(case.code) {
        options.push("server_error".to_owned());
    }
    let text = case.description.as_deref().unwrap_or_default();
    Variant {
        docs: docs::markdown(text),
        attributes: vec![
            Attribute {
                path: "error",
                arguments: vec![literal::string(&shown(&case.message))],
            },
            Attribute {
                path: "rpc",
                arguments: options,
            },
        ],
        name,
        wire: None,
        content,
    }
}

/// The data of an error.
fn content<'a>(hint: &str, data: &'a Type, converter: &mut Converter<'a>) -> Content {
    match &data.kind {
        Kind::Object {
            fields,
            rest: Rest::Open,
        } if are_plain(fields) && !data.nullable => {
            let mut scope = Scope::with(&[]);
            let member = |field: &'a Field| {
                let name = scope.identifier(&field.name);
                let option = format!("name = {}", literal::string(&field.name));
                let is_other = on_the_wire(&name) != field.name;
                Member {
                    docs: docs::lines(&field.ty.docs),
                    attributes: is_other
                        .then(|| Attribute {
                            path: "rpc",
                            arguments: vec![option],
                        })
                        .into_iter()
                        .collect(),
                    ty: converter.ty(&field.ty, &format!("{hint}{}", pascal(&field.name))),
                    name,
                    wire: None,
                }
            };
            Content::Members(fields.iter().map(member).collect())
        }
        Kind::Tuple { items, .. } if items.len() > 1 && !data.nullable => {
            let items = items.iter().enumerate();
            let types = items.map(|(at, it)| converter.ty(it, &format!("{hint}{}", at + 1)));
            Content::Types(types.collect())
        }
        _ => Content::Types(vec![converter.ty(data, &format!("{hint}Data"))]),
    }
}

/// Whether members can be those of a variant. thiserror has its own idea of a `source`, however the document writes it.
fn are_plain(fields: &[Field]) -> bool {
    let is_special = |name: &str| ["source", "backtrace"].contains(&&*snake(name));
    let is_plain = |field: &Field| field.required && !is_special(&field.name);
    !fields.is_empty() && fields.iter().all(is_plain)
}

/// `SoldOut` of `SoldOut` and of `sold out`, by the first words of a long message.
fn variant_name(message: &str) -> String {
    let first: Vec<&str> = message.split_whitespace().take(6).collect();
    pascal(&first.join(" "))
}

/// The message as thiserror takes it. The name of a variant becomes words.
fn shown(message: &str) -> String {
    let is_name = message.starts_with(|c: char| c.is_ascii_uppercase())
        && message.chars().all(|c| c.is_ascii_alphanumeric());
    let text = match is_name {
        true => {
            let parts: Vec<String> = words(message).iter().flat_map(|word| humps(word)).collect();
            parts.join(" ").to_ascii_lowercase()
        }
        false => message.to_owned(),
    };
    text.replace('{', "{{").replace('}', "}}")
}
