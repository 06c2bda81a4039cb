//! [`Writer`]: what goes to stdout and stderr, by a thread of its own.
//!
//! Whoever reads it may be slow, or not read for an hour. Answers are taken and kept meanwhile, and Ctrl-C is heard.

use std::sync::mpsc;

use tokio::sync::watch;

use super::progress::Progress;
use crate::failure::{Failure, Result};
use crate::terminal::{Terminal, tell};

/// Hands texts to the thread.
pub(super) struct Writer {
    texts: mpsc::Sender<Text>,
    written: watch::Receiver<Written>,
}

enum Text {
    Line(String),
    Told(String),
    /// Nothing else comes.
    End,
}

/// How far the thread is.
#[derive(Default)]
struct Written {
    /// How many lines are written, or lost because nobody reads them.
    lines: usize,
    failure: Option<Failure>,
}

impl Writer {
    pub(super) fn new(terminal: Terminal, progress: Progress) -> Self {
        let (texts, to_write) = mpsc::channel();
        let (state, written) = watch::channel(Written::default());
        std::thread::spawn(move || {
            for text in to_write {
                match text {
                    Text::Line(line) => write(&line, terminal, &progress, &state),
                    Text::Told(text) => progress.beside(|| tell(&text)),
                    Text::End => break,
                }
            }
        });
        Writer { texts, written }
    }

    /// A line for stdout.
    pub(super) fn line(&self, json: String) {
        self.hand_over(Text::Line(json));
    }

    /// A text for the person, on stderr.
    pub(super) fn tell(&self, text: String) {
        self.hand_over(Text::Told(text));
    }

    fn hand_over(&self, text: Text) {
        // The thread is there until it is told the end.
        let _ = self.texts.send(text);
    }

    /// The same, for somebody who tells of something else.
    pub(super) fn teller(&self) -> impl Fn(&str) + Send + Sync + 'static {
        let texts = self.texts.clone();
        move |text| {
            let _ = texts.send(Text::Told(text.to_owned()));
        }
    }

    /// How many lines are written.
    pub(super) fn lines(&self) -> usize {
        self.written.borrow().lines
    }

    /// Waits until more is written; an error where that can't be any more.
    pub(super) async fn progress(&mut self) -> Result {
        if self.written.changed().await.is_err() {
            return std::future::pending().await;
        }
        self.failure()
    }

    /// Waits until all is written.
    pub(super) async fn finish(&mut self) -> Result {
        self.hand_over(Text::End);
        while self.written.changed().await.is_ok() {}
        self.failure()
    }

    fn failure(&self) -> Result {
        self.written.borrow().failure.clone().map_or(Ok(()), Err)
    }
}

fn write(line: &str, terminal: Terminal, progress: &Progress, state: &watch::Sender<Written>) {
    // After a failure the rest is for nobody.
    let failed = state.borrow().failure.is_some();
    let written = match failed {
        true => Ok(()),
        false if terminal.stdout_is_terminal => progress.beside(|| terminal.line(line)),
        false => terminal.line(line),
    };
    state.send_modify(|state| {
        state.lines += 1;
        if let Err(failure) = written {
            state.failure.get_or_insert(failure);
        }
    });
}
