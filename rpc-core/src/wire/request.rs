//! Reading requests: one envelope, with the params decoded on the way.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::VERSION;
use super::cursor::{Cursor, NotJson};
use super::id::Id;
use crate::error::ErrorObject;
use crate::params::{InvalidParams, Params};
use crate::service::{Found, Service};

/// A request as it was read: what to run, or what to answer with.
pub(crate) struct Request<A> {
    /// `None` for a notification, which is answered with nothing.
    pub(crate) id: Option<Id>,
    pub(crate) method: Option<Found>,
    /// The method's name, where there is no such method.
    pub(crate) unknown_method: Option<Box<str>>,
    pub(crate) call: Result<A, Refusal>,
}

/// Why a request is not run.
pub(crate) enum Refusal {
    /// It is no request: answered even without an id, and seen by no middleware.
    Invalid(&'static str),
    /// The method does not exist, or does not take these params.
    Call(ErrorObject),
}

impl<A> Request<A> {
    /// Something that is no request. Its id is returned where it can be detected (section 5.1).
    fn invalid(id: Option<Id>, reason: &'static str) -> Self {
        Request {
            id: Some(id.unwrap_or(Id::NULL)),
            method: None,
            unknown_method: None,
            call: Err(Refusal::Invalid(reason)),
        }
    }
}

/// Reads one value, which should be a request.
pub(crate) fn read<'a, S: Service>(
    cursor: &mut Cursor<'a>,
    service: &S,
) -> Result<Request<S::Args<'a>>, NotJson> {
    if cursor.peek() != Some(b'{') {
        cursor.skip()?;
        return Ok(Request::invalid(None, "it is no object"));
    }
    let mut members = Members::<S>::new();
    cursor.members(|cursor, name| match name {
        Some("jsonrpc") => members.version(cursor),
        Some("method") => members.method(cursor, service),
        Some("params") => members.params(cursor, service),
        Some("id") => members.id(cursor),
        _ => cursor.skip().map(drop),
    })?;
    Ok(members.finish(service))
}

struct Members<'a, S: Service> {
    id: Option<Id>,
    method: MethodMember,
    params: ParamsMember<'a, S>,
    /// The first rule that the envelope breaks.
    fault: Option<&'static str>,
    given: Given,
}

/// Which members have been seen. One that stands there twice makes the request invalid.
#[derive(Default)]
struct Given {
    version: bool,
    method: bool,
    params: bool,
    id: bool,
}

enum MethodMember {
    Absent,
    Found(Found),
    Unknown(Box<str>),
}

