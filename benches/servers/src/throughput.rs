//! Measures servers under load, in turn: requests per second, processor time, latency and memory.

use std::time::Duration;

use measure::{FLOOR, Form, Metric, Results, Samples, Spread};

use crate::cases::Asked;
use crate::contender::{Contender, take_turns};

/// A message, how it is sent, and the servers that it is sent to.
pub struct Case {
    pub asked: Asked,
    pub connections: usize,
    /// The number of threads of each server.
    pub threads: usize,
    pub contenders: Vec<&'static str>,
}

/// The fastest hand-written handlers.
pub const FASTEST: &str = "hyper-fastest";

const GENERATOR: &str = "load generator";

const A_TURN: Duration = Duration::from_millis(350);

/// Runs a case. All servers are started first, and each waits for its turns.
pub fn measure(results: &mut Results, form: Form, case: &Case) {
    let start = |kind: &&'static str| Contender::start(kind, case.threads, &case.asked);
    let contenders: Vec<_> = case.contenders.iter().map(start).collect();
    let turns = take_turns(form.pick(5, 9), A_TURN, case.connections, &contenders);
    let name = case.name();
    record(results, &name, turns);
    record_peak_memory(results, &name, &contenders);
}

impl Case {
    fn name(&self) -> String {
        let name = self.asked.on(self.connections);
        match self.threads {
            1 => name,
            threads => format!("{name}, {threads} threads"),
        }
    }
}

fn record(results: &mut Results, case: &str, turns: [Vec<Samples>; 7]) {
    let [requests, time, median, late, busy, own_time, own_busy] = turns;
    let processor_time = Metric::cost("processor time", "µs per request");
    results.record(case, &Metric::gain("requests", "1/s"), &requests);
    results.record(case, &processor_time, &time);
    results.record(case, &Metric::cost("latency, median", "µs"), &median);
    results.record(case, &Metric::cost("latency, 99 %", "µs"), &late);
    results.record(case, &processor_time, &against_the_floor(&own_time));
    results.record(
        case,
        &Metric::cost("busy", "%"),
        &against_the_floor(&own_busy),
    );
    note_who_waited(results, case, &busy, &own_busy);
}

/// The load generator's own values, in the form of a contender's.
fn against_the_floor(own: &[Samples]) -> Vec<Samples> {
    let floor = own.iter().filter(|samples| samples.contender == FLOOR);
    floor
        .map(|samples| Samples {
            contender: GENERATOR.to_owned(),
            values: samples.values.clone(),
        })
        .collect()
}

/// Notes servers that did not have enough to do. For them, requests per second say less than the processor time.
fn note_who_waited(results: &mut Results, case: &str, busy: &[Samples], own_busy: &[Samples]) {
    let median = |samples: &Samples| Spread::of(&samples.values).median;
    let waited: Vec<String> = busy
        .iter()
        .zip(own_busy)
        .map(|(server, own)| (&server.contender, median(server), median(own)))
        .filter(|(_, server, _)| *server < BUSY)
        .map(|(kind, server, own)| format!("{kind} {server:.0} % ({own:.0} %)"))
        .collect();
    if !waited.is_empty() {
        results.note(format!(
            "{case}: these servers kept a processor busy for less than {BUSY} % of the time (the load generator's time is in \
             brackets): {}.",
            waited.join(", ")
        ));
    }
}

/// The percentage of time from which a server counts as busy.
const BUSY: f64 = 90.0;

fn record_peak_memory(results: &mut Results, case: &str, contenders: &[Contender]) {
    let samples: Vec<_> = contenders.iter().map(Contender::peak_memory).collect();
    results.record(case, &Metric::cost("peak memory", "MiB"), &samples);
}
