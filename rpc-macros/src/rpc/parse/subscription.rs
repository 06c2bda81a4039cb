//! Reading subscriptions: streams whose ids the server chooses, as in jsonrpsee and in Ethereum nodes.

use proc_macro2::Ident;
use quote::ToTokens;

use super::defaults::Defaults;
use super::ethereum::Ethereum;
use super::names::{WrittenName, check_reserved, written_name};
use crate::errors::Errors;
use crate::options::RpcOptions;
use crate::rpc::model::{Style, Subscription, Topic};

/// The options inside `subscription(…)`.
const OPTIONS: &[&str] = &["unsubscribe", "item"];

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
                "streams of this trait are found by the first param of `{}`, so they can't have an alias; remove it",
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
