//! Reading a trait: every rule that it breaks is reported, at the user's own tokens.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use syn::{
    Attribute, Expr, FnArg, GenericParam, Ident, ItemTrait, Pat, PatType, ReceiverKind, ReturnType,
    Signature, TraitItem, TraitItemFn, Type, parse_quote,
};

use super::model::{
    Argument, Contract, DefaultValue, Execution, Form, Method, Output, OutputKind, Parameter, Style,
};
use super::types::{self, Forbidden};
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
const METHOD_OPTIONS: &[&str] = &[
    "name",
    "alias",
    "notification",
    "blocking",
    "idempotent",
    "params",
];
const PARAMETER_OPTIONS: &[&str] = &["name", "default", "context", "flatten"];
const STYLES: &[(&str, Style)] = &[("positional", Style::Positional), ("named", Style::Named)];

/// Section 4 of the specification.
const RESERVED: &str = "rpc.";

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

/// A method, and where its name and each alias stand in the source.
type Named = (Method, Vec<(String, TokenStream)>);

fn method(function: &mut TraitItemFn, defaults: &Defaults, errors: &mut Errors) -> Option<Named> {
    let options = Options::take(&mut function.attrs, METHOD_OPTIONS, errors);
    check_signature(&function.sig, errors);
    let sig = &mut function.sig;
    let ident = sig.ident.clone();

    let (name, name_tokens) = match options.string("name", errors) {
        Some((name, entry)) => {
            if name.is_empty() {
                errors.at(
                    &entry.value,
                    "a method's name can't be empty; leave the option out, or write a name",
                );
            }
            (name, quote::ToTokens::to_token_stream(&entry.value))
        }
        None => (
            renamed(&ident, defaults.case),
            quote::ToTokens::to_token_stream(&ident),
        ),
    };
    let name = format!("{}{name}", defaults.prefix);
    let mut names = vec![(name.clone(), name_tokens)];
    names.extend(aliases(&options, errors));
    for (name, tokens) in &names {
        let prefixed = defaults.reserved && name.starts_with(&defaults.prefix);
        if name.starts_with(RESERVED) && !prefixed {
            errors.at(tokens, reserved_name(name));
        }
    }

    let execution = match (sig.asyncness, options.flag("blocking", errors)) {
        (Some(_), None) => Execution::Async,
        (None, None) => Execution::InPlace,
        (None, Some(_)) => Execution::Blocking,
        (Some(_), Some(entry)) => {
            errors.at(
                entry,
                "an `async fn` does not block; `blocking` is for a plain `fn`",
            );
            Execution::Async
        }
    };
    let notification = options.flag("notification", errors).is_some();
    let style = options.choice("params", STYLES, errors);
    let (arguments, whole) = arguments(sig, defaults, errors);
    if let (true, Some(_), Some(entry)) = (whole, style, options.entry("params")) {
        errors.at(
            entry,
            "with `flatten` the struct decides how the params look; leave `params` out",
        );
    }
    let output = output(&sig.output, notification, errors);

    let method = Method {
        client_attributes: only(
            &function.attrs,
            &["doc", "cfg", "cfg_attr", "deprecated", "allow"],
        ),
        cfg: only(&function.attrs, &["cfg"]),
        docs: text::docs(&function.attrs),
        deprecated: text::deprecated(&function.attrs),
        name,
        aliases: names[1..].iter().map(|(alias, _)| alias.clone()).collect(),
        execution,
        notification,
        idempotent: options.flag("idempotent", errors).is_some(),
        style: if whole {
            Style::Whole
        } else {
            style.unwrap_or(defaults.style)
        },
        arguments: arguments?,
        output: output?,
        ident,
    };
    Some((method, names))
}

fn reserved_name(name: &str) -> String {
    format!(
        "`{name}`: names that begin with `rpc.` are reserved (JSON-RPC 2.0, section 4); choose another"
    )
}

