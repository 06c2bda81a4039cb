//! [`Message`] and [`Envelope`]: what a message is, told from its members.
//!
//! The members are listed here, once, for every reader of messages. A server's hot path reads them while it decodes
//! the params ([`request`](super::request)), and a client's while it decodes the result
//! ([`response`](super::response)). All others use the types below, which decide as the server does.

use std::borrow::Cow;

use super::error_object;
use super::{Version, read_version};
use crate::json::cursor::{Cursor, Name, StringToken};
use crate::json::id::Id;
use crate::json::shape::{Elements, Members, value};
use crate::json::text;

/// A member of a message that the specification names: section 4 for requests, section 5 for responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// `jsonrpc`
    Version,
    /// `method`
    Method,
    /// `params`
    Params,
    /// `id`
    Id,
    /// `result`
    Result,
    /// `error`
    Error,
}

/// The members by name. Those of requests come first, since a server reads them on its hot path.
pub(crate) const MEMBERS: &[(Name, Member)] = &[
    (Name::new("\"jsonrpc\":"), Member::Version),
    (Name::new("\"method\":"), Member::Method),
    (Name::new("\"params\":"), Member::Params),
    (Name::new("\"id\":"), Member::Id),
    (Name::new("\"result\":"), Member::Result),
    (Name::new("\"error\":"), Member::Error),
];

impl Member {
    /// The member with this name, unescaped.
    pub fn named(name: &str) -> Option<Self> {
        let known = MEMBERS.iter().find(|(known, _)| known.value() == name);
        known.map(|(_, member)| *member)
    }

    /// The member's name.
    pub fn name(self) -> &'static str {
        MEMBERS[self as usize].0.value()
    }

    /// Why a message with two of them is not valid.
    pub(crate) fn duplicate(self) -> &'static str {
        match self {
            Member::Version => "duplicate member `jsonrpc`",
            Member::Method => "duplicate member `method`",
            Member::Params => "duplicate member `params`",
            Member::Id => "duplicate member `id`",
            Member::Result => "duplicate member `result`",
            Member::Error => "duplicate member `error`",
        }
    }
}

/// What a message is, for transports and tools that look into messages. Servers and clients do not need this.
///
/// ```
/// use rpc_core::wire::{Kind, Member, Message};
///
/// let Message::Single(envelope) = Message::read(br#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":7}"#) else {
///     panic!("not an object")
/// };
/// assert_eq!(envelope.kind(), Kind::Request);
/// assert_eq!(envelope.method().as_deref(), Some("add"));
/// assert_eq!(envelope.get(Member::Params), Some("[1,2]"));
/// ```
///
/// Reading takes time in proportion to the message's length, and no memory of its own, whatever the message contains.
#[derive(Debug)]
pub enum Message<'a> {
    /// One value: a request, a notification, a response, or something else.
    Single(Envelope<'a>),
    /// An array. Its entries are read while they are asked for.
    Batch(Entries<'a>),
    /// Not JSON, or not UTF-8.
    NotJson,
}

impl<'a> Message<'a> {
    /// Reads a message. A byte order mark is skipped.
    ///
    /// An array is not read to its end: see [`Entries::finish`].
    pub fn read(message: &'a [u8]) -> Self {
        let Ok(text) = text::read(message) else {
            return Message::NotJson;
        };
        if begins_with(text, b'[') {
            return Message::Batch(Entries::new(text));
        }
        Envelope::read(text).map_or(Message::NotJson, Message::Single)
    }

    /// Reads as much of a message as there is. An object that ends early or has a mistake in it is not
    /// [complete](Envelope::is_complete).
    pub fn read_prefix(message: &'a str) -> Self {
        let text = text::without_byte_order_mark(message);
        match Cursor::new(text).peek() {
            Some(b'[') => Message::Batch(Entries::new(text)),
            Some(b'{') => Message::Single(Envelope::read_object(text)),
            _ => Envelope::read(text).map_or(Message::NotJson, Message::Single),
        }
    }
}

/// The entries of a batch, one by one. They count only if the batch [ends](Self::finish) as it should.
#[derive(Debug)]
pub struct Entries<'a>(Elements<'a>);

impl<'a> Entries<'a> {
    fn new(array: &'a str) -> Self {
        Entries(Elements::new(array))
    }

