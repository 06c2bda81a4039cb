//! [`Limits`]: what a message may cost. Every default of this crate is defined here.

use std::time::Duration;

pub use crate::deadline::Deadlines;
pub use crate::in_flight::{CallInFlight, InFlight};

/// What a message may cost. Transports add limits of their own: message sizes, calls in flight, times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The maximum number of entries in a batch; default [`MAX_BATCH`]. A longer batch gets a single error -32600, and
    /// none of it runs. Zero refuses every batch.
    pub max_batch: usize,
    /// How many entries of a batch run at the same time; default [`BATCH_CONCURRENCY`], at least 1. The others wait for
    /// their turn.
    pub batch_concurrency: usize,
    /// How deep arrays and objects may nest, including the request object itself; default and maximum [`MAX_NESTING`].
    /// The params have one level less. Deeper params get error -32602. Values that are only skipped or passed on
    /// (unknown members, a [`RawValue`](serde_json::value::RawValue)) are read without recursion, so they may nest
    /// deeper.
    ///
    /// A lower limit applies to the whole message, and the array of a batch counts as a level. A deeper message gets
    /// error -32700 (RFC 8259, section 9, lets a parser set such a limit). Checking it costs one look at each byte.
    pub max_nesting: usize,
    /// How long the reply to one call may be, in bytes; default [`MAX_REPLY`]. A call with a longer result or error gets
    /// error -32008 ([`REPLY_TOO_LARGE`](crate::code::REPLY_TOO_LARGE)), which says that the method ran and names the limit.
    ///
    /// The result is serialised no further than the limit. What the method itself holds in memory is up to the method.
    pub max_reply: usize,
    /// How long the reply to a batch may be, in bytes; default [`MAX_BATCH_REPLY`]. Every entry runs. An entry whose answer
    /// no longer fits gets error -32008 in its place. Answers are counted as they become ready, in any order.
    ///
    /// An answer of up to 256 bytes and its id always fits: the error would be no shorter.
    pub max_batch_reply: usize,
}

/// What a connection may cost over which both ends talk. Both ends have such limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DuplexLimits {
    /// How many calls of the other end run at the same time; default [`DUPLEX_CALLS`]. Any more get error -32009. So many
    /// calls of this end may wait for their replies, too.
    pub max_calls: usize,
    /// How many streams of the other end run at the same time; default [`DUPLEX_STREAMS`]. Any more get error -32006.
    pub max_streams: usize,
    /// How many bytes of a stream may be under way to this end; default [`DUPLEX_WINDOW`]. Only an end that knows `$/window`
    /// keeps to it. A stream may exceed it by one item.
    pub window: usize,
    /// How many bytes of a stream are kept until they are read; default [`DUPLEX_STREAM_BUFFER`]. If another end sends more,
    /// [`SlowReader`] says what happens.
    pub stream_buffer: usize,
    /// How many items of a stream are kept until they are read; default [`DUPLEX_STREAM_ITEMS`].
    pub stream_buffer_items: usize,
}

/// What happens if the items of a stream come faster than they are read, and no more of them can be kept: see
/// [`StreamCall::slow_reader`](crate::StreamCall::slow_reader).
///
/// A server of this framework waits for its reader, so this matters with other servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SlowReader {
    /// The stream ends with [`CallError::Overflow`](crate::CallError::Overflow), and the server is told to stop.
    #[default]
    Close,
    /// The oldest items are dropped. In their place comes [`CallError::Overflow`](crate::CallError::Overflow) with their number, and
    /// the stream goes on.
    DropOldest,
    /// Nothing more is read from the connection until items of the stream have been read. Once the stream is open, no item is
    /// dropped, but all other calls and streams of the connection wait too. The server may close a connection that is not read
    /// for long.
    Hold,
}

impl Default for DuplexLimits {
    fn default() -> Self {
        DuplexLimits {
            max_calls: DUPLEX_CALLS,
            max_streams: DUPLEX_STREAMS,
            window: DUPLEX_WINDOW,
            stream_buffer: DUPLEX_STREAM_BUFFER,
            stream_buffer_items: DUPLEX_STREAM_ITEMS,
        }
    }
}

/// The default of [`DuplexLimits::max_calls`].
pub const DUPLEX_CALLS: usize = 256;

/// The default of [`DuplexLimits::max_streams`].
pub const DUPLEX_STREAMS: usize = 256;

/// The default of [`DuplexLimits::window`], in bytes.
pub const DUPLEX_WINDOW: usize = 256 * 1024;

/// The default of [`DuplexLimits::stream_buffer`], in bytes.
pub const DUPLEX_STREAM_BUFFER: usize = 1024 * 1024;