fn check_signature(sig: &Signature, errors: &mut Errors) {
    if !sig.generics.params.is_empty() {
        errors.at(
            &sig.generics,
            "a method has no generics: a message has one form; make the trait generic, and leave lifetimes out",
        );
    } else if let Some(clause) = &sig.generics.where_clause {
        errors.at(
            clause,
            "a method has no `where` clause; bounds belong to the trait",
        );
    }
    for (present, tokens, message) in [
        (
            sig.constness.is_some(),
            quote::ToTokens::to_token_stream(&sig.constness),
            "a method is no `const fn`; leave `const` out",
        ),
        (
            matches!(sig.safety, syn::Safety::Unsafe(_)),
            quote::ToTokens::to_token_stream(&sig.safety),
            "a method is no `unsafe fn`; leave `unsafe` out",
        ),
        (
            sig.abi.is_some(),
            quote::ToTokens::to_token_stream(&sig.abi),
            "a method has no ABI; leave `extern` out",
        ),
    ] {
        if present {
            errors.at(tokens, message);
        }
    }
    if sig.ident == "new" {
        errors.at(
            &sig.ident,
            "the generated client has a function `new`; call the method otherwise, and write `#[rpc(name = \"new\")]`",
        );
    }
    match sig.receiver() {
        Some(receiver) => match &receiver.kind {
            ReceiverKind::Reference(_, None, None) => {}
            ReceiverKind::Reference(_, Some(lifetime), _) => {
                errors.at(lifetime, "leave the lifetime out: `&self`")
            }
            ReceiverKind::Reference(_, None, Some(_)) => {
                errors.at(receiver, "calls run at the same time, so a method takes `&self`; keep what changes in a Mutex or an atomic");
            }
            _ => errors.at(
                receiver,
                "a service answers many calls, so a method takes `&self`",
            ),
        },
        None => errors.at(
            &sig.ident,
            "a method takes `&self`: write it before the parameters",
        ),
    }
}

fn aliases(options: &Options, errors: &mut Errors) -> Vec<(String, TokenStream)> {
    let Some(entry) = options.entry("alias") else {
        return Vec::new();
    };
    let values: Vec<&Expr> = match &entry.value {
        Some(Expr::Array(array)) => array.elems.iter().collect(),
        Some(value) => vec![value],
        None => Vec::new(),
    };
    if values.is_empty() {
        errors.at(
            entry,
            "`alias` has a name, or several: `alias = \"a\"`, `alias = [\"a\", \"b\"]`",
        );
    }
    let mut aliases = Vec::new();
    for value in values {
        match text::string(value) {
            Some(alias) if alias.is_empty() => errors.at(
                value,
                "a method's name can't be empty; leave the option out, or write a name",
            ),
            Some(alias) => aliases.push((alias, quote::ToTokens::to_token_stream(value))),
            None => errors.at(value, "an alias is a string: `alias = \"all\"`"),
        }
    }
    aliases
}

/// The arguments; `None` where one of them is wrong. Then: is one struct the whole params object?
fn arguments(
    sig: &mut Signature,
    defaults: &Defaults,
    errors: &mut Errors,
) -> (Option<Vec<Argument>>, bool) {
    let mut arguments = Some(Vec::new());
    let mut whole = None;
    let mut names: HashMap<String, Ident> = HashMap::new();
    for input in &mut sig.inputs {
        let FnArg::Typed(typed) = input else { continue };
        let options = Options::take(&mut typed.attrs, PARAMETER_OPTIONS, errors);
        if options.entry("flatten").is_some() {
            whole = Some(typed.pat.clone());
        }
        match argument(typed, &options, defaults, errors) {
            Some(argument) => {
                if let Argument::Parameter(parameter) = &argument
                    && names
                        .insert(parameter.name.clone(), parameter.ident.clone())
                        .is_some()
                {
                    errors.at(
                        &parameter.ident,
                        format_args!("two parameters are called `{}` on the wire; rename one: `#[rpc(name = \"…\")]`", parameter.name),
                    );
                }
                if let Some(arguments) = &mut arguments {
                    arguments.push(argument);
                }
            }
            None => arguments = None,
        }
    }
    if let Some(whole) = &whole
        && names.len() > 1
    {
        errors.at(
            whole,
            "a `flatten` parameter is all of the params; make the others fields of its struct",
        );
    }
    (arguments, whole.is_some())
}

