//! [`Target`]: what a call is of, and how it is made.

use std::sync::Arc;

use rpc_core::{
    CallError, Client, ErrorObject, Reply, RequestMetadata, ResolvedMethod, Server, Service,
    Transport, TransportFailure, TransportReply, TransportRequest,
};
use serde_json::value::RawValue;

use super::super::endpoint::Settings;
use super::query::Query;
use super::{head, status};

/// Methods that every server answers, and their names in this dialect. They only tell what there is.
const BUILT_IN: [(&str, &str); 3] = [
    ("list_methods", "rpc.methods"),
    ("method_help", "rpc.help"),
    ("method_signature", "rpc.signature"),
];

/// What a name stands for.
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

    /// May it be called with GET? That there is no such method is for the call to say.
    pub(super) fn is_idempotent(&self) -> bool {
        match &self.kind {
            Kind::Own(found) => found.method().idempotent,
            Kind::BuiltIn | Kind::Unknown => true,
        }
    }

    /// The params that a query stands for.
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

    /// The params that a value stands for: an array or an object is all of them, and anything else is the only one.
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

    /// An empty string is how some write that there are no params.
    fn takes_none_rather_than_empty<S: Service>(&self, server: &Server<S>) -> bool {
        match &self.kind {
            Kind::Own(found) => {
                server.check(found, Some(r#"[""]"#)).is_err() && server.check(found, None).is_ok()
            }
            Kind::BuiltIn => true,
            Kind::Unknown => false,
        }
    }

    /// What the log has of a call whose method is named by the path: where there is no such method, the name may be a key that
    /// the log hides in paths.
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
        settings: Arc<Settings<S>>,
        metadata: RequestMetadata,
        logged: Option<Logged>,
        params: Option<Box<RawValue>>,
    ) -> Result<String, ErrorObject> {
        let client = Client::from_transport(Here {
            settings,
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

/// What the log has of a call.
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

/// A message of which the log has nothing to show.
const HIDDEN: &[u8] = b"null";

/// Carries one call to the endpoint's own server, with all that came with the request.
struct Here<S> {
    settings: Arc<Settings<S>>,
    metadata: RequestMetadata,
    logged: Option<Logged>,
}

impl<S: Service> Transport for Here<S> {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        let (settings, message) = (&*self.settings, &message.body);
        let log = self.logged.as_ref().map(|logged| {
            let shown = if logged.shows_message {
                message
            } else {
                HIDDEN
            };
            settings.log(shown, logged.path.clone(), &self.metadata)
        });
        let reply = settings.server.handle(message, self.metadata.clone()).await;
        if let Some(log) = log {
            let head = reply.as_ref().map(|reply| {
                head(status(
                    reply.error_code().map_or(200, rpc_core::code::http_status),
                ))
            });
            let head = head.as_ref().map(|head| (head.status(), head.headers()));
            log.end(reply.as_ref().map(Reply::body), head);
        }
        let body = reply.map(|reply| reply.into_body()).unwrap_or_default();
        Ok(TransportReply::new(body))
    }
}
