//! Reading parameters.

use std::collections::HashSet;

use syn::{FnArg, Ident, Pat, PatType, Signature, Type};

use super::defaults::Defaults;
use super::names::renamed;
use super::types::{self, Forbidden};
use crate::case::Case;
use crate::errors::Errors;
use crate::options::RpcOptions;
use crate::rpc::model::{Argument, DefaultValue, Form, Parameter};

const PARAMETER_OPTIONS: &[&str] = &[
    "name",
    "default",
    "context",
    "flatten",
    "secret",
    "explicit_null",
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
        let FnArg::Typed(typed) = input else { continue };
        let options = RpcOptions::take(&mut typed.attrs, PARAMETER_OPTIONS, errors);
        if options.get("flatten").is_some() {
            flattened = Some(&typed.pat);
        }
        arguments.push(argument(typed, &options, defaults, errors));
    }
    let parameters: Vec<&Parameter> = arguments
        .iter()
        .flatten()
        .filter_map(parameter_of)
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
    let is_flattened = flattened.is_some();
    (arguments.into_iter().collect(), is_flattened)
}

fn parameter_of(argument: &Argument) -> Option<&Parameter> {
    match argument {
        Argument::Context(_) => None,
        Argument::Parameter(parameter) => Some(parameter),
    }
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

fn argument(
    typed: &PatType,
    options: &RpcOptions,
    defaults: &Defaults,
    errors: &mut Errors,
) -> Option<Argument> {
    if options.flag("context", errors).is_some() {
        return context(typed, options, errors);
    }
    if types::is_context(&typed.ty) {
        errors.at(
            &typed.ty,
            "a client doesn't send a `Context`; write `#[rpc(context)] cx: &Context`",
        );
        return None;
    }
    let parameter = parameter(typed, options, defaults, errors)?;
    Some(Argument::Parameter(Box::new(parameter)))
}

fn context(typed: &PatType, options: &RpcOptions, errors: &mut Errors) -> Option<Argument> {
    for name in ["name", "default", "flatten", "secret", "explicit_null"] {
        if let Some(other) = options.get(name) {
            errors.at(
                other,
                format_args!(
                    "a `context` parameter isn't sent, so `{name}` has no effect; remove `{name}`"
                ),
            );
        }
    }
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
    options: &RpcOptions,
    defaults: &Defaults,
    errors: &mut Errors,
) -> Option<Parameter> {
    let ident = ident(&typed.pat, errors);
    check_type(&typed.ty, errors);
    let name = name(ident.as_ref(), options, defaults.case, errors);
    check_flatten(options, errors);
    let form = types::form(&typed.ty);
    let default = default(&form, options, errors);
    let secret = options.flag("secret", errors).is_some();
    let explicit_null = explicit_null(options, errors);
    Some(Parameter {
        ident: ident?,
        name: name?,
        ty: (*typed.ty).clone(),
        form,
        default,
        secret,
        explicit_null,
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

fn check_type(ty: &Type, errors: &mut Errors) {
    let found = Forbidden::in_type(ty);
    let mistakes = [
        (
            found.impl_trait,
            "a parameter can't be `impl Trait`, because the server must know the type; write a concrete type",
        ),
        (
            found.trait_object,
            "a parameter can't be `dyn Trait`, because the server must know the type; write a concrete type",
        ),
        (
            found.mutable,
            "a parameter can't be `&mut`, because changes would not reach the client; take it by value or by `&`",
        ),
        (found.self_type, types::SELF_TYPE),
    ];
    types::report_forbidden(mistakes, errors);
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
    if let Form::OptionRef(_) = form {
        errors.at(
            expression,
            "a missing `Option<&T>` is always `None`; choose another default in the method",
        );
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
