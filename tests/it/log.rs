//! Captures the log: one subscriber for all tests. It keeps apart what each thread logs: errors, and the warnings of
//! rpc-tokio, rpc-zmq and rpc-nats.

use std::cell::RefCell;
use std::fmt::{self, Write};
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};

thread_local! {
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    /// `None` if no test on this thread wants the message log.
    static MESSAGES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// The errors that are logged on this thread from now on, and the warnings of rpc-tokio, rpc-zmq and rpc-nats.
pub struct Log(());

impl Log {
    /// For a test with a thread of its own: not `multi_thread`.
    pub fn capture() -> Self {
        static INSTALLED: Once = Once::new();
        // One subscriber for all tests. With one per test, `tracing` would cache an event as unwanted if the thread
        // of another test reached it first.
        INSTALLED.call_once(|| {
            tracing::subscriber::set_global_default(Keeper).unwrap();
            tracing::callsite::rebuild_interest_cache();
        });
        let log = Log(());
        log.errors();
        log
    }

    /// Like `capture`, with the message log as well.
    pub fn capture_messages() -> Self {
        let log = Log::capture();
        MESSAGES.set(Some(Vec::new()));
        log
    }

    /// The message log since the last time, as `target: message field=value …`.
    pub fn messages(&self) -> Vec<String> {
        let mut messages = MESSAGES.replace(Some(Vec::new())).unwrap_or_default();
        messages.retain(|line| line.starts_with("rpc::"));
        messages
    }

    /// The message log since the last time, and what is logged about shorthand calls.
    pub fn shorthand(&self) -> Vec<String> {
        MESSAGES.replace(Some(Vec::new())).unwrap_or_default()
    }

    /// The lines since the last time, as `message field=value …`.
    pub fn errors(&self) -> Vec<String> {
        LINES.take()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        MESSAGES.set(None);
    }
}

struct Keeper;

const SHORTHAND: &str = "rpc_http::server::shorthand";

/// Whether it belongs to the message log, or to shorthand calls, which are not messages.
fn is_message(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("rpc::") || metadata.target().starts_with(SHORTHAND)
}

impl Subscriber for Keeper {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        match is_message(metadata) {
            true => Interest::sometimes(),
            false if self.enabled(metadata) => Interest::always(),
            false => Interest::never(),
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        if is_message(metadata) {
            return MESSAGES.with_borrow(Option::is_some);
        }
        let is_of = |name| metadata.target().starts_with(name);
        match *metadata.level() {
            Level::ERROR => is_of("rpc_core") || is_of("rpc_zmq") || is_of("rpc_tokio"),
            Level::WARN => is_of("rpc_zmq") || is_of("rpc_nats") || is_of("rpc_tokio"),
            _ => false,
        }
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        if is_message(event.metadata()) {
            let message = format!("{}: {}", event.metadata().target(), line.0);
            return MESSAGES
                .with_borrow_mut(|messages| messages.get_or_insert_default().push(message));
        }
        LINES.with_borrow_mut(|lines| lines.push(line.0));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        match field.name() {
            "message" => write!(self.0, "{value:?}"),
            name => write!(self.0, "{name}={value:?}"),
        }
        .unwrap();
    }
}
