//! `instructions CASE COUNT` makes COUNT calls to the service without additions.

use instructions::{add, bench, count, in_process, over_http};
use serde_json::json;
use work::additions::log_to_a_sink;
use work::{KIB, batch, call, orders};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let case = arguments.next().expect("usage: instructions CASE COUNT");
    let count = count(arguments.next());
    let in_process = |message| in_process(bench(), &message, count);
    match case.as_str() {
        "add" => in_process(add()),
        "add-by-name" => in_process(call("add", json!({ "b": 2, "a": 1 }))),
        "echo" => in_process(call("echo", json!(["x".repeat(64)]))),
        "orders-in" => in_process(call("total", json!([orders(KIB)]))),
        "orders-out" => in_process(call("list", json!([KIB]))),
        "batch-of-100" => in_process(batch(100)),
        "error" => in_process(call("fail", json!([]))),
        "http" => over_http(bench(), &add(), count),
        "log" => {
            log_to_a_sink();
            over_http(bench(), &add(), count);
        }
        other => panic!("unknown case `{other}`"),
    }
}
