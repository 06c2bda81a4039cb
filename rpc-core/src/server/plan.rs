//! [`Plan`]: what the server does with a request once its envelope has been read.

use std::borrow::Cow;

use super::{lookup, topic};
use crate::error::ErrorObject;
use crate::json::cursor::{Cursor, NotJson};
use crate::json::id::Id;
use crate::params::{InvalidParams, Params};
use crate::reflection;
use crate::service::context::Context;
use crate::service::panics::{self, Contained};
use crate::service::{Outcome, ResolvedMethod, Service};
use crate::wire::request::{self, RequestReader};

/// What the server does with a request.
pub(super) enum Plan<'a, A> {
    /// Run the method with these arguments.
    Run(A),
    /// Answer with this outcome, an error, for example because the method does not exist or does not accept these params.
    Refuse(Outcome),
    /// Answer one of the server's own methods with these params.
    Reflect(Option<&'a str>),
    /// Answer that this is not a valid request, and why. Middleware does not see it, and it gets an answer even
    /// without an id.
    Invalid(&'static str),
}

/// What a server accepts in addition to the service's methods in JSON-RPC 2.0.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    /// Requests of JSON-RPC 1.0.
    pub(super) version_1: bool,
    /// The introspection methods.
    pub(super) introspection: bool,
    /// The document of the service.
    #[cfg(feature = "schema")]
    pub(super) discovery: bool,
}

/// A place for a [`Plan`]. If dropping the arguments panics, nothing else is affected.
pub(super) struct Planned<'a, A>(Contained<Plan<'a, A>>);

impl<'a, A> Planned<'a, A> {
    pub(super) const EMPTY: Self = Planned(Contained::NONE);

    /// Takes the plan that was read.
    #[inline]
    pub(super) fn take(&mut self) -> Plan<'a, A> {
        let plan = self.0.take();
        plan.unwrap_or(Plan::Invalid("it was not read")) // never happens: each plan is taken once, after it was read
    }
}

/// Reads one value, which should be a request. `cx` is new, and receives what the message says about the call. `plan` is
/// empty, and receives the plan. Both are written in place: moving what was just written costs more than writing it.
#[inline]
pub(super) fn read<'a, S: Service>(
    cursor: &mut Cursor<'a>,
    service: &S,
    dialect: Dialect,
    cx: &mut Context,
    plan: &mut Planned<'a, S::Args<'a>>,
) -> Result<(), NotJson> {
    let mut planner = Planner::new(service, dialect, cx, plan.0.place());
    let envelope = match request::read(cursor, dialect.version_1, &mut planner) {
        Ok(envelope) => envelope,
        Err(error) => {
            planner.discard();
            return Err(error);
        }
    };
    if let Some(reason) = envelope.fault {
        planner.discard();
        cx.version_1 = envelope.is_version_1;
        cx.resolved = None;
        cx.unknown_method = None;
        plan.0 = Contained::new(Plan::Invalid(reason));
        return Ok(());
    }
    planner.finish();
    cx.version_1 = envelope.is_version_1;
    cx.is_notification = cx.id.is_none();
    Ok(())
}

/// Plans a call that has no envelope.
pub(super) fn of_call<'a, S: Service>(
    method: &'a str,
    params: Option<&'a str>,
    service: &S,
    dialect: Dialect,
    cx: &mut Context,
) -> Plan<'a, S::Args<'a>> {
    let mut plan = Planned::EMPTY;
    let mut planner = Planner::new(service, dialect, cx, plan.0.place());
    planner.method(Cow::Borrowed(method));
    planner.params = params;
    planner.finish();
    plan.take()
}

/// Looks up the method, and decodes its params as soon as it has read them.
struct Planner<'a, 'c, S: Service> {
    service: &'c S,
    dialect: Dialect,
    cx: &'c mut Context,
    /// The call, decoded, if the params came after the method; or the error, if looking up the method failed.
    plan: &'c mut Option<Plan<'a, S::Args<'a>>>,
    /// The params, if they came before the method, or if the service does not have the method.
    params: Option<&'a str>,
}

impl<'a, S: Service> RequestReader<'a> for Planner<'a, '_, S> {
    #[inline]
    fn id(&mut self) -> &mut Option<Id> {
        &mut self.cx.id
    }

    #[inline]
    fn method(&mut self, name: Cow<'a, str>) {
        if let Err(error) = lookup::find_into(&mut self.cx.resolved, self.service, &name) {
            *self.plan = Some(Plan::Refuse(error.into()));
        }
        let is_own = |resolved: &ResolvedMethod| {
            // The server's own methods and topics take precedence over a fallback.
            let takes_precedence =
                || own_method(&name, self.dialect).is_some() || topic::may_have(&name);
            resolved.is_fallback() && takes_precedence()
        };
        if self.cx.resolved.as_ref().is_none_or(is_own) {
            self.cx.resolved = None;
            self.cx.unknown_method = Some(name.into());
        }
    }

