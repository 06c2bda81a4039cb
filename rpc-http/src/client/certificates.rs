//! [`some_certificates`]: checks that a PEM text has certificates.

use super::error::BuildError;

/// The certificates that were found in a PEM text. Without any, the text may be a key, or empty.
pub(crate) fn some_certificates<C>(found: Vec<C>) -> Result<Vec<C>, BuildError> {
    if found.is_empty() {
        let why = "the PEM text has no certificate";
        return Err(BuildError::Http(why.into()));
    }
    Ok(found)
}
