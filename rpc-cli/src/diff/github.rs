//! Changes as commands of a GitHub workflow, which shows them beside the lines of the new document.

use std::collections::HashMap;
use std::fs;

use rpc_codegen::diff::{Change, Verdict};
use rpc_codegen::{Lines, Place};

use crate::document::Source;

/// A command for each change.
pub(super) fn annotations<'a>(
    changes: impl Iterator<Item = &'a Change>,
    new: &Source<'_>,
) -> Vec<String> {
    let mut files = Files::default();
    let annotation = |change: &Change| {
        let (file, line) = files.place(change.new.as_ref(), new);
        command(change, &file, line)
    };
    changes.map(annotation).collect()
}

/// The lines of the files that have been looked at.
#[derive(Default)]
struct Files(HashMap<String, Lines>);

impl Files {
    /// The file of a place, and the line if there is such a file. What is gone has no line.
    fn place(&mut self, place: Option<&Place>, new: &Source<'_>) -> (String, Option<usize>) {
        let Some(place) = place else {
            return (new.name.to_owned(), None);
        };
        let file = new.file(place);
        let read = |file: &String| fs::read_to_string(file).map(|text| Lines::of(&text));
        // A server, standard input and an old revision have no file here.
        let lines = self.0.entry(file.clone());
        let lines = lines.or_insert_with_key(|file| read(file).unwrap_or_default());
        let line = lines.line(place.pointer());
        (file, line)
    }
}

/// A workflow command. Its properties and its text escape differently.
fn command(change: &Change, file: &str, line: Option<usize>) -> String {
    let level = match change.verdict() {
        Verdict::Breaking => "error",
        Verdict::Risky => "warning",
        Verdict::Fine => "notice",
    };
    let place = change.new.as_ref().or(change.old.as_ref());
    let place = place.map(ToString::to_string).unwrap_or_default();
    let message = format!(
        "{} {place}: {} (old clients: {}, new clients: {}). Advice: {}",
        change.subject(),
        change.message,
        change.old_clients,
        change.new_clients,
        change.advice
    );
    let line = line.map(|line| format!(",line={line}")).unwrap_or_default();
    format!(
        "::{level} file={}{line},title={}::{}",
        property(file),
        property(change.rule),
        escaped(&message)
    )
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}
