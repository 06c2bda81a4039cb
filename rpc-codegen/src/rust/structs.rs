//! Objects with known members: structs, and variants of enums.

use std::collections::HashSet;

use crate::model::{Kind, Rest, Type};
use crate::rust::convert::{Converter, Way};
use crate::rust::docs;
use crate::rust::item::{Body, Item, Traits};
use crate::rust::literal;
use crate::rust::names::{Scope, pascal};
use crate::rust::part::Part;
use crate::rust::pretty::{Attribute, Member};
use crate::rust::renames;

/// Arguments of `#[serde]` for a member that may be left out.
const LEFT_OUT: [&str; 2] = ["default", "skip_serializing_if = \"Option::is_none\""];

impl<'a> Converter<'a> {
    pub(super) fn structure(
        &mut self,
        name: String,
        docs: Vec<String>,
        (parts, rest): (Vec<Part<'a>>, &'a Rest),
        written: Option<&'a Type>,
    ) -> Item {
        let left_out = written.map(left_out).unwrap_or_default();
        let required = self.required(&parts);
        let mut members = self.members(&name, parts, rest, &left_out);
        let case = renames::members(&mut members);
        let can_be_empty = members
            .iter()
            .all(|it| it.ty.starts_with("Option<") || it.ty.starts_with("BTreeMap<"));
        let traits = Traits {
            default: can_be_empty && !members.is_empty(),
            ..Traits::default()
        };
        let mut item = Item::new(name, docs, Body::Struct(members)).deriving(traits);
        item.attributes.extend(case);
        if *rest == Rest::Closed {
            let closed = Attribute::new("serde", &["deny_unknown_fields"]);
            item.attributes.push(closed);
        }
        if let Some(required) = required {
            item.attributes.push(Attribute {
                path: "schemars",
                arguments: vec![required],
            });
        }
        item
    }

    /// The members of a struct or a variant. `left_out` are those that even rpc-core may leave out.
    pub(super) fn members(
        &mut self,
        owner: &str,
        parts: Vec<Part<'a>>,
        rest: &'a Rest,
        left_out: &HashSet<&str>,
    ) -> Vec<Member> {
        let mut scope = Scope::with(&[]);
        let mut members = Vec::new();
        for part in parts {
            // A member that no value fits can only be left out.
            if part.ty.kind == Kind::Never && !part.required {
                continue;
            }
            let name = scope.identifier(part.name);
            members.push(self.member(owner, name, part, left_out.contains(part.name)));
        }
        if let Rest::Typed(values) = rest {
            self.using("BTreeMap");
            let values = self.indirect(values, &format!("{owner}Rest"));
            members.push(Member {
                docs: vec!["All other members.".to_owned()],
                attributes: vec![Attribute::new("serde", &["flatten"])],
                name: scope.identifier("rest"),
                wire: None,
                ty: format!("BTreeMap<String, {values}>"),
            });
        }
        members
    }

    fn member(
        &mut self,
        owner: &str,
        name: String,
        part: Part<'a>,
        may_be_left_out: bool,
    ) -> Member {
        let hint = format!("{owner}{}", pascal(part.name));
        let plain = self.plain(part.ty, &hint);
        let mut serde = Vec::new();
        let mut schema = Vec::new();
        let ty = self.member_type(
            part,
            plain,
            may_be_left_out,
            (&mut serde, &mut schema),
            &hint,
        );
        schema.extend(self.limits(part.ty));
        if !schema.is_empty() {
            // What serde does not read stands in attributes of its own, so that they stay on one line.
            let is_type = |argument: &String| argument.starts_with("with = ");
            let (types, others): (Vec<String>, Vec<String>) = schema.into_iter().partition(is_type);
            let parts = [types, others].into_iter().filter(|it| !it.is_empty());
            serde.extend(parts.map(|arguments| Attribute {
                path: "schemars",
                arguments,
            }));
        }
        let mut docs = docs::of_member(part.docs, part.name);
        if part.ty.deprecated {
            if !docs.is_empty() {
                docs.push(String::new());
            }
            docs.push("Deprecated.".to_owned());
        }
        Member {
            docs,
            attributes: serde,
            name,
            wire: Some(part.name.to_owned()),
            ty,
        }
    }

    /// The type of a member, with what serde and schemars have to know about it.
    fn member_type(
        &mut self,
        part: Part<'a>,
        plain: String,
        may_be_left_out: bool,
        (serde, schema): (&mut Vec<Attribute>, &mut Vec<String>),
        hint: &str,
    ) -> String {
        let is_null_inside = self.is_null_inside(part.ty);
        let is_nullable = part.ty.nullable && !is_null_inside;
        let option = format!("Option<{plain}>");
        if self.way == Way::Read
            && !is_nullable
            && let Some(default) = &part.ty.default
            && let Some(attribute) = self.default_attribute(part.ty, &plain, default, hint)
        {
            serde.push(attribute);
            return plain;
        }
        if part.required {
            return if is_nullable { option } else { plain };
        }
        if is_nullable && self.way == Way::Read && !may_be_left_out {
            return option;
        }
        serde.push(Attribute::new("serde", &LEFT_OUT));
        if is_null_inside {
            serde.push(self.present());
            return option;
        }
        match (is_nullable, self.way) {
            (false, _) => {
                schema.push(format!("with = {}", literal::string(&plain)));
                if let Some(default) = part.ty.default.as_ref().and_then(literal::json) {
                    schema.push(format!("extend(\"default\" = {default})"));
                }
                option
            }
            (true, Way::Given) => {
                serde.push(self.present());
                format!("Option<{option}>")
            }
            (true, _) => option,
        }
    }

    /// What makes serde tell null from a member that is missing.
    fn present(&mut self) -> Attribute {
        self.using("Deserializer");
        Attribute::new("serde", &["deserialize_with = \"present\""])
    }

    /// For what programs send: the required members, if one of them may be null. schemars takes each `Option` for optional.
    fn required(&self, parts: &[Part<'a>]) -> Option<String> {
        let is_option = |part: &Part<'_>| part.ty.nullable && !self.is_null_inside(part.ty);
        let required: Vec<&Part<'_>> = parts.iter().filter(|it| it.required).collect();
        if self.way == Way::Taken || !required.iter().any(|it| is_option(it)) {
            return None;
        }
        let names: Vec<String> = required.iter().map(|it| literal::string(it.name)).collect();
        Some(format!("extend(\"required\" = [{}])", names.join(", ")))
    }
}

/// The members that a written object may be without.
fn left_out(written: &Type) -> HashSet<&str> {
    let Kind::Object { fields, .. } = &written.kind else {
        return HashSet::new();
    };
    let optional = fields.iter().filter(|field| !field.required);
    optional.map(|field| &*field.name).collect()
}
