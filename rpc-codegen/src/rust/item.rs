//! What `types.rs` declares, as data, and how it is printed.

use crate::rust::pretty::{self, Attribute, Content, Member, Variant};

/// A declaration of a type.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) docs: Vec<String>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) name: String,
    pub(super) body: Body,
    /// Implementations of traits, as code.
    pub(super) implementations: String,
}

/// What a name stands for.
#[derive(Debug, Clone)]
pub(super) enum Body {
    /// Another name of a type.
    Alias(String),
    /// A struct whose members have no names.
    Tuple(Vec<String>),
    Struct(Vec<Member>),
    Enum(Vec<Variant>),
}

/// The traits that a type derives, besides those that all have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Traits {
    pub(super) copy: bool,
    pub(super) default: bool,
    pub(super) eq: bool,
}

impl Item {
    pub(super) fn new(name: String, docs: Vec<String>, body: Body) -> Item {
        Item {
            docs,
            attributes: Vec::new(),
            name,
            body,
            implementations: String::new(),
        }
    }

    /// Puts the derived traits before all other attributes.
    pub(super) fn deriving(mut self, traits: Traits) -> Item {
        let when = |is_there, names: &[&'static str]| match is_there {
            true => names.to_vec(),
            false => Vec::new(),
        };
        let names = [
            vec!["Debug", "Clone"],
            when(traits.copy, &["Copy"]),
            when(traits.default, &["Default"]),
            vec!["PartialEq"],
            when(traits.eq, &["Eq", "Hash"]),
            vec!["Serialize", "Deserialize", "JsonSchema"],
        ];
        self.attributes
            .insert(0, Attribute::new("derive", &names.concat()));
        self
    }

    pub(super) fn text(&self) -> String {
        let Item { name, body, .. } = self;
        let docs = pretty::docs(&self.docs, "");
        let attributes = pretty::attributes(&self.attributes, "");
        let body = match body {
            Body::Alias(ty) => format!("pub type {name} = {ty};\n"),
            Body::Tuple(types) => pretty::tuple_struct(name, types),
            Body::Struct(members) if members.is_empty() => format!("pub struct {name} {{}}\n"),
            Body::Struct(members) => {
                format!(
                    "pub struct {name} {{\n{}}}\n",
                    pretty::members(members, "    ", "pub ")
                )
            }
            Body::Enum(variants) if variants.is_empty() => format!("pub enum {name} {{}}\n"),
            Body::Enum(variants) => {
                format!("pub enum {name} {{\n{}}}\n", pretty::variants(variants))
            }
        };
        format!("{docs}{attributes}{body}{}", self.implementations)
    }

    /// The types that the declaration names, as code.
    pub(super) fn types(&self) -> String {
        let of_members = |members: &[Member]| {
            members
                .iter()
                .map(|it| format!("{}\n", it.ty))
                .collect::<String>()
        };
        let of_variant = |variant: &Variant| match &variant.content {
            Content::Unit => String::new(),
            Content::Types(types) => types.join("\n") + "\n",
            Content::Members(members) => of_members(members),
        };
        let types = match &self.body {
            Body::Alias(ty) => ty.clone(),
            Body::Tuple(types) => types.join("\n"),
            Body::Struct(members) => of_members(members),
            Body::Enum(variants) => variants.iter().map(of_variant).collect(),
        };
        format!("{types}\n{}", self.implementations)
    }
}
