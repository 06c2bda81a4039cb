//! Reading responses, on the client.

use std::marker::PhantomData;
use std::ops::Range;

use serde::de::DeserializeOwned;

use super::envelope::{Envelope, MEMBERS, Member};
use super::error_object;
use super::{Version, read_version};
use crate::error::{ErrorObject, ProtocolError};
use crate::json::cursor::{Cursor, NotJson, decode};
use crate::json::id::Id;

/// A response: its id, and exactly one of result and error.
///
/// Many servers send both members, as in JSON-RPC 1.0, and one of them is null. A null `error` says nothing, and a null `result`
/// says nothing beside an error.
pub(crate) struct Response<R> {
    pub(crate) id: Id,
    pub(crate) outcome: Result<R, ErrorObject>,
}

impl<R> Response<R> {
    /// Whether it answers the call with this id. A server that could not tell the id answers with null (section 5).
    pub(crate) fn answers(&self, id: &Id) -> bool {
        self.is_unidentified() || self.id.matches(id)
    }

    /// Whether it is an error whose call the server could not tell.
    pub(crate) fn is_unidentified(&self) -> bool {
        self.id.is_null() && self.outcome.is_err()
    }
}

/// The reply to a batch.
pub(crate) enum BatchReply {
    Entries(Vec<Entry>),
    /// The server refused the batch as a whole.
    Refused(ErrorObject),
}

/// An entry of a batch's reply.
pub(crate) struct Entry {
    /// `None` if there is none that can be read.
    pub(crate) id: Option<Id>,
    pub(crate) content: Content,
}

impl Entry {
    pub(crate) fn is_malformed(&self) -> bool {
        matches!(self.content, Content::Malformed(_))
    }
}

/// What an entry of a batch's reply says.
#[derive(Debug)]
pub(crate) enum Content {
    Result(Span),
    Error(ErrorObject),
    /// Nothing: it is not a response.
    Malformed(ProtocolError),
}

/// How a result is taken from a response.
pub(crate) trait ReadResult<'a>: Sized {
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, NotJson>;
}

/// Why a result could not be read.
pub(crate) enum ReadError {
    NotJson,
    NotResponse(&'static str),
}

impl From<NotJson> for ReadError {
    fn from(_: NotJson) -> Self {
        ReadError::NotJson
    }
}

/// The result, decoded in place. Whether it has the right type matters only once the reply is known to answer this call: the
/// result of another call has another type.
pub(crate) struct Decoded<T>(pub(crate) Result<T, ProtocolError>);

impl<'a, T: DeserializeOwned> ReadResult<'a> for Decoded<T> {
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, NotJson> {
        match cursor.decode() {
            Ok(value) => Ok(Decoded(Ok(value))),
            Err(error) => Ok(Decoded(Err(wrong_result(&error, cursor.skip()?)))),
        }
    }
}

/// The result, by its position in the reply. It is decoded by the call that it answers.
#[derive(Debug)]
pub(crate) struct Span(Range<usize>);

impl<'a> ReadResult<'a> for Span {
    fn read(cursor: &mut Cursor<'a>) -> Result<Self, NotJson> {
        let text = cursor.skip()?;
        let end = cursor.position();
        Ok(Span(end - text.len()..end))
    }
}

impl Span {
    /// Decodes a result of this reply.
    pub(crate) fn decode<T: DeserializeOwned>(self, reply: &[u8]) -> Result<T, ProtocolError> {
        let result = std::str::from_utf8(&reply[self.0]).map_err(ProtocolError::not_utf8)?;
        decode(result, PhantomData).map_err(|error| wrong_result(&error, result))
    }

