//! Reading a method: its options, its signature, its result.

use syn::{Signature, TraitItemFn};

use super::defaults::{Defaults, STYLES};
use super::habits;
use super::names::{WrittenName, method_names};
use super::output::output;
use super::parameters::arguments;
use super::signature;
use super::tags;
use super::types;
use crate::attributes;
use crate::errors::Errors;
use crate::options::RpcOptions;
use crate::rpc::model::{Argument, Execution, Form, Method, Style};

const METHOD_OPTIONS: &[&str] = &[
    "name",
    "alias",
    "notification",
    "blocking",
    "idempotent",
    "cancel_on_disconnect",
    "tag",
    "params",
];

/// Attributes that the client's method has as well.
const CLIENT_ATTRIBUTES: &[&str] = &["doc", "cfg", "cfg_attr", "deprecated"];

/// A method, and where its name and its aliases are written.
pub(super) type ParsedMethod = (Method, Vec<WrittenName>);

/// Reads a method and removes our attributes from it. Returns `None` if its parameters or its result are wrong.
pub(super) fn method(
    function: &mut TraitItemFn,
    defaults: &Defaults,
    errors: &mut Errors,
) -> Option<ParsedMethod> {
    let options = RpcOptions::take(&mut function.attrs, METHOD_OPTIONS, errors);
    habits::check_method(&mut function.attrs, errors);
    signature::check(&function.sig, errors);
    let ident = function.sig.ident.clone();
    let (name, aliases) = method_names(&ident, &options, &defaults.prefix, defaults.case, errors);
    let execution = execution(&function.sig, &options, errors);
    let notification = options.flag("notification", errors).is_some();
    let tags = tags::read(&options, &defaults.tags, errors);
    let (arguments, is_flattened) = arguments(&mut function.sig, defaults, errors);
    let style = style(&options, is_flattened, defaults, errors);
    let cancel_on_disconnect = cancel_on_disconnect(execution, notification, &options, errors);
    let output = output(&function.sig.output, notification, errors);
    if execution == Execution::Blocking {
        check_owned(&arguments, errors);
    }

    let mut client_attributes = attributes::only(&function.attrs, CLIENT_ATTRIBUTES);
    client_attributes.extend(attributes::allowed(&function.attrs));

    let method = Method {
        ident,
        client_attributes,
        cfg: attributes::only(&function.attrs, &["cfg"]),
        docs: attributes::docs(&function.attrs),
        deprecated: attributes::deprecated(&function.attrs),
        name: name.text.clone(),
        aliases: aliases.iter().map(|alias| alias.text.clone()).collect(),
        tags,
        execution,
        notification,
        idempotent: options.flag("idempotent", errors).is_some(),
        cancel_on_disconnect,
        style,
        case: defaults.case,
        arguments: arguments?,
        output: output?,
    };
    let names = std::iter::once(name).chain(aliases).collect();
    Some((method, names))
}

fn execution(sig: &Signature, options: &RpcOptions, errors: &mut Errors) -> Execution {
    match (sig.asyncness, options.flag("blocking", errors)) {
        (Some(_), None) => Execution::Async,
        (None, None) => Execution::InPlace,
        (None, Some(_)) => Execution::Blocking,
        (Some(_), Some(option)) => {
            errors.at(
                option,
                "`blocking` is only for a plain `fn`; remove `blocking` or `async`",
            );
            Execution::Async
        }
    }
}

/// Only what waits can be cancelled, and only if somebody waits for it.
fn cancel_on_disconnect(
    execution: Execution,
    notification: bool,
    options: &RpcOptions,
    errors: &mut Errors,
) -> bool {
    let Some(option) = options.flag("cancel_on_disconnect", errors) else {
        return false;
    };
    if notification {
        errors.at(
            option,
            "a notification always runs to its end; remove `cancel_on_disconnect`",
        );
    } else if execution != Execution::Async {
        errors.at(
            option,
            "only an `async fn` can be cancelled; remove `cancel_on_disconnect`",
        );
    }
    true
}

/// A blocking method may outlive the message, so it can't hold a type of the user's that borrows from it.
fn check_owned(arguments: &Option<Vec<Argument>>, errors: &mut Errors) {
    let parameters = arguments.iter().flatten().filter_map(Argument::parameter);
    for parameter in parameters {
        let ty = match &parameter.form {
            Form::Owned => &parameter.ty,
            Form::Ref(inner) | Form::OptionRef(inner) => inner,
            Form::Cow(_) | Form::Nested(_) | Form::NestedRef(..) => continue,
        };
        if types::borrows(ty) {
            errors.at(
                &parameter.ty,
                "a `blocking` method may outlive its message, so it can't borrow this type from it; take an owned type, or make the method an `async fn`",
            );
        }
    }
}

fn style(
    options: &RpcOptions,
    is_flattened: bool,
    defaults: &Defaults,
    errors: &mut Errors,
) -> Style {
    let style = options.choice("params", STYLES, errors);
    if !is_flattened {
        return style.unwrap_or(defaults.style);
    }
    if let (Some(_), Some(option)) = (style, options.get("params")) {
        errors.at(
            option,
            "a `flatten` parameter is always sent as an object; remove `params`",
        );
    }
    Style::Whole
}
