//! Shared by all suites: measuring, and reporting the results.
//!
//! For measuring:
//!
//! - [`Form`]: the short run or the full one.
//! - [`rounds`]: lets contenders take turns, so that a slow phase of the machine affects all of them.
//! - [`Spread`]: the median, minimum and maximum of the rounds.
//! - [`Results`]: the results of a suite, in one file for the report.
//! - [`process`]: the processor time and memory of a process, as Linux counts them.
//! - [`callgrind`]: the instructions of a process.
//! - [`machine`]: the machine, the compiler and the versions of the contenders.
//!
//! For the report:
//!
//! - [`Suites`]: the results of all suites.
//! - [`targets`]: the targets, and whether they are met.
//! - [`tables`]: tables in Markdown.
//! - [`principal`]: the few ratios in the first figure.
//! - [`plot`](mod@plot): figures as SVG.
//! - [`quantity`]: formats values with their units.

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

/// The contender that ratios compare with.
pub const BASELINE: &str = "jsonrpsee";

/// The server that does nothing but HTTP: bare hyper with a constant answer.
pub const FLOOR: &str = "hyper-constant";

/// This project's own contender.
pub const OURS: &str = "rpc";
