//! Reading parameters.

use std::collections::HashMap;

use syn::{FnArg, Ident, Pat, PatType, Signature, Type};

use super::{Defaults, renamed};
use crate::errors::Errors;
use crate::options::Options;
use crate::rpc::model::{Argument, DefaultValue, Form, Parameter};
use crate::rpc::types::{self, Forbidden};

const PARAMETER_OPTIONS: &[&str] = &["name", "default", "context", "flatten", "secret"];

/// The arguments; `None` where one of them is wrong. Then: is one struct the whole params object?
pub(super) fn arguments(
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
        for name in ["name", "default", "flatten", "secret"] {
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
        secret: options.flag("secret", errors).is_some(),
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
