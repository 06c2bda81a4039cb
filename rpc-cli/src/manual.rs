//! `rpc man`: the pages of the manual.

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use crate::arguments::{Arguments, ManualArguments};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::settings::{environment, file};
use crate::terminal::print;

pub(crate) fn run(arguments: &ManualArguments) -> Result {
    let mut program = Arguments::command();
    program.build();
    if let Some(folder) = &arguments.dir {
        let pages = std::iter::once(&program).chain(program.get_subcommands());
        for page in pages {
            let path = folder.join(Man::new(page.clone()).get_filename());
            std::fs::write(&path, text(page)?).map_err(|error| Failure::file(&path, &error))?;
        }
        return Ok(());
    }
    let page = match &arguments.command {
        None => Some(&program),
        Some(name) => program.find_subcommand(name),
    };
    let names: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
    let page = page.ok_or_else(|| {
        Failure::usage("unknown command")
            .with_hint(format!("the commands are {}", names.join(", ")))
    })?;
    print(text(page)?.trim_end())
}

fn text(command: &Command) -> Result<String> {
    let mut page = Vec::new();
    write(command, &mut page).map_err(|error| Failure::output(&error))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

fn write(command: &Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    let manual = Man::new(command.clone()).manual("JSON-RPC 2.0");
    manual.render_title(page)?;
    manual.render_name_section(page)?;
    manual.render_synopsis_section(page)?;
    manual.render_description_section(page)?;
    manual.render_options_section(page)?;
    let is_program = command.get_subcommands().next().is_some();
    if is_program {
        manual.render_subcommands_section(page)?;
    }
    let mut rest = Roff::new();
    if let Some(examples) = command.get_after_long_help().filter(|_| !is_program) {
        let examples = examples.to_string();
        let lines = examples.lines().skip(1).map(str::trim_start);
        verbatim(&mut rest, "EXAMPLES", lines);
    }
    exit_status(&mut rest);
    environment(&mut rest);
    files(&mut rest);
    rest.to_writer(page)
}

fn exit_status(page: &mut Roff) {
    page.control("SH", ["EXIT STATUS"]);
    for (exit, meaning) in Exit::MEANINGS {
        term(page, &exit.code().to_string(), meaning);
    }
}

fn environment(page: &mut Roff) {
    page.control("SH", ["ENVIRONMENT"]);
    for (variable, meaning) in environment::VARIABLES {
        term(page, variable, meaning);
    }
}

fn files(page: &mut Roff) {
    page.control("SH", ["FILES"]);
    let meaning = "Defaults, and servers with names. If XDG_CONFIG_HOME is not set, ~/.config/rpc/config.toml. Paths in the file are relative to its folder. An example:";
    term(page, "$XDG_CONFIG_HOME/rpc/config.toml", meaning);
    page.control("RS", []);
    page.control("nf", []);
    for line in file::EXAMPLE.lines() {
        page.text([roman(line)]);
    }
    page.control("fi", []);
    page.control("RE", []);
}

fn term(page: &mut Roff, name: &str, meaning: &str) {
    page.control("TP", []);
    page.text([bold(name)]);
    page.text([roman(meaning)]);
}

/// Lines that are not wrapped.
fn verbatim<'a>(page: &mut Roff, title: &str, lines: impl Iterator<Item = &'a str>) {
    page.control("SH", [title]);
    page.control("nf", []);
    for line in lines {
        let text: [Inline; 1] = [roman(line)];
        page.text(text);
    }
    page.control("fi", []);
}
