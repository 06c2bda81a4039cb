//! [`Arguments`]: writes params one by one, and leaves out those that are `None`.
//!
//! By name any `None` can be left out, by position only those at the end. A server reads a missing `Option` as `None`,
//! and a server that does not have the parameter yet accepts the call.

use serde::Serialize;

use super::none::is_none;
use crate::contract::ParamsStyle;
use crate::json::finite;

/// Params that are being written, one after the other.
pub(super) struct Arguments {
    is_named: bool,
    /// The message's length after the opening bracket.
    start: usize,
    /// The message's length without the `None`s that are the last elements so far.
    end_without_nones: Option<usize>,
}

impl Arguments {
    /// Writes the opening bracket.
    #[inline]
    pub(super) fn open(message: &mut Vec<u8>, style: ParamsStyle) -> Self {
        let is_named = style == ParamsStyle::Named;
        message.push(if is_named { b'{' } else { b'[' });
        Arguments {
            is_named,
            start: message.len(),
            end_without_nones: None,
        }
    }

    /// Adds a value, unless it is `None` and may be left out.
    #[inline]
    pub(super) fn add<V: Serialize + ?Sized>(
        &mut self,
        message: &mut Vec<u8>,
        name: &(impl Serialize + ?Sized),
        value: &V,
    ) -> serde_json::Result<()> {
        let end = message.len();
        let value_start = self.write(message, name, value)?;
        // Most values are told from `None` by their first bytes.
        if message[value_start..] == *b"null" && is_none(value) {
            self.leave_out(message, end);
        } else {
            self.end_without_nones = None;
        }
        Ok(())
    }

    /// Adds a value, even if it is `None`.
    pub(super) fn add_explicitly<V: Serialize + ?Sized>(
        &mut self,
        message: &mut Vec<u8>,
        name: &(impl Serialize + ?Sized),
        value: &V,
    ) -> serde_json::Result<()> {
        self.write(message, name, value)?;
        self.end_without_nones = None;
        Ok(())
    }

    /// Removes the last elements if they are `None`, and writes the closing bracket. Returns `false` if there are no
    /// params.
    #[inline]
    pub(super) fn close(self, message: &mut Vec<u8>) -> bool {
        if let Some(end) = self.end_without_nones {
            message.truncate(end);
        }
        let any = message.len() > self.start;
        message.push(if self.is_named { b'}' } else { b']' });
        any
    }

    /// Returns where the value starts.
    #[inline]
    fn write<V: Serialize + ?Sized>(
        &self,
        message: &mut Vec<u8>,
        name: &(impl Serialize + ?Sized),
        value: &V,
    ) -> serde_json::Result<usize> {
        if message.len() > self.start {
            message.push(b',');
        }
        if self.is_named {
            serde_json::to_writer(&mut *message, name)?;
            message.push(b':');
        }
        let value_start = message.len();
        finite::write(message, value)?;
        Ok(value_start)
    }

    #[cold]
    fn leave_out(&mut self, message: &mut Vec<u8>, end: usize) {
        if self.is_named {
            message.truncate(end);
        } else {
            // An element stays where it is until it is known that only `None`s follow.
            self.end_without_nones.get_or_insert(end);
        }
    }
}
