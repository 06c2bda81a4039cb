//! The few ratios in the first figure.

use crate::plot::bars::{Bar, Group};
use crate::targets::{BATCHING, LEAN};
use crate::{OURS, Suites};

/// A group of bars with the same suite and metric.
struct Principal {
    title: &'static str,
    suite: &'static str,
    metric: &'static str,
    ratios: &'static [Ratio],
}

/// One bar: how many times better than the baseline a contender is in a case.
struct Ratio {
    label: &'static str,
    case: &'static str,
    contender: &'static str,
}

const PRINCIPAL: &[Principal] = &[
    Principal {
        title: "In process: time per message",
        suite: "in-process",
        metric: "time",
        ratios: &[
            ours("add", "add"),
            ours("echo of 64 bytes", "echo of 64 bytes"),
            ours("orders, 1 KiB in", "orders, 1 KiB in"),
            ours("orders, 100 KiB in", "orders, 100 KiB in"),
            ours("orders, 100 KiB out", "orders, 100 KiB out"),
            ours("batch of 100 adds", "batch of 100 adds"),
        ],
    },
    Principal {
        title: "Over HTTP: requests per second",
        suite: "servers",
        metric: "requests",
        ratios: &[
            ours("add", "add, 32 connections"),
            ours("add, in an axum Router", "add, 32 connections").by("rpc-axum"),
            ours("batch of 100", "batch of 100, 32 connections"),
            ours("100 KiB in", "100 KiB of orders in, 32 connections"),
            ours("100 KiB out", "100 KiB of orders out, 32 connections"),
        ],
    },
    Principal {
        title: "Clients: calls per second, 64 in flight",
        suite: "clients",
        metric: "calls",
        ratios: &[
            ours("add, on reqwest", "add, 64 in flight"),
            ours("add, lean", "add, 64 in flight").by(LEAN),
            ours("add, lean and batching", "add, 64 in flight").by(BATCHING),
        ],
    },
];

const fn ours(label: &'static str, case: &'static str) -> Ratio {
    Ratio {
        label,
        case,
        contender: OURS,
    }
}

impl Ratio {
    const fn by(self, contender: &'static str) -> Self {
        Ratio { contender, ..self }
    }
}

/// The groups of bars, with the measured values.
pub fn groups(suites: &Suites) -> Vec<Group> {
    let bar = |principal: &Principal, ratio: &Ratio| {
        let Principal { suite, metric, .. } = principal;
        let row = suites.find(suite, ratio.case, metric, ratio.contender);
        Bar {
            label: ratio.label,
            ratio: row.and_then(|row| row.ratio),
        }
    };
    let group = |principal: &Principal| Group {
        title: principal.title,
        bars: principal
            .ratios
            .iter()
            .map(|ratio| bar(principal, ratio))
            .collect(),
    };
    PRINCIPAL.iter().map(group).collect()
}
