//! The model: what a document says, in no language's words. Generators read this and nothing else.
//!
//! It is valid by construction. References lead somewhere, `allOf` is merged, names of methods and parameters are unique, and
//! numbers of formats are understood.

mod docs;
mod extensions;
mod method;
mod reach;
mod sign;
mod telling;
mod types;
mod walk;

pub use docs::Docs;
pub(crate) use extensions::Extensions;
pub use method::{
    Deprecation, ErrorCase, Example, ExampleParam, Method, Param, ParamStructure, Reply, Stream,
};
pub use sign::{JsonKind, Sign, Telling};
pub use types::{
    Bounds, Choice, Definition, Field, FloatBounds, IntegerFormat, Kind, Rest, StringFormat, Type,
    TypeId,
};

/// An OpenRPC document, understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The version of OpenRPC that the document says it is written in, such as `1.4.1`.
    pub openrpc: String,
    /// What the document describes.
    pub info: Info,
    /// Where it is served.
    pub servers: Vec<Server>,
    /// The methods, in the document's order. No two have the same name.
    pub methods: Vec<Method>,
    /// `x-client-methods`: what the server may call on its client, over a connection on which both ends talk.
    pub client_methods: Vec<Method>,
    /// The named types: first all of `components.schemas`, in their order, then what other references lead to.
    pub(crate) definitions: Vec<Definition>,
    /// `x-undescribed`: what the server has and the document does not describe.
    pub undescribed: Vec<Undescribed>,
    /// What the document says and the rest of the model does not.
    pub(crate) extensions: Extensions,
}

/// Something that a document leaves out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undescribed {
    /// The method.
    pub method: String,
    /// The code of the error whose data is left out, if the method itself is described.
    pub error: Option<i64>,
    /// Why.
    pub reason: Option<String>,
}

/// The document's `info`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// The name of the API.
    pub title: String,
    /// The version of the API, not of OpenRPC.
    pub version: String,
    /// What the API is for.
    pub description: Option<String>,
    /// What it is licensed under.
    pub license: Option<String>,
}

/// One of the document's `servers`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// A name, if the document gives one.
    pub name: Option<String>,
    /// The address. It may have variables in it, such as `${host}`.
    pub url: String,
}

impl Model {
    /// The named types.
    pub fn definitions(&self) -> impl Iterator<Item = (TypeId, &Definition)> {
        let ids = (0..).map(TypeId);
        ids.zip(&self.definitions)
    }

    /// A named type.
    pub fn definition(&self, id: TypeId) -> &Definition {
        &self.definitions[id.0]
    }

    /// The named type, if this model has so many. For identifiers of another version of the model.
    pub(crate) fn definition_at(&self, id: TypeId) -> Option<&Definition> {
        self.definitions.get(id.0)
    }

    /// The named type with this name.
    pub fn definition_named(&self, name: &str) -> Option<&Definition> {
        let mut definitions = self.definitions.iter();
        definitions.find(|definition| definition.name == name)
    }

    /// All methods: those of the server, then those of its client.
    pub fn all_methods(&self) -> impl Iterator<Item = &Method> {
        self.methods.iter().chain(&self.client_methods)
    }

    /// The method of the server with this name.
    pub fn method(&self, name: &str) -> Option<&Method> {
        self.methods.iter().find(|method| method.name == name)
    }

    /// What a type is once references are followed, and whether `null` is allowed on the way.
    pub fn resolve<'a>(&'a self, start: &'a Type) -> (&'a Type, bool) {
        let mut here = start;
        let mut nullable = start.nullable;
        // The reader refuses definitions that stand for themselves, so this ends.
        while let Kind::Reference(id) = here.kind {
            here = &self.definition(id).ty;
            nullable |= here.nullable;
        }
        (here, nullable)
    }
}
