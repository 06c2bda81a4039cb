//! What a JSON text is made of, one level deep: for those who show or rewrite messages, and see them as the server does.

use std::borrow::Cow;

use super::cursor::{Cursor, NotJson};

/// A member of an object.
pub(crate) struct Member<'a> {
    /// `None` where its escapes make no Unicode text.
    pub(crate) name: Option<Cow<'a, str>>,
    /// The value's JSON.
    pub(crate) value: &'a str,
}

impl Member<'_> {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.as_deref() == Some(name)
    }
}

/// A whole JSON text, without the space around it; `None` where it is none.
pub(crate) fn value(text: &str) -> Option<&str> {
    let mut cursor = Cursor::new(text);
    let value = cursor.skip().ok()?;
    cursor.end().ok()?;
    Some(value)
}

/// An object's members, in their order; `None` for anything else.
pub(crate) fn object(json: &str) -> Option<Vec<Member<'_>>> {
    let mut cursor = Cursor::new(json);
    let members = list(&mut cursor, [b'{', b'}'], |cursor| {
        let name = cursor.string()?;
        cursor.expect(b':')?;
        Ok(Member {
            name: name.value(),
            value: cursor.skip()?,
        })
    });
    members.ok()
}

/// An array's elements, as JSON; `None` for anything else.
pub(crate) fn array(json: &str) -> Option<Vec<&str>> {
    let mut cursor = Cursor::new(json);
    list(&mut cursor, [b'[', b']'], Cursor::skip).ok()
}

fn list<'a, T>(
    cursor: &mut Cursor<'a>,
    [open, close]: [u8; 2],
    read: impl Fn(&mut Cursor<'a>) -> Result<T, NotJson>,
) -> Result<Vec<T>, NotJson> {
    let mut parts = Vec::new();
    cursor.expect(open)?;
    let mut more = !cursor.eat(close);
    while more {
        parts.push(read(cursor)?);
        more = cursor.another(close)?;
    }
    cursor.end()?;
    Ok(parts)
}
