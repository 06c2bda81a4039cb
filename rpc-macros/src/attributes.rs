//! What a user's attributes say: docs, `deprecated`, `cfg`.

use syn::{Attribute, Expr, Meta, parse_quote};

use crate::literal;

/// The attributes with one of these names.
pub(crate) fn only(attributes: &[Attribute], names: &[&str]) -> Vec<Attribute> {
    let named = |attribute: &&Attribute| names.iter().any(|name| attribute.path().is_ident(name));
    attributes.iter().filter(named).cloned().collect()
}

/// What the author allows, for generated code. An `expect` becomes an `allow`, because it is fulfilled only once.
pub(crate) fn allowed(attributes: &[Attribute]) -> Vec<Attribute> {
    let allowed = attributes
        .iter()
        .filter_map(|attribute| match &attribute.meta {
            Meta::List(list) if list.path.is_ident("allow") || list.path.is_ident("expect") => {
                let lints = &list.tokens;
                Some(parse_quote!(#[allow(#lints)]))
            }
            _ => None,
        });
    allowed.collect()
}

/// The doc comment, without the space before each line.
pub(crate) fn docs(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes.iter().filter_map(doc_line).collect();
    lines.join("\n").trim().to_owned()
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    if !pair.path.is_ident("doc") {
        return None;
    }
    let line = literal::string(&pair.value)?;
    Some(line.strip_prefix(' ').map(str::to_owned).unwrap_or(line))
}

/// The note of `#[deprecated]`, empty if it has none.
pub(crate) fn deprecated(attributes: &[Attribute]) -> Option<String> {
    let attribute = attributes
        .iter()
        .find(|attribute| attribute.path().is_ident("deprecated"))?;
    let mut note = String::new();
    match &attribute.meta {
        Meta::Path(_) => {}
        Meta::NameValue(pair) => note = literal::string(&pair.value).unwrap_or_default(),
        // The compiler reports mistakes in this attribute.
        Meta::List(list) => drop(list.parse_nested_meta(|meta| {
            let value: Expr = meta.value()?.parse()?;
            if meta.path.is_ident("note") {
                note = literal::string(&value).unwrap_or_default();
            }
            Ok(())
        })),
    }
    Some(note)
}
