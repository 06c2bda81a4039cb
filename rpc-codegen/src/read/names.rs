//! Names for types that a reference leads to.

use std::collections::HashSet;

use crate::bundle::FILES;
use crate::place::Place;

/// Parts of pointers that say nothing about what they lead to.
const SILENT: &[&str] = &[
    "components",
    "schemas",
    "contentDescriptors",
    "properties",
    "definitions",
    "$defs",
    "schema",
    "params",
    "result",
    "methods",
    "x-client-methods",
];

/// A name for what is at the place: `Pet` for `#/components/schemas/Pet`, and `Pet_name` for its property.
pub(super) fn of(place: &Place) -> String {
    let parts: Vec<String> = place.parts().collect();
    // A file that was put into the document.
    let (file, parts) = match parts.as_slice() {
        [files, file, rest @ ..] if files == FILES => (file.as_str(), rest),
        parts => (place.file(), parts),
    };
    let telling = |part: &&String| !SILENT.contains(&&***part);
    let named: Vec<&str> = match parts {
        // A schema may well be called `result`.
        [components, schemas, name, rest @ ..]
            if components == "components" && schemas == "schemas" =>
        {
            let rest = rest.iter().filter(telling).map(|part| &**part);
            [&**name].into_iter().chain(rest).collect()
        }
        parts => parts.iter().filter(telling).map(|part| &**part).collect(),
    };
    if !named.is_empty() {
        return named.join("_");
    }
    let file = file.rsplit('/').next().unwrap_or_default();
    match file.split('.').next() {
        Some(stem) if !stem.is_empty() => stem.to_owned(),
        _ => "Type".to_owned(),
    }
}

/// The name, or one with a number if it is taken.
pub(super) fn unique(name: String, taken: &mut HashSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    let mut names = [name.clone()].into_iter().chain(numbered);
    // The numbers never end.
    let name = names.find(|name| !taken.contains(name)).unwrap_or(name);
    taken.insert(name.clone());
    name
}
