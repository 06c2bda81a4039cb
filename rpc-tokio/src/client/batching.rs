//! [`MaybeBatched`]: calls go out one by one, or in batches.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use rpc_core::transport::{
    Batched, Destination, TransportFailure, TransportReply, TransportRequest, TransportStream,
};
use rpc_core::{Batching, Transport};

use crate::runtime::Tokio;

/// A transport that sends calls one by one or collects them into batches, as its builder was told.
///
/// It is one type for both, so that a client's type does not depend on the setting.
#[derive(Debug, Clone)]
pub enum MaybeBatched<T> {
    /// Each call is a message of its own.
    Plain(T),
    /// Concurrent calls share a message.
    Batched(Batched<T, Tokio>),
}

impl<T: Transport> MaybeBatched<T> {
    /// With batching, `timeout` is for a call that has none of its own.
    pub fn new(transport: T, batching: Option<Batching>, timeout: Duration) -> Self {
        match batching {
            None => MaybeBatched::Plain(transport),
            Some(batching) => {
                let batched = Batched::new(transport, batching, Tokio);
                MaybeBatched::Batched(batched.timeout(timeout))
            }
        }
    }

    /// The transport that carries the messages.
    pub fn transport(&self) -> &T {
        match self {
            MaybeBatched::Plain(transport) => transport,
            MaybeBatched::Batched(batched) => batched.transport(),
        }
    }
}

impl<T: Transport> Transport for MaybeBatched<T> {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        match self {
            MaybeBatched::Plain(transport) => transport.send(message).await,
            MaybeBatched::Batched(batched) => batched.send(message).await,
        }
    }

    fn open(
        &self,
        call: TransportRequest,
    ) -> impl Future<Output = Result<TransportStream, TransportFailure>> + Send {
        self.transport().open(call)
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        self.transport().sleep(duration)
    }

    fn now(&self) -> Instant {
        self.transport().now()
    }

    fn destination(&self) -> Option<Destination> {
        self.transport().destination()
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Poll, Waker};

    use rpc_core::{CallError, Client};
    use tokio::runtime::Runtime;

    use super::*;

    const SOON: Duration = Duration::from_millis(20);

    /// Never answers, except that it refuses batches if it is told to. Counts the messages that have not been given up.
    #[derive(Clone, Default)]
    struct Silent {
        refuses_batches: bool,
        under_way: Arc<()>,
    }

    impl Transport for Silent {
        async fn send(
            &self,
            message: TransportRequest,
        ) -> Result<TransportReply, TransportFailure> {
            let _under_way = Arc::clone(&self.under_way);
            if self.refuses_batches && message.body.starts_with(b"[") {
                let refusal =
                    r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"no"},"id":null}"#;
                return Ok(TransportReply::new(refusal));
            }
            pending().await
        }
    }

    fn client(transport: &Silent, batching: Batching) -> Client<MaybeBatched<Silent>> {
        let transport = transport.clone();
        Client::from_transport(MaybeBatched::new(transport, Some(batching), SOON))
    }

    async fn times_out(client: &Client<MaybeBatched<Silent>>) -> bool {
        let outcome: Result<(), CallError> = client.call("wait", ()).await;
        outcome.is_err_and(|error| error.is_timeout())
    }

    #[tokio::test]
    async fn calls_that_share_a_message_time_out_and_the_message_is_given_up() {
        let silent = Silent::default();
        let client = client(&silent, Batching::default());
        let start = Instant::now();
        let both = tokio::join!(times_out(&client), times_out(&client));
        assert_eq!(both, (true, true));
        assert!(start.elapsed() >= SOON);
        while Arc::strong_count(&silent.under_way) > 2 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn calls_that_join_a_message_later_time_out_later() {
        let client = client(&Silent::default(), Batching::default().window(SOON / 2));
        let timed = async {
            let start = Instant::now();
            assert!(times_out(&client).await);
            assert!(start.elapsed() >= SOON);
        };
        let later = async {
            tokio::time::sleep(SOON / 10).await;
            let start = Instant::now();
            assert!(times_out(&client).await);
            assert!(start.elapsed() >= SOON);
        };
        tokio::join!(timed, later);
    }

    #[tokio::test]
    async fn a_refused_call_takes_no_longer_than_its_timeout() {
        let silent = Silent {
            refuses_batches: true,
            ..Silent::default()
        };
        let client = client(&silent, Batching::default());
        let both = tokio::join!(times_out(&client), times_out(&client));
        assert_eq!(both, (true, true));
    }

    #[test]
    fn a_call_does_not_rely_on_the_timer_of_another_runtime() {
        let runtime = || {
            let mut runtime = tokio::runtime::Builder::new_current_thread();
            runtime
                .enable_time()
                .build()
                .expect("a timer needs nothing that could be missing")
        };
        let client = client(&Silent::default(), Batching::default());
        let (undriven, driven): (Runtime, Runtime) = (runtime(), runtime());
        let mut first = pin!(times_out(&client));
        undriven.block_on(async {
            let polled = first.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            assert!(matches!(polled, Poll::Pending));
        });
        assert!(driven.block_on(times_out(&client)));
    }
}
