//! Calls and streams as a [`Transport`], with the message log.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use futures_util::stream;
use rpc_core::Transport;
use rpc_core::message_log::ClientExchange;
use rpc_core::transport::{
    Destination, StreamLog, StreamMessage, TransportFailure, TransportReply, TransportRequest,
    TransportStream,
};

use super::calls::Calls;
use super::streams::{Messages, Opened, open};

impl Calls {
    fn log(&self, message: &TransportRequest) -> Option<ClientExchange> {
        let describe = || (self.subject().to_owned(), Some(message.headers.clone()));
        ClientExchange::begin(&message.body, &message.secrets, describe)
    }
}

impl Transport for Calls {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        let log = self.log(&message);
        let deadline = self.deadline_of(&message);
        let reply = self.exchange(message, deadline).await;
        if let Some(log) = log {
            log.end(&reply, None);
        }
        reply
    }

    async fn open(&self, call: TransportRequest) -> Result<TransportStream, TransportFailure> {
        let log = self.log(&call);
        let deadline = self.deadline_of(&call);
        let reply = match open(self, call, deadline).await {
            Ok(Opened::Stream(messages)) => {
                let messages = messages.logged(StreamLog::new(log));
                return Ok(TransportStream::stoppable(messages, Messages::stop));
            }
            Ok(Opened::Reply(reply)) => Ok(reply),
            Err(failure) => Err(failure),
        };
        if let Some(log) = log {
            log.end(&reply, None);
        }
        let end = reply.map(StreamMessage::End)?;
        Ok(TransportStream::new(stream::iter([Ok(end)])))
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        rpc_tokio::client::asleep(duration)
    }

    fn now(&self) -> Instant {
        rpc_tokio::client::now()
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::new(format!("nats:{}", self.subject())))
    }
}
