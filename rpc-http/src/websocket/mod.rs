//! What both ends of a WebSocket share: [`run()`] carries the messages of a session over one.

mod bounds;
mod gathered;
mod run;

pub(crate) use self::bounds::{Bounds, PING_INTERVAL};
pub(crate) use self::gathered::Gathered;
pub(crate) use self::run::{Ended, Role, run};
