//! From the bytes of a message to the bytes of its reply, in one process and on one thread: times and allocations.
//!
//! The yardstick, measured in turn with each case, is what one writes first by hand: the message is parsed into a
//! `serde_json::Value`, a `match` finds the method, and the reply is made with `json!`.

use std::hint::black_box;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use rpc_core::{Limits, Origin, Server, Service, rpc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Interleaved, so that a machine that slows down does so for both.
const ROUNDS: usize = 15;
const ROUND: Duration = Duration::from_millis(40);

#[derive(Serialize, Deserialize)]
struct Order {
    id: u64,
    item: String,
    quantity: u32,
    price: f64,
    tags: Vec<String>,
}

#[rpc]
trait Bench {
    async fn add(&self, a: i64, b: i64) -> i64;
    async fn echo(&self, text: &str) -> String;
    async fn total(&self, orders: &[Order]) -> f64;
}

struct Implementation;

impl Bench for Implementation {
    async fn add(&self, a: i64, b: i64) -> i64 {
        a + b
    }

    async fn echo(&self, text: &str) -> String {
        text.to_owned()
    }

    async fn total(&self, orders: &[Order]) -> f64 {
        total(orders)
    }
}

fn total(orders: &[Order]) -> f64 {
    orders
        .iter()
        .map(|order| order.price * f64::from(order.quantity))
        .sum()
}

struct Many;

include!(concat!(env!("OUT_DIR"), "/Ten.rs"));
include!(concat!(env!("OUT_DIR"), "/Thousand.rs"));

/// The yardstick.
fn by_hand(message: &[u8]) -> Vec<u8> {
    let message: Value = serde_json::from_slice(message).expect("the benchmark's own message");
    let reply = match message {
        Value::Array(calls) => Value::Array(calls.into_iter().map(one_by_hand).collect()),
        call => one_by_hand(call),
    };
    serde_json::to_vec(&reply).expect("a Value is JSON")
}

fn one_by_hand(mut call: Value) -> Value {
    let params = call["params"].take();
    let by_position_or_name = |index: usize, name: &str| {
        let value = params.get(index).or_else(|| params.get(name));
        value
            .and_then(Value::as_i64)
            .expect("the benchmark's own params")
    };
    let result = match call["method"].as_str().expect("the benchmark's own method") {
        "echo" => params[0].clone(),
        "total" => {
            let [orders]: [Vec<Order>; 1] =
                serde_json::from_value(params).expect("the benchmark's own orders");
            json!(total(&orders))
        }
        _ => json!(by_position_or_name(0, "a") + by_position_or_name(1, "b")),
    };
    json!({ "jsonrpc": "2.0", "result": result, "id": call["id"] })
}

fn handle<S: Service>(server: &Server<S>, message: &[u8]) -> Vec<u8> {
    let reply = server.handle(message, Origin::default()).now_or_never();
    reply
        .expect("no method of these waits")
        .expect("all of these are calls")
        .into_body()
}

fn call(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "method": method, "params": params, "id": 1 })
}

fn orders(bytes: usize) -> Vec<Order> {
    let order = |id: u64| Order {
        id,
        item: format!("item \"{id}\""),
        quantity: (id % 7) as u32,
        price: id as f64 * 1.25,
        tags: vec!["new".into(), "north".into()],
    };
    let one = serde_json::to_vec(&order(1000))
        .expect("an order is JSON")
        .len()
        + 1;
    (1000..).map(order).take(bytes / one).collect()
}

fn main() {
    let mut limits = Limits::default();
    limits.max_batch = 1000;
    let server = Server::new(BenchServer::new(Implementation)).limits(limits);
    let ten = Server::new(TenServer::new(Many));
    let thousand = Server::new(ThousandServer::new(Many));
    let batch = Value::from_iter((0..100).map(|n| call("add", json!([n, 1]))));
    let last_of = |method: &str| call(method, json!([1, 2]));

    println!("| case | median | min – max | by hand | ratio | allocations | by hand |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    let serve = |message: &[u8]| handle(&server, message);
    measure("add", &call("add", json!([1, 2])), serve);
    measure(
        "add, by name",
        &call("add", json!({ "b": 2, "a": 1 })),
        serve,
    );
    measure(
        "echo of 64 bytes",
        &call("echo", json!(["x".repeat(64)])),
        serve,
    );
    measure(
        "100 KiB of orders in",
        &call("total", json!([orders(100 * 1024)])),
        serve,
    );
    measure("batch of 100 adds", &batch, serve);
    measure(
        "one of 10 methods",
        &last_of("many.method_0010"),
        |message| handle(&ten, message),
    );
    measure(
        "one of 1,000 methods",
        &last_of("many.method_1000"),
        |message| handle(&thousand, message),
    );
}

/// Measures one case, and prints its row.
fn measure(name: &str, message: &Value, serve: impl Fn(&[u8]) -> Vec<u8>) {
    let message = message.to_string().into_bytes();
    check(&serve(&message), &by_hand(&message), name);
    let allocations = |run: &dyn Fn() -> Vec<u8>| {
        allocation_counter::measure(|| drop(black_box(run()))).count_total
    };
    let ours = || serve(black_box(&message));
    let theirs = || by_hand(black_box(&message));

    let (mut our_times, mut their_times) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        our_times.push(nanoseconds(&ours));
        their_times.push(nanoseconds(&theirs));
    }
    let mut ratios: Vec<f64> = our_times
        .iter()
        .zip(&their_times)
        .map(|(ours, theirs)| theirs / ours)
        .collect();
    let (median, least, most) = spread(&mut our_times);
    let (their_median, ..) = spread(&mut their_times);
    let (ratio, ..) = spread(&mut ratios);
    println!(
        "| {name} | {median:.0} ns | {least:.0} – {most:.0} | {their_median:.0} ns | {ratio:.1} × | {} | {} |",
        allocations(&ours),
        allocations(&theirs),
    );
}

/// Both answer, and alike: `by_hand` knows nothing of the thousand methods, whose results differ by their number.
fn check(ours: &[u8], theirs: &[u8], name: &str) {
    let parse = |reply: &[u8]| serde_json::from_slice::<Value>(reply).expect("a reply is JSON");
    let (ours, theirs) = (parse(ours), parse(theirs));
    let alike = ours == theirs || (name.starts_with("one of") && ours["result"].is_i64());
    assert!(alike, "{name}: {ours} {theirs}");
}

/// How long one run takes, on average over a round.
fn nanoseconds(run: &dyn Fn() -> Vec<u8>) -> f64 {
    let start = Instant::now();
    let mut runs = 0_u32;
    while start.elapsed() < ROUND {
        for _ in 0..20 {
            black_box(run());
        }
        runs += 20;
    }
    start.elapsed().as_nanos() as f64 / f64::from(runs)
}

/// Median, minimum and maximum.
fn spread(values: &mut [f64]) -> (f64, f64, f64) {
    values.sort_unstable_by(f64::total_cmp);
    (
        values[values.len() / 2],
        values[0],
        values[values.len() - 1],
    )
}
