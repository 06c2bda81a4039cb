//! scaffold

mod check;
mod document;
mod error;
mod lint;
pub mod model;
mod place;
mod read;
pub mod typescript;
mod value;
mod yaml;

pub use check::Mismatch;
pub use document::Document;
pub use error::ReadError;
pub use lint::{Finding, lint};
pub use model::Model;
pub use place::Place;
pub use value::{Object, Value};
