use proptest::prelude::*;

use super::*;

const LIMIT: usize = 100_000;

fn greeted() -> Decoder {
    let mut decoder = Decoder::new(LIMIT);
    let mut buffer = BytesMut::new();
    write_greeting(&mut buffer);
    let greeting = Event::Greeting(Greeting { minor: 1 });
    assert_eq!(decoder.decode(&mut buffer), Ok(Some(greeting)));
    assert!(buffer.is_empty());
    decoder
}

/// What a decoder says to bytes that come in these pieces, until it is at the end of them or of its patience.
fn decode_pieces<'a>(
    mut decoder: Decoder,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> (Vec<Event>, Option<Violation>) {
    let (mut buffer, mut events) = (BytesMut::new(), Vec::new());
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            match decoder.decode(&mut buffer) {
                Ok(Some(event)) => events.push(event),
                Ok(None) => break,
                Err(violation) => return (events, Some(violation)),
            }
        }
    }
    (events, None)
}

fn decode(bytes: &[u8]) -> (Vec<Event>, Option<Violation>) {
    decode_pieces(greeted(), std::iter::once(bytes))
}

fn violation(bytes: &[u8]) -> Violation {
    decode(bytes).1.expect("a violation")
}

fn message(frames: &[&[u8]]) -> BytesMut {
    let mut out = BytesMut::new();
    let (last, more) = frames.split_last().expect("a frame");
    more.iter().for_each(|frame| write_more(&mut out, frame));
    write_last(&mut out, last);
    out
}

fn event(frames: &[&[u8]]) -> Event {
    Event::Message(frames.iter().map(|it| Bytes::copy_from_slice(it)).collect())
}

/// Recorded between libzmq 4.3.5 and itself.
#[test]
fn bytes_from_libzmq_are_understood() {
    let mut said = Vec::from(*b"\xff\0\0\0\0\0\0\0\x01\x7f\x03\x01NULL");
    said.resize(64, 0);
    said.extend_from_slice(b"\x04\x26\x05READY\x0bSocket-Type\0\0\0\x03REQ\x08Identity\0\0\0\0");
    said.extend_from_slice(b"\x01\0\0\x02hi");
    let expected = [
        Event::Greeting(Greeting { minor: 1 }),
        Event::Command(Command::Ready {
            socket_type: Bytes::from_static(b"REQ"),
        }),
        event(&[b"", b"hi"]),
    ];
    let whole = decode_pieces(Decoder::new(LIMIT), std::iter::once(&said[..]));
    assert_eq!(whole, (expected.to_vec(), None));
    for at in 0..said.len() {
        let (one, two) = said.split_at(at);
        let split = decode_pieces(Decoder::new(LIMIT), [one, two].into_iter());
        assert_eq!(split, whole, "split at {at}");
    }
    let bytewise = decode_pieces(Decoder::new(LIMIT), said.chunks(1));
    assert_eq!(bytewise, whole);
}

#[test]
fn our_bytes_are_those_of_libzmq() {
    let mut out = BytesMut::new();
    write_greeting(&mut out);
    assert_eq!(out.len(), 64);
    assert!(out.starts_with(b"\xff\0\0\0\0\0\0\0\x01\x7f\x03\x01NULL\0"));
    let mut out = BytesMut::new();
    write_ready(&mut out, "REQ");
    let ready = b"\x04\x26\x05READY\x0bSocket-Type\0\0\0\x03REQ\x08Identity\0\0\0\0";
    assert_eq!(&out[..], ready);
    assert_eq!(&message(&[b"", b"hi"])[..], b"\x01\0\0\x02hi");
    let long = message(&[&[7; 256]]);
    assert!(long.starts_with(b"\x02\0\0\0\0\0\0\x01\0\x07"));
}

