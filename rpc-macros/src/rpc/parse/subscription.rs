//! Reading subscriptions: streams whose ids the server chooses, as in jsonrpsee and in Ethereum nodes.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident};
use syn::{Expr, parse_quote};

use super::defaults::Defaults;
use super::method::ParsedMethod;
use super::names::{Prefix, WrittenName, check_reserved, written_name};
use crate::errors::Errors;
use crate::options::RpcOptions;
use crate::rpc::model::{
    Argument, Execution, Form, Method, Parameter, Returned, StreamForm, Style, Subscription, Topic,
    Unsubscribe,
};

/// The options inside `subscription(…)`.
const OPTIONS: &[&str] = &["unsubscribe", "item"];

/// The values of the trait's option `subscriptions`.
const FORMS: &[(&str, ())] = &[("ethereum", ())];

/// `subscriptions = "ethereum"`: all streams of the trait are opened with one method, closed with another one, and told apart by
/// the first param.
pub(super) struct Ethereum {
    /// `eth_subscribe`
    subscribe: String,
    /// `eth_unsubscribe`
    unsubscribe: String,
    /// `eth_subscription`
    item: String,
    /// The option.
    tokens: TokenStream,
}

impl Ethereum {
    pub(super) fn read(options: &RpcOptions, prefix: &Prefix, errors: &mut Errors) -> Option<Self> {
        options.choice("subscriptions", FORMS, errors)?;
        let option = options.get("subscriptions")?;
        if prefix.is_empty() && options.get("namespace").is_none() {
            errors.at(
                option,
                "the names of the methods that open and close subscriptions begin with the namespace; add `namespace = \"eth\"`",
            );
        }
        Some(Ethereum {
            subscribe: prefix.with("subscribe"),
            unsubscribe: prefix.with("unsubscribe"),
            item: prefix.with("subscription"),
            tokens: option.to_token_stream(),
        })
    }

    /// Reports a trait without streams, and methods with names that the server needs. Returns whether there are any of those.
    fn check(&self, methods: &[ParsedMethod], errors: &mut Errors) -> bool {
        let has_streams = methods.iter().any(|parsed| subscription(parsed).is_some());
        if !has_streams && errors.is_empty() {
            errors.at(
                &self.tokens,
                "the trait has no method that returns a stream; remove `subscriptions`",
            );
        }
        let names = methods.iter().flat_map(|parsed| &parsed.names);
        let mut is_taken = false;
        for name in names.filter(|it| it.text == self.subscribe || it.text == self.unsubscribe) {
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

    /// The method with this name and this topic, as the contract names it.
    fn full_name(&self, topic: &str) -> String {
        format!("{} {topic}", self.subscribe)
    }
}

/// What is put between a namespace and a name, unless the trait says so itself.
pub(super) fn usual_separator(options: &RpcOptions) -> &'static str {
    match options.get("subscriptions") {
        Some(_) => "_",
        None => ".",
    }
}

/// A subscription, and where the name of the method that closes it is written.
pub(super) struct Read {
    pub(super) subscription: Subscription,
    pub(super) unsubscribe: WrittenName,
}

/// Reads whether a method is a subscription. In Ethereum's form, its name becomes that of a topic.
pub(super) fn read(
    options: &RpcOptions,
    is_stream: bool,
    name: &mut WrittenName,
    defaults: &Defaults,
    errors: &mut Errors,
) -> Option<Read> {
    let given = options.nested("subscription", OPTIONS, errors);
    let ethereum = defaults.ethereum.as_ref().filter(|_| is_stream);
    match (given, ethereum) {
        (Some((_, option)), _) if !is_stream => {
            errors.at(
                option,
                "only a method that returns a stream can be a subscription; return `impl Stream<Item = T>`",
            );
            None
        }
        (Some((_, option)), Some(ethereum)) => {
            errors.at(
                option,
                format_args!(
                    "the trait's streams are all subscribed to with `{}`; remove this, or move the method to another trait",
                    ethereum.subscribe
                ),
            );
            None
        }
        (Some((given, option)), None) => of_its_own(&given, option, name, defaults, errors),
        (None, Some(ethereum)) => Some(of_ethereum(ethereum, options, name, defaults, errors)),
        (None, None) => None,
    }
}

/// `subscription(unsubscribe = "unsubscribeHeads", item = "head")`
fn of_its_own(
    given: &RpcOptions,
    option: impl ToTokens,
    name: &WrittenName,
    defaults: &Defaults,
    errors: &mut Errors,
) -> Option<Read> {
    let prefix = &defaults.prefix;
    let item = written_name("item", given, prefix, errors);
    let unsubscribe = written_name("unsubscribe", given, prefix, errors);
    for name in item.iter().chain(&unsubscribe) {
        check_reserved(name, prefix, errors);
    }
    let Some(unsubscribe) = unsubscribe else {
        if given.get("unsubscribe").is_none() && !given.is_faulty() {
            errors.at(
                option,
                "a subscription needs the name of the method that closes it; write `subscription(unsubscribe = \"…\")`",
            );
        }
        return None;
    };
    Some(Read {
        subscription: Subscription {
            unsubscribe: unsubscribe.text.clone(),
            item: item.map_or_else(|| name.text.clone(), |item| item.text),
            topic: None,
        },
        unsubscribe,
    })
}

fn of_ethereum(
    ethereum: &Ethereum,
    options: &RpcOptions,
    name: &mut WrittenName,
    defaults: &Defaults,
    errors: &mut Errors,
) -> Read {
    if let Some(alias) = options.get("alias") {
        errors.at(
            alias,
            format_args!(
                "a stream of this trait is known by the first param of `{}`, so it has no alias; remove this",
                ethereum.subscribe
            ),
        );
    }
    let topic = defaults.prefix.without(&name.text).to_owned();
    name.text = ethereum.full_name(&topic);
    Read {
        subscription: Subscription {
            unsubscribe: ethereum.unsubscribe.clone(),
            item: ethereum.item.clone(),
            topic: Some(Topic {
                subscribe: ethereum.subscribe.clone(),
                topic,
            }),
        },
        unsubscribe: WrittenName {
            text: ethereum.unsubscribe.clone(),
            tokens: ethereum.tokens.clone(),
        },
    }
}

/// How the params of a stream in Ethereum's form are sent: behind the topic, which has no name.
pub(super) fn style(
    options: &RpcOptions,
    is_flattened: bool,
    ident: &Ident,
    errors: &mut Errors,
) -> Style {
    const BY_POSITION: &str = "a stream of a trait with `subscriptions = \"ethereum\"` gets its params by position, behind its name";
    if is_flattened {
        errors.at(ident, format_args!("{BY_POSITION}; remove `flatten`"));
    }
    if let Some(option) = options.get("params") {
        errors.at(option, format_args!("{BY_POSITION}; remove `params`"));
    }
    Style::Positional
}

/// Adds the methods that close subscriptions.
pub(super) fn add_unsubscribe(
    methods: &mut Vec<ParsedMethod>,
    defaults: &Defaults,
    root: &TokenStream,
    errors: &mut Errors,
) {
    let ethereum = defaults.ethereum.as_ref();
    let is_taken = ethereum.is_some_and(|it| it.check(methods, errors));
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
            StreamForm::Progress => None,
        },
        Returned::Value(_) | Returned::Unsubscribed(_) => None,
    }
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
        name: "subscription".to_owned(),
        ty: parse_quote!(#root::SubscriptionId),
        form: Form::Owned,
        default: None,
        secret: false,
        explicit_null: false,
    }
}
