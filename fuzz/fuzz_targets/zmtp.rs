//! Feeds any bytes to the decoder of ZeroMQ's wire protocol. It must not panic, must decode the same events however the
//! bytes are split, and must not buffer more than its limits allow.

#![no_main]

#[allow(dead_code, reason = "only the decoder is fuzzed, not the encoder")]
#[path = "../../rpc-zmq/src/zmtp/mod.rs"]
mod zmtp;

use bytes::BytesMut;
use zmtp::{Decoder, Event, Violation};

const LIMIT: usize = 1000;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((&size, bytes)) = input.split_first() else {
        return;
    };
    for decoder in [Decoder::new, Decoder::passing_over] {
        let whole = decode(decoder(LIMIT), bytes.chunks(bytes.len().max(1)));
        let pieces = decode(decoder(LIMIT), bytes.chunks(usize::from(size).max(1)));
        assert_eq!(whole, pieces);
    }
});

fn decode<'a>(
    mut decoder: Decoder,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> (Vec<Event>, Option<Violation>) {
    let (mut buffer, mut events) = (BytesMut::new(), Vec::new());
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            match decoder.decode(&mut buffer) {
                Ok(Some(event)) => events.push(checked(event)),
                Ok(None) => break,
                Err(violation) => return (events, Some(violation)),
            }
        }
        // The rest is part of one frame. Together with the bytes that are missing, it stays within the limits.
        let longest = LIMIT.max(zmtp::MAX_COMMAND) + 9;
        assert!(buffer.len() + decoder.missing() <= longest);
    }
    (events, None)
}

fn checked(event: Event) -> Event {
    if let Event::Message(frames) | Event::Oversized(frames) = &event {
        assert!(frames.len() <= zmtp::MAX_FRAMES);
        assert!(frames.iter().map(|frame| frame.len()).sum::<usize>() <= LIMIT);
    }
    event
}
