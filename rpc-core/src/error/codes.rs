//! Error codes at compile time, for generated code: merging those of several types, and refusing those that clash.
//!
//! `#[derive(RpcError)]` checks codes that it can see. It can't see the value of a constant, or the codes of another type.

use super::code;
use crate::contract::ErrorCode;

/// How many codes there are in all parts.
pub const fn count(parts: &[&[ErrorCode]]) -> usize {
    let (mut count, mut part) = (0, 0);
    while part < parts.len() {
        count += parts[part].len();
        part += 1;
    }
    count
}

/// The codes of all parts, in order. `N` is their [`count`].
pub const fn merge<const N: usize>(parts: &[&[ErrorCode]]) -> [ErrorCode; N] {
    let mut codes = [ErrorCode::new(0, "", ""); N];
    let (mut next, mut part) = (0, 0);
    while part < parts.len() {
        let mut index = 0;
        while index < parts[part].len() {
            codes[next] = parts[part][index];
            next += 1;
            index += 1;
        }
        part += 1;
    }
    codes
}

/// Checks the code at this index: it must not be reserved, and no code before it may be the same.
///
/// # Panics
///
/// If the check fails. In a constant, this is a compile-time error.
pub const fn check(codes: &[ErrorCode], index: usize, server_error: bool) {
    let ErrorCode { code, name, .. } = codes[index];
    let is_server_error = code::is_server_error(code);
    if code::is_reserved(code) && !is_server_error {
        Message::new()
            .code(code, name)
            .text(" is reserved, like all codes from -32768 to -32000; choose another")
            .fail();
    }
    if code::is_framework(code) {
        Message::new()
            .code(code, name)
            .text(" is reserved for the framework, like all codes from -33099 to -33000; choose another")
            .fail();
    }
    if is_server_error && !server_error {
        Message::new()
            .code(code, name)
            .text(" is reserved for servers, like all codes from -32099 to -32000; choose another, or add `server_error` if the contract exists already")
            .fail();
    }
    if server_error && !is_server_error {
        Message::new()
            .text("`server_error` is for codes from -32099 to -32000, which ")
            .code(code, name)
            .text(" is not; remove it")
            .fail();
    }
    if let Some(other) = name_of(codes, code, index) {
        Message::new()
            .code(code, name)
            .text(" is already used by `")
            .text(other)
            .text("`; choose another")
            .fail();
    }
}

/// Checks the codes of a transparent variant: none of them may be among those before `start`.
///
/// # Panics
///
/// If the check fails. In a constant, this is a compile-time error.
pub const fn check_shared(
    codes: &[ErrorCode],
    start: usize,
    shared: &[ErrorCode],
    variant: &'static str,
) {
    let mut index = 0;
    while index < shared.len() {
        let ErrorCode { code, name, .. } = shared[index];
        if let Some(other) = name_of(codes, code, start) {
            Message::new()
                .text("the error in `")
                .text(variant)
                .text("` has ")
                .code(code, name)
                .text(", which is already used by `")
                .text(other)
                .text("`; change one of them")
                .fail();
        }
        index += 1;
    }
}

/// The name of this code among the codes before `end`.
const fn name_of(codes: &[ErrorCode], code: i64, end: usize) -> Option<&'static str> {
    let mut index = 0;
    while index < end {
        if codes[index].code == code {
            return Some(codes[index].name);
        }
        index += 1;
    }
    None
}

/// A message for a compile-time error, where nothing can be formatted. Text that does not fit is left out.
struct Message {
    text: [u8; 512],
    length: usize,
}

impl Message {
    const fn new() -> Self {
        Message {
            text: [0; 512],
            length: 0,
        }
    }

    const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if self.length + text.len() <= self.text.len() {
            let (_, free) = self.text.split_at_mut(self.length);
            free.split_at_mut(text.len()).0.copy_from_slice(text);
            self.length += text.len();
        }
        self
    }

    /// "the code 1001 of `SoldOut`"
    const fn code(self, code: i64, name: &str) -> Self {
        let mut digits = [0; 20];
        let mut start = digits.len();
        let mut rest = code.unsigned_abs();
        while start == digits.len() || rest > 0 {
            start -= 1;
            digits[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        let digits = match str::from_utf8(digits.split_at(start).1) {
            Ok(digits) => digits,
            Err(_) => "",
        };
        let sign = if code < 0 { "-" } else { "" };
        self.text("the code ")
            .text(sign)
            .text(digits)
            .text(" of `")
            .text(name)
            .text("`")
    }

    const fn fail(&self) -> ! {
        match str::from_utf8(self.text.split_at(self.length).0) {
            Ok(message) => panic!("{}", message),
            Err(_) => panic!("an error code can't be used"),
        }
    }
}
