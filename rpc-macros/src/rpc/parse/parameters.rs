//! Reading parameters.

use std::collections::HashSet;

use syn::{Attribute, FnArg, Ident, Pat, PatType, Signature, Type};

use super::defaults::Defaults;
use super::form;
use super::habits;
use super::instead::{self, Place};
use super::names::{check_characters, renamed};
use super::peer;
use super::stream_type::StreamType;
use super::types::{self, Forbidden};
use crate::attributes;
use crate::case::Case;
use crate::errors::Errors;
use crate::options::RpcOptions;
use crate::rpc::model::{Argument, DefaultValue, Form, Parameter};
use crate::tokens::source;

const PARAMETER_OPTIONS: &[&str] = &[
    "name",
    "default",
    "context",
    "peer",
    "flatten",
    "secret",
    "explicit_null",
    "cursor",
];

/// The arguments, or `None` if one of them is wrong, and whether one of them is marked `flatten`.
pub(super) fn arguments(
    sig: &mut Signature,
    defaults: &Defaults,
    errors: &mut Errors,
) -> (Option<Vec<Argument>>, bool) {
    let mut arguments = Vec::new();
    let mut flattened = None;
    for input in &mut sig.inputs {
        let typed = match input {
            FnArg::Typed(typed) => typed,
            FnArg::Receiver(receiver) => {
                habits::check_receiver(&mut receiver.attrs, errors);
                continue;
            }
        };
        let options = RpcOptions::take(&mut typed.attrs, PARAMETER_OPTIONS, errors);
        let docs = take_docs(&mut typed.attrs);
        if !habits::check_parameter(&mut typed.attrs, errors) {
            arguments.push(None);
            continue;
        }
        if options.get("flatten").is_some() {
            flattened = Some(&typed.pat);
        }
        arguments.push(argument(typed, docs, &options, defaults, errors));
    }
    let parameters: Vec<&Parameter> = arguments
        .iter()
        .flatten()
        .filter_map(Argument::parameter)
        .collect();
    check_unique(&parameters, errors);
    if let Some(flattened) = flattened
        && parameters.len() > 1
    {
        errors.at(
            flattened,
            "a `flatten` parameter must be the only one; move the others into its struct",
        );
    }
    peer::check_single(arguments.iter().flatten(), errors);
    let is_flattened = flattened.is_some();
    (arguments.into_iter().collect(), is_flattened)
}

fn check_unique(parameters: &[&Parameter], errors: &mut Errors) {
    let mut taken = HashSet::new();
    for Parameter { name, ident, .. } in parameters {
        if !taken.insert(name) {
            errors.at(
                ident,
                format_args!(
                    "two parameters have the name `{name}` on the wire; rename one with `#[rpc(name = \"…\")]`"
                ),
            );
        }
    }
}

/// The doc comment of a parameter. It is taken away, since Rust has no place for it.
fn take_docs(attributes: &mut Vec<Attribute>) -> String {
    let docs = attributes::docs(attributes);
    attributes.retain(|attribute| !attribute.path().is_ident("doc"));
    docs
}

fn argument(
    typed: &PatType,
    docs: String,
    options: &RpcOptions,
    defaults: &Defaults,
    errors: &mut Errors,
) -> Option<Argument> {
    if options.flag("context", errors).is_some() {
        return context(typed, options, errors);
    }
    if options.flag("peer", errors).is_some() {
        refuse_options("peer", options, errors);
        return peer::argument(&typed.ty, errors);
    }
    if types::is_context(&typed.ty) {
        errors.at(
            &typed.ty,
            "a client doesn't send a `Context`; write `#[rpc(context)] cx: &Context`",
        );
        return None;
    }
    if peer::is_peer(&typed.ty) {
        errors.at(
            typed,
            format_args!(
                "a client can't be sent; write `#[rpc(peer)] {}`",
                source(typed)
            ),
        );
        return None;
    }
    let parameter = parameter(typed, docs, options, defaults, errors)?;
    Some(Argument::Parameter(Box::new(parameter)))
}

