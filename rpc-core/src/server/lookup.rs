//! Looking up a method. The service is application code, so it may panic.

use crate::error::ErrorObject;
use crate::service::{ResolvedMethod, Service, panics};

/// Looks up a method by name. A panic is returned as the error.
pub(super) fn find(
    service: &impl Service,
    name: &str,
) -> Result<Option<ResolvedMethod>, ErrorObject> {
    let mut resolved = None;
    find_into(&mut resolved, service, name)?;
    Ok(resolved)
}

/// Like [`find`], but writes the method in place: moving it costs more than finding it.
#[inline]
pub(super) fn find_into(
    resolved: &mut Option<ResolvedMethod>,
    service: &impl Service,
    name: &str,
) -> Result<(), ErrorObject> {
    panics::catch(|| *resolved = service.find(name)).map_err(|panic| {
        *resolved = None;
        panic.into_error("looking up the method panicked")
    })
}