fn argument(
    typed: &PatType,
    options: &Options,
    defaults: &Defaults,
    errors: &mut Errors,
) -> Option<Argument> {
    if options.flag("context", errors).is_some() {
        for name in ["name", "default", "flatten"] {
            if let Some(other) = options.entry(name) {
                errors.at(
                    other,
                    format_args!("a `context` parameter is not on the wire; leave `{name}` out"),
                );
            }
        }
        if !matches!(&*typed.ty, Type::Reference(reference) if reference.mutability.is_none()) {
            errors.at(
                &typed.ty,
                "the context is lent: `#[rpc(context)] cx: &Context`",
            );
            return None;
        }
        return Some(Argument::Context(typed.ty.clone()));
    }
    if types::is_context(&typed.ty) {
        errors.at(
            &typed.ty,
            "a `Context` is not on the wire; mark the parameter: `#[rpc(context)] cx: &Context`",
        );
        return None;
    }
    let ident = parameter_ident(&typed.pat, errors);
    check_parameter_type(&typed.ty, errors);
    let name = match options.string("name", errors) {
        Some((name, entry)) => {
            if name.is_empty() {
                errors.at(
                    &entry.value,
                    "a parameter's name can't be empty; leave the option out, or write a name",
                );
            }
            Some(name)
        }
        None => ident.as_ref().map(|ident| renamed(ident, defaults.case)),
    };
    let default = options.entry("default").map(|entry| match &entry.value {
        None => DefaultValue::OfType,
        Some(expression) => DefaultValue::Expression(expression.clone()),
    });
    if options.flag("flatten", errors).is_some() {
        for name in ["name", "default"] {
            if let Some(other) = options.entry(name) {
                errors.at(
                    other,
                    format_args!("a `flatten` parameter is all of the params; leave `{name}` out"),
                );
            }
        }
    }
    let form = types::form(&typed.ty);
    if let (Some(DefaultValue::Expression(expression)), Form::OptionRef(_)) = (&default, &form) {
        errors.at(
            expression,
            "an `Option` is `None` by default; a default for what is in it belongs into the method",
        );
    }
    Some(Argument::Parameter(Box::new(Parameter {
        ident: ident?,
        name: name?,
        ty: (*typed.ty).clone(),
        form,
        default,
    })))
}

fn parameter_ident(pattern: &Pat, errors: &mut Errors) -> Option<Ident> {
    match pattern {
        Pat::Ident(pattern) if pattern.by_ref.is_none() && pattern.subpat.is_none() => {
            Some(pattern.ident.clone())
        }
        Pat::Wild(wild) => {
            errors.at(
                wild,
                "a parameter has a name, which is its name on the wire; write one instead of `_`",
            );
            None
        }
        pattern => {
            errors.at(
                pattern,
                "a parameter is a name, not a pattern; take it apart in the method",
            );
            None
        }
    }
}

fn check_parameter_type(ty: &Type, errors: &mut Errors) {
    let found = Forbidden::in_type(ty);
    if let Some(ty) = found.impl_trait {
        errors.at(
            ty,
            "a parameter has one type, which client and server agree on, not `impl Trait`",
        );
    }
    if let Some(ty) = found.trait_object {
        errors.at(
            ty,
            "a parameter has one type, which client and server agree on, not `dyn Trait`",
        );
    }
    if let Some(ty) = found.mutable {
        errors.at(
            ty,
            "a parameter is a copy of what the client has, so that `&mut` means nothing; take it by value or by `&`",
        );
    }
    if let Some(ty) = found.self_type {
        errors.at(
            ty,
            "`Self` is the service, which does not travel; name a type that does",
        );
    }
}

/// What the method returns; `None` where it is wrong.
fn output(output: &ReturnType, notification: bool, errors: &mut Errors) -> Option<Output> {
    let ReturnType::Type(_, ty) = output else {
        return Some(Output {
            ty: parse_quote!(()),
            kind: OutputKind::Value,
        });
    };
    if notification && !matches!(&**ty, Type::Tuple(tuple) if tuple.elems.is_empty()) {
        errors.at(
            ty,
            "nobody waits for an answer to a `notification`; leave the result out",
        );
        return None;
    }
    let found = Forbidden::in_type(ty);
    if let Some(ty) = &found.impl_trait {
        errors.at(
            ty,
            "a result has one type, which client and server agree on, not `impl Trait`",
        );
    }
    if let Some(ty) = &found.trait_object {
        errors.at(
            ty,
            "a result has one type, which client and server agree on, not `dyn Trait`",
        );
    }
    if let Some(ty) = &found.self_type {
        errors.at(
            ty,
            "`Self` is the service, which does not travel; name a type that does",
        );
    }
    if let Some(ty) = &found.borrow {
        errors
            .at(ty, "a result is made anew on the client, where there is nothing to borrow from; return an owned type");
    }
    if found.impl_trait.is_some()
        || found.trait_object.is_some()
        || found.self_type.is_some()
        || found.borrow.is_some()
    {
        return None;
    }
    let kind = match types::result_arguments(ty) {
        Some((ok, error)) => OutputKind::Result {
            ok: Box::new(ok.clone()),
            error: Box::new(error.clone()),
        },
        None if types::last_segment(ty)
            .is_some_and(|last| last.ident.to_string().ends_with("Result")) =>
        {
            OutputKind::ResultAlias
        }
        None => OutputKind::Value,
    };
    Some(Output {
        ty: (**ty).clone(),
        kind,
    })
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
