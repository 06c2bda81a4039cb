//! What is too large, too much, too late, or at the wrong subject.

use serde_json::{Value, json};

use super::*;

/// What a worker answers to these bytes, and what its header `rpc-refused` says.
async fn answer(
    nats: &async_nats::Client,
    subject: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (Value, Option<String>) {
    let mut map = async_nats::HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, *value);
    }
    let body = body.to_owned().into_bytes().into();
    let reply = within(nats.request_with_headers(subject.to_owned(), map, body))
        .await
        .unwrap();
    let refused = reply.headers.as_ref().and_then(|it| it.get("rpc-refused"));
    let refused = refused.map(|value| value.as_str().to_owned());
    let value = serde_json::from_slice(&reply.payload).unwrap_or(Value::Null);
    (value, refused)
}

const ADD: &str = r#"{"jsonrpc":"2.0","method":"add","params":[2,40],"id":"x"}"#;
const TAKE: &str = r#"{"jsonrpc":"2.0","method":"take","params":[7],"id":"x"}"#;

#[tokio::test]
async fn a_request_over_the_limit_is_not_sent() {
    let server = Server::with("max_payload: 1000").await;
    let _worker = Worker::start(&server).await;
    let works = client(&server).await;
    let error = within(works.echo(&"x".repeat(1001))).await.unwrap_err();
    assert!(
        matches!(cause(&error), NatsError::TooLarge { limit: 1000 }),
        "{error:?}"
    );
    assert_eq!(error.execution(), Execution::NotRun);
    assert!(!error.is_retryable());
    assert_eq!(
        within(works.add(1, 2)).await.unwrap(),
        3,
        "the connection is still there"
    );
}

#[tokio::test]
async fn a_reply_over_the_limit_becomes_an_error_that_says_so() {
    let server = Server::with("max_payload: 1000").await;
    let _worker = Worker::start(&server).await;
    let works = client(&server).await;
    let error = within(works.big(1001)).await.unwrap_err();
    let object = error.object().unwrap_or_else(|| panic!("{error:?}"));
    assert_eq!(object.code(), rpc_core::code::REPLY_TOO_LARGE);
    assert_eq!(error.execution(), Execution::Ran);
    assert_eq!(within(works.big(900)).await.unwrap().len(), 900);
}

#[tokio::test]
async fn a_reply_whose_headers_exceed_the_limit_becomes_an_error_too() {
    let server = Server::with("max_payload: 1000").await;
    let _worker = Worker::start(&server).await;
    let works = client(&server).await;
    let error = within(works.answers_with_header(1001)).await.unwrap_err();
    let object = error.object().unwrap_or_else(|| panic!("{error:?}"));
    assert_eq!(object.code(), rpc_core::code::REPLY_TOO_LARGE);
    assert_eq!(within(works.answers_with_header(100)).await.unwrap(), 1);
}

#[tokio::test]
async fn a_reply_over_the_limit_of_its_client_fails_only_its_call() {
    let server = Server::start().await;
    let _worker = Worker::start(&server).await;
    let client = rpc_nats::Client::builder().max_reply(500);
    let works = WorksClient::new(client.build(server.connect().await, "works").unwrap());
    let error = within(works.big(501)).await.unwrap_err();
    assert!(
        matches!(cause(&error), NatsError::ReplyTooLarge { limit: 500 }),
        "{error:?}"
    );
    assert_eq!(within(works.add(1, 2)).await.unwrap(), 3);
}

#[tokio::test]
async fn a_worker_at_its_limit_refuses_at_once() {
    let server = Server::start().await;
    let worker = Worker::with(server.connect().await, |serve| serve.max_in_flight(2)).await;
    let works = client(&server).await;
    let waiting = [(); 2].map(|()| tokio::spawn(works.gate().into_future()));
    worker.watch.until_begun(2).await;

    let error = within(works.add(1, 2)).await.unwrap_err();
    assert_eq!(
        error.object().map(|it| it.code()),
        Some(rpc_core::code::BUSY),
        "{error:?}"
    );
    assert!(matches!(cause(&error), NatsError::Refused(reason) if reason == "busy"));
    assert_eq!(error.execution(), Execution::NotRun);
    assert!(error.is_retryable());
    let error = within(works.note(1)).await.unwrap_err();
    assert!(matches!(cause(&error), NatsError::Refused(reason) if reason == "busy"));
    assert_eq!(error.execution(), Execution::NotRun);

    worker.watch.gate.add_permits(2);
    for waiting in waiting {
        assert_eq!(within(waiting).await.unwrap().unwrap(), "through");
    }
    assert_eq!(within(works.add(1, 2)).await.unwrap(), 3);
    assert_eq!(worker.watch.taken(), [0; 0]);
}

