//! [`Writer`]: what goes to stdout and stderr, by a thread for each.
//!
//! Whoever reads it may be slow, or not read for an hour. Answers are taken and kept meanwhile, Ctrl-C is heard, and what is
//! told on stderr does not wait for stdout.

use std::sync::mpsc;

use tokio::sync::watch;

use super::progress::Progress;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::terminal::{Terminal, report};

/// Hands texts to the threads.
pub(super) struct Writer {
    lines: Queue,
    told: Queue,
    /// It is known, and told, that nothing more can be written.
    is_over: bool,
}

/// What a thread has to write, and how far it is.
struct Queue {
    texts: mpsc::Sender<Text>,
    written: watch::Receiver<Written>,
}

enum Text {
    Text(String),
    /// Nothing else comes.
    End,
}

#[derive(Default)]
struct Written {
    /// How many texts are written, or lost because nobody reads them.
    texts: usize,
    failure: Option<Failure>,
    is_ended: bool,
}

impl Writer {
    pub(super) fn new(terminal: Terminal, progress: Progress) -> Self {
        let beside = progress.clone();
        let lines = Queue::new(move |line| match terminal.stdout_is_terminal {
            true => progress.beside(|| terminal.line(line)),
            false => terminal.line(line),
        });
        let told = Queue::new(move |text| {
            beside.beside(|| report(text));
            Ok(())
        });
        Writer {
            lines,
            told,
            is_over: false,
        }
    }

    /// A line for stdout.
    pub(super) fn line(&self, json: String) {
        self.lines.push(Text::Text(json));
    }

    /// A text for the person, on stderr.
    pub(super) fn tell(&self, text: String) {
        self.told.push(Text::Text(text));
    }

    /// The same, for somebody who tells of something else.
    pub(super) fn teller(&self) -> impl Fn(&str) + Send + Sync + 'static {
        let texts = self.told.texts.clone();
        move |text| {
            let _ = texts.send(Text::Text(text.to_owned()));
        }
    }

    /// How many lines are written.
    pub(super) fn lines(&self) -> usize {
        self.lines.written.borrow().texts
    }

    /// Waits until more lines are written; an error where that can't be any more.
    pub(super) async fn progress(&mut self) -> Result {
        if self.is_over {
            return std::future::pending().await;
        }
        let changed = self.lines.written.changed().await;
        self.is_over = changed.is_err();
        self.lines.result(changed.is_ok())
    }

    /// Waits until all is written, stderr first.
    pub(super) async fn finish(&mut self) -> Result {
        let told = self.told.finish().await;
        self.lines.finish().await.and(told)
    }

    /// Waits until stderr is written.
    pub(super) async fn finish_telling(&mut self) -> Result {
        self.told.finish().await
    }
}

impl Queue {
    fn new(write: impl Fn(&str) -> Result + Send + 'static) -> Self {
        let (texts, to_write) = mpsc::channel();
        let (state, written) = watch::channel(Written::default());
        std::thread::spawn(move || {
            for text in to_write {
                match text {
                    Text::Text(text) => write_one(&text, &write, &state),
                    Text::End => break,
                }
            }
            state.send_modify(|state| state.is_ended = true);
        });
        Queue { texts, written }
    }

    fn push(&self, text: Text) {
        // Whether there is a thread is asked when it has to have written all.
        let _ = self.texts.send(text);
    }

    async fn finish(&mut self) -> Result {
        self.push(Text::End);
        while self.written.changed().await.is_ok() {}
        let is_ended = self.written.borrow().is_ended;
        self.result(is_ended)
    }

    fn result(&self, is_alive: bool) -> Result {
        match &self.written.borrow().failure {
            Some(failure) => Err(failure.clone()),
            None if is_alive => Ok(()),
            None => Err(Failure::new(Exit::File, "the output was lost")),
        }
    }
}

fn write_one(text: &str, write: impl Fn(&str) -> Result, state: &watch::Sender<Written>) {
    // After a failure the rest is for nobody.
    let has_failed = state.borrow().failure.is_some();
    let written = if has_failed { Ok(()) } else { write(text) };
    state.send_modify(|state| {
        state.texts += 1;
        if let Err(failure) = written {
            state.failure.get_or_insert(failure);
        }
    });
}