#[test]
fn commands() {
    let mut out = BytesMut::new();
    write_ping(&mut out);
    write_pong(&mut out, b"context");
    write_error(&mut out, "no");
    write_frame(&mut out, COMMAND, b"\x04PING\0\x01sixteen bytes or more");
    write_frame(&mut out, COMMAND, b"\x09SUBSCRIBEall");
    let context = |context| {
        Event::Command(Command::Ping {
            context: Bytes::from_static(context),
        })
    };
    let expected = vec![
        context(b""),
        Event::Command(Command::Other),
        Event::Command(Command::Error {
            reason: "no".to_owned(),
        }),
        context(b"sixteen bytes or"),
        Event::Command(Command::Other),
    ];
    assert_eq!(decode(&out), (expected, None));
}

#[test]
fn commands_that_break_off() {
    for body in [
        &b""[..],
        b"\x06READY",
        b"\x05READY",
        b"\x05READY\x0bSocket-Type",
        b"\x05READY\x0bSocket-Type\0\0\0\x04REQ",
        b"\x05READY\x0bSocket-Type\xff\xff\xff\xffREQ",
        b"\x05READY\x08Identity\0\0\0\0",
        b"\x05ERROR",
        b"\x05ERROR\x05no",
        b"\x04PING\0",
    ] {
        let mut out = BytesMut::new();
        write_frame(&mut out, COMMAND, body);
        assert_eq!(violation(&out), Violation::Command, "{body:?}");
    }
}

#[test]
fn greetings_of_others() {
    let greeting = |change: fn(&mut [u8])| {
        let mut greeting = BytesMut::new();
        write_greeting(&mut greeting);
        change(&mut greeting);
        decode_pieces(Decoder::new(LIMIT), std::iter::once(&greeting[..]))
    };
    let heard = |minor| (vec![Event::Greeting(Greeting { minor })], None);
    assert_eq!(greeting(|it| it[11] = 0), heard(0));
    assert_eq!(greeting(|it| it[10..12].fill(4)), heard(1));
    assert_eq!(greeting(|it| it[32] = 1), heard(1));
    let refused = |violation| (Vec::new(), Some(violation));
    assert_eq!(greeting(|it| it[0] = b'G'), refused(Violation::NotZeroMq));
    assert_eq!(greeting(|it| it[9] = 0), refused(Violation::NotZeroMq));
    let old = Violation::Version { major: 1 };
    assert_eq!(greeting(|it| it[10] = 1), refused(old));
    let curve = Violation::Mechanism {
        name: "CURVE".to_owned(),
    };
    let curved = greeting(|it| it[12..17].copy_from_slice(b"CURVE"));
    assert_eq!(curved, refused(curve));
    // A browser, say, is told at its first byte.
    let http = decode_pieces(Decoder::new(LIMIT), std::iter::once(&b"G"[..]));
    assert_eq!(http, refused(Violation::NotZeroMq));
}

#[test]
fn flags_that_mean_nothing() {
    for flags in (0..=u8::MAX).filter(|flags| ![0, 1, 2, 3, 4, 6].contains(flags)) {
        assert_eq!(violation(&[flags]), Violation::Frame { flags });
    }
}

#[test]
fn a_length_over_the_limit_is_refused_when_its_header_is_read() {
    let too_long = Violation::MessageTooLong { limit: LIMIT };
    for length in [LIMIT as u64 + 1, 100_000_000_000, i64::MAX as u64] {
        for flags in [LONG, LONG | MORE] {
            let header = [&[flags][..], &length.to_be_bytes()].concat();
            let mut buffer = BytesMut::from(&header[..]);
            let mut decoder = greeted();
            assert_eq!(decoder.decode(&mut buffer), Err(too_long.clone()));
            assert!(buffer.capacity() < 1024, "{}", buffer.capacity());
        }
        let command = [&[LONG | COMMAND][..], &length.to_be_bytes()].concat();
        assert_eq!(violation(&command), Violation::CommandTooLong { length });
    }
    let longest = vec![1; LIMIT];
    assert_eq!(decode(&message(&[&longest])).0, [event(&[&longest])]);
}

