//! A server that records what it receives, and behaves as a test needs.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::response::Response;
use http::HeaderMap;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

pub struct Server {
    pub url: String,
    pub seen: Arc<Seen>,
    task: JoinHandle<()>,
}

/// What the server received, and how it answers.
pub struct Seen {
    pub messages: Mutex<Vec<String>>,
    pub headers: Mutex<Vec<HeaderMap>>,
    /// The lengths of the messages that were too long. They are not among the others.
    pub refused: Mutex<Vec<usize>>,
    /// The arguments of all calls of `mark`.
    pub marks: Mutex<Vec<u64>>,
    /// How many messages are being answered now, and the most at any time.
    pub under_way: AtomicUsize,
    pub most_under_way: AtomicUsize,
    /// Each permit lets one call of `gate` return.
    pub gate: Semaphore,
    pub script: Script,
}

/// How the server differs from an ordinary one.
#[derive(Clone, Default)]
pub struct Script {
    /// Has `rpc.methods`, `rpc.help` and `rpc.signature`.
    pub introspects: bool,
    /// `mark` is idempotent.
    pub idempotent: bool,
    /// Answers batches with this error.
    pub refuses_batches: Option<(i64, &'static str)>,
    /// How long each message takes.
    pub pause: Duration,
    /// Never answers calls of this method.
    pub hangs_on: &'static str,
    /// Answers every message with this status and this body.
    pub reply: Option<(u16, &'static str)>,
    /// The results of other methods, as JSON.
    pub says: &'static [(&'static str, &'static str)],
    /// Answers calls of an unknown method with this status alone; 0 for an error.
    pub unknown_status: u16,
    /// Speaks JSON-RPC 1.0 only.
    pub version_1: bool,
    /// Refuses longer messages with status 413; 0 for none.
    pub max_message: usize,
}

impl Server {
    pub async fn start() -> Self {
        Server::of(Script::default()).await
    }

    pub async fn that_introspects() -> Self {
        Server::of(Script {
            introspects: true,
            ..Script::default()
        })
        .await
    }

    pub async fn that_replies(status: u16, body: &'static str) -> Self {
        Server::of(Script {
            reply: Some((status, body)),
            ..Script::default()
        })
        .await
    }

    pub async fn of(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Server::on(listener, script)
    }

    /// A server at the address of one that was dropped.
    pub async fn at(url: &str, script: Script) -> Self {
        let address = url.strip_prefix("http://").unwrap().trim_end_matches('/');
        let until = async {
            loop {
                match TcpListener::bind(address).await {
                    Ok(listener) => return listener,
                    // The old server is still shutting down.
                    Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
                }
            }
        };
        let listener = tokio::time::timeout(super::LIMIT, until).await;
        Server::on(listener.expect("its place is taken"), script)
    }

    /// Replaces this server by an ordinary one at the same address.
    pub async fn replaced(self) -> Self {
        let url = self.url.clone();
        drop(self);
        Server::at(&url, Script::default()).await
    }

    pub fn on(listener: TcpListener, script: Script) -> Self {
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let seen = Arc::new(Seen {
            messages: Mutex::default(),
            headers: Mutex::default(),
            refused: Mutex::default(),
            marks: Mutex::default(),
            under_way: AtomicUsize::default(),
            most_under_way: AtomicUsize::default(),
            gate: Semaphore::new(0),
            script,
        });
        let app = Router::new().fallback(answer).with_state(Arc::clone(&seen));
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Server { url, seen, task }
    }

    pub fn messages(&self) -> Vec<Value> {
        let messages = self.seen.messages.lock().unwrap();
        let parsed = messages.iter().map(|it| serde_json::from_str(it).unwrap());
        parsed.collect()
    }

    /// The only message received, exactly as it came.
    pub fn only_message(&self) -> String {
        let messages = self.seen.messages.lock().unwrap();
        assert_eq!(messages.len(), 1, "{messages:?}");
        messages[0].clone()
    }

    pub fn header(&self, name: &str) -> Option<String> {
        let headers = self.seen.headers.lock().unwrap();
        let value = headers.last().expect("a message").get(name)?;
        Some(value.to_str().unwrap().to_owned())
    }

    pub fn marks(&self) -> Vec<u64> {
        self.seen.marks.lock().unwrap().clone()
    }

    /// How often `mark` was called with this argument.
    pub fn times(&self, mark: u64) -> usize {
        self.marks().iter().filter(|it| **it == mark).count()
    }

    pub async fn until_marks(&self, count: usize) {
        let until = async {
            while self.marks().len() < count {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        tokio::time::timeout(super::LIMIT, until)
            .await
            .expect("the marks do not come");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(State(seen): State<Arc<Seen>>, headers: HeaderMap, body: Bytes) -> Response {
    let text = String::from_utf8(body.to_vec()).unwrap();
    let limit = seen.script.max_message;
    if limit > 0 && text.len() > limit {
        seen.refused.lock().unwrap().push(text.len());
        return Response::builder()
            .status(413)
            .body(Body::from("too long"))
            .unwrap();
    }
    let message: Value = serde_json::from_str(&text).unwrap();
    seen.messages.lock().unwrap().push(text);
    seen.headers.lock().unwrap().push(headers);
    let under_way = seen.under_way.fetch_add(1, Ordering::SeqCst) + 1;
    seen.most_under_way.fetch_max(under_way, Ordering::SeqCst);
    // If the client gives up, this handler is dropped. The methods run in a task of their own, and so they still run.
    let answering = tokio::spawn({
        let seen = Arc::clone(&seen);
        async move { seen.answer(&message).await }
    });
    let reply = match answering.await {
        Ok(reply) => reply,
        // The connection breaks.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    };
    seen.under_way.fetch_sub(1, Ordering::SeqCst);
    if let Some((status, body)) = seen.script.reply {
        let is_json = body.starts_with('{');
        let content_type = ["text/html", "application/json"][usize::from(is_json)];
        return Response::builder()
            .status(status)
            .header("content-type", content_type)
            .body(Body::from(body))
            .unwrap();
    }
    let is_unknown = |reply: &Value| reply["error"]["code"] == -32601;
    let status = seen.script.unknown_status;
    if status > 0 && reply.as_ref().is_some_and(is_unknown) {
        return Response::builder()
            .status(status)
            .body(Body::from("what?"))
            .unwrap();
    }
    Response::new(Body::from(reply.map_or(String::new(), |it| it.to_string())))
}

impl Seen {
    async fn answer(&self, message: &Value) -> Option<Value> {
        let Value::Array(batch) = message else {
            let reply = self.call(message).await;
            tokio::time::sleep(self.script.pause).await;
            return reply;
        };
        if let Some((code, text)) = self.script.refuses_batches {
            return Some(json!({
                "jsonrpc": "2.0", "id": null, "error": { "code": code, "message": text },
            }));
        }
        let mut replies = Vec::new();
        for entry in batch {
            replies.extend(self.call(entry).await);
        }
        tokio::time::sleep(self.script.pause).await;
        (!replies.is_empty()).then_some(Value::Array(replies))
    }

    async fn call(&self, request: &Value) -> Option<Value> {
        let params = &request["params"];
        let outcome = match request["method"].as_str().unwrap() {
            "crash" => {
                tokio::time::sleep(Duration::from_millis(500)).await;
                std::panic::resume_unwind(Box::new("it is asked to"))
            }
            method if method == self.script.hangs_on => std::future::pending().await,
            "add" => Ok(json!(
                params[0].as_i64().unwrap() + params[1].as_i64().unwrap()
            )),
            "echo" => Ok(params.clone()),
            "fail" => Err(json!({ "code": 1001, "message": "only 3 left", "data": { "left": 3 } })),
            "mark" => {
                let mark = params[0].as_u64().unwrap();
                self.marks.lock().unwrap().push(mark);
                Ok(json!(mark * 10))
            }
            "gate" => {
                self.gate.acquire().await.unwrap().forget();
                Ok(json!("through"))
            }
            "sleep" => {
                let milliseconds = params[0].as_u64().unwrap();
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                Ok(json!(milliseconds))
            }
            name if self.script.introspects => self.tell(name, &params[0]),
            name => {
                let mut says = self.script.says.iter();
                let said = says.find(|(method, _)| *method == name);
                said.map(|(_, result)| serde_json::from_str(result).unwrap())
                    .ok_or_else(not_found)
            }
        };
        let id = request.get("id")?;
        if self.script.version_1 {
            assert!(request.get("jsonrpc").is_none(), "{request}");
            assert!(params.is_array(), "{request}");
            let (result, error) = match outcome {
                Ok(result) => (result, Value::Null),
                Err(error) => (Value::Null, error),
            };
            let reply = json!({ "result": result, "error": error, "id": id });
            return (!id.is_null()).then_some(reply);
        }
        Some(match outcome {
            Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
            Err(error) => json!({ "jsonrpc": "2.0", "id": id, "error": error }),
        })
    }

    fn tell(&self, name: &str, method: &Value) -> Result<Value, Value> {
        let known = [
            "add",
            "echo",
            "fail",
            "geo:locate",
            "mark",
            "orders.place",
            "orders.seen",
        ];
        let is_known = method.as_str().is_some_and(|it| known.contains(&it));
        match name {
            "rpc.methods" => Ok(json!(known)),
            "rpc.help" | "rpc.signature" if !is_known => {
                Err(json!({ "code": -32602, "message": "Invalid params" }))
            }
            "rpc.help" => Ok(json!("Places an order.\n\nReturns its number.")),
            "rpc.signature" if method == "orders.place" => Ok(json!({
                "name": "orders.place",
                "aliases": ["place"],
                "params": [
                    { "name": "item", "type": "&str" },
                    { "name": "quantity", "type": "u32", "default": "1" },
                ],
                "result": "u64",
                "errors": [{ "code": 1001, "name": "SoldOut", "kind": "conflict" }, { "code": 1002, "name": "Closed", "docs": "No orders\nat night." }],
                "idempotent": false,
                "notification": false,
                "deprecated": "use orders.buy",
            })),
            "rpc.signature" => Ok(json!({
                "name": method,
                "idempotent": self.script.idempotent && method == "mark",
                "notification": false,
            })),
            _ => Err(not_found()),
        }
    }
}

fn not_found() -> Value {
    json!({ "code": -32601, "message": "Method not found" })
}
