//! `--tolerant`: a client that forgives, and says on stderr what it has forgiven.

use std::fmt::{self, Write};

use rpc_core::{BoxTransport, Client};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::settings::Settings;

/// Makes a client tolerant if the settings say so, and hands lines that tell what was forgiven to `report`.
pub(crate) fn apply(
    client: Client<BoxTransport>,
    settings: &Settings,
    report: impl Fn(&str) + Send + Sync + 'static,
) -> Client<BoxTransport> {
    if !settings.tolerant.value {
        return client;
    }
    // A process has one client, so nobody else has set one.
    let _is_first = tracing::subscriber::set_global_default(Warnings(report));
    client.tolerant()
}

/// Reports the warnings of rpc-core. A tolerant client has one for each kind of fault.
struct Warnings<F>(F);

impl<F: Fn(&str) + Send + Sync + 'static> Subscriber for Warnings<F> {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= LevelFilter::WARN && metadata.target().starts_with("rpc_core")
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::WARN)
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line::default();
        event.record(&mut line);
        (self.0)(&format!("warning: {}{}", line.message, line.fields));
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// An event as text. The server is left out: there is only one.
#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        // A string takes whatever is written.
        let _written = match field.name() {
            "server" => Ok(()),
            "message" => write!(self.message, "{value:?}"),
            _ => write!(self.fields, ": {value:?}"),
        };
    }
}
