//! Strings with a format, such as a date: what they look like, and whether a text is one.

use super::random::Random;
use crate::model::StringFormat;

/// What texts are made of that have no format.
pub(super) const WORDS: &[&str] = &[
    "amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "inlet", "jade",
    "kelp", "linen", "maple", "north", "ochre", "pearl", "quartz", "river", "slate", "tea",
    "umber", "vale", "willow", "yarrow", "zephyr",
];

/// A text of the format. `None` if the format says nothing that we know.
pub(super) fn make(format: &StringFormat, random: &mut Random) -> Option<String> {
    let word = WORDS.get(random.below(WORDS.len())).copied()?;
    Some(match format {
        StringFormat::DateTime => format!("{}T{}", date(random), time(random)),
        StringFormat::Date => date(random),
        StringFormat::Time => time(random),
        StringFormat::Duration => format!("PT{}M", 1 + random.below(59)),
        StringFormat::Uuid => uuid(random),
        StringFormat::Uri => format!("https://example.com/{word}/{}", random.below(1000)),
        StringFormat::Base64 => base64(random),
        StringFormat::Text => return None,
        StringFormat::Other(name) => match name.as_str() {
            "email" | "idn-email" => format!("{word}{}@example.com", random.below(100)),
            "hostname" | "idn-hostname" => format!("{word}.example.com"),
            "ipv4" | "ip" => format!("192.0.2.{}", 1 + random.below(254)),
            "ipv6" => format!("2001:db8::{:x}", 1 + random.below(0xffff)),
            "uri-reference" | "iri" | "iri-reference" => format!("https://example.com/{word}"),
            "json-pointer" => format!("/{word}"),
            _ => return None,
        },
    })
}

fn date(random: &mut Random) -> String {
    let year = 2024 + random.below(4);
    // Every month has 28 days.
    format!(
        "{year}-{:02}-{:02}",
        1 + random.below(12),
        1 + random.below(28)
    )
}

fn time(random: &mut Random) -> String {
    let [hour, minute, second] = [24, 60, 60].map(|bound| random.below(bound));
    format!("{hour:02}:{minute:02}:{second:02}Z")
}

/// A version 4 UUID.
fn uuid(random: &mut Random) -> String {
    let high = (random.next() & !0xf000) | 0x4000;
    let low = (random.next() & !(0b11 << 62)) | (0b10 << 62);
    let digits = format!("{high:016x}{low:016x}");
    let parts = [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ];
    parts.join("-")
}

fn base64(random: &mut Random) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    // Groups of four need no padding.
    let count = 4 * (1 + random.below(4));
    let letter = |_| char::from(ALPHABET[random.below(ALPHABET.len())]);
    (0..count).map(letter).collect()
}

/// Whether the text is of the format. Formats that we don't know say nothing.
pub(super) fn is(format: &StringFormat, text: &str) -> bool {
    match format {
        StringFormat::DateTime => {
            let parts = text.split_once(['T', 't', ' ']);
            parts.is_some_and(|(date, time)| is_date(date) && is_time(time))
        }
        StringFormat::Date => is_date(text),
        StringFormat::Time => is_time(text),
        StringFormat::Uuid => is_uuid(text),
        StringFormat::Base64 => is_base64(text),
        StringFormat::Uri => text.contains(':') && !text.contains(char::is_whitespace),
        StringFormat::Duration => text.starts_with('P') && text.len() > 2,
        StringFormat::Text | StringFormat::Other(_) => true,
    }
}

/// The numbers in a text, if each has as many digits as it should.
fn numbers<const COUNT: usize>(
    text: &str,
    separator: char,
    digits: [usize; COUNT],
) -> Option<[u32; COUNT]> {
    let parts: Vec<&str> = text.split(separator).collect();
    let parts: [&str; COUNT] = parts.try_into().ok()?;
    let are_right = |(part, digits): (&&str, usize)| part.len() == digits && is_digits(part);
    if !parts.iter().zip(digits).all(are_right) {
        return None;
    }
    Some(parts.map(|part| part.parse().unwrap_or_default()))
}

fn is_date(text: &str) -> bool {
    let Some([year, month, day]) = numbers(text, '-', [4, 2, 2]) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(is_leap),
        _ => return false,
    };
    (1..=days).contains(&day)
}

fn is_time(text: &str) -> bool {
    let (time, is_offset) = match text.strip_suffix(['Z', 'z']) {
        Some(time) => (time, true),
        None => match text.rsplit_once(['+', '-']) {
            Some((time, offset)) => (time, numbers(offset, ':', [2, 2]).is_some()),
            None => (text, false),
        },
    };
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let Some([hour, minute, second]) = numbers(clock, ':', [2, 2, 2]) else {
        return false;
    };
    // Second 60 is a leap second.
    let is_clock = hour < 24 && minute < 60 && second <= 60;
    is_clock && is_offset && is_digits(fraction)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_hexadecimal = |part: &&str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    lengths == [8, 4, 4, 4, 12] && parts.iter().all(is_hexadecimal)
}

fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    // Some servers leave out the padding, and some use the alphabet for URLs.
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(&byte);
    text.len() - body.len() <= 2 && body.len() % 4 != 1 && body.bytes().all(is_letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [StringFormat; 7] = [
        StringFormat::DateTime,
        StringFormat::Date,
        StringFormat::Time,
        StringFormat::Duration,
        StringFormat::Uuid,
        StringFormat::Uri,
        StringFormat::Base64,
    ];

    #[test]
    fn what_is_made_is_of_its_format() {
        let mut random = Random::of(5, &[]);
        for format in KNOWN {
            for _ in 0..100 {
                let text = make(&format, &mut random).expect("known");
                assert!(is(&format, &text), "{format:?} {text}");
            }
        }
    }

    #[test]
    fn other_texts_are_not() {
        let cases = [
            (
                StringFormat::Date,
                "2026-02-29 2026-13-01 26-01-01 tomorrow 2026-1-011",
            ),
            (StringFormat::Time, "25:00:00Z 12:00Z 12:00:00 noon"),
            (StringFormat::DateTime, "2026-11-27 2026-11-27T12:00:00"),
            (
                StringFormat::Uuid,
                "6ba7b810 6ba7b810-9dad-11d1-80b4-00c04fd430cg",
            ),
            (StringFormat::Base64, "a ab*d dGVh==="),
            (StringFormat::Uri, "nowhere"),
        ];
        for (format, texts) in cases {
            for text in texts.split(' ') {
                assert!(!is(&format, text), "{format:?} {text}");
            }
        }
        assert!(is(&StringFormat::DateTime, "2024-02-29T23:59:60.5+01:00"));
        assert!(is(&StringFormat::Base64, "dGVhcw=="));
    }
}
