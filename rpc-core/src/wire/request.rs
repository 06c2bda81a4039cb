//! Reading requests: one envelope, with the params decoded on the way.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::envelope::{MEMBERS, Member};
use super::{Version, read_version};
use crate::error::ErrorObject;
use crate::json::cursor::{Cursor, NotJson};
use crate::json::id::Id;
use crate::params::{InvalidParams, Params};
use crate::service::{ResolvedMethod, Service};
use crate::{Context, introspection};

/// Why no method is run.
pub(crate) enum NotRun<'a> {
    /// It is no request: answered even without an id, and seen by no middleware.
    Invalid(&'static str),
    /// The method does not exist, or does not take these params.
    Refused(ErrorObject),
    /// The method is the server's own, and these are its params.
    Own(Option<&'a str>),
}

impl From<ErrorObject> for NotRun<'_> {
    fn from(error: ErrorObject) -> Self {
        NotRun::Refused(error)
    }
}

/// What a server understands beside the specification.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialect {
    /// Requests of JSON-RPC 1.0.
    pub(crate) version_1: bool,
    /// The methods of introspection.
    pub(crate) introspection: bool,
}

/// Something that is no request. Its id is returned where it can be detected (section 5.1).
fn invalid<'a, A>(cx: &mut Context, reason: &'static str) -> Result<A, NotRun<'a>> {
    cx.id.get_or_insert(Id::NULL);
    cx.found = None;
    cx.unknown_method = None;
    Err(NotRun::Invalid(reason))
}

/// Reads one value, which should be a request, and returns what to run, or why it is not run.
///
/// `cx` is of no call yet. It is told what the message says of it: its id, without which it is a notification, and its method.
pub(crate) fn read<'a, S: Service>(
    cursor: &mut Cursor<'a>,
    service: &S,
    dialect: Dialect,
    cx: &mut Context,
) -> Result<Result<S::Args<'a>, NotRun<'a>>, NotJson> {
    if cursor.peek() != Some(b'{') {
        cursor.skip()?;
        return Ok(invalid(cx, "it is no object"));
    }
    let mut members = RequestMembers::<S>::new(cx);
    cursor.members(MEMBERS, |cursor, member| match member {
        Some(Member::Version) => members.version(cursor),
        Some(Member::Method) => members.method(cursor, service, dialect),
        Some(Member::Params) => members.params(cursor, service),
        Some(Member::Id) => members.id(cursor),
        Some(Member::Result | Member::Error) | None => cursor.skip().map(drop),
    })?;
    Ok(members.finish(service, dialect))
}

const NOT_2_0: &str = "`jsonrpc` is not \"2.0\"";

struct RequestMembers<'a, 'c, S: Service> {
    cx: &'c mut Context,
    /// An id that is no string, number or null.
    odd_id: Option<&'a str>,
    /// What the params were decoded to, where they stood behind the method; or that it could not be looked up.
    call: Option<Result<S::Args<'a>, NotRun<'a>>>,
    /// Where they stood before it.
    params: Option<&'a str>,
    /// The first rule that the envelope breaks.
    fault: Option<&'static str>,
    given: Given,
}

/// Which members have been seen. One that stands there twice makes the request invalid.
#[derive(Default)]
struct Given {
    version: Option<Version>,
    method: bool,
    params: bool,
    id: bool,
    /// The params are an object.
    by_name: bool,
}

/// An id that JSON-RPC 1.0 allows, and 2.0 does not.
const ODD_ID: &str = "`id` is no string, number or null";

impl<'a, 'c, S: Service> RequestMembers<'a, 'c, S> {
    fn new(cx: &'c mut Context) -> Self {
        RequestMembers {
            cx,
            odd_id: None,
            call: None,
            params: None,
            fault: None,
            given: Given::default(),
        }
    }

    fn fault(&mut self, reason: &'static str) {
        // Whether an odd id is a fault is not known before the end.
        if self.fault.is_none_or(|first| first == ODD_ID) {
            self.fault = Some(reason);
        }
    }

    fn version(&mut self, cursor: &mut Cursor<'a>) -> Result<(), NotJson> {
        let version = read_version(cursor)?;
        if self.given.version.replace(version).is_some() {
            self.fault("`jsonrpc` stands there twice");
        }
        if version == Version::Other {
            self.fault(NOT_2_0);
        }
        Ok(())
    }

