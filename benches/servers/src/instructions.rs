//! Instructions per request: a number without noise.

use measure::{Metric, Results, Samples, callgrind};
use peers::started::{Started, program};

use crate::cases::Asked;
use crate::load::{Exchange, Load};

/// Counts the instructions of each of these servers, over this many requests.
pub fn count(results: &mut Results, contenders: &[&str], asked: &Asked, requests: usize) {
    let samples: Vec<_> = contenders
        .iter()
        .map(|contender| Samples {
            contender: (*contender).to_owned(),
            values: vec![a_request(contender, asked, requests)],
        })
        .collect();
    let metric = Metric::cost("instructions per request", "instructions");
    results.record(&asked.on(1), &metric, &samples);
}

/// The instructions per request. Taking the difference of two runs leaves out starting, ending and the first requests.
pub(crate) fn a_request(kind: &str, asked: &Asked, requests: usize) -> f64 {
    let few_requests = requests / 5;
    // Run both at once: the count does not depend on what else is running.
    let [few, many] = std::thread::scope(|scope| {
        let runs = [few_requests, few_requests + requests]
            .map(|requests| scope.spawn(move || instructions(kind, asked, requests)));
        runs.map(|run| run.join().expect("the count does not fail"))
    });
    ((many - few) as f64 / requests as f64).round()
}

/// The instructions of a server from start to end, with this many requests.
fn instructions(kind: &str, asked: &Asked, requests: usize) -> u64 {
    let (mut command, count) = callgrind::command(program(kind));
    command.arg(kind);
    let server = Started::command(command);
    let exchange = Exchange::prove(server.address(), &asked.message, &*asked.is_right);
    Load::connect(server.address(), 1, &exchange).run_times(&exchange, requests);
    server.end();
    count.instructions()
}
