//! A worker that is told to stop loses nothing.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::*;
use distance::Distance;

#[tokio::test]
async fn calls_in_flight_are_finished() {
    let server = Server::start().await;
    let mut worker = Worker::start(&server).await;
    let works = client(&server).await;
    let call = tokio::spawn(works.gate().into_future());
    worker.watch.until_begun(1).await;
    worker.signal_stop();
    // From here on nobody serves the subject.
    within(async {
        while works.add(1, 2).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    assert!(!worker.task.is_finished());
    worker.watch.gate.add_permits(1);
    assert_eq!(within(call).await.unwrap().unwrap(), "through");
    worker.until_stopped().await;
}

#[tokio::test]
async fn calls_that_miss_the_deadline_are_broken_off() {
    let server = Server::start().await;
    let deadline = Duration::from_millis(700);
    let mut worker =
        Worker::with(server.connect().await, |it| it.shutdown_deadline(deadline)).await;
    let works = client(&server).await;
    let call = works.gate().timeout(Duration::from_secs(5));
    let call = tokio::spawn(call.into_future());
    worker.watch.until_begun(1).await;
    worker.signal_stop();
    let watch = Arc::clone(&worker.watch);
    worker.until_stopped().await;
    let error = within(call).await.unwrap().unwrap_err();
    assert_eq!(error.execution(), Execution::MaybeRun);
    assert_eq!(watch.finished.load(Ordering::SeqCst), 0);
}

/// Callers that call without a pause.
struct Load {
    done: Arc<AtomicUsize>,
    failed: Arc<AtomicUsize>,
    ends: Arc<AtomicBool>,
    callers: Vec<JoinHandle<()>>,
}

impl Load {
    async fn start(server: &Server, callers: usize) -> Load {
        Load::over(client(server).await, callers)
    }

    fn over(works: WorksClient<Nats>, callers: usize) -> Load {
        let mut load = Load {
            done: Arc::default(),
            failed: Arc::default(),
            ends: Arc::default(),
            callers: Vec::new(),
        };
        for _ in 0..callers {
            let (done, failed) = (Arc::clone(&load.done), Arc::clone(&load.failed));
            let (ends, works) = (Arc::clone(&load.ends), works.clone());
            load.callers.push(tokio::spawn(async move {
                while !ends.load(Ordering::SeqCst) {
                    let outcome = works.add(1, 2).timeout(Duration::from_secs(60)).await;
                    match outcome {
                        Ok(_) => done.fetch_add(1, Ordering::SeqCst),
                        Err(error) => {
                            eprintln!("{error:?}");
                            failed.fetch_add(1, Ordering::SeqCst)
                        }
                    };
                }
            }));
        }
        load
    }

    fn done(&self) -> usize {
        self.done.load(Ordering::SeqCst)
    }

    /// How many calls went well, and how many failed.
    async fn end(self) -> (usize, usize) {
        self.ends.store(true, Ordering::SeqCst);
        for caller in self.callers {
            within(caller).await.unwrap();
        }
        let failed = self.failed.load(Ordering::SeqCst);
        (self.done.load(Ordering::SeqCst), failed)
    }
}

/// All workers are replaced one after the other under load, again and again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replacing_all_workers_under_load_fails_no_call() {
    let server = Server::start().await;
    let mut workers = Vec::new();
    for _ in 0..3 {
        workers.push(Worker::start(&server).await);
    }
    let load = Load::start(&server, 16).await;
    for round in 0..6 {
        let before = load.done();
        until(|| load.done() > before + 500).await;
        let new = Worker::start(&server).await;
        let mut old = workers.remove(0);
        old.signal_stop();
        old.until_stopped().await;
        workers.push(new);
        println!("round {round}: {} calls", load.done());
    }
    let (done, failed) = load.end().await;
    println!("{done} calls went well, {failed} failed");
    assert_eq!(failed, 0);
}

/// The messages that are on their way to a worker when it stops are handled too, however far away it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replacing_a_distant_worker_fails_no_call() {
    let server = Server::start().await;
    for callers in [2, 16] {
        let distance = Distance::of(&server, Duration::from_millis(20)).await;
        let nats = within(async_nats::connect(distance.address()))
            .await
            .unwrap();
        let mut distant = Worker::with(nats, |serve| serve).await;
        let load = Load::start(&server, callers).await;
        until(|| load.done() > 10 * callers).await;
        let near = Worker::start(&server).await;
        until(|| load.done() > 40 * callers).await;
        distant.signal_stop();
        distant.until_stopped().await;
        let (done, failed) = load.end().await;
        println!("{callers} callers: {done} calls went well, {failed} failed");
        assert_eq!(failed, 0);
        drop(near);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replacing_a_worker_that_has_little_to_do_fails_no_call() {
    let server = Server::start().await;
    let mut worker = Worker::start(&server).await;
    let works = client(&server).await;
    let ends = Arc::new(AtomicBool::new(false));
    let calls = Arc::new(AtomicUsize::new(0));
    let caller = tokio::spawn({
        let (ends, calls) = (Arc::clone(&ends), Arc::clone(&calls));
        async move {
            while !ends.load(Ordering::SeqCst) {
                works
                    .add(1, 2)
                    .timeout(Duration::from_secs(60))
                    .await
                    .unwrap();
                calls.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        }
    });
    for _ in 0..10 {
        let new = Worker::start(&server).await;
        let before = calls.load(Ordering::SeqCst);
        until(|| calls.load(Ordering::SeqCst) > before + 1).await;
        worker.signal_stop();
        worker.until_stopped().await;
        worker = new;
    }
    ends.store(true, Ordering::SeqCst);
    within(caller).await.unwrap();
}

#[tokio::test]
async fn a_worker_stops_although_its_server_is_gone() {
    let mut server = Server::start().await;
    let nats = server.connect().await;
    let mut worker = Worker::with(nats.clone(), |serve| serve).await;
    server.kill();
    until(|| nats.connection_state() != async_nats::connection::State::Connected).await;
    worker.signal_stop();
    worker.until_stopped().await;
}

#[tokio::test]
async fn a_worker_without_calls_stops_soon() {
    let server = Server::start().await;
    let mut worker = Worker::start(&server).await;
    let since = Instant::now();
    worker.signal_stop();
    worker.until_stopped().await;
    assert!(
        since.elapsed() < Duration::from_secs(10),
        "not at its deadline"
    );
}

/// A client, another worker and the worker that stops share one connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replacing_a_worker_on_a_shared_connection_fails_no_call() {
    let server = Server::start().await;
    let distance = Distance::of(&server, Duration::from_millis(5)).await;
    let nats = within(async_nats::connect(distance.address()))
        .await
        .unwrap();
    let mut worker = Worker::with(nats.clone(), |serve| serve).await;
    let works = WorksClient::new(rpc_nats::client(nats.clone(), "works").unwrap());
    let load = Load::over(works, 16);
    for _ in 0..6 {
        let before = load.done();
        let new = Worker::with(nats.clone(), |serve| serve).await;
        until(|| load.done() > before + 500).await;
        worker.signal_stop();
        worker.until_stopped().await;
        worker = new;
    }
    let (done, failed) = load.end().await;
    println!("{done} calls went well, {failed} failed");
    assert_eq!(failed, 0);
}

/// A server of NATS counts the messages of a subscription anew after it was restarted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replacing_a_worker_that_has_reconnected_fails_no_call() {
    let mut server = Server::start().await;
    let options = super::connection::quick_options;
    let old = server.connect_with(options()).await;
    let mut worker = Worker::with(old.clone(), |serve| serve).await;
    let load = Load::start(&server, 16).await;
    until(|| load.done() > 2_000).await;
    load.end().await;
    server.kill();
    until(|| old.connection_state() != async_nats::connection::State::Connected).await;
    server.restart().await;
    until(|| old.connection_state() == async_nats::connection::State::Connected).await;

    let _other = Worker::start(&server).await;
    let load = Load::start(&server, 16).await;
    until(|| load.done() > 1_000).await;
    worker.signal_stop();
    worker.until_stopped().await;
    let before = load.done();
    until(|| load.done() > before + 500).await;
    let (done, failed) = load.end().await;
    println!("{done} calls went well, {failed} failed");
    assert_eq!(failed, 0);
}

#[tokio::test]
async fn a_worker_whose_client_is_drained_finishes_its_calls() {
    let server = Server::start().await;
    let nats = server.connect().await;
    let worker = Worker::with(nats.clone(), |serve| serve).await;
    let works = client(&server).await;
    // Its reply can't be sent any more.
    let call = tokio::spawn(works.gate().into_future());
    worker.watch.until_begun(1).await;
    within(nats.drain()).await.unwrap();
    within(async {
        while nats.publish("closed.yet", "".into()).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    // All is on one thread, so the worker has its turns to notice.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    assert!(!worker.task.is_finished());
    worker.watch.gate.add_permits(1);
    let ended = within(worker.task).await.unwrap();
    assert!(matches!(ended, Err(ServeError::Closed)), "{ended:?}");
    assert_eq!(worker.watch.finished.load(Ordering::SeqCst), 1);
    call.abort();
}

/// A client that is just connecting again takes its reply a moment later, and the worker may have been told to stop meanwhile.
#[tokio::test]
async fn a_worker_that_stops_sends_replies_again_that_nobody_took() {
    use futures_util::StreamExt;

    let server = Server::start().await;
    let nats = server.connect().await;
    let takes_reply_late = async || {
        let mut worker = Worker::start(&server).await;
        let inbox = nats.new_inbox();
        let message = r#"{"jsonrpc":"2.0","method":"take","params":[1],"id":1}"#;
        let asked = nats.publish_with_reply("works.take", inbox.clone(), message.into());
        asked.await.unwrap();
        until(|| !worker.watch.taken().is_empty()).await;
        worker.signal_stop();
        // Much longer than it takes to stop with nothing to send.
        tokio::time::sleep(Duration::from_millis(150)).await;
        let mut replies = nats.subscribe(inbox).await.unwrap();
        let reply = tokio::time::timeout(Duration::from_secs(2), replies.next()).await;
        worker.until_stopped().await;
        reply.ok().flatten().is_some()
    };
    within(async {
        // On a busy machine, the worker may give up before the subscription is there.
        while !takes_reply_late().await {}
    })
    .await;
}
