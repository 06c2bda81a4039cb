//! haproxy in front of two of our servers, one of which stops while both are called.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize};

use tokio::process::{Child, Command};

use super::super::certificates::Files;
use super::*;

/// So many calls are in flight.
const CALLERS: usize = 16;

/// What haproxy is asked to speak with our servers.
#[derive(Clone, Copy)]
enum Behind {
    Http1,
    Http2,
}

struct Haproxy {
    address: SocketAddr,
    _files: Files,
    _process: Child,
}

impl Haproxy {
    /// It gives each server every other call. A call that a server did not answer at all goes to the other one.
    async fn before(servers: &[Running; 2], behind: Behind) -> Self {
        let (name, option) = match behind {
            Behind::Http1 => ("haproxy-1", ""),
            Behind::Http2 => ("haproxy-2", " proto h2"),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let [one, other] = servers.each_ref().map(|server| server.address);
        let config = format!(
            "defaults\n  mode http\n  timeout connect 60s\n  timeout client 240s\n  timeout server 240s\n  \
             retries 3\n  option redispatch 1\n  retry-on conn-failure empty-response\n\
             frontend calls\n  bind {address}\n  default_backend workers\n\
             backend workers\n  balance roundrobin\n  server one {one}{option}\n  server other {other}{option}\n"
        );
        let files = Files::new(name, &[("haproxy.cfg", &config)]);
        let process = Command::new("haproxy")
            .args(["-db", "-q", "-f"])
            .arg(files.0.join("haproxy.cfg"))
            .kill_on_drop(true)
            .spawn()
            .expect("haproxy is installed: run `cargo xtask peers`");
        let reached = async {
            while TcpStream::connect(address).await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        within(reached).await;
        Haproxy {
            address,
            _files: files,
            _process: process,
        }
    }

    fn probe(&self) -> ProbeClient<lean::Lean> {
        let client = lean::Client::builder().timeout(LIMIT);
        ProbeClient::new(client.build(format!("http://{}/", self.address)).unwrap())
    }
}

/// Calls until told to stop. Every call must be answered.
#[derive(Clone, Default)]
struct Load {
    is_over: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
}

impl Load {
    fn begin(&self, haproxy: &Haproxy) -> Vec<JoinHandle<()>> {
        let callers = (0..CALLERS).map(|_| tokio::spawn(self.clone().call(haproxy.probe())));
        callers.collect()
    }

    async fn call(self, probe: ProbeClient<lean::Lean>) {
        while !self.is_over.load(Ordering::SeqCst) {
            let answer = probe.sleep(2).await;
            answer.expect("no call fails because a server stops");
            self.answered.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Until so many more calls have been answered.
    async fn until_answered(&self, more: usize) {
        let before = self.answered.load(Ordering::SeqCst);
        until(|| self.answered.load(Ordering::SeqCst) >= before + more).await;
    }
}

async fn loses_nothing_when_one_stops(behind: Behind) {
    let [(one, of_one), (other, of_other)] = [watched(), watched()];
    let servers = [running(of_one).await, running(of_other).await];
    let haproxy = Haproxy::before(&servers, behind).await;
    let load = Load::default();
    let callers = load.begin(&haproxy);
    load.until_answered(500).await;
    for watch in [&one, &other] {
        assert!(
            watch.finished.load(Ordering::SeqCst) > 100,
            "both are called"
        );
    }

    let [_stays, mut stops] = servers;
    stops.signal_stop();
    within(stops.task).await.unwrap().unwrap();
    let at_the_end = other.finished.load(Ordering::SeqCst);
    load.until_answered(500).await;
    load.is_over.store(true, Ordering::SeqCst);
    for caller in callers {
        within(caller).await.unwrap();
    }

    // The one that stopped ran nothing after it, and no call ran on both.
    let finished = [&one, &other].map(|watch| watch.finished.load(Ordering::SeqCst));
    assert_eq!(finished[1], at_the_end);
    let answered = load.answered.load(Ordering::SeqCst);
    assert_eq!(finished.iter().sum::<usize>(), answered, "{finished:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_http2_no_call_is_lost_when_one_of_two_servers_stops() {
    loses_nothing_when_one_stops(Behind::Http2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn over_http1_no_call_is_lost_when_one_of_two_servers_stops() {
    loses_nothing_when_one_stops(Behind::Http1).await;
}
