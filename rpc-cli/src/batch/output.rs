//! [`Output`]: what came of the lines, in the order of the input.

use std::collections::BTreeMap;

use super::writer::Writer;

/// Holds back what has come before its turn.
#[derive(Default)]
pub(super) struct Output {
    waiting: BTreeMap<usize, String>,
    /// Whose turn it is.
    next: usize,
}

impl Output {
    /// Whose turn it is.
    pub(super) fn next(&self) -> usize {
        self.next
    }

    /// Writes a line when its turn has come.
    pub(super) fn put(&mut self, place: usize, json: String, writer: &Writer) {
        self.waiting.insert(place, json);
        while let Some(json) = self.waiting.remove(&self.next) {
            self.next += 1;
            writer.line(json);
        }
    }

    /// Writes what waits for a line that is not going to come.
    pub(super) fn finish(&mut self, writer: &Writer) {
        for json in std::mem::take(&mut self.waiting).into_values() {
            writer.line(json);
        }
    }
}
