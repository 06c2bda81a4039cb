//! Instructions a request: a number that no noise reaches.

use measure::{Metric, Results, Samples, callgrind};
use peers::started::{Started, program};

use crate::cases::Asked;
use crate::load::{Exchange, Load};

/// Counts for each of these servers, over so many requests.
pub fn count(results: &mut Results, contenders: &[&str], asked: &Asked, requests: usize) {
    let samples: Vec<_> = contenders
        .iter()
        .map(|contender| Samples {
            contender: (*contender).to_owned(),
            values: vec![a_request(contender, asked, requests)],
        })
        .collect();
    let metric = Metric::cost("instructions a request", "instructions");
    results.record(&asked.on(1), &metric, &samples);
}

/// The difference of two runs leaves out what starting and ending costs, and the first requests.
fn a_request(kind: &str, asked: &Asked, requests: usize) -> f64 {
    let few_requests = requests / 5;
    // Both at a time: what is counted does not depend on who else runs.
    let [few, many] = std::thread::scope(|scope| {
        let runs = [few_requests, few_requests + requests]
            .map(|requests| scope.spawn(move || instructions(kind, asked, requests)));
        runs.map(|run| run.join().expect("a count that fails ends the suite"))
    });
    ((many - few) as f64 / requests as f64).round()
}

/// Of a server's whole life, with so many requests in it.
fn instructions(kind: &str, asked: &Asked, requests: usize) -> u64 {
    let (mut command, count) = callgrind::command(program());
    command.arg(kind);
    let server = Started::command(command);
    let exchange = Exchange::prove(server.address(), &asked.message, &*asked.is_right);
    Load::connect(server.address(), 1, &exchange).run_times(&exchange, requests);
    server.end();
    count.instructions()
}
