//! What the server logs of errors that it doesn't explain to callers: once, with the call, in its span, and in one line.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use rpc_core::{
    Context, ErrorObject, Internal, Middleware, Next, Outcome, Runtime, Server, Service, rpc,
};
use serde_json::{Value, json};
use tracing::{Dispatch, Instrument, Level, info_span};
use tracing_subscriber::fmt::MakeWriter;

use crate::scripted::Broken;

/// Tries to forge an entry of the log.
pub const FORGED: &str =
    "x\n2026-01-01T00:00:00.000000Z  INFO audit: admin logged in\r\u{1b}[2K\u{2028}\u{85}\u{202e}";

#[rpc]
trait Failing {
    async fn internal(&self, detail: &str) -> Result<(), Internal>;
    async fn object(&self, detail: &str) -> Result<(), ErrorObject>;
    async fn data(&self, detail: &str) -> Result<(), ErrorObject>;
    async fn panics(&self, detail: &str);
    async fn panics_later(&self, detail: &str);
    async fn unwritable(&self, detail: &str) -> Unwritable;
    async fn undecodable(&self, detail: Fragile) -> u32;
    #[rpc(blocking)]
    fn blocks(&self, detail: &str) -> Result<(), Internal>;
    #[rpc(blocking)]
    fn blocks_and_panics(&self, detail: &str);
    #[rpc(blocking)]
    fn blocks_and_is_unwritable(&self, detail: &str) -> Unwritable;
    #[rpc(blocking)]
    fn blocks_and_logs(&self, detail: &str);
}

/// All methods that fail.
const METHODS: [&str; 10] = [
    "internal",
    "object",
    "data",
    "panics",
    "panics_later",
    "unwritable",
    "undecodable",
    "blocks",
    "blocks_and_panics",
    "blocks_and_is_unwritable",
];

#[derive(Debug, serde::Deserialize)]
struct Unwritable(String);

impl serde::Serialize for Unwritable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom(&self.0))
    }
}

/// Panics when it is decoded.
#[derive(Debug, serde::Serialize)]
struct Fragile(String);

impl<'de> serde::Deserialize<'de> for Fragile {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        panic!("{}", String::deserialize(deserializer)?)
    }
}

struct Fails;

impl Failing for Fails {
    async fn internal(&self, detail: &str) -> Result<(), Internal> {
        Err(Internal::new(detail))
    }

    async fn object(&self, detail: &str) -> Result<(), ErrorObject> {
        Err(ErrorObject::internal(detail))
    }

    async fn data(&self, detail: &str) -> Result<(), ErrorObject> {
        Err(ErrorObject::new(7, "no").with_data(&Unwritable(detail.to_owned())))
    }

    async fn panics(&self, detail: &str) {
        panic!("{detail}");
    }

    async fn panics_later(&self, detail: &str) {
        tokio::task::yield_now().await;
        panic!("{detail}");
    }

    async fn unwritable(&self, detail: &str) -> Unwritable {
        Unwritable(detail.to_owned())
    }

    async fn undecodable(&self, _: Fragile) -> u32 {
        0
    }

    fn blocks(&self, detail: &str) -> Result<(), Internal> {
        Err(Internal::new(detail))
    }

    fn blocks_and_panics(&self, detail: &str) {
        panic!("{detail}");
    }

    fn blocks_and_is_unwritable(&self, detail: &str) -> Unwritable {
        Unwritable(detail.to_owned())
    }

    fn blocks_and_logs(&self, detail: &str) {
        tracing::info!(detail, "from the method");
    }
}

/// The log as plain text, as most programs write it.
#[derive(Clone, Default)]
pub struct Plain(Arc<Mutex<Vec<u8>>>);

impl Plain {
    pub fn dispatch(&self) -> Dispatch {
        let subscriber = tracing_subscriber::fmt()
            .with_writer(self.clone())
            .with_max_level(Level::DEBUG)
            .with_ansi(false)
            .finish();
        Dispatch::new(subscriber)
    }

