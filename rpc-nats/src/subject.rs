//! [`Base`]: the subject of a service, and which subjects its methods have.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use async_nats::Subject;
use rpc_core::Excerpt;

#[cfg(any(feature = "client", feature = "server"))]
use crate::cancel::CANCEL;

/// The longest name of a method that becomes a part of a subject, in bytes, and the longest subject of a service. NATS closes the
/// connection of a client that sends a line of more than 4,096 bytes.
const LONGEST: usize = 200;

/// The subject of a service. A method has this subject, a dot and its name as its own subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Base(Arc<str>);

/// Where a message came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place<'a> {
    /// At the subject of the service: a batch, or a method whose name does not fit into a subject.
    Base,
    /// At the subject of this method.
    Method(&'a str),
}

impl Base {
    pub(crate) fn new(subject: &str) -> Result<Self, InvalidSubject> {
        match fits(subject) {
            true => Ok(Base(subject.into())),
            false => Err(InvalidSubject(subject.to_owned())),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The subject of a method; `None` if its name does not fit into a subject.
    pub(crate) fn of_method(&self, method: &str) -> Option<Subject> {
        fits(method).then(|| below(&self.0, method))
    }

    /// The subjects of all methods.
    #[cfg(feature = "server")]
    pub(crate) fn of_all_methods(&self) -> String {
        format!("{}.>", self.0)
    }

    /// The subject of cancellations.
    #[cfg(any(feature = "client", feature = "server"))]
    pub(crate) fn of_cancellations(&self) -> String {
        format!("{}.{CANCEL}", self.0)
    }

    /// Where a message with this subject came to.
    #[cfg(feature = "server")]
    pub(crate) fn place<'a>(&self, subject: &'a str) -> Place<'a> {
        let rest = subject.strip_prefix(&*self.0);
        match rest.and_then(|rest| rest.strip_prefix('.')) {
            Some(method) => Place::Method(method),
            None => Place::Base,
        }
    }
}

/// A subject with one more token, or several.
pub(crate) fn below(prefix: &str, token: &str) -> Subject {
    [prefix, ".", token].concat().into()
}

/// A subject with a number as its last token. Formatting it would cost several times as much, and each call has one.
pub(crate) fn numbered(prefix: &str, number: u64) -> Subject {
    let mut digits = [0; 20];
    let mut first = digits.len();
    let mut rest = number;
    loop {
        first -= 1;
        // A digit fits into a byte.
        digits[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    let mut subject = String::with_capacity(prefix.len() + 1 + digits.len() - first);
    subject.push_str(prefix);
    subject.push('.');
    subject.extend(digits[first..].iter().map(|digit| char::from(*digit)));
    subject.into()
}

/// Whether a text can be a part of a subject. NATS accepts more, such as empty tokens and UTF-8, but not everywhere.
fn fits(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && byte != b'*' && byte != b'>';
    // A dot follows something, and something follows it.
    let mut last = b'.';
    let all_fit = text.bytes().all(|byte| {
        let before = std::mem::replace(&mut last, byte);
        is_plain(byte) && (byte, before) != (b'.', b'.')
    });
    text.len() <= LONGEST && all_fit && last != b'.'
}

/// The subject of a service must have up to 200 printable ASCII characters without `*`, `>` and spaces, and no dot at its start,
/// at its end, or after another dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidSubject(String);

impl fmt::Display for InvalidSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = Excerpt::new(&self.0, LONGEST);
        write!(f, "`{subject}` can't be the subject of a service")
    }
}

impl Error for InvalidSubject {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_into_a_subject_has_none() {
        let base = Base::new("shop").expect("it is plain");
        let long = "m".repeat(200);
        for fitting in ["add", "orders.place", "$x", "a-b_c:d", &long] {
            let subject = base.of_method(fitting);
            assert_eq!(subject, Some(format!("shop.{fitting}").into()));
        }
        let too_long = "m".repeat(201);
        for odd in [
            "", "a b", "a..b", ".a", "a.", "*", "a.>", "a*", "\u{e9}", "a\tb", &too_long,
        ] {
            assert_eq!(base.of_method(odd), None, "{odd}");
            assert!(Base::new(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn a_number_is_the_last_token() {
        for number in [0, 7, 10, 123_456, u64::MAX] {
            assert_eq!(numbered("a.b", number).as_str(), format!("a.b.{number}"));
        }
    }

    #[cfg(feature = "server")]
    #[test]
    fn a_subject_leads_back_to_its_method() {
        let base = Base::new("eu.shop").expect("it is plain");
        assert_eq!(base.place("eu.shop"), Place::Base);
        assert_eq!(base.place("eu.shop.add"), Place::Method("add"));
        assert_eq!(base.place("eu.shop.a.b"), Place::Method("a.b"));
    }
}
