//! Methods that leave the async threads.

use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use futures_util::FutureExt;
use rpc_core::{
    Context, Dispatcher, ErrorObject, Internal, Runtime, Server, Service, blocking, code, memory,
    rpc,
};

use crate::batching::Tokio;
use crate::log::Log;

#[rpc]
trait Work {
    #[rpc(blocking)]
    fn work(&self, text: &str, words: &[String], #[rpc(context)] cx: &Context) -> String;
    #[rpc(blocking)]
    fn fail(&self, text: &str) -> Result<(), ErrorObject>;
}

#[derive(Default)]
struct Worker {
    threads: Mutex<Vec<ThreadId>>,
}

impl Work for Worker {
    fn work(&self, text: &str, words: &[String], cx: &Context) -> String {
        self.threads.lock().unwrap().push(thread::current().id());
        let id = cx.id().map_or("none", |id| id.as_json());
        format!("{text} {} {} {id}", words.join("+"), cx.method_name())
    }

    fn fail(&self, text: &str) -> Result<(), ErrorObject> {
        assert_eq!(text, "fine");
        Err(ErrorObject::new(7, text.to_owned()))
    }
}

const WORK: &str = r#"{"jsonrpc":"2.0","method":"work","params":["a\u0020b",["c","d"]],"id":1}"#;
const WORKED: &str = r#"{"jsonrpc":"2.0","result":"a b c+d work 1","id":1}"#;
const FAILED: &str =
    r#"{"jsonrpc":"2.0","error":{"code":-32603,"message":"Internal error"},"id":1}"#;

/// Runs blocking jobs through a function.
struct Jobs(fn(Box<dyn FnOnce() + Send>));

impl Runtime for Jobs {
    fn spawn(&self, _: impl Future<Output = ()> + Send + 'static) {
        unreachable!("nothing is spawned");
    }

    fn sleep(&self, _: Duration) -> impl Future<Output = ()> + Send {
        std::future::pending()
    }

    fn spawn_blocking(&self, job: impl FnOnce() + Send + 'static) {
        (self.0)(Box::new(job));
    }
}

fn server(worker: &Arc<Worker>) -> Server<WorkServer<Worker>> {
    Server::new(WorkServer::from_arc(Arc::clone(worker)))
}

async fn answer(server: &Server<WorkServer<Worker>>, message: &str) -> String {
    let reply = server.handle(message.as_bytes(), Default::default()).await;
    reply.map_or(String::new(), |reply| {
        String::from_utf8(reply.into_body()).unwrap()
    })
}

fn fail(text: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"fail","params":["{text}"],"id":1}}"#)
}

#[tokio::test]
async fn they_run_on_the_servers_runtime() {
    let worker = Arc::new(Worker::default());
    let spawning = server(&worker).runtime(Tokio);
    assert_eq!(answer(&spawning, WORK).await, WORKED);
    assert_eq!(
        answer(&spawning, &format!("[{WORK},{WORK}]")).await,
        format!("[{WORKED},{WORKED}]")
    );
    let here = thread::current().id();
    let threads = std::mem::take(&mut *worker.threads.lock().unwrap());
    assert_eq!(threads.len(), 3);
    assert!(threads.iter().all(|thread| *thread != here));

    assert_eq!(answer(&server(&worker), WORK).await, WORKED);
    assert_eq!(*worker.threads.lock().unwrap(), [here]);
}

#[tokio::test]
async fn errors_and_panics_come_back() {
    let worker = Arc::new(Worker::default());
    for server in [server(&worker), server(&worker).runtime(Tokio)] {
        assert_eq!(
            answer(&server, &fail("fine")).await,
            r#"{"jsonrpc":"2.0","error":{"code":7,"message":"fine"},"id":1}"#
        );
        assert_eq!(answer(&server, &fail("not fine")).await, FAILED);
        assert_eq!(answer(&server, WORK).await, WORKED);
        let batch = format!("[{},{WORK}]", fail("not fine"));
        assert_eq!(
            answer(&server, &batch).await,
            format!("[{FAILED},{WORKED}]")
        );
    }
}

#[tokio::test]
async fn a_panic_is_logged_with_the_methods_name() {
    let log = Log::capture();
    let worker = Arc::new(Worker::default());
    // On another thread, the log would be kept for that thread.
    let at_once = Jobs(|job| job());
    for server in [server(&worker), server(&worker).runtime(at_once)] {
        assert_eq!(answer(&server, &fail("not fine")).await, FAILED);
        let errors = log.errors().join("\n");
        assert!(
            errors.starts_with("the method panicked method=\"fail\" id=\"1\" detail=\"assertion "),
            "{errors}"
        );
    }
}

