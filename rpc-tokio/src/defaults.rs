//! The limits and defaults that transports share, each in one place.

use std::time::Duration;

/// How long a call may take, unless its client says otherwise.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(30);

/// The largest reply that a client takes, in bytes.
pub const MAX_REPLY: usize = 16 * 1024 * 1024;

/// The largest message that a server takes, in bytes.
pub const MAX_MESSAGE: usize = 2 * 1024 * 1024;

/// How long a message may take to arrive.
pub const MESSAGE_TIMEOUT: Duration = Duration::from_secs(30);

/// How many messages a server handles at the same time, over all connections.
pub const MAX_IN_FLIGHT: usize = 1024;

/// How many messages of one connection a server handles at the same time, and how many calls a client has in flight on one
/// connection.
pub const MAX_IN_FLIGHT_PER_CONNECTION: usize = 256;

/// How many streams are open at the same time, over all connections of a server.
pub const MAX_STREAMS: usize = 16_384;

/// How many connections a server has at the same time.
pub const MAX_CONNECTIONS: usize = 8192;

/// How long a handshake may take.
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a client may read nothing of what it is sent.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(30);

/// How long a server keeps taking requests after the signal to stop. A client that does not know of the signal may just be
/// sending a request, and could not tell whether it arrived.
pub const STOP_GRACE: Duration = Duration::from_millis(500);

/// How long calls may go on after the signal to stop.
pub const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(30);

/// How long a connection that is closed on this side is still read.
pub const LINGER: Duration = Duration::from_secs(5);

/// How long a connection that is closed on this side is still read while nothing comes.
pub const LINGER_IN_SILENCE: Duration = Duration::from_secs(1);

/// How long one attempt to connect may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The first pause between two attempts to connect. Each later one is twice as long.
pub const FIRST_BACKOFF: Duration = Duration::from_millis(50);

/// The longest pause between two attempts to connect.
pub const MAX_BACKOFF: Duration = Duration::from_secs(1);

/// The shortest pause that can be set. Without a pause, the attempts to reach a dead server would keep a processor
/// busy.
pub const LEAST_BACKOFF: Duration = Duration::from_millis(10);
