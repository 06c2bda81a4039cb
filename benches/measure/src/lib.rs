//! How everything here is measured and shown.
//!
//! - [`Form`]: the short run or the full one.
//! - [`rounds`]: contenders take turns, so that a machine that slows down does so for all of them.
//! - [`Spread`]: a median, and how far the rounds lay apart.
//! - [`Results`]: what a suite has found, one file a suite, from which the report is made.
//! - [`process`]: what a process has cost, as Linux counts it.
//! - [`callgrind`]: how many instructions a process takes.
//! - [`machine`]: on what this was measured, and which versions.
//!
//! And of the report:
//!
//! - [`Suites`]: the results of all suites.
//! - [`targets`]: what is to be reached, and whether it is.
//! - [`tables`]: the same in Markdown.
//! - [`principal`]: the few ratios that the first figure shows.
//! - [`plot`](mod@plot): figures, as SVG.
//! - [`quantity`]: how values are written.

pub mod callgrind;
mod form;
pub mod machine;
pub mod plot;
pub mod principal;
pub mod process;
pub mod quantity;
mod results;
pub mod rounds;
mod spread;
mod suites;
pub mod tables;
pub mod targets;

pub use form::Form;
pub use results::{Metric, Results, Row};
pub use rounds::{Samples, interleaved};
pub use spread::Spread;
pub use suites::Suites;

/// The contender that ratios are told against.
pub const BASELINE: &str = "jsonrpsee";

/// This project's own contender.
pub const OURS: &str = "rpc";