    fn method(
        &mut self,
        cursor: &mut Cursor<'a>,
        service: &S,
        dialect: Dialect,
    ) -> Result<(), NotJson> {
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
                let found = &mut self.cx.found;
                let find = AssertUnwindSafe(|| *found = service.find(&name));
                if let Err(panic) = catch_unwind(find) {
                    self.cx.found = None;
                    let error = ErrorObject::panicked("looking a method up", &name, &*panic);
                    self.call = Some(Err(error.into()));
                }
                let is_found = match &self.cx.found {
                    Some(found) if found.is_fallback() => own_method(&name, dialect).is_none(),
                    found => found.is_some(),
                };
                if !is_found {
                    self.cx.found = None;
                    self.cx.unknown_method = Some(name.into());
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
        let first = cursor.peek();
        self.given.by_name = first == Some(b'{');
        match first {
            Some(b'[' | b'{') => match &self.cx.found {
                Some(method) => {
                    self.call = Some(decode_in_place(cursor, service, method)?);
                }
                None => self.params = Some(cursor.skip()?),
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
        let id = cursor.skip()?;
        if std::mem::replace(&mut self.given.id, true) {
            // Which of them it is can't be told.
            self.cx.id = None;
            self.odd_id = None;
            self.fault("`id` stands there twice");
            return Ok(());
        }
        if !Id::is_one(id) {
            self.odd_id = Some(id);
            if self.fault.is_none() {
                self.fault = Some(ODD_ID);
            }
            return Ok(());
        }
        Id::put(&mut self.cx.id, id);
        Ok(())
    }

    fn finish(mut self, service: &S, dialect: Dialect) -> Result<S::Args<'a>, NotRun<'a>> {
        if self.given.version != Some(Version::Two) {
            self.finish_other_version(dialect);
        }
        if let Some(reason) = self.fault {
            return invalid(self.cx, reason);
        }
        let Some(method) = &self.cx.found else {
            return self.finish_without_method(dialect);
        };
        match self.call {
            Some(call) => call,
            None => decode(self.params, service, method).0,
        }
    }
}

impl<'a, S: Service> RequestMembers<'a, '_, S> {
    /// A request of JSON-RPC 1.0 need not say that it is one. Bitcoin Core's do.
    #[cold]
    fn finish_other_version(&mut self, dialect: Dialect) {
        let may_be_version_1 = dialect.version_1 && self.given.method;
        match self.given.version {
            Some(Version::Two | Version::Other) => return,
            Some(Version::One) if !may_be_version_1 => return self.fault(NOT_2_0),
            None if !may_be_version_1 => return self.fault("`jsonrpc` is missing"),
            Some(Version::One) | None => {}
        }
        self.cx.version_1 = true;
        if let Some(id) = self.odd_id {
            self.cx.id = Some(Id::from_valid_json(id));
            self.fault = self.fault.filter(|fault| *fault != ODD_ID);
        }
        if self.given.by_name {
            self.fault("JSON-RPC 1.0 has params by position only");
        }
        match &self.cx.id {
            // Its notifications have an id, which is null.
            Some(id) if id.is_null() && self.fault.is_none() => self.cx.id = None,
            None if !self.given.id => self.fault("`id` is missing"),
            _ => {}
        }
    }

    /// The service has no such method. The server may have one of its own.
    #[cold]
    fn finish_without_method(self, dialect: Dialect) -> Result<S::Args<'a>, NotRun<'a>> {
        let Some(name) = &self.cx.unknown_method else {
            return invalid(self.cx, "`method` is missing");
        };
        if let Some(refused) = self.call {
            return refused;
        }
        let Some(own) = own_method(name, dialect) else {
            return Err(ErrorObject::method_not_found().into());
        };
        self.cx.unknown_method = None;
        self.cx.found = Some(own);
        Err(NotRun::Own(self.params))
    }
}

/// The server's own method of this name, where it has any.
#[cold]
fn own_method(name: &str, dialect: Dialect) -> Option<ResolvedMethod> {
    introspection::find(name).filter(|_| dialect.introspection)
}

/// Would the method take these params? Nothing runs but the decoders, which have no side effects.
pub(crate) fn check<S: Service>(
    params: Option<&str>,
    service: &S,
    method: &ResolvedMethod,
) -> Result<(), InvalidParams> {
    let mut consumed = 0;
    let params = Params::new(params, &mut consumed);
    let decoding = AssertUnwindSafe(|| service.decode(method, params).map(drop));
    // A decoder that panics does so again in the call, which reports it.
    let checked = catch_unwind(decoding).unwrap_or(Ok(()));
    checked.map_err(|error| error.without_secrets(method.method()))
}

/// Decodes params where they stand, and moves on to their end.
#[inline]
fn decode_in_place<'a, S: Service>(
    cursor: &mut Cursor<'a>,
    service: &S,
    method: &ResolvedMethod,
) -> Result<Result<S::Args<'a>, NotRun<'a>>, NotJson> {
    let (call, consumed) = decode(Some(cursor.rest()), service, method);
    if call.is_ok() && consumed > 0 {
        cursor.advance(consumed);
    } else {
        // The decoder stopped somewhere inside, or never looked. Is it JSON at all?
        cursor.skip()?;
    }
    Ok(call)
}

/// Returns what is to be run, and how many bytes the params take.
#[inline]
fn decode<'a, S: Service>(
    json: Option<&'a str>,
    service: &S,
    method: &ResolvedMethod,
) -> (Result<S::Args<'a>, NotRun<'a>>, usize) {
    let mut consumed = 0;
    let params = Params::new(json, &mut consumed);
    // The decoders of parameter types are the application's code.
    let call = match catch_unwind(AssertUnwindSafe(|| service.decode(method, params))) {
        Ok(Ok(args)) => Ok(args),
        Ok(Err(error)) => {
            let error = error.without_secrets(method.method());
            Err(ErrorObject::invalid_params(error).into())
        }
        Err(panic) => {
            let error =
                ErrorObject::panicked("decoding the params", &method.method().name, &*panic);
            Err(error.into())
        }
    };
    (call, consumed)
}