    /// The lines since the last time. Each has to begin with its time.
    pub fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(std::mem::take(&mut *self.0.lock().unwrap())).unwrap();
        let is_plain = |c: char| c == '\n' || !(c.is_control() || "\u{2028}\u{202e}".contains(c));
        assert!(text.chars().all(is_plain), "{text:?}");
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        for line in &lines {
            assert!(
                line.starts_with("20") && !line.starts_with("2026-01-01"),
                "{text}"
            );
        }
        lines
    }

    /// The lines of errors.
    fn errors(&self) -> Vec<String> {
        let mut lines = self.lines();
        lines.retain(|line| line.contains("ERROR"));
        lines
    }
}

impl io::Write for Plain {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Plain {
    type Writer = Plain;

    fn make_writer(&'a self) -> Plain {
        self.clone()
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// Runs jobs as a test wants them to be run.
struct Jobs<F>(F);

impl<F: Fn(Job) + Send + Sync + 'static> Runtime for Jobs<F> {
    fn spawn(&self, _: impl Future<Output = ()> + Send + 'static) {
        unreachable!("no task is started");
    }

    fn sleep(&self, _: Duration) -> impl Future<Output = ()> + Send {
        std::future::pending()
    }

    fn spawn_blocking(&self, job: impl FnOnce() + Send + 'static) {
        (self.0)(Box::new(job));
    }
}

/// Runs jobs on threads of their own, which have the log of the test, but no span.
fn threads(dispatch: Dispatch) -> impl Runtime {
    Jobs(move |job| {
        let dispatch = dispatch.clone();
        std::thread::spawn(move || tracing::dispatcher::with_default(&dispatch, job));
    })
}

fn call(method: &str, id: Option<Value>) -> Value {
    let mut call = json!({"jsonrpc": "2.0", "method": method, "params": [FORGED]});
    if let Some(id) = id {
        call["id"] = id;
    }
    call
}

async fn handle<S: Service>(server: &Server<S>, message: &Value) {
    let message = message.to_string();
    let answer = server.handle(message.as_bytes(), Default::default());
    answer.instrument(info_span!("caller", who = "me")).await;
}

const ESCAPED: &str = r"x\\u000a2026-01-01T00:00:00.000000Z  INFO audit: admin logged in\\u000d\\u001b[2K\\u2028\\u0085\\u202e";

fn check(line: &str, method: &str, id: Option<&str>) {
    let id = id.map_or(String::new(), |id| format!(" id={:?}", id));
    assert!(
        line.contains(&format!(r#" method="{method}"{id} "#)),
        "{line}"
    );
    assert!(line.contains(r#" caller{who="me"}: "#), "{line}");
    assert!(line.ends_with(&format!("{ESCAPED}\"")), "{line}");
}

#[tokio::test]
async fn a_failure_is_logged_once_with_its_call_in_one_line() {
    let log = Plain::default();
    let dispatch = log.dispatch();
    let _here = tracing::dispatcher::set_default(&dispatch);
    let in_place = Server::new(FailingServer::new(Fails));
    let on_threads = in_place.clone().runtime(threads(dispatch));
    for server in [in_place, on_threads] {
        for method in METHODS {
            for (id, shown) in [(json!(7), "7"), (json!("a\n"), r#""a\n""#)] {
                handle(&server, &call(method, Some(id.clone()))).await;
                let lines = log.errors();
                assert_eq!(lines.len(), 1, "{method}: {lines:?}");
                check(&lines[0], method, Some(shown));
            }
            handle(&server, &call(method, None)).await;
            let lines = log.errors();
            // The result of a notification is not serialised.
            let fails = !method.ends_with("unwritable");
            assert_eq!(lines.len(), usize::from(fails), "{method}: {lines:?}");
            lines.iter().for_each(|line| check(line, method, None));
        }
        let batch = METHODS.map(|method| call(method, Some(json!(method))));
        handle(&server, &Value::from(&batch[..])).await;
        let lines = log.errors();
        assert_eq!(lines.len(), METHODS.len(), "{lines:?}");
        for method in METHODS {
            let of_method = format!(r#" method="{method}" "#);
            let line = lines.iter().find(|line| line.contains(&of_method));
            check(line.unwrap(), method, Some(&format!("{method:?}")));
        }
    }
}

#[tokio::test]
async fn what_middleware_does_with_an_error_changes_nothing_in_the_log() {
    /// Answers something else, or the same with other data, in a span of its own.
    struct Hide(u8);

    impl Middleware for Hide {
        async fn call(&self, _: &Context, next: Next<'_>) -> Outcome {
            let outcome = next.run().instrument(info_span!("inner")).await;
            match self.0 {
                0 => outcome,
                1 => ErrorObject::new(1, "sorry").into(),
                2 => Outcome::value("all is well"),
                3 => outcome.error().cloned().unwrap().into(),
                _ => outcome.error().cloned().unwrap().with_data(&1).into(),
            }
        }
    }

    let log = Plain::default();
    let _here = tracing::dispatcher::set_default(&log.dispatch());
    for way in 0..5 {
        let service = FailingServer::new(Fails);
        let server = Server::new(service.middleware(Hide(way)).middleware(Hide(0)));
        handle(&server, &call("internal", Some(json!(7)))).await;
        let lines = log.errors();
        assert_eq!(lines.len(), 1, "{way}: {lines:?}");
        let spans = r#" caller{who="me"}:inner:inner: "#;
        assert!(lines[0].contains(spans), "{lines:?}");
        assert!(
            lines[0].contains(r#" method="internal" id="7" "#),
            "{lines:?}"
        );
    }
}

#[tokio::test]
async fn what_middleware_fails_with_is_logged_too() {
    struct Failed;

    impl Middleware for Failed {
        async fn call(&self, _: &Context, _: Next<'_>) -> Outcome {
            // One that nobody returns is not logged.
            drop(ErrorObject::internal("never seen"));
            ErrorObject::internal(FORGED).with_data(&Broken).into()
        }
    }

    let log = Plain::default();
    let _here = tracing::dispatcher::set_default(&log.dispatch());
    let server = Server::new(FailingServer::new(Fails).middleware(Failed));
    for method in ["internal", "no such\nmethod"] {
        handle(&server, &call(method, Some(json!(7)))).await;
        let lines = log.errors();
        assert_eq!(lines.len(), 2, "{lines:?}");
        check(&lines[0], &method.replace('\n', r"\\u000a"), Some("7"));
        assert!(
            lines[1].contains("data could not be serialised"),
            "{lines:?}"
        );
    }
}

#[tokio::test]
async fn a_blocking_method_is_in_the_span_of_its_call() {
    let log = Plain::default();
    let dispatch = log.dispatch();
    let _here = tracing::dispatcher::set_default(&dispatch);
    let server = Server::new(FailingServer::new(Fails)).runtime(threads(dispatch));
    handle(&server, &call("blocks_and_logs", Some(json!(7)))).await;
    let lines = log.lines();
    let line = lines.iter().find(|line| line.contains("from the method"));
    assert!(
        line.unwrap().contains(r#" caller{who="me"}: "#),
        "{lines:?}"
    );
}

/// The caller of a blocking method goes away: its failure is still logged.
#[tokio::test]
async fn a_failure_that_nobody_waits_for_is_logged() {
    #[rpc]
    trait Slow {
        #[rpc(blocking)]
        fn fail(&self) -> Result<(), Internal>;
    }

    struct Slowly(
        std::sync::mpsc::Sender<()>,
        Mutex<std::sync::mpsc::Receiver<()>>,
    );

    impl Slow for Slowly {
        fn fail(&self) -> Result<(), Internal> {
            self.0.send(()).unwrap();
            self.1.lock().unwrap().recv().unwrap();
            Err(Internal::new(FORGED))
        }
    }

    let log = Plain::default();
    let dispatch = log.dispatch();
    let _here = tracing::dispatcher::set_default(&dispatch);
    let held: Arc<Mutex<Vec<Job>>> = Arc::default();
    let hold = Arc::clone(&held);
    let (started, has_started) = std::sync::mpsc::channel();
    let (goes_on, go_on) = std::sync::mpsc::channel();
    let service = SlowServer::new(Slowly(started, Mutex::new(go_on)));
    let server = Server::new(service).runtime(Jobs(move |job| hold.lock().unwrap().push(job)));
    let message = json!({"jsonrpc": "2.0", "method": "fail", "id": 7});
    let mut waiting = Box::pin(handle(&server, &message));
    assert!(waiting.as_mut().now_or_never().is_none());
    let job = held.lock().unwrap().pop().unwrap();
    let thread = std::thread::spawn(move || tracing::dispatcher::with_default(&dispatch, job));
    has_started.recv().unwrap();
    drop(waiting);
    goes_on.send(()).unwrap();
    thread.join().unwrap();
    let lines = log.errors();
    assert_eq!(lines.len(), 1, "{lines:?}");
    check(&lines[0], "fail", Some("7"));
}

/// A message that turns out to be invalid after its params have panicked has no call, but the panic is logged.
#[tokio::test]
async fn a_panic_in_an_invalid_message_is_logged_once() {
    let log = Plain::default();
    let _here = tracing::dispatcher::set_default(&log.dispatch());
    let server = Server::new(FailingServer::new(Fails));
    let params = format!(r#""params":[{}]"#, json!(FORGED));
    for end in [
        format!(r#","id":7,{params}}}"#),
        r#","id":7,"id":8}"#.to_owned(),
        r#","id":7"#.to_owned(),
        r#","jsonrpc":"3.0","id":7}"#.to_owned(),
    ] {
        let message = format!(r#"{{"jsonrpc":"2.0","method":"undecodable",{params}{end}"#);
        server.handle(message.as_bytes(), Default::default()).await;
        let lines = log.errors();
        assert_eq!(lines.len(), 1, "{message}: {lines:?}");
        assert!(lines[0].contains(r#" method="undecodable" "#), "{lines:?}");
    }
}

#[tokio::test]
async fn the_detail_is_cut() {
    let log = Plain::default();
    let _here = tracing::dispatcher::set_default(&log.dispatch());
    let server = Server::new(FailingServer::new(Fails)).disclose(true);
    let detail = "\u{7f}".repeat(1_000_000);
    for method in METHODS {
        let message = json!({"jsonrpc": "2.0", "method": method, "params": [detail], "id": 7});
        let message = message.to_string();
        let reply = server.handle(message.as_bytes(), Default::default()).await;
        assert!(reply.unwrap().body().len() < 20_000, "{method}");
        let lines = log.errors();
        assert_eq!(lines.len(), 1, "{method}");
        let limit = 7 * rpc_core::limits::LOGGED_DETAIL + 300;
        assert!(lines[0].len() < limit, "{method}: {}", lines[0].len());
        assert!(lines[0].ends_with("…\""), "{method}");
    }
}

/// Everything that the core logs of what peers send.
#[tokio::test]
async fn no_message_forges_a_line() {
    let log = Plain::default();
    let _here = tracing::dispatcher::set_default(&log.dispatch());
    let server = Server::new(FailingServer::new(Fails)).version_1(true);
    let forged = json!(FORGED).to_string();
    for message in [
        FORGED.to_owned(),
        forged.clone(),
        format!("{{{forged}:1}}"),
        format!("{{{forged}"),
        format!(r#"{{"jsonrpc":{forged},"method":"internal","id":1}}"#),
        format!(r#"{{"jsonrpc":"2.0","method":{forged},"id":1}}"#),
        format!(r#"{{"jsonrpc":"2.0","method":{forged},"params":[1],"id":{forged}}}"#),
        format!(r#"{{"jsonrpc":"2.0","method":"internal","params":{{{forged}:1}},"id":{forged}}}"#),
        format!(r#"[{forged},{{"method":{forged}}}]"#),
        format!(r#"{{"method":"internal","params":[{forged}],"id":[{forged}]}}"#),
    ] {
        server.handle(message.as_bytes(), Default::default()).await;
        log.lines();
    }
}
