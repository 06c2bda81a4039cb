//! The targets, and whether they are met.

use std::fmt::Write;

use crate::quantity;
use crate::{BASELINE, FLOOR, Metric, OURS, Row, Spread, Suites};

/// A target for one number.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    pub work: &'static str,
    suite: &'static str,
    case: &'static str,
    metric: &'static str,
    contender: &'static str,
    measure: Measure,
    /// The bound that must be reached, and one that would be better still.
    least: f64,
    stretch: Option<f64>,
    /// Whether it is enough that the best round reaches it. If two contenders should be equal, one of them is always
    /// slightly slower.
    within_spread: bool,
    /// The unit of the bounds, if the value itself is compared.
    unit: &'static str,
}

/// How a number is compared with its target.
#[derive(Debug, Clone, Copy)]
enum Measure {
    /// How many times better than another contender. The target is a minimum.
    TimesBetterThan(&'static str),
    /// The value as a fraction of another contender's. The target is a maximum.
    PartOf(&'static str),
    /// The value itself. The target is a maximum.
    Value,
    /// How much it is above another contender's, in the metric's own unit. The target is a maximum.
    Above(&'static str),
}

/// All targets.
pub const TARGETS: &[Target] = &[
    in_process("add in process", "add").at_least(7.0, 9.0),
    in_process("echo of 64 bytes in process", "echo of 64 bytes").at_least(6.0, 7.0),
    in_process("orders, 1 KiB in, in process", "orders, 1 KiB in").at_least(1.9, 2.1),
    in_process("orders, 10 MiB in, in process", "orders, 10 MiB in").at_least(1.3, 1.5),
    in_process("orders, 100 KiB out, in process", "orders, 100 KiB out").at_least(1.9, 2.2),
    in_process(
        "orders, 100 KiB in, in process, compared with decoding them alone",
        "orders, 100 KiB in",
    )
    .part_at_most("decoding alone", 1.05),
    in_process(
        "batch of 100 adds in process, compared with the fastest by hand",
        "batch of 100 adds",
    )
    .part_at_most("by hand, fastest", 1.2)
    .or_even(1.0),
    in_process("allocations, add in process", "add")
        .metric("allocations")
        .value_at_most(2.0)
        .or_even(1.0),
    in_process(
        "a deadline adds to a call over HTTP",
        "add, as a request of HTTP without a socket",
    )
    .by("rpc, with a deadline")
    .above_at_most(OURS, 100.0, "ns"),
    served("add over HTTP, instructions", ONE_ADD)
        .metric(INSTRUCTIONS)
        .part_at_most(FLOOR, 1.4)
        .or_even(1.33),
    served("add over HTTP with one middleware, instructions", ONE_ADD)
        .by("rpc-middleware")
        .metric(INSTRUCTIONS)
        .part_at_most(FLOOR, 1.42),
    served(
        "add over HTTP, 32 connections, processor time",
        "add, 32 connections",
    )
    .metric(PROCESSOR_TIME)
    .part_at_most(FLOOR, 1.15)
    .or_even(1.1),
    served(
        "add over HTTP, 128 connections, processor time",
        "add, 128 connections",
    )
    .metric(PROCESSOR_TIME)
    .part_at_most(FLOOR, 1.15)
    .or_even(1.1),
    served("allocations, add over HTTP", ONE_ADD)
        .metric("allocations")
        .value_at_most(8.0)
        .or_even(7.0),
    served(
        "batch of 100 over HTTP, processor time",
        "batch of 100, 32 connections",
    )
    .metric(PROCESSOR_TIME)
    .part_at_most(FLOOR, 4.0)
    .or_even(3.3),
    added(
        "a Dispatcher adds to add over HTTP, instructions",
        "a Dispatcher",
    )
    .value_at_most(350.0),
    added("an extension adds, instructions", "an extension").value_at_most(50.0),
    added("allowed hosts add, instructions", "allowed hosts").value_at_most(250.0),
    added(
        "the message log at DEBUG adds, instructions",
        "the message log at DEBUG",
    )
    .value_at_most(60_000.0)
    .or_even(43_000.0),
    Target::new(
        "memory per idle connection, above the floor",
        "growth",
        "add",
        "memory per idle connection",
    )
    .above_at_most(FLOOR, 4.5, "KiB")
    .or_even(3.0),
    served(
        "add over HTTP, in an axum Router, compared with axum by hand",
        "add, 32 connections",
    )
    .by("rpc-axum")
    .as_good_as("axum-typed"),
    served(
        "100 KiB in over HTTP",
        "100 KiB of orders in, 32 connections",
    )
    .at_least(1.6, 1.8),
    served(
        "100 KiB out over HTTP",
        "100 KiB of orders out, 32 connections",
    )
    .at_least(1.75, 1.9),
    served(
        "peak memory of the server, 100 KiB in",
        "100 KiB of orders in, 32 connections",
    )
    .metric("peak memory")
    .part_at_most(BASELINE, 1.0),
    served(
        "peak memory of the server, 100 KiB out",
        "100 KiB of orders out, 32 connections",
    )
    .metric("peak memory")
    .part_at_most(BASELINE, 1.0),
    client("client, 64 in flight, processor time", SMALL)
        .metric(PROCESSOR_TIME)
        .part_at_most("reqwest by hand", 1.05),
    client("lean client, 64 in flight, processor time", SMALL)
        .by(LEAN)
        .metric(PROCESSOR_TIME)
        .part_at_most("hyper-util by hand", 0.85),
    client("lean client, 64 in flight, calls per second", SMALL)
        .by(LEAN)
        .at_least(1.4, 1.55),
    client(
        "lean client, 64 in flight, processor time compared with jsonrpsee",
        SMALL,
    )
    .by(LEAN)
    .metric(PROCESSOR_TIME)
    .part_at_most(BASELINE, 0.7),
    client("client, 100 KiB in, 64 in flight, processor time", LARGE_IN)
        .metric(PROCESSOR_TIME)
        .part_at_most(BASELINE, 0.45),
    client(
        "lean client, 100 KiB in, 64 in flight, processor time",
        LARGE_IN,
    )
    .by(LEAN)
    .metric(PROCESSOR_TIME)
    .part_at_most(BASELINE, 0.45),
    client(
        "client, 100 KiB out, 64 in flight, processor time",
        LARGE_OUT,
    )
    .metric(PROCESSOR_TIME)
    .part_at_most(BASELINE, 0.8),
    client(
        "lean client, 100 KiB out, 64 in flight, processor time",
        LARGE_OUT,
    )
    .by(LEAN)
    .metric(PROCESSOR_TIME)
    .part_at_most(BASELINE, 0.8),
    client(
        "calls batched by the client, 64 in flight, calls per second",
        SMALL,
    )
    .by(BATCHING)
    .at_least_only(6.0),
    client(
        "calls batched by the client, 64 in flight, compared with tonic",
        SMALL,
    )
    .by(BATCHING)
    .against("tonic")
    .at_least_only(1.0),
    client(
        "add over HTTP/2, 64 in flight over one connection, compared with tonic",
        SMALL,
    )
    .by(HTTP2)
    .against("tonic")
    .at_least_only(1.0),
    client(
        "echo of 1 KiB over HTTP/2, 64 in flight over one connection, compared with tonic",
        "echo of 1 KiB, 64 in flight",
    )
    .by(HTTP2)
    .against("tonic")
    .at_least_only(1.0),
    over_nats("add over NATS, 64 in flight, calls per second", NATS_MANY)
        .against("async-nats")
        .at_least_only(0.95),
    over_nats(
        "add over NATS, one at a time, latency",
        "add over NATS, one at a time",
    )
    .metric("latency, median")
    .part_at_most("async-nats", 1.15),
    over_nats(
        "add over NATS, batched by the client, calls per second",
        NATS_MANY,
    )
    .by("rpc, batching")
    .against("rpc")
    .at_least_only(4.0),
    streamed("items over a WebSocket, items per second", FLOOD).at_least_only(5.0),
    streamed("items over a WebSocket, compared with tonic", FLOOD)
        .against("tonic")
        .at_least_only(1.5),
    streamed("items over a WebSocket, processor time", FLOOD)
        .metric(PROCESSOR_TIME)
        .at_least_only(5.0),
    streamed(
        "items over a WebSocket, processor time compared with tonic",
        FLOOD,
    )
    .metric(PROCESSOR_TIME)
    .against("tonic")
    .at_least_only(1.5),
    streamed("allocations per item of a stream", FLOOD)
        .metric("allocations")
        .value_at_most(0.001),
    streamed("server-sent events, items per second", EVENTS)
        .by("rpc, events")
        .against("axum Sse")
        .at_least_only(2.0),
    streamed("server-sent events, processor time", EVENTS)
        .by("rpc, events")
        .metric(PROCESSOR_TIME)
        .against("axum Sse")
        .at_least_only(2.0),
    streamed("lines over a Unix socket, items per second", UNIX)
        .by("rpc, lines")
        .against("rmcp")
        .at_least_only(2.0),
    streamed("lines over a Unix socket, processor time", UNIX)
        .by("rpc, lines")
        .metric(PROCESSOR_TIME)
        .against("rmcp")
        .at_least_only(2.0),
    streamed("1,000 subscribers, processor time per item", SUBSCRIBERS)
        .metric(PROCESSOR_TIME)
        .part_at_most(BASELINE, 0.33),
    streamed(
        "1,000 subscribers, 16 items at once, processor time per item",
        SUBSCRIBERS_AT_ONCE,
    )
    .metric(PROCESSOR_TIME)
    .part_at_most(BASELINE, 0.33),
    streamed(
        "calls over a WebSocket, 64 in flight, calls per second",
        "add over a WebSocket, 64 in flight",
    )
    .metric("calls")
    .at_least_only(3.0),
    streamed(
        "calls over a WebSocket, one at a time, latency",
        "add over a WebSocket, one at a time",
    )
    .metric("latency, median")
    .part_at_most("tokio-websockets", 1.1),
    streamed(
        "memory per idle WebSocket, above the library's",
        "idle WebSockets",
    )
    .metric("memory per idle connection")
    .above_at_most("tokio-websockets", 8.0, "KiB"),
];

/// The client on hyper.
pub const LEAN: &str = "rpc, lean";
/// The same with automatic batching.
pub const BATCHING: &str = "rpc, lean, batching";

/// The client on hyper over HTTP/2.
const HTTP2: &str = "rpc, lean, HTTP/2";
const NATS_MANY: &str = "add over NATS, 64 in flight";
const SMALL: &str = "add, 64 in flight";
const LARGE_IN: &str = "100 KiB in, 64 in flight";
const LARGE_OUT: &str = "100 KiB out, 64 in flight";
const ONE_ADD: &str = "add, 1 connection";
const FLOOD: &str = "items of 100 bytes, one connection";
const EVENTS: &str = "items of 100 bytes, server-sent events";
const UNIX: &str = "items of 100 bytes, lines over a Unix socket";
const SUBSCRIBERS: &str = "1,000 subscribers of one source";
const SUBSCRIBERS_AT_ONCE: &str = "1,000 subscribers of one source, 16 items at once";
const PROCESSOR_TIME: &str = "processor time";
const INSTRUCTIONS: &str = "instructions per request";

const fn in_process(work: &'static str, case: &'static str) -> Target {
    Target::new(work, "in-process", case, "time")
}

const fn served(work: &'static str, case: &'static str) -> Target {
    Target::new(work, "servers", case, "requests")
}

/// The instructions that an option or addition of our server adds to a call of `add`.
const fn added(work: &'static str, addition: &'static str) -> Target {
    served(work, addition).metric("added instructions")
}

const fn client(work: &'static str, case: &'static str) -> Target {
    Target::new(work, "clients", case, "calls")
}

const fn over_nats(work: &'static str, case: &'static str) -> Target {
    Target::new(work, "nats", case, "calls")
}

const fn streamed(work: &'static str, case: &'static str) -> Target {
    Target::new(work, "streams", case, "items")
}

impl Target {
    const fn new(
        work: &'static str,
        suite: &'static str,
        case: &'static str,
        metric: &'static str,
    ) -> Self {
        Target {
            work,
            suite,
            case,
            metric,
            contender: OURS,
            measure: Measure::TimesBetterThan(BASELINE),
            least: 1.0,
            stretch: None,
            within_spread: false,
            unit: "",
        }
    }

    const fn metric(self, metric: &'static str) -> Self {
        Target { metric, ..self }
    }

    const fn by(self, contender: &'static str) -> Self {
        Target { contender, ..self }
    }

    const fn against(self, other: &'static str) -> Self {
        let measure = Measure::TimesBetterThan(other);
        Target { measure, ..self }
    }

    const fn at_least(self, least: f64, stretch: f64) -> Self {
        let stretch = Some(stretch);
        Target {
            least,
            stretch,
            ..self
        }
    }

    const fn at_least_only(self, least: f64) -> Self {
        Target { least, ..self }
    }

    const fn as_good_as(self, other: &'static str) -> Self {
        Target {
            within_spread: true,
            ..self.against(other)
        }
    }

    const fn part_at_most(self, other: &'static str, most: f64) -> Self {
        Target {
            measure: Measure::PartOf(other),
            least: most,
            ..self
        }
    }

    const fn value_at_most(self, most: f64) -> Self {
        Target {
            measure: Measure::Value,
            least: most,
            ..self
        }
    }

    const fn above_at_most(self, other: &'static str, most: f64, unit: &'static str) -> Self {
        Target {
            measure: Measure::Above(other),
            least: most,
            unit,
            ..self
        }
    }

    const fn or_even(self, stretch: f64) -> Self {
        let stretch = Some(stretch);
        Target { stretch, ..self }
    }

    /// The measured value. `None` if it was not measured.
    pub fn measured(&self, suites: &Suites) -> Option<Spread> {
        let find = |contender| suites.find(self.suite, self.case, self.metric, contender);
        let own: &Row = find(self.contender)?;
        match self.measure {
            Measure::TimesBetterThan(other) => own.times_better_than(find(other)?),
            Measure::PartOf(other) => own.part_of(find(other)?),
            Measure::Value => Some(own.value),
            Measure::Above(other) => own.above(find(other)?),
        }
    }

    fn is_met_by(&self, measured: Spread) -> bool {
        match self.measure {
            Measure::TimesBetterThan(_) if self.within_spread => measured.max >= self.least,
            Measure::TimesBetterThan(_) => measured.median >= self.least,
            Measure::PartOf(_) | Measure::Value | Measure::Above(_) => {
                measured.median <= self.least
            }
        }
    }

    fn shown(&self, value: Spread) -> String {
        match self.measure {
            Measure::Value | Measure::Above(_) => {
                quantity::spread(&Metric::cost(self.metric, self.unit), value)
            }
            _ => quantity::times_spread(value),
        }
    }

    fn bound(&self, bound: f64) -> String {
        let number = match self.measure {
            Measure::Value => self.shown(Spread::exact(bound)),
            Measure::Above(_) => format!("{bound} {}", self.unit),
            _ => format!("{bound}×"),
        };
        match self.measure {
            Measure::TimesBetterThan(_) => format!("≥ {number}"),
            Measure::PartOf(_) | Measure::Value | Measure::Above(_) => format!("≤ {number}"),
        }
    }

    fn compared_with(&self) -> String {
        match self.measure {
            Measure::TimesBetterThan(other) => format!("how many times better than {other}"),
            Measure::PartOf(other) => format!("as a fraction of {other}'s"),
            Measure::Value => "the value itself".to_owned(),
            Measure::Above(other) => format!("how much above {other}'s"),
        }
    }
}

/// A table in Markdown of all targets, and whether they are met.
pub fn table(suites: &Suites) -> String {
    let mut text = String::from(
        "| work | contender | comparison | target | stretch | measured | met |\n\
         | --- | --- | --- | ---: | ---: | ---: | --- |\n",
    );
    for target in TARGETS {
        let stretch = target.stretch.map(|stretch| target.bound(stretch));
        let (shown, met) = match target.measured(suites) {
            Some(measured) if target.is_met_by(measured) => (target.shown(measured), "yes"),
            Some(measured) => (target.shown(measured), "**no**"),
            None => ("–".to_owned(), "**not measured**"),
        };
        writeln!(
            text,
            "| {} | {} | {} | {} | {} | {shown} | {met} |",
            target.work,
            target.contender,
            target.compared_with(),
            target.bound(target.least),
            stretch.unwrap_or_default(),
        )
        .expect("a String takes it");
    }
    text
}

/// The targets without a measured value.
pub fn not_measured(suites: &Suites) -> Vec<&'static str> {
    let missing = TARGETS
        .iter()
        .filter(|target| target.measured(suites).is_none());
    missing.map(|target| target.work).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_must_reach_a_target_unless_two_should_be_equal() {
        let measured = Spread {
            median: 0.98,
            min: 0.95,
            max: 1.01,
        };
        let add = served("add", "add, 32 connections");
        assert!(add.as_good_as("axum-typed").is_met_by(measured));
        assert!(!add.at_least_only(1.0).is_met_by(measured));
        assert!(add.part_at_most(BASELINE, 1.0).is_met_by(measured));
        assert!(!add.value_at_most(0.9).is_met_by(measured));
    }

    #[test]
    fn bounds_above_another_contender_have_a_unit() {
        let memory = served("memory", "idle").above_at_most(FLOOR, 4.5, "KiB");
        assert_eq!(memory.bound(4.5), "≤ 4.5 KiB");
        assert_eq!(memory.shown(Spread::exact(4.25)), "4.25 KiB");
        assert!(memory.is_met_by(Spread::exact(4.5)));
        assert!(!memory.is_met_by(Spread::exact(4.6)));
    }
}
