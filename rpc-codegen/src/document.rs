//! An OpenRPC document and the files that it refers to, as JSON values.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use crate::error::ReadError;
use crate::place::{Place, unescape};
use crate::value::Value;

/// How many files a document may be made of.
const MAX_FILES: usize = 1000;

/// How many references may lead from one to the next.
const MAX_HOPS: usize = 64;

/// An OpenRPC document, parsed but not yet understood: see [`Model::read`](crate::Model::read) and [`lint`](crate::lint()).
#[derive(Debug, Clone)]
pub struct Document {
    /// By location. The document itself is "".
    files: HashMap<String, Result<Value, String>>,
}

/// A value of a document, and its place.
#[derive(Debug, Clone)]
pub(crate) struct Located<'a> {
    pub(crate) value: &'a Value,
    pub(crate) place: Place,
}

impl Document {
    /// Parses a text, which is JSON if it starts with `{`, and YAML otherwise. References to other files lead nowhere.
    ///
    /// # Errors
    ///
    /// The text is neither, nests deeper than 128 levels, or is not an object.
    pub fn parse(text: &str) -> Result<Document, ReadError> {
        let mut none = |_: &str| {
            Err("only a document that is read from a file can refer to others".to_owned())
        };
        Document::load(text, &mut none)
    }

    /// Reads a file, and the files that it refers to. Their paths are relative to the file that refers to them.
    ///
    /// # Errors
    ///
    /// The file can't be read, or see [`Document::parse`].
    pub fn open(path: &Path) -> Result<Document, ReadError> {
        let read = |path: &Path| fs::read_to_string(path).map_err(|error| error.to_string());
        let text = read(path).map_err(|error| {
            let message = format!("{} can't be read: {error}", path.display());
            ReadError::new(&Place::root(""), message)
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Document::load(&text, &mut |location| match location.contains("://") {
            true => Err("it is not a file".to_owned()),
            false => read(&folder.join(location)),
        })
    }

    /// Parses a text, and reads the files that it refers to with a function. The function gets each location once: a path
    /// relative to the document, or a URL.
    ///
    /// # Errors
    ///
    /// See [`Document::parse`]. A location that can't be read is an error only where something is read from it.
    pub fn load(
        text: &str,
        read: &mut dyn FnMut(&str) -> Result<String, String>,
    ) -> Result<Document, ReadError> {
        let root = Place::root("");
        let main = Value::from_text(text).map_err(|error| ReadError::new(&root, error))?;
        if main.as_object().is_none() {
            return Err(ReadError::new(&root, "the document is not an object"));
        }
        let mut wanted = external(&main, "");
        let mut files = HashMap::from([(String::new(), Ok(main))]);
        while let Some(location) = wanted.pop() {
            if files.contains_key(&location) {
                continue;
            }
            if files.len() >= MAX_FILES {
                let message = format!("the document is made of more than {MAX_FILES} files");
                return Err(ReadError::new(&root, message));
            }
            let file = read(&location).and_then(|text| Value::from_text(&text));
            if let Ok(value) = &file {
                wanted.extend(external(value, &location));
            }
            files.insert(location, file);
        }
        Ok(Document { files })
    }

    /// The document as a value. References in it are as they were written.
    pub fn value(&self) -> &Value {
        self.root().value
    }

    /// The document itself.
    pub(crate) fn root(&self) -> Located<'_> {
        let Some(Ok(value)) = self.files.get("") else {
            // `load` puts it there.
            unreachable!("a document has a root")
        };
        Located {
            value,
            place: Place::root(""),
        }
    }

    /// The files that could be read, with their locations. That of the document itself is "".
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &Value)> {
        let files = self.files.iter();
        files.filter_map(|(location, file)| Some((&**location, file.as_ref().ok()?)))
    }

