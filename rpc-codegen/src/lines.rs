//! [`Lines`]: in which lines of a text its values stand.

use std::collections::HashMap;

use granit_parser::{Event, Parser};

use crate::place::escape;

/// In which lines of a JSON or YAML text its values stand, for tools that show a text and not its pointers.
///
/// ```
/// use rpc_codegen::Lines;
///
/// let lines = Lines::of("methods:\n- name: add\n  params: []\n");
/// assert_eq!(lines.line("/methods/0/params"), Some(3));
/// assert_eq!(lines.line("/methods/0/result"), Some(2), "the line of the method");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Lines {
    by_pointer: HashMap<String, usize>,
}

/// An array or an object that the walk is in.
struct Container {
    pointer: String,
    state: State,
}

enum State {
    /// The index of the next element.
    Array(usize),
    /// The next event is the name of a member.
    Name,
    /// The next event begins the value of the member with this pointer.
    Value(String),
}

impl Lines {
    /// The lines of a text. If the text is broken, few values have one, or none.
    pub fn of(text: &str) -> Lines {
        let mut lines = Lines::default();
        let mut around: Vec<Container> = Vec::new();
        for next in Parser::new_from_str(text) {
            let Ok((event, span)) = next else {
                break;
            };
            lines.note(event, span.start.line(), &mut around);
        }
        lines
    }

    /// The line of the value with this JSON pointer, counted from 1. A member stands where its name does. A value that the text
    /// does not have gets the line of the nearest one around it. `None` if the text is empty or broken.
    pub fn line(&self, pointer: &str) -> Option<usize> {
        let mut rest = pointer;
        loop {
            if let Some(line) = self.by_pointer.get(rest) {
                return Some(*line);
            }
            rest = &rest[..rest.rfind('/')?];
        }
    }

    fn note(&mut self, event: Event<'_>, line: usize, around: &mut Vec<Container>) {
        match event {
            Event::SequenceEnd | Event::MappingEnd => drop(around.pop()),
            Event::Scalar(text, ..) => match around.last_mut() {
                Some(Container {
                    pointer,
                    state: state @ State::Name,
                }) => {
                    let member = format!("{pointer}/{}", escape(&text));
                    self.by_pointer.entry(member.clone()).or_insert(line);
                    *state = State::Value(member);
                }
                _ => drop(self.begin(line, around)),
            },
            Event::Alias(_) => drop(self.begin(line, around)),
            Event::SequenceStart(..) => self.enter(line, around, State::Array(0)),
            Event::MappingStart(..) => self.enter(line, around, State::Name),
            _ => {}
        }
    }

    fn enter(&mut self, line: usize, around: &mut Vec<Container>, state: State) {
        let pointer = self.begin(line, around);
        around.push(Container { pointer, state });
    }

    /// The pointer of a value that begins in this line.
    fn begin(&mut self, line: usize, around: &mut [Container]) -> String {
        let pointer = match around.last_mut() {
            None => String::new(),
            Some(Container { pointer, state }) => match state {
                State::Array(index) => {
                    *index += 1;
                    format!("{pointer}/{}", *index - 1)
                }
                // The name is not a text, so the document can't be read anyway.
                State::Name => pointer.clone(),
                State::Value(member) => {
                    let member = std::mem::take(member);
                    *state = State::Name;
                    member
                }
            },
        };
        self.by_pointer.entry(pointer.clone()).or_insert(line);
        pointer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_where_their_names_do() {
        let json = "{\n  \"a/b\": [\n    1,\n    {\"c\":\n      2}\n  ],\n\t\"d\":\n  \"x\"\n}";
        let lines = Lines::of(json);
        let expected = [
            ("", 1),
            ("/a~1b", 2),
            ("/a~1b/0", 3),
            ("/a~1b/1", 4),
            ("/a~1b/1/c", 4),
            ("/a~1b/9/c", 2),
            ("/d", 7),
            ("/unknown", 1),
        ];
        for (pointer, line) in expected {
            assert_eq!(lines.line(pointer), Some(line), "{pointer}");
        }
    }

    #[test]
    fn aliases_stand_where_they_are_used() {
        let lines = Lines::of("a: &x\n  b: 1\nc: *x\nd:\n- *x\n- 2\n");
        let found = ["/a/b", "/c", "/c/b", "/d/0", "/d/1"].map(|it| lines.line(it));
        assert_eq!(found, [2, 3, 3, 5, 6].map(Some));
    }

    #[test]
    fn broken_texts_have_few_lines() {
        assert_eq!(Lines::of("a: 1\nb: 2\nc: ]").line("/b"), Some(2));
        for text in [
            "",
            "{\n\"a\": 1,\n\"b\": [}",
            &"[".repeat(100_000),
            &"- ".repeat(100_000),
        ] {
            let line = Lines::of(text).line("/a");
            assert!(line.is_none_or(|line| line == 1), "{line:?}");
        }
    }

    #[test]
    fn strings_of_json_are_read() {
        let lines = Lines::of("{\n\"a\\ud83d\\ude00\\/\\u0000\": \"\\ud83d\\ude00\",\n\"b\": 1e3}");
        assert_eq!(lines.line("/b"), Some(3));
        assert_eq!(lines.line("/a😀~1\0"), Some(2));
    }
}
