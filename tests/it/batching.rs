//! Calls that are made at the same time share a message, and nobody notices but the server.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rpc_core::memory::Memory;
use rpc_core::transport::{Batched, TransportFailure, TransportReply, TransportRequest};
use rpc_core::{
    Batching, CallError, Client, Dispatcher, ErrorObject, Execution, Id, ProtocolError, Runtime,
    Transport, TransportError,
};
use serde_json::{Value, json};

use crate::errors::log::Plain;
use crate::scripted::Script;

/// tokio, for [`Batched`].
pub struct Tokio;

impl Runtime for Tokio {
    fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(future);
    }

    fn spawn_blocking(&self, job: impl FnOnce() + Send + 'static) {
        tokio::task::spawn_blocking(job);
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(duration)
    }
}

const SOON: Duration = Duration::from_millis(20);
const NEVER: Duration = Duration::from_secs(3600);

type BatchedClient<T> = Client<Batched<T, Tokio>>;

fn gathering<T: Transport>(transport: T, batching: Batching) -> BatchedClient<T> {
    Client::from_transport(Batched::new(transport, batching, Tokio))
}

/// A server that answers each call with its first parameter, and a record of what it was sent.
fn echo() -> Script {
    Script::new(|message| Ok(TransportReply::new(echoed(&message.body))))
}

fn echoed(message: &[u8]) -> String {
    let answer = |call: &Value| {
        let result = &call["params"][0];
        json!({ "jsonrpc": "2.0", "result": result, "id": call["id"] })
    };
    match serde_json::from_slice(message).unwrap() {
        Value::Array(calls) => Value::from_iter(calls.iter().map(answer)).to_string(),
        call => answer(&call).to_string(),
    }
}

fn call<T: Transport>(
    client: &Client<T>,
    value: u32,
) -> impl Future<Output = Result<u32, CallError>> + use<T> {
    client.call("echo", (value,))
}

async fn calls<T: Transport>(client: &Client<T>, count: u32) -> Vec<Result<u32, CallError>> {
    join_all((0..count).map(|value| call(client, value))).await
}

fn lengths(script: &Script) -> Vec<usize> {
    let length = |message: &String| match serde_json::from_str(message).unwrap() {
        Value::Array(calls) => calls.len(),
        _ => 1,
    };
    script.sent().iter().map(length).collect()
}

#[tokio::test]
async fn calls_of_the_same_time_share_a_message_and_get_their_own_answers() {
    let script = echo();
    let client = gathering(script.clone(), Batching::default());
    for (value, answer) in calls(&client, 3).await.into_iter().enumerate() {
        assert_eq!(answer.unwrap() as usize, value);
    }
    assert_eq!(
        script.sent(),
        [concat!(
            r#"[{"jsonrpc":"2.0","method":"echo","params":[0],"id":1},"#,
            r#"{"jsonrpc":"2.0","method":"echo","params":[1],"id":2},"#,
            r#"{"jsonrpc":"2.0","method":"echo","params":[2],"id":3}]"#
        )]
    );
}

#[tokio::test]
async fn tasks_that_are_ready_in_the_same_turn_share_a_message() {
    let script = echo();
    let client = gathering(script.clone(), Batching::default());
    let tasks: Vec<_> = (0..10)
        .map(|value| tokio::spawn(call(&client, value)))
        .collect();
    for (value, task) in tasks.into_iter().enumerate() {
        assert_eq!(task.await.unwrap().unwrap() as usize, value);
    }
    assert_eq!(lengths(&script), [10]);
}

