//! The shorthand dialect: calls as people write them by hand. An endpoint answers them as well as JSON-RPC messages if
//! [`Endpoint::shorthand`] is on.
//!
//! ```
//! # use rpc_http::server::endpoint;
//! # use rpc_core::rpc;
//! #[rpc]
//! trait Desk {
//!     #[rpc(idempotent)]
//!     async fn add(&self, a: i64, b: i64) -> i64;
//!
//!     async fn note(&self, text: &str) -> u64;
//! }
//!
//! # struct Clerk;
//! # impl Desk for Clerk {
//! #     async fn add(&self, a: i64, b: i64) -> i64 { a + b }
//! #     async fn note(&self, _: &str) -> u64 { 1 }
//! # }
//! let endpoint = endpoint(DeskServer::new(Clerk)).shorthand(true);
//! # drop(endpoint);
//! ```
//!
//! ```text
//! $ curl 'http://127.0.0.1:8080/add?a=2&b=40'
//! {"add":42}
//! $ curl http://127.0.0.1:8080/ -d '{"add": [2, 40]}'
//! {"add":42}
//! $ curl http://127.0.0.1:8080/ -d '{"note": "buy tea"}'
//! {"note":1}
//! ```
//!
//! It is for people with curl or a browser, and for scripts. A call in shorthand goes through the same limits, layers
//! and middleware as any other call, and has the same context. It always gets an answer.
//!
//! # POST
//!
//! A body that is an array, or an object with a member `jsonrpc`, is JSON-RPC, and is answered as such. Any other body is a
//! call in shorthand: an object with one member, whose name is the method's. More members are an error, unless the endpoint
//! understands [JSON-RPC 1.0](rpc_core::Server::version_1) and one of them is `method`.
//!
//! | value | params |
//! | --- | --- |
//! | `["tea", 2]` | by position |
//! | `{"item": "tea", "quantity": 2}` | by name |
//! | `null` | none |
//! | `""` | this string; or none, if the method does not accept it |
//! | anything else | this value, as the only one |
//!
//! If the only parameter is an array or an object, put it into an array: `{"sum": [[1, 2, 3]]}`. As for a JSON-RPC message,
//! the path does not matter.
//!
//! # GET and HEAD
//!
//! The path is the method's name, and the query has its params by name. Both are percent-encoded, and `+` is a space
//! in the query. In an axum `Router`, mount the endpoint with `nest_service("/desk", …)` or `fallback_service(…)`,
//! which leave it the rest of the path.
//!
//! A value counts as JSON if it is JSON and the method accepts it. Otherwise it is a string, exactly as written: `5`
//! is a number for `quantity: u32`, and a string for `item: &str`. If the method accepts both, `5` is the number and
//! `"5"` is the string. Inside a `#[rpc(flatten)]` parameter, values are not tried out: there, put a string that looks
//! like JSON in quotes. A name that is given twice is an error.
//!
//! This way, you can call only methods that are marked `#[rpc(idempotent)]`, and functions of a
//! [`Dispatcher`](rpc_core::Dispatcher) that are described as [`idempotent`](rpc_core::dispatcher::Described::idempotent).
//!
//! # Streams
//!
//! A GET of a method that returns a stream is answered with server-sent events, for `EventSource` in a browser and for
//! `curl -N`. The method must be marked `#[rpc(idempotent)]`, like any other that a GET can call.
//!
//! ```text
//! $ curl -N 'http://127.0.0.1:8080/journal.log?topic=tea'
//! retry: 2038
//!
//! id: 1
//! data: "line 1"
//!
//! event: end
//! id: $end
//! data: null
//! ```
//!
//! - The data of an event is the item, as JSON. The last event is `end`, or `failed` with the error object as its data.
//! - If the method says `stream(resume)`, the id of an event is the item's cursor. A browser that has lost its connection sends
//!   the last one back as `Last-Event-ID`, which takes the place of the query's cursor. So nothing is missing. An id that is not
//!   one of the stream's gets status 400.
//! - A stream without cursors can't go on. A browser that connects again gets the event `failed`, with error -33003.
//! - `EventSource` connects again after the end, too. It then gets status 204, which stops it.
//! - What fails before the stream is open is plain JSON, as for other calls. `EventSource` gives up for good on any status but
//!   200. So a temporary refusal, such as by a full server, is an empty stream for clients that accept events. They come back
//!   after the time in the `retry` field. Other clients get the status.
//! - A server that stops ends its streams without an event, so that browsers come back.
//! - An id is the cursor's JSON, but a string goes without its quotes if it can be told apart. Ids that begin with `$` are the
//!   server's own.
//!
//! A page may open a stream if it is one of the server's own, or from one of the [allowed
//! origins](super::Endpoint::allowed_origins). A page of another origin also needs consent by CORS.
//!
//! # Answers
//!
//! | status | body | when |
//! | --- | --- | --- |
//! | 200 | `{"add": 42}`, under the name that was called | the method returned this; for a notification it is `null` |
//! | 400 | an error | the params do not fit, or the request is not a call |
//! | 403 | an error | a GET that a page of another site may have caused |
//! | 404 | an error | the method is unknown |
//! | 405 | an error | the method is not idempotent, or is not called with GET, HEAD or POST |
//! | 422, or the status of its [kind](super::status) | an error | the method returned an error |
//! | 500 | an error | the server failed |
//!
//! An error is `{"error": {"code": …, "message": …, "data": …}}`, with JSON-RPC's error object. The refusals for size, time,
//! content type, host and load are the same as for JSON-RPC messages. Caches are told not to store answers.
//!
//! # Browsers
//!
//! A page can make a browser send a request to any server, and even an idempotent method may set or remove something. For a
//! page of another site, a browser asks the server before it sends certain requests (by CORS, which a layer around the
//! endpoint answers). Neither dialect accepts a request that such a page can send without the browser asking.
//!
//! For a POST, the rule for messages applies. `curl -d` labels its data as a form (`application/x-www-form-urlencoded`), which
//! is accepted unless it comes from a browser. A GET from a browser is accepted if its `Sec-Fetch-Site` is `same-origin` or
//! `none`, or if its content type is `application/json`, for which a browser asks first. Over plain HTTP, browsers send
//! `Sec-Fetch-Site` only to localhost, so elsewhere they need HTTPS. A request comes from a browser if it has that header or
//! `Origin`, or if its `User-Agent` begins with `Mozilla/`. If a page of another site sets another `User-Agent`, its browser
//! has to ask first, too.
//!
//! This does not keep out:
//!
//! - A link from outside of web pages, such as one in a mail. Its `Sec-Fetch-Site` is `none`, like that of an address that was
//!   typed in, so whoever follows it makes the GET.
//! - A page that makes its own name resolve to the server's address (DNS rebinding), and so passes for one of the server's.
//!   [`Endpoint::allowed_hosts`] keeps it out. So does a password, since a browser sends it only to the name that asked for
//!   it. On a loopback address, such pages can't open streams by default.
//! - Programs other than browsers, which send what they like.
//!
//! # Names
//!
//! `list_methods`, `method_help` and `method_signature` stand for `rpc.methods`, `rpc.help` and `rpc.signature` of the
//! [introspection](rpc_core::introspection), unless the service has methods of these names. The method that you ask
//! about is a parameter, so an unknown one gets status 400, as it gets -32602 in JSON-RPC.
//!
//! [`Endpoint::shorthand`]: super::Endpoint::shorthand
//! [`Endpoint::allowed_hosts`]: super::Endpoint::allowed_hosts

