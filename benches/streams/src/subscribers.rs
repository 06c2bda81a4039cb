//! One source, to which a thousand connections have subscribed.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use measure::process::cpu_time_of_threads;
use measure::rounds::interleaved_several;
use measure::{Form, Metric, Results};
use peers::started::Started;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::Notify;

use crate::contender::{self, Contender};
use crate::readers::request;
use crate::readers::websocket::{Asking, Messages, WebSocket, frame, handshake, is_accepted};

const SUBSCRIBERS: usize = 1_000;

/// How many items are published at once, and how often in a turn.
const SHAPES: [(usize, usize); 2] = [(1, 30), (16, 6)];

/// How one subscribes and publishes.
struct Words {
    /// What is sent to subscribe. The server answers with one message.
    subscribe: &'static [&'static str],
    /// The message that publishes so many items. The server answers with one message.
    publish: fn(usize) -> String,
}

/// A client that does not say that it knows credit gets nothing before the first item. So it makes a call as well, whose reply
/// tells that the stream is open, since calls begin in order.
const OURS: Words = Words {
    subscribe: &[
        r#"{"jsonrpc":"2.0","id":1,"method":"news"}"#,
        r#"{"jsonrpc":"2.0","id":2,"method":"add","params":[1,2]}"#,
    ],
    publish: |items| request("publish", items),
};

const JSONRPSEE: Words = Words {
    subscribe: &[r#"{"jsonrpc":"2.0","id":1,"method":"news"}"#],
    publish: |items| request("publish", items),
};

const BARE: Words = Words {
    subscribe: &["news 1"],
    publish: |items| format!("publish {items}"),
};

/// Measures all cases.
pub fn run(results: &mut Results, form: Form) {
    let runtime = clients::contenders::runtime();
    let all = [
        (contender::RPC, OURS),
        (contender::JSONRPSEE, JSONRPSEE),
        (contender::TOKIO_WEBSOCKETS, BARE),
    ];
    let mut all = all.map(|(contender, words)| Subscribed::open(&runtime, &contender, words));
    for (at_once, times) in SHAPES {
        let mut turns: Vec<_> = all
            .iter_mut()
            .map(|one| (one.name, || one.take_turn(&runtime, at_once, times)))
            .collect();
        let mut turns: Vec<(&str, &mut dyn FnMut() -> [f64; 2])> = turns
            .iter_mut()
            .map(|(name, turn)| (*name, turn as _))
            .collect();
        let [items, time] = interleaved_several(form.pick(5, 9), &mut turns);
        let case = match at_once {
            1 => "1,000 subscribers of one source".to_owned(),
            _ => format!("1,000 subscribers of one source, {at_once} items at once"),
        };
        results.record(&case, &Metric::gain("items", "1/s"), &items);
        let processor_time = Metric::cost("processor time", "µs per item");
        results.record(&case, &processor_time, &time);
    }
}

/// A server with its subscribers.
struct Subscribed {
    name: &'static str,
    server: Started,
    control: WebSocket,
    publish: fn(usize) -> String,
    counted: Arc<Counted>,
}

impl Subscribed {
    fn open(runtime: &Runtime, contender: &Contender, words: Words) -> Self {
        let server = contender.start();
        let counted = Arc::new(Counted::default());
        runtime.block_on(async {
            for _ in 0..SUBSCRIBERS {
                let stream = subscribe(&server, words.subscribe).await;
                tokio::spawn(read(stream, Arc::clone(&counted)));
            }
            // Each has had the answer to its subscription.
            counted.reach(SUBSCRIBERS).await;
        });
        let unused = Asking {
            message: |_| String::new(),
            others: 0,
        };
        Subscribed {
            name: contender.name,
            control: WebSocket::open(server.address(), unused),
            publish: words.publish,
            server,
            counted,
        }
    }

    /// Publishes so many times, each time when everyone has what was published before. Returns the items per second, and the
    /// server's processor time per item, in microseconds.
    fn take_turn(&mut self, runtime: &Runtime, at_once: usize, times: usize) -> [f64; 2] {
        let before = cpu_time_of_threads(self.server.pid());
        let start = Instant::now();
        for _ in 0..times {
            let goal = self.counted.total.load(Ordering::Relaxed) + at_once * SUBSCRIBERS;
            self.control.ask(&(self.publish)(at_once), 1);
            runtime.block_on(self.counted.reach(goal));
        }
        let elapsed = start.elapsed();
        let time = cpu_time_of_threads(self.server.pid()) - before;
        let items = (at_once * times * SUBSCRIBERS) as f64;
        [
            items / elapsed.as_secs_f64(),
            time.as_secs_f64() * 1e6 / items,
        ]
    }
}

async fn subscribe(server: &Started, messages: &[&str]) -> TcpStream {
    let stream = TcpStream::connect(server.address()).await;
    let mut stream = stream.expect("the server listens");
    let handshake = handshake(server.address());
    let sent = stream.write_all(handshake.as_bytes()).await;
    sent.expect("it is open");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("the server answers"));
    }
    assert!(is_accepted(&head), "{}", String::from_utf8_lossy(&head));
    for message in messages {
        let sent = stream.write_all(&frame(message)).await;
        sent.expect("it is open");
    }
    stream
}

async fn read(mut stream: TcpStream, counted: Arc<Counted>) {
    let mut messages = Messages::default();
    let mut buffer = vec![0; 4 * 1024];
    loop {
        match stream.read(&mut buffer).await {
            Ok(read) if read > 0 => counted.add(messages.count(&buffer[..read])),
            // The server is stopped while its subscribers still read.
            _ => return,
        }
        let pongs = messages.pongs();
        if !pongs.is_empty() && stream.write_all(&pongs).await.is_err() {
            return;
        }
    }
}

/// How many messages have come, on all connections together.
#[derive(Debug, Default)]
struct Counted {
    total: AtomicUsize,
    goal: AtomicUsize,
    is_reached: Notify,
}

impl Counted {
    fn add(&self, messages: usize) {
        let total = self.total.fetch_add(messages, Ordering::Relaxed) + messages;
        if total >= self.goal.load(Ordering::Relaxed) {
            self.is_reached.notify_one();
        }
    }

    async fn reach(&self, goal: usize) {
        self.goal.store(goal, Ordering::Relaxed);
        while self.total.load(Ordering::Relaxed) < goal {
            self.is_reached.notified().await;
        }
    }
}
