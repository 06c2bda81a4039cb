//! The schemas in a contract: which JSON a method takes and returns, and how it fails. With the feature `schema` only.
//!
//! `#[rpc(schema)]` puts them into the contract's table, as functions that are not called until somebody asks for a document.
//! The [`openrpc`](crate::openrpc) module makes one of them.

mod example;

use std::borrow::Cow;
use std::fmt;

pub use example::{Example, ExampleCall};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::Value;

use crate::json::finite::Checked;

/// A type with a schema.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no schema",
    label = "a contract with `#[rpc(schema)]` must be able to describe this type",
    note = "derive `schemars::JsonSchema` for this type, or for the type inside it",
    note = "if it is a type parameter, add the bound `schemars::JsonSchema`"
)]
pub trait Described: JsonSchema {}

#[diagnostic::do_not_recommend]
impl<T: JsonSchema + ?Sized> Described for T {}

/// The schema of a type.
#[derive(Clone, Copy)]
pub struct TypeSchema {
    describe: fn(&mut SchemaGenerator) -> Schema,
}

impl TypeSchema {
    /// The schema of this type.
    pub const fn of<T: Described + ?Sized>() -> Self {
        TypeSchema {
            describe: |generator| generator.subschema_for::<T>(),
        }
    }

    /// The schema, or a reference to it if it has a name.
    pub fn describe(self, generator: &mut SchemaGenerator) -> Schema {
        (self.describe)(generator)
    }

    /// Tells it from others in one run of a program.
    pub(crate) fn identity(self) -> usize {
        self.describe as usize
    }
}

impl fmt::Debug for TypeSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypeSchema")
    }
}

/// A value as JSON, or why it can't be written: for example, a number that is not finite, or that has more than 64 bits.
pub type JsonResult = Result<Value, serde_json::Error>;

/// A value as JSON.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> JsonResult {
    serde_json::to_value(Checked(value))
}

/// The schemas of a method.
#[derive(Debug, Clone)]
pub struct MethodSchema {
    pub(crate) params: Cow<'static, [ParameterSchema]>,
    pub(crate) result: TypeSchema,
    pub(crate) items: Option<TypeSchema>,
    pub(crate) examples: &'static [Example],
}

impl MethodSchema {
    /// A method with this result. That of a stream is its end.
    pub const fn new(params: &'static [ParameterSchema], result: TypeSchema) -> Self {
        MethodSchema {
            params: Cow::Borrowed(params),
            result,
            items: None,
            examples: &[],
        }
    }

    /// The schemas of a function, whose parameters are not a constant.
    pub(crate) fn of_function(params: Vec<ParameterSchema>, result: TypeSchema) -> Self {
        let mut schema = MethodSchema::new(&[], result);
        schema.params = params.into();
        schema
    }

    /// Adds the schema of the items of a stream.
    pub const fn items(mut self, items: TypeSchema) -> Self {
        self.items = Some(items);
        self
    }

    /// Adds examples.
    pub const fn examples(mut self, examples: &'static [Example]) -> Self {
        self.examples = examples;
        self
    }

    /// The examples, in the order of the contract.
    pub(crate) fn all_examples(&self) -> &'static [Example] {
        self.examples
    }

    /// Tells it from others in one run of a program.
    pub(crate) fn identity(&self) -> impl Iterator<Item = usize> + '_ {
        let params = self.params.iter().map(|param| param.ty.identity());
        let sent = self.items.into_iter().chain([self.result]);
        params.chain(sent.map(TypeSchema::identity))
    }
}

/// The schema of a parameter.
#[derive(Clone, Copy)]
pub struct ParameterSchema {
    pub(crate) ty: TypeSchema,
    pub(crate) default: Option<fn() -> JsonResult>,
}

impl ParameterSchema {
    /// A parameter of this type.
    pub const fn of<T: Described + ?Sized>() -> Self {
        ParameterSchema {
            ty: TypeSchema::of::<T>(),
            default: None,
        }
    }

    /// Adds the value of the default.
    pub const fn default(mut self, default: fn() -> JsonResult) -> Self {
        self.default = Some(default);
        self
    }
}

impl fmt::Debug for ParameterSchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParameterSchema")
            .field("default", &self.default.map(|default| default().ok()))
            .finish_non_exhaustive()
    }
}

/// The schema of an error's data.
#[derive(Debug, Clone, Copy)]
pub enum DataSchema {
    /// A single value.
    Value(TypeSchema),
    /// A list with one value for each field.
    List(&'static [TypeSchema]),
    /// An object with one member for each field.
    Object(&'static [(&'static str, TypeSchema)]),
}

/// Schemas say nothing about which code it is.
impl PartialEq for DataSchema {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for DataSchema {}
