//! [`Progress`]: the progress bar on stderr.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar, or nothing. A clone is the same bar.
#[derive(Clone)]
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    pub(super) fn none() -> Self {
        Progress(None)
    }

    /// `lines` is the number of lines, if it is known.
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

    /// One more line is done. `failed` is how many failed so far.
    pub(super) fn advance(&self, failed: u64) {
        let Some(bar) = &self.0 else { return };
        if failed > 0 {
            bar.set_message(format!(", {failed} failed"));
        }
        bar.inc(1);
    }

    /// Hides the bar while something else is written.
    pub(super) fn hide_while<R>(&self, write: impl FnOnce() -> R) -> R {
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