// A request becomes a call of the endpoint's own server. So it is decoded, checked, run, logged and answered as any other call.

mod browser;
mod call;
mod content;
mod query;
mod stream;

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, ORIGIN, X_CONTENT_TYPE_OPTIONS};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use rpc_core::{ErrorObject, Service};
use rpc_tokio::server::Peer;

use self::call::{Logged, Target};
use self::content::Content;
use self::query::Query;
use super::accept::Accept;
use super::body::Body;
use super::handler::{Handler, add_headers, path_for_log};
use super::request::{BoxError, Deciding, Refusal, check_body};
use super::status;
use super::streaming;
use crate::refused;

/// Answers a request in this dialect, or with a JSON-RPC message.
pub(super) async fn answer<S, B>(
    handler: Arc<Handler<S>>,
    request: Request<B>,
    peer: Option<Peer>,
) -> Response<Body>
where
    S: Service,
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<BoxError>,
{
    let deciding = Deciding::find(request.headers());
    if let Err(refusal) = handler.check_host(&request, &deciding) {
        return refusal.into_response();
    }
    let answer = match *request.method() {
        Method::POST => post(handler, request, peer).await,
        Method::GET | Method::HEAD => get(handler, request, peer).await,
        _ => Err(Failure::OtherMethod),
    };
    answer.unwrap_or_else(Failure::into_response)
}

async fn post<S, B>(
    handler: Arc<Handler<S>>,
    request: Request<B>,
    peer: Option<Peer>,
) -> Result<Response<Body>, Failure>
where
    S: Service,
    B: http_body::Body<Data = Bytes> + Send,
    B::Error: Into<BoxError>,
{
    if !browser::may_post(request.headers()) {
        return Err(Refusal::ContentType.into());
    }
    let deciding = Deciding::find(request.headers());
    check_body(&request, &deciding, handler.max_message)?;
    handler.check_load()?;
    let accept = deciding.accept;
    let path = path_for_log(&request);
    let (parts, body) = request.into_parts();
    let body = handler.read(body).await?;
    let content = Content::read(&body, handler.server.understands_version_1());
    if let (Content::Message, Accept::Events) = (&content, accept) {
        return Ok(streaming::answer_message(&handler, body, parts, peer, path).await?);
    }
    let metadata = handler.metadata(parts, peer);
    handler.count_in(&metadata)?;
    let (name, value) = match content {
        Content::Call { name, value } => (name, value),
        Content::Message => return Ok(handler.answer(&body, metadata, path).await),
        Content::Neither(error) => return Err(error.into()),
    };
    let target = Target::find(&handler.server, &name)?;
    let params = target.params_of(&handler.server, value);
    let logged = path.map(Logged::from);
    let (result, headers) = target.call(handler, metadata, logged, params).await;
    Ok(answered(&name, result, headers))
}

