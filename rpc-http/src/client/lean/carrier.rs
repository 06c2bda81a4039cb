//! [`Carrier`]: HTTP/1.1 or HTTP/2.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use futures_util::future::Either;
use rpc_core::Transport;
use rpc_core::transport::{
    Destination, TransportFailure, TransportReply, TransportRequest, TransportStream,
};

use super::super::settings::Settings;
use super::{Exchange, http2};

/// How messages are sent: over HTTP/1.1, with a connection for each call, or over HTTP/2, with one for all calls.
#[derive(Clone)]
pub(super) enum Carrier {
    Http1(Exchange),
    Http2(http2::Exchange),
}

impl Carrier {
    pub(super) fn shown_url(&self) -> String {
        match self {
            Carrier::Http1(exchange) => exchange.shown_url(),
            Carrier::Http2(exchange) => exchange.shown_url(),
        }
    }

    pub(super) fn settings(&self) -> &Settings {
        match self {
            Carrier::Http1(exchange) => exchange.settings(),
            Carrier::Http2(exchange) => exchange.settings(),
        }
    }
}

impl Transport for Carrier {
    fn send(
        &self,
        message: TransportRequest,
    ) -> impl Future<Output = Result<TransportReply, TransportFailure>> + Send {
        match self {
            Carrier::Http1(exchange) => Either::Left(exchange.send(message)),
            // Boxed, so that a call over HTTP/1.1 takes no room for it.
            Carrier::Http2(exchange) => Either::Right(Box::pin(exchange.send(message))),
        }
    }

    fn open(
        &self,
        call: TransportRequest,
    ) -> impl Future<Output = Result<TransportStream, TransportFailure>> + Send {
        match self {
            Carrier::Http1(exchange) => Either::Left(exchange.open(call)),
            Carrier::Http2(exchange) => Either::Right(Box::pin(exchange.open(call))),
        }
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        match self {
            Carrier::Http1(exchange) => exchange.sleep(duration),
            Carrier::Http2(exchange) => exchange.sleep(duration),
        }
    }

    fn now(&self) -> Instant {
        match self {
            Carrier::Http1(exchange) => exchange.now(),
            Carrier::Http2(exchange) => exchange.now(),
        }
    }

    fn destination(&self) -> Option<Destination> {
        match self {
            Carrier::Http1(exchange) => exchange.destination(),
            Carrier::Http2(exchange) => exchange.destination(),
        }
    }
}
