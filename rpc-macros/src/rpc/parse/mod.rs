//! Reading a trait. Each broken rule is reported at the user's own tokens.

mod defaults;
mod ethereum;
mod example;
mod form;
mod habits;
mod instead;
mod method;
mod names;
mod output;
mod parameters;
mod peer;
mod returned;
mod running;
mod signature;
mod stream;
mod stream_options;
mod stream_type;
mod subscription;
mod tags;
mod types;
mod unsubscribe;

use std::slice;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, GenericParam, Item, ItemFn, ItemTrait, TraitItem, Visibility};

use self::defaults::Defaults;
use self::method::ParsedMethod;
use super::model::Contract;
use crate::attributes;
use crate::errors::Errors;
use crate::options::RpcOptions;
use crate::tokens;

const TRAIT_OPTIONS: &[&str] = &[
    "namespace",
    "separator",
    "rename_all",
    "params",
    "tag",
    "lenient",
    "schema",
    "subscriptions",
    "crate",
];

/// Reads a trait. Returns the trait without our attributes, and the contract.
///
/// # Errors
///
/// Returns the item unchanged if it is not a trait.
pub(crate) fn contract(
    options: TokenStream,
    item: TokenStream,
    errors: &mut Errors,
) -> Result<(ItemTrait, Contract), TokenStream> {
    let written = quote!(#options #item);
    let mut item_trait = item_trait(item, errors)?;
    if habits::is_changed_by_async_trait(&item_trait) {
        errors.at(&item_trait.ident, habits::ASYNC_TRAIT);
        return Err(item_trait.into_token_stream());
    }
    types::ungroup(&mut item_trait);
    remove_visibilities(&mut item_trait, errors);
    habits::check_trait(&mut item_trait.attrs, errors);
    let options = RpcOptions::parse(options, TRAIT_OPTIONS, errors);
    let defaults = Defaults::read(&options, errors);
    check_trait(&item_trait, errors);
    let root = defaults.root.clone();
    let mut methods = methods(&mut item_trait, &defaults, errors);
    unsubscribe::add(&mut methods, &defaults, &root, errors);
    let methods: Vec<_> = methods
        .into_iter()
        .map(|parsed| (parsed.method, parsed.names))
        .collect();
    names::check_unique(&methods, errors);
    let has_schema = options.schema(errors);
    if !has_schema {
        let methods = methods.iter().map(|(method, _)| method);
        example::refuse(methods, errors);
    }

    let contract = Contract {
        ident: item_trait.ident.clone(),
        vis: item_trait.vis.clone(),
        generics: item_trait.generics.clone(),
        implementation: unused_name(["S", "__S"], &written),
        transport: unused_name(["C", "__C"], &written),
        cfg: attributes::only(&item_trait.attrs, &["cfg"]),
        lints: attributes::allowed(&item_trait.attrs),
        docs: attributes::docs(&item_trait.attrs),
        root,
        namespace: defaults.prefix.namespace().to_owned(),
        lenient: options.flag("lenient", errors).is_some(),
        has_schema,
        methods: methods.into_iter().map(|(method, _)| method).collect(),
    };
    Ok((item_trait, contract))
}

/// The first of two names, unless the user wrote it somewhere in the trait. Then it may be a type of the user's.
fn unused_name(names: [&str; 2], written: &TokenStream) -> Ident {
    let [first, second] = names.map(|name| Ident::new(name, Span::call_site()));
    match tokens::mentions(written, slice::from_ref(&first)) {
        true => second,
        false => first,
    }
}

fn item_trait(item: TokenStream, errors: &mut Errors) -> Result<ItemTrait, TokenStream> {
    let error = match syn::parse2(item.clone()) {
        Ok(item_trait) => return Ok(item_trait),
        Err(error) => error,
    };
    match syn::parse2::<Item>(item.clone()) {
        Ok(other) => errors.at(first_token(&other), wrong_item(&other)),
        Err(_) => errors.push(error),
    }
    Err(item)
}

/// What is wrong with an item that is not a trait.
fn wrong_item(item: &Item) -> &'static str {
    let takes_self = |function: &ItemFn| function.sig.receiver().is_some();
    match item {
        Item::Impl(item) if item.trait_.is_some() => {
            "an implementation needs no attribute; `#[rpc]` goes on the trait"
        }
        Item::Fn(function) if takes_self(function) => {
            "`#[rpc(…)]` goes on the method in the trait, not on its implementation"
        }
        _ => "`#[rpc]` goes on a trait that declares the methods of a service",
    }
}

