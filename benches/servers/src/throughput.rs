//! Servers in turn under load: requests a second, processor time, latency, memory.

use std::time::Duration;

use measure::process::{cpu_time_of_threads, peak_memory};
use measure::rounds::interleaved_several;
use measure::{Form, Metric, Results, Samples, Spread};
use peers::started::Started;

use crate::cases::Asked;
use crate::load::{Exchange, Load};

/// What is asked, how, and of whom.
pub struct Case {
    pub asked: Asked,
    pub connections: usize,
    /// On how many threads the servers run.
    pub threads: usize,
    pub contenders: Vec<&'static str>,
}

/// The contender that does next to nothing: what the load generator costs shows best against it.
pub const FLOOR: &str = "hyper-constant";

const GENERATOR: &str = "load generator";

/// Runs a case. All servers are started first; each waits while it is not its turn.
pub fn measure(results: &mut Results, form: Form, case: &Case) {
    let contenders: Vec<_> = case
        .contenders
        .iter()
        .map(|kind| Contender::start(kind, case))
        .collect();
    let mut turns: Vec<_> = contenders
        .iter()
        .map(|contender| || contender.take_turn(form, case.connections))
        .collect();
    let mut turns: Vec<(&str, &mut dyn FnMut() -> Turn)> = contenders
        .iter()
        .zip(&mut turns)
        .map(|(contender, turn)| (contender.kind, turn as _))
        .collect();
    let turns = interleaved_several(form.pick(7, 9), &mut turns);
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

/// A server that runs, and has proved that it is right.
struct Contender {
    kind: &'static str,
    server: Started,
    exchange: Exchange,
}

/// What one turn measures, in the order of [`record`].
type Turn = [f64; 7];

impl Contender {
    fn start(kind: &'static str, case: &Case) -> Self {
        let server = match case.threads {
            1 => Started::kind(kind),
            threads => Started::on_threads(kind, threads),
        };
        let asked = &case.asked;
        Contender {
            kind,
            exchange: Exchange::prove(server.address(), &asked.message, &*asked.is_right),
            server,
        }
    }

    fn take_turn(&self, form: Form, connections: usize) -> Turn {
        let mut load = Load::connect(self.server.address(), connections);
        load.run_for(&self.exchange, Duration::from_millis(50));
        let before = cpu_time_of_threads(self.server.pid());
        let about = Duration::from_millis(form.pick(300, 450));
        let run = load.run_for(&self.exchange, about);
        let server_time = cpu_time_of_threads(self.server.pid()) - before;
        let a_request = |time| microseconds(time) / run.requests as f64;
        let busy = |time: Duration| 100.0 * time.as_secs_f64() / run.elapsed.as_secs_f64();
        [
            run.requests_a_second(),
            a_request(server_time),
            microseconds(run.latency(0.5)),
            microseconds(run.latency(0.99)),
            busy(server_time),
            a_request(run.own_time),
            busy(run.own_time),
        ]
    }
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn record(results: &mut Results, case: &str, turns: [Vec<Samples>; 7]) {
    let [requests, time, median, late, busy, own_time, own_busy] = turns;
    let processor_time = Metric::cost("processor time", "µs a request");
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

/// The load generator's own values, as a contender's.
fn against_the_floor(own: &[Samples]) -> Vec<Samples> {
    let floor = own.iter().filter(|samples| samples.contender == FLOOR);
    floor
        .map(|samples| Samples {
            contender: GENERATOR.to_owned(),
            values: samples.values.clone(),
        })
        .collect()
}

/// Where a server did not have enough to do, its requests a second say less than its processor time.
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
            "{case}: these servers were busy for less than {BUSY} % of the time (and the load generator for): {}.",
            waited.join(", ")
        ));
    }
}

/// What counts as busy, in percent.
const BUSY: f64 = 90.0;

fn record_peak_memory(results: &mut Results, case: &str, contenders: &[Contender]) {
    let peak = |contender: &Contender| Samples {
        contender: contender.kind.to_owned(),
        values: vec![peak_memory(contender.server.pid()) as f64 / work::MIB as f64],
    };
    let samples: Vec<_> = contenders.iter().map(peak).collect();
    results.record(case, &Metric::cost("peak memory", "MiB"), &samples);
}