#[tokio::test]
async fn a_worker_at_its_limit_answers_each_call_with_its_id() {
    let server = Server::start().await;
    let worker = Worker::with(server.connect().await, |serve| serve.max_in_flight(1)).await;
    let works = client(&server).await;
    let _waiting = tokio::spawn(works.gate().into_future());
    worker.watch.until_begun(1).await;
    let nats = server.connect().await;
    let busy = json!({ "code": -32009, "message": "too many calls are in flight" });
    let refused = Some("busy".to_owned());
    let response = |id: Value| json!({ "jsonrpc": "2.0", "error": busy, "id": id });
    assert_eq!(
        answer(&nats, "works.add", &[], ADD).await,
        (response(json!("x")), refused.clone())
    );
    let batch = format!(
        r#"[{ADD},{{"jsonrpc":"2.0","method":"note","params":[1]}},{{"jsonrpc":"2.0","method":"add","id":2}}]"#
    );
    let responses = json!([response(json!("x")), response(json!(2))]);
    assert_eq!(
        answer(&nats, "works", &[], &batch).await,
        (responses, refused)
    );
}

#[tokio::test]
async fn what_is_over_before_it_began_does_not_run() {
    let server = Server::start().await;
    let worker = Worker::start(&server).await;
    let nats = server.connect().await;
    let (reply, refused) = answer(&nats, "works.take", &[("Rpc-Timeout-Ms", "0")], TAKE).await;
    assert_eq!(refused.as_deref(), Some("expired"));
    assert_eq!(reply["id"], "x", "{reply}");
    assert_eq!(reply["error"]["code"], -33004, "{reply}");
    assert_eq!(worker.watch.taken(), [0; 0]);
    for nonsense in ["", "-1", "x", "0.5", "00000000000"] {
        let headers = [("rpc-timeout-ms", nonsense)];
        let (reply, refused) = answer(&nats, "works.add", &headers, ADD).await;
        assert_eq!(
            (&reply["result"], refused),
            (&json!(42), None),
            "{nonsense}"
        );
    }
}

#[tokio::test]
async fn the_subject_of_a_method_runs_no_other_one() {
    let server = Server::start().await;
    let worker = Worker::start(&server).await;
    let nats = server.connect().await;
    let escaped = r#"{"jsonrpc":"2.0","method":"\u0074ake","params":[7],"id":"x"}"#;
    let twice = r#"{"jsonrpc":"2.0","method":"add","method":"take","params":[7],"id":"x"}"#;
    let later = r#"{"params":[7],"id":"x","method":"take","jsonrpc":"2.0"}"#;
    let batch = &format!("[{TAKE}]");
    for message in [TAKE, escaped, twice, later, batch, "[]", "5", "{}"] {
        let (reply, refused) = answer(&nats, "works.add", &[], message).await;
        let reply = reply.get(0).unwrap_or(&reply);
        let code = &reply["error"]["code"];
        // What has no call in it, and no id, gets an empty reply that says that it was refused.
        assert!(code == -32600 || reply.is_null(), "{message}: {reply}");
        assert!(
            code == -32600 && refused.is_none() || refused.is_some(),
            "{message}"
        );
        assert_eq!(worker.watch.taken(), [0; 0], "{message}");
    }
    let (reply, refused) = answer(&nats, "works.add", &[], TAKE).await;
    assert_eq!(refused.as_deref(), Some("other-method"));
    let message = reply["error"]["message"].as_str().unwrap();
    assert!(message.contains("subject"), "{message}");
    assert_eq!(reply["error"]["data"], "add");

    let (reply, _) = answer(&nats, "works.add", &[], "{").await;
    assert_eq!(reply["error"]["code"], -32700);
    for (subject, message) in [
        ("works.take", escaped),
        ("works.take", later),
        ("works", TAKE),
    ] {
        let (reply, _) = answer(&nats, subject, &[], message).await;
        assert_eq!(reply["result"], 7, "{subject} {message}: {reply}");
    }
}

/// A subject of 5,000 bytes would end the connection, and NATS takes empty tokens for good.
#[tokio::test]
async fn names_that_do_not_fit_into_a_subject_are_called_all_the_same() {
    let server = Server::start().await;
    let _worker = Worker::start(&server).await;
    let client = raw_client(&server).await;
    let long = "m".repeat(5_000);
    for name in [
        "a..b",
        ".a",
        "a.",
        "a.*",
        ">",
        "\u{fc}",
        "a b",
        "a\r\nPING",
        "",
        &long,
    ] {
        let error = within(client.call::<_, Value>(name, ())).await.unwrap_err();
        let code = error.object().map(|error| error.code());
        assert_eq!(
            code,
            Some(rpc_core::code::METHOD_NOT_FOUND),
            "{name}: {error:?}"
        );
    }
    let works = WorksClient::new(client);
    assert_eq!(within(works.add(2, 40)).await.unwrap(), 42);
}

