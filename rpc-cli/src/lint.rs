//! `rpc lint`: what is wrong with an OpenRPC document.

use crate::arguments::LintArguments;
use crate::document::Source;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::terminal::{print_escaped, write_in_background};

pub(crate) async fn run(arguments: LintArguments) -> Result {
    let source = Source {
        name: &arguments.document,
        settings: &arguments.settings,
        verbose: arguments.verbose,
    };
    let findings = rpc_codegen::lint(&source.read().await?);
    let line = |finding: &rpc_codegen::Finding| {
        let what = format!("{} [{}]", finding.message, finding.rule);
        source.at(&finding.place, what)
    };
    let lines: Vec<String> = findings.iter().map(line).collect();
    let count = lines.len();
    write_in_background(move || lines.iter().try_for_each(|line| print_escaped(line))).await?;
    match count {
        0 => Ok(()),
        1 => Err(Failure::new(Exit::ErrorObject, "1 mistake")),
        _ => Err(Failure::new(Exit::ErrorObject, format!("{count} mistakes"))),
    }
}