    /// After the last entry: whether the message is one array from its start to its end.
    pub fn finish(self) -> bool {
        self.0.finish().is_ok()
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = Envelope<'a>;

    fn next(&mut self) -> Option<Envelope<'a>> {
        Envelope::read(self.0.next()?)
    }
}

/// The members of one message, as they were sent.
#[derive(Debug, Clone)]
pub struct Envelope<'a> {
    text: &'a str,
    /// By [`Member`]: the first value of each.
    values: [Option<&'a str>; MEMBERS.len()],
    /// By [`Member`]: whether there is a second one.
    duplicates: [bool; MEMBERS.len()],
    is_object: bool,
    is_complete: bool,
    count: usize,
    first: Option<(StringToken<'a>, &'a str)>,
    first_unknown: Option<StringToken<'a>>,
}

/// What an [`Envelope`] is, by the rules that a [`Server`](crate::Server) applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A call that wants an answer.
    Request,
    /// A call that gets no answer: in 2.0 one without an id, in 1.0 one whose id is null.
    Notification,
    /// A result or an error.
    Response,
    /// Not JSON-RPC, and why.
    Invalid(&'static str),
}

impl<'a> Envelope<'a> {
    /// Reads one JSON value; `None` if the text is not JSON. A value that is not an object has no members.
    pub fn read(text: &'a str) -> Option<Self> {
        if begins_with(text, b'{') {
            return Some(Envelope::read_object(text)).filter(Envelope::is_complete);
        }
        value(text).map(Envelope::without_members)
    }

    /// Reads as many members as there are before the first mistake.
    fn read_object(text: &'a str) -> Self {
        let mut envelope = Envelope {
            is_object: true,
            ..Envelope::without_members(text)
        };
        let mut members = Members::new(text);
        for (name, value) in members.by_ref() {
            envelope.add(name, value);
        }
        envelope.is_complete = members.finish().is_ok();
        envelope
    }

    fn without_members(text: &'a str) -> Self {
        Envelope {
            text,
            values: [None; MEMBERS.len()],
            duplicates: [false; MEMBERS.len()],
            is_object: false,
            is_complete: true,
            count: 0,
            first: None,
            first_unknown: None,
        }
    }

    fn add(&mut self, name: StringToken<'a>, value: &'a str) {
        self.count += 1;
        self.first.get_or_insert((name, value));
        let Some(member) = name.value().and_then(|name| Member::named(&name)) else {
            self.first_unknown.get_or_insert(name);
            return;
        };
        match &mut self.values[member as usize] {
            Some(_) => self.duplicates[member as usize] = true,
            place => *place = Some(value),
        }
    }

