//! [`Limits`]: what a message may cost.

/// What a message may cost. The transports have limits of their own beside these (a message's size, calls in flight,
/// times).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The most entries of a batch; default 100. A longer batch is answered with one error -32600, and none of it runs.
    /// Zero refuses every batch.
    pub max_batch: usize,
    /// How many entries of a batch run at the same time; default 16. The others wait their turn.
    pub batch_concurrency: usize,
    /// How deep arrays and objects may nest, the request's own object included; default, and at most, 128: that leaves
    /// 127 levels to the params. Deeper params are answered with error -32602. What is only passed over or passed on
    /// (unknown members, a [`RawValue`](serde_json::value::RawValue)) is read without recursion, and may be deeper.
    ///
    /// A lower limit is for every part of the message, and counts a batch's array as well; what is deeper is answered
    /// with error -32700 (RFC 8259, section 9, lets a parser set it). It costs a look at each byte.
    pub max_nesting: usize,
}

impl Limits {
    pub(crate) const DEFAULT: Limits = Limits {
        max_batch: 100,
        batch_concurrency: 16,
        max_nesting: 128,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Limits::DEFAULT
    }
}
