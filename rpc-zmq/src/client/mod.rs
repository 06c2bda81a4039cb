//! The client: a transport that acts as a DEALER socket, and connects again by itself.
//!
//! ```no_run
//! use std::time::Duration;
//! use rpc_zmq::Client;
//!
//! # fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new("tcp://127.0.0.1:5555")?;
//!
//! let client = Client::builder()
//!     .timeout(Duration::from_millis(500))
//!     .max_reply(1024 * 1024)
//!     .build("ipc:///run/shop.sock")?;
//! # Ok(())
//! # }
//! ```

mod batching;
mod builder;
mod driver;
mod error;
mod pump;
mod waiting;

use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use rpc_core::message_log::ClientExchange;
use rpc_core::{
    Connect, Transport, TransportError, TransportFailure, TransportReply, TransportRequest,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use self::batching::MaybeBatched;
use self::builder::Settings;
use self::driver::Driver;
use self::waiting::Waiting;
use crate::{Address, AddressError};

pub use self::builder::Builder;
pub use self::error::ZmqError;

/// Calls over ZeroMQ: an [`rpc_core::Client`] whose transport is a DEALER socket.
pub type Client = rpc_core::Client<Zmq>;

/// Sends each message over one connection, on which any number of calls wait for their answers. A clone shares it.
///
/// - The connection is made when the first call needs it, and made anew when one does after it was lost. While there is
///   none, calls wait for one, within their time.
/// - A call whose message has gone out when the connection is lost fails at once, since it may have run: nothing is ever
///   sent twice.
/// - A call's time counts from its beginning: for a place among those in flight, for the connection, and for the answer. A
///   notification is done when it has been handed to the system.
/// - ZeroMQ's messages have no headers: those of a call are left out.
///
/// What went wrong is a [`ZmqError`], the source of the transport error. The connection belongs to the runtime of the call
/// that made it; where that runtime ends, calls of other runtimes that wait on it fail, and the next call makes another.
#[derive(Clone)]
pub struct Zmq {
    messages: MaybeBatched,
}

impl Connect for Zmq {
    type Builder = Builder;
    type Error = AddressError;

    fn connect(address: &str) -> Result<Client, AddressError> {
        Builder::default().build(address)
    }

    fn builder() -> Builder {
        Builder::default()
    }
}

impl Transport for Zmq {
    fn send(
        &self,
        message: TransportRequest,
    ) -> impl Future<Output = Result<TransportReply, TransportFailure>> + Send {
        self.messages.send(message)
    }
}

impl fmt::Debug for Zmq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Common {
            address, settings, ..
        } = &*self.messages.link().common;
        f.debug_struct("Zmq")
            .field("address", &format_args!("{address}"))
            .field("settings", settings)
            .finish_non_exhaustive()
    }
}

/// One message a call. What it has to do with the connection, the [`Driver`] does.
#[derive(Clone)]
struct Link {
    common: Arc<Common>,
    /// Bounds the calls in flight, and with them the queue.
    places: Arc<Semaphore>,
    queue: Arc<Mutex<Option<mpsc::UnboundedSender<Request>>>>,
}

/// What calls and the driver share. The driver ends when there are no more links, so it must not keep one.
struct Common {
    address: Address,
    settings: Settings,
    waiting: Waiting,
    /// Why there is no connection, when there should be one.
    failure: Mutex<Option<Arc<ZmqError>>>,
}

/// A message that is to be sent.
struct Request {
    /// By which its answer is known.
    number: u32,
    body: Vec<u8>,
    expects_reply: bool,
    /// Given back when it has been sent and answered.
    _place: Arc<OwnedSemaphorePermit>,
}

impl Link {
    fn new(address: Address, settings: Settings) -> Self {
        Link {
            places: Arc::new(Semaphore::new(settings.max_in_flight)),
            common: Arc::new(Common {
                address,
                settings,
                waiting: Waiting::default(),
                failure: Mutex::new(None),
            }),
            queue: Arc::new(Mutex::new(None)),
        }
    }

    async fn exchange(
        &self,
        message: TransportRequest,
    ) -> Result<TransportReply, TransportFailure> {
        let place = Arc::clone(&self.places).acquire_owned().await;
        let place = Arc::new(place.map_err(|error| TransportError::new("no place", error))?);
        let answer = self.common.waiting.enter();
        self.enqueue(Request {
            number: answer.number(),
            body: message.body,
            expects_reply: message.expects_reply,
            // A message that is given up keeps its place while it is in the queue, and a call until it is answered.
            _place: Arc::clone(&place),
        });
        let reply: Bytes = answer.wait().await?;
        drop(place);
        Ok(TransportReply::new(reply))
    }

    /// Gives the driver a message. The first one brings it to life; and so does one that finds it gone, with its runtime.
    fn enqueue(&self, request: Request) {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let request = match &*queue {
            None => request,
            Some(sender) => match sender.send(request) {
                Ok(()) => return,
                Err(mpsc::error::SendError(request)) => request,
            },
        };
        let (sender, requests) = mpsc::unbounded_channel();
        // It can't fail: the receiver is here.
        let _sent = sender.send(request);
        *queue = Some(sender);
        tokio::spawn(Driver::new(Arc::clone(&self.common), requests).run());
    }
}

impl Transport for Link {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        let log = ClientExchange::begin(&message.body, &message.secrets, || {
            (self.common.address.to_string(), None)
        });
        let timeout = message.timeout.unwrap_or(self.common.settings.timeout);
        let reply = match tokio::time::timeout(timeout, self.exchange(message)).await {
            Ok(exchanged) => exchanged,
            Err(_elapsed) => Err(self.common.overdue()),
        };
        if let Some(log) = log {
            let reply = reply.as_ref().map(|reply| &*reply.body);
            let reply = reply.map_err(|failure| failure as &dyn fmt::Display);
            log.end(reply, None);
        }
        reply
    }
}

impl Common {
    /// Why a call has no answer in its time. While there is no connection, no call waits that has been sent.
    fn overdue(&self) -> TransportFailure {
        match self.failure().clone() {
            None => TransportFailure::Timeout,
            Some(cause) => {
                let context = format!("nothing was sent to {}", self.address);
                TransportError::new(context, ZmqError::NotConnected(cause)).into()
            }
        }
    }

    fn failure(&self) -> std::sync::MutexGuard<'_, Option<Arc<ZmqError>>> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
