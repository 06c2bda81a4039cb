//! What a contract promises, as data: the one table that clients, documents and tools read.
//!
//! `#[rpc]` emits a [`Contract`] for each trait, reachable as `OrdersServer::<S>::CONTRACT` and
//! `OrdersClient::<T>::CONTRACT`. Everything that is made from a trait besides its client and its dispatcher reads it.

use std::borrow::Cow;

/// A trait, as data.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Contract {
    /// The trait's name. Empty for the functions of a [`Dispatcher`](crate::Dispatcher).
    pub name: Cow<'static, str>,
    /// The trait's doc comment.
    pub docs: Cow<'static, str>,
    /// The methods, in the order in which the trait has them. A [`Dispatcher`](crate::Dispatcher) sorts them by name.
    pub methods: Cow<'static, [Method]>,
}

impl Contract {
    /// A contract with its doc comment.
    pub const fn new(name: &'static str, docs: &'static str, methods: &'static [Method]) -> Self {
        Contract {
            name: Cow::Borrowed(name),
            docs: Cow::Borrowed(docs),
            methods: Cow::Borrowed(methods),
        }
    }

    /// The method with this name or alias.
    pub fn method(&self, name: &str) -> Option<&Method> {
        self.methods
            .iter()
            .find(|method| method.name == name || method.aliases.iter().any(|alias| alias == name))
    }
}

/// A method, as data.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Method {
    /// The name on the wire.
    pub name: Cow<'static, str>,
    /// Other names that the server answers to.
    pub aliases: Cow<'static, [Cow<'static, str>]>,
    /// The doc comment.
    pub docs: Cow<'static, str>,
    /// The parameters on the wire, in order.
    pub params: Cow<'static, [Parameter]>,
    /// How the client sends them.
    pub style: ParamsStyle,
    /// The type of the result, as written; of a function that was added to a [`Dispatcher`](crate::Dispatcher), as
    /// [`type_name`](std::any::type_name) has it.
    pub result: &'static str,
    /// The codes of the errors that the method declares.
    pub errors: &'static [ErrorCode],
    /// Nobody waits for an answer.
    pub notification: bool,
    /// Calling it twice does the same as calling it once.
    pub idempotent: bool,
    /// It runs off the async threads.
    pub blocking: bool,
    /// The `#[deprecated]` note.
    pub deprecated: Option<&'static str>,
    /// The types are not as somebody wrote them, but have full paths.
    pub(crate) has_paths: bool,
}

impl Method {
    /// A method without parameters and result, with its doc comment.
    pub const fn new(name: &'static str, docs: &'static str) -> Self {
        Method {
            name: Cow::Borrowed(name),
            aliases: Cow::Borrowed(&[]),
            docs: Cow::Borrowed(docs),
            params: Cow::Borrowed(&[]),
            style: ParamsStyle::Positional,
            result: "()",
            errors: &[],
            notification: false,
            idempotent: false,
            blocking: false,
            deprecated: None,
            has_paths: false,
        }
    }

    /// Adds other names.
    pub const fn aliases(mut self, aliases: &'static [Cow<'static, str>]) -> Self {
        replace(&mut self.aliases, Cow::Borrowed(aliases));
        self
    }

    /// Adds parameters, and how the client sends them.
    pub const fn params(mut self, style: ParamsStyle, params: &'static [Parameter]) -> Self {
        self.style = style;
        replace(&mut self.params, Cow::Borrowed(params));
        self
    }

    /// Adds the result's type.
    pub const fn result(mut self, result: &'static str) -> Self {
        self.result = result;
        self
    }

    /// Adds the codes of the errors.
    pub const fn errors(mut self, errors: &'static [ErrorCode]) -> Self {
        self.errors = errors;
        self
    }

    /// Makes it a notification.
    pub const fn notification(mut self) -> Self {
        self.notification = true;
        self
    }

    /// Promises that calling it twice does the same as calling it once.
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Says that it runs off the async threads.
    pub const fn blocking(mut self) -> Self {
        self.blocking = true;
        self
    }

    /// Marks it as deprecated.
    pub const fn deprecated(mut self, note: &'static str) -> Self {
        self.deprecated = Some(note);
        self
    }
}

/// An assignment that is possible in constants: what is overwritten there is borrowed, and needs no destructor.
const fn replace<T>(place: &mut T, value: T) {
    std::mem::forget(std::mem::replace(place, value));
}

/// How a client sends params (section 4.2 of the specification). A server takes both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParamsStyle {
    /// As an array (the default).
    Positional,
    /// As an object.
    Named,
    /// As one struct that is the whole params object: `#[rpc(flatten)]`.
    Whole,
}

/// A parameter, as data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name on the wire.
    pub name: &'static str,
    /// The type, as written; of a function that was added to a [`Dispatcher`](crate::Dispatcher), as
    /// [`type_name`](std::any::type_name) has it.
    pub ty: &'static str,
    /// The default's expression, as written, if there is one.
    pub default: Option<&'static str>,
    /// It does not appear in logs: `#[rpc(secret)]`.
    pub secret: bool,
}

impl Parameter {
    /// A parameter without a default.
    pub const fn new(name: &'static str, ty: &'static str) -> Self {
        Parameter {
            name,
            ty,
            default: None,
            secret: false,
        }
    }

    /// Adds a default's expression.
    pub const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// Keeps it out of logs.
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }
}

/// One code that a method can fail with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorCode {
    /// The code.
    pub code: i64,
    /// The variant's or the struct's name.
    pub name: &'static str,
    /// Its doc comment.
    pub docs: &'static str,
}

impl ErrorCode {
    /// A code with the name and the documentation of what it stands for.
    pub const fn new(code: i64, name: &'static str, docs: &'static str) -> Self {
        ErrorCode { code, name, docs }
    }
}