    /// The whole message.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Whether the message is an object, and ends as one.
    pub fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// A member's value as JSON. If there are several, the first one.
    pub fn get(&self, member: Member) -> Option<&'a str> {
        self.values[member as usize]
    }

    /// A member's value as JSON, unless there are several.
    pub fn get_only(&self, member: Member) -> Option<&'a str> {
        self.get(member).filter(|_| !self.is_duplicate(member))
    }

    /// Whether the message has a member more than once.
    pub fn is_duplicate(&self, member: Member) -> bool {
        self.duplicates[member as usize]
    }

    /// A member that the message has more than once, if there is one. Unknown members do not count.
    pub fn duplicate(&self) -> Option<Member> {
        let mut members = MEMBERS.iter().map(|(_, member)| *member);
        members.find(|member| self.is_duplicate(*member))
    }

    /// How many members there are, including unknown and duplicate ones.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are no members.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The first member's name and value, known or not. A name whose escapes are not Unicode text is `None`.
    pub fn first(&self) -> Option<(Option<Cow<'a, str>>, &'a str)> {
        let (name, value) = self.first?;
        Some((name.value(), value))
    }

    /// The name of the first member that the specification does not name, as JSON.
    pub fn first_unknown(&self) -> Option<&'a str> {
        self.first_unknown.map(StringToken::quoted)
    }

    /// What `jsonrpc` says; `None` if there is no such member.
    pub fn version(&self) -> Option<Version> {
        let version = self.get(Member::Version)?;
        read_version(&mut Cursor::new(version)).ok()
    }

    /// The method's name; `None` if it is missing, not a string, or not Unicode text.
    pub fn method(&self) -> Option<Cow<'a, str>> {
        let method = self.get(Member::Method)?;
        Cursor::new(method).string().ok()?.value()
    }

    /// What the message is, by the rules of its version: 2.0, or 1.0 if it does not say so.
    ///
    /// A message with a `method` counts as a request or a notification, or an attempt at one, whatever else it
    /// contains.
    pub fn kind(&self) -> Kind {
        let has = |member| self.get(member).is_some();
        let kind = if !self.is_object {
            Err("not an object")
        } else if has(Member::Method) {
            self.request_kind()
        } else if has(Member::Result) || has(Member::Error) {
            self.response_kind()
        } else {
            Err("`method` is missing")
        };
        kind.unwrap_or_else(Kind::Invalid)
    }

    /// Whether this is a valid request or notification of 2.0.
    pub(crate) fn is_version_2_call(&self) -> bool {
        self.version() == Some(Version::Two)
            && matches!(self.kind(), Kind::Request | Kind::Notification)
    }

    /// Whether this is a valid notification of 1.0.
    pub(crate) fn is_version_1_notification(&self) -> bool {
        self.version() != Some(Version::Two) && self.kind() == Kind::Notification
    }

    /// Whether a 1.0 peer would take this for a response. A client ignores a `method` beside it.
    pub(crate) fn is_version_1_response(&self) -> bool {
        self.is_object && self.version() != Some(Version::Two) && self.response_kind().is_ok()
    }

    /// Whether this is a valid response of 2.0. A client ignores a `method` beside it.
    pub(super) fn is_version_2_response(&self) -> bool {
        self.version() == Some(Version::Two) && self.response_kind().is_ok()
    }

    fn request_kind(&self) -> Result<Kind, &'static str> {
        self.no_duplicate(&[Member::Version, Member::Method, Member::Params, Member::Id])?;
        let is_version_2 = self.is_version_2()?;
        match self.get(Member::Method) {
            Some(method) if !method.starts_with('"') => return Err("`method` is not a string"),
            Some(_) if self.method().is_none() => return Err("`method` is not Unicode text"),
            Some(_) => {}
            None => return Err("`method` is missing"),
        }
        match self.get(Member::Params).map(|params| params.as_bytes()[0]) {
            None | Some(b'[' | b'n') => {}
            Some(b'{') if is_version_2 => {}
            Some(b'{') => return Err("JSON-RPC 1.0 only has params by position"),
            Some(_) => return Err("`params` is neither an array nor an object"),
        }
        match self.get(Member::Id) {
            None if is_version_2 => Ok(Kind::Notification),
            None => Err("`id` is missing"),
            Some("null") if !is_version_2 => Ok(Kind::Notification),
            Some(id) if is_version_2 && !Id::is_one(id) => Err(NOT_AN_ID),
            Some(_) => Ok(Kind::Request),
        }
    }

    fn response_kind(&self) -> Result<Kind, &'static str> {
        self.no_duplicate(&[Member::Version, Member::Id, Member::Result, Member::Error])?;
        let is_version_2 = self.is_version_2()?;
        match self.get(Member::Id) {
            None => return Err("`id` is missing"),
            Some(id) if is_version_2 && !Id::is_one(id) => return Err(NOT_AN_ID),
            Some(_) => {}
        }
        // 1.0 has both members, one of which is null, and many servers of 2.0 still send both.
        let not_null = |json: &&str| *json != "null";
        let result = self.get(Member::Result);
        match (result, self.get(Member::Error).filter(not_null)) {
            (Some(_), None) => Ok(Kind::Response),
            (result, Some(error)) if result.filter(not_null).is_none() => {
                match !is_version_2 || error_object::read(error).is_some() {
                    true => Ok(Kind::Response),
                    false => Err("`error` is not an error object"),
                }
            }
            (Some(_), Some(_)) => Err("both `result` and `error`"),
            (None, _) => Err("neither `result` nor `error`"),
        }
    }

    fn no_duplicate(&self, members: &[Member]) -> Result<(), &'static str> {
        let duplicate = members.iter().find(|member| self.is_duplicate(**member));
        duplicate.map_or(Ok(()), |member| Err(member.duplicate()))
    }

    /// 2.0, or else 1.0.
    fn is_version_2(&self) -> Result<bool, &'static str> {
        match self.version() {
            Some(Version::Two) => Ok(true),
            Some(Version::One) | None => Ok(false),
            Some(Version::Other) => Err("`jsonrpc` is not \"2.0\""),
        }
    }
}

const NOT_AN_ID: &str = "`id` is not a string, a number or null";

fn begins_with(text: &str, first: u8) -> bool {
    Cursor::new(text).peek() == Some(first)
}
