//! A GET that opens a stream, for `EventSource` and `curl -N`.

use http::request::Parts;
use http::{HeaderMap, HeaderName, Method as HttpMethod, Request, Response, StatusCode};
use rpc_core::session::Opened;
use rpc_core::transport::Reply;
use rpc_core::wire::Member;
use rpc_core::{ErrorObject, Id, Method, Service, code};
use rpc_tokio::server::Peer;

use super::super::body::Body;
use super::super::events::{Events, Form, ItemEvents, LastEvent, cannot_resume, member_in, retry};
use super::super::handler::{Handler, add_headers, path_for_log};
use super::super::request::{Deciding, Refusal};
use super::super::{accept::Accept, status, streaming};
use super::call::Target;
use super::query::Query;
use super::{Failure, head};

/// The id of the last event that a client has seen of the stream.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Answers a GET of a method that returns a stream and is idempotent.
pub(super) async fn answer<S: Service, B>(
    handler: &Handler<S>,
    target: &Target<'_>,
    method: &Method,
    request: Request<B>,
    peer: Option<Peer>,
) -> Result<Response<Body>, Failure> {
    handler.check_page(request.uri(), request.headers(), request.extensions(), peer)?;
    let cursor = method.cursor().map(|parameter| parameter.name);
    let last = last_event(request.headers())?;
    let mut query = Query::read(request.uri().query().unwrap_or_default())?;
    match (last, cursor) {
        (None, _) => {}
        (Some(LastEvent::End), _) => return Ok(no_content()),
        (Some(LastEvent::Cursor(last)), Some(name)) => query.set(name, last.to_owned()),
        (Some(LastEvent::Begun), None) => return Ok(events(cannot_resume())),
        (Some(LastEvent::Begun), Some(_)) | (Some(LastEvent::Cursor(_)), None) => {
            return Err(wrong_id());
        }
    }
    if request.method() == HttpMethod::HEAD {
        return Ok(events(Vec::new()));
    }
    let params = target.params_in(&handler.server, query);
    let path = path_for_log(&request);
    let (parts, _body) = request.into_parts();
    let comes_back = comes_back(&parts);
    let (mut session, _opening) = match streaming::begin(handler, parts, peer, path) {
        Ok(begun) => begun,
        Err(Refusal::Busy) if comes_back => return Ok(later()),
        Err(refusal) => return Err(refusal.into()),
    };
    let call = Id::from(1);
    let opening = session.open_method(target.name(), params.as_deref(), &call);
    let opened = streaming::while_client_waits(opening).await;
    Ok(match opened {
        Some(Opened::Stream(of_call)) => {
            let resumes = cursor.is_some();
            let form = Form::Items(ItemEvents { call, resumes });
            let events = Events::new(session, handler.heartbeat, form);
            streaming::response(Body::events(events), of_call)
        }
        Some(Opened::No(Some(reply))) if comes_back && is_temporary(&reply) => later(),
        Some(Opened::No(reply)) => not_opened(target.name(), reply),
        None => Response::default(), // which nobody reads
    })
}

/// What the client has seen of the stream, if it has seen anything.
fn last_event(headers: &HeaderMap) -> Result<Option<LastEvent<'_>>, Failure> {
    let Some(id) = headers.get(LAST_EVENT_ID) else {
        return Ok(None);
    };
    let id = std::str::from_utf8(id.as_bytes()).map_err(|_| wrong_id())?;
    if id.is_empty() {
        return Ok(None);
    }
    LastEvent::read(id).map(Some).ok_or_else(wrong_id)
}

fn wrong_id() -> Failure {
    ErrorObject::invalid_params("`Last-Event-ID` is not the id of an event of this stream").into()
}

/// Whether the client connects again when a response has ended, and never again after another status than 200.
fn comes_back(parts: &Parts) -> bool {
    Deciding::find(&parts.headers).accept == Accept::Events
}

/// Whether the refusal to open a stream passes.
fn is_temporary(reply: &Reply) -> bool {
    let is_of_connection = matches!(
        reply.error_code(),
        Some(code::BUSY | code::TOO_MANY_STREAMS | code::SERVER_CANCELLED)
    );
    let status = status::of_reply(reply);
    is_of_connection
        || status == StatusCode::SERVICE_UNAVAILABLE
        || status == StatusCode::TOO_MANY_REQUESTS
}

/// Asks the client to come back.
fn later() -> Response<Body> {
    let mut retry = retry();
    retry.push(b'\n');
    events(retry)
}

fn events(events: Vec<u8>) -> Response<Body> {
    streaming::response(Body::from(events), None)
}

/// Stops a client that has read the stream to its end.
fn no_content() -> Response<Body> {
    let mut response = Response::new(Body::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// What a call is answered with that has not opened a stream.
fn not_opened(name: &str, reply: Option<Reply>) -> Response<Body> {
    let Some(mut reply) = reply else {
        return no_content(); // never happens: the call has an id
    };
    let headers = reply.take_headers();
    let status = status::of_reply(&reply);
    let body = reply.into_body();
    let body = match member_in(&body, Member::Error) {
        Some(error) => format!(r#"{{"error":{error}}}"#),
        None => {
            let result = member_in(&body, Member::Result).unwrap_or("null");
            format!("{{{}:{result}}}", serde_json::Value::from(name))
        }
    };
    let mut response = head(status).map(|()| Body::from(body));
    add_headers(response.headers_mut(), headers);
    response
}
