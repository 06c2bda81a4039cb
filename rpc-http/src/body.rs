//! [`Capped`]: a body that may come in pieces, and may not grow past a limit.

use bytes::{Bytes, BytesMut};

/// The part of a body that has come. A body in one piece is not copied.
#[derive(Debug, Default)]
pub(crate) struct Capped {
    limit: usize,
    /// The length of the whole, if it is known; else 0.
    announced: usize,
    first: Bytes,
    all: Option<BytesMut>,
}

/// The body is larger than its limit.
#[derive(Debug)]
pub(crate) struct TooLarge;

impl Capped {
    /// A body of at most `limit` bytes. A larger one that is announced is refused at once.
    pub(crate) fn new(limit: usize, announced: Option<u64>) -> Result<Self, TooLarge> {
        let announced = match announced.map(usize::try_from) {
            None => 0,
            Some(Ok(length)) if length <= limit => length,
            Some(_) => return Err(TooLarge),
        };
        Ok(Capped {
            limit,
            announced,
            ..Capped::default()
        })
    }

    /// Adds a piece.
    pub(crate) fn push(&mut self, piece: Bytes) -> Result<(), TooLarge> {
        let length = self.len();
        if length.saturating_add(piece.len()) > self.limit {
            return Err(TooLarge);
        }
        if length == 0 {
            self.first = piece;
            return Ok(());
        }
        let all = self.all.get_or_insert_with(|| {
            let mut all = BytesMut::with_capacity(self.announced.max(length));
            all.extend_from_slice(&self.first);
            all
        });
        all.extend_from_slice(&piece);
        Ok(())
    }

    /// How much has come.
    pub(crate) fn len(&self) -> usize {
        self.all.as_ref().map_or(self.first.len(), BytesMut::len)
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.all.map_or(self.first, BytesMut::freeze)
    }
}
