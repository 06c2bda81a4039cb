//! [`Buffer`]: what a stream of the other end has sent and nobody has read yet.

use std::collections::VecDeque;
use std::task::{Context as Task, Poll, Waker};

use bytes::Bytes;

use super::waiting::wait;
use crate::error::Overflow;
use crate::limits::{DuplexLimits, SlowReader};
use crate::wire::item::StreamItem;

/// What a stream of the other end says.
#[derive(Debug)]
pub(crate) enum Received {
    Opened,
    /// An item, and the length of its message.
    Item(StreamItem, usize),
    /// The response.
    End(Bytes),
    /// The subscription has been closed, as this end has asked.
    Unsubscribed,
    /// Items had to be dropped.
    Overflow(Overflow),
    Lost(Lost),
}

/// The reason that no reply will come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The connection was closed before the message was written.
    NotSent,
    /// The connection was closed while the reply was waited for.
    Sent,
    /// Another call with this id waits.
    IdInUse,
    /// Too many calls wait.
    Full,
}

/// What a stream has sent and nobody has read yet.
pub(super) struct Buffer {
    received: VecDeque<Received>,
    bytes: usize,
    /// Bytes that have been read since credit was granted.
    read: usize,
    is_ended: bool,
    /// The other end knows what credit is: it has said that the stream is open.
    keeps_to_credit: bool,
    slow_reader: SlowReader,
    /// How many items were dropped before those that are kept.
    missed: u64,
    waker: Option<Waker>,
}

impl Buffer {
    pub(super) fn new(slow_reader: SlowReader) -> Self {
        Buffer {
            received: VecDeque::new(),
            bytes: 0,
            read: 0,
            is_ended: false,
            keeps_to_credit: false,
            slow_reader,
            missed: 0,
            waker: None,
        }
    }

    pub(super) fn is_ended(&self) -> bool {
        self.is_ended
    }

    /// The stream is open, and its other end knows what credit is.
    pub(super) fn opened_with_credit(&mut self) -> Option<Waker> {
        match std::mem::replace(&mut self.keeps_to_credit, true) {
            true => None, // it has been said already
            false => self.push(Received::Opened, 0),
        }
    }

    pub(super) fn opened(&mut self) -> Option<Waker> {
        self.push(Received::Opened, 0)
    }

    /// Takes an item. If there is no room for it, and the stream is to end then, it has ended.
    pub(super) fn item(
        &mut self,
        item: StreamItem,
        bytes: usize,
        limits: &DuplexLimits,
    ) -> Option<Waker> {
        while self.is_over(bytes, limits) {
            match self.slow_reader {
                SlowReader::Close => return self.end(Received::Overflow(Overflow::ENDED)),
                SlowReader::DropOldest => self.drop_oldest(),
                SlowReader::Hold => break,
            }
        }
        self.push(Received::Item(item, bytes), bytes)
    }

    /// Notes that items are missing here.
    pub(super) fn miss(&mut self, missed: u64) -> Option<Waker> {
        match self.slow_reader {
            SlowReader::Close => self.end(Received::Overflow(Overflow::ENDED)),
            SlowReader::DropOldest | SlowReader::Hold => {
                self.push(Received::Overflow(Overflow::missed_items(missed)), 0)
            }
        }
    }

    /// Whether an item of so many bytes would be too much. One is always kept.
    fn is_over(&self, bytes: usize, limits: &DuplexLimits) -> bool {
        !self.received.is_empty()
            && (self.bytes.saturating_add(bytes) > limits.stream_buffer
                || !self.keeps_to_credit && self.received.len() >= limits.stream_buffer_items)
    }

    /// Whether nothing more should be read from the connection until this has been read.
    pub(super) fn holds(&self, limits: &DuplexLimits) -> bool {
        self.slow_reader == SlowReader::Hold && !self.is_ended && self.is_over(1, limits)
    }

    fn drop_oldest(&mut self) {
        match self.received.pop_front() {
            Some(Received::Item(_, bytes)) => {
                self.bytes -= bytes;
                self.read += bytes;
                self.missed += 1;
            }
            Some(Received::Overflow(overflow)) => {
                self.missed += overflow.missed().unwrap_or_default()
            }
            _ => {}
        }
    }

    fn push(&mut self, received: Received, bytes: usize) -> Option<Waker> {
        self.bytes += bytes;
        self.received.push_back(received);
        self.waker.take()
    }

    pub(super) fn end(&mut self, end: Received) -> Option<Waker> {
        if std::mem::replace(&mut self.is_ended, true) {
            return None;
        }
        self.push(end, 0)
    }

    pub(super) fn poll(&mut self, task: &mut Task<'_>) -> Poll<Received> {
        if self.missed > 0 {
            let missed = std::mem::take(&mut self.missed);
            return Poll::Ready(Received::Overflow(Overflow::missed_items(missed)));
        }
        match self.received.pop_front() {
            Some(received) => {
                if let Received::Item(_, bytes) = &received {
                    self.bytes -= bytes;
                    self.read += bytes;
                }
                Poll::Ready(received)
            }
            None => {
                wait(&mut self.waker, task);
                Poll::Pending
            }
        }
    }

    /// How much credit the stream should get, once half of it has been read.
    pub(super) fn credit_to_grant(&mut self, limits: &DuplexLimits) -> Option<usize> {
        let is_due = !self.is_ended && self.read >= limits.window / 2;
        is_due.then(|| std::mem::take(&mut self.read))
    }
}
