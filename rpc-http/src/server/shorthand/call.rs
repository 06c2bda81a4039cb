//! [`Target`]: the method of a call in shorthand, and how it is called.

use std::sync::Arc;

use rpc_core::service::ResolvedMethod;
use rpc_core::transport::{Reply, TransportFailure, TransportReply, TransportRequest};
use rpc_core::{CallError, Client, ErrorObject, RequestMetadata, Server, Service, Transport};
use serde_json::value::RawValue;

use super::super::handler::Handler;
use super::super::status;
use super::head;
use super::query::Query;

/// Methods that every server answers, and their names in this dialect. They describe the server and change nothing.
const BUILT_IN: [(&str, &str); 3] = [
    ("list_methods", "rpc.methods"),
    ("method_help", "rpc.help"),
    ("method_signature", "rpc.signature"),
];

/// The method that a name stands for.
pub(super) struct Target<'a> {
    method: &'a str,
    kind: Kind,
}

enum Kind {
    BuiltIn,
    Own(ResolvedMethod),
    Unknown,
}

impl<'a> Target<'a> {
    pub(super) fn find<S: Service>(server: &Server<S>, name: &'a str) -> Result<Self, ErrorObject> {
        for (alias, method) in BUILT_IN {
            if name == method || (name == alias && !server.has(alias)?) {
                let kind = Kind::BuiltIn;
                return Ok(Target { method, kind });
            }
        }
        let kind = match server.find(name)? {
            Some(found) => Kind::Own(found),
            None => Kind::Unknown,
        };
        Ok(Target { method: name, kind })
    }

    /// Whether it may be called with GET. An unknown method may: the call reports it.
    pub(super) fn is_idempotent(&self) -> bool {
        match &self.kind {
            Kind::Own(found) => found.method().idempotent,
            Kind::BuiltIn | Kind::Unknown => true,
        }
    }

    /// The params from a query.
    pub(super) fn params_in<S: Service>(
        &self,
        server: &Server<S>,
        query: Query,
    ) -> Option<Box<RawValue>> {
        let params = match &self.kind {
            Kind::Own(found) => query.fitting(|params| server.check(found, Some(params))),
            Kind::BuiltIn | Kind::Unknown => query.texts(),
        };
        raw(params?)
    }

    /// The params from a value: an array or an object is all of them, and anything else is the only one.
    pub(super) fn params_of<S: Service>(
        &self,
        server: &Server<S>,
        value: &RawValue,
    ) -> Option<Box<RawValue>> {
        match value.get().as_bytes() {
            b"null" => None,
            [b'[' | b'{', ..] => Some(value.to_owned()),
            b"\"\"" if self.takes_none_rather_than_empty(server) => None,
            _ => raw(format!("[{value}]")),
        }
    }

    /// Some people write an empty string for no params.
    fn takes_none_rather_than_empty<S: Service>(&self, server: &Server<S>) -> bool {
        match &self.kind {
            Kind::Own(found) => {
                server.check(found, Some(r#"[""]"#)).is_err() && server.check(found, None).is_ok()
            }
            Kind::BuiltIn => true,
            Kind::Unknown => false,
        }
    }

    /// What the log shows of a call whose path names the method. If the method is unknown, the name may be a key, which the log
    /// hides in paths.
    pub(super) fn logged_of_path(&self, path: Option<Box<str>>) -> Option<Logged> {
        let shows_message = !matches!(self.kind, Kind::Unknown);
        path.map(|path| Logged {
            path,
            shows_message,
        })
    }

    /// Calls it, and returns the result as JSON.
    pub(super) async fn call<S: Service>(
        &self,
        handler: Arc<Handler<S>>,
        metadata: RequestMetadata,
        logged: Option<Logged>,
        params: Option<Box<RawValue>>,
    ) -> Result<String, ErrorObject> {
        let client = Client::from_transport(Here {
            handler,
            metadata,
            logged,
        });
        let result: Result<Box<RawValue>, CallError> = client.call(self.method, params).await;
        match result {
            Ok(result) => Ok(String::from(Box::<str>::from(result))),
            Err(CallError::Object(error)) => Err(error),
            Err(CallError::Method(never)) => match never {},
            Err(error) => Err(ErrorObject::internal(error)),
        }
    }
}

fn raw(json: String) -> Option<Box<RawValue>> {
    RawValue::from_string(json).ok()
}

/// What the log shows of a call.
pub(super) struct Logged {
    path: Box<str>,
    shows_message: bool,
}

impl From<Box<str>> for Logged {
    fn from(path: Box<str>) -> Self {
        Logged {
            path,
            shows_message: true,
        }
    }
}

/// A message that the log does not show.
const HIDDEN: &[u8] = b"null";

/// Carries one call to the endpoint's own server, with the request's metadata.
struct Here<S> {
    handler: Arc<Handler<S>>,
    metadata: RequestMetadata,
    logged: Option<Logged>,
}

impl<S: Service> Transport for Here<S> {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        let (handler, message) = (&*self.handler, &message.body);
        let log = self.logged.as_ref().map(|logged| {
            let shown = if logged.shows_message {
                message
            } else {
                HIDDEN
            };
            handler.log(shown, logged.path.clone(), &self.metadata)
        });
        let reply = handler.server.handle(message, self.metadata.clone()).await;
        if let Some(log) = log {
            let head = reply.as_ref().map(|reply| head(status::of_reply(reply)));
            let head = head.as_ref().map(|head| (head.status(), head.headers()));
            log.end(reply.as_ref().map(Reply::body), head);
        }
        let body = reply.map(|reply| reply.into_body()).unwrap_or_default();
        Ok(TransportReply::new(body))
    }
}
