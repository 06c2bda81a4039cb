//! What people read: docs and examples.

use std::collections::HashSet;

use crate::diff::Finding;
use crate::diff::change::Verdict;
use crate::diff::version::Version;
use crate::model::{Docs, Kind, Method, Model, Type, TypeId};
use crate::value::Value;

/// The changes of a method's docs and examples, and of those of its types.
pub(super) fn compare(old: Version<'_>, new: Version<'_>) -> Vec<Finding> {
    let (before, after) = (Texts::of(old), Texts::of(new));
    let mut found = Vec::new();
    let mut push = |rule, message: &str| {
        found.push(Finding::new(rule, message, (Verdict::Fine, Verdict::Fine)));
    };
    if before.docs != after.docs {
        push("docs-changed", "the docs have changed");
    }
    if before.examples != after.examples {
        push("examples-changed", "the examples have changed");
    }
    found
}

/// All that people read about a method.
#[derive(Default)]
struct Texts {
    docs: Vec<String>,
    examples: Vec<Value>,
}

impl Texts {
    fn of(version: Version<'_>) -> Texts {
        let method = version.method;
        let mut texts = Texts::default();
        texts.add_docs(&method.docs);
        texts.add_all(notes(method));
        for param in &method.params {
            texts.add_docs(&param.docs);
            let marks = [(param.secret, "secret"), (param.deprecated, "deprecated")];
            let marks = marks.iter().filter(|(is_set, _)| *is_set);
            texts.add_all(marks.map(|(_, mark)| format!("{}: {mark}", param.name)));
        }
        texts.add_all(method.errors.iter().filter_map(|it| it.description.clone()));
        for example in &method.examples {
            texts.examples.push(Value::String(example.name.clone()));
            let params = example.params.iter().map(|it| it.value.clone());
            texts.examples.extend(params);
            texts
                .examples
                .extend(example.result.iter().map(|(it, _)| it.clone()));
        }
        for ty in method.types() {
            texts.add_type(version.model, ty, &mut HashSet::new());
        }
        texts
    }

    fn add_docs(&mut self, docs: &Docs) {
        self.add_all(docs.title.iter().chain(&docs.description).cloned());
    }

    fn add_all(&mut self, texts: impl IntoIterator<Item = String>) {
        self.docs.extend(texts);
    }

    /// Adds the texts of a type and of all that it consists of.
    // Not recursive: a document may have a chain of as many types as fit into it.
    fn add_type<'a>(&mut self, model: &'a Model, ty: &'a Type, seen: &mut HashSet<TypeId>) {
        let mut waiting = vec![ty];
        while let Some(ty) = waiting.pop() {
            self.add_docs(&ty.docs);
            self.examples.extend(ty.examples.iter().cloned());
            waiting.extend(ty.children().into_iter().rev());
            match &ty.kind {
                Kind::Enum { choices, .. } => {
                    for choice in choices {
                        self.add_docs(&choice.docs);
                    }
                }
                Kind::Reference(id) if seen.insert(*id) => {
                    waiting.push(&model.definition(*id).ty);
                }
                _ => {}
            }
        }
    }
}

/// What a method says about its age.
fn notes(method: &Method) -> Vec<String> {
    let note = method.deprecated.as_ref().and_then(|it| it.note.clone());
    method.since.iter().cloned().chain(note).collect()
}
