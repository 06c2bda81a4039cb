//! Methods that leave the async threads.

use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use futures_util::FutureExt;
use rpc_core::{Context, ErrorObject, Runtime, Server, rpc};

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
