//! The HTTP statuses of errors, with `error_statuses` on.

use rpc_core::{
    Dispatcher, ErrorKind, ErrorObject, MethodError, Middleware, Next, Outcome, Service,
};
use rpc_http::server::status;

use super::*;
use crate::errors::kinds::{EVERY, Failing, KindsServer};

fn call(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params},"id":1}}"#)
}

/// The status of the response to a message.
async fn status_of(server: &Running, message: &str) -> u16 {
    let response = server.exchange(&json(message)).await;
    let status = response.split(' ').nth(1).unwrap();
    status.parse().unwrap()
}

/// The statuses, as they are documented.
const STATUSES: [(ErrorKind, u16); 14] = [
    (ErrorKind::Invalid, 400),
    (ErrorKind::Unauthenticated, 401),
    (ErrorKind::Forbidden, 403),
    (ErrorKind::NotFound, 404),
    (ErrorKind::Timeout, 504),
    (ErrorKind::Conflict, 409),
    (ErrorKind::Gone, 410),
    (ErrorKind::FailedPrecondition, 400),
    (ErrorKind::TooLarge, 413),
    (ErrorKind::TooMany, 429),
    (ErrorKind::Cancelled, 499),
    (ErrorKind::Unimplemented, 501),
    (ErrorKind::Unavailable, 503),
    (ErrorKind::Internal, 500),
];

#[tokio::test]
async fn the_kind_decides_the_status() {
    let fail = |index: usize| async move { Err::<(), _>(EVERY.into_iter().nth(index).unwrap()) };
    let service = || Dispatcher::new().method("every", fail);
    let server = running(endpoint(service()).error_statuses(true)).await;
    let plain = running(endpoint(service())).await;
    let shorthand = running(endpoint(service()).shorthand(true)).await;
    for (index, (kind, expected)) in STATUSES.into_iter().enumerate() {
        assert_eq!(ErrorKind::ALL[index], kind);
        let message = call("every", &format!("[{index}]"));
        assert_eq!(status_of(&server, &message).await, expected, "{kind}");
        assert_eq!(status_of(&plain, &message).await, 200, "{kind}");
        assert_eq!(status_of(&server, &format!("[{message}]")).await, 200);
        let short = format!(r#"{{"every":{index}}}"#);
        assert_eq!(status_of(&shorthand, &short).await, expected, "{kind}");
    }
}

#[tokio::test]
async fn errors_without_a_kind_are_answers_and_no_outages() {
    let server = running(endpoint(KindsServer::new(Failing)).error_statuses(true)).await;
    for (message, expected) in [
        (call("plain", "[1]"), 200),
        (call("some", "[1]"), 409),
        (call("some", "[2]"), 422),
        (call("some", "[3]"), 500),
        (call("internal", "[]"), 500),
        (call("object", "[1001]"), 422),
        (call("object", "[-32602]"), 400),
        (call("object", "[-32601]"), 404),
        (call("object", "[-32000]"), 500),
        (call("plain", "[]"), 400),
        (call("nothing", "[]"), 404),
        ("{".to_owned(), 400),
    ] {
        assert_eq!(status_of(&server, &message).await, expected, "{message}");
    }
}

#[tokio::test]
async fn middleware_says_what_kind_its_error_is() {
    struct Closed;

    impl Middleware for Closed {
        async fn call(&self, _: &Context, _: Next<'_>) -> Outcome {
            let error = ErrorObject::new(1009, "closed").with_kind(ErrorKind::Unavailable);
            error.into()
        }
    }

    let service = KindsServer::new(Failing).middleware(Closed);
    let server = running(endpoint(service).error_statuses(true)).await;
    assert_eq!(status_of(&server, &call("plain", "[1]")).await, 503);
    assert_eq!(status_of(&server, &call("nothing", "[1]")).await, 503);
}

/// A typed client is told the same error whatever the status.
#[tokio::test]
async fn the_client_gets_its_error_back() {
    use crate::errors::kinds::KindsClient;

    let server = running(endpoint(KindsServer::new(Failing)).error_statuses(true)).await;
    let kinds = KindsClient::new(server.client());
    assert!(kinds.some(1).await.unwrap_err().is_conflict());
    let lean = rpc_http::lean::Client::new(server.url()).unwrap();
    let kinds = KindsClient::new(lean);
    assert!(kinds.some(1).await.unwrap_err().is_conflict());
    assert!(kinds.some(3).await.unwrap_err().is_internal());
}

#[test]
fn a_status_of_an_error_without_a_server() {
    for error in EVERY {
        let kind = error.kind().unwrap();
        let status = status::of_error(&error.into_error_object());
        assert_eq!(status.as_u16(), kind.http_status());
    }
}
