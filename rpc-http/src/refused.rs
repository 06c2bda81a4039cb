//! The header by which a server says that nothing of a message has run.

use http::HeaderName;

/// Says that nothing of a message has run, and why: `busy`, `too-large` and so on. A proxy's refusal does not have it.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("rpc-refused");
