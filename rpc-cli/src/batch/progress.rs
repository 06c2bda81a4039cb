//! [`Progress`]: the line that moves, where a person watches.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on stderr, or nothing. A clone is the same bar.
#[derive(Clone)]
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    pub(super) fn none() -> Self {
        Progress(None)
    }

    /// A bar to this number of lines; without one, where nobody knows how many there are.
    pub(super) fn new(lines: Option<u64>) -> Self {
        let (bar, template) = match lines {
            Some(lines) => (
                ProgressBar::new(lines),
                "[{bar:30}] {pos}/{len} calls, {per_sec}, {eta} to go{msg}",
            ),
            None => (ProgressBar::no_length(), "{pos} calls, {per_sec}{msg}"),
        };
        let style = ProgressStyle::with_template(template)
            .unwrap_or_else(|_| ProgressStyle::default_bar())
            .progress_chars("=> ");
        bar.set_style(style);
        Progress(Some(bar))
    }

    /// One line is done.
    pub(super) fn advance(&self, failed: u64) {
        let Some(bar) = &self.0 else { return };
        if failed > 0 {
            bar.set_message(format!(", {failed} failed"));
        }
        bar.inc(1);
    }

    /// Writes beside the bar.
    pub(super) fn beside<R>(&self, write: impl FnOnce() -> R) -> R {
        match &self.0 {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    pub(super) fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