/// The default of [`DuplexLimits::stream_buffer_items`].
pub const DUPLEX_STREAM_ITEMS: usize = 1024;

/// How many methods a [`Relay`](crate::relay::Relay) remembers as returning streams. Beyond that, it finds out again for each
/// call.
pub const RELAY_STREAMS: usize = 1024;

/// How often a client with a [`Policy`](crate::Policy) makes a call in all.
pub const POLICY_ATTEMPTS: u32 = 3;

/// How long a call of such a client may take if it has no timeout of its own.
pub const POLICY_TIMEOUT: Duration = Duration::from_secs(30);

/// The longest pause of such a client before the second attempt.
pub const POLICY_FIRST_PAUSE: Duration = Duration::from_millis(50);

/// The longest pause of such a client between two attempts.
pub const POLICY_LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// After how many failures in a row a server gets no calls for a while: see [`Endpoints`](crate::Endpoints).
pub const EJECTED_AFTER: u32 = 5;

/// For how long, the first time.
pub const EJECTION: Duration = Duration::from_secs(1);

/// For how long at most.
pub const LONGEST_EJECTION: Duration = Duration::from_secs(30);

/// The longest pause before the first attempt to reopen a stream whose connection was lost. Each further attempt waits twice as
/// long, up to [`REOPENING_MAX_PAUSE`].
pub const REOPENING_PAUSE: Duration = Duration::from_millis(50);

/// The longest pause between two attempts to reopen a stream.
pub const REOPENING_MAX_PAUSE: Duration = Duration::from_secs(30);

/// The default of [`Limits::max_batch`], in entries. [`Batching`](crate::Batching) also sends at most this many in one
/// message.
pub const MAX_BATCH: usize = 100;

/// The default of [`Limits::batch_concurrency`], in entries.
pub const BATCH_CONCURRENCY: usize = 16;

/// The default and the maximum of [`Limits::max_nesting`], in levels.
pub const MAX_NESTING: usize = 128;

/// The default of [`Limits::max_reply`], in bytes. Clients accept replies of the same length.
pub const MAX_REPLY: usize = 16 * 1024 * 1024;

/// The default of [`Limits::max_batch_reply`], in bytes. Clients accept replies of the same length.
pub const MAX_BATCH_REPLY: usize = 16 * 1024 * 1024;

/// How much of a wrong value or name an error quotes, in characters.
pub const QUOTED_INPUT: usize = 200;

/// How much an error quotes of the error text of a type's own `Deserialize`, in characters.
pub const TYPE_ERROR_TEXT: usize = 1_000;

/// The default of [`Batching::max_size`](crate::Batching::max_size), in bytes.
pub const BATCHING_MAX_SIZE: usize = 1024 * 1024;

/// The default of [`Batching::pause`](crate::Batching::pause).
pub const BATCHING_PAUSE: Duration = Duration::from_secs(60);

/// How long the pause may become after several refusals: see [`Batching::pause`](crate::Batching::pause).
pub const BATCHING_MAX_PAUSE: Duration = Duration::from_secs(3600);

/// The default of [`set_max_string`](crate::message_log::set_max_string), in characters.
pub const LOGGED_STRING: usize = 200;

/// How much of a message the [message log](crate::message_log) shows, in bytes.
pub const LOGGED_MESSAGE: usize = 10_000;

/// How much of the detail of an internal error is kept and logged, in characters.
pub const LOGGED_DETAIL: usize = 2000;

/// How much of a reply an error quotes, in bytes.
pub const ERROR_EXCERPT: usize = 200;

/// How long an error is when it is displayed, in characters before escaping.
pub const ERROR_TEXT: usize = 2_000;

/// How much of a method's name and of an address an error shows, in characters.
pub const ERROR_METHOD: usize = 200;

/// How many methods of a batch an error names.
pub const ERROR_METHODS: usize = 3;

/// How much of an id is displayed, in characters.
pub const SHOWN_ID: usize = 200;

/// How many unknown ids of a reply an error names.
pub const FOREIGN_IDS: usize = 8;

/// The longest id that counts among [`FOREIGN_IDS`], in bytes of JSON. Longer ones are not named.
pub const FOREIGN_ID: usize = 200;

/// The longest method name that an [`UnknownMethod`](crate::introspection::UnknownMethod) shows, in characters.
pub const UNKNOWN_METHOD: usize = 100;

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_batch: MAX_BATCH,
            batch_concurrency: BATCH_CONCURRENCY,
            max_nesting: MAX_NESTING,
            max_reply: MAX_REPLY,
            max_batch_reply: MAX_BATCH_REPLY,
        }
    }
}
