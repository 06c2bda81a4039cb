//! [`Output`]: brings the outcomes into the order of the input.

use std::collections::{BTreeMap, VecDeque};

use super::writer::Writer;

/// Holds back what comes before its turn.
#[derive(Default)]
pub(super) struct Output {
    /// The numbers of the lines that were taken from the input and are not printed yet.
    pending: VecDeque<u64>,
    early: BTreeMap<u64, String>,
    printed: usize,
}

impl Output {
    /// Each line must be announced before it is printed.
    pub(super) fn expect(&mut self, number: u64) {
        self.pending.push_back(number);
    }

    /// How many lines are expected and not printed.
    pub(super) fn pending(&self) -> usize {
        self.pending.len()
    }

    /// How many lines were handed to the writer.
    pub(super) fn printed(&self) -> usize {
        self.printed
    }

    /// Prints a line, and those that waited for it, when its turn comes.
    pub(super) fn print(&mut self, number: u64, json: String, writer: &Writer) {
        self.early.insert(number, json);
        while let Some(json) = self.pending.front().and_then(|it| self.early.remove(it)) {
            self.pending.pop_front();
            self.printed += 1;
            writer.line(json);
        }
    }

    /// Prints the lines that wait for one that will not come.
    pub(super) fn finish(&mut self, writer: &Writer) {
        for json in std::mem::take(&mut self.early).into_values() {
            writer.line(json);
        }
    }
}
