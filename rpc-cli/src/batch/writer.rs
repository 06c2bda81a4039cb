//! [`Writer`]: writes to stdout and stderr on a thread for each.
//!
//! The reader of the output may stop reading for an hour. Meanwhile answers are still recorded, Ctrl-C works, and messages on
//! stderr do not wait for stdout.

use std::sync::mpsc;

use tokio::sync::watch;

use super::progress::Progress;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::terminal::{Terminal, report};

/// Hands text to the threads.
pub(super) struct Writer {
    stdout: Queue,
    stderr: Queue,
    /// It has been reported that nothing more can be written.
    has_failed: bool,
}

/// What one thread has to write, and how far it is.
struct Queue {
    texts: mpsc::Sender<Entry>,
    written: watch::Receiver<Written>,
}

enum Entry {
    Text(String),
    /// Nothing follows.
    End,
}

#[derive(Default)]
struct Written {
    /// How many texts are written, or dropped after a failure.
    texts: usize,
    failure: Option<Failure>,
    is_ended: bool,
}

impl Writer {
    pub(super) fn new(terminal: Terminal, progress: Progress) -> Self {
        let bar = progress.clone();
        let stdout = Queue::new(move |line| match terminal.stdout_is_terminal {
            true => progress.hide_while(|| terminal.line(line)),
            false => terminal.line(line),
        });
        let stderr = Queue::new(move |text| {
            bar.hide_while(|| report(text));
            Ok(())
        });
        Writer {
            stdout,
            stderr,
            has_failed: false,
        }
    }

    /// Writes a line to stdout.
    pub(super) fn line(&self, json: String) {
        self.stdout.push(Entry::Text(json));
    }

    /// Writes a message to stderr.
    pub(super) fn message(&self, text: String) {
        self.stderr.push(Entry::Text(text));
    }

    /// A function that writes messages to stderr.
    pub(super) fn messages(&self) -> impl Fn(&str) + Send + Sync + 'static {
        let texts = self.stderr.texts.clone();
        move |text| {
            let _ = texts.send(Entry::Text(text.to_owned()));
        }
    }

    /// How many lines are written to stdout.
    pub(super) fn lines(&self) -> usize {
        self.stdout.written.borrow().texts
    }

    /// Waits until more lines are written to stdout. An error means that nothing more can be written; it is returned once.
    pub(super) async fn progress(&mut self) -> Result {
        if self.has_failed {
            return std::future::pending().await;
        }
        let changed = self.stdout.written.changed().await;
        self.has_failed = changed.is_err();
        self.stdout.result(changed.is_ok())
    }

    /// Waits until everything is written, to stderr first.
    pub(super) async fn finish(&mut self) -> Result {
        let stderr = self.stderr.finish().await;
        self.stdout.finish().await.and(stderr)
    }
}

impl Queue {
    fn new(write: impl Fn(&str) -> Result + Send + 'static) -> Self {
        let (texts, to_write) = mpsc::channel();
        let (state, written) = watch::channel(Written::default());
        std::thread::spawn(move || {
            for text in to_write {
                match text {
                    Entry::Text(text) => write_one(&text, &write, &state),
                    Entry::End => break,
                }
            }
            state.send_modify(|state| state.is_ended = true);
        });
        Queue { texts, written }
    }

    fn push(&self, entry: Entry) {
        // `finish` notices if the thread is gone.
        let _ = self.texts.send(entry);
    }

    async fn finish(&mut self) -> Result {
        self.push(Entry::End);
        while self.written.changed().await.is_ok() {}
        let is_ended = self.written.borrow().is_ended;
        self.result(is_ended)
    }

    fn result(&self, is_alive: bool) -> Result {
        match &self.written.borrow().failure {
            Some(failure) => Err(failure.clone()),
            None if is_alive => Ok(()),
            None => Err(Failure::new(Exit::File, "the output could not be written")),
        }
    }
}

fn write_one(text: &str, write: impl Fn(&str) -> Result, state: &watch::Sender<Written>) {
    // After a failure, nothing more is written.
    let has_failed = state.borrow().failure.is_some();
    let written = if has_failed { Ok(()) } else { write(text) };
    state.send_modify(|state| {
        state.texts += 1;
        if let Err(failure) = written {
            state.failure.get_or_insert(failure);
        }
    });
}
