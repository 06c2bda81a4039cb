//! Reading a method: its options, its signature, its result.

use syn::TraitItemFn;

use super::defaults::{Defaults, STYLES};
use super::example;
use super::habits;
use super::names::{WrittenName, method_names};
use super::parameters::arguments;
use super::returned::returned;
use super::running::Running;
use super::signature;
use super::stream;
use super::stream_options;
use super::subscription;
use super::tags;
use super::types;
use crate::attributes;
use crate::errors::Errors;
use crate::options::RpcOptions;
use crate::rpc::model::{Argument, Execution, Form, Method, Returned, StreamForm, Style};

const METHOD_OPTIONS: &[&str] = &[
    "name",
    "alias",
    "notification",
    "blocking",
    "idempotent",
    "read_only",
    "since",
    "example",
    "cancel_on_disconnect",
    "subscription",
    "stream",
    "tag",
    "params",
];

/// Attributes that the client's method has as well.
const CLIENT_ATTRIBUTES: &[&str] = &["doc", "cfg", "cfg_attr", "deprecated"];

/// A method, and where its names are written.
pub(super) struct ParsedMethod {
    pub(super) method: Method,
    /// Its name and its aliases.
    pub(super) names: Vec<WrittenName>,
    /// The name of the method that closes it, if it is a subscription.
    pub(super) unsubscribe: Option<WrittenName>,
}

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
    let (mut name, aliases) =
        method_names(&ident, &options, &defaults.prefix, defaults.case, errors);
    let is_stream = stream::is_returned(&function.sig.output);
    let subscription = subscription::read(&options, is_stream, &mut name, defaults, errors);
    let stream_option = stream_options::read(&options, is_stream, errors);
    let running = Running::read(&function.sig, &options, errors);
    let tags = tags::read(&options, &defaults.tags, errors);
    let (arguments, is_flattened) = arguments(&mut function.sig, defaults, errors);
    let style = match &defaults.ethereum {
        Some(_) if is_stream => subscription::style(&options, is_flattened, &ident, errors),
        _ => style(&options, is_flattened, defaults, errors),
    };
    let mut returned = returned(&function.sig.output, running.notification, errors);
    let mut unsubscribe = None;
    if let (Some(Returned::Stream(streamed)), Some(read)) = (&mut returned, subscription) {
        streamed.form = StreamForm::Subscription(read.subscription);
        unsubscribe = Some(read.unsubscribe);
    }
    if let Some(arguments) = &arguments {
        stream_options::check_cursors(stream_option.as_ref(), arguments, errors);
        if let Some(Returned::Stream(streamed)) = &mut returned {
            let option = stream_option.as_ref();
            let form =
                stream_options::form(option, streamed, arguments, style, &defaults.root, errors);
            if let Some(form) = form {
                streamed.form = form;
            }
        }
    }
    if running.execution == Execution::Blocking {
        check_blocking(&arguments, errors);
    }

    let examples = match (&arguments, &returned) {
        (Some(arguments), Some(returned)) => {
            example::read(&options, arguments, returned, running.notification, errors)
        }
        _ => Vec::new(),
    };
    let read_only = options.flag("read_only", errors).is_some();
    let idempotent = options.flag("idempotent", errors);
    if let (Some(option), true) = (idempotent, read_only) {
        errors.at(
            option,
            "a `read_only` method is idempotent as well; remove `idempotent`",
        );
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
        execution: running.execution,
        notification: running.notification,
        idempotent: read_only || idempotent.is_some(),
        read_only,
        since: options.string("since", errors).map(|(since, _)| since),
        examples,
        cancel_on_disconnect: running.cancel_on_disconnect,
        style,
        case: defaults.case,
        arguments: arguments?,
        returned: returned?,
    };
    let names = std::iter::once(name).chain(aliases).collect();
    Some(ParsedMethod {
        method,
        names,
        unsubscribe,
    })
}

/// A blocking method can't wait for its client. It may outlive the message, so it can't hold a type of the user's that
/// borrows from it either.
fn check_blocking(arguments: &Option<Vec<Argument>>, errors: &mut Errors) {
    for argument in arguments.iter().flatten() {
        let parameter = match argument {
            Argument::Parameter(parameter) => parameter,
            Argument::Context(_) => continue,
            Argument::Peer(ty) => {
                errors.at(
                    ty,
                    "only an `async fn` can call its client; make the method an `async fn`, and remove `blocking`",
                );
                continue;
            }
        };
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
