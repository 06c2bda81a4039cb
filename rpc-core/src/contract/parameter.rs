//! [`Parameter`]: a parameter of a method, as data.

/// A parameter, as data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name on the wire.
    pub name: &'static str,
    /// The type, as written in the trait. For a function in a [`Dispatcher`](crate::Dispatcher), its
    /// [`type_name`](std::any::type_name).
    pub ty: &'static str,
    /// The expression of the default value, as written, if there is one.
    pub default: Option<&'static str>,
    /// Whether its value is kept out of logs: `#[rpc(secret)]`.
    pub secret: bool,
    /// Whether the client sends `None` as `null`, instead of leaving the parameter out: `#[rpc(explicit_null)]`. One with
    /// a default is always sent.
    pub explicit_null: bool,
    /// Whether it says after which item a stream goes on: `#[rpc(cursor)]`.
    pub cursor: bool,
    /// The doc comment, which in a trait stands before the parameter.
    pub docs: &'static str,
    /// Whether a call may leave it out: its type is written as an `Option`, or it has a default.
    pub optional: bool,
}

impl Parameter {
    /// A parameter without a default.
    pub const fn new(name: &'static str, ty: &'static str) -> Self {
        Parameter {
            name,
            ty,
            default: None,
            secret: false,
            explicit_null: false,
            cursor: false,
            docs: "",
            optional: false,
        }
    }

    /// Adds a doc comment.
    pub const fn docs(mut self, docs: &'static str) -> Self {
        self.docs = docs;
        self
    }

    /// Says that a call may leave it out.
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// Adds the expression of a default value. A call may then leave it out.
    pub const fn default(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self.optional = true;
        self
    }

    /// Keeps its value out of logs.
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Sends `None` as `null`.
    pub const fn explicit_null(mut self) -> Self {
        self.explicit_null = true;
        self
    }

    /// Makes it the cursor of a stream.
    pub const fn cursor(mut self) -> Self {
        self.cursor = true;
        self
    }
}
