//! JSON text: walking it, and the values that are kept as text. Nothing here knows JSON-RPC's envelopes.
//!
//! [`cursor`] walks a text and checks its grammar, [`shape`] lists the parts of one array or object, and [`id`] keeps
//! an id exactly as written. [`text`] converts bytes to text, and strings to JSON. [`brief`] decodes with short errors,
//! and [`finite`] encodes without NaN.

pub(crate) mod brief;
pub(crate) mod cursor;
pub(crate) mod finite;
pub(crate) mod id;
pub(crate) mod shape;
pub(crate) mod text;
