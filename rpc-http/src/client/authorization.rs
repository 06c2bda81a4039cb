//! Headers with the caller's credentials.

use base64::prelude::{BASE64_STANDARD, Engine};
use http::HeaderValue;

use super::error::BuildError;

/// The header for basic authentication (RFC 7617).
pub(crate) fn basic(user: &str, password: &str) -> Result<HeaderValue, BuildError> {
    if user.contains(':') {
        return Err(BuildError::UserWithColon);
    }
    let credentials = BASE64_STANDARD.encode(format!("{user}:{password}"));
    sensitive(format!("Basic {credentials}"))
}

/// A header that is not shown in logs.
pub(super) fn sensitive(value: String) -> Result<HeaderValue, BuildError> {
    let mut value =
        HeaderValue::try_from(value).map_err(|error| BuildError::Header(error.into()))?;
    value.set_sensitive(true);
    Ok(value)
}
