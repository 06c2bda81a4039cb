//! Reads a request's envelope in one pass. What the method and the params mean is up to a [`RequestReader`].

use std::borrow::Cow;

use super::envelope::{MEMBERS, Member};
use super::{Version, read_version};
use crate::json::cursor::{Cursor, NotJson};
use crate::json::id::Id;

/// Receives a request's id, method and params while the envelope is read.
pub(crate) trait RequestReader<'a> {
    /// Where to write the id. It is written in place: moving an id that was just written costs more than writing it.
    fn id(&mut self) -> &mut Option<Id>;

    /// Receives the method's name.
    fn method(&mut self, name: Cow<'a, str>);

    /// Receives the params. The cursor is at an array or an object, and must be moved past it.
    fn params(&mut self, cursor: &mut Cursor<'a>) -> Result<(), NotJson>;
}

/// What an envelope says about the request itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RequestEnvelope {
    /// Whether it is a JSON-RPC 1.0 request, which gets a response of that version.
    pub(crate) is_version_1: bool,
    /// The first rule that the envelope breaks, if the request is invalid.
    pub(crate) fault: Option<&'static str>,
}

/// Reads one value, which should be a request. `allow_version_1` accepts requests of JSON-RPC 1.0 as well.
///
/// The reader's id is set if the request has a usable one. An invalid request without one gets the id null (section
/// 5.1).
#[inline]
pub(crate) fn read<'a>(
    cursor: &mut Cursor<'a>,
    allow_version_1: bool,
    reader: &mut impl RequestReader<'a>,
) -> Result<RequestEnvelope, NotJson> {
    if cursor.peek() != Some(b'{') {
        cursor.skip()?;
        reader.id().get_or_insert(Id::NULL);
        return Ok(RequestEnvelope {
            is_version_1: false,
            fault: Some("not an object"),
        });
    }
    let mut members = RequestMembers::new(reader);
    cursor.members(MEMBERS, |cursor, member| match member {
        Some(Member::Version) => members.version(cursor),
        Some(Member::Method) => members.method(cursor),
        Some(Member::Params) => members.params(cursor),
        Some(Member::Id) => members.id(cursor),
        Some(Member::Result | Member::Error) | None => cursor.skip().map(drop),
    })?;
    Ok(members.finish(allow_version_1))
}

const NOT_2_0: &str = "`jsonrpc` is not \"2.0\"";

/// A fault in JSON-RPC 2.0 only. Version 1.0 allows any id.
const ODD_ID: &str = "`id` is not a string, a number or null";

struct RequestMembers<'a, 'r, R> {
    reader: &'r mut R,
    version: Option<Version>,
    has_method: bool,
    has_params: bool,
    has_id: bool,
    is_by_name: bool,
    /// An id that is not a string, a number or null.
    odd_id: Option<&'a str>,
    /// The first rule that the envelope breaks.
    fault: Option<&'static str>,
}

