//! The few ratios that the first figure shows.

use crate::plot::bars::{Bar, Group};
use crate::targets::{BATCHING, LEAN};
use crate::{OURS, Suites};

/// A heading, the suite and its metric; then what each bar is called, its case and its contender.
type Principal = (
    &'static str,
    &'static str,
    &'static str,
    &'static [(&'static str, &'static str, &'static str)],
);

const PRINCIPAL: &[Principal] = &[
    (
        "In process: time a message",
        "in-process",
        "time",
        &[
            ("add", "add", OURS),
            ("echo of 64 bytes", "echo of 64 bytes", OURS),
            ("orders, 1 KiB in", "orders, 1 KiB in", OURS),
            ("orders, 100 KiB in", "orders, 100 KiB in", OURS),
            ("orders, 100 KiB out", "orders, 100 KiB out", OURS),
            ("batch of 100 adds", "batch of 100 adds", OURS),
        ],
    ),
    (
        "Over HTTP: requests a second",
        "servers",
        "requests",
        &[
            ("add", "add, 32 connections", OURS),
            ("add, in an axum Router", "add, 32 connections", "rpc-axum"),
            ("batch of 100", "batch of 100, 32 connections", OURS),
            ("100 KiB in", "100 KiB of orders in, 32 connections", OURS),
            ("100 KiB out", "100 KiB of orders out, 32 connections", OURS),
        ],
    ),
    (
        "Clients: calls a second, 64 in flight",
        "clients",
        "calls",
        &[
            ("add, on reqwest", "add, 64 in flight", OURS),
            ("add, lean", "add, 64 in flight", LEAN),
            ("add, lean and batching", "add, 64 in flight", BATCHING),
        ],
    ),
];

/// The bars of these, with what was measured.
pub fn groups(suites: &Suites) -> Vec<Group> {
    let group = |&(title, suite, metric, bars): &Principal| Group {
        title,
        bars: bars
            .iter()
            .map(|&(label, case, contender)| {
                let row = suites.find(suite, case, metric, contender);
                Bar {
                    label,
                    ratio: row.and_then(|row| row.ratio),
                }
            })
            .collect(),
    };
    PRINCIPAL.iter().map(group).collect()
}
