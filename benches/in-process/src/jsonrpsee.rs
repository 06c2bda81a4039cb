//! jsonrpsee without its transport: what its HTTP server does between the body of a request and that of its response.

use std::sync::{Arc, OnceLock};

use futures_util::FutureExt;
use jsonrpsee::server::middleware::rpc::{
    Batch, BatchEntry, Notification, Request, RpcService, RpcServiceBuilder, RpcServiceT,
};
use jsonrpsee::server::{
    HttpBody, HttpRequest, MethodResponse, Methods, Server, ServerConfig, stop_channel,
};
use serde_json::value::RawValue;
use tower::Service;

use crate::cases;

/// How jsonrpsee itself calls a method without a socket: `Methods::raw_json_request`.
///
/// It supports neither batches nor notifications. These go to the [`Handler`].
pub struct Module {
    methods: Methods,
    handler: Handler,
}

impl Module {
    pub fn new(methods: impl Into<Methods>) -> Self {
        let methods = methods.into();
        Module {
            handler: Handler::new(methods.clone()),
            methods,
        }
    }

    /// Replies to a message. `None` means no reply.
    pub fn handle(&self, message: &[u8]) -> Option<Vec<u8>> {
        let text = std::str::from_utf8(message).expect("the benchmark's own message");
        let is_batch = text.trim_start().starts_with('[');
        if is_batch || text == cases::NOTIFICATION {
            return self.handler.handle(message);
        }
        let answered = self.methods.raw_json_request(text, 1).now_or_never();
        let (reply, _subscriptions) = answered
            .expect("no method waits")
            .expect("the benchmark's own message");
        Some(String::from(Box::<str>::from(reply)).into_bytes())
    }
}

/// The service inside its server's middleware, which finds a method and calls it.
pub struct Handler(RpcService);

impl Handler {
    /// Only a server can make the service, but it passes it to every layer. So this adds a layer that keeps a copy.
    pub fn new(methods: impl Into<Methods>) -> Self {
        let service = Arc::new(OnceLock::new());
        let taken = Arc::clone(&service);
        let layer = RpcServiceBuilder::new().layer_fn(move |service: RpcService| {
            taken.get_or_init(|| service.clone());
            service
        });
        let config = ServerConfig::builder().max_response_body_size(u32::MAX);
        let (stop, _handle) = stop_channel();
        let mut server = Server::builder()
            .set_config(config.build())
            .set_rpc_middleware(layer)
            .to_service_builder()
            .build(methods, stop);
        // Any request will do. The server wraps the service in the middleware before it looks at the request.
        let request = HttpRequest::new(HttpBody::empty());
        let _ = server.call(request).now_or_never();
        let service = service.get().expect("the layer has seen it");
        Handler(service.clone())
    }

    /// Replies to a message. `None` means no reply.
    ///
    /// This repeats the server's private steps. It reads a body as a request, or else as a notification. It splits a
    /// batch first and reads each entry in the same way. Refusing other bodies is left out, since there are none here.
    pub fn handle(&self, message: &[u8]) -> Option<Vec<u8>> {
        let is_batch = message.trim_ascii_start().first() == Some(&b'[');
        let response = if is_batch {
            let entries: Vec<&RawValue> =
                serde_json::from_slice(message).expect("the benchmark's own batch");
            let entries = entries.into_iter().map(|entry| Ok(read_entry(entry.get())));
            finished(self.0.batch(Batch::from(entries.collect())))
        } else if let Ok(request) = serde_json::from_slice::<Request>(message) {
            finished(self.0.call(request))
        } else {
            let notification: Notification =
                serde_json::from_slice(message).expect("the benchmark's own notification");
            finished(self.0.notification(notification))
        };
        let is_silent = response.is_notification();
        let json: Box<str> = response.into_json().into();
        (!is_silent).then(|| String::from(json).into_bytes())
    }
}

fn read_entry(entry: &str) -> BatchEntry<'_> {
    match serde_json::from_str::<Request>(entry) {
        Ok(request) => BatchEntry::Call(request),
        Err(_) => {
            let notification = serde_json::from_str(entry);
            BatchEntry::Notification(notification.expect("the benchmark's own notification"))
        }
    }
}

fn finished(response: impl Future<Output = MethodResponse>) -> MethodResponse {
    response.now_or_never().expect("no method waits")
}