impl<'a, 'r, R: RequestReader<'a>> RequestMembers<'a, 'r, R> {
    fn new(reader: &'r mut R) -> Self {
        RequestMembers {
            reader,
            version: None,
            has_method: false,
            has_params: false,
            has_id: false,
            is_by_name: false,
            odd_id: None,
            fault: None,
        }
    }

    fn fault(&mut self, reason: &'static str) {
        // An odd id may turn out not to be a fault, so a later fault replaces it.
        if self.fault.is_none_or(|first| first == ODD_ID) {
            self.fault = Some(reason);
        }
    }

    /// A message may repeat a member thousands of times. Only the first is looked at.
    #[cold]
    fn skip_duplicate(
        &mut self,
        cursor: &mut Cursor<'a>,
        reason: &'static str,
    ) -> Result<(), NotJson> {
        self.fault(reason);
        cursor.skip().map(drop)
    }

    #[inline]
    fn version(&mut self, cursor: &mut Cursor<'a>) -> Result<(), NotJson> {
        if self.version.is_some() {
            return self.skip_duplicate(cursor, "duplicate member `jsonrpc`");
        }
        let version = read_version(cursor)?;
        self.version = Some(version);
        if version == Version::Other {
            self.fault(NOT_2_0);
        }
        Ok(())
    }

    #[inline]
    fn method(&mut self, cursor: &mut Cursor<'a>) -> Result<(), NotJson> {
        if std::mem::replace(&mut self.has_method, true) {
            return self.skip_duplicate(cursor, "duplicate member `method`");
        }
        match cursor.plain_string() {
            Some(name) => self.reader.method(Cow::Borrowed(name)),
            None => self.unusual_method(cursor)?,
        }
        Ok(())
    }

    /// A method's name with escapes, or something else in its place.
    #[cold]
    fn unusual_method(&mut self, cursor: &mut Cursor<'a>) -> Result<(), NotJson> {
        if cursor.peek() != Some(b'"') {
            self.fault("`method` is not a string");
            return cursor.skip().map(drop);
        }
        match cursor.string()?.value() {
            Some(name) => self.reader.method(name),
            None => self.fault("`method` is not Unicode text"),
        }
        Ok(())
    }

    #[inline]
    fn params(&mut self, cursor: &mut Cursor<'a>) -> Result<(), NotJson> {
        if std::mem::replace(&mut self.has_params, true) {
            return self.skip_duplicate(cursor, "duplicate member `params`");
        }
        let first = cursor.peek();
        self.is_by_name = first == Some(b'{');
        match first {
            // Nothing that follows makes this request valid, so its params are not decoded.
            Some(b'[' | b'{') if self.fault.is_some_and(|fault| fault != ODD_ID) => {
                cursor.skip()?;
            }
            Some(b'[' | b'{') => self.reader.params(cursor)?,
            // Popular clients send null if there are no params.
            Some(b'n') => drop(cursor.skip()?),
            _ => {
                cursor.skip()?;
                self.fault("`params` is neither an array nor an object");
            }
        }
        Ok(())
    }

    #[inline]
    fn id(&mut self, cursor: &mut Cursor<'a>) -> Result<(), NotJson> {
        if std::mem::replace(&mut self.has_id, true) {
            // There is no way to tell which of the two is meant.
            *self.reader.id() = None;
            self.odd_id = None;
            return self.skip_duplicate(cursor, "duplicate member `id`");
        }
        let id = cursor.skip()?;
        if !Id::is_one(id) {
            self.odd_id = Some(id);
            if self.fault.is_none() {
                self.fault = Some(ODD_ID);
            }
            return Ok(());
        }
        Id::put(self.reader.id(), id);
        Ok(())
    }

    #[inline]
    fn finish(mut self, allow_version_1: bool) -> RequestEnvelope {
        let is_version_1 =
            self.version != Some(Version::Two) && self.finish_other_version(allow_version_1);
        if !self.has_method {
            self.fault("`method` is missing");
        }
        if self.fault.is_some() {
            self.reader.id().get_or_insert(Id::NULL);
        }
        RequestEnvelope {
            is_version_1,
            fault: self.fault,
        }
    }

    /// Whether it is a JSON-RPC 1.0 request. Such a request need not name its version, but those of Bitcoin Core's
    /// clients do.
    #[cold]
    fn finish_other_version(&mut self, allow_version_1: bool) -> bool {
        let may_be_version_1 = allow_version_1 && self.has_method;
        match self.version {
            Some(Version::Two | Version::Other) => return false,
            Some(Version::One) if !may_be_version_1 => {
                self.fault(NOT_2_0);
                return false;
            }
            None if !may_be_version_1 => {
                self.fault("`jsonrpc` is missing");
                return false;
            }
            Some(Version::One) | None => {}
        }
        if let Some(id) = self.odd_id {
            *self.reader.id() = Some(Id::from_valid_json(id));
            self.fault = self.fault.filter(|fault| *fault != ODD_ID);
        }
        if self.is_by_name {
            self.fault("JSON-RPC 1.0 only has params by position");
        }
        let has_fault = self.fault.is_some();
        let has_id = self.has_id;
        match self.reader.id() {
            // A notification of 1.0 has the id null.
            id if id.as_ref().is_some_and(Id::is_null) && !has_fault => *id = None,
            None if !has_id => self.fault("`id` is missing"),
            _ => {}
        }
        true
    }
}
