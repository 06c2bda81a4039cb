//! The server: [`serve()`] makes a process one of the workers of a service.
//!
//! Workers are in a queue group, so NATS gives each message to one of them, at random. Every message with a reply subject gets a
//! reply, an empty one to a notification.

mod calls;
mod cancels;
mod discovery;
mod error;
mod inbox;
mod kept;
mod queue;
mod refusal;
mod replies;
mod running;
mod serve;
mod stats;
mod streams;
mod waiting;

pub use error::ServeError;
pub use serve::{Serve, serve};
