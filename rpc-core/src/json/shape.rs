//! The parts of one array or object, read one by one.

use super::cursor::{Cursor, NotJson, StringToken};

/// A whole JSON text, without the white space around it. `None` if it is not JSON.
pub(crate) fn value(text: &str) -> Option<&str> {
    let mut cursor = Cursor::new(text);
    let value = cursor.skip().ok()?;
    cursor.end().ok()?;
    Some(value)
}

/// The elements of an array, as JSON. They are read one by one, so the text after the current one is unchecked.
#[derive(Debug)]
pub(crate) struct Elements<'a>(PartReader<'a>);

impl<'a> Elements<'a> {
    pub(crate) fn new(array: &'a str) -> Self {
        Elements(PartReader::new(array, [b'[', b']']))
    }

    /// After the last element: checks that the text is exactly one array.
    pub(crate) fn finish(self) -> Result<(), NotJson> {
        self.0.finish()
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        self.0.next_part(Cursor::skip)
    }
}

/// The members of an object: the token of each name, and the value's JSON. They are read one by one.
#[derive(Debug)]
pub(crate) struct Members<'a>(PartReader<'a>);

impl<'a> Members<'a> {
    pub(crate) fn new(object: &'a str) -> Self {
        Members(PartReader::new(object, [b'{', b'}']))
    }

    /// After the last member: checks that the text is exactly one object.
    pub(crate) fn finish(self) -> Result<(), NotJson> {
        self.0.finish()
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = (StringToken<'a>, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_part(|cursor| {
            let name = cursor.string()?;
            cursor.expect(b':')?;
            Ok((name, cursor.skip()?))
        })
    }
}

#[derive(Debug)]
struct PartReader<'a> {
    cursor: Cursor<'a>,
    close: u8,
    /// Whether another part follows, or an error after the first mistake.
    more: Result<bool, NotJson>,
}

impl<'a> PartReader<'a> {
    fn new(text: &'a str, [open, close]: [u8; 2]) -> Self {
        let mut cursor = Cursor::new(text);
        let more = cursor.expect(open).map(|()| !cursor.eat(close));
        PartReader {
            cursor,
            close,
            more,
        }
    }

    fn next_part<T>(&mut self, read: impl Fn(&mut Cursor<'a>) -> Result<T, NotJson>) -> Option<T> {
        if self.more != Ok(true) {
            return None;
        }
        let part = read(&mut self.cursor);
        self.more = match &part {
            Ok(_) => self.cursor.another(self.close),
            Err(error) => Err(*error),
        };
        part.ok()
    }

    fn finish(mut self) -> Result<(), NotJson> {
        self.more?;
        self.cursor.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_up_to_the_first_mistake() {
        for (text, parts, is_whole) in [
            (" [ 1 , \"a\" ] ", &["1", "\"a\""][..], true),
            ("[]", &[], true),
            ("[1,]", &["1"], false),
            ("[1", &["1"], false),
            ("[1 2]", &["1"], false),
            ("[1] 2", &["1"], false),
            ("{}", &[], false),
            ("", &[], false),
        ] {
            let mut elements = Elements::new(text);
            assert_eq!(elements.by_ref().collect::<Vec<_>>(), parts, "{text}");
            assert_eq!(elements.finish().is_ok(), is_whole, "{text}");
        }
        for (text, parts, is_whole) in [
            (
                r#"{"a":1, "b" : [2] }"#,
                &[("\"a\"", "1"), ("\"b\"", "[2]")][..],
                true,
            ),
            (r#"{"a":1,"b"}"#, &[("\"a\"", "1")], false),
            (r#"{"a":1,"#, &[("\"a\"", "1")], false),
            ("[]", &[], false),
        ] {
            let mut members = Members::new(text);
            let read = members.by_ref().map(|(name, value)| (name.quoted(), value));
            assert_eq!(read.collect::<Vec<_>>(), parts, "{text}");
            assert_eq!(members.finish().is_ok(), is_whole, "{text}");
        }
    }
}
