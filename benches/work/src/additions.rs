//! What can be added to our server. Its cost is measured as the difference to the server without it.

use rpc_core::{Context, Middleware, Next, Outcome};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Middleware that only goes on with each call.
#[derive(Debug, Clone, Copy)]
pub struct PassOn;

impl Middleware for PassOn {
    async fn call(&self, _cx: &Context, next: Next<'_>) -> Outcome {
        next.run().await
    }
}

/// Writes all events at `DEBUG` and above as text that goes nowhere, for the rest of the process.
///
/// # Panics
///
/// If the process already has a subscriber.
pub fn log_to_a_sink() {
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::DEBUG)
        .with_writer(std::io::sink)
        .init();
}

/// The same for the events of one target and those below it. The others cost nothing.
///
/// # Panics
///
/// If the process already has a subscriber.
pub fn log_only_to_a_sink(target: &str) {
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::DEBUG)
        .with_writer(std::io::sink)
        .finish()
        .with(Targets::new().with_target(target, LevelFilter::DEBUG))
        .init();
}
