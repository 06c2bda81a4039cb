//! Feeds any bytes to the decoder of rpc-stream's framings. It must not panic, must find the same messages however the bytes are
//! split, and must not buffer more than its limits allow.

#![no_main]

#[allow(dead_code, reason = "only the decoder is fuzzed, not the encoder")]
#[path = "../../rpc-stream/src/framing/mod.rs"]
mod framing;

use bytes::BytesMut;
use framing::{Decoder, Frame, Framing, Violation};

const LIMIT: usize = 1000;

/// The longest head of a message, as the decoder has it.
const HEAD: usize = 4096;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((&size, bytes)) = input.split_first() else {
        return;
    };
    let decoders = || {
        [
            Decoder::detecting(LIMIT),
            Decoder::new(Framing::Lines, LIMIT),
            Decoder::new(Framing::Headers, LIMIT),
        ]
    };
    for (one, other) in decoders().into_iter().zip(decoders()) {
        let whole = decode(one, bytes.chunks(bytes.len().max(1)));
        let pieces = decode(other, bytes.chunks(usize::from(size).max(1)));
        assert_eq!(whole, pieces);
    }
});

fn decode<'a>(
    mut decoder: Decoder,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> (Vec<Frame>, Option<Violation>) {
    let (mut buffer, mut frames) = (BytesMut::new(), Vec::new());
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            match decoder.decode(&mut buffer) {
                Ok(Some(frame)) => frames.push(checked(frame)),
                Ok(None) => break,
                Err(violation) => return (frames, Some(violation)),
            }
        }
        assert!(buffer.len() <= LIMIT.max(HEAD) + 1);
    }
    frames.extend(decoder.finish(&mut buffer).map(checked));
    (frames, None)
}

fn checked(frame: Frame) -> Frame {
    if let Frame::Message(message) = &frame {
        assert!(message.len() <= LIMIT);
    }
    frame
}
