//! Methods: what can be called, with what, and what comes back.

use crate::model::docs::Docs;
use crate::model::types::Type;
use crate::place::Place;
use crate::value::Value;

/// A method.
#[derive(Debug, Clone, PartialEq)]
pub struct Method {
    /// The name on the wire.
    pub name: String,
    /// Its place in the document.
    pub place: Place,
    /// What it does.
    pub docs: Docs,
    /// The names of its tags.
    pub tags: Vec<String>,
    /// Set if callers should use something else.
    pub deprecated: Option<Deprecation>,
    /// The params, in the order in which they go by position.
    pub params: Vec<Param>,
    /// Whether params go by position or by name.
    pub param_structure: ParamStructure,
    /// What comes back.
    pub reply: Reply,
    /// The errors that the method declares. No two have the same code.
    pub errors: Vec<ErrorCase>,
    /// `x-since`: the version that added it.
    pub since: Option<String>,
    /// `x-aliases`: other names of the method.
    pub aliases: Vec<String>,
    /// `x-idempotent`: to call it twice does no more than to call it once. A read-only method is idempotent.
    pub idempotent: bool,
    /// `x-read-only`: a call changes nothing.
    pub read_only: bool,
    /// `x-lenient`: unknown params are ignored.
    pub lenient: bool,
    /// Calls and their results, for people.
    pub examples: Vec<Example>,
}

/// That something is deprecated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deprecation {
    /// `x-deprecated-note`: what to use instead.
    pub note: Option<String>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// The name on the wire.
    pub name: String,
    /// Its place in the document.
    pub place: Place,
    /// What it means.
    pub docs: Docs,
    /// What it may be. Its `default` is what a server takes if the parameter is missing.
    pub ty: Type,
    /// Whether a call must have it.
    pub required: bool,
    /// `x-secret`: logs must not show it.
    pub secret: bool,
    /// Whether callers should no longer send it.
    pub deprecated: bool,
}

/// How params are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParamStructure {
    /// Only as an object.
    ByName,
    /// Only as an array.
    ByPosition,
    /// Either way.
    Either,
}

/// What comes back from a method.
// The largest variant is also the most common one.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Nothing: the method is a notification.
    None,
    /// One result.
    Result(Type),
    /// Items, and a result at their end.
    Stream(Box<Stream>),
}

/// `x-stream`: the items of a call that answers more than once.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// One item.
    pub item: Type,
    /// The result at the end.
    pub end: Type,
    /// The method of the notifications that carry the items, such as `$/progress`.
    pub notification: String,
    /// `token`: the parameter whose value the notifications carry. Without it, they carry the id of the call.
    pub token: Option<String>,
    /// `unsubscribe`: the method that ends the stream, if it is a subscription. Its notifications carry the id that the server
    /// answers the call with.
    pub unsubscribe: Option<String>,
    /// `cursor`: the parameter that takes the cursor of the last item, if the stream can go on after its connection was lost.
    pub cursor: Option<String>,
}

/// An error that a method declares.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorCase {
    /// The code.
    pub code: i64,
    /// The message, as the document has it.
    pub message: String,
    /// The type of `data`. OpenRPC has no place for it, so documents put a JSON Schema in `data`.
    pub data: Option<Type>,
    /// `x-error-kinds`: what kind of failure it is, such as `not_found`.
    pub kind: Option<String>,
    /// `x-error-docs`: what it means.
    pub description: Option<String>,
    /// Its place in the document.
    pub place: Place,
}

/// A call and its result.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Its name.
    pub name: String,
    /// Its place in the document.
    pub place: Place,
    /// The arguments. By position, or by name if the method takes its params so.
    pub params: Vec<ExampleParam>,
    /// The result. None for a notification.
    pub result: Option<(Value, Place)>,
}

/// An argument of an example.
#[derive(Debug, Clone, PartialEq)]
pub struct ExampleParam {
    /// The name that the example gives it.
    pub name: String,
    /// The argument.
    pub value: Value,
    /// The place of the argument.
    pub place: Place,
}