/// Without a limit, an impossible length is still refused.
#[test]
fn lengths_near_the_end_of_all_numbers() {
    let without_a_limit = |length: u64| {
        let mut said = BytesMut::new();
        write_more(&mut said, b"x");
        said.put_u8(LONG);
        said.put_u64(length);
        said.put_bytes(1, 100);
        let decoder = Decoder {
            greeted: true,
            ..Decoder::new(usize::MAX)
        };
        decode_pieces(decoder, said.chunks(50))
    };
    for length in [i64::MAX as u64, i64::MAX as u64 - 8] {
        assert_eq!(without_a_limit(length), (Vec::new(), None));
    }
    for length in [1 << 63, u64::MAX - 9, u64::MAX] {
        let refused = (Vec::new(), Some(Violation::Length { length }));
        assert_eq!(without_a_limit(length), refused);
    }
}

#[test]
fn frames_without_an_end_are_a_message_over_the_limit() {
    let frame = |length| {
        let mut out = BytesMut::new();
        write_more(&mut out, &vec![1; length]);
        out
    };
    let (events, violation) = decode(&frame(LIMIT / 4).repeat(5));
    assert_eq!(events, []);
    assert_eq!(violation, Some(Violation::MessageTooLong { limit: LIMIT }));
    let (events, violation) = decode(&frame(0).repeat(1000));
    assert_eq!(events, []);
    assert_eq!(violation, Some(Violation::TooManyFrames));
    let most = vec![&b"x"[..]; MAX_FRAMES];
    assert_eq!(decode(&message(&most)).0, [event(&most)]);
    assert_eq!(
        violation_of_message(&[&b"x"[..]; MAX_FRAMES + 1]),
        Violation::TooManyFrames
    );
}

fn violation_of_message(frames: &[&[u8]]) -> Violation {
    violation(&message(frames))
}

/// The limit is on each message, not on all of them.
#[test]
fn a_message_counts_from_nothing() {
    let half = vec![1; LIMIT / 2 + 1];
    let (events, violation) = decode(&message(&[b"", &half]).repeat(10));
    assert_eq!((events.len(), violation), (10, None));
}

/// For a client, which has other calls to wait for on the same connection.
#[test]
fn messages_over_the_limit_may_be_passed_over() {
    let passing_over = || Decoder {
        greeted: true,
        ..Decoder::passing_over(LIMIT)
    };
    let large = vec![1; LIMIT + 1];
    let half = vec![2; LIMIT / 2 + 1];
    let mut said = BytesMut::new();
    for frames in [
        &[&b"number"[..], b"", &large][..],
        &[b"", b"x"],
        &[b"number", &half, &half, b"more", &half],
        &[b"number", &half],
        &[&large],
        &[b"", &large[..LIMIT]],
    ] {
        said.extend_from_slice(&message(frames));
    }
    write_ping(&mut said);
    let over = |frames: &[&[u8]]| match event(frames) {
        Event::Message(frames) => Event::Oversized(frames),
        other => other,
    };
    let context = Bytes::new();
    let expected = vec![
        over(&[b"number", b""]),
        event(&[b"", b"x"]),
        over(&[b"number", &half]),
        event(&[b"number", &half]),
        over(&[]),
        event(&[b"", &large[..LIMIT]]),
        Event::Command(Command::Ping { context }),
    ];
    for size in [said.len(), 10_000, 4097, 7] {
        let decoded = decode_pieces(passing_over(), said.chunks(size));
        assert_eq!(decoded, (expected.clone(), None), "in pieces of {size}");
    }

    // It takes no more room than what comes at once, and has an end.
    let mut decoder = passing_over();
    let mut buffer = BytesMut::from(&[&[LONG][..], &i64::MAX.to_be_bytes()].concat()[..]);
    for _ in 0..1000 {
        assert_eq!(decoder.decode(&mut buffer), Ok(None));
        assert!(buffer.is_empty() && decoder.missing() == 1 && decoder.is_amid_message());
        buffer.extend_from_slice(&[1; 1000]);
    }
    let endless = message(&[&large, b""])[..LIMIT + 10].repeat(MAX_FRAMES);
    let refused = decode_pieces(passing_over(), std::iter::once(&endless[..]));
    assert_eq!(refused, (Vec::new(), Some(Violation::TooManyFrames)));
}

