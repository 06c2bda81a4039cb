//! Unions as enums, in the form of serde that their variants have.

use std::collections::HashSet;

use crate::model::{Kind, Rest, Telling, Type};
use crate::rust::convert::Converter;
use crate::rust::docs;
use crate::rust::form::{Form, form, object};
use crate::rust::item::{Body, Item, Traits};
use crate::rust::literal;
use crate::rust::names::{Scope, pascal};
use crate::rust::order;
use crate::rust::part::Part;
use crate::rust::pretty::{Attribute, Content, Variant};
use crate::rust::renames;
use crate::value::Value;

impl<'a> Converter<'a> {
    pub(super) fn union(
        &mut self,
        name: String,
        docs: Vec<String>,
        variants: &'a [Type],
        telling: &'a Telling,
    ) -> Item {
        let form = form(variants, telling);
        let mut scope = Scope::of_variants();
        let written = match &form {
            Form::Tag(tag, values) => self.tagged(&name, (tag, values), variants, &mut scope),
            Form::Content(tag, content, values) => {
                self.adjacent(&name, (tag, content, values), variants, &mut scope)
            }
            Form::Name => self.external(&name, variants, &mut scope),
            Form::Untagged => self.untagged(&name, variants, &mut scope),
        };
        let mut written = written;
        let case = renames::variants(&mut written);
        let mut item = Item::new(name, docs, Body::Enum(written)).deriving(Traits::default());
        item.attributes.extend(attribute(&form));
        item.attributes.extend(case);
        let is_closed = |ty: &Type| {
            matches!(
                &ty.kind,
                Kind::Object {
                    rest: Rest::Closed,
                    ..
                }
            )
        };
        if matches!(form, Form::Tag(..) | Form::Content(..)) && variants.iter().all(is_closed) {
            item.attributes
                .push(Attribute::new("serde", &["deny_unknown_fields"]));
        }
        item
    }

    fn tagged(
        &mut self,
        owner: &str,
        (tag, values): (&str, &[&str]),
        variants: &'a [Type],
        scope: &mut Scope,
    ) -> Vec<Variant> {
        let mut written = Vec::new();
        for (ty, value) in variants.iter().zip(values) {
            let name = scope.unique(pascal(value), "");
            let (fields, rest) = object(ty);
            let others = fields
                .iter()
                .filter(|it| it.name != tag)
                .map(Part::from)
                .collect();
            let owner = format!("{owner}{name}");
            let members = self.members(&owner, others, rest, &HashSet::new());
            let content = match members.is_empty() {
                true => Content::Unit,
                false => Content::Members(members),
            };
            written.push(named(name, value, ty, content));
        }
        written
    }

    fn adjacent(
        &mut self,
        owner: &str,
        (tag, content, values): (&str, &str, &[&str]),
        variants: &'a [Type],
        scope: &mut Scope,
    ) -> Vec<Variant> {
        let mut written = Vec::new();
        for (ty, value) in variants.iter().zip(values) {
            let name = scope.unique(pascal(value), "");
            let (fields, _) = object(ty);
            let field = fields
                .iter()
                .find(|it| it.name == content && it.name != tag);
            let content = match field {
                None => Content::Unit,
                Some(field) => self.content(&format!("{owner}{name}"), &field.ty),
            };
            written.push(named(name, value, ty, content));
        }
        written
    }

    fn external(&mut self, owner: &str, variants: &'a [Type], scope: &mut Scope) -> Vec<Variant> {
        let mut written = Vec::new();
        for ty in variants {
            match &ty.kind {
                Kind::Constant(value) => written.push(unit(scope, value, docs::lines(&ty.docs))),
                Kind::Enum { choices, .. } => {
                    let units = choices
                        .iter()
                        .map(|it| unit(scope, &it.value, docs::lines(&it.docs)));
                    written.extend(units.collect::<Vec<_>>());
                }
                _ => {
                    let Some(field) = object(ty).0.first() else {
                        continue;
                    };
                    let name = scope.unique(pascal(&field.name), "");
                    let content = self.content(&format!("{owner}{name}"), &field.ty);
                    written.push(named(name, &field.name, ty, content));
                }
            }
        }
        written
    }

    fn untagged(&mut self, owner: &str, variants: &'a [Type], scope: &mut Scope) -> Vec<Variant> {
        let sorted = order::sorted(self.model, variants);
        let mut written = Vec::new();
        for ty in sorted {
            let name = scope.unique(self.variant_name(ty), "");
            let content = self.content(&format!("{owner}{name}"), ty);
            let text = ty.docs.description.clone().unwrap_or_default();
            let variant = Variant {
                docs: docs::markdown(&text),
                attributes: Vec::new(),
                name,
                wire: None,
                content,
            };
            written.push(variant);
        }
        written
    }

    /// What a variant has: the members of an open object, or a value.
    fn content(&mut self, owner: &str, ty: &'a Type) -> Content {
        match &ty.kind {
            Kind::Object {
                fields,
                rest: Rest::Open,
            } if !fields.is_empty() && !ty.nullable => Content::Members(self.members(
                owner,
                fields.iter().map(Part::from).collect(),
                &Rest::Open,
                &HashSet::new(),
            )),
            Kind::Tuple { items, .. } if items.len() > 1 && !ty.nullable => {
                Content::Types(self.elements(items, owner))
            }
            _ => Content::Types(vec![self.ty(ty, owner)]),
        }
    }

    fn variant_name(&self, ty: &Type) -> String {
        let title = ty.docs.title.as_deref().map(pascal);
        let kind = match &ty.kind {
            Kind::Reference(id) => {
                return title
                    .filter(|it| Some(&**it) == ty.docs.title.as_deref())
                    .unwrap_or_else(|| self.name(*id).to_owned());
            }
            Kind::Boolean => "Boolean",
            Kind::Integer { .. } => "Integer",
            Kind::Number { .. } => "Number",
            Kind::String { .. } => "Text",
            Kind::Array { .. } | Kind::Tuple { .. } => "List",
            Kind::Map { .. } => "Members",
            Kind::Object { .. } => "Object",
            Kind::Any => "Any",
            Kind::Constant(Value::String(value)) => return pascal(value),
            Kind::Constant(_) | Kind::Enum { .. } => "Known",
            _ => "Other",
        };
        let title = title.filter(|title| title.len() <= 30 && title != "Unnamed");
        title.unwrap_or_else(|| kind.to_owned())
    }
}

fn attribute(form: &Form<'_>) -> Option<Attribute> {
    let tag = |name: &str, value: &str| format!("{name} = {}", literal::string(value));
    let arguments = match form {
        Form::Tag(name, _) => vec![tag("tag", name)],
        Form::Content(name, content, _) => vec![tag("tag", name), tag("content", content)],
        Form::Name => return None,
        Form::Untagged => vec!["untagged".to_owned()],
    };
    Some(Attribute {
        path: "serde",
        arguments,
    })
}

fn unit(scope: &mut Scope, value: &Value, docs: Vec<String>) -> Variant {
    let text = value.as_str().unwrap_or_default();
    Variant {
        docs,
        attributes: Vec::new(),
        name: scope.unique(pascal(text), ""),
        wire: Some(text.to_owned()),
        content: Content::Unit,
    }
}

fn named(name: String, wire: &str, ty: &Type, content: Content) -> Variant {
    Variant {
        docs: docs::lines(&ty.docs),
        attributes: Vec::new(),
        name,
        wire: Some(wire.to_owned()),
        content,
    }
}