    #[inline]
    fn params(&mut self, cursor: &mut Cursor<'a>) -> Result<(), NotJson> {
        match &self.cx.resolved {
            Some(method) => {
                let text = cursor.rest();
                let start = cursor.position();
                decode_in_place(self.plan, cursor, self.service, method)?;
                if self.service.wants_params(Some(method)) {
                    self.cx.params = Some(text[..cursor.position() - start].into());
                }
            }
            None => self.params = Some(cursor.skip()?),
        }
        Ok(())
    }
}

impl<'a, 'c, S: Service> Planner<'a, 'c, S> {
    #[inline]
    fn new(
        service: &'c S,
        dialect: Dialect,
        cx: &'c mut Context,
        plan: &'c mut Option<Plan<'a, S::Args<'a>>>,
    ) -> Self {
        Planner {
            service,
            dialect,
            cx,
            plan,
            params: None,
        }
    }

    #[inline]
    fn finish(self) {
        if let Some(params) = self.params
            && self.service.wants_params(self.cx.resolved.as_ref())
        {
            self.cx.params = Some(params.into());
        }
        let Some(method) = &self.cx.resolved else {
            return self.finish_without_method();
        };
        if self.plan.is_none() {
            decode(self.plan, self.params, self.service, method);
        }
    }

    /// The message is invalid, so no call will log that application code panicked while the message was read. The arguments
    /// are dropped unused, and that may run any code.
    #[cold]
    fn discard(self) {
        if let Some(Plan::Refuse(error)) = self.plan {
            error.log(self.cx);
        }
        panics::contain(|| *self.plan = None);
    }

    /// Plans a call of a method that the service does not have. The server may have one with this name.
    #[cold]
    fn finish_without_method(self) {
        if self.plan.is_some() {
            return; // looking up the method failed
        }
        let name = self.cx.unknown_method.as_deref().unwrap_or_default();
        if let Some(own) = own_method(name, self.dialect) {
            self.cx.unknown_method = None;
            self.cx.resolved = Some(own);
            *self.plan = Some(Plan::Reflect(self.params));
            return;
        }
        match topic::find(self.service, name, self.params) {
            Ok(Some(method)) => self.finish_with(method),
            Ok(None) => *self.plan = Some(Plan::Refuse(ErrorObject::method_not_found().into())),
            Err(error) => *self.plan = Some(Plan::Refuse(error.into())),
        }
    }

    /// Plans a call whose method has been found by its params.
    fn finish_with(self, method: ResolvedMethod) {
        self.cx.unknown_method = None;
        if let Some(params) = self.params
            && self.service.wants_params(Some(&method))
        {
            self.cx.params = Some(params.into());
        }
        decode(self.plan, self.params, self.service, &method);
        self.cx.resolved = Some(method);
    }
}

/// The server's own method with this name, if introspection is on.
#[cold]
fn own_method(name: &str, dialect: Dialect) -> Option<ResolvedMethod> {
    #[cfg(feature = "schema")]
    if name == reflection::table::DISCOVER && !dialect.discovery {
        return None;
    }
    reflection::find(name).filter(|_| dialect.introspection)
}

/// Decodes params in place, and moves the cursor past them.
#[inline]
fn decode_in_place<'a, S: Service>(
    plan: &mut Option<Plan<'a, S::Args<'a>>>,
    cursor: &mut Cursor<'a>,
    service: &S,
    method: &ResolvedMethod,
) -> Result<(), NotJson> {
    let consumed = decode(plan, Some(cursor.rest()), service, method);
    if matches!(plan, Some(Plan::Run(_))) && consumed > 0 {
        cursor.advance(consumed);
    } else {
        // The decoder stopped half-way or read nothing. Only skipping the params shows whether they are JSON.
        cursor.skip()?;
    }
    Ok(())
}

/// Writes the plan, and returns how many bytes the params take.
#[inline]
fn decode<'a, S: Service>(
    plan: &mut Option<Plan<'a, S::Args<'a>>>,
    json: Option<&'a str>,
    service: &S,
    method: &ResolvedMethod,
) -> usize {
    let mut consumed = 0;
    let params = Params::new(json, &mut consumed);
    let decoded = panics::catch(|| {
        *plan = Some(match service.decode(method, params) {
            Ok(args) => Plan::Run(args),
            Err(error) => Plan::Refuse(refusal(error, method)),
        });
    });
    if let Err(panic) = decoded {
        let error = panic.into_error("decoding the params panicked");
        *plan = Some(Plan::Refuse(error.into()));
    }
    consumed
}

#[cold]
fn refusal(error: InvalidParams, method: &ResolvedMethod) -> Outcome {
    let error = error.without_secrets(method.method());
    ErrorObject::invalid_params(error).into()
}

/// Checks whether the method would accept these params. Only the decoders run, and they have no side effects.
pub(super) fn check<S: Service>(
    params: Option<&str>,
    service: &S,
    method: &ResolvedMethod,
) -> Result<(), InvalidParams> {
    let mut consumed = 0;
    let params = Params::new(params, &mut consumed);
    // If a decoder panics here, it panics again in the call, which reports it.
    let checked = panics::catch(|| service.decode(method, params).map(drop)).unwrap_or(Ok(()));
    checked.map_err(|error| error.without_secrets(method.method()))
}
