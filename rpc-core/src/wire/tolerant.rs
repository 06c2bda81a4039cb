//! Replies that break the specification, rewritten as what they must mean: for clients that are told to be
//! [tolerant](crate::Client::tolerant).
//!
//! Only replies that were refused come here, so this may cost more than a call. What is in doubt is never made a success, and an
//! id is never guessed if there are several calls that it could belong to.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use super::Version;
use super::envelope::{Entries, Envelope, Member, Message};
use super::error_object;
use crate::json::id::Id;

/// What is forgiven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    Version,
    IdType,
    ResultWithoutId,
    ErrorWithoutId,
    NoResult,
    EmptyError,
    ErrorNotObject,
    ErrorCode,
    ErrorMessage,
    Array,
}

impl Fault {
    const ALL: [Fault; 10] = [
        Fault::Version,
        Fault::IdType,
        Fault::ResultWithoutId,
        Fault::ErrorWithoutId,
        Fault::NoResult,
        Fault::EmptyError,
        Fault::ErrorNotObject,
        Fault::ErrorCode,
        Fault::ErrorMessage,
        Fault::Array,
    ];

    fn text(self) -> &'static str {
        match self {
            Fault::Version => "`jsonrpc` is not \"2.0\"",
            Fault::IdType => "the id came back as another JSON type",
            Fault::ResultWithoutId => "a result without an id",
            Fault::ErrorWithoutId => "an error without an id",
            Fault::NoResult => "neither `result` nor `error`",
            Fault::EmptyError => "an empty `error` beside a result",
            Fault::ErrorNotObject => "`error` is not an object",
            Fault::ErrorCode => "an error's code is not a whole number",
            Fault::ErrorMessage => "an error's message is not a string",
            Fault::Array => "an array instead of one response, or the other way round",
        }
    }
}

/// A set of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Faults(u16);

impl Faults {
    fn add(&mut self, fault: Fault) {
        self.0 |= 1 << fault as u16;
    }

    fn join(&mut self, others: Faults) {
        self.0 |= others.0;
    }

    fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// One bit for each.
    pub(crate) fn bits(self) -> u16 {
        self.0
    }

    fn contains(self, fault: Fault) -> bool {
        self.0 & (1 << fault as u16) != 0
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for fault in Fault::ALL.into_iter().filter(|it| self.contains(*it)) {
            write!(f, "{separator}{}", fault.text())?;
            separator = "; ";
        }
        Ok(())
    }
}

/// The message that a reply came to.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    is_batch: bool,
    /// Whether the transport says that this may not be a reply. A success then needs a result.
    is_doubtful: bool,
    /// The ids of its calls, in their plain form.
    ids: HashSet<Cow<'a, Id>>,
    /// The calls by their id as a number, whichever type that has. `None` if there are several.
    by_number: HashMap<Id, Option<&'a Id>>,
    /// The only call.
    only: Option<&'a Id>,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(is_batch: bool, ids: impl IntoIterator<Item = &'a Id>) -> Self {
        let mut asked = Asked {
            is_batch,
            is_doubtful: false,
            ids: HashSet::new(),
            by_number: HashMap::new(),
            only: None,
        };
        for (place, id) in ids.into_iter().enumerate() {
            asked.only = Some(id).filter(|_| place == 0);
            asked.ids.insert(id.plain());
            if let Some(number) = number(id) {
                let several = asked.by_number.contains_key(&number);
                asked
                    .by_number
                    .insert(number, Some(id).filter(|_| !several));
            }
        }
        asked
    }

    /// Says whether the transport doubts the reply.
    pub(crate) fn doubtful(mut self, is_doubtful: bool) -> Self {
        self.is_doubtful = is_doubtful;
        self
    }

    fn has(&self, id: &Id) -> bool {
        self.ids.contains(&id.plain())
    }

    /// The call whose id is of another type than this one, and has the same text.
    fn of_other_type(&self, id: &Id) -> Option<&'a Id> {
        let sent = *self.by_number.get(&number(id)?)?;
        sent.filter(|sent| is_string(sent) != is_string(id))
    }

    /// For the entries of a reply: an id is needed to tell whose each is, and calls that have answers with their own ids get no
    /// others.
    fn for_entries(mut self, answers: Entries) -> Self {
        self.only = None;
        let ids = answers.filter_map(|answer| answer.get(Member::Id).and_then(Id::read));
        for id in ids.filter(|id| self.ids.contains(&id.plain())) {
            if let Some(number) = number(&id) {
                self.by_number.remove(&number);
            }
        }
        self
    }
}

fn is_string(id: &Id) -> bool {
    id.as_json().starts_with('"')
}

/// A number, or the number in a string, in its plain form.
fn number(id: &Id) -> Option<Id> {
    let number = match id.as_str() {
        Some(text) => text.parse().ok()?,
        None => id.clone(),
    };
    let is_number = !is_string(&number) && !number.is_null();
    is_number.then(|| number.plain().into_owned())
}

/// Rewrites what can be forgiven, and says what that was. `None` if that is nothing.
pub(crate) fn forgive(reply: &[u8], asked: Asked) -> Option<(Vec<u8>, Faults)> {
    let mut faults = Faults::default();
    let rewritten = match Message::read(reply) {
        Message::NotJson => None,
        Message::Single(response) => single(&response, &asked, &mut faults),
        Message::Batch(entries) if asked.is_batch => {
            let asked = asked.for_entries(match Message::read(reply) {
                Message::Batch(again) => again,
                _ => return None,
            });
            batch(entries, &asked, &mut faults)
        }
        Message::Batch(mut entries) => {
            let response = entries.next()?;
            let is_only = entries.next().is_none() && entries.finish();
            faults.add(Fault::Array);
            self::response(&response, &asked, &mut faults)
                .filter(|_| is_only)
                .map(|response| response.text)
        }
    }?;
    (!faults.is_empty()).then(|| (rewritten.into_bytes(), faults))
}

