//! Changes as a JUnit report: one test case per change, which fails if the command would.

use rpc_codegen::diff::{Change, Verdict};

use super::places;
use crate::document::Source;

/// The lines of the report.
pub(super) fn report(
    changes: &[Change],
    limit: Verdict,
    (old, new): (&Source<'_>, &Source<'_>),
) -> Vec<String> {
    let failures = changes.iter().filter(|it| it.verdict() >= limit).count();
    let name = attribute(&format!("rpc diff {} {}", old.name, new.name));
    let counts = format!("tests=\"{}\" failures=\"{failures}\"", changes.len());
    let mut lines = vec![
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>".to_owned(),
        format!("<testsuites {counts}>"),
        format!("<testsuite name=\"{name}\" {counts}>"),
    ];
    for change in changes {
        lines.extend(case(change, limit, &places(change, old, new)));
    }
    lines.push("</testsuite>".to_owned());
    lines.push("</testsuites>".to_owned());
    lines
}

fn case(change: &Change, limit: Verdict, places: &str) -> Vec<String> {
    let name = attribute(&format!("{} [{}]", change.message, change.rule));
    let start = format!(
        "<testcase classname=\"{}\" name=\"{name}\"",
        attribute(change.subject())
    );
    let text = text(&format!("{}\n  {places}", change.explained()));
    let verdict = change.verdict();
    if verdict >= limit {
        let message = attribute(&format!(
            "old clients: {}; new clients: {}",
            change.old_clients, change.new_clients
        ));
        return vec![
            format!("{start}>"),
            format!("<failure type=\"{verdict}\" message=\"{message}\">{text}</failure>"),
            "</testcase>".to_owned(),
        ];
    }
    vec![
        format!("{start}>"),
        format!("<system-out>{text}</system-out>"),
        "</testcase>".to_owned(),
    ]
}

/// The value of an attribute. Line breaks and tabs would become spaces.
fn attribute(value: &str) -> String {
    let escaped = text(value).replace('"', "&quot;");
    escaped
        .replace('\n', "&#10;")
        .replace('\r', "&#13;")
        .replace('\t', "&#9;")
}

/// Text between tags. XML has no form for most control characters, so that they become a replacement character.
fn text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\n' | '\t' | '\r' => escaped.push(character),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            // Those from 7f on are allowed but discouraged, and terminals obey them.
            it if it.is_control() => escaped.push('\u{fffd}'),
            it => escaped.push(it),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_control_characters_are_escaped() {
        assert_eq!(
            text("a<b>&\u{1b}\u{0}\u{ffff}\n"),
            "a&lt;b&gt;&amp;\u{fffd}\u{fffd}\u{fffd}\n"
        );
        assert_eq!(attribute("\"a\"\n\t"), "&quot;a&quot;&#10;&#9;");
    }
}