/// Callers that have gone cost nothing: of many calls at once, a slow worker runs only those that it may.
#[tokio::test]
async fn an_overloaded_worker_works_only_for_callers_that_wait() {
    let server = Server::start().await;
    let worker = Worker::with(server.connect().await, |serve| serve.max_in_flight(4)).await;
    worker
        .watch
        .pace
        .store(50, std::sync::atomic::Ordering::SeqCst);
    let works = client(&server).await;
    let calls = (0..400).map(|number| {
        works
            .take(number)
            .timeout(Duration::from_secs(100))
            .into_future()
    });
    let outcomes = within(futures_util::future::join_all(calls)).await;
    let answered = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    for error in outcomes.into_iter().filter_map(Result::err) {
        assert_eq!(error.execution(), Execution::NotRun, "{error:?}");
        assert!(error.is_retryable());
    }
    assert!(answered >= 4, "{answered}");
    assert_eq!(worker.watch.taken().len(), answered);
}

/// A worker whose only thread has much more to do than it can, until the test drops this.
struct Busy {
    watch: Arc<Watch>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Busy {
    async fn start(server: &Server) -> Busy {
        let working = Working::default();
        let watch = Arc::clone(&working.0);
        watch.pace.store(10, std::sync::atomic::Ordering::SeqCst);
        let (stop, stopped) = oneshot::channel::<()>();
        let address = server.address();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            runtime.unwrap().block_on(async {
                let nats = async_nats::connect(address).await.unwrap();
                let serve = serve(nats, "works", WorksServer::new(working));
                serve.shutdown(async { drop(stopped.await) }).await.unwrap();
            });
        });
        until_served(&server.connect().await, "works").await;
        Busy {
            watch,
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        drop(self.stop.take());
        drop(self.thread.take().unwrap().join());
    }
}

/// Ten times as many calls come as the worker can do. Each caller gives up after half a second, in one way or the other.
#[tokio::test]
async fn a_worker_whose_thread_is_busy_works_for_callers_that_wait() {
    let server = Server::start().await;
    for tells_time in [true, false] {
        let busy = Busy::start(&server).await;
        let works = client(&server).await;
        let patience = Duration::from_millis(500);
        let ask = async |number| match tells_time {
            true => works.compute(number).timeout(patience).await.is_ok(),
            false => {
                let asked = tokio::time::timeout(patience, works.compute(number).into_future());
                asked.await.is_ok_and(|answer| answer.is_ok())
            }
        };
        let calls = (0..2000).map(async |number| {
            tokio::time::sleep(Duration::from_millis(number)).await;
            ask(number).await
        });
        let outcomes = within(futures_util::future::join_all(calls)).await;
        let answered = outcomes
            .into_iter()
            .filter(|is_answered| *is_answered)
            .count();
        let ran = busy.watch.taken().len();
        assert!(answered >= 20, "{answered} of {ran}");
        assert!(ran <= answered * 2, "{answered} of {ran}");
    }
}

#[tokio::test]
async fn permissions_for_subjects_are_permissions_for_methods() {
    let permissions = r#"
        authorization { users: [
            { user: worker, password: x }
            { user: caller, password: x, permissions: { publish: ["works.add"], subscribe: ["_INBOX.>"] } }
        ] }"#;
    let server = Server::with(permissions).await;
    let login = |user: &str| {
        let options = async_nats::ConnectOptions::with_user_and_password(user.into(), "x".into());
        server.connect_with(options)
    };
    let worker = Worker::with(login("worker").await, |serve| serve).await;
    let client = rpc_nats::client(login("caller").await, "works").unwrap();
    let works = WorksClient::new(client);
    assert_eq!(within(works.add(2, 40)).await.unwrap(), 42);
    let forbidden = works.take(1).timeout(Duration::from_millis(500));
    let error = within(forbidden).await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(worker.watch.taken(), [0; 0]);
}

#[tokio::test]
async fn a_worker_that_may_only_respond_answers() {
    let permissions = r#"
        authorization { users: [
            { user: worker, password: x, permissions: { subscribe: ["works", "works.>"], allow_responses: true } }
            { user: caller, password: x }
        ] }"#;
    let server = Server::with(permissions).await;
    let login = |user: &str| {
        let options = async_nats::ConnectOptions::with_user_and_password(user.into(), "x".into());
        server.connect_with(options)
    };
    let service = WorksServer::new(Working::default());
    let worker = tokio::spawn(serve(login("worker").await, "works", service).into_future());
    let caller = login("caller").await;
    until_served(&caller, "works").await;
    let works = WorksClient::new(rpc_nats::client(caller, "works").unwrap());
    assert_eq!(within(works.add(2, 40)).await.unwrap(), 42);
    worker.abort();
}

