//! [`Explored`]: passes calls on to the server behind, and answers `rpc.discover`.

use http::HeaderName;
use http::header::AUTHORIZATION;
use rpc_core::contract::Contract;
use rpc_core::params::{InvalidParams, Params};
use rpc_core::relay::{Relay, relay};
use rpc_core::service::{ResolvedMethod, Responder, Service};
use rpc_core::{BoxTransport, Context, ErrorObject, Outcome, code};
use serde_json::value::RawValue;

use super::behind::Behind;
use super::described::described;
use super::origin::OwnPage;

const DISCOVER: &str = "rpc.discover";

/// The headers of the page's calls that the server behind gets.
const FORWARDED: [HeaderName; 2] = [AUTHORIZATION, HeaderName::from_static("x-api-key")];

/// The service in front of the server that is explored.
pub(crate) struct Explored {
    relay: Relay<BoxTransport>,
    own_page: OwnPage,
    document: Option<Box<RawValue>>,
    url: Option<String>,
}

impl Explored {
    pub(crate) fn new(behind: Behind, own_page: OwnPage) -> Self {
        let url = behind.url.as_deref();
        let document = behind.document;
        Explored {
            document: document.and_then(|document| described(&document, url, &FORWARDED)),
            relay: FORWARDED
                .into_iter()
                .fold(relay(behind.client), Relay::forward_header),
            own_page,
            url: behind.url,
        }
    }

    /// The answer to `rpc.discover`, made of that of the server.
    fn discovered(&self, outcome: Outcome) -> Outcome {
        if let Some(document) = outcome
            .result()
            .and_then(|it| described(it, self.url.as_deref(), &FORWARDED))
        {
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
}

impl Service for Explored {
    type Args<'de> = <Relay<BoxTransport> as Service>::Args<'de>;

    fn contracts(&self) -> Vec<Contract> {
        self.relay.contracts()
    }

    fn find(&self, name: &str) -> Option<ResolvedMethod> {
        self.relay.find(name)
    }

    fn decode<'de>(
        &self,
        method: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<Self::Args<'de>, InvalidParams> {
        self.relay.decode(method, params)
    }

    async fn call(&self, args: Self::Args<'_>, cx: &Context, responder: Responder) -> Outcome {
        if !self.own_page.may_call(cx.headers()) {
            let reason = "pages of other origins may not send calls";
            return ErrorObject::new(code::INVALID_REQUEST, reason).into();
        }
        if cx.method_name() != DISCOVER {
            return self.relay.call(args, cx, responder).await;
        }
        match &self.document {
            Some(document) => responder.value(document),
            None => self.discovered(self.relay.call(args, cx, responder).await),
        }
    }
}