fn first_token(item: &Item) -> TokenStream {
    item.to_token_stream().into_iter().take(1).collect()
}

fn check_trait(item: &ItemTrait, errors: &mut Errors) {
    if let Some(token) = &item.unsafety {
        errors.at(
            token,
            "a contract can't be an unsafe trait; remove `unsafe`",
        );
    }
    for parameter in &item.generics.params {
        if let GenericParam::Lifetime(lifetime) = parameter {
            errors.at(
                lifetime,
                "a contract can't have lifetime parameters, because its types must outlive every message; remove the lifetime",
            );
        }
    }
    check_type_parameters(item, errors);
    let is_method = |item: &TraitItem| matches!(item, TraitItem::Fn(_));
    if !item.items.iter().any(is_method) {
        errors.at(
            &item.ident,
            "a contract needs at least one method, such as `async fn hello(&self) -> String;`",
        );
    }
}

/// Reports type parameters without any bound. Types that are sent need some, and the compiler would report each one at each
/// place that needs it.
fn check_type_parameters(item: &ItemTrait, errors: &mut Errors) {
    let clause = &item.generics.where_clause;
    for parameter in item.generics.type_params() {
        let ident = &parameter.ident;
        let is_sent = item
            .items
            .iter()
            .any(|item| tokens::mentions(item, slice::from_ref(ident)));
        let is_bounded =
            !parameter.bounds.is_empty() || tokens::mentions(clause, slice::from_ref(ident));
        if is_sent && !is_bounded {
            errors.at(
                ident,
                format_args!("values of the type `{ident}` are sent; write `{ident}: serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static`"),
            );
        }
    }
}

/// Reports `pub` on methods, and removes it.
fn remove_visibilities(item: &mut ItemTrait, errors: &mut Errors) {
    for item in &mut item.items {
        if let TraitItem::Verbatim(tokens) = item
            && let Ok((visibility, without)) = without_visibility.parse2(tokens.clone())
        {
            errors.at(
                visibility,
                "the methods of a trait are as public as the trait; remove this",
            );
            *item = without;
        }
    }
}

/// Reads an item that has a visibility.
fn without_visibility(input: ParseStream) -> syn::Result<(Visibility, TraitItem)> {
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility: Visibility = input.parse()?;
    if let Visibility::Inherited = visibility {
        return Err(input.error("no visibility"));
    }
    let rest: TokenStream = input.parse()?;
    let item = syn::parse2(quote!(#(#attributes)* #rest))?;
    Ok((visibility, item))
}

fn methods(
    item_trait: &mut ItemTrait,
    defaults: &Defaults,
    errors: &mut Errors,
) -> Vec<ParsedMethod> {
    let mut methods = Vec::new();
    for item in &mut item_trait.items {
        match item {
            TraitItem::Fn(function) => methods.extend(method::method(function, defaults, errors)),
            TraitItem::Const(item) => errors.at(
                &item.ident,
                "a contract can't have associated constants; return the value from a method instead",
            ),
            TraitItem::Type(item) => errors.at(
                &item.ident,
                "a contract can't have associated types; make the trait generic instead",
            ),
            other => errors.at(other, "a contract can only contain methods; move this out of the trait"),
        }
    }
    methods
}