    fn shift(&mut self, bytes: usize) {
        self.0 = self.0.start + bytes..self.0.end + bytes;
    }
}

fn wrong_result(error: &serde_json::Error, result: &str) -> ProtocolError {
    ProtocolError::Result {
        reason: ProtocolError::reason(&crate::params::without_position(error)),
        excerpt: ProtocolError::excerpt(result),
    }
}

/// Why an item of a stream can't be read.
pub(crate) fn wrong_item(error: &serde_json::Error, item: &str) -> ProtocolError {
    ProtocolError::Item {
        reason: ProtocolError::reason(&crate::params::without_position(error)),
        excerpt: ProtocolError::excerpt(item),
    }
}

/// Reads the reply to one call.
pub(crate) fn read_single<'a, R: ReadResult<'a>>(
    reply: &'a [u8],
) -> Result<Response<R>, ProtocolError> {
    let text = reply_text(reply)?;
    let mut cursor = Cursor::new(text);
    let response = read_response(&mut cursor).and_then(|response| {
        cursor.end()?;
        Ok(response)
    });
    response.or_else(|error| explain(error, text))
}

/// Reads the reply to a batch.
pub(crate) fn read_batch(reply: &[u8]) -> Result<BatchReply, ProtocolError> {
    let text = reply_text(reply)?;
    let byte_order_mark = reply.len() - text.len();
    let mut cursor = Cursor::new(text);
    if cursor.peek() == Some(b'{') {
        return match read_single::<Span>(reply)?.outcome {
            Err(error) => Ok(BatchReply::Refused(error)),
            Ok(_) => Err(not_response("one result, but a batch was sent", text)),
        };
    }
    let read = read_entries(&mut cursor, text).and_then(|entries| {
        cursor.end()?;
        Ok(entries)
    });
    let mut entries = read.map_err(|error| match error {
        ReadError::NotJson => not_json(text),
        ReadError::NotResponse(reason) => not_response(reason, text),
    })?;
    if byte_order_mark > 0 {
        for entry in &mut entries {
            if let Content::Result(result) = &mut entry.content {
                result.shift(byte_order_mark);
            }
        }
    }
    Ok(BatchReply::Entries(entries))
}

fn read_entries(cursor: &mut Cursor, text: &str) -> Result<Vec<Entry>, ReadError> {
    if !cursor.eat(b'[') {
        cursor.skip()?;
        return Err(ReadError::NotResponse("not an array"));
    }
    let mut entries = Vec::new();
    if cursor.eat(b']') {
        return Ok(entries);
    }
    loop {
        entries.push(read_entry(cursor, text)?);
        if !cursor.another(b']')? {
            return Ok(entries);
        }
    }
}

/// Reads one entry. What is wrong with it is its own affair, unless it is not JSON.
fn read_entry(cursor: &mut Cursor, text: &str) -> Result<Entry, NotJson> {
    cursor.peek();
    let start = cursor.position();
    let (id, content) = match read_response(cursor) {
        Ok(response) => (Some(response.id), Content::of(response.outcome)),
        Err(ReadError::NotJson) => return Err(NotJson),
        Err(ReadError::NotResponse(reason)) => {
            let entry = Envelope::read(&text[start..cursor.position()]).ok_or(NotJson)?;
            match entry.error_beside_null() {
                Some(response) => (Some(response.id), Content::of(response.outcome)),
                None => {
                    let id = entry.get(Member::Id).and_then(Id::read);
                    (id, Content::Malformed(not_response(reason, entry.text())))
                }
            }
        }
    };
    Ok(Entry { id, content })
}

impl Content {
    fn of(outcome: Result<Span, ErrorObject>) -> Self {
        outcome.map_or_else(Content::Error, Content::Result)
    }
}

/// A response of a batch's reply, by its position. Its content is read by the call that it answers.
pub(crate) struct Part {
    /// `None` if there is none that can be read.
    pub(crate) id: Option<Id>,
    pub(crate) range: Range<usize>,
}

/// The parts of a batch's reply, one by one: a reply may have any number of them. They count only if the reply
/// [ends](Self::finish) as it should.
pub(crate) struct Parts<'a> {
    cursor: Cursor<'a>,
    byte_order_mark: usize,
    /// Whether another part follows; an error if the reply is not an array.
    more: Result<bool, NotJson>,
}

