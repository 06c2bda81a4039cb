//! JSON text: walking it, and the values that are kept as text. Nothing here knows JSON-RPC's envelopes.

pub(crate) mod cursor;
pub(crate) mod id;
pub(crate) mod shape;
pub(crate) mod text;
