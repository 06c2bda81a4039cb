//! Reading a trait: every rule that it breaks is reported, at the user's own tokens.

mod method;
mod parameter;

use std::collections::HashMap;

use proc_macro2::TokenStream;
use syn::{Attribute, GenericParam, Ident, ItemTrait, TraitItem};

use self::method::{Named, RESERVED, method, reserved_name};
use super::model::{Contract, Style};
use super::types;
use crate::case::Case;
use crate::errors::Errors;
use crate::options::Options;
use crate::text;

const TRAIT_OPTIONS: &[&str] = &[
    "namespace",
    "separator",
    "rename_all",
    "params",
    "lenient",
    "crate",
];
const STYLES: &[(&str, Style)] = &[("positional", Style::Positional), ("named", Style::Named)];

/// What the trait says for all of its methods.
struct Defaults {
    prefix: String,
    /// Is the prefix itself to blame for names that begin with `rpc.`?
    reserved: bool,
    case: Option<Case>,
    style: Style,
}

/// Reads a trait. Returns it without our attributes, and the contract; or the item as it came, where it is no trait.
pub(crate) fn contract(
    options: TokenStream,
    item: TokenStream,
    errors: &mut Errors,
) -> Result<(ItemTrait, Contract), TokenStream> {
    let mut item_trait: ItemTrait = match syn::parse2(item.clone()) {
        Ok(item_trait) => item_trait,
        Err(error) => {
            match syn::parse2::<syn::Item>(item.clone()) {
                Ok(other) => errors.at(
                    first_token(&other),
                    "`#[rpc]` goes on a trait: the methods that a service has",
                ),
                Err(_) => errors.push(error),
            }
            return Err(item);
        }
    };
    types::ungroup(&mut item_trait);
    let options = Options::parse(options, TRAIT_OPTIONS, errors);
    let defaults = defaults(&options, errors);
    check_trait(&item_trait, errors);

    let mut methods = Vec::new();
    for item in &mut item_trait.items {
        match item {
            TraitItem::Fn(function) => methods.extend(method(function, &defaults, errors)),
            TraitItem::Const(item) => {
                errors.at(&item.ident, "a contract has no associated constants; a value that clients need is a method's result")
            }
            TraitItem::Type(item) => {
                errors.at(
                    &item.ident,
                    "a contract has no associated types; make the trait generic instead",
                );
            }
            other => errors.at(other, "a contract consists of methods alone"),
        }
    }
    if !item_trait
        .items
        .iter()
        .any(|item| matches!(item, TraitItem::Fn(_)))
    {
        errors.at(
            &item_trait.ident,
            "a contract has at least one method: `async fn hello(&self) -> String;`",
        );
    }
    check_names(&methods, errors);

    let contract = Contract {
        ident: item_trait.ident.clone(),
        vis: item_trait.vis.clone(),
        generics: item_trait.generics.clone(),
        cfg: only(&item_trait.attrs, &["cfg"]),
        docs: text::docs(&item_trait.attrs),
        root: options.root(errors),
        lenient: options.flag("lenient", errors).is_some(),
        methods: methods.into_iter().map(|(method, _)| method).collect(),
    };
    Ok((item_trait, contract))
}

fn first_token(item: &syn::Item) -> TokenStream {
    quote::ToTokens::to_token_stream(item)
        .into_iter()
        .take(1)
        .collect()
}

fn defaults(options: &Options, errors: &mut Errors) -> Defaults {
    let namespace = options.string("namespace", errors);
    let separator = options.string("separator", errors);
    if let (None, Some((_, entry))) = (&namespace, &separator) {
        errors.at(
            entry,
            "`separator` stands between a namespace and a name; give the trait a `namespace`, or leave it out",
        );
    }
    if let Some((name, entry)) = &namespace
        && name.is_empty()
    {
        errors.at(
            &entry.value,
            "an empty namespace is none; leave the option out",
        );
    }
    let separator = separator.map_or_else(|| ".".to_owned(), |(separator, _)| separator);
    let mut prefix = String::new();
    let mut reserved = false;
    if let Some((namespace, entry)) = namespace {
        prefix = namespace + &separator;
        reserved = prefix.starts_with(RESERVED);
        if reserved {
            errors.at(&entry.value, reserved_name(&prefix));
        }
    }
    Defaults {
        prefix,
        reserved,
        case: options.choice("rename_all", &Case::ALL, errors),
        style: options
            .choice("params", STYLES, errors)
            .unwrap_or(Style::Positional),
    }
}

fn check_trait(item: &ItemTrait, errors: &mut Errors) {
    if let Some(token) = &item.unsafety {
        errors.at(token, "a contract is no unsafe trait; leave `unsafe` out");
    }
    for parameter in &item.generics.params {
        if let GenericParam::Lifetime(lifetime) = parameter {
            errors.at(
                lifetime,
                "a contract has no lifetimes: what it names outlives the messages; leave the lifetime out",
            );
        }
    }
}

/// Every name and alias is there once. Methods under a `cfg` may exclude each other: a clash of theirs is found when
/// the table of names is built, after `cfg` has had its say.
fn check_names(methods: &[Named], errors: &mut Errors) {
    let mut taken: HashMap<&str, &Ident> = HashMap::new();
    for (method, names) in methods.iter().filter(|(method, _)| method.cfg.is_empty()) {
        for (name, tokens) in names {
            match taken.insert(name, &method.ident) {
                Some(other) if *other == method.ident => {
                    errors.at(
                        tokens,
                        format_args!("`{name}` is a name of this method already; leave it out"),
                    );
                }
                Some(other) => errors.at(
                    tokens,
                    format_args!(
                        "the method `{other}` has the name `{name}` already; choose another"
                    ),
                ),
                None => {}
            }
        }
    }
}

fn renamed(ident: &Ident, case: Option<Case>) -> String {
    let name = syn::ext::IdentExt::unraw(ident).to_string();
    case.map_or_else(|| name.clone(), |case| case.rename(&name))
}

fn only(attributes: &[Attribute], names: &[&str]) -> Vec<Attribute> {
    let named = |attribute: &&Attribute| names.iter().any(|name| attribute.path().is_ident(name));
    attributes.iter().filter(named).cloned().collect()
}
