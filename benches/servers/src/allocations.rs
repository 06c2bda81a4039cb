//! Allocations per request, counted by servers that are not timed.

use measure::{Metric, Results, Samples};
use peers::started::{Started, counting_allocations};

use crate::cases::Asked;
use crate::load::{Exchange, Load};

const REQUESTS: usize = 500;

/// Counts the allocations of each of these servers.
pub fn count(results: &mut Results, contenders: &[&str], asked: &Asked) {
    let samples: Vec<_> = contenders
        .iter()
        .map(|contender| Samples {
            contender: (*contender).to_owned(),
            values: vec![a_request(contender, asked)],
        })
        .collect();
    let metric = Metric::cost("allocations", "per request");
    results.record(&asked.on(1), &metric, &samples);
}

/// The difference of two runs leaves out starting, ending and the connections.
fn a_request(kind: &str, asked: &Asked) -> f64 {
    let [few, many] = [REQUESTS, 2 * REQUESTS].map(|requests| allocations(kind, asked, requests));
    (many - few) / REQUESTS as f64
}

/// The allocations of a server from start to end, with this many requests.
fn allocations(kind: &str, asked: &Asked, requests: usize) -> f64 {
    let server = Started::command(counting_allocations(kind));
    let exchange = Exchange::prove(server.address(), &asked.message, &*asked.is_right);
    Load::connect(server.address(), 1, &exchange).run_times(&exchange, requests);
    let printed = server.end();
    printed.trim().parse().expect("it prints a number")
}
