//! [`Explored`]: passes calls on to the server behind, and answers `rpc.discover`.

use http::HeaderMap;
use http::header::{AUTHORIZATION, HOST, HeaderName, ORIGIN};
use rpc_core::contract::Contract;
use rpc_core::params::{InvalidParams, Params};
use rpc_core::relay::{Relay, relay};
use rpc_core::service::{ResolvedMethod, Responder, Service};
use rpc_core::{BoxTransport, Context, ErrorObject, Outcome, code};
use serde_json::value::RawValue;

use super::behind::Behind;

const DISCOVER: &str = "rpc.discover";

/// Tells the page where calls really go, for its snippets.
const URL_MEMBER: &str = "x-explorer-url";

/// The service in front of the server that is explored.
pub(crate) struct Explored {
    relay: Relay<BoxTransport>,
    document: Option<Box<RawValue>>,
    url: Option<String>,
}

impl Explored {
    pub(crate) fn new(behind: Behind) -> Self {
        let document = behind
            .document
            .and_then(|document| with_url(&document, behind.url.as_deref()));
        Explored {
            relay: relay(behind.client)
                .forward_header(AUTHORIZATION)
                .forward_header(HeaderName::from_static("x-api-key")),
            document,
            url: behind.url,
        }
    }

    /// The answer to `rpc.discover`, made of that of the server.
    fn discovered(&self, outcome: Outcome) -> Outcome {
        if let Some(document) = outcome
            .result()
            .and_then(|it| with_url(it, self.url.as_deref()))
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

/// The document with the address of the server. `None` if it is not an object.
fn with_url(document: &str, url: Option<&str>) -> Option<Box<RawValue>> {
    let members = document.trim_start().strip_prefix('{')?;
    let url = serde_json::to_string(url?).ok();
    // The text is kept as it is, so that no number in it is read and written again.
    let separator = match members.trim_start().starts_with('}') {
        true => "",
        false => ",",
    };
    let text = format!("{{\"{URL_MEMBER}\":{}{separator}{members}", url?);
    RawValue::from_string(text).ok()
}

/// Whether a call comes from this command's own page, or not from a page. Browsers say which page sends a POST.
fn is_own_page(headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return !headers.contains_key(ORIGIN);
    };
    let called = headers.get(HOST).map(|host| host.as_bytes());
    called.is_some() && origin.as_bytes().strip_prefix(b"http://") == called
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
        if !is_own_page(cx.headers()) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn only_the_commands_own_page_may_call() {
        for (origin, host, is_own) in [
            (None, "127.0.0.1:7000", true),
            (Some("http://127.0.0.1:7000"), "127.0.0.1:7000", true),
            (Some("http://127.0.0.1:7001"), "127.0.0.1:7000", false),
            (Some("https://127.0.0.1:7000"), "127.0.0.1:7000", false),
            (Some("http://evil.example"), "127.0.0.1:7000", false),
            (Some("null"), "127.0.0.1:7000", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, HeaderValue::from_static(host));
            if let Some(origin) = origin {
                headers.insert(ORIGIN, HeaderValue::from_static(origin));
            }
            assert_eq!(is_own_page(&headers), is_own, "{origin:?}");
        }
    }

    #[test]
    fn a_document_keeps_its_digits() {
        let added = |document| with_url(document, Some("http://a/")).map(|it| it.to_string());
        assert_eq!(
            added(r#" {"n":18446744073709551616}"#).as_deref(),
            Some(r#"{"x-explorer-url":"http://a/","n":18446744073709551616}"#)
        );
        assert_eq!(
            added("{ }").as_deref(),
            Some(r#"{"x-explorer-url":"http://a/" }"#)
        );
        assert_eq!(added("[]"), None);
    }
}