/// Reports options without effect on a parameter that isn't sent, which this option says.
fn refuse_options(kind: &str, options: &RpcOptions, errors: &mut Errors) {
    for name in PARAMETER_OPTIONS.iter().filter(|name| **name != kind) {
        if let Some(other) = options.get(name) {
            errors.at(
                other,
                format_args!(
                    "a `{kind}` parameter isn't sent, so `{name}` has no effect; remove `{name}`"
                ),
            );
        }
    }
}

fn context(typed: &PatType, options: &RpcOptions, errors: &mut Errors) -> Option<Argument> {
    refuse_options("context", options, errors);
    if !matches!(&*typed.ty, Type::Reference(reference) if reference.mutability.is_none()) {
        errors.at(
            &typed.ty,
            "the context is passed by reference; write `#[rpc(context)] cx: &Context`",
        );
        return None;
    }
    Some(Argument::Context(typed.ty.clone()))
}

fn parameter(
    typed: &PatType,
    docs: String,
    options: &RpcOptions,
    defaults: &Defaults,
    errors: &mut Errors,
) -> Option<Parameter> {
    let ident = ident(&typed.pat, errors);
    let is_possible = check_type(&typed.ty, errors) && form::check(&typed.ty, errors);
    let name = name(ident.as_ref(), options, defaults.case, errors);
    check_flatten(options, errors);
    let form = form::form(&typed.ty);
    let default = default(&form, options, errors);
    let secret = options.flag("secret", errors).is_some();
    let explicit_null = explicit_null(options, errors);
    let cursor = cursor(options, errors);
    if !is_possible {
        return None;
    }
    Some(Parameter {
        ident: ident?,
        docs,
        is_option: types::last_segment(&typed.ty).is_some_and(|last| last.ident == "Option"),
        name: name?,
        ty: (*typed.ty).clone(),
        form,
        default,
        secret,
        explicit_null,
        cursor,
    })
}

fn ident(pattern: &Pat, errors: &mut Errors) -> Option<Ident> {
    match pattern {
        Pat::Ident(pattern) if pattern.by_ref.is_none() && pattern.subpat.is_none() => {
            return Some(pattern.ident.clone());
        }
        Pat::Wild(wild) => errors.at(
            wild,
            "a parameter needs a name on the wire; replace `_` with one",
        ),
        pattern => errors.at(
            pattern,
            "a parameter must be a plain name; destructure the value in the method",
        ),
    }
    None
}

fn check_type(ty: &Type, errors: &mut Errors) -> bool {
    if let Some(stream) = StreamType::first_in(ty) {
        errors.at(
            stream.ty,
            format_args!(
                "a stream can't be a parameter; send the items in a `Vec<{}>`, or call a method for each",
                stream.item
            ),
        );
        return false;
    }
    let found = Forbidden::in_type(ty);
    let message = |found: &Option<Type>, message: &dyn Fn(&Type) -> String| {
        found.as_ref().map_or_else(String::new, message)
    };
    let impl_trait = message(&found.impl_trait, &|ty| {
        let instead = instead::of_trait(ty, Place::Parameter);
        format!(
            "a parameter can't be `impl Trait`, because the server must know the type; {instead}"
        )
    });
    let trait_object = message(&found.trait_object, &|ty| {
        let instead = instead::of_trait(ty, Place::Parameter);
        format!(
            "a parameter can't be `dyn Trait`, because the server must know the type; {instead}"
        )
    });
    let unsized_type = message(&found.unsized_type, &|ty| {
        let instead = instead::of_unsized(ty, Place::Parameter);
        format!(
            "a parameter can't be `{}`, because its size is unknown; {instead}",
            source(ty)
        )
    });
    let double = message(&found.double, &|ty| {
        format!("a parameter is borrowed once; write `{}`", source(ty))
    });
    let long_lived = message(&found.long_lived, &|ty| {
        let short = source(ty)
            .replace("&'static ", "&")
            .replace("'static", "'_");
        format!("a parameter lives as long as its call; write `{short}`")
    });
    let not_send = message(&found.not_send, &not_send);
    let system_string = message(&found.system_string, &|ty| {
        format!(
            "`{}` has no form in JSON that every system reads; write `&str` or `&Path`",
            source(ty)
        )
    });
    let mutable = "a parameter can't be `&mut`, because changes would not reach the client; take it by value or by `&`";
    let mistakes = [
        (found.impl_trait, impl_trait),
        (found.trait_object, trait_object),
        (found.mutable, mutable.to_owned()),
        (found.self_type, types::SELF_TYPE.to_owned()),
        (found.no_data, types::NO_DATA.to_owned()),
        (found.unsized_type, unsized_type),
        (found.double, double),
        (found.long_lived, long_lived),
        (found.not_send, not_send),
        (found.system_string, system_string),
    ];
    types::report_forbidden(mistakes, errors)
}

