//! Attributes that have no place in a contract. Most of them are habits from other frameworks.
//!
//! They are removed from the trait, so that the compiler doesn't report them again.

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ItemTrait, Meta, Token, TraitItem};

use crate::errors::Errors;
use crate::tokens::source;

/// Whether `#[async_trait]` stands above `#[rpc]`. Then it has already changed the methods.
pub(super) fn is_changed_by_async_trait(item: &ItemTrait) -> bool {
    item.items.iter().any(|item| match item {
        TraitItem::Fn(function) => function
            .sig
            .generics
            .lifetimes()
            .any(|parameter| parameter.lifetime.ident == "async_trait"),
        _ => false,
    })
}

/// What is wrong with `#[async_trait]`.
pub(super) const ASYNC_TRAIT: &str = "`#[async_trait]` changes the methods; remove it here and from the implementations, because `async fn` needs no help";

/// Checks the attributes of a trait.
pub(super) fn check_trait(attributes: &mut Vec<Attribute>, errors: &mut Errors) {
    refuse(attributes, errors, |name, attribute| match name {
        "rpc" => Some("`#[rpc]` is given twice; put all options into one".to_owned()),
        "async_trait" => Some(ASYNC_TRAIT.to_owned()),
        "serde" => Some(instead_of_serde(attribute)),
        "service" => Some("`#[rpc]` generates the client and the server; remove this".to_owned()),
        _ => None,
    });
}

/// Checks the attributes of a method.
pub(super) fn check_method(attributes: &mut Vec<Attribute>, errors: &mut Errors) {
    refuse(attributes, errors, |name, attribute| match name {
        "method" | "rpc_method" | "jsonrpc" | "jsonrpc_method" | "call" | "endpoint" => {
            let options = renamed(attribute);
            Some(match options.is_empty() {
                true => "each method of the trait can be called; remove this attribute".to_owned(),
                false => format!("write `#[rpc({options})]`"),
            })
        }
        "get" | "post" | "put" | "patch" | "delete" | "head" | "route" | "path" => {
            Some("a method is called by its name, not by a path; remove this attribute".to_owned())
        }
        "subscription" | "subscribe" | "pubsub" | "unsubscribe" => Some(
            "write `#[rpc(subscription(unsubscribe = \"…\"))]`, and return `impl Stream<Item = T>`"
                .to_owned(),
        ),
        "notification" | "blocking" | "idempotent" | "alias" | "name" => {
            Some(as_option(name, attribute))
        }
        "serde" => Some(instead_of_serde(attribute)),
        "async_trait" => Some("`async fn` needs no attribute; remove this".to_owned()),
        "cfg_attr" => hidden_option(attribute),
        _ => None,
    });
}

/// Checks the attributes of `&self`.
pub(super) fn check_receiver(attributes: &mut Vec<Attribute>, errors: &mut Errors) {
    refuse(attributes, errors, |name, _| match name {
        "rpc" => Some(
            "`&self` takes no options; write them before a parameter, or before the method"
                .to_owned(),
        ),
        _ => None,
    });
}

/// Checks the attributes of a parameter. Returns whether they are right.
pub(super) fn check_parameter(attributes: &mut Vec<Attribute>, errors: &mut Errors) -> bool {
    let count = attributes.len();
    refuse(attributes, errors, |name, attribute| {
        match name {
        "serde" => Some(instead_of_serde(attribute)),
        "argument" | "arg" | "param" | "parameter" => {
            let options = renamed(attribute);
            Some(match options.is_empty() {
                true => "a parameter needs no attribute; remove this".to_owned(),
                false => format!("write `#[rpc({options})]`"),
            })
        }
        "name" | "default" | "context" | "peer" | "flatten" | "secret" => Some(as_option(name, attribute)),
        "cfg" => Some(
            "a parameter can't depend on `cfg`, because both ends must agree on it; make it an `Option`, or write two methods with `cfg`"
                .to_owned(),
        ),
        "cfg_attr" => hidden_option(attribute),
        _ => None,
    }
    });
    attributes.len() == count
}

/// Removes and reports the attributes for which there is a message.
fn refuse(
    attributes: &mut Vec<Attribute>,
    errors: &mut Errors,
    message: impl Fn(&str, &Attribute) -> Option<String>,
) {
    attributes.retain(|attribute| {
        let last = attribute.path().segments.last();
        let name = last.map(|segment| segment.ident.to_string());
        let message = name.and_then(|name| message(&name, attribute));
        if let Some(message) = &message {
            errors.at(attribute, message);
        }
        message.is_none()
    });
}

/// `#[blocking]` as our option.
fn as_option(name: &str, attribute: &Attribute) -> String {
    match &attribute.meta {
        Meta::NameValue(pair) => format!(
            "options go inside `#[rpc(…)]`: `#[rpc({name} = {})]`",
            source(&pair.value)
        ),
        Meta::Path(_) | Meta::List(_) => {
            format!("options go inside `#[rpc(…)]`: `#[rpc({name})]`")
        }
    }
}

/// The options of a foreign attribute that we have too, under our names: `name = "x"`.
fn renamed(attribute: &Attribute) -> String {
    let mut options = Vec::new();
    for meta in arguments(attribute) {
        let name = meta.path().segments.last();
        let name = name.map(|segment| segment.ident.to_string());
        let (Some(name), Meta::NameValue(pair)) = (name, &meta) else {
            continue;
        };
        let value = source(&pair.value);
        match &*name {
            "name" | "rename" => options.push(format!("name = {value}")),
            "alias" | "aliases" => options.push(format!("alias = {value}")),
            "blocking" => options.push("blocking".to_owned()),
            "default" => options.push(format!("default = {value}")),
            _ => {}
        }
    }
    options.join(", ")
}

fn arguments(attribute: &Attribute) -> Vec<Meta> {
    let parsed = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    parsed.map_or_else(|_| Vec::new(), |list| list.into_iter().collect())
}

/// What to write instead of `#[serde(…)]`.
fn instead_of_serde(attribute: &Attribute) -> String {
    let mut options = Vec::new();
    for meta in arguments(attribute) {
        let text = |value: &Expr| source(value);
        let name = meta.path().get_ident().map(ToString::to_string);
        match (name.as_deref(), &meta) {
            (Some("rename"), Meta::NameValue(pair)) => {
                options.push(format!("name = {}", text(&pair.value)));
            }
            (Some(name @ ("rename_all" | "alias")), Meta::NameValue(pair)) => {
                options.push(format!("{name} = {}", text(&pair.value)));
            }
            (Some(name @ ("default" | "flatten")), _) => options.push(name.to_owned()),
            _ => {}
        }
    }
    match options.is_empty() {
        true => "serde's attributes go on types; remove this, or move it to the type".to_owned(),
        false => format!(
            "serde's attributes go on types; here, write `#[rpc({})]`",
            options.join(", ")
        ),
    }
}

/// What is wrong with `#[cfg_attr(…, rpc(…))]`.
fn hidden_option(attribute: &Attribute) -> Option<String> {
    let has_option = arguments(attribute)
        .iter()
        .skip(1)
        .any(|meta| meta.path().is_ident("rpc"));
    has_option.then(|| {
        "an option can't depend on `cfg`, because both ends must agree on it; write two methods with `cfg`".to_owned()
    })
}
