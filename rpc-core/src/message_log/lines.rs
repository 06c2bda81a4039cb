//! [`Lines`]: the message log as lines of text.

use std::fmt::{self, Write};
use std::io;
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Writes the [message log](super), one line per message: `--> {…}` for a request, `<-- {…} (200 OK)` for a response.
///
/// It is a layer of `tracing-subscriber` that ignores all other events:
///
/// ```
/// use rpc_core::message_log::Lines;
/// use tracing_subscriber::prelude::*;
///
/// let log = tracing_subscriber::registry().with(Lines::new(std::io::stderr()));
/// # drop(log);
/// ```
///
/// A line that can't be written is lost.
#[derive(Debug)]
pub struct Lines<W>(Mutex<W>);

impl<W: io::Write> Lines<W> {
    /// Writes the lines there.
    pub fn new(writer: W) -> Self {
        Lines(Mutex::new(writer))
    }
}

fn is_response(metadata: &Metadata<'_>) -> Option<bool> {
    match metadata.target() {
        "rpc::client::request" | "rpc::server::request" => Some(false),
        "rpc::client::response" | "rpc::server::response" => Some(true),
        _ => None,
    }
}

impl<S: Subscriber, W: io::Write + Send + 'static> Layer<S> for Lines<W> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let Some(is_response) = is_response(event.metadata()) else {
            return;
        };
        let mut fields = EventFields::default();
        event.record(&mut fields);
        let arrow = if is_response { "<--" } else { "-->" };
        let EventFields {
            message,
            code,
            reason,
        } = fields;
        let status = match code {
            Some(code) => format!(" ({code}{reason})"),
            None => String::new(),
        };
        let mut writer = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let _or_it_is_lost = writeln!(writer, "{arrow} {message}{status}");
    }
}

/// The fields that are shown.
#[derive(Default)]
struct EventFields {
    message: String,
    code: Option<u64>,
    reason: String,
}

impl Visit for EventFields {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "http_code" {
            self.code = Some(value);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "http_reason" {
            self.reason = format!(" {value}");
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let _a_string_takes_it = write!(self.message, "{value:?}");
        }
    }
}
