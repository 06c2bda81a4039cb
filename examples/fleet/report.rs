//! [`Report`]: what the callers were told, and what the workers ran. Both must agree.

use std::fmt;

use crate::load::{Call, Outcome};
use crate::worker::{Runs, Worker};

pub struct Report {
    phases: Vec<Row>,
    total: Row,
    /// How often the workers ran something.
    runs: usize,
    /// The runs of calls that were answered, of calls that may have run, and further attempts of calls that may run twice.
    of_answered: usize,
    of_unknown: usize,
    again: usize,
    mistakes: Vec<String>,
}

#[derive(Default)]
struct Row {
    name: &'static str,
    made: usize,
    answered: usize,
    did_not_run: usize,
    may_have_run: usize,
}

impl Report {
    pub fn new(calls: &[Call], workers: &[Worker]) -> Report {
        let mut runs = Runs::new();
        for (number, times) in workers.iter().flat_map(Worker::runs) {
            *runs.entry(number).or_default() += times;
        }
        let mut report = Report {
            phases: Vec::new(),
            total: Row::named("in all"),
            runs: runs.values().sum(),
            of_answered: 0,
            of_unknown: 0,
            again: 0,
            mistakes: Vec::new(),
        };
        for call in calls {
            let times = runs.remove(&call.number).unwrap_or(0);
            report.add(*call, times);
        }
        report.check_sums();
        for number in runs.keys() {
            report.mistakes.push(format!("nobody called {number}"));
        }
        report
    }

    /// Adds a call, which the workers ran so many times.
    fn add(&mut self, call: Call, times: usize) {
        if !self.phases.iter().any(|row| row.name == call.phase) {
            self.phases.push(Row::named(call.phase));
        }
        let phase = self.phases.iter_mut();
        let phase = phase.filter(|row| row.name == call.phase);
        phase.chain([&mut self.total]).for_each(|row| row.add(call));
        let (least, most) = match call.outcome {
            Outcome::Answered => (1, 1),
            Outcome::DidNotRun => (0, 0),
            Outcome::MayHaveRun => (0, 1),
        };
        // Only calls that do no harm are ever sent again.
        let is_right = least <= times && (times <= most || !call.places() && most > 0);
        if !is_right {
            let number = call.number;
            self.mistakes.push(format!("{number} ran {times} times"));
        }
        let once = times.min(1);
        self.again += times - once;
        match call.outcome {
            Outcome::Answered => self.of_answered += once,
            Outcome::DidNotRun => {}
            Outcome::MayHaveRun => self.of_unknown += once,
        }
    }

    fn check_sums(&mut self) {
        let total = &self.total;
        let sums = [
            (
                "calls",
                total.made,
                total.answered + total.did_not_run + total.may_have_run,
            ),
            ("answers", total.answered, self.of_answered),
            (
                "runs",
                self.runs,
                self.of_answered + self.of_unknown + self.again,
            ),
        ];
        for (what, all, parts) in sums {
            if all != parts {
                self.mistakes.push(format!("{all} {what}, but {parts}"));
            }
        }
    }

    pub fn adds_up(&self) -> bool {
        self.mistakes.is_empty()
    }
}

impl Row {
    fn named(name: &'static str) -> Row {
        Row {
            name,
            ..Row::default()
        }
    }

    fn add(&mut self, call: Call) {
        self.made += 1;
        match call.outcome {
            Outcome::Answered => self.answered += 1,
            Outcome::DidNotRun => self.did_not_run += 1,
            Outcome::MayHaveRun => self.may_have_run += 1,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row {
            name,
            made,
            answered,
            did_not_run,
            may_have_run,
        } = self;
        writeln!(
            f,
            "{name:22}{made:>8}{answered:>10}{did_not_run:>13}{may_have_run:>14}"
        )
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n{:22}{:>8}{:>10}{:>13}{:>14}",
            "", "calls", "answered", "did not run", "may have run"
        )?;
        self.phases.iter().try_for_each(|row| row.fmt(f))?;
        self.total.fmt(f)?;
        let (unknown, may) = (self.of_unknown, self.total.may_have_run);
        writeln!(
            f,
            "\nthe workers ran {} calls: {} that were answered, {unknown} of {may} that may have run, and {} once more",
            self.runs, self.of_answered, self.again
        )?;
        match self.adds_up() {
            true => writeln!(f, "all sums add up"),
            false => self
                .mistakes
                .iter()
                .try_for_each(|it| writeln!(f, "wrong: {it}")),
        }
    }
}
