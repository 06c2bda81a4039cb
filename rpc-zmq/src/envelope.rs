//! [`Envelope`]: the frames before a message's body, which go back before the reply's.

use bytes::{Bytes, BytesMut};

use crate::zmtp::write_more;

/// The frames before a message's body: one for each hop of the message, and an empty one.
///
/// REQ sockets send only the empty frame, with `REQ_CORRELATE` a number before it. A proxy adds one more frame. A DEALER may
/// leave out the empty one.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Envelope(Vec<Bytes>);

impl Envelope {
    /// Takes the envelope from a message. The body should be one frame, but may be none or several.
    pub(crate) fn split(mut frames: Vec<Bytes>) -> (Envelope, Vec<Bytes>) {
        let length = match frames.iter().position(Bytes::is_empty) {
            Some(delimiter) => delimiter + 1,
            None => frames.len().saturating_sub(1),
        };
        let body = frames.split_off(length);
        (Envelope(frames), body)
    }

    /// The frames, the empty one among them.
    pub(crate) fn frames(&self) -> &[Bytes] {
        &self.0
    }

    pub(crate) fn to_bytes(&self) -> BytesMut {
        let mut out = BytesMut::new();
        self.0.iter().for_each(|frame| write_more(&mut out, frame));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_empty_frame_ends_it() {
        let cases: [(&[&str], usize); 9] = [
            (&["", "body"], 1),
            (&["number", "", "body"], 2),
            (&["hop", "number", "", "body"], 3),
            (&["body"], 0),
            (&["number", "body"], 1),
            (&["", ""], 1),
            (&[""], 1),
            (&["", "one", "two"], 1),
            (&["number", "", "one", "", "two"], 2),
        ];
        for (frames, length) in cases {
            let frames: Vec<Bytes> = frames.iter().map(|it| Bytes::from(*it)).collect();
            let (envelope, body) = Envelope::split(frames.clone());
            assert_eq!(envelope.frames(), &frames[..length], "{frames:?}");
            assert_eq!(body, &frames[length..], "{frames:?}");
        }
    }
}
