//! The limits and defaults of clients and servers.

use std::time::Duration;

pub(crate) use rpc_tokio::defaults::MAX_IN_FLIGHT;
#[cfg(feature = "server")]
pub(crate) use rpc_tokio::defaults::SHUTDOWN_DEADLINE;
#[cfg(feature = "client")]
pub(crate) use rpc_tokio::defaults::{CALL_TIMEOUT, MAX_REPLY};

/// How long the reply to a call may still come after the loss of the connection has been noticed.
#[cfg(feature = "client")]
pub(crate) const LOSS_TIMEOUT: Duration = Duration::from_millis(750);

/// How often async-nats asks whether its server is still there, for a client that was made by address.
#[cfg(feature = "client")]
pub(crate) const PING_INTERVAL: Duration = Duration::from_secs(15);

/// How many refusals a worker holds that the connection does not take. Any more are dropped.
#[cfg(feature = "server")]
pub(crate) const REFUSALS: usize = 256;

/// How long a worker tries to hand a refusal to a connection that takes nothing.
#[cfg(feature = "server")]
pub(crate) const REFUSAL_TIMEOUT: Duration = Duration::from_secs(5);

/// How many of its last replies a worker keeps, in case NATS returns one. As many may wait to be sent again.
#[cfg(feature = "server")]
pub(crate) const KEPT_REPLIES: usize = 1024;

/// How many bytes of its last replies a worker keeps, with their headers.
#[cfg(feature = "server")]
pub(crate) const KEPT_BYTES: usize = 4 * 1024 * 1024;

/// How long a worker waits before it sends a returned reply again. It waits twice as long each further time.
#[cfg(feature = "server")]
pub(crate) const RESEND_PAUSE: Duration = Duration::from_millis(15);

/// How often a worker sends a returned reply again. By then, its client has given the call up.
#[cfg(feature = "server")]
pub(crate) const RESENDS: u32 = 6;

/// How often a worker looks whether it has been connected again.
#[cfg(feature = "server")]
pub(crate) const LOOK: Duration = Duration::from_millis(100);

/// How old the replies may be that a worker sends again when it has been connected again.
#[cfg(feature = "server")]
pub(crate) const MAYBE_LOST: Duration = Duration::from_secs(1);

/// How long a worker that stops waits for the last messages that NATS may have on their way to it.
#[cfg(feature = "server")]
pub(crate) const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a worker that stops goes on to send replies again. By then, their clients have given their calls up.
#[cfg(feature = "server")]
pub(crate) const SETTLE_TIMEOUT: Duration = Duration::from_secs(1);

/// How long an end of a stream says nothing at most.
pub(crate) const BEAT: Duration = Duration::from_secs(15);

/// What an end of a stream may say of itself in this respect. Anything else counts as the nearest of them.
pub(crate) const SHORTEST_BEAT: Duration = Duration::from_millis(100);
pub(crate) const LONGEST_BEAT: Duration = Duration::from_secs(3600);

/// An end of a stream counts as gone after this many times that.
pub(crate) const MISSED_BEATS: u32 = 3;

/// How long an end of a stream tries to tell the other one that it is over.
pub(crate) const BREAK_OFF_TIMEOUT: Duration = Duration::from_secs(1);

/// How many messages of a stream wait to be read by its client. The window bounds their bytes; no item has fewer than some 60
/// of them.
#[cfg(feature = "client")]
pub(crate) const STREAM_MESSAGES: usize = 8192;

/// How many messages about a stream wait to be read by its worker, and how long they may be: they are short.
#[cfg(feature = "server")]
pub(crate) const CONTROL_MESSAGES: usize = 64;
#[cfg(feature = "server")]
pub(crate) const CONTROL_MESSAGE: usize = 1024;

/// How long the name of a cancelled call may be. NATS takes no longer subjects.
#[cfg(feature = "server")]
pub(crate) const CALL_NAME: usize = 4096;

/// How many streams a worker has open at the same time.
#[cfg(feature = "server")]
pub(crate) const MAX_STREAMS: usize = 1024;

/// How many cancellations a worker remembers whose calls it does not know. They may be for other workers.
#[cfg(feature = "server")]
pub(crate) const EARLY_CANCELS: usize = 64;

/// How long a message waits for its turn before newer ones come first. A worker that is not overloaded has none that old.
#[cfg(feature = "server")]
pub(crate) const LONG_WAIT: Duration = Duration::from_millis(50);

/// A message that has waited for so long shows that a worker is behind. It then notes which of the next ones are cancelled before
/// they have their turn.
#[cfg(feature = "server")]
pub(crate) const WAIT: Duration = Duration::from_millis(5);

/// How many messages each thread of a worker's runtime begins at the same time. More than one, in case a method blocks its thread
/// and lets the runtime know. Few, so that the messages that come meanwhile are read soon.
#[cfg(feature = "server")]
pub(crate) const HANDLERS_A_THREAD: usize = 4;

/// How long a worker handles one message after the other before it looks at what has come.
#[cfg(feature = "server")]
pub(crate) const LONG_TURN: Duration = Duration::from_millis(1);
