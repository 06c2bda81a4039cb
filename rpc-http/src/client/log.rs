//! [`Logged`]: what the message log is told of an exchange.

use http::{HeaderMap, StatusCode};
use rpc_core::message_log::{ClientExchange, shown_path};
use rpc_core::transport::{TransportFailure, TransportReply, TransportRequest};

use super::settings::Settings;

/// An exchange, for the log; nothing if nobody reads the log.
pub(crate) struct Logged(Option<Box<Seen>>);

struct Seen {
    exchange: ClientExchange,
    head: Option<(StatusCode, HeaderMap)>,
}

/// A URL without what may be a secret: user, password, query, and parts of the path that may be a key.
pub(crate) fn shown_url(origin: &str, path: &str) -> String {
    format!("{origin}{}", shown_path(path))
}

impl Logged {
    /// `url` is shown, so it must contain no secret.
    #[inline]
    pub(crate) fn begin(
        message: &TransportRequest,
        settings: &Settings,
        url: impl FnOnce() -> String,
    ) -> Self {
        let describe = || {
            let headers =
                settings.headers_with(message.headers.clone(), settings.timeout_of(message));
            (url(), Some(headers))
        };
        let exchange = ClientExchange::begin(&message.body, &message.secrets, describe);
        Logged(exchange.map(|exchange| {
            Box::new(Seen {
                exchange,
                head: None,
            })
        }))
    }

    /// The head of the response has come.
    #[inline]
    pub(crate) fn head(&mut self, status: StatusCode, headers: &HeaderMap) {
        if let Some(seen) = &mut self.0 {
            seen.head = Some((status, headers.clone()));
        }
    }

    /// A stream is open.
    pub(crate) fn opened(&mut self) {
        if let Some(seen) = &mut self.0 {
            seen.exchange.opened();
        }
    }

    /// An item of a stream has come.
    pub(crate) fn item(&mut self) {
        if let Some(seen) = &mut self.0 {
            seen.exchange.item();
        }
    }

    #[inline]
    pub(crate) fn end(self, reply: &Result<TransportReply, TransportFailure>) {
        if let Some(seen) = self.0 {
            let head = seen.head.as_ref();
            let head = head.map(|(status, headers)| (*status, headers));
            seen.exchange.end(reply, head);
        }
    }
}
