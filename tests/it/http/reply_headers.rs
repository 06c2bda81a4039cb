//! Headers that methods and middleware add to the reply of a call.

use axum::Router;
use rpc_core::service::ReplyHeaderError;
use rpc_core::{Dispatcher, ErrorKind, ErrorObject, Middleware, Next, Outcome, Server, Service};

use super::*;

#[rpc]
trait Doors {
    #[rpc(idempotent)]
    async fn open(&self, #[rpc(context)] cx: &Context) -> bool;
    #[rpc(blocking, idempotent)]
    fn wait(&self, #[rpc(context)] cx: &Context) -> bool;
    #[rpc(idempotent)]
    async fn closed(&self, #[rpc(context)] cx: &Context) -> Result<(), ErrorObject>;
    #[rpc(idempotent)]
    async fn plain(&self) -> bool;
}

struct House;

fn greet(cx: &Context) {
    cx.add_reply_header("set-cookie", "a=1").unwrap();
    cx.add_reply_header("set-cookie", String::from("b=2"))
        .unwrap();
    cx.set_reply_header("x-door", "front").unwrap();
    cx.set_reply_header("x-door", "back").unwrap();
}

impl Doors for House {
    async fn open(&self, cx: &Context) -> bool {
        greet(cx);
        true
    }

    fn wait(&self, cx: &Context) -> bool {
        greet(cx);
        true
    }

    async fn closed(&self, cx: &Context) -> Result<(), ErrorObject> {
        greet(cx);
        cx.add_reply_header(::http::header::RETRY_AFTER, 3).unwrap();
        Err(ErrorObject::new(7, "closed").with_kind(ErrorKind::Unavailable))
    }

    async fn plain(&self) -> bool {
        true
    }
}

const GREETING: &str = "set-cookie: a=1\r\nset-cookie: b=2\r\nx-door: back\r\n";

fn message(method: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"{method}","id":1}}"#)
}

/// Whether a response has exactly these headers of calls.
fn check(response: &str, greeted: bool, retry: bool) {
    let mut lines: Vec<&str> = response.split("\r\n").collect();
    lines.retain(|line| {
        ["set-cookie", "x-door", "retry-after"]
            .iter()
            .any(|name| line.starts_with(name))
    });
    lines.sort_unstable();
    let mut expected: Vec<&str> = Vec::new();
    if retry {
        expected.push("retry-after: 3");
    }
    if greeted {
        expected.extend(GREETING.trim_end().split("\r\n"));
    }
    assert_eq!(lines, expected, "{response}");
}

async fn check_calls(server: &Running, shorthand: bool) {
    for (method, greeted, retry, status) in [
        ("open", true, false, "200"),
        ("wait", true, false, "200"),
        ("closed", true, true, "503"),
        ("plain", false, false, "200"),
        ("nothing", false, false, "404"),
    ] {
        let mut requests = vec![json(&message(method))];
        if shorthand {
            let get = format!("GET /{method} HTTP/1.1\r\nhost: x\r\n\r\n");
            requests.push(get.into_bytes());
            requests.push(json(&format!(r#"{{"{method}":null}}"#)));
        }
        for request in requests {
            let response = server.exchange(&request).await;
            let start = format!("HTTP/1.1 {status} ");
            assert!(response.starts_with(&start), "{response}");
            assert_eq!(
                header_of(&response, "content-type"),
                Some("application/json")
            );
            check(&response, greeted, retry);
        }
    }
    let batch = format!("[{},{}]", message("open"), message("closed"));
    check(&server.exchange(&json(&batch)).await, false, false);
    let notification = r#"{"jsonrpc":"2.0","method":"open"}"#;
    check(&server.exchange(&json(notification)).await, false, false);
    // The next call on the same connection has none of them.
    let mut raw = server.connect().await;
    raw.send(&json(&message("open"))).await;
    check(&raw.response().await, true, false);
    raw.send(&json(&message("plain"))).await;
    check(&raw.response().await, false, false);
}

fn doors() -> Endpoint<DoorsServer<House>> {
    endpoint(DoorsServer::new(House)).error_statuses(true)
}

#[tokio::test]
async fn a_method_adds_headers_to_its_reply() {
    check_calls(&running(doors()).await, false).await;
    check_calls(&running(doors().shorthand(true)).await, true).await;
}

#[tokio::test]
async fn a_method_adds_headers_below_a_router() {
    let app = Router::new().fallback_service(doors().shorthand(true));
    check_calls(&running(app).await, true).await;
}

#[tokio::test]
async fn a_function_has_a_context_of_its_own() {
    let service = Dispatcher::new()
        .method("open", |cx: Context| async move {
            greet(&cx);
            tokio::task::yield_now().await;
            true
        })
        .service(StillServer::new(House));
    let server = running(endpoint(service)).await;
    check(&server.exchange(&json(&message("open"))).await, true, false);
    check(
        &server.exchange(&json(&message("still"))).await,
        true,
        false,
    );
}

#[rpc]
trait Still {
    async fn still(&self, #[rpc(context)] cx: &Context) -> bool;
}

impl Still for House {
    async fn still(&self, cx: &Context) -> bool {
        greet(cx);
        true
    }
}

#[tokio::test]
async fn middleware_adds_headers_to_refusals_and_results() {
    struct Basic;

    impl Middleware for Basic {
        async fn call(&self, cx: &Context, next: Next<'_>) -> Outcome {
            if cx.header("authorization").is_none() {
                let added = cx.add_reply_header("www-authenticate", "Basic realm=\"doors\"");
                added.unwrap();
                let error = ErrorObject::new(401, "who are you?");
                return error.with_kind(ErrorKind::Unauthenticated).into();
            }
            let outcome = next.run().await;
            cx.set_reply_header("x-door", "the middleware's").unwrap();
            outcome
        }
    }

    let service = DoorsServer::new(House).middleware(Basic);
    let server = running(endpoint(service).error_statuses(true)).await;
    for method in ["open", "nothing"] {
        let response = server.exchange(&json(&message(method))).await;
        assert!(response.starts_with("HTTP/1.1 401 "), "{response}");
        assert_eq!(
            header_of(&response, "www-authenticate"),
            Some("Basic realm=\"doors\"")
        );
    }
    let headers = "content-type: application/json\r\nauthorization: x\r\n";
    let response = server.exchange(&post(headers, &message("open"))).await;
    assert_eq!(header_of(&response, "x-door"), Some("the middleware's"));
}

#[tokio::test]
async fn headers_of_the_transport_can_t_be_set() {
    let service = Dispatcher::new().method(
        "try",
        |cx: Context, name: String, value: String| async move {
            match cx.add_reply_header(&*name, &*value) {
                Ok(()) => "added".to_owned(),
                Err(error @ ReplyHeaderError::Reserved(_)) => error.to_string(),
                Err(error) => error.to_string(),
            }
        },
    );
    let server = running(endpoint(service)).await;
    let client = server.client();
    for name in [
        "Content-Type",
        "content-length",
        "Transfer-Encoding",
        "connection",
        "content-encoding",
        "rpc-refused",
        "upgrade",
        "keep-alive",
        "te",
        "trailer",
        "proxy-connection",
    ] {
        let tried: String = client.call("try", (name, "1")).await.unwrap();
        let lower = name.to_ascii_lowercase();
        assert_eq!(
            tried,
            format!("the header `{lower}` is set by the transport")
        );
    }
    for (name, value) in [("a b", "1"), ("", "1"), ("x", "1\r\nset-cookie: a=1")] {
        let tried: String = client.call("try", (name, value)).await.unwrap();
        assert_eq!(tried, "invalid header name or value", "{name}: {value}");
    }
    let tried: String = client.call("try", ("x-fine", "1")).await.unwrap();
    assert_eq!(tried, "added");
}

/// Where no reply has headers, they are dropped.
#[tokio::test]
async fn transports_without_headers_drop_them() {
    let doors = DoorsClient::new(rpc_core::memory::connect(DoorsServer::new(House)));
    assert!(doors.open().await.unwrap());
    assert!(doors.open().header("x", "y").await.unwrap());
    let server = Server::new(DoorsServer::new(House));
    let reply = server
        .handle(message("open").as_bytes(), Default::default())
        .await;
    assert!(reply.unwrap().take_headers().is_none());
}
