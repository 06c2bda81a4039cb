//! Three workers behind a cluster of three nodes, which are killed and restarted under load. Every call is counted, and what its
//! client says about it is compared with what the workers did.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::connection::quick_options;
use super::*;

/// A connection to one of the nodes, which goes to the others when that one is lost.
pub(super) async fn connect(nodes: &[Server; 3], first: usize) -> async_nats::Client {
    let addresses = (0..3).map(|step| nodes[(first + step) % 3].address());
    let addresses: Vec<async_nats::ServerAddr> = addresses.map(|it| it.parse().unwrap()).collect();
    let options = quick_options().retain_servers_order();
    let nats = within(options.connect(addresses)).await.unwrap();
    within(async {
        while nats.connection_state() != async_nats::connection::State::Connected {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    nats
}

/// What a client says about a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Outcome {
    Answered,
    NotRun,
    MayHaveRun,
}

/// Callers that call without a pause, each call with a number of its own.
pub(super) struct Load {
    outcomes: Arc<Mutex<HashMap<u64, Outcome>>>,
    ends: Arc<AtomicBool>,
    callers: Vec<JoinHandle<()>>,
}

impl Load {
    pub(super) fn start<T: Transport>(works: &WorksClient<T>, callers: usize) -> Load {
        let mut load = Load {
            outcomes: Arc::default(),
            ends: Arc::default(),
            callers: Vec::new(),
        };
        let next = Arc::new(AtomicU64::new(0));
        for _ in 0..callers {
            let (outcomes, ends) = (Arc::clone(&load.outcomes), Arc::clone(&load.ends));
            let (works, next) = (works.clone(), Arc::clone(&next));
            load.callers.push(tokio::spawn(async move {
                while !ends.load(Ordering::SeqCst) {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    let outcome = call(&works, number).await;
                    outcomes.lock().unwrap().insert(number, outcome);
                    if outcome == Outcome::NotRun {
                        tokio::time::sleep(Duration::from_millis(5)).await;
                    }
                }
            }));
        }
        load
    }

    pub(super) fn count(&self, outcome: Outcome) -> usize {
        let outcomes = self.outcomes.lock().unwrap();
        outcomes.values().filter(|it| **it == outcome).count()
    }

    /// Waits until so many more calls have been answered.
    pub(super) async fn until_answered(&self, more: usize) {
        let before = self.count(Outcome::Answered);
        until(|| self.count(Outcome::Answered) >= before + more).await;
    }

    pub(super) async fn end(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        for caller in self.callers.drain(..) {
            within(caller).await.unwrap();
        }
    }

    /// Compares what the client says with what the workers did.
    async fn compare(&self, works: &WorksClient<Nats>, workers: &[Worker]) {
        // After that, nothing is under way to a worker any more.
        call_each(works, workers).await;
        let taken = workers.iter().flat_map(|worker| worker.watch.taken());
        self.check(taken);
    }

    /// Compares what the client says with the numbers that were taken.
    pub(super) fn check(&self, taken: impl Iterator<Item = u64>) {
        let mut runs: HashMap<u64, usize> = HashMap::new();
        for number in taken {
            *runs.entry(number).or_default() += 1;
        }
        runs.remove(&MARK);
        for (number, outcome) in &*self.outcomes.lock().unwrap() {
            let runs = runs.remove(number).unwrap_or(0);
            match outcome {
                Outcome::Answered => assert_eq!(runs, 1, "{number} was answered"),
                Outcome::NotRun => assert_eq!(runs, 0, "{number} did not run"),
                Outcome::MayHaveRun => assert!(runs <= 1, "{number} ran {runs} times"),
            }
        }
        assert_eq!(runs, HashMap::new(), "nobody called these");
    }

    pub(super) fn print(&self, what: &str) {
        let [answered, not_run, may_have_run] =
            [Outcome::Answered, Outcome::NotRun, Outcome::MayHaveRun].map(|it| self.count(it));
        println!("{what}: {answered} answered, {not_run} did not run, {may_have_run} may have run");
    }
}

async fn call<T: Transport>(works: &WorksClient<T>, number: u64) -> Outcome {
    match works.take(number).timeout(Duration::from_secs(5)).await {
        Ok(taken) => {
            assert_eq!(taken, number);
            Outcome::Answered
        }
        Err(error) => match error.execution() {
            Execution::NotRun => Outcome::NotRun,
            Execution::MaybeRun => Outcome::MayHaveRun,
            other => panic!("{other:?}: {error:?}"),
        },
    }
}

/// One worker on each node, and a client on the first, when all of them know of each other.
async fn cluster() -> ([Server; 3], Vec<Worker>, WorksClient<Nats>) {
    let nodes = Server::cluster().await;
    let mut workers = Vec::new();
    for node in 0..3 {
        let worker = Worker::with(connect(&nodes, node).await, |serve| serve).await;
        worker.watch.pace.store(1, Ordering::SeqCst);
        workers.push(worker);
    }
    let works = WorksClient::new(rpc_nats::client(connect(&nodes, 0).await, "works").unwrap());
    call_each(&works, &workers).await;
    (nodes, workers, works)
}

pub(super) const CALLERS: usize = 20;

/// The number of calls that do not count.
const MARK: u64 = u64::MAX;

/// Calls until each worker has been called.
pub(super) async fn call_each<T: Transport>(works: &WorksClient<T>, workers: &[Worker]) {
    let has_mark = |worker: &Worker| worker.watch.taken().contains(&MARK);
    for worker in workers {
        worker
            .watch
            .taken
            .lock()
            .unwrap()
            .retain(|number| *number != MARK);
    }
    within(async {
        while !workers.iter().all(has_mark) {
            let _not_yet = works.take(MARK).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_accounted_for_when_nodes_are_killed() {
    let (mut nodes, workers, works) = cluster().await;
    let mut load = Load::start(&works, CALLERS);
    load.until_answered(500).await;
    // That of the second worker, then that of the client, then both of the others.
    for dying in [&[1][..], &[0], &[1, 2]] {
        for node in dying {
            nodes[*node].kill();
        }
        load.until_answered(500).await;
        for node in dying {
            nodes[*node].restart().await;
        }
        load.until_answered(500).await;
        load.print(&format!("after the loss of {dying:?}"));
    }
    load.end().await;
    load.compare(&works, &workers).await;
    let failed = load.count(Outcome::MayHaveRun);
    assert!(
        failed <= 4 * CALLERS,
        "only those in flight at each kill: {failed}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_accounted_for_when_the_whole_cluster_is_restarted() {
    let (mut nodes, workers, works) = cluster().await;
    let mut load = Load::start(&works, CALLERS);
    load.until_answered(500).await;
    for node in &mut nodes {
        node.kill();
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    for node in &mut nodes {
        node.restart().await;
    }
    load.until_answered(500).await;
    load.end().await;
    load.print("after the loss of all nodes");
    load.compare(&works, &workers).await;
    let failed = load.count(Outcome::MayHaveRun);
    assert!(
        failed <= CALLERS,
        "only those in flight at the kill: {failed}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_are_accounted_for_when_a_node_retires() {
    let (mut nodes, workers, works) = cluster().await;
    let mut load = Load::start(&works, CALLERS);
    load.until_answered(500).await;
    nodes[0].retire();
    until_ended(&mut nodes[0]).await;
    load.until_answered(500).await;
    load.end().await;
    load.print("after the retirement of a node");
    load.compare(&works, &workers).await;
    let failed = load.count(Outcome::MayHaveRun);
    assert!(
        failed <= 2 * CALLERS,
        "only those in flight when the connections are closed: {failed}"
    );
}

async fn until_ended(node: &mut Server) {
    within(async {
        while !node.has_ended() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}
