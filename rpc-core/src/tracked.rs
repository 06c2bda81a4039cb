//! [`Tracked`]: an item of a stream that can be opened again where it was cut off.

/// An item of a stream that can be opened again where it was cut off: a value, and the cursor after which the stream goes on.
///
/// The cursor is whatever the service can find its place by: a number, a time, a key. It is opaque to everything in between.
///
/// ```
/// use futures_util::{Stream, stream};
/// use rpc_core::{Tracked, rpc};
///
/// #[rpc(namespace = "journal")]
/// trait Journal {
///     #[rpc(stream(resume))]
///     fn log(&self, #[rpc(cursor)] after: Option<u64>) -> impl Stream<Item = Tracked<u64, String>>;
/// }
///
/// struct Lines(Vec<String>);
///
/// impl Journal for Lines {
///     fn log(&self, after: Option<u64>) -> impl Stream<Item = Tracked<u64, String>> {
///         let lines = self.0.iter().zip(1..).skip(after.unwrap_or(0) as usize);
///         stream::iter(lines.map(|(line, number)| Tracked::new(number, line.clone())))
///     }
/// }
/// # drop(JournalServer::new(Lines(Vec::new())));
/// ```
///
/// A client that loses its connection opens the stream again with the cursor of the last item that it has read. So the items
/// after a cursor must not change. A service that no longer has them fails with [`CannotResume`](crate::CannotResume).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tracked<C, T> {
    /// Where the stream goes on after this item.
    pub cursor: C,
    /// What the item says.
    pub value: T,
}

impl<C, T> Tracked<C, T> {
    /// A value with its cursor.
    pub const fn new(cursor: C, value: T) -> Self {
        Tracked { cursor, value }
    }
}