#[tokio::test]
async fn a_lone_call_is_a_plain_call() {
    let script = echo();
    let client = gathering(script.clone(), Batching::default());
    for value in [5, 6] {
        assert_eq!(call(&client, value).await.unwrap(), value);
    }
    let plain =
        |value, id| format!(r#"{{"jsonrpc":"2.0","method":"echo","params":[{value}],"id":{id}}}"#);
    assert_eq!(script.sent(), [plain(5, 1), plain(6, 2)]);
}

#[tokio::test]
async fn more_calls_than_a_message_takes_are_split() {
    let script = echo();
    let client = gathering(script.clone(), Batching::default().max_calls(4));
    let answers = calls(&client, 10).await;
    assert!(answers.iter().all(Result::is_ok));
    let mut lengths = lengths(&script);
    lengths.sort_unstable();
    assert_eq!(lengths, [2, 4, 4]);
}

#[tokio::test]
async fn larger_messages_than_allowed_are_split() {
    let one = r#"{"jsonrpc":"2.0","method":"echo","params":[0],"id":1}"#.len();
    let three = one * 3 + "[,,]".len();
    for (max_size, expected) in [
        (three, vec![3, 3]),
        (three - 1, vec![2, 2, 2]),
        (one, vec![1; 6]),
    ] {
        let script = echo();
        let client = gathering(script.clone(), Batching::default().max_size(max_size));
        assert!(calls(&client, 6).await.iter().all(Result::is_ok));
        assert_eq!(lengths(&script), expected, "{max_size}");
        let longest = script.sent().iter().map(String::len).max().unwrap();
        assert!(longest <= max_size, "{longest} {max_size}");
    }
}

#[tokio::test]
async fn less_than_two_calls_a_message_means_none_are_gathered() {
    for most in [0, 1] {
        let script = echo();
        let client = gathering(script.clone(), Batching::default().max_calls(most));
        assert!(calls(&client, 3).await.iter().all(Result::is_ok));
        assert_eq!(lengths(&script), [1, 1, 1]);
    }
}

#[tokio::test]
async fn calls_with_different_headers_never_share_a_message() {
    let script = echo();
    let client = gathering(script.clone(), Batching::default());
    let with = |value: u32, user: &'static str| {
        client
            .call::<_, u32>("echo", (value,))
            .header("x-user", user)
    };
    let answers = join_all([with(0, "a"), with(1, "b"), with(2, "a"), with(3, "b")]).await;
    for (value, answer) in answers.into_iter().enumerate() {
        assert_eq!(answer.unwrap() as usize, value);
    }
    let plain = call(&client, 9).await.unwrap();
    assert_eq!(plain, 9);
    let mut sent: Vec<_> = script
        .messages()
        .into_iter()
        .map(|message| {
            let user = message
                .headers
                .get("x-user")
                .map(|user| user.to_str().unwrap().to_owned());
            let length = message.body.iter().filter(|byte| **byte == b'{').count();
            (user, length)
        })
        .collect();
    sent.sort_unstable();
    assert_eq!(
        sent,
        [
            (None, 1),
            (Some("a".to_owned()), 2),
            (Some("b".to_owned()), 2)
        ]
    );
}

#[tokio::test]
async fn who_opts_out_goes_alone_and_what_is_no_call_goes_as_it_is() {
    let script = echo();
    let client = gathering(script.clone(), Batching::default());
    let unbatched = client.call::<_, u32>("echo", (1,)).unbatched();
    let (one, two, three) = tokio::join!(unbatched, call(&client, 2), call(&client, 3));
    assert_eq!((one.unwrap(), two.unwrap(), three.unwrap()), (1, 2, 3));
    assert_eq!(lengths(&script), [1, 2]);

    let script = Script::silent();
    let client = gathering(script.clone(), Batching::default());
    let (one, two, raw) = tokio::join!(
        client.notify("seen", (1,)),
        client.notify("seen", (2,)),
        client.send("anything"),
    );
    one.unwrap();
    two.unwrap();
    assert_eq!(raw.unwrap(), None);
    assert_eq!(script.sent().len(), 3);
    assert!(script.sent().contains(&"anything".to_owned()));
}

#[tokio::test]
async fn batches_go_as_they_are() {
    let script = echo();
    let client = gathering(script.clone(), Batching::default());
    let batch = |value: u32| {
        let entry = client.call::<_, u32>("echo", (value,));
        client.batch((entry,))
    };
    let (one, two) = tokio::join!(batch(1), batch(2));
    assert_eq!((one.unwrap().0.unwrap(), two.unwrap().0.unwrap()), (1, 2));
    assert_eq!(script.sent().len(), 2);
}

