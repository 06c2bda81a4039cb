//! `report [--short] [--strict]`: turns the suites' results into Markdown and figures.
//!
//! Reads from the folder in `BENCH_OUT` and writes to the folder in `BENCH_REPORT`. With `--strict`, it fails if a
//! suite has not run or a target has no value, but it still writes the report.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use measure::plot::{Figure, bars, curves};
use measure::{Form, Results, Suites, machine, principal, tables, targets};

fn main() -> ExitCode {
    let suites = Suites::read();
    let report = Report::new(Form::from_arguments());
    report.write(&suites);
    let is_strict = std::env::args().any(|argument| argument == "--strict");
    if !is_strict {
        return ExitCode::SUCCESS;
    }
    let missing = missing(&suites);
    for what in &missing {
        eprintln!("report: {what} was not measured");
    }
    if missing.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn missing(suites: &Suites) -> Vec<String> {
    let not_run = suites.all().filter(|(_, results)| results.is_none());
    let not_run = not_run.map(|(name, _)| format!("the suite {name}"));
    let targets = targets::not_measured(suites).into_iter();
    not_run.chain(targets.map(str::to_owned)).collect()
}

/// The name of the report's files, and where they go.
struct Report {
    name: &'static str,
    folder: PathBuf,
}

impl Report {
    fn new(form: Form) -> Self {
        let folder = std::env::var_os("BENCH_REPORT");
        Report {
            name: form.pick("short", "full"),
            folder: folder.map_or_else(|| "results".into(), PathBuf::from),
        }
    }

    fn write(&self, suites: &Suites) {
        let mut text = self.head();
        text += "\n## Against the targets\n\n";
        text += TARGETS;
        text += &targets::table(suites);
        let figure = bars::figure(&principal::groups(suites));
        text += &self.figure("", "ratios of the principal cases", figure);
        for (name, results) in suites.all() {
            text += &match results {
                Some(results) => self.suite(name, results),
                None => format!("\n## {}\n\nNot run.\n", title(name)),
            };
        }
        self.file(&format!("{}.md", self.name), &text);
    }

    fn head(&self) -> String {
        let form = match self.name {
            "short" => {
                "The short form: few rounds. The numbers of the full form are in [full.md](full.md), once it has run."
            }
            _ => "The full form. The numbers of the short form are in [short.md](short.md).",
        };
        let (machine, versions) = (machine::description(), machine::versions());
        format!(
            "# Side by side with other frameworks\n\n{form} [The benchmarks' README](../README.md) explains what each \
             number means and how it is measured.\n\n- Machine: {machine}\n- Versions: {versions}\n\n{HOW_TO_READ}"
        )
    }

    fn suite(&self, name: &str, results: &Results) -> String {
        let mut text = format!("\n## {}\n", title(name));
        text += &tables::by_case(results);
        for curve in tables::curves(results) {
            writeln!(text, "\n### {curve}").expect("a String takes it");
            let file = format!("-{name}-{}", file_name(curve));
            text += &self.figure(&file, curve, curves::figure(results, curve));
            text += &tables::of_curve(results, curve);
        }
        for note in &results.notes {
            writeln!(text, "\n> {note}").expect("a String takes it");
        }
        text
    }

    /// Writes a figure to a file and returns the Markdown that shows it.
    fn figure(&self, suffix: &str, alternative: &str, figure: Figure) -> String {
        let file = format!("{}{suffix}.svg", self.name);
        self.file(&file, &figure.into_svg());
        format!("\n![{alternative}]({file})\n")
    }

    fn file(&self, name: &str, content: &str) {
        fs::create_dir_all(&self.folder).expect("the folder can be made");
        let file = self.folder.join(name);
        fs::write(&file, content).expect("the folder can be written to");
        println!("report: {}", file.display());
    }
}

const HOW_TO_READ: &str = "\
How to read the tables: a value is the median of the rounds, with the minimum and the maximum in brackets. A value without
brackets was counted, or measured once. **6.21×** means 6.21 times better than jsonrpsee, whether more or less is better; it
is the median of the ratios within each round. – means not measured; the notes say why.
";

const TARGETS: &str = "\
A target is met if the median reaches it. A target of equality is met if the best round reaches it.

";

fn title(suite: &str) -> &str {
    match suite {
        "in-process" => "In process",
        "servers" => "Servers under load",
        "clients" => "Clients",
        "streams" => "Streams and WebSockets",
        "nats" => "Calls over NATS",
        "growth" => "How costs grow",
        "weight" => "What it weighs",
        other => other,
    }
}

/// A curve's name as part of a file name, such as `orders-in-by-bytes`.
fn file_name(curve: &str) -> String {
    let words = curve.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join("-")
}