enum ParamsMember<'a, S: Service> {
    Absent,
    /// They stood before the method.
    Raw(&'a str),
    Decoded(Decoded<S::Args<'a>>),
}

enum Decoded<A> {
    Args(A),
    Invalid(InvalidParams),
    /// The decoder panicked.
    Panicked,
}

impl<'a, S: Service> Members<'a, S> {
    fn new() -> Self {
        Members {
            id: None,
            method: MethodMember::Absent,
            params: ParamsMember::Absent,
            fault: None,
            given: Given::default(),
        }
    }

    fn fault(&mut self, reason: &'static str) {
        self.fault.get_or_insert(reason);
    }

    fn version(&mut self, cursor: &mut Cursor<'a>) -> Result<(), NotJson> {
        if std::mem::replace(&mut self.given.version, true) {
            self.fault("`jsonrpc` stands there twice");
        }
        let right = if cursor.peek() == Some(b'"') {
            cursor.string()?.value().as_deref() == Some(VERSION)
        } else {
            cursor.skip()?;
            false
        };
        if !right {
            self.fault("`jsonrpc` is not \"2.0\"");
        }
        Ok(())
    }

    fn method(&mut self, cursor: &mut Cursor<'a>, service: &S) -> Result<(), NotJson> {
        if std::mem::replace(&mut self.given.method, true) {
            self.fault("`method` stands there twice");
        }
        if cursor.peek() != Some(b'"') {
            cursor.skip()?;
            self.fault("`method` is no string");
            return Ok(());
        }
        match cursor.string()?.value() {
            Some(name) => {
                self.method = match service.find(&name) {
                    Some(found) => MethodMember::Found(found),
                    None => MethodMember::Unknown(name.into()),
                }
            }
            None => self.fault("`method` is no Unicode text"),
        }
        Ok(())
    }

    fn params(&mut self, cursor: &mut Cursor<'a>, service: &S) -> Result<(), NotJson> {
        if std::mem::replace(&mut self.given.params, true) {
            self.fault("`params` stands there twice");
        }
        match cursor.peek() {
            Some(b'[' | b'{') => match &self.method {
                MethodMember::Found(method) => {
                    self.params = ParamsMember::Decoded(decode_in_place(cursor, service, method)?);
                }
                MethodMember::Absent | MethodMember::Unknown(_) => {
                    self.params = ParamsMember::Raw(cursor.skip()?)
                }
            },
            // Clients in wide use send null for none.
            Some(b'n') => drop(cursor.skip()?),
            _ => {
                cursor.skip()?;
                self.fault("`params` is neither an array nor an object");
            }
        }
        Ok(())
    }

    fn id(&mut self, cursor: &mut Cursor<'a>) -> Result<(), NotJson> {
        let id = Id::read(cursor.skip()?);
        if std::mem::replace(&mut self.given.id, true) {
            // Which of them it is can't be told.
            self.id = None;
            self.fault("`id` stands there twice");
            return Ok(());
        }
        if id.is_none() {
            self.fault("`id` is no string, number or null");
        }
        self.id = id;
        Ok(())
    }

    fn finish(mut self, service: &S) -> Request<S::Args<'a>> {
        if !self.given.version {
            self.fault("`jsonrpc` is missing");
        }
        if let Some(reason) = self.fault {
            return Request::invalid(self.id, reason);
        }
        let (method, unknown_method, call) = match self.method {
            MethodMember::Found(method) => {
                let decoded = match self.params {
                    ParamsMember::Decoded(decoded) => decoded,
                    ParamsMember::Raw(json) => decode(Some(json), service, &method).0,
                    ParamsMember::Absent => decode(None, service, &method).0,
                };
                let call = match decoded {
                    Decoded::Args(args) => Ok(args),
                    Decoded::Invalid(error) => {
                        Err(Refusal::Call(ErrorObject::invalid_params(error)))
                    }
                    Decoded::Panicked => Err(Refusal::Call(ErrorObject::undisclosed())),
                };
                (Some(method), None, call)
            }
            MethodMember::Unknown(name) => (
                None,
                Some(name),
                Err(Refusal::Call(ErrorObject::method_not_found())),
            ),
            MethodMember::Absent => return Request::invalid(self.id, "`method` is missing"),
        };
        Request {
            id: self.id,
            method,
            unknown_method,
            call,
        }
    }
}

/// Decodes params where they stand, and moves on to their end.
fn decode_in_place<'a, S: Service>(
    cursor: &mut Cursor<'a>,
    service: &S,
    method: &Found,
) -> Result<Decoded<S::Args<'a>>, NotJson> {
    let (decoded, consumed) = decode(Some(cursor.rest()), service, method);
    if matches!(decoded, Decoded::Args(_)) && consumed > 0 {
        cursor.advance(consumed);
    } else {
        // The decoder stopped somewhere inside, or never looked. Is it JSON at all?
        cursor.skip()?;
    }
    Ok(decoded)
}

fn decode<'a, S: Service>(
    json: Option<&'a str>,
    service: &S,
    method: &Found,
) -> (Decoded<S::Args<'a>>, usize) {
    let mut consumed = 0;
    let params = Params::new(json, &mut consumed);
    // The decoders of parameter types are the application's code.
    let decoded = match catch_unwind(AssertUnwindSafe(|| service.decode(method, params))) {
        Ok(Ok(args)) => Decoded::Args(args),
        Ok(Err(error)) => Decoded::Invalid(error),
        Err(_) => {
            tracing::error!(
                method = &*method.method().name,
                "decoding the params panicked"
            );
            Decoded::Panicked
        }
    };
    (decoded, consumed)
}
