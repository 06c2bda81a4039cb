//! Looking a method up: the service is the application's code, and may panic.

use crate::error::ErrorObject;
use crate::service::{ResolvedMethod, Service, panics};

/// Looks a name up. A panic is logged, and becomes the error.
pub(super) fn find(
    service: &impl Service,
    name: &str,
) -> Result<Option<ResolvedMethod>, ErrorObject> {
    let mut resolved = None;
    find_into(&mut resolved, service, name)?;
    Ok(resolved)
}

/// Looks a name up like [`find`], and writes the method in place: moving it costs more than finding it.
#[inline]
pub(super) fn find_into(
    resolved: &mut Option<ResolvedMethod>,
    service: &impl Service,
    name: &str,
) -> Result<(), ErrorObject> {
    panics::catch(|| *resolved = service.find(name)).map_err(|panic| {
        *resolved = None;
        panic.into_error("looking a method up", name)
    })
}
