//! [`Output`]: what came of the lines, in the order of the input.

use std::collections::BTreeMap;

use super::progress::Progress;
use crate::failure::Result;
use crate::terminal::Terminal;

/// Holds back what has come before its turn.
pub(super) struct Output {
    terminal: Terminal,
    waiting: BTreeMap<usize, String>,
    /// Whose turn it is.
    next: usize,
}

impl Output {
    pub(super) fn new(terminal: Terminal) -> Self {
        Output {
            terminal,
            waiting: BTreeMap::new(),
            next: 0,
        }
    }

    /// Whose turn it is.
    pub(super) fn next(&self) -> usize {
        self.next
    }

    /// Prints a line when its turn has come.
    pub(super) fn put(&mut self, place: usize, json: String, progress: &Progress) -> Result {
        self.waiting.insert(place, json);
        while let Some(json) = self.waiting.remove(&self.next) {
            self.next += 1;
            progress.beside(|| self.terminal.line(&json))?;
        }
        Ok(())
    }

    /// Prints what waits for a line that is not going to come.
    pub(super) fn finish(&mut self) -> Result {
        for json in std::mem::take(&mut self.waiting).into_values() {
            self.terminal.line(&json)?;
        }
        Ok(())
    }
}