    /// The top of each file.
    pub(crate) fn roots(&self) -> impl Iterator<Item = Located<'_>> {
        self.files().map(|(location, value)| Located {
            value,
            place: Place::root(location),
        })
    }

    /// What a reference leads to. It follows one reference only.
    pub(crate) fn find(&self, reference: &str, from: &Place) -> Result<Located<'_>, ReadError> {
        let wrong = |why: String| {
            Err(ReadError::new(
                from,
                format!("the reference {reference:?} {why}"),
            ))
        };
        let (file, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let location = match file {
            "" => from.file().to_owned(),
            _ => join(from.file(), file),
        };
        let mut value = match self.files.get(&location) {
            Some(Ok(value)) => value,
            Some(Err(error)) => {
                return wrong(format!("leads to a file that can't be read: {error}"));
            }
            None => return wrong("leads to a file that was not read".to_owned()),
        };
        let mut place = Place::root(&location);
        if !fragment.is_empty() && !fragment.starts_with('/') {
            return wrong("is not a JSON pointer: `/` must follow `#`".to_owned());
        }
        for part in fragment.split('/').skip(1) {
            let part = unescape(&percent_decoded(part));
            let child = match value {
                Value::Object(members) => members.get(&part),
                Value::Array(elements) => part
                    .parse()
                    .ok()
                    .and_then(|index: usize| elements.get(index)),
                _ => None,
            };
            let Some(child) = child else {
                return wrong(format!("leads nowhere: {place} has no {part:?}"));
            };
            value = child;
            place = place.member(&part);
        }
        Ok(Located { value, place })
    }

    /// What is at a place.
    pub(crate) fn at(&self, place: &Place) -> Option<Located<'_>> {
        let file = self.files.get(place.file())?.as_ref().ok()?;
        let mut value = file;
        for part in place.parts() {
            value = match value {
                Value::Array(elements) => elements.get(part.parse::<usize>().ok()?)?,
                Value::Object(members) => members.get(&part)?,
                _ => return None,
            };
        }
        let place = place.clone();
        Some(Located { value, place })
    }

    /// What a value stands for: itself, or if it is a reference, what that leads to.
    pub(crate) fn follow<'a>(&'a self, start: Located<'a>) -> Result<Located<'a>, ReadError> {
        let mut here = start.clone();
        for _ in 0..MAX_HOPS {
            let Some(reference) = here.value.get("$ref") else {
                return Ok(here);
            };
            let Some(reference) = reference.as_str() else {
                return Err(ReadError::new(&here.place, "`$ref` is not a string"));
            };
            here = self.find(reference, &here.place)?;
        }
        Err(ReadError::new(
            &start.place,
            "the references go in a circle",
        ))
    }
}

impl<'a> Located<'a> {
    /// A member of the object.
    pub(crate) fn get(&self, name: &str) -> Option<Located<'a>> {
        let value = self.value.get(name)?;
        let place = self.place.member(name);
        Some(Located { value, place })
    }

    /// The elements of the array. None if it is not an array.
    pub(crate) fn elements(&self) -> impl Iterator<Item = Located<'a>> + use<'a> {
        let place = self.place.clone();
        let elements = self.value.as_array().unwrap_or_default();
        elements
            .iter()
            .enumerate()
            .map(move |(index, value)| Located {
                value,
                place: place.element(index),
            })
    }

    /// The members of the object. None if it is not an object.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&'a str, Located<'a>)> + use<'a> {
        let place = self.place.clone();
        let members = self.value.as_object().into_iter().flatten();
        members.map(move |(name, value)| {
            let place = place.member(name);
            (&**name, Located { value, place })
        })
    }
}

/// The locations that the references in a file lead to.
fn external(value: &Value, from: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut values = vec![value];
    while let Some(value) = values.pop() {
        if let Some(Value::String(reference)) = value.get("$ref") {
            let file = reference.split('#').next().unwrap_or_default();
            if !file.is_empty() {
                found.push(join(from, file));
            }
        }
        match value {
            Value::Array(elements) => values.extend(elements),
            Value::Object(members) => values.extend(members.values()),
            _ => {}
        }
    }
    found
}

/// The location of a file that another refers to.
pub(crate) fn join(from: &str, to: &str) -> String {
    if to.contains("://") || to.starts_with('/') {
        return to.to_owned();
    }
    let (origin, path) = match from.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            (format!("{scheme}://{host}/"), path)
        }
        None => (String::new(), from),
    };
    let mut parts: Vec<&str> = path.split('/').collect();
    parts.pop();
    for part in to.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    origin + &parts.join("/")
}

/// A part of a fragment, in which characters such as a space may be written as `%20`.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let code = match rest {
            [b'%', high, low, ..] => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match code {
            Some((high, low)) => {
                bytes.push(high * 16 + low);
                rest = &rest[3..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_relative_to_the_file_that_names_them() {
        let cases = [
            ("", "schemas.json", "schemas.json"),
            ("a/b.json", "../c.json", "c.json"),
            ("a/b.json", "./c/d.json", "a/c/d.json"),
            ("a.json", "../../b.json", "../../b.json"),
            (
                "https://x.example/a/b.json",
                "../c.json",
                "https://x.example/c.json",
            ),
            (
                "a/b.json",
                "https://x.example/c.json",
                "https://x.example/c.json",
            ),
        ];
        for (from, to, expected) in cases {
            assert_eq!(join(from, to), expected, "{from} {to}");
        }
    }
}