#[tokio::test]
async fn a_stream_that_captures_the_subject_is_named() {
    let server = Server::with("jetstream: enabled").await;
    let nats = server.connect().await;
    let stream = r#"{"name":"S","subjects":["works.>"],"storage":"memory"}"#;
    let created = within(nats.request("$JS.API.STREAM.CREATE.S", stream.into()))
        .await
        .unwrap();
    let created: Value = serde_json::from_slice(&created.payload).unwrap();
    assert!(created["error"].is_null(), "{created}");
    let works = client(&server).await;
    let error = within(works.add(1, 2)).await.unwrap_err();
    assert!(matches!(cause(&error), NatsError::Captured), "{error:?}");
    assert!(!error.is_retryable());
    let error = within(works.note(1)).await.unwrap_err();
    assert!(matches!(cause(&error), NatsError::Captured), "{error:?}");
    assert_eq!(error.execution(), Execution::MaybeRun);
}

#[tokio::test]
async fn a_full_stream_that_captures_the_subject_is_named_too() {
    let server = Server::with("jetstream: enabled").await;
    let nats = server.connect().await;
    let stream =
        r#"{"name":"S","subjects":["works.>"],"storage":"memory","max_msgs":1,"discard":"new"}"#;
    let created = within(nats.request("$JS.API.STREAM.CREATE.S", stream.into()))
        .await
        .unwrap();
    let created: Value = serde_json::from_slice(&created.payload).unwrap();
    assert!(created["error"].is_null(), "{created}");
    let works = client(&server).await;
    within(works.add(1, 2)).await.unwrap_err();
    let full = within(nats.request("works.add", "{}".into()))
        .await
        .unwrap();
    let full: Value = serde_json::from_slice(&full.payload).unwrap();
    assert!(full["error"].is_object(), "{full}");
    let error = within(works.add(1, 2)).await.unwrap_err();
    assert!(matches!(cause(&error), NatsError::Captured), "{error:?}");
    let error = within(works.note(1)).await.unwrap_err();
    assert!(matches!(cause(&error), NatsError::Captured), "{error:?}");
}

#[tokio::test]
async fn an_answer_to_a_notification_that_is_not_json_rpc_is_an_error() {
    use futures_util::StreamExt;

    let server = Server::start().await;
    let nats = server.connect().await;
    let mut messages = nats.subscribe("works.note").await.unwrap();
    nats.flush().await.unwrap();
    let works = client(&server).await;
    let note = tokio::spawn(works.note(1).into_future());
    let message = within(messages.next()).await.unwrap();
    let reply = message.reply.unwrap();
    nats.publish(reply, "taken down".into()).await.unwrap();
    let error = within(note).await.unwrap().unwrap_err();
    assert!(matches!(cause(&error), NatsError::NotJsonRpc), "{error:?}");
}

/// They fit into a message, but a map of headers takes fewer.
#[tokio::test]
async fn a_worker_outlives_a_message_with_many_headers() {
    let server = Server::start().await;
    let worker = Worker::start(&server).await;
    let nats = server.connect().await;
    let names: Vec<_> = (0..30_000).map(|number| format!("x{number}")).collect();
    let headers: Vec<_> = names.iter().map(|name| (name.as_str(), "1")).collect();
    let (reply, refused) = answer(&nats, "works.add", &headers, ADD).await;
    assert_eq!((&reply["result"], refused), (&json!(42), None));
    assert!(!worker.task.is_finished());
    let works = client(&server).await;
    assert_eq!(within(works.add(1, 2)).await.unwrap(), 3);
}

#[tokio::test]
async fn only_so_many_calls_are_in_flight() {
    let server = Server::start().await;
    let worker = Worker::start(&server).await;
    let client = rpc_nats::Client::builder().max_in_flight(1);
    let works = WorksClient::new(client.build(server.connect().await, "works").unwrap());
    let waiting = tokio::spawn(works.gate().into_future());
    worker.watch.until_begun(1).await;
    let error = within(works.add(1, 2).timeout(Duration::from_millis(200)))
        .await
        .unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
    assert_eq!(error.execution(), Execution::NotRun);
    worker.watch.gate.add_permits(1);
    assert_eq!(within(waiting).await.unwrap().unwrap(), "through");
    assert_eq!(within(works.add(1, 2)).await.unwrap(), 3);
}