async fn get<S, B>(
    handler: Arc<Handler<S>>,
    request: Request<B>,
    peer: Option<Peer>,
) -> Result<Response<Body>, Failure>
where
    S: Service,
    B: Send,
{
    let headers = request.headers();
    let is_from_page =
        headers.contains_key(ORIGIN) && handler.check_origin(request.uri(), headers).is_ok();
    let may_call = browser::may_get(headers);
    if !may_call && !is_from_page {
        return Err(Failure::OtherSite);
    }
    if request.uri().query().map_or(0, str::len) > handler.max_message {
        let limit = handler.max_message;
        return Err(Refusal::TooLarge { limit }.into());
    }
    let name = name_in(request.uri());
    let target = Target::find(&handler.server, &name)?;
    if !target.is_idempotent() {
        return Err(Failure::NotIdempotent { name });
    }
    if let Some(method) = target.stream() {
        return stream::answer(&handler, &target, method, request, peer).await;
    }
    if !may_call {
        return Err(Failure::OtherSite);
    }
    let uri = request.uri().clone();
    let logged = target.logged_of_path(path_for_log(&request));
    handler.check_load()?;
    let (parts, _body) = request.into_parts();
    let metadata = handler.metadata(parts, peer);
    handler.count_in(&metadata)?;
    let query = Query::read(uri.query().unwrap_or_default())?;
    let params = target.params_in(&handler.server, query);
    let (result, headers) = target.call(handler, metadata, logged, params).await;
    Ok(answered(&name, result, headers))
}

/// Everything after the path's first slash. Names of methods are UTF-8.
fn name_in(uri: &Uri) -> String {
    let path = uri.path();
    let path = path.strip_prefix('/').unwrap_or(path);
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}

/// Why a call has no result.
enum Failure {
    /// The endpoint's own refusals, in either dialect.
    Refused(Refusal),
    /// Neither GET nor HEAD nor POST.
    OtherMethod,
    /// A GET that a page of another site may have caused.
    OtherSite,
    /// A GET of a method that may change something each time.
    NotIdempotent { name: String },
    /// Any other error.
    Error(ErrorObject),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Failure::Refused(refusal)
    }
}

impl From<ErrorObject> for Failure {
    fn from(error: ErrorObject) -> Self {
        Failure::Error(error)
    }
}

impl Failure {
    fn into_response(self) -> Response<Body> {
        let invalid = |reason: &str| ErrorObject::invalid_request().with_data(reason);
        match self {
            Failure::Refused(refusal) => refusal.into_response(),
            Failure::OtherMethod => {
                let error = invalid("calls must be made with GET, HEAD or POST");
                not_allowed(&error, "GET, HEAD, POST")
            }
            Failure::NotIdempotent { name } => {
                let error = invalid(&format!(
                    "`{name}` is not marked as idempotent: call it with POST"
                ));
                not_allowed(&error, "POST")
            }
            Failure::OtherSite => {
                let response = failed(StatusCode::FORBIDDEN, &invalid(browser::REFUSED));
                refused(response, "other-site")
            }
            Failure::Error(error) => failed(status::of_error(&error), &error),
        }
    }
}

fn not_allowed(error: &ErrorObject, allow: &'static str) -> Response<Body> {
    let mut response = failed(StatusCode::METHOD_NOT_ALLOWED, error);
    let allow = HeaderValue::from_static(allow);
    response.headers_mut().insert(ALLOW, allow);
    refused(response, "method")
}

/// Says that nothing has run, as for the endpoint's other refusals.
fn refused(mut response: Response<Body>, reason: &'static str) -> Response<Body> {
    let reason = HeaderValue::from_static(reason);
    response.headers_mut().insert(refused::HEADER, reason);
    response
}

fn failed(status: StatusCode, error: &ErrorObject) -> Response<Body> {
    // The rest of an error may quote the params, which may have secrets.
    tracing::debug!(%status, code = error.code(), "a call in shorthand failed");
    response(status, format!(r#"{{"error":{}}}"#, error.to_json()))
}

fn answered(
    name: &str,
    result: Result<String, ErrorObject>,
    headers: Option<Box<HeaderMap>>,
) -> Response<Body> {
    let mut response = match result {
        Ok(result) => {
            let name = serde_json::Value::from(name);
            response(StatusCode::OK, format!("{{{name}:{result}}}"))
        }
        Err(error) => Failure::from(error).into_response(),
    };
    add_headers(response.headers_mut(), headers);
    response
}

fn response(status: StatusCode, body: String) -> Response<Body> {
    head(status).map(|()| Body::from(body))
}

fn head(status: StatusCode) -> Response<()> {
    let mut head = Response::new(());
    *head.status_mut() = status;
    let headers = head.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    head
}
