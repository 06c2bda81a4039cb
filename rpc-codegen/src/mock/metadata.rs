//! [`contract`]: a document's methods as rpc-core describes methods.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use rpc_core::contract::{Contract, Method, Parameter, ParamsStyle, Subscription};

use crate::model::{self, Docs, Model, ParamStructure, Reply, Stream, Type};

/// The methods of a document, as a [`Relay`](rpc_core::relay::Relay) wants them, and as `rpc.help` shows them.
///
/// rpc-core keeps names for the life of the program, since most are part of it. So each name of a document is kept once.
pub fn contract(model: &Model) -> Contract {
    let mut contract = Contract::new("", "", &[]);
    contract.name = model.info.title.clone().into();
    contract.docs = model.info.description.clone().unwrap_or_default().into();
    contract.methods = model.methods.iter().map(|it| method(it, model)).collect();
    contract
}

pub(super) fn method(method: &model::Method, model: &Model) -> Method {
    let mut described = Method::new("", "");
    described.name = method.name.clone().into();
    described.aliases = method.aliases.iter().cloned().map(Cow::Owned).collect();
    described.docs = text(&method.docs).into();
    described.style = match method.param_structure {
        ParamStructure::ByName => ParamsStyle::Named,
        ParamStructure::ByPosition | ParamStructure::Either => ParamsStyle::Positional,
    };
    let cursor = match &method.reply {
        Reply::Stream(stream) => stream.cursor.as_deref(),
        Reply::None | Reply::Result(_) => None,
    };
    described.params = method
        .params
        .iter()
        .map(|param| parameter(param, cursor == Some(&param.name), model))
        .collect();
    described.idempotent = method.idempotent;
    described.read_only = method.read_only;
    described.tags = method.tags.iter().map(|tag| kept(tag)).collect();
    described.since = method.since.as_deref().map(kept);
    described.deprecated = method
        .deprecated
        .as_ref()
        .map(|it| kept(it.note.as_deref().unwrap_or_default()));
    match &method.reply {
        Reply::None => described.notification(),
        Reply::Result(ty) => described.result(named(ty, model)),
        Reply::Stream(stream) => streaming(described, stream, model),
    }
}

fn streaming(method: Method, stream: &Stream, model: &Model) -> Method {
    let items = named(&stream.item, model);
    if let Some(unsubscribe) = &stream.unsubscribe {
        let (unsubscribe, item) = (kept(unsubscribe), kept(&stream.notification));
        // Ethereum's form has the topic in the name.
        let topic = method.name.split_once(' ').map(|(_, topic)| kept(topic));
        let subscription = match topic {
            Some(topic) => Subscription::ethereum(unsubscribe, item, topic),
            None => Subscription::new(unsubscribe, item),
        };
        return method.subscription(items, subscription);
    }
    let method = method.result(named(&stream.end, model));
    match (&stream.token, &stream.cursor) {
        (Some(token), _) => method.stream_with_token(items, kept(token)),
        (None, Some(_)) => method.resuming(items),
        (None, None) => method.stream(items),
    }
}

fn parameter(param: &model::Param, is_cursor: bool, model: &Model) -> Parameter {
    let mut described = Parameter::new(kept(&param.name), named(&param.ty, model));
    described.docs = kept(&text(&param.docs));
    described.optional = !param.required;
    described.secret = param.secret;
    described.cursor = is_cursor;
    described.default = param.ty.default.as_ref().map(|it| kept(&it.to_string()));
    described
}

fn text(docs: &Docs) -> String {
    let texts = docs.title.iter().chain(&docs.description);
    let texts: Vec<&str> = texts.map(|text| text.trim()).collect();
    texts.join("\n\n")
}

/// A name for the type that people understand.
fn named(ty: &Type, model: &Model) -> &'static str {
    if let model::Kind::Reference(id) = ty.kind {
        return kept(&model.definition(id).name);
    }
    let kinds = model.json_kinds(ty);
    let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
    match names.len() {
        6 => "any",
        _ => kept(&names.join(" | ")),
    }
}

/// The same text, for the life of the program. Each text is kept once, however many mocks there are.
fn kept(text: &str) -> &'static str {
    static TEXTS: Mutex<Option<HashSet<&'static str>>> = Mutex::new(None);
    let mut texts = TEXTS.lock().unwrap_or_else(PoisonError::into_inner);
    let texts = texts.get_or_insert_default();
    match texts.get(text) {
        Some(kept) => kept,
        None => {
            let kept: &'static str = Box::leak(text.into());
            texts.insert(kept);
            kept
        }
    }
}