impl<'a> Parts<'a> {
    pub(crate) fn new(reply: &'a [u8]) -> Self {
        let text = crate::json::text::read(reply);
        let mut cursor = Cursor::new(text.unwrap_or_default());
        let more = match text.is_ok() && cursor.eat(b'[') {
            true => Ok(!cursor.eat(b']')),
            false => Err(NotJson),
        };
        Parts {
            byte_order_mark: reply.len() - text.map_or(0, str::len),
            cursor,
            more,
        }
    }

    /// After the last part: whether the reply is an array from its start to its end.
    pub(crate) fn finish(mut self) -> Result<(), NotJson> {
        self.more?;
        self.cursor.end()
    }

    fn read(&mut self) -> Result<Part, NotJson> {
        let part = read_part(&mut self.cursor, self.byte_order_mark)?;
        self.more = Ok(self.cursor.another(b']')?);
        Ok(part)
    }
}

impl Iterator for Parts<'_> {
    type Item = Part;

    fn next(&mut self) -> Option<Part> {
        if !matches!(self.more, Ok(true)) {
            return None;
        }
        let read = self.read();
        read.map_err(|error| self.more = Err(error)).ok()
    }
}

/// Reads a part of a text that begins `offset` bytes after the reply's start.
fn read_part(cursor: &mut Cursor, offset: usize) -> Result<Part, NotJson> {
    let mut id = None;
    let is_object = cursor.peek() == Some(b'{');
    let start = offset + cursor.position();
    if is_object {
        cursor.members(MEMBERS, |cursor, member| {
            let value = cursor.skip()?;
            if let (Some(Member::Id), None) = (member, &id) {
                id = Some(Id::read(value));
            }
            Ok::<_, NotJson>(())
        })?;
    } else {
        cursor.skip()?;
    }
    Ok(Part {
        id: id.flatten(),
        range: start..offset + cursor.position(),
    })
}

fn read_response<'a, R: ReadResult<'a>>(cursor: &mut Cursor<'a>) -> Result<Response<R>, ReadError> {
    if cursor.peek() != Some(b'{') {
        cursor.skip()?;
        return Err(ReadError::NotResponse("not an object"));
    }
    let mut members = ResponseMembers {
        version: None,
        id: None,
        result: None,
        has_error: false,
        error: None,
        fault: None,
    };
    cursor.members(MEMBERS, |cursor, member| match member {
        Some(Member::Version) => members.version(cursor),
        Some(Member::Result) => members.result(cursor),
        Some(Member::Error) => members.error(cursor),
        Some(Member::Id) => members.id(cursor),
        Some(Member::Method | Member::Params) | None => cursor.skip().map(drop),
    })?;
    members.finish()
}

struct ResponseMembers<R> {
    version: Option<bool>,
    /// The inner `None`: a value that cannot be an id.
    id: Option<Option<Id>>,
    result: Option<R>,
    has_error: bool,
    error: Option<ErrorObject>,
    fault: Option<&'static str>,
}

impl<R> ResponseMembers<R> {
    /// A reply may repeat a member thousands of times. Only the first is looked at.
    #[cold]
    fn skip_duplicate(&mut self, cursor: &mut Cursor, member: Member) -> Result<(), NotJson> {
        self.fault.get_or_insert(member.duplicate());
        cursor.skip().map(drop)
    }

    fn version(&mut self, cursor: &mut Cursor) -> Result<(), NotJson> {
        if self.version.is_some() {
            return self.skip_duplicate(cursor, Member::Version);
        }
        self.version = Some(read_version(cursor)? == Version::Two);
        Ok(())
    }

    fn id(&mut self, cursor: &mut Cursor) -> Result<(), NotJson> {
        if self.id.is_some() {
            return self.skip_duplicate(cursor, Member::Id);
        }
        self.id = Some(Id::read(cursor.skip()?));
        Ok(())
    }

