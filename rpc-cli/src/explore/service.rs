//! [`Explored`]: passes calls on to the server behind, and answers `rpc.discover`.

use std::sync::{Arc, PoisonError, RwLock};

use rpc_core::contract::Contract;
use rpc_core::params::{InvalidParams, Params};
use rpc_core::relay::{Relay, relay};
use rpc_core::service::{ResolvedMethod, Responder, Service};
use rpc_core::{BoxTransport, Client, Context, ErrorObject, Outcome, code};
use serde_json::value::RawValue;

use super::behind::{About, Behind};
use super::described::described;
use super::headers::is_of_person;
use super::origin::OwnPage;
use super::streams::streams;

const DISCOVER: &str = "rpc.discover";

/// The service in front of the server that is explored.
pub(crate) struct Explored {
    client: Client<BoxTransport>,
    /// Made anew for each document that the server gives.
    relay: RwLock<Arc<Relay<BoxTransport>>>,
    own_page: OwnPage,
    document: Option<Box<RawValue>>,
    about: About,
}

impl Explored {
    pub(crate) fn new(behind: Behind, own_page: OwnPage) -> Self {
        let document = behind.document;
        let document = document.and_then(|document| described(&document, &behind.about));
        let known = document.as_ref().map(|document| streams(document.get()));
        Explored {
            relay: RwLock::new(relay_to(&behind.client, known.as_ref())),
            client: behind.client,
            own_page,
            document,
            about: behind.about,
        }
    }

    fn relay(&self) -> Arc<Relay<BoxTransport>> {
        let relay = self.relay.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&relay)
    }

    /// The answer to `rpc.discover`, made of that of the server.
    fn discovered(&self, outcome: Outcome) -> Outcome {
        let document = outcome.result().and_then(|it| described(it, &self.about));
        if let Some(document) = document {
            self.learn(&streams(document.get()));
            return Outcome::value(document);
        }
        match outcome.error().map(ErrorObject::code) {
            Some(code::METHOD_NOT_FOUND) => ErrorObject::new(
                code::METHOD_NOT_FOUND,
                "this server has no document; give one with --document",
            )
            .into(),
            _ => outcome,
        }
    }

    /// From now on, these methods return streams.
    fn learn(&self, streams: &Contract) {
        let mut relay = self.relay.write().unwrap_or_else(PoisonError::into_inner);
        *relay = relay_to(&self.client, Some(streams));
    }
}

fn relay_to(client: &Client<BoxTransport>, streams: Option<&Contract>) -> Arc<Relay<BoxTransport>> {
    let relay = relay(client.clone()).forward_headers(is_of_person);
    Arc::new(match streams {
        Some(streams) => relay.contract(streams),
        None => relay,
    })
}

impl Service for Explored {
    type Args<'de> = <Relay<BoxTransport> as Service>::Args<'de>;

    /// The server behind says itself which methods it has.
    fn contracts(&self) -> Vec<Contract> {
        Vec::new()
    }

    fn find(&self, name: &str) -> Option<ResolvedMethod> {
        self.relay().find(name)
    }

    fn decode<'de>(
        &self,
        method: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<Self::Args<'de>, InvalidParams> {
        self.relay().decode(method, params)
    }

    async fn call(&self, args: Self::Args<'_>, cx: &Context, responder: Responder) -> Outcome {
        if !self.own_page.may_call(cx.headers()) {
            let reason = "pages of other origins may not send calls";
            return ErrorObject::new(code::INVALID_REQUEST, reason).into();
        }
        if cx.method_name() != DISCOVER {
            return self.relay().call(args, cx, responder).await;
        }
        match &self.document {
            Some(document) => responder.value(document),
            None => self.discovered(self.relay().call(args, cx, responder).await),
        }
    }
}
