use bytes::{Bytes, BytesMut};
use proptest::prelude::*;

use super::*;

const LIMIT: usize = 20;

/// What a decoder finds in bytes that come in these pieces.
fn decode<'a>(
    mut decoder: Decoder,
    pieces: impl Iterator<Item = &'a [u8]>,
) -> (Vec<Frame>, Option<Violation>) {
    let (mut buffer, mut frames) = (BytesMut::new(), Vec::new());
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            match decoder.decode(&mut buffer) {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(violation) => return (frames, Some(violation)),
            }
        }
    }
    frames.extend(decoder.finish(&mut buffer));
    (frames, None)
}

fn detected(bytes: &[u8]) -> (Vec<Frame>, Option<Violation>) {
    decode(Decoder::detecting(LIMIT), std::iter::once(bytes))
}

fn messages(texts: &[&str]) -> Vec<Frame> {
    let message = |text: &&str| Frame::Message(Bytes::copy_from_slice(text.as_bytes()));
    texts.iter().map(message).collect()
}

#[test]
fn lines() {
    for (bytes, expected) in [
        ("", &[][..]),
        ("\n\r\n  \n", &[]),
        ("{}\n", &["{}"]),
        ("{}\r\n[]\r\n", &["{}", "[]"]),
        ("\n{}\n\n\n[]", &["{}", "[]"]),
        ("\u{feff}{}\n", &["{}"]),
        ("\r\n\u{feff}{}", &["{}"]),
        ("\u{feff}", &[]),
        ("{\"a\":1}\n", &["{\"a\":1}"]),
        ("null \n", &["null "]),
        ("\"a:b\"\n", &["\"a:b\""]),
        (
            "01234567890123456789\r\n{}\n",
            &["01234567890123456789", "{}"],
        ),
    ] {
        let found = detected(bytes.as_bytes());
        assert_eq!(found, (messages(expected), None), "{bytes:?}");
    }
}

#[test]
fn a_line_that_is_too_long_costs_only_itself() {
    for long in [21, 22, 23, 1000] {
        let text = format!("[]\n{}\r\n{{}}\n{}", "x".repeat(long), "y".repeat(long));
        let mut expected = messages(&["[]", "{}"]);
        expected.insert(1, Frame::TooLong);
        expected.push(Frame::TooLong);
        assert_eq!(detected(text.as_bytes()), (expected, None), "{long}");
    }
}

#[test]
fn heads() {
    for (bytes, expected) in [
        ("Content-Length: 2\r\n\r\n{}", &["{}"][..]),
        (
            "content-LENGTH:2\n\n{}Content-Length: 3\n\n[\n]",
            &["{}", "[\n]"],
        ),
        (
            "Content-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length:  2 \r\n\r\n{}",
            &["{}"],
        ),
        (
            "X-Y_z: 1\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n[]",
            &["[]"],
        ),
        ("\r\nContent-Length: 2\r\n\r\n[]", &["[]"]),
        (
            "Content-Length: 0\r\n\r\nContent-Length: 2\r\n\r\n[]",
            &["", "[]"],
        ),
        ("Content-Length: 3\r\n\r\n[]", &[]),
        (
            "Content-Length: 20\r\n\r\n01234567890123456789",
            &["01234567890123456789"],
        ),
    ] {
        let found = detected(bytes.as_bytes());
        assert_eq!(found, (messages(expected), None), "{bytes:?}");
    }
}

#[test]
fn violations() {
    let long = format!("A: {}\r\n", "x".repeat(5000));
    for (bytes, expected) in [
        ("GET / HTTP/1.1\r\n\r\n", Violation::Http),
        (
            "POST /rpc HTTP/1.1\r\nHost: localhost\r\n\r\n{}\n",
            Violation::Http,
        ),
        ("\r\nPOST ", Violation::Http),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Violation::Http),
        ("M-SEARCH * HTTP/1.1\r\n", Violation::Http),
        ("\x16\x03\x01\0\u{5}\n{}\n", Violation::Tls),
        ("Content-Length: 21\r\n\r\n{}", Violation::TooLong),
        (
            "Content-Length: 99999999999999999999999999\r\n\r\n",
            Violation::TooLong,
        ),
        ("Content-Length: -1\r\n\r\n", Violation::NoLength),
        ("Content-Length: \r\n\r\n", Violation::NoLength),
        (
            "Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
            Violation::NoLength,
        ),
        ("Host: localhost\r\n\r\n{}", Violation::NoLength),
        ("A: 1\r\nnonsense\r\n\r\n", Violation::NotAHeader),
        (&long, Violation::HeadTooLong),
    ] {
        let found = detected(bytes.as_bytes());
        assert_eq!(found, (vec![], Some(expected)), "{bytes:?}");
    }
}

#[test]
fn an_undecided_start_is_a_line_at_the_end() {
    assert_eq!(detected(b"POST"), (messages(&["POST"]), None));
    assert_eq!(detected(b"42"), (messages(&["42"]), None));
    let long = "x".repeat(200);
    assert_eq!(detected(long.as_bytes()), (vec![Frame::TooLong], None));
}

#[test]
fn what_is_written_is_one_line() {
    let mut out = BytesMut::new();
    Framing::Lines.write(b"{\"a\":[1,\r\n\t2],\"b\":\"\\n\"}", &mut out);
    assert_eq!(out, "{\"a\":[1,  \t2],\"b\":\"\\n\"}\n");
    out.clear();
    Framing::Headers.write(b"[\n]", &mut out);
    assert_eq!(out, "Content-Length: 3\r\n\r\n[\n]");
}

/// Bytes that are often nearly right.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("{}".to_owned()),
        Just("Content-Length: ".to_owned()),
        Just("content-length:".to_owned()),
        Just(": ".to_owned()),
        Just("POST / HTTP/1.1".to_owned()),
        Just("\x16\x03\x01".to_owned()),
        "[0-9]{1,3}",
        "[a-z \r\n]{0,30}",
        Just("x".repeat(150)),
    ];
    let parts =
        proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat().into_bytes());
    prop_oneof![4 => parts, 1 => proptest::collection::vec(any::<u8>(), 0..60)]
}

fn decoders() -> [Decoder; 3] {
    [
        Decoder::detecting(LIMIT),
        Decoder::new(Framing::Lines, LIMIT),
        Decoder::new(Framing::Headers, LIMIT),
    ]
}

proptest! {
    #[test]
    fn any_cut_gives_the_same(bytes in bytes(), size in 1..10_usize) {
        for (whole, pieces) in decoders().into_iter().zip(decoders()) {
            let whole = decode(whole, std::iter::once(&*bytes));
            prop_assert_eq!(whole, decode(pieces, bytes.chunks(size)));
        }
    }

    #[test]
    fn what_is_written_is_read(texts in proptest::collection::vec("[\\[\\]{}\",:a-z0-9]{1,20}", 0..9)) {
        let texts: Vec<_> = texts.iter().map(|text| &**text).collect();
        for framing in [Framing::Lines, Framing::Headers] {
            let mut out = BytesMut::new();
            texts.iter().for_each(|text| framing.write(text.as_bytes(), &mut out));
            let found = decode(Decoder::new(framing, LIMIT), out.chunks(7));
            prop_assert_eq!(found, (messages(&texts), None));
        }
    }
}
