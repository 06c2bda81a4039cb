//! Looking a method up: the service is the application's code, and may panic.

use crate::error::ErrorObject;
use crate::service::{ResolvedMethod, Service, panics};

/// Looks a name up. A panic is logged, and becomes the error.
#[inline]
pub(super) fn find(
    service: &impl Service,
    name: &str,
) -> Result<Option<ResolvedMethod>, ErrorObject> {
    panics::catch(|| service.find(name))
        .map_err(|panic| panic.into_error("looking a method up", name))
}
