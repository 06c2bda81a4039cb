//! [`Outbox`]: the messages that wait to be written.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use super::outgoing::Key;
use crate::json::id::Id;
use crate::wire::control;

/// Streams wait while this many bytes wait to be written. It bounds what a reader costs that does not read.
const ROOM: usize = 64 * 1024;

/// The messages that wait to be written. Replies and control messages go before the items of streams.
#[derive(Default)]
pub(super) struct Outbox {
    control: VecDeque<ControlMessage>,
    control_bytes: usize,
    /// The messages with items, and about streams, one after the other.
    items: BytesMut,
    lengths: VecDeque<Item>,
    /// How many of these bytes are not items.
    about_streams: usize,
}

struct ControlMessage {
    message: Bytes,
    /// The call of ours whose message this is.
    call: Option<Key>,
}

struct Item {
    length: usize,
    /// The mark of its stream.
    stream: Option<u64>,
    is_discarded: bool,
}

impl Outbox {
    pub(super) fn is_empty(&self) -> bool {
        self.control.is_empty() && self.lengths.is_empty()
    }

    /// How many bytes wait that are not items of streams.
    pub(super) fn unread(&self) -> usize {
        self.control_bytes + self.about_streams
    }

    pub(super) fn has_room(&self) -> bool {
        self.control_bytes + self.items.len() < ROOM
    }

    pub(super) fn control(&mut self, message: Bytes, call: Option<Key>) {
        self.control_bytes += message.len();
        self.control.push_back(ControlMessage { message, call });
    }

    /// Tells the other end to stop a call.
    pub(super) fn cancel_request(&mut self, id: &Id) {
        self.control(control::cancel_request(id).into(), None);
    }

    /// Adds a message about a stream, which stays behind the items before it.
    pub(super) fn about_stream(&mut self, message: &[u8], stream: Option<u64>) {
        self.about_streams += message.len();
        self.item(message, stream);
    }

    /// Adds an item.
    pub(super) fn item(&mut self, message: &[u8], stream: Option<u64>) {
        self.items.extend_from_slice(message);
        self.lengths.push_back(Item {
            length: message.len(),
            stream,
            is_discarded: false,
        });
    }

    /// Discards the items of a stream.
    pub(super) fn discard(&mut self, stream: u64) {
        for item in &mut self.lengths {
            item.is_discarded |= item.stream == Some(stream);
        }
    }

    /// Removes the message of a call of ours. False if it has been taken.
    pub(super) fn remove(&mut self, call: Key) -> bool {
        let position = self.control.iter().position(|it| it.call == Some(call));
        let removed = position.and_then(|position| self.control.remove(position));
        match removed {
            Some(removed) => {
                self.control_bytes -= removed.message.len();
                true
            }
            None => false,
        }
    }

    /// Takes all messages, in the order in which they are to be written.
    pub(super) fn take(&mut self, messages: &mut VecDeque<Bytes>, mut sent: impl FnMut(Key)) {
        for ControlMessage { message, call } in self.control.drain(..) {
            call.into_iter().for_each(&mut sent);
            messages.push_back(message);
        }
        (self.control_bytes, self.about_streams) = (0, 0);
        let mut items = self.items.split().freeze();
        for Item {
            length,
            is_discarded,
            ..
        } in self.lengths.drain(..)
        {
            let message = items.split_to(length);
            if !is_discarded {
                messages.push_back(message);
            }
        }
    }
}
