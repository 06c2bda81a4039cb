//! [`Suites`]: the results of all suites.

use crate::{Results, Row};

/// The results of all suites. `None` for a suite that has not run.
#[derive(Debug)]
pub struct Suites(Vec<(&'static str, Option<Results>)>);

impl Suites {
    /// The names of the suites, in the report's order.
    pub const NAMES: [&str; 7] = [
        "in-process",
        "servers",
        "clients",
        "streams",
        "nats",
        "growth",
        "weight",
    ];

    /// Reads the results in the folder that `BENCH_OUT` names.
    pub fn read() -> Self {
        let named = Suites::NAMES.map(|name| (name, Results::read(name)));
        Suites(named.into())
    }

    /// All suites, with their names.
    pub fn all(&self) -> impl Iterator<Item = (&'static str, Option<&Results>)> {
        self.0
            .iter()
            .map(|(name, results)| (*name, results.as_ref()))
    }

    /// One contender's value in one case of a suite.
    pub fn find(&self, suite: &str, case: &str, metric: &str, contender: &str) -> Option<&Row> {
        let (_, results) = self.0.iter().find(|(name, _)| *name == suite)?;
        results.as_ref()?.find(case, metric, contender)
    }
}
