//! From types of the model to types of Rust. Types that the document does not name get the name of what they are in.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::model::{Bounds, Definition, IntegerFormat, Kind, Model, StringFormat, Type, TypeId};
use crate::place::Place;
use crate::rust::buffered;
use crate::rust::docs;
use crate::rust::flow::{self, Flow, fixed_length};
use crate::rust::item::{Body, Item, Traits};
use crate::rust::literal;
use crate::rust::names::{Scope, pascal};
use crate::rust::part::Part;
use crate::rust::pretty::Attribute;
use crate::rust::twins::Twins;

/// How the values of a type travel, which decides what an optional member is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// rpc-core has described it as it reads it: an `Option` may be missing, and so may a member with a default.
    Read,
    /// Programs only get it.
    Taken,
    /// Programs send it, so that they must be able to say null, and to say nothing.
    Given,
    /// The same, to a server in Rust, to which both are the same.
    GivenToRust,
}

/// Collects the declarations.
pub(super) struct Converter<'a> {
    pub(super) model: &'a Model,
    pub(super) twins: Twins,
    pub(super) flow: Flow,
    pub(super) scope: Scope,
    /// The names of the named types.
    names: HashMap<TypeId, String>,
    pub(super) items: Vec<Item>,
    /// What the types need imported.
    pub(super) used: BTreeSet<&'static str>,
    /// Whether the document was made of types of Rust: nobody else has formats such as `uint32`. serde reads null and nothing alike.
    is_of_rust: bool,
    /// The places of the keys of maps in which serde reads texts only.
    buffered: HashSet<Place>,
    /// Types without a name that are declared, and the names that they got.
    hoisted: Vec<(&'a Type, Way, String)>,
    /// Functions that return defaults.
    pub(super) defaults: Vec<String>,
    /// The names of these functions.
    pub(super) functions: Scope,
    /// The named type that is being declared.
    owner: Option<TypeId>,
    /// Whether a `Vec` or a map is around what is being converted.
    is_indirect: bool,
    pub(super) way: Way,
}