#[tokio::test]
async fn equal_ids_do_not_share_a_message() {
    let script = echo();
    let client = gathering(script.clone(), Batching::default());
    let same = |value: u32, id: Id| client.call::<_, u32>("echo", (value,)).id(id);
    for (one, other, count) in [("\"a\"", r#""\u0061""#, 2), ("1.0", "1", 4)] {
        let [one, other] = [one, other].map(|id| id.parse().unwrap());
        let (one, two) = tokio::join!(same(1, one), same(2, other));
        assert_eq!((one.unwrap(), two.unwrap()), (1, 2));
        assert_eq!(lengths(&script), vec![1; count]);
    }
}

/// A transport whose replies wait until the test lets them go.
#[derive(Clone)]
pub struct Gate {
    script: Script,
    pub open: Arc<tokio::sync::Semaphore>,
    pub given_up: Arc<AtomicUsize>,
}

impl Gate {
    pub fn new(script: Script) -> Self {
        Gate {
            script,
            open: Arc::new(tokio::sync::Semaphore::new(0)),
            given_up: Arc::default(),
        }
    }

    /// Waits until a number of messages has been sent.
    pub async fn sent(&self, count: usize) {
        while self.script.sent().len() < count {
            tokio::task::yield_now().await;
        }
    }
}

struct GivenUp(Arc<AtomicUsize>);

impl Drop for GivenUp {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Transport for Gate {
    async fn send(&self, message: TransportRequest) -> Result<TransportReply, TransportFailure> {
        let given_up = GivenUp(Arc::clone(&self.given_up));
        let reply = self.script.send(message).await;
        let _open = self.open.acquire().await.unwrap();
        std::mem::forget(given_up);
        reply
    }
}

#[tokio::test]
async fn each_call_keeps_its_own_timeout() {
    let gate = Gate::new(echo());
    let client = gathering(gate.clone(), Batching::default());
    let with = |value: u32, timeout| client.call::<_, u32>("echo", (value,)).timeout(timeout);
    let patient = tokio::spawn(with(1, NEVER));
    let impatient = with(2, SOON).await;
    assert!(impatient.unwrap_err().is_timeout());
    let message = gate.script.only();
    assert_eq!(message.timeout, Some(NEVER));
    gate.open.add_permits(1);
    assert_eq!(patient.await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn calls_with_the_transports_timeout_leave_it_to_the_transport() {
    let script = echo();
    let client = gathering(script.clone(), Batching::default());
    let own = client.call::<_, u32>("echo", (1,)).timeout(SOON);
    let (one, two, three) = tokio::join!(own, call(&client, 2), call(&client, 3));
    assert_eq!((one.unwrap(), two.unwrap(), three.unwrap()), (1, 2, 3));
    let mut timeouts: Vec<_> = script
        .messages()
        .iter()
        .map(|message| message.timeout)
        .collect();
    timeouts.sort_unstable();
    assert_eq!(timeouts, [None, Some(SOON)]);
}

#[tokio::test]
async fn a_call_that_is_dropped_before_it_is_sent_is_left_out() {
    let script = echo();
    let client = gathering(script.clone(), Batching::default().window(SOON));
    let mut dropped = Box::pin(call(&client, 1));
    let others = [call(&client, 2), call(&client, 3)];
    assert!(futures_util::poll!(&mut dropped).is_pending());
    drop(dropped);
    let answers = join_all(others).await;
    assert_eq!(
        answers.into_iter().map(Result::unwrap).collect::<Vec<_>>(),
        [2, 3]
    );
    assert_eq!(lengths(&script), [2]);
}

#[tokio::test]
async fn a_call_that_is_dropped_later_disturbs_no_other() {
    let gate = Gate::new(echo());
    let client = gathering(gate.clone(), Batching::default());
    let [first, dropped, last] = [1, 2, 3].map(|value| tokio::spawn(call(&client, value)));
    gate.sent(1).await;
    dropped.abort();
    assert!(dropped.await.unwrap_err().is_cancelled());
    gate.open.add_permits(1);
    assert_eq!(first.await.unwrap().unwrap(), 1);
    assert_eq!(last.await.unwrap().unwrap(), 3);
    assert_eq!(gate.given_up.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_message_whose_calls_are_all_dropped_is_given_up() {
    for count in [1, 3] {
        let gate = Gate::new(echo());
        let client = gathering(gate.clone(), Batching::default());
        let tasks: Vec<_> = (0..count)
            .map(|value| tokio::spawn(call(&client, value)))
            .collect();
        gate.sent(1).await;
        assert_eq!(gate.given_up.load(Ordering::SeqCst), 0);
        tasks.iter().for_each(tokio::task::JoinHandle::abort);
        while gate.given_up.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_lost_message_fails_the_calls_inside_and_no_others() {
    #[derive(Debug)]
    struct Lost;
    impl std::fmt::Display for Lost {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("lost")
        }
    }
    impl std::error::Error for Lost {}

    let script = Script::new(|message| {
        if String::from_utf8_lossy(&message.body).contains("[0]") {
            return Err(TransportError::new("it went wrong", Lost).into());
        }
        Ok(TransportReply::new(echoed(&message.body)))
    });
    let client = gathering(script, Batching::default().max_calls(2));
    let answers = calls(&client, 4).await;
    for lost in &answers[..2] {
        let Err(CallError::Transport(error)) = lost else {
            panic!("{lost:?}")
        };
        assert_eq!(error.to_string(), "echo: it went wrong");
        assert!(error.downcast_ref::<Lost>().is_some());
    }
    assert!(answers[2..].iter().all(Result::is_ok));

    let script = Script::new(|_| Err(rpc_core::TimeoutError::Reply.into()));
    let answers = calls(&gathering(script, Batching::default()), 2).await;
    assert!(
        answers
            .into_iter()
            .all(|answer| answer.unwrap_err().is_timeout())
    );
}

/// Answers batches with `refusal`, and single calls as they should be.
fn refusing(refusal: impl Fn() -> TransportReply + Send + Sync + 'static) -> Script {
    Script::new(move |message| match message.body[0] {
        b'[' => Ok(refusal()),
        _ => Ok(TransportReply::new(echoed(&message.body))),
    })
}

fn one_error(code: i64) -> TransportReply {
    error_that_says(code, "no")
}

fn error_that_says(code: i64, message: &str) -> TransportReply {
    let error = json!({ "code": code, "message": message });
    TransportReply::new(json!({ "jsonrpc": "2.0", "error": error, "id": null }).to_string())
}

#[tokio::test]
async fn a_server_that_refuses_batches_is_noticed_once() {
    for (code, message) in [
        (-32600, "no"),
        (-32700, "no"),
        (-32005, "Batched requests are not supported by this server"),
        (-32010, "The batch request was too large"),
    ] {
        let script = refusing(move || error_that_says(code, message));
        let batching = Batching::default().refusal(rpc_http::refuses_batch);
        let client = gathering(script.clone(), batching);
        for _ in 0..2 {
            for (value, answer) in calls(&client, 3).await.into_iter().enumerate() {
                assert_eq!(answer.unwrap() as usize, value);
            }
        }
        assert_eq!(lengths(&script), [3, 1, 1, 1, 1, 1, 1], "{code}");
    }
}

#[tokio::test]
async fn a_client_recognises_the_refusals_it_was_told_of() {
    let is_7 = |error: &ErrorObject| error.code() == 7;
    for (batching, code, is_refusal) in [
        (Batching::default(), -32600, true),
        (Batching::default(), -32005, false),
        (Batching::default().refusal(is_7), 7, true),
        (Batching::default().refusal(is_7), -32600, false),
        (Batching::default().or_refusal(is_7), 7, true),
        (
            Batching::default().refusal(is_7).or_refusal(|_| false),
            7,
            true,
        ),
    ] {
        let text = "Batched requests are not supported by this server";
        let script = refusing(move || error_that_says(code, text));
        let client = gathering(script.clone(), batching);
        let are_ok = calls(&client, 2).await.iter().all(Result::is_ok);
        assert_eq!(are_ok, is_refusal, "{code}");
    }
}

#[tokio::test]
async fn a_transport_can_tell_a_refusal_too() {
    let one_error = r#"{"jsonrpc":"2.0","error":{"code":-32007,"message":"too big"},"id":null}"#;
    let error_in_array = format!("[{one_error}]");
    let of_one_call = r#"{"jsonrpc":"2.0","error":{"code":-32007,"message":"too big"},"id":0}"#;
    for reply in [
        "<h1>Too large</h1>",
        "",
        "[]",
        one_error,
        &error_in_array,
        of_one_call,
    ] {
        let error_if_invalid = TransportError::message("HTTP status 413");
        let refusal = TransportReply::new(reply.to_owned())
            .error_if_invalid(error_if_invalid)
            .refused();
        let script = refusing(move || refusal.clone());
        let client = gathering(script.clone(), Batching::default());
        assert!(calls(&client, 2).await.iter().all(Result::is_ok), "{reply}");
        assert_eq!(lengths(&script), [2, 1, 1], "{reply}");
    }
}

#[tokio::test]
async fn a_refused_call_takes_no_longer_than_its_timeout() {
    /// Refuses batches, and never answers a call.
    struct Stuck;

    impl Transport for Stuck {
        async fn send(
            &self,
            message: TransportRequest,
        ) -> Result<TransportReply, TransportFailure> {
            match message.body[0] {
                b'[' => Ok(one_error(-32600)),
                _ => std::future::pending().await,
            }
        }
    }

    let batched = Batched::new(Stuck, Batching::default(), Tokio).timeout(SOON);
    let client = Client::from_transport(batched);
    for answer in calls(&client, 2).await {
        assert!(answer.unwrap_err().is_timeout());
    }
}

#[tokio::test]
async fn a_refused_call_keeps_its_headers_and_its_timeout() {
    let script = refusing(|| one_error(-32600));
    let client = gathering(script.clone(), Batching::default());
    let with = |value: u32| {
        let call = client.call::<_, u32>("echo", (value,));
        call.header("x-user", "a").timeout(NEVER)
    };
    let (one, two) = tokio::join!(with(1), with(2));
    assert_eq!((one.unwrap(), two.unwrap()), (1, 2));
    for message in script.messages() {
        assert_eq!(message.headers["x-user"], "a");
        assert_eq!(message.timeout, Some(NEVER));
    }
}

#[tokio::test]
async fn what_may_have_run_is_not_sent_again() {
    type Refusal = fn() -> TransportReply;
    let replies: [(&str, Refusal); 11] = [
        ("an internal error", || one_error(-32603)),
        ("a limit of rate", || {
            error_that_says(-32005, "limit exceeded")
        }),
        ("no limit to batches", || one_error(-32010)),
        ("an error of the method's", || one_error(1001)),
        ("an error in an array", || {
            TransportReply::new(
                r#"[{"jsonrpc":"2.0","error":{"code":7,"message":"no"},"id":null}]"#,
            )
        }),
        ("an error that is a string", || {
            TransportReply::new(r#"{"error":"batch requests are not supported"}"#)
        }),
        ("a status", || {
            let why = TransportError::message("HTTP status 422").with_retryable(false);
            TransportReply::new("oops").error_if_invalid(why)
        }),
        ("no JSON", || TransportReply::new("oops")),
        ("a page", || TransportReply::new("<html>")),
        ("nothing", || TransportReply::new("")),
        ("an array of nothing", || TransportReply::new("[]")),
    ];
    for (what, reply) in replies {
        let script = refusing(reply);
        let batching = Batching::default().refusal(rpc_http::refuses_batch);
        let client = gathering(script.clone(), batching);
        let declared = || client.call::<_, u32>("echo", (1,));
        for failed in join_all([declared(), declared()]).await {
            let error = failed.unwrap_err();
            assert_eq!(error.execution(), Execution::MaybeRun, "{what}: {error:?}");
        }
        assert!(calls(&client, 2).await.iter().all(Result::is_ok), "{what}");
        assert_eq!(lengths(&script), [2, 1, 1], "{what}");
    }
}

/// An error object without an id may be about any of the calls, so it is not a method's own, even if the method declares it.
#[tokio::test]
async fn an_error_for_a_whole_message_is_no_method_s() {
    for reply in [
        r#"{"jsonrpc":"2.0","error":{"code":1001,"message":"no"},"id":null}"#,
        r#"[{"jsonrpc":"2.0","error":{"code":1001,"message":"no"},"id":null}]"#,
    ] {
        let client = gathering(Script::replies(reply), Batching::default());
        let call = || client.start("echo").call::<u32, ErrorObject>();
        for failed in join_all([call(), call()]).await {
            let error = failed.unwrap_err();
            assert!(matches!(error, CallError::Object(_)), "{reply}: {error:?}");
            assert_eq!(error.execution(), Execution::MaybeRun, "{reply}");
        }
    }
}

/// A server that is busy or down may well understand batches.
#[tokio::test]
async fn an_outage_is_no_refusal() {
    type Outage = fn() -> TransportReply;
    let outages: [Outage; 3] = [
        || TransportReply::new("oops").error_if_invalid(TransportError::message("HTTP status 502")),
        || one_error(-32005).retry_after(SOON),
        || one_error(-32005).error_if_invalid(TransportError::message("HTTP status 503")),
    ];
    for outage in outages {
        let script = refusing(outage);
        let client = gathering(script.clone(), Batching::default());
        for _ in 0..2 {
            assert!(calls(&client, 2).await.iter().all(Result::is_err));
        }
        assert_eq!(lengths(&script), [2, 2]);
    }
}

/// tokio, with a clock that the test moves. Each permit ends one sleep.
#[derive(Clone)]
struct Clock {
    now: Arc<Mutex<Instant>>,
    sleeps: Arc<tokio::sync::Semaphore>,
}

impl Clock {
    fn new() -> Self {
        Clock {
            now: Arc::new(Mutex::new(Instant::now())),
            sleeps: Arc::new(tokio::sync::Semaphore::new(0)),
        }
    }

    fn advance(&self, duration: Duration) {
        *self.now.lock().unwrap() += duration;
    }
}

impl Runtime for Clock {
    fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        tokio::spawn(future);
    }

    fn spawn_blocking(&self, job: impl FnOnce() + Send + 'static) {
        tokio::task::spawn_blocking(job);
    }

    async fn sleep(&self, _: Duration) {
        self.sleeps.acquire().await.unwrap().forget();
    }

    fn now(&self) -> Instant {
        *self.now.lock().unwrap()
    }
}

#[tokio::test]
async fn batches_are_tried_again_after_a_while() {
    const MINUTE: Duration = Duration::from_secs(60);
    let moment = Duration::from_nanos(1);
    let refuses = Arc::new(AtomicBool::new(true));
    let (refuses_now, clock) = (Arc::clone(&refuses), Clock::new());
    let script = Script::new(move |message| {
        Ok(match message.body[0] {
            b'[' if refuses_now.load(Ordering::SeqCst) => {
                TransportReply::new("<h1>Bad Request</h1>")
            }
            _ => TransportReply::new(echoed(&message.body)),
        })
    });
    let batched = Batched::new(script.clone(), Batching::default(), clock.clone());
    let client = Client::from_transport(batched);
    let mut seen = 0;
    let mut two = async || {
        let are_ok = calls(&client, 2).await.iter().all(Result::is_ok);
        let messages = lengths(&script).split_off(seen);
        seen += messages.len();
        (are_ok, messages)
    };
    let (batch, alone) = (vec![2], vec![1, 1]);
    assert_eq!(two().await, (false, batch.clone()));
    // The pause is twice as long after each further refusal.
    for pause in [MINUTE, 2 * MINUTE, 4 * MINUTE] {
        clock.advance(pause - moment);
        assert_eq!(two().await, (true, alone.clone()), "{pause:?}");
        clock.advance(moment);
        assert_eq!(two().await, (false, batch.clone()), "{pause:?}");
    }
    refuses.store(false, Ordering::SeqCst);
    clock.advance(8 * MINUTE - moment);
    assert_eq!(two().await, (true, alone.clone()));
    clock.advance(moment);
    for _ in 0..2 {
        assert_eq!(two().await, (true, batch.clone()));
    }
    // The server is as good as new.
    refuses.store(true, Ordering::SeqCst);
    assert_eq!(two().await, (false, batch.clone()));
    clock.advance(MINUTE);
    assert_eq!(two().await, (false, batch.clone()));
}

#[tokio::test]
async fn the_pause_may_be_set() {
    let clock = Clock::new();
    let script = refusing(|| one_error(-32600));
    let batching = Batching::default().pause(SOON);
    let client = Client::from_transport(Batched::new(script.clone(), batching, clock.clone()));
    for _ in 0..2 {
        assert!(calls(&client, 2).await.iter().all(Result::is_ok));
        clock.advance(SOON);
    }
    assert_eq!(lengths(&script), [2, 1, 1, 2, 1, 1]);
}

/// Two messages were under way, and the first is refused while the second is still collected.
#[tokio::test]
async fn what_is_collected_during_a_refusal_is_sent_alone() {
    let (script, clock) = (refusing(|| TransportReply::new("no")), Clock::new());
    let batching = Batching::default().window(NEVER).max_calls(3);
    let client = Client::from_transport(Batched::new(script.clone(), batching, clock.clone()));
    let call = |value: u32, user: &'static str| {
        let call = client.call::<_, u32>("echo", (value,));
        call.header("x-user", user)
    };
    let mut second = Box::pin(join_all([call(3, "b"), call(4, "b")]));
    assert!(futures_util::poll!(&mut second).is_pending());
    for failed in join_all([call(0, "a"), call(1, "a"), call(2, "a")]).await {
        failed.unwrap_err();
    }
    clock.sleeps.add_permits(1);
    for (value, answer) in (3..).zip(second.await) {
        assert_eq!(answer.unwrap(), value);
    }
    assert_eq!(lengths(&script), [3, 1, 1]);
}

#[tokio::test]
async fn a_refusal_is_logged_once() {
    let log = Plain::default();
    let _here = tracing::dispatcher::set_default(&log.dispatch());
    let client = gathering(refusing(|| one_error(-32600)), Batching::default());
    for _ in 0..2 {
        assert!(calls(&client, 2).await.iter().all(Result::is_ok));
    }
    let [line] = &log.lines()[..] else { panic!() };
    let text = "the server refuses batches: calls are sent alone for a while pause=60s";
    assert!(line.contains("WARN") && line.contains(text), "{line}");
}

/// What two calls, 1 and 2, get from a reply.
async fn answers_from(reply: &'static str) -> [Result<u32, CallError>; 2] {
    let client = gathering(Script::replies(reply), Batching::default());
    calls(&client, 2).await.try_into().unwrap()
}

#[tokio::test]
async fn answers_are_told_apart_by_their_ids() {
    let swapped = "\u{feff} [ {\"id\": 2, \"jsonrpc\": \"2.0\", \"result\": 22},\n{\"jsonrpc\":\"2.0\",\"result\":11,\"id\":1}, 7 ] ";
    let [one, two] = answers_from(swapped).await;
    assert_eq!((one.unwrap(), two.unwrap()), (11, 22));
    let other_digits =
        r#"[{"jsonrpc":"2.0","result":22,"id":2.0},{"jsonrpc":"2.0","result":11,"id":1}]"#;
    let [one, two] = answers_from(other_digits).await;
    let plain =
        Client::from_transport(Script::replies(r#"{"jsonrpc":"2.0","result":22,"id":1.0}"#));
    assert_eq!(
        plain.call::<_, u32>("echo", (1,)).await.is_ok(),
        two.is_ok()
    );
    assert_eq!(one.unwrap(), 11);
}

#[tokio::test]
async fn one_bad_answer_costs_one_call() {
    let [one, two] = answers_from(
        r#"[{"jsonrpc":"2.0","error":{"code":7,"message":"no"},"id":1},{"jsonrpc":"2.0","result":"x","id":2}]"#,
    )
    .await;
    assert_eq!(one.unwrap_err().object().unwrap().code(), 7);
    assert!(matches!(
        two.unwrap_err().protocol(),
        Some(ProtocolError::Result { .. })
    ));

    let [one, two] = answers_from(
        r#"[{"jsonrpc":"2.0","result":1,"id":1},{"jsonrpc":"2.0","result":2,"id":1},{"jsonrpc":"2.0","result":3,"id":9}]"#,
    )
    .await;
    assert!(matches!(
        one.unwrap_err().protocol(),
        Some(ProtocolError::SeveralAnswers { .. })
    ));
    let Some(ProtocolError::NoAnswer { id, foreign, .. }) = two.as_ref().unwrap_err().protocol()
    else {
        panic!()
    };
    assert_eq!((id, foreign), (&2.into(), &vec![9.into()]));

    let [one, two] = answers_from(
        r#"[{"jsonrpc":"2.0","error":{"code":-32600,"message":"no"},"id":null},{"jsonrpc":"2.0","result":2,"id":2}]"#,
    )
    .await;
    assert_eq!(one.unwrap_err().object().unwrap().code(), -32600);
    assert_eq!(two.unwrap(), 2);
}

#[tokio::test]
async fn an_array_that_answers_nobody_leaves_the_word_to_the_transport() {
    let doubtful = |reply: &'static str| {
        let error_if_invalid = TransportError::message("HTTP status 503");
        Script::new(move |_| {
            Ok(TransportReply::new(reply).error_if_invalid(error_if_invalid.clone()))
        })
    };
    for reply in ["[]", "[1, 2]", r#"[{"jsonrpc":"2.0","result":1,"id":7}]"#] {
        let client = gathering(doubtful(reply), Batching::default());
        for answer in calls(&client, 2).await {
            assert_eq!(answer.unwrap_err().to_string(), "echo: HTTP status 503");
        }
        for answer in answers_from(reply).await {
            let error = answer.unwrap_err().to_string();
            assert!(error.contains("has no answer"), "{error}");
        }
    }

    // What the server says of calls that it could not tell apart, or of one of them, is more than a status.
    let client = gathering(
        doubtful(r#"[{"jsonrpc":"2.0","error":{"code":7,"message":"down"},"id":null}]"#),
        Batching::default(),
    );
    for answer in calls(&client, 2).await {
        assert_eq!(answer.unwrap_err().object().unwrap().message(), "down");
    }
    let client = gathering(
        doubtful(r#"[{"jsonrpc":"2.0","result":11,"id":1},{"jsonrpc":"2.0","id":2}]"#),
        Batching::default(),
    );
    let [one, two] = <[_; 2]>::try_from(calls(&client, 2).await).unwrap();
    assert_eq!(one.unwrap(), 11);
    assert_eq!(two.unwrap_err().to_string(), "echo: HTTP status 503");
}

#[tokio::test]
async fn an_error_names_no_long_ids_of_others() {
    let long = "x".repeat(1000);
    let reply = json!([
        { "jsonrpc": "2.0", "result": 1, "id": long },
        { "jsonrpc": "2.0", "result": 1, "id": "short" },
    ]);
    let client = gathering(Script::replies(reply.to_string()), Batching::default());
    for answer in calls(&client, 2).await {
        let Some(ProtocolError::NoAnswer { foreign, .. }) = answer.as_ref().unwrap_err().protocol()
        else {
            panic!("{answer:?}")
        };
        assert_eq!(*foreign, ["short".into()]);
    }
}

#[tokio::test]
async fn a_reply_that_is_no_batch_is_every_calls_error() {
    for answer in answers_from("<html>").await {
        assert!(matches!(
            answer.unwrap_err().protocol(),
            Some(ProtocolError::Html { .. })
        ));
    }
    for answer in answers_from("[{}").await {
        assert!(matches!(
            answer.unwrap_err().protocol(),
            Some(ProtocolError::Truncated { .. })
        ));
    }
    for answer in answers_from("").await {
        assert!(matches!(
            answer.unwrap_err().protocol(),
            Some(ProtocolError::Empty)
        ));
    }
}

#[tokio::test]
async fn a_window_gathers_what_comes_later_and_a_full_message_does_not_wait_for_it() {
    let script = echo();
    let client = gathering(script.clone(), Batching::default().window(5 * SOON));
    let first = tokio::spawn(call(&client, 1));
    tokio::time::sleep(SOON).await;
    assert!(script.sent().is_empty());
    assert_eq!(call(&client, 2).await.unwrap(), 2);
    assert_eq!(first.await.unwrap().unwrap(), 1);
    assert_eq!(lengths(&script), [2]);

    let script = echo();
    let client = gathering(
        script.clone(),
        Batching::default().window(NEVER).max_calls(2),
    );
    assert!(calls(&client, 4).await.iter().all(Result::is_ok));
    assert_eq!(lengths(&script), [2, 2]);
}

#[test]
fn a_runtime_that_is_shut_down_takes_its_calls_with_it_and_no_others() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
    };
    let script = echo();
    let client = gathering(
        script.clone(),
        Batching::default().window(NEVER).max_calls(2),
    );
    let first = runtime();
    let mut waiting = Box::pin(call(&client, 1));
    first.block_on(async { assert!(futures_util::poll!(&mut waiting).is_pending()) });
    drop(first);
    runtime().block_on(async {
        let error = waiting.await.unwrap_err();
        assert!(error.is_transport(), "{error:?}");
        assert!(calls(&client, 2).await.iter().all(Result::is_ok));
    });
}

#[test]
fn a_call_does_not_wait_for_ever_for_a_runtime_that_nobody_drives() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
    };
    let batched = Batched::new(echo(), Batching::default(), Tokio).timeout(SOON);
    let client = Client::from_transport(batched);
    let first = runtime();
    let mut waiting = Box::pin(call(&client, 1));
    first.block_on(async { assert!(futures_util::poll!(&mut waiting).is_pending()) });
    let second = runtime().block_on(call(&client, 2));
    assert!(second.unwrap_err().is_timeout());
    drop(first);
    assert_eq!(runtime().block_on(call(&client, 3)).unwrap(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_load_with_calls_that_give_up_every_call_gets_its_own_answer() {
    let service = Dispatcher::new().method("echo", |value: u32| async move {
        tokio::time::sleep(Duration::from_micros(u64::from(value % 7) * 100)).await;
        value
    });
    let client = gathering(Memory::new(service), Batching::default().max_calls(16));
    let caller = |caller: u32| {
        let client = client.clone();
        async move {
            let mut answered = 0;
            for turn in 0..100 {
                let value = caller * 1000 + turn;
                // Every fifth gives up early.
                let patience = if turn % 5 == 0 {
                    Duration::from_micros(50)
                } else {
                    NEVER
                };
                match tokio::time::timeout(patience, call(&client, value)).await {
                    Ok(answer) => {
                        assert_eq!(answer.unwrap(), value);
                        answered += 1;
                    }
                    Err(_) => assert_eq!(turn % 5, 0),
                }
            }
            answered
        }
    };
    let tasks: Vec<_> = (0..32).map(|number| tokio::spawn(caller(number))).collect();
    for task in tasks {
        assert!(task.await.unwrap() >= 80);
    }
}
