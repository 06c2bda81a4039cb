//! [`Results`]: the results of a suite, in one file for the report.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{BASELINE, Samples, Spread};

/// What is measured, and its unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metric {
    /// The name, such as `time`.
    pub name: String,
    /// The unit, such as `ns`.
    pub unit: String,
    /// Whether a greater value is better.
    pub more_is_better: bool,
}

impl Metric {
    /// A metric where less is better.
    pub fn cost(name: &str, unit: &str) -> Self {
        Metric {
            name: name.to_owned(),
            unit: unit.to_owned(),
            more_is_better: false,
        }
    }

    /// A metric where more is better.
    pub fn gain(name: &str, unit: &str) -> Self {
        Metric {
            more_is_better: true,
            ..Metric::cost(name, unit)
        }
    }
}

/// One contender's value in one case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// The case, such as `add`, or the name of the curve.
    pub case: String,
    /// The place on the curve, such as the number of methods. `None` if the row is not on a curve.
    pub at: Option<f64>,
    pub contender: String,
    pub metric: Metric,
    pub value: Spread,
    /// How many times better than the baseline, from the pair of values in each round.
    pub ratio: Option<Spread>,
    /// Each round's value, in order.
    pub rounds: Vec<f64>,
}

impl Row {
    /// How many times better than another contender in the same case, from the pair of values in each round.
    pub fn times_better_than(&self, other: &Row) -> Option<Spread> {
        times_better(&self.metric, &self.rounds, &other.rounds)
    }

    /// This value as a fraction of another contender's in the same case, from the pair of values in each round.
    pub fn part_of(&self, other: &Row) -> Option<Spread> {
        quotients(&self.rounds, &other.rounds)
    }

    /// How much this value is above another contender's in the same case, from the pair of values in each round.
    pub fn above(&self, other: &Row) -> Option<Spread> {
        let pairs = self.rounds.iter().zip(&other.rounds);
        let differences: Vec<f64> = pairs.map(|(own, other)| own - other).collect();
        (!differences.is_empty()).then(|| Spread::of(&differences))
    }
}

fn times_better(metric: &Metric, own: &[f64], other: &[f64]) -> Option<Spread> {
    if metric.more_is_better {
        quotients(own, other)
    } else {
        quotients(other, own)
    }
}

/// Divides the values round by round. `None` if there are none or a divisor is zero.
fn quotients(over: &[f64], under: &[f64]) -> Option<Spread> {
    let pairs = over.iter().zip(under);
    let quotients: Vec<f64> = pairs.map(|(over, under)| over / under).collect();
    let all_finite = quotients.iter().all(|quotient| quotient.is_finite());
    (all_finite && !quotients.is_empty()).then(|| Spread::of(&quotients))
}

/// A suite's results. Each is printed as it is recorded, and all are written to a file at the end.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Results {
    pub suite: String,
    pub rows: Vec<Row>,
    /// What a reader needs to know, such as what was left out and why.
    pub notes: Vec<String>,
}

impl Results {
    /// Starts the results of a suite.
    pub fn new(suite: &str) -> Self {
        Results {
            suite: suite.to_owned(),
            ..Results::default()
        }
    }

    /// Adds a case, with the values of each contender's rounds.
    pub fn record(&mut self, case: &str, metric: &Metric, samples: &[Samples]) {
        self.record_at(case, None, metric, samples);
    }

    /// Adds a point of a curve.
    pub fn record_at(&mut self, case: &str, at: Option<f64>, metric: &Metric, samples: &[Samples]) {
        let baseline = samples
            .iter()
            .find(|samples| samples.contender == BASELINE)
            .map(|samples| samples.values.clone());
        for Samples { contender, values } in samples {
            let ratio = baseline
                .as_ref()
                .and_then(|baseline| times_better(metric, values, baseline));
            let row = Row {
                case: case.to_owned(),
                at,
                contender: contender.clone(),
                metric: metric.clone(),
                value: Spread::of(values),
                ratio,
                rounds: values.clone(),
            };
            show(&self.suite, &row);
            self.rows.push(row);
        }
    }

    /// Adds a value that is counted rather than timed.
    pub fn count(&mut self, case: &str, metric: &Metric, contender: &str, value: f64) {
        self.count_at(case, None, metric, contender, value);
    }

    /// Adds a counted value as a point of a curve.
    pub fn count_at(
        &mut self,
        case: &str,
        at: Option<f64>,
        metric: &Metric,
        contender: &str,
        value: f64,
    ) {
        let row = Row {
            case: case.to_owned(),
            at,
            contender: contender.to_owned(),
            metric: metric.clone(),
            value: Spread::exact(value),
            ratio: None,
            rounds: vec![value],
        };
        show(&self.suite, &row);
        self.rows.push(row);
    }

    /// Adds a note for the reader.
    pub fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    /// Writes the file for the report to the folder in `BENCH_OUT`, or else to `target/bench`.
    ///
    /// # Panics
    ///
    /// If it can't be written.
    pub fn write(&self) {
        let folder = folder();
        fs::create_dir_all(&folder).expect("the folder can be made");
        let text = serde_json::to_string_pretty(self).expect("results are JSON");
        let file = folder.join(format!("{}.json", self.suite));
        fs::write(file, text).expect("the folder can be written to");
    }

    /// Reads the file that a suite has written. `None` if the suite has not run.
    pub fn read(suite: &str) -> Option<Self> {
        let text = fs::read_to_string(folder().join(format!("{suite}.json"))).ok()?;
        Some(serde_json::from_str(&text).expect("a suite has written the file"))
    }

    /// One contender's value in one case.
    pub fn find(&self, case: &str, metric: &str, contender: &str) -> Option<&Row> {
        self.rows.iter().find(|row| {
            row.case == case
                && row.metric.name == metric
                && row.contender == contender
                && row.at.is_none()
        })
    }
}

fn folder() -> PathBuf {
    std::env::var_os("BENCH_OUT").map_or_else(|| "target/bench".into(), PathBuf::from)
}

fn show(suite: &str, row: &Row) {
    let at = row.at.map(|at| format!(" at {at}")).unwrap_or_default();
    let ratio = row
        .ratio
        .map(|ratio| format!("  {:.2} x {BASELINE}", ratio.median))
        .unwrap_or_default();
    println!(
        "{suite}: {}{at}, {}: {} {:.4} {} ({:.4} to {:.4}){ratio}",
        row.case,
        row.contender,
        row.metric.name,
        row.value.median,
        row.metric.unit,
        row.value.min,
        row.value.max
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_taken_within_each_round() {
        let mut results = Results::new("test");
        let samples = |contender: &str, values: &[f64]| Samples {
            contender: contender.to_owned(),
            values: values.to_vec(),
        };
        // The machine is half as fast in the second round, for both.
        let own = samples("rpc", &[10.0, 20.0]);
        let baseline = samples(BASELINE, &[30.0, 60.0]);
        results.record("add", &Metric::cost("time", "ns"), &[own, baseline]);
        let own = results.find("add", "time", "rpc").expect("it was recorded");
        let baseline = results.find("add", "time", BASELINE);
        let baseline = baseline.expect("it was recorded");
        assert_eq!(own.ratio, Some(Spread::exact(3.0)));
        assert_eq!(baseline.part_of(own), Some(Spread::exact(3.0)));
        let above = baseline.above(own).expect("there are rounds");
        assert_eq!((above.min, above.max), (20.0, 40.0));
    }

    #[test]
    fn there_is_no_ratio_to_zero() {
        let nothing = quotients(&[1.0], &[0.0]);
        assert_eq!(nothing, None);
    }
}