    fn result<'a>(&mut self, cursor: &mut Cursor<'a>) -> Result<(), NotJson>
    where
        R: ReadResult<'a>,
    {
        if self.result.is_some() {
            return self.skip_duplicate(cursor, Member::Result);
        }
        self.result = Some(R::read(cursor)?);
        Ok(())
    }

    fn error(&mut self, cursor: &mut Cursor) -> Result<(), NotJson> {
        if std::mem::replace(&mut self.has_error, true) {
            return self.skip_duplicate(cursor, Member::Error);
        }
        let error = cursor.skip()?;
        self.error = error_object::read(error);
        if self.error.is_none() && error != "null" {
            self.fault.get_or_insert("`error` is not an error object");
        }
        Ok(())
    }

    fn finish(self) -> Result<Response<R>, ReadError> {
        if let Some(reason) = self.fault {
            return Err(ReadError::NotResponse(reason));
        }
        match self.version {
            Some(true) => {}
            Some(false) => return Err(ReadError::NotResponse("`jsonrpc` is not \"2.0\"")),
            None => return Err(ReadError::NotResponse("`jsonrpc` is missing")),
        }
        let id = match self.id {
            Some(Some(id)) => id,
            Some(None) => {
                return Err(ReadError::NotResponse(
                    "`id` is not a string, a number or null",
                ));
            }
            None => return Err(ReadError::NotResponse("`id` is missing")),
        };
        let outcome = match (self.result, self.error) {
            (Some(result), None) => Ok(result),
            (None, Some(error)) => Err(error),
            (Some(_), Some(_)) => {
                return Err(ReadError::NotResponse("both `result` and `error`"));
            }
            (None, None) => {
                return Err(ReadError::NotResponse("neither `result` nor `error`"));
            }
        };
        Ok(Response { id, outcome })
    }
}

fn reply_text(reply: &[u8]) -> Result<&str, ProtocolError> {
    crate::json::text::read(reply).map_err(ProtocolError::not_utf8)
}

/// Looks again at a reply that could not be read: it may have a null result beside its error. If not, says what it is.
#[cold]
fn explain<R>(error: ReadError, text: &str) -> Result<Response<R>, ProtocolError> {
    match error {
        ReadError::NotJson => Err(not_json(text)),
        ReadError::NotResponse(reason) => {
            let response = Envelope::read(text).and_then(|it| it.error_beside_null());
            response.ok_or_else(|| not_response(reason, text))
        }
    }
}

impl Envelope<'_> {
    /// The response, if its result is null beside an error, and nothing else is wrong with it.
    fn error_beside_null<R>(&self) -> Option<Response<R>> {
        let id = self.get(Member::Id).and_then(Id::read)?;
        let error = self.get(Member::Error).and_then(error_object::read)?;
        let is_valid = self.get(Member::Result) == Some("null") && self.is_version_2_response();
        is_valid.then_some(Response {
            id,
            outcome: Err(error),
        })
    }
}

pub(crate) fn not_response(reason: &'static str, text: &str) -> ProtocolError {
    ProtocolError::NotResponse {
        reason,
        excerpt: ProtocolError::excerpt(text.trim_start()),
    }
}

fn not_json(text: &str) -> ProtocolError {
    let trimmed = text.trim_start();
    let excerpt = || ProtocolError::excerpt(trimmed);
    if trimmed.is_empty() {
        return ProtocolError::Empty;
    }
    if is_html(trimmed) {
        return ProtocolError::Html { excerpt: excerpt() };
    }
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Err(error) if error.is_eof() => ProtocolError::Truncated { length: text.len() },
        _ => ProtocolError::NotJson { excerpt: excerpt() },
    }
}

fn is_html(text: &str) -> bool {
    let start: String = text
        .chars()
        .take(14)
        .collect::<String>()
        .to_ascii_lowercase();
    ["<!doctype html", "<html", "<head", "<body", "<!--", "<h1"]
        .iter()
        .any(|tag| start.starts_with(tag))
}
