//! Certificates, from the files that the settings name.

use std::path::Path;

use crate::failure::{Failure, Result};
use crate::settings::TlsSettings;

/// What to try if certificates can't be used.
pub(super) const HINT: &str = "check that --root-certificates, --identity and --identity-key are PEM files and belong together";

/// The PEM text of the authorities to trust, besides the system's.
pub(super) fn root_certificates(tls: &TlsSettings) -> Result<Option<Vec<u8>>> {
    let path = tls.root_certificates.as_ref();
    path.map(|path| read(&path.value)).transpose()
}

/// The PEM text of the client's certificate and its key.
pub(super) fn identity(tls: &TlsSettings) -> Result<Option<Vec<u8>>> {
    let Some(path) = &tls.identity else {
        return Ok(None);
    };
    let mut identity = read(&path.value)?;
    if let Some(path) = &tls.identity_key {
        identity.push(b'\n');
        identity.extend(read(&path.value)?);
    }
    Ok(Some(identity))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| Failure::file(path, &error))
}
