//! Names on the wire, for serde: one attribute for all that have a common case, and one for each of the others.

use crate::rust::case::Case;
use crate::rust::literal;
use crate::rust::names::on_the_wire;
use crate::rust::pretty::{Attribute, Content, Member, Variant};

/// Names the members of a struct. Returns the attribute of the struct.
pub(super) fn members(members: &mut [Member]) -> Option<Attribute> {
    let names: Vec<(&str, &str)> = members
        .iter()
        .filter_map(|it| Some((on_the_wire(&it.name), it.wire.as_deref()?)))
        .collect();
    let case = Case::of_members(&names);
    for member in members {
        let name = on_the_wire(&member.name);
        let name = case.map_or_else(|| name.to_owned(), |case| case.of_member(name));
        member
            .attributes
            .splice(..0, one(&name, member.wire.as_deref()));
    }
    case.map(all)
}

/// Names the variants of an enum, and their members. Returns the attribute of the enum.
pub(super) fn variants(variants: &mut [Variant]) -> Option<Attribute> {
    for variant in variants.iter_mut() {
        if let Content::Members(fields) = &mut variant.content {
            let attribute = members(fields);
            variant.attributes.splice(..0, attribute);
        }
    }
    let names: Vec<(&str, &str)> = variants
        .iter()
        .filter_map(|it| Some((&*it.name, it.wire.as_deref()?)))
        .collect();
    let case = Case::of_variants(&names);
    for variant in variants {
        let name = case.map_or_else(
            || variant.name.clone(),
            |case| case.of_variant(&variant.name),
        );
        variant
            .attributes
            .splice(..0, one(&name, variant.wire.as_deref()));
    }
    case.map(all)
}

fn all(case: Case) -> Attribute {
    Attribute {
        path: "serde",
        arguments: vec![format!("rename_all = \"{}\"", case.name())],
    }
}

fn one(name: &str, wire: Option<&str>) -> Option<Attribute> {
    let wire = wire.filter(|wire| *wire != name)?;
    Some(Attribute {
        path: "serde",
        arguments: vec![format!("rename = {}", literal::string(wire))],
    })
}