#[tokio::test]
async fn a_job_that_is_never_run_is_an_internal_error() {
    let worker = Arc::new(Worker::default());
    let never = Jobs(drop);
    assert_eq!(answer(&server(&worker).runtime(never), WORK).await, FAILED);
}

static WAITING: Mutex<Vec<Box<dyn FnOnce() + Send>>> = Mutex::new(Vec::new());

#[tokio::test]
async fn a_call_dropped_before_a_thread_is_free_never_runs() {
    let worker = Arc::new(Worker::default());
    let server = server(&worker).runtime(Jobs(|job| WAITING.lock().unwrap().push(job)));
    let run_waiting = || WAITING.lock().unwrap().drain(..).for_each(|job| job());

    let mut call = Box::pin(answer(&server, WORK));
    assert!(call.as_mut().now_or_never().is_none());
    drop(call);
    run_waiting();
    assert!(worker.threads.lock().unwrap().is_empty());

    let mut call = Box::pin(answer(&server, WORK));
    assert!(call.as_mut().now_or_never().is_none());
    run_waiting();
    assert_eq!(call.await, WORKED);
}

#[tokio::test]
async fn notifications_run_too() {
    let worker = Arc::new(Worker::default());
    let server = server(&worker).runtime(Tokio);
    assert_eq!(answer(&server, &WORK.replace(r#","id":1"#, "")).await, "");
    assert_eq!(worker.threads.lock().unwrap().len(), 1);
}

/// Functions that say on which thread they ran.
fn functions(threads: &Arc<Mutex<Vec<ThreadId>>>) -> Dispatcher {
    let here = {
        let threads = Arc::clone(threads);
        move || threads.lock().unwrap().push(thread::current().id())
    };
    let there = here.clone();
    Dispatcher::new()
        .method(
            "join",
            blocking(move |a: String, b: Option<String>| {
                here();
                format!("{a}{}", b.unwrap_or_default())
            })
            .params(&["a", "b"])
            .docs("Joins two texts."),
        )
        .method(
            "whoami",
            blocking(move |cx: Context, n: u8| {
                there();
                format!("{} {n}", cx.method_name())
            }),
        )
        .method(
            "fail",
            blocking(|text: String| match &*text {
                "internal" => Err(Internal::from("disk full")),
                "panic" => panic!("at the disk"),
                _ => Ok(text.len()),
            }),
        )
        .method("odd", blocking(|| Err::<(), _>(ErrorObject::new(7, "odd"))))
        .method("plain", std::future::ready::<u8>)
}

#[tokio::test]
async fn functions_of_a_dispatcher_can_block() {
    let threads = Arc::default();
    let client = memory::connect(Server::new(functions(&threads)).runtime(Tokio));
    let joined: String = client.call("join", ("a", "b")).await.unwrap();
    assert_eq!(joined, "ab");
    let params = serde_json::json!({ "a": "c" });
    assert_eq!(client.call::<_, String>("join", params).await.unwrap(), "c");
    let who: String = client.call("whoami", (7,)).await.unwrap();
    assert_eq!(who, "whoami 7");
    let here = thread::current().id();
    let ran = std::mem::take(&mut *threads.lock().unwrap());
    assert_eq!(ran.len(), 3);
    assert!(ran.iter().all(|thread| *thread != here));

    let code = async |method: &str, params: &[&str]| {
        let error = client.call::<_, usize>(method, params).await.unwrap_err();
        error.object().unwrap().code()
    };
    assert_eq!(code("fail", &["internal"]).await, code::INTERNAL_ERROR);
    assert_eq!(code("fail", &["panic"]).await, code::INTERNAL_ERROR);
    assert_eq!(code("odd", &[]).await, 7);
    assert_eq!(code("join", &[]).await, code::INVALID_PARAMS);
    assert_eq!(client.call::<_, usize>("fail", ("fine",)).await.unwrap(), 4);

    // Without a runtime, they run in place.
    let client = memory::connect(functions(&threads));
    let who: String = client.call("whoami", (8,)).await.unwrap();
    assert_eq!(
        (&*who, &threads.lock().unwrap()[..]),
        ("whoami 8", &[here][..])
    );
}

#[test]
fn the_contract_says_which_functions_block() {
    let contracts = functions(&Arc::default()).contracts();
    let contract = &contracts[0];
    for (name, blocks) in [
        ("join", true),
        ("whoami", true),
        ("odd", true),
        ("plain", false),
    ] {
        assert_eq!(contract.method(name).unwrap().blocking, blocks, "{name}");
    }
    assert_eq!(contract.method("join").unwrap().docs, "Joins two texts.");
}
