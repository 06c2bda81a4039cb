//! [`Limits`]: what a message may cost, and every default of this crate.

/// What a message may cost. Transports have limits of their own beside these: a message's size, calls in flight, times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The most entries of a batch; default [`MAX_BATCH`]. A longer batch is answered with one error -32600, and none of
    /// it runs. Zero refuses every batch.
    pub max_batch: usize,
    /// How many entries of a batch run at the same time; default [`BATCH_CONCURRENCY`], at least 1. The others wait their
    /// turn.
    pub batch_concurrency: usize,
    /// How deep arrays and objects may nest, the request's own object included; default and maximum [`MAX_NESTING`],
    /// which leaves one level less to the params. Deeper params are answered with error -32602. Values that are only
    /// skipped or passed on (unknown members, a [`RawValue`](serde_json::value::RawValue)) are read without recursion,
    /// and may be deeper.
    ///
    /// A lower limit applies to the whole message, and counts a batch's array as well. A deeper message is answered with
    /// error -32700 (RFC 8259, section 9, lets a parser set such a limit). It costs a look at each byte.
    pub max_nesting: usize,
}

/// The default of [`Limits::max_batch`], in entries. [`Batching`](crate::Batching) sends no more in one message.
pub const MAX_BATCH: usize = 100;

/// The default of [`Limits::batch_concurrency`], in entries.
pub const BATCH_CONCURRENCY: usize = 16;

/// The default and the maximum of [`Limits::max_nesting`], in levels.
pub const MAX_NESTING: usize = 128;

/// The default of [`Batching::max_size`](crate::Batching::max_size), in bytes.
pub const BATCHING_MAX_SIZE: usize = 1024 * 1024;

/// The default of [`set_max_string`](crate::message_log::set_max_string), in characters.
pub const LOGGED_STRING: usize = 200;

/// How much of a message the [message log](crate::message_log) shows, in bytes.
pub const LOGGED_MESSAGE: usize = 10_000;

/// How much of a reply an error quotes, in bytes.
pub const ERROR_EXCERPT: usize = 200;

/// How many ids that nobody sent an error names.
pub const FOREIGN_IDS: usize = 8;

/// The longest id that an error names among [`FOREIGN_IDS`], in bytes of JSON.
pub const FOREIGN_ID: usize = 200;

/// The longest method name that an [`UnknownMethod`](crate::introspection::UnknownMethod) shows, in characters.
pub const UNKNOWN_METHOD: usize = 100;

impl Default for Limits {
    fn default() -> Self {
        Limits {
            max_batch: MAX_BATCH,
            batch_concurrency: BATCH_CONCURRENCY,
            max_nesting: MAX_NESTING,
        }
    }
}