/// A response of 2.0.
struct Rewritten {
    text: String,
    is_error: bool,
}

fn single(reply: &Envelope, asked: &Asked, faults: &mut Faults) -> Option<String> {
    let response = response(reply, asked, faults)?;
    // An error object alone refuses all of a batch.
    if !asked.is_batch || response.is_error {
        return Some(response.text);
    }
    asked.only?;
    faults.add(Fault::Array);
    Some(format!("[{}]", response.text))
}

/// Rewrites the entries that can be forgiven, and leaves the others as they are.
fn batch(mut entries: Entries, asked: &Asked, faults: &mut Faults) -> Option<String> {
    let mut rewritten = String::from("[");
    for entry in entries.by_ref() {
        if rewritten.len() > 1 {
            rewritten.push(',');
        }
        let mut of_entry = Faults::default();
        match response(&entry, asked, &mut of_entry) {
            Some(response) => {
                faults.join(of_entry);
                rewritten += &response.text;
            }
            None => rewritten += entry.text(),
        }
    }
    rewritten.push(']');
    entries.finish().then_some(rewritten)
}

/// A response of 2.0 that says the same; `None` if it can't be told what that is.
fn response(envelope: &Envelope, asked: &Asked, faults: &mut Faults) -> Option<Rewritten> {
    let has = |member| envelope.get(member).is_some();
    // A gateway's own error, say, may have an `error` too.
    let may_be_anything = !has(Member::Version) && !has(Member::Id);
    if envelope.duplicate().is_some() || asked.is_doubtful && may_be_anything {
        return None;
    }
    if envelope.version() != Some(Version::Two) {
        faults.add(Fault::Version);
    }
    let (name, value) = match outcome(envelope, asked, faults)? {
        Ok(result) => ("result", Cow::Borrowed(result)),
        Err(error) => ("error", error),
    };
    let is_error = name == "error";
    let id = id(envelope, is_error, asked, faults)?;
    let id = id.as_json();
    Some(Rewritten {
        text: format!(r#"{{"jsonrpc":"2.0","{name}":{value},"id":{id}}}"#),
        is_error,
    })
}

/// The result, or the error object.
fn outcome<'a>(
    envelope: &Envelope<'a>,
    asked: &Asked,
    faults: &mut Faults,
) -> Option<Result<&'a str, Cow<'a, str>>> {
    let error = envelope.get(Member::Error).filter(|error| *error != "null");
    match (envelope.get(Member::Result), error) {
        (Some(result), None) => Some(Ok(result)),
        (Some(result), Some(error)) if result != "null" => {
            faults.add(Fault::EmptyError);
            says_nothing(error).then_some(Ok(result))
        }
        (_, Some(error)) => Some(Err(error_object(error, faults))),
        (None, None) => {
            faults.add(Fault::NoResult);
            (!asked.is_doubtful && is_bare(envelope)).then_some(Ok("null"))
        }
    }
}

/// Whether this can only be a response without a result: it has an id, something else that belongs to a response, and nothing
/// that does not. Otherwise it may be an echo of the request, or no JSON-RPC at all.
fn is_bare(envelope: &Envelope) -> bool {
    let has = |member| envelope.get(member).is_some();
    let is_foreign =
        has(Member::Method) || has(Member::Params) || envelope.first_unknown().is_some();
    has(Member::Id) && (has(Member::Version) || has(Member::Error)) && !is_foreign
}

/// What some languages write where there is no error.
fn says_nothing(error: &str) -> bool {
    let is_empty = |open, close| {
        let inside = error
            .strip_prefix(open)
            .and_then(|it| it.strip_suffix(close));
        inside.is_some_and(|it: &str| it.trim().is_empty())
    };
    matches!(error, "false" | "0" | "\"\"") || is_empty('{', '}') || is_empty('[', ']')
}

fn error_object<'a>(error: &'a str, faults: &mut Faults) -> Cow<'a, str> {
    if error_object::read(error).is_some() {
        return Cow::Borrowed(error);
    }
    if !error.starts_with('{') {
        faults.add(Fault::ErrorNotObject);
        return Cow::Owned(error_object::from_other(error));
    }
    let error = error_object::Odd::read(error);
    if !error.has_code() {
        faults.add(Fault::ErrorCode);
    }
    if !error.has_message() {
        faults.add(Fault::ErrorMessage);
    }
    Cow::Owned(error.to_json())
}

/// The id of the call that this answers, or null for an error that does not say.
fn id(envelope: &Envelope, is_error: bool, asked: &Asked, faults: &mut Faults) -> Option<Id> {
    let written = envelope.get(Member::Id);
    let id = written.and_then(Id::read);
    if let Some(id) = id.as_ref().filter(|id| asked.has(id)) {
        return Some(id.clone());
    }
    if let Some(sent) = id.as_ref().and_then(|id| asked.of_other_type(id)) {
        faults.add(Fault::IdType);
        return Some(sent.clone());
    }
    match (id, written) {
        (Some(id), _) if id.is_null() && is_error => Some(id),
        (None, _) if is_error => {
            faults.add(Fault::ErrorWithoutId);
            Some(Id::NULL)
        }
        (_, None | Some("null")) if envelope.get(Member::Result).is_some() => {
            faults.add(Fault::ResultWithoutId);
            asked.only.filter(|_| !asked.is_doubtful).cloned()
        }
        _ => None,
    }
}
