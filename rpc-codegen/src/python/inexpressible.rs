//! What of a model Python can't express.

use std::collections::HashSet;

use crate::generated::Inexpressible;
use crate::model::{Choice, JsonKind, Kind, Method, Reply, StringFormat, Type};
use crate::place::Place;
use crate::python::Writer;
use crate::python::text::literal;
use crate::python::tuples::MOST_OPTIONAL;
use crate::value::Value;

impl Writer<'_> {
    /// Everything that can't be expressed, by method.
    pub(super) fn inexpressible(self) -> Vec<Inexpressible> {
        self.typed_methods()
            .flat_map(|method| self.wrong_in(method))
            .collect()
    }

    fn wrong_in(self, method: &Method) -> Vec<Inexpressible> {
        let found = |place: &Place, message: &str| Inexpressible {
            place: place.clone(),
            method: method.name.clone(),
            message: message.to_owned(),
        };
        let mut wrong = Vec::new();
        if let Reply::Stream(stream) = &method.reply
            && stream.notification != "$/progress"
            && stream.unsubscribe.is_none()
        {
            let message = "stream items must arrive as `$/progress`";
            wrong.push(found(&method.place, message));
        }
        let mut seen = HashSet::new();
        let mut types = method.types();
        types.reverse();
        while let Some(ty) = types.pop() {
            wrong.extend(self.problem(ty).map(|message| found(&ty.place, message)));
            if let Kind::Reference(id) = ty.kind
                && seen.insert(id)
            {
                types.push(&self.model.definition(id).ty);
            }
            // The names of a map are strings in any case.
            match &ty.kind {
                Kind::Map { values, .. } => types.push(values),
                _ => types.extend(ty.children().into_iter().rev()),
            }
        }
        wrong
    }

    fn problem(self, ty: &Type) -> Option<&'static str> {
        match &ty.kind {
            Kind::Constant(value) => not_literal(value),
            Kind::Enum {
                choices,
                extensible: true,
            } if !is_uniform(choices) => {
                Some("an extensible enum whose values are neither all strings nor all integers")
            }
            Kind::Enum { choices, .. } => {
                choices.iter().find_map(|choice| not_literal(&choice.value))
            }
            Kind::Tuple {
                items, required, ..
            } if items.len() > required + MOST_OPTIONAL => {
                Some("an array with more than 8 elements that may be missing")
            }
            Kind::Union { variants, .. } => self.mixes_bytes(variants),
            _ => None,
        }
    }

    /// Whether a string may be text or bytes: nobody could tell.
    fn mixes_bytes(self, variants: &[Type]) -> Option<&'static str> {
        let is_bytes = |ty: &&Type| {
            let (ty, _) = self.model.resolve(ty);
            matches!(
                &ty.kind,
                Kind::String {
                    format: StringFormat::Base64,
                    ..
                }
            )
        };
        let has_strings = |ty: &&Type| self.model.json_kinds(ty).contains(&JsonKind::String);
        let bytes = variants.iter().filter(is_bytes).count();
        let strings = variants.iter().filter(has_strings).count();
        (bytes > 0 && strings > bytes).then_some("a union of base64 and other strings")
    }
}

/// Whether all values are strings, or all are integers.
fn is_uniform(choices: &[Choice]) -> bool {
    let mut values = choices.iter().map(|choice| &choice.value);
    values.clone().all(|value| value.as_str().is_some())
        || values.all(|value| value.as_integer().is_some())
}

fn not_literal(value: &Value) -> Option<&'static str> {
    match (literal(value), value) {
        (Some(_), _) => None,
        (None, Value::Number(_)) => Some("a constant that is a number with a fraction"),
        (None, Value::Object(_)) => Some("a constant that is an object"),
        (None, _) => Some("a constant that is an array"),
    }
}
