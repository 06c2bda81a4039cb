//! [`Target`]: the method of a call in shorthand, and how it is called.

use std::sync::Arc;

use http::{HeaderMap, StatusCode};
use rpc_core::contract::StreamForm;
use rpc_core::message_log::ServerExchange;
use rpc_core::service::ResolvedMethod;
use rpc_core::{ErrorObject, Method, RequestMetadata, Server, Service};
use serde_json::value::RawValue;

use super::super::handler::{Handler, add_headers};
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

    /// The name that was called.
    pub(super) fn name(&self) -> &'a str {
        self.method
    }

    /// The contract's method, if its items can be sent as events. One with a token of its own is a call without it, and a
    /// subscription needs another transport.
    pub(super) fn stream(&self) -> Option<&Method> {
        let Kind::Own(found) = &self.kind else {
            return None;
        };
        let stream = found.method().stream.as_ref()?;
        matches!(stream.form, StreamForm::Progress | StreamForm::Resume).then(|| found.method())
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
        let shows_call = !matches!(self.kind, Kind::Unknown);
        path.map(|path| Logged { path, shows_call })
    }

    /// Calls it, and returns the result as JSON, and the headers that the call adds.
    pub(super) async fn call<S: Service>(
        &self,
        handler: Arc<Handler<S>>,
        metadata: RequestMetadata,
        logged: Option<Logged>,
        params: Option<Box<RawValue>>,
    ) -> (Result<String, ErrorObject>, Option<Box<HeaderMap>>) {
        let params = params.as_deref();
        let log = logged.map(|logged| self.log(&handler, &metadata, logged, params));
        let call = handler.server.call(self.method, params, metadata.clone());
        let outcome = call.await;
        let headers = metadata.take_reply_headers();
        if let Some(log) = log {
            let outcome = outcome.as_deref().map(RawValue::get);
            let error = outcome.err();
            let mut head = head(error.map_or(StatusCode::OK, status::of_error));
            add_headers(head.headers_mut(), headers.clone());
            log.end_call(outcome, Some((head.status(), head.headers())));
        }
        let result = outcome.map(|result| String::from(Box::<str>::from(result)));
        (result, headers)
    }

    #[cold]
    fn log<S: Service>(
        &self,
        handler: &Handler<S>,
        metadata: &RequestMetadata,
        logged: Logged,
        params: Option<&RawValue>,
    ) -> Box<ServerExchange> {
        Box::new(ServerExchange::begin_call(
            logged.shows_call.then_some(self.method),
            params.map(RawValue::get),
            logged.path.into(),
            Some(metadata.headers()),
            |method| handler.server.secret_params(method),
        ))
    }
}

fn raw(json: String) -> Option<Box<RawValue>> {
    RawValue::from_string(json).ok()
}

/// What the log shows of a call.
pub(super) struct Logged {
    path: Box<str>,
    shows_call: bool,
}

impl From<Box<str>> for Logged {
    fn from(path: Box<str>) -> Self {
        Logged {
            path,
            shows_call: true,
        }
    }
}