impl<'a> Converter<'a> {
    /// Declares all named types.
    pub(super) fn new(model: &'a Model) -> Converter<'a> {
        let twins = Twins::of(model);
        let mut scope = Scope::of_types();
        let mut names = HashMap::new();
        for (id, _) in model
            .definitions()
            .filter(|(id, _)| twins.declared(*id) == *id)
        {
            let name = pascal(twins.name(model, id));
            names.insert(id, scope.unique(name, "Type"));
        }
        let mut converter = Converter {
            model,
            twins,
            flow: Flow::of(model),
            scope,
            names,
            items: Vec::new(),
            used: BTreeSet::new(),
            is_of_rust: flow::has_unsigned(model),
            buffered: buffered::keys(model),
            hoisted: Vec::new(),
            defaults: Vec::new(),
            functions: Scope::with(&[]),
            owner: None,
            is_indirect: false,
            way: Way::Taken,
        };
        for (id, definition) in model.definitions() {
            if converter.twins.declared(id) == id {
                converter.declare(id, definition);
            }
        }
        converter.owner = None;
        converter
    }

    /// The name of a named type.
    pub(super) fn name(&self, id: TypeId) -> &str {
        // All declared types have a name.
        self.names
            .get(&self.twins.declared(id))
            .map_or("Value", |name| name)
    }

    /// The way of what programs send.
    pub(super) fn given(&self) -> Way {
        match self.is_of_rust {
            true => Way::GivenToRust,
            false => Way::Given,
        }
    }

    fn declare(&mut self, id: TypeId, definition: &'a Definition) {
        self.owner = Some(id);
        self.is_indirect = false;
        self.way = match (self.twins.is_read(id), self.flow.is_given(id)) {
            (true, _) => Way::Read,
            (false, true) => self.given(),
            (false, false) => Way::Taken,
        };
        let name = self.name(id).to_owned();
        let place = self.items.len();
        let read = self
            .twins
            .read(id)
            .map_or(definition, |read| self.model.definition(read));
        let written = self.twins.read(id).map(|_| &definition.ty);
        let item = self.definition(name.clone(), &read.ty, (definition, written));
        let on_the_wire = self.twins.name(self.model, id);
        let item = match item.body {
            Body::Alias(_) => item,
            _ if on_the_wire == name => item,
            _ => with_name(item, on_the_wire),
        };
        self.items.insert(place, item);
    }

    /// The declaration of a named type. `ty` is its description as it is read, and `written` the other one, if there are two.
    fn definition(
        &mut self,
        name: String,
        ty: &'a Type,
        (definition, written): (&'a Definition, Option<&'a Type>),
    ) -> Item {
        let docs = docs::lines(&definition.ty.docs);
        let is_declared = match &ty.kind {
            _ if ty.nullable => false,
            Kind::Object { .. } => !is_any_object(&ty.kind),
            Kind::Enum { .. } => self.as_enum(&ty.kind),
            Kind::Constant(_) | Kind::Union { .. } | Kind::Never => true,
            _ => false,
        };
        if is_declared {
            let mut item = self.declaration(name, ty, written);
            item.docs = docs;
            return item;
        }
        if let Kind::Reference(_) = ty.kind
            && !ty.nullable
        {
            let target = self.plain(ty, &name);
            return Item::new(name, docs, Body::Alias(target));
        }
        if let Kind::Tuple { items, .. } = &ty.kind
            && items.len() > 1
            && !ty.nullable
        {
            let types = self.elements(items, &name);
            return Item::new(name, docs, Body::Tuple(types)).deriving(Traits::default());
        }
        let inner = self.ty(ty, &format!("{name}Value"));
        self.newtype(name, docs, inner, ty)
    }

    fn newtype(&mut self, name: String, docs: Vec<String>, inner: String, ty: &Type) -> Item {
        let is_text = inner == "String";
        let is_small = [
            "bool", "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128",
        ]
        .contains(&&*inner);
        let traits = Traits {
            copy: is_small,
            eq: is_text || is_small,
            default: false,
        };
        let mut item = Item::new(name.clone(), docs, Body::Tuple(vec![inner])).deriving(traits);
        let limits = self.limits(ty);
        if !limits.is_empty() {
            item.attributes.push(Attribute {
                path: "schemars",
                arguments: limits,
            });
        }
        if is_text {
            item.implementations = format!(
                "\nimpl From<&str> for {name} {{\n    fn from(text: &str) -> Self {{\n        Self(text.to_owned())\n    }}\n}}\n"
            );
        }
        item
    }

    /// Declares a type without a name, and returns the name that it gets.
    ///
    /// `allOf` brings the same schema to several places, and a reference may lead to it as well. It is declared once.
    pub(super) fn hoist(&mut self, ty: &'a Type, hint: &str) -> String {
        let is_named = |definition: &Definition| {
            let other = &definition.ty;
            other.place == ty.place && other.kind == ty.kind && !other.nullable
        };
        let named = self.model.definitions().find(|(_, it)| is_named(it));
        if let Some((id, _)) = named {
            return self.reference(id);
        }
        let is_same = |(other, way, _): &&(&Type, Way, String)| {
            *way == self.way && other.place == ty.place && other.kind == ty.kind
        };
        if let Some((_, _, name)) = self.hoisted.iter().find(is_same) {
            return name.clone();
        }
        let name = self.scope.unique(pascal(hint), "");
        self.hoisted.push((ty, self.way, name.clone()));
        let place = self.items.len();
        let mut item = self.declaration(name.clone(), ty, None);
        item.attributes
            .push(Attribute::new("schemars", &["inline"]));
        self.items.insert(place, item);
        name
    }

    fn declaration(&mut self, name: String, ty: &'a Type, written: Option<&'a Type>) -> Item {
        let docs = docs::lines(&ty.docs);
        match &ty.kind {
            Kind::Object { fields, rest } => {
                let parts = fields.iter().map(Part::from).collect();
                self.structure(name, docs, (parts, rest), written)
            }
            Kind::Union { variants, telling } => self.union(name, docs, variants, telling),
            Kind::Enum {
                choices,
                extensible,
            } => self.choices(name, docs, choices, *extensible),
            Kind::Constant(value) => self.constant(name, docs, value),
            _ => Item::new(name, docs, Body::Enum(Vec::new())).deriving(Traits::default()),
        }
    }

    /// A type, with `Option` around it if it may be null.
    pub(super) fn ty(&mut self, ty: &'a Type, hint: &str) -> String {
        let plain = self.plain(ty, hint);
        match ty.nullable && !self.is_null_inside(ty) {
            true => format!("Option<{plain}>"),
            false => plain,
        }
    }

    /// A type that may be null without an `Option` around it.
    pub(super) fn is_null_inside(&self, ty: &Type) -> bool {
        match &ty.kind {
            Kind::Any | Kind::Null => true,
            Kind::Reference(id) => {
                self.model.resolve(&self.model.definition(*id).ty).1
                    || self.is_null_inside(self.model.resolve(ty).0)
            }
            _ => false,
        }
    }

    /// A type without the `Option` of one that may be null.
    pub(super) fn plain(&mut self, ty: &'a Type, hint: &str) -> String {
        match &ty.kind {
            Kind::Any => self.using("Value"),
            Kind::Null => "()".to_owned(),
            Kind::Boolean => "bool".to_owned(),
            Kind::Integer { format, bounds } => integer(*format, *bounds).to_owned(),
            Kind::Number { .. } => "f64".to_owned(),
            Kind::String {
                format: StringFormat::Base64,
                ..
            } => self.using("Base64"),
            Kind::String { .. } => "String".to_owned(),
            Kind::Array { items, .. } => self.array(&ty.kind, items, hint),
            Kind::Tuple { items, .. } => self.tuple(items, hint),
            Kind::Map { keys, values } => self.map(keys.as_deref(), values, hint),
            kind if is_any_object(kind) => {
                self.using("Map");
                self.using("Value");
                "Map<String, Value>".to_owned()
            }
            Kind::Enum { choices, .. } if !self.as_enum(&ty.kind) => {
                match choices.iter().all(|it| it.value.as_integer().is_some()) {
                    true => "i64".to_owned(),
                    false => self.using("Value"),
                }
            }
            Kind::Reference(id) => self.reference(*id),
            _ => self.hoist(ty, hint),
        }
    }

    pub(super) fn using(&mut self, name: &'static str) -> String {
        self.used.insert(name);
        name.to_owned()
    }

    fn reference(&mut self, id: TypeId) -> String {
        let id = self.twins.declared(id);
        let name = self.name(id).to_owned();
        let owner = self.owner.filter(|_| !self.is_indirect);
        match owner.is_some_and(|owner| self.flow.needs_box(owner, id)) {
            true => format!("Box<{name}>"),
            false => name,
        }
    }

    fn array(&mut self, kind: &Kind, items: &'a Type, hint: &str) -> String {
        match fixed_length(kind) {
            Some(length) => format!("[{}; {length}]", self.ty(items, &format!("{hint}Item"))),
            None => format!("Vec<{}>", self.indirect(items, &format!("{hint}Item"))),
        }
    }

    fn tuple(&mut self, items: &'a [Type], hint: &str) -> String {
        match self.elements(items, hint).as_slice() {
            [only] => format!("({only},)"),
            types => format!("({})", types.join(", ")),
        }
    }

    /// The types of a tuple.
    pub(super) fn elements(&mut self, items: &'a [Type], hint: &str) -> Vec<String> {
        let items = items.iter().enumerate();
        items
            .map(|(index, item)| self.ty(item, &format!("{hint}{}", index + 1)))
            .collect()
    }

    fn map(&mut self, keys: Option<&Type>, values: &'a Type, hint: &str) -> String {
        self.using("BTreeMap");
        let is_number = |keys: &&Type| self.is_of_rust && !self.buffered.contains(&keys.place);
        let keys = keys.filter(is_number).map(|keys| &keys.kind);
        // schemars describes numbers as names so. Other documents mean any digits, such as those of `00123`.
        let keys = match keys {
            Some(Kind::String {
                pattern: Some(pattern),
                ..
            }) if pattern == r"^\d+$" => "u64",
            Some(Kind::String {
                pattern: Some(pattern),
                ..
            }) if pattern == r"^-?\d+$" => "i64",
            _ => "String",
        };
        format!(
            "BTreeMap<{keys}, {}>",
            self.indirect(values, &format!("{hint}Value"))
        )
    }

    /// A type behind a pointer.
    pub(super) fn indirect(&mut self, ty: &'a Type, hint: &str) -> String {
        let before = std::mem::replace(&mut self.is_indirect, true);
        let found = self.ty(ty, hint);
        self.is_indirect = before;
        found
    }
}

/// A declaration whose name on the wire is another.
fn with_name(mut item: Item, name: &str) -> Item {
    let argument = format!("rename = {}", literal::string(name));
    item.attributes.push(Attribute {
        path: "schemars",
        arguments: vec![argument],
    });
    item
}

/// An object of which nothing is known: whatever is in it is kept.
pub(super) fn is_any_object(kind: &Kind) -> bool {
    matches!(kind, Kind::Object { fields, rest: crate::model::Rest::Open } if fields.is_empty())
}

/// The type of an integer: by its format, or the smallest of 64 or 128 bits that its bounds fit.
pub(super) fn integer(format: IntegerFormat, bounds: Bounds) -> &'static str {
    let is_beyond = |bound: Option<i128>, most: i128| bound.is_some_and(|bound| bound > most);
    match format {
        IntegerFormat::Int8 => "i8",
        IntegerFormat::Int16 => "i16",
        IntegerFormat::Int32 => "i32",
        IntegerFormat::Int64 => "i64",
        IntegerFormat::Int128 => "i128",
        IntegerFormat::Uint8 => "u8",
        IntegerFormat::Uint16 => "u16",
        IntegerFormat::Uint32 => "u32",
        IntegerFormat::Uint64 => "u64",
        IntegerFormat::Uint128 => "u128",
        IntegerFormat::Unknown => match bounds.minimum {
            Some(minimum) if minimum >= 0 => match is_beyond(bounds.maximum, u64::MAX.into()) {
                true => "u128",
                false => "u64",
            },
            minimum => match minimum.is_some_and(|it| it < i64::MIN.into())
                || is_beyond(bounds.maximum, i64::MAX.into())
            {
                true => "i128",
                false => "i64",
            },
        },
    }
}
