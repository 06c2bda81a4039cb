//! Answers calls of the server's own methods.

use super::signature::Signature;
use super::table::{self, HELP, METHODS};
use super::unknown_method::UnknownMethod;
use crate::contract::Method;
use crate::error::ErrorObject;
use crate::params::{InvalidParams, Params, Slot, Strictness};
use crate::service::{Outcome, Service};

/// Answers a call of one of the server's own methods.
pub(crate) fn answer(service: &impl Service, method: &str, params: Option<&str>) -> Outcome {
    let mut consumed = 0;
    let params = Params::new(params, &mut consumed);
    let answer = match method {
        METHODS => no_params(params).map(|()| Outcome::value(names(service))),
        HELP => named(service, params, |method| Outcome::value(&*method.docs)),
        _ => named(service, params, |method| {
            Outcome::value(Signature::from(method))
        }),
    };
    answer.unwrap_or_else(|error| ErrorObject::invalid_params(error).into())
}

/// Answers a call for the server's document.
#[cfg(feature = "schema")]
pub(crate) fn discover<E: std::error::Error + 'static>(
    params: Option<&str>,
    document: impl FnOnce() -> Result<Option<std::sync::Arc<serde_json::value::RawValue>>, E>,
) -> Outcome {
    let mut consumed = 0;
    if let Err(error) = no_params(Params::new(params, &mut consumed)) {
        return ErrorObject::invalid_params(error).into();
    }
    match document() {
        Ok(Some(document)) => Outcome::value(&*document),
        Ok(None) => ErrorObject::method_not_found().into(),
        Err(error) => ErrorObject::internal(error).into(),
    }
}

fn names(service: &impl Service) -> Vec<String> {
    let contracts = service.contracts();
    let methods = contracts.iter().flat_map(|contract| &*contract.methods);
    let mut names: Vec<String> = methods.map(|method| method.name.to_string()).collect();
    names.sort_unstable();
    names
}

fn no_params(params: Params) -> Result<(), InvalidParams> {
    params.read::<()>(&[], Strictness::Strict)
}

/// Answers a call about the method that the params name.
fn named<S: Service>(
    service: &S,
    params: Params,
    say: impl FnOnce(&Method) -> Outcome,
) -> Result<Outcome, InvalidParams> {
    let (name, ()) = params.read::<(Slot<String>, ())>(&["method"], Strictness::Strict)?;
    let name = name.required("method")?;
    let found = service.find(&name).filter(|found| !found.is_fallback());
    match found.or_else(|| table::find(&name)) {
        Some(found) => Ok(say(found.method())),
        None => {
            let contracts = service.contracts();
            let methods = contracts.iter().flat_map(|contract| &*contract.methods);
            let names = methods.map(|method| &*method.name);
            let unknown = UnknownMethod::among(&name, names);
            Err(InvalidParams::new(unknown.to_string()))
        }
    }
}
