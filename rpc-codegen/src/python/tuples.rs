//! Arrays whose elements have types of their own.

use crate::model::Type;
use crate::python::convert::{Converter, Own};
use crate::python::expression::Expression;
use crate::python::pretty::{broken, tuple};

/// How many elements of a tuple may be missing.
pub(super) const MOST_OPTIONAL: usize = 8;

impl Converter<'_> {
    /// A tuple of one length, or a union of those of each length.
    pub(super) fn tuple(
        &mut self,
        items: &[Type],
        required: usize,
        rest: Option<&Type>,
        context: &str,
        own: Option<Own>,
    ) -> Expression {
        if items.len() - required.min(items.len()) > MOST_OPTIONAL {
            return Expression::json();
        }
        let mut parts = Vec::new();
        for (index, ty) in items.iter().enumerate() {
            parts.push(self.convert_within(ty, &format!("{context}Part{}", index + 1), 40));
        }
        let rest = rest.map(|rest| self.convert_within(rest, &format!("{context}Rest"), 40));
        let annotations: Vec<&str> = parts.iter().map(|part| &*part.annotation).collect();
        let lengths = (required.min(items.len())..=items.len()).map(|length| {
            let mut known: Vec<String> = annotations[..length]
                .iter()
                .map(|it| (*it).to_owned())
                .collect();
            if let Some(rest) = rest.as_ref().filter(|_| length == items.len()) {
                known.push(format!("*tuple[{}, ...]", rest.annotation));
            }
            match known.is_empty() {
                true => "tuple[()]".to_owned(),
                false => format!("tuple[{}]", known.join(", ")),
            }
        });
        let annotation = lengths.collect::<Vec<_>>().join(" | ");
        let body = tuple_body(&parts, required.min(items.len()), rest.as_ref());
        self.decoded_by(annotation, context, own, body)
    }
}

fn tuple_body(parts: &[Expression], required: usize, rest: Option<&Expression>) -> String {
    let most = if rest.is_none() {
        parts.len().to_string()
    } else {
        "None".to_owned()
    };
    let mut body = format!("    items = elements(value, {required}, {most})\n");
    let item =
        |(index, part): (usize, &Expression)| format!("item(items, {index}, {})", part.decoder);
    let items: Vec<String> = parts.iter().enumerate().map(item).collect();
    for length in required..parts.len() {
        let some = tuple(&items[..length]);
        let some = broken(&some, 8, 15, 0);
        body += &format!("    if len(items) == {length}:\n        return {some}\n");
    }
    let mut all = items;
    if let Some(rest) = rest {
        all.push(format!(
            "*items_from(items, {}, {})",
            parts.len(),
            rest.decoder
        ));
    }
    body + &format!("    return {}\n", broken(&tuple(&all), 4, 11, 0))
}