/// What is wrong with an `Rc` or a reference to a `Cell`.
fn not_send(ty: &Type) -> String {
    let inner = types::last_segment(ty).and_then(|segment| types::first_argument(segment));
    let instead = inner.map_or_else(|| "…".to_owned(), instead::owned);
    format!(
        "a parameter can't be `{}`, because calls move between threads; write `{instead}`",
        source(ty)
    )
}

/// The parameter's name on the wire.
fn name(
    ident: Option<&Ident>,
    options: &RpcOptions,
    case: Option<Case>,
    errors: &mut Errors,
) -> Option<String> {
    let Some((name, option)) = options.string("name", errors) else {
        return ident.map(|ident| renamed(ident, case));
    };
    if name.is_empty() {
        errors.at(
            &option.value,
            "a parameter's name can't be empty; write a name or remove the option",
        );
    }
    // Other people's servers have names such as `First Name`. At the ends, a space is a mistake.
    if name.trim() != name || name.chars().any(|it| it.is_control() || it == '\u{200b}') {
        check_characters("a parameter's name", &name, &option.value, errors);
    }
    Some(name)
}

fn check_flatten(options: &RpcOptions, errors: &mut Errors) {
    if options.flag("flatten", errors).is_none() {
        return;
    }
    for name in ["name", "default"] {
        if let Some(other) = options.get(name) {
            errors.at(
                other,
                format_args!("a `flatten` parameter holds all params, so `{name}` has no effect; remove `{name}`"),
            );
        }
    }
}

fn default(form: &Form, options: &RpcOptions, errors: &mut Errors) -> Option<DefaultValue> {
    let Some(expression) = &options.get("default")?.value else {
        return Some(DefaultValue::OfType);
    };
    match form {
        Form::OptionRef(_) => errors.at(
            expression,
            "a missing `Option<&T>` is always `None`; choose another default in the method",
        ),
        Form::Nested(_) | Form::NestedRef(..) => errors.at(
            expression,
            "a type with references inside takes no default; make it an `Option`, and choose the default in the method",
        ),
        Form::Owned | Form::Ref(_) | Form::Cow(_) => {}
    }
    Some(DefaultValue::Expression(expression.clone()))
}

fn explicit_null(options: &RpcOptions, errors: &mut Errors) -> bool {
    let Some(option) = options.flag("explicit_null", errors) else {
        return false;
    };
    if options.get("default").is_some() {
        errors.at(
            option,
            "a parameter with a `default` is always sent, so `explicit_null` has no effect; remove `explicit_null`",
        );
    }
    true
}

fn cursor(options: &RpcOptions, errors: &mut Errors) -> bool {
    if options.flag("cursor", errors).is_none() {
        return false;
    }
    for (name, reason) in [
        ("default", "a cursor is `None` until there has been an item"),
        ("flatten", "a cursor is one parameter, and not all of them"),
        ("secret", "a cursor is sent with each item"),
    ] {
        if let Some(other) = options.get(name) {
            errors.at(other, format_args!("{reason}; remove `{name}`"));
        }
    }
    true
}
