//! The methods that close subscriptions. They are not in the trait, but the server answers them.

use proc_macro2::TokenStream;
use quote::format_ident;
use syn::{Expr, parse_quote};

use super::defaults::Defaults;
use super::ethereum::Ethereum;
use super::method::ParsedMethod;
use super::names::WrittenName;
use crate::errors::Errors;
use crate::rpc::model::{
    Argument, Execution, Form, Method, Parameter, Returned, StreamForm, Style, Subscription,
    Unsubscribe,
};

/// Adds the methods that close subscriptions.
pub(super) fn add(
    methods: &mut Vec<ParsedMethod>,
    defaults: &Defaults,
    root: &TokenStream,
    errors: &mut Errors,
) {
    let ethereum = defaults.ethereum.as_ref();
    let is_taken = ethereum.is_some_and(|it| check(it, methods, errors));
    let mut added: Vec<ParsedMethod> = Vec::new();
    for parsed in &*methods {
        let (Some(subscription), Some(name)) = (subscription(parsed), &parsed.unsubscribe) else {
            continue;
        };
        match subscription.topic {
            Some(_) if is_taken || !added.is_empty() => {}
            Some(_) => {
                let tags = defaults.tags.clone();
                added.push(unsubscribe(parsed, Unsubscribe::Known, tags, name, root));
            }
            None => {
                let tags = parsed.method.tags.clone();
                added.push(unsubscribe(parsed, Unsubscribe::Any, tags, name, root));
            }
        }
    }
    methods.extend(added);
}

fn subscription(parsed: &ParsedMethod) -> Option<&Subscription> {
    match &parsed.method.returned {
        Returned::Stream(streamed) => match &streamed.form {
            StreamForm::Subscription(subscription) => Some(subscription),
            StreamForm::Progress | StreamForm::Resume(_) | StreamForm::Token { .. } => None,
        },
        Returned::Value(_) | Returned::Unsubscribed(_) => None,
    }
}

/// Reports a trait without streams, and methods with names that the server needs. Returns whether there are any of those.
fn check(ethereum: &Ethereum, methods: &[ParsedMethod], errors: &mut Errors) -> bool {
    let has_streams = methods.iter().any(|parsed| subscription(parsed).is_some());
    if !has_streams && errors.is_empty() {
        errors.at(
            &ethereum.tokens,
            "the trait has no method that returns a stream; remove `subscriptions`",
        );
    }
    let names = methods.iter().flat_map(|parsed| &parsed.names);
    let mut is_taken = false;
    for name in names.filter(|it| it.text == ethereum.subscribe || it.text == ethereum.unsubscribe)
    {
        is_taken = true;
        errors.at(
            &name.tokens,
            format_args!(
                "the server answers `{}` itself, for the streams of this trait; choose another name",
                name.text
            ),
        );
    }
    is_taken
}

/// The method that closes the subscriptions of this one, or in Ethereum's form of all. It is not in the trait.
fn unsubscribe(
    of: &ParsedMethod,
    returned: Unsubscribe,
    tags: Vec<Expr>,
    name: &WrittenName,
    root: &TokenStream,
) -> ParsedMethod {
    let Method { ident, cfg, .. } = &of.method;
    let (docs, cfg) = match returned {
        Unsubscribe::Any => (
            format!("Closes a subscription of `{}`.", of.method.name),
            cfg.clone(),
        ),
        Unsubscribe::Known => ("Closes a subscription.".to_owned(), Vec::new()),
    };
    let method = Method {
        ident: format_ident!("__unsubscribe_{ident}"),
        client_attributes: Vec::new(),
        cfg,
        docs,
        deprecated: None,
        name: name.text.clone(),
        aliases: Vec::new(),
        tags,
        execution: Execution::InPlace,
        notification: false,
        idempotent: false,
        read_only: false,
        since: None,
        examples: Vec::new(),
        cancel_on_disconnect: false,
        style: Style::Positional,
        case: None,
        arguments: vec![Argument::Parameter(Box::new(id_parameter(root)))],
        returned: Returned::Unsubscribed(returned),
    };
    ParsedMethod {
        method,
        names: vec![name.clone()],
        unsubscribe: None,
    }
}

fn id_parameter(root: &TokenStream) -> Parameter {
    Parameter {
        ident: format_ident!("subscription"),
        docs: String::new(),
        is_option: false,
        name: "subscription".to_owned(),
        ty: parse_quote!(#root::SubscriptionId),
        form: Form::Owned,
        default: None,
        secret: false,
        explicit_null: false,
        cursor: false,
    }
}
