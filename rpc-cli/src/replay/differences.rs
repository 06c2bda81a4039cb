//! What differs between two answers.

use crate::exchange::{Tree, pointer};

/// How many characters of a value are shown.
const SHOWN: usize = 100;

/// What differs, as lines for people. `ignored` are patterns of pointers.
pub(super) fn differences(recorded: &Tree, now: &Tree, ignored: &[String]) -> Vec<String> {
    let mut comparison = Comparison {
        ignored,
        lines: Vec::new(),
    };
    comparison.compare(Some(recorded), Some(now), "");
    comparison.lines
}

struct Comparison<'a> {
    ignored: &'a [String],
    lines: Vec<String>,
}

impl Comparison<'_> {
    fn compare(&mut self, recorded: Option<&Tree>, now: Option<&Tree>, at: &str) {
        if self
            .ignored
            .iter()
            .any(|pattern| pointer::is_inside(at, pattern))
        {
            return;
        }
        match (recorded, now) {
            (Some(Tree::Object(recorded)), Some(Tree::Object(now))) => {
                self.members(recorded, now, at);
            }
            (Some(Tree::Array(recorded)), Some(Tree::Array(now))) => {
                for index in 0..recorded.len().max(now.len()) {
                    let at = pointer::join(at, &index.to_string());
                    self.compare(recorded.get(index), now.get(index), &at);
                }
            }
            (Some(recorded), Some(now)) if recorded.canonical() == now.canonical() => {}
            (recorded, now) => {
                let (recorded, now) = (shown(recorded), shown(now));
                let at = if at.is_empty() { "/" } else { at };
                self.lines
                    .push(format!("{at}: recorded {recorded}, now {now}"));
            }
        }
    }

    fn members(&mut self, recorded: &[(String, Tree)], now: &[(String, Tree)], at: &str) {
        let find = |members: &'_ [(String, Tree)], name: &str| {
            members.iter().position(|(other, _)| other == name)
        };
        for (name, value) in recorded {
            let other = find(now, name).map(|index| &now[index].1);
            self.compare(Some(value), other, &pointer::join(at, name));
        }
        for (name, value) in now {
            if find(recorded, name).is_none() {
                self.compare(None, Some(value), &pointer::join(at, name));
            }
        }
    }
}

fn shown(value: Option<&Tree>) -> String {
    let Some(value) = value else {
        return "nothing".to_owned();
    };
    let text = value.to_raw().get().to_owned();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    fn compare(recorded: &str, now: &str, ignored: &[&str]) -> Vec<String> {
        let tree = |text: &str| Tree::read(&RawValue::from_string(text.to_owned()).expect("JSON"));
        let ignored: Vec<String> = ignored.iter().map(|it| (*it).to_owned()).collect();
        differences(&tree(recorded), &tree(now), &ignored)
    }

    #[test]
    fn the_order_of_members_does_not_count_and_that_of_elements_does() {
        let none: [&str; 0] = [];
        assert_eq!(
            compare(r#"{"a":1,"b":[1.0]}"#, r#"{"b":[1],"a":1}"#, &[]),
            none
        );
        assert_eq!(
            compare("[1,2]", "[2,1]", &[]),
            ["/0: recorded 1, now 2", "/1: recorded 2, now 1"]
        );
    }

    #[test]
    fn every_difference_has_its_place() {
        let recorded = r#"{"result":{"number":1002,"lines":["tea"],"old":true}}"#;
        let now = r#"{"result":{"number":1003,"lines":["tea","cake"],"new":null}}"#;
        assert_eq!(
            compare(recorded, now, &[]),
            [
                "/result/number: recorded 1002, now 1003",
                "/result/lines/1: recorded nothing, now \"cake\"",
                "/result/old: recorded true, now nothing",
                "/result/new: recorded nothing, now null",
            ]
        );
        assert_eq!(
            compare(recorded, now, &["/result/number", "/result/lines/*"]),
            [
                "/result/old: recorded true, now nothing",
                "/result/new: recorded nothing, now null",
            ]
        );
        assert_eq!(
            compare(r#"{"result":1}"#, r#"{"error":{"code":1}}"#, &[]),
            [
                "/result: recorded 1, now nothing",
                r#"/error: recorded nothing, now {"code":1}"#,
            ]
        );
    }

    #[test]
    fn digits_of_large_numbers_count() {
        assert_eq!(
            compare("12345678901234567890123", "12345678901234567890124", &[]).len(),
            1
        );
    }
}
