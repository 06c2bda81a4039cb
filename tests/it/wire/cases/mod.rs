//! Cases beyond the specification's examples: messages that are almost right, wrong in every way, or absurd.

mod batches;
mod envelope;
mod failures;
mod ids;
mod json;
mod nesting;
mod params;
mod values;

pub(super) use nesting::nested;

use super::Answers;
use super::table::{Case, run};

/// Runs every case against a peer that serves all contracts.
pub async fn run_all(peer: &impl Answers) {
    run(all(), peer).await;
}

/// Runs the cases of the contract `Kinds`.
pub async fn run_strict(peer: &impl Answers) {
    run(strict(), peer).await;
}

/// Runs the cases of the contract `Lenient`.
pub async fn run_lenient(peer: &impl Answers) {
    run(params::lenient(), peer).await;
}

/// All cases.
pub fn all() -> Vec<Case> {
    let mut cases = strict();
    cases.extend(params::lenient());
    cases
}

fn strict() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(json::cases());
    cases.extend(envelope::cases());
    cases.extend(ids::cases());
    cases.extend(params::cases());
    cases.extend(values::cases());
    cases.extend(nesting::cases());
    cases.extend(batches::cases());
    cases.extend(failures::cases());
    cases
}

/// A request with the id 1.
fn call(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params},"id":1}}"#)
}

fn notification(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params}}}"#)
}

/// A request whose params come before the method, so they are kept as text at first.
fn call_params_first(method: &str, params: &str) -> String {
    format!(r#"{{"params":{params},"id":1,"method":"{method}","jsonrpc":"2.0"}}"#)
}