/// Its answer may wait, and would keep all that was read with it.
#[test]
fn a_context_keeps_nothing_else_alive() {
    let mut out = BytesMut::new();
    write_frame(&mut out, COMMAND, b"\x04PING\0\0context");
    out.put_bytes(0, 100_000);
    let Ok(Some(Event::Command(Command::Ping { context }))) = greeted().decode(&mut out) else {
        panic!("{out:?}")
    };
    assert_eq!(&context[..], b"context");
    assert!(context.is_unique());
}

/// A command may stand between the frames of a message.
#[test]
fn a_command_amid_a_message() {
    let mut out = BytesMut::new();
    write_more(&mut out, b"");
    write_ping(&mut out);
    write_last(&mut out, b"x");
    let (events, violation) = decode(&out);
    assert_eq!(violation, None);
    assert_eq!(events.last(), Some(&event(&[b"", b"x"])));
}

/// The fuzzer's seeds, through what the fuzzer tries: the first byte is the size of the pieces.
#[test]
fn the_seeds_of_the_fuzzer() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/seeds/zmtp");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).expect("the seeds") {
        let path = entry.expect("a seed").path();
        let seed = std::fs::read(&path).expect("a seed");
        let (&size, bytes) = seed.split_first().expect("a size");
        for decoder in [Decoder::new, Decoder::passing_over] {
            let whole = decode_pieces(decoder(1000), std::iter::once(bytes));
            let pieces = decode_pieces(decoder(1000), bytes.chunks(usize::from(size).max(1)));
            assert_eq!(whole, pieces, "{}", path.display());
        }
        count += 1;
    }
    assert!(count >= 10, "{count} seeds");
}

fn frames() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let frame = prop_oneof![
        Just(Vec::new()),
        prop::collection::vec(any::<u8>(), 0..20),
        prop::collection::vec(any::<u8>(), 250..260),
    ];
    prop::collection::vec(frame, 1..=MAX_FRAMES)
}

/// Bytes that a decoder does not refuse at once.
fn plausible() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        frames().prop_map(|frames| {
            let frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
            message(&frames).to_vec()
        }),
        (0..8u8, any::<u8>()).prop_map(|(flags, length)| vec![flags, length]),
        prop::collection::vec(any::<u8>(), 0..40),
        Just(b"\x04\x06\x04PING\0".to_vec()),
    ];
    prop::collection::vec(piece, 0..6).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn messages_arrive_as_they_were_sent(sent in prop::collection::vec(frames(), 0..5), size in 1..300usize) {
        let mut out = BytesMut::new();
        let mut expected = Vec::new();
        for frames in &sent {
            let frames: Vec<&[u8]> = frames.iter().map(Vec::as_slice).collect();
            out.extend_from_slice(&message(&frames));
            expected.push(event(&frames));
        }
        prop_assert_eq!(decode_pieces(greeted(), out.chunks(size)), (expected, None));
    }

    /// Wherever the bytes are split, they mean the same; and what is kept is never more than what has come.
    #[test]
    fn pieces_make_no_difference(bytes in plausible(), size in 1..50usize) {
        let whole = decode(&bytes);
        prop_assert_eq!(&decode_pieces(greeted(), bytes.chunks(size)), &whole);
        prop_assert_eq!(&decode_pieces(greeted(), bytes.chunks(1)), &whole);
    }

    #[test]
    fn any_greeting_is_taken_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        decode_pieces(Decoder::new(LIMIT), bytes.chunks(1));
    }
}
