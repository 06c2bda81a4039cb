//! Constants and enums.

use crate::model::{Choice, Kind};
use crate::rust::convert::Converter;
use crate::rust::docs;
use crate::rust::item::{Body, Item, Traits};
use crate::rust::literal;
use crate::rust::names::{Scope, pascal};
use crate::rust::pretty::{Attribute, Content, Variant};
use crate::rust::renames;
use crate::value::Value;

impl Converter<'_> {
    /// Whether an enum is one in Rust. One with values that newer servers add, and that are not all strings, is any value.
    pub(super) fn as_enum(&self, kind: &Kind) -> bool {
        match kind {
            Kind::Enum {
                choices,
                extensible,
            } => !extensible || choices.iter().all(|it| it.value.as_str().is_some()),
            _ => false,
        }
    }

    pub(super) fn constant(&mut self, name: String, docs: Vec<String>, value: &Value) -> Item {
        let variant = Scope::of_variants().unique(pascal(&text(value)), "");
        if value.as_str().is_some() {
            return names(name, docs, vec![unit(variant, Vec::new(), value)]);
        }
        self.of_values(name, docs, &[(variant, Vec::new(), value)])
    }

    pub(super) fn choices(
        &mut self,
        name: String,
        docs: Vec<String>,
        choices: &[Choice],
        extensible: bool,
    ) -> Item {
        let mut scope = of_choices();
        let variants: Vec<(String, Vec<String>, &Value)> = choices
            .iter()
            .map(|choice| {
                let name = scope.unique(pascal(&text(&choice.value)), "");
                (name, docs::lines(&choice.docs), &choice.value)
            })
            .collect();
        if !choices.iter().all(|it| it.value.as_str().is_some()) {
            return self.of_values(name, docs, &variants);
        }
        let values = variants.iter().map(|(_, _, value)| *value);
        let values: Vec<String> = values.filter_map(literal::json).collect();
        let variants = variants
            .into_iter()
            .map(|(name, docs, value)| unit(name, docs, value));
        let mut variants: Vec<Variant> = variants.collect();
        if !extensible {
            return names(name, docs, variants);
        }
        variants.push(Variant {
            docs: vec!["A value that the document does not know.".to_owned()],
            attributes: vec![Attribute::new("serde", &["untagged"])],
            name: "Unknown".to_owned(),
            wire: None,
            content: Content::Types(vec!["String".to_owned()]),
        });
        let traits = Traits {
            eq: true,
            ..Traits::default()
        };
        let case = renames::variants(&mut variants);
        let mut item = Item::new(name, docs, Body::Enum(variants)).deriving(traits);
        item.attributes.extend(case);
        item.attributes.push(schema(
            "String",
            &[
                format!("extend(\"enum\" = [{}])", values.join(", ")),
                "extend(\"x-extensible\" = true)".to_owned(),
            ],
        ));
        item
    }

    /// An enum whose values are not all strings: serde reads a value and compares it.
    fn of_values(
        &mut self,
        name: String,
        docs: Vec<String>,
        variants: &[(String, Vec<String>, &Value)],
    ) -> Item {
        for used in ["Value", "json"] {
            self.using(used);
        }
        // Values that `json!` can't have are refused before: see `inexpressible`.
        let json: Vec<String> = variants
            .iter()
            .filter_map(|(_, _, value)| literal::json(value))
            .collect();
        let all: Vec<String> = variants
            .iter()
            .map(|(variant, ..)| format!("Self::{variant}"))
            .collect();
        let arms = variants.iter().zip(&json);
        let arms: String = arms
            .map(|((variant, ..), json)| arm(&name, variant, json))
            .collect();
        let body = variants.iter().map(|(variant, docs, _)| Variant {
            docs: docs.clone(),
            attributes: Vec::new(),
            name: variant.clone(),
            wire: None,
            content: Content::Unit,
        });
        let mut item =
            Item::new(name.clone(), docs, Body::Enum(body.collect())).deriving(of_names());
        item.attributes.push(Attribute::new(
            "serde",
            &["try_from = \"Value\"", "into = \"Value\""],
        ));
        item.attributes.push(schema(
            "Value",
            &[format!("extend(\"enum\" = [{}])", json.join(", "))],
        ));
        item.implementations = format!(
            "
impl From<{name}> for Value {{
    fn from(value: {name}) -> Self {{
        match value {{
{arms}        }}
    }}
}}

impl TryFrom<Value> for {name} {{
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {{
{}
        let known = all.into_iter().find(|known| Value::from(*known) == value);
        known.ok_or_else(|| format!(\"unknown value {{value}}\"))
    }}
}}
",
            list(&all)
        );
        item
    }
}

/// The variants of an enum. Its other values become `Unknown`.
pub(super) fn of_choices() -> Scope {
    Scope::with(&["Self", "Unknown"])
}

/// An enum of strings.
fn names(name: String, docs: Vec<String>, mut variants: Vec<Variant>) -> Item {
    let case = renames::variants(&mut variants);
    let mut item = Item::new(name, docs, Body::Enum(variants)).deriving(of_names());
    item.attributes.extend(case);
    item
}

fn of_names() -> Traits {
    Traits {
        copy: true,
        eq: true,
        default: false,
    }
}

/// A variant that is a string.
fn unit(name: String, docs: Vec<String>, value: &Value) -> Variant {
    Variant {
        docs,
        attributes: Vec::new(),
        wire: value.as_str().map(str::to_owned),
        name,
        content: Content::Unit,
    }
}

/// What names a variant.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(_) => value.to_string().replace('-', "minus "),
        other => other.to_string(),
    }
}

/// The attribute of a type with a schema of its own.
fn schema(ty: &str, more: &[String]) -> Attribute {
    let with = format!("with = \"{ty}\"");
    Attribute {
        path: "schemars",
        arguments: std::iter::once(with).chain(more.iter().cloned()).collect(),
    }
}

fn arm(name: &str, variant: &str, json: &str) -> String {
    let one_line = format!("            {name}::{variant} => json!({json}),\n");
    match one_line.chars().count() <= 101 {
        true => one_line,
        false => format!(
            "            {name}::{variant} => {{\n                json!({json})\n            }}\n"
        ),
    }
}

/// `let all = […];`. rustfmt puts short elements next to each other, and long ones below each other.
fn list(elements: &[String]) -> String {
    let one_line = format!("        let all = [{}];", elements.join(", "));
    match one_line.len() <= 68 {
        true => one_line,
        false => {
            let lines: Vec<String> = elements
                .iter()
                .map(|it| format!("            {it},\n"))
                .collect();
            format!("        let all = [\n{}        ];", lines.concat())
        }
    }
}
