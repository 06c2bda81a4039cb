//! What the caller in front is told about a call that failed behind: whether it ran, and nothing about servers.

use rpc_core::transport::{Destination, TransportFailure, TransportReply, TransportRequest};
use rpc_core::{
    CallError, ErrorKind, ErrorObject, Execution, Policy, ProtocolError, TimeoutError,
    TransportError, code, memory,
};

use super::*;
use crate::scripted::Script;

/// A transport that knows a server whose name must not get out.
struct Named(Script);

impl Transport for Named {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        self.0.send(message).await
    }

    fn destination(&self) -> Option<Destination> {
        Some(Destination::new("nats://internal.example:4222/shop"))
    }
}

const SECRET: &str = "connection to internal.example refused";

fn error() -> TransportError {
    TransportError::new(SECRET, std::io::Error::other(SECRET))
}

/// The reply of a server behind that is an error object with this code.
fn object(code: i64) -> TransportReply {
    let error = ErrorObject::new(code, "no").to_json();
    TransportReply::new(format!(r#"{{"jsonrpc":"2.0","error":{error},"id":1}}"#))
}

type Failure = Result<TransportReply, TransportFailure>;

/// What happens behind, and which code and execution that is in front.
fn failures() -> Vec<(Failure, i64, Execution)> {
    use Execution::{MaybeRun, NotRun, Ran};
    let wrong_id = TransportReply::new(r#"{"jsonrpc":"2.0","result":1,"id":9}"#);
    vec![
        (Err(error().not_run().into()), code::BUSY, NotRun),
        (
            Err(error().not_run().with_retryable(false).into()),
            code::INVALID_REQUEST,
            NotRun,
        ),
        (Err(error().into()), code::INTERNAL_ERROR, MaybeRun),
        (
            Err(error().with_retryable(false).into()),
            code::INTERNAL_ERROR,
            MaybeRun,
        ),
        (Err(TimeoutError::Turn.into()), code::EXPIRED, NotRun),
        (Err(TimeoutError::Connect.into()), code::EXPIRED, NotRun),
        (
            Err(TimeoutError::Reply.into()),
            code::DEADLINE_EXCEEDED,
            MaybeRun,
        ),
        (
            Err(ProtocolError::Empty.into()),
            code::INTERNAL_ERROR,
            MaybeRun,
        ),
        (
            Ok(TransportReply::new("<html>")),
            code::INTERNAL_ERROR,
            MaybeRun,
        ),
        (Ok(wrong_id), code::INTERNAL_ERROR, MaybeRun),
        (Ok(object(code::BUSY)), code::BUSY, NotRun),
        (Ok(object(code::EXPIRED)), code::EXPIRED, NotRun),
        (
            Ok(object(code::SERVER_CANCELLED)),
            code::SERVER_CANCELLED,
            MaybeRun,
        ),
        (Ok(object(1001)), 1001, Ran),
    ]
}

#[tokio::test]
async fn what_is_known_of_a_failed_call_survives() {
    for (failure, code, execution) in failures() {
        let shown = format!("{failure:?}");
        let script = Script::new(move |_| failure.clone());
        for is_socket in [false, true] {
            let behind = Client::from_transport(Named(script.clone()));
            let front = Front::start(relay(behind)).await;
            let client = match is_socket {
                false => front.lean().boxed(),
                true => front.ws().boxed(),
            };
            let error = within(client.call::<_, ()>("x", ()).into_future()).await;
            let error = error.unwrap_err();
            assert_eq!(error.object().unwrap().code(), code, "{shown}");
            assert_eq!(error.execution(), execution, "{shown}");
            let told = format!("{:?}", error.object());
            assert!(!told.contains("internal.example"), "{told}");
        }
    }
}

/// Servers map kinds to HTTP statuses.
#[tokio::test]
async fn kinds_become_statuses() {
    for (failure, status) in [
        (error().not_run(), 503),
        (error(), 503),
        (error().not_run().with_retryable(false), 400),
    ] {
        let script = Script::new(move |_| Err(failure.clone().into()));
        let endpoint = endpoint(relay(script.client())).error_statuses(true);
        let front = Front::with(endpoint).await;
        let error = within(front.lean().call::<_, ()>("x", ()).into_future()).await;
        let error = error.unwrap_err();
        let answered: &rpc_http::StatusError = error.downcast_ref().unwrap();
        assert_eq!(answered.status().as_u16(), status);
    }
}

/// A worker refused the message unread, whatever the code says.
#[tokio::test]
async fn a_refusal_of_the_transport_behind_is_one_in_front() {
    let script = Script::new(|_| Ok(object(1001).not_run()));
    let front = Front::start(relay(script.client())).await;
    let error = within(front.lean().call::<_, ()>("x", ()).into_future()).await;
    let error = error.unwrap_err();
    assert_eq!(error.object().unwrap().code(), 1001);
    assert_eq!(error.execution(), Execution::NotRun);
}

#[tokio::test]
async fn the_time_of_another_attempt_is_passed_on() {
    let wait = Duration::from_millis(1300);
    for failure in [
        Err(error().not_run().with_retry_after(wait).into()),
        Ok(object(code::BUSY).retry_after(wait)),
    ] {
        let script = Script::new(move |_| failure.clone());
        let front = Front::start(relay(script.client())).await;
        let error = within(front.lean().call::<_, ()>("x", ()).into_future()).await;
        assert_eq!(error.unwrap_err().retry_after(), Some(wait));
    }
}

/// The first attempt may have run, so the refusal of the second does not say that the call did not.
#[tokio::test]
async fn a_refused_second_attempt_does_not_hide_the_first() {
    let attempts = AtomicUsize::new(0);
    let script = Script::new(move |_| match attempts.fetch_add(1, Ordering::SeqCst) {
        0 => Err(error().into()),
        _ => Ok(object(code::BUSY)),
    });
    let pause = Duration::ZERO;
    let policy = Policy::new().attempts(2).pauses(pause, pause);
    let behind = relay(policy.over(script.client())).contract(<ShopClient>::CONTRACT);
    let front = memory::connect(behind);
    let error = ShopClient::new(front).echo("x").await.unwrap_err();
    let CallError::Object(object) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(object.code(), code::INTERNAL_ERROR);
    assert_eq!(
        object.kind(),
        Some(ErrorKind::Internal),
        "the kind is not sent"
    );
    assert_eq!(error.execution(), Execution::MaybeRun);
    assert_eq!(script.sent().len(), 2);
}

/// The operator sees what the caller does not.
#[tokio::test]
async fn a_server_that_discloses_tells_the_cause() {
    let script = Script::new(|_| Err(error().into()));
    let server = rpc_core::Server::new(relay(script.client())).disclose(true);
    let error = memory::connect(server).call::<_, ()>("x", ()).await;
    let error = error.unwrap_err();
    let data: String = error.object().unwrap().data_as().unwrap();
    assert!(data.contains(SECRET), "{data}");
}
