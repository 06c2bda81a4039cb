//! [`Contract`]: a trait as the macro understands it, valid by construction.

use proc_macro2::TokenStream;
use syn::{Attribute, Expr, Generics, Ident, Path, Type, Visibility};

use crate::case::Case;

pub(crate) struct Contract {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) generics: Generics,
    /// The type parameter for the implementation: `S`, or another name if the trait has an `S` in it.
    pub(crate) implementation: Ident,
    /// The type parameter for the client's transport: `C`, or another name if the trait has a `C` in it.
    pub(crate) transport: Ident,
    /// The trait's `cfg` attributes, which go on everything that is generated.
    pub(crate) cfg: Vec<Attribute>,
    /// What the trait's author allows, which goes on everything that is generated.
    pub(crate) lints: Vec<Attribute>,
    pub(crate) docs: String,
    /// The private module of rpc-core.
    pub(crate) root: TokenStream,
    pub(crate) namespace: String,
    pub(crate) lenient: bool,
    /// Whether the contract has the schemas of its types.
    pub(crate) has_schema: bool,
    /// The methods of the trait, and those that come with its subscriptions.
    pub(crate) methods: Vec<Method>,
}

pub(crate) struct Method {
    pub(crate) ident: Ident,
    /// The attributes that the client's method gets too: docs, `cfg`, `deprecated`, `allow`.
    pub(crate) client_attributes: Vec<Attribute>,
    pub(crate) cfg: Vec<Attribute>,
    pub(crate) docs: String,
    pub(crate) deprecated: Option<String>,
    pub(crate) name: String,
    pub(crate) aliases: Vec<String>,
    /// String literals, and paths of constants.
    pub(crate) tags: Vec<Expr>,
    pub(crate) execution: Execution,
    pub(crate) notification: bool,
    pub(crate) idempotent: bool,
    pub(crate) read_only: bool,
    pub(crate) since: Option<String>,
    pub(crate) examples: Vec<Example>,
    pub(crate) cancel_on_disconnect: bool,
    pub(crate) style: Style,
    /// The case of the fields of a `flatten` parameter in messages, if the trait says one.
    pub(crate) case: Option<Case>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) returned: Returned,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Execution {
    /// An `async fn`.
    Async,
    /// A `fn` that runs on the async thread.
    InPlace,
    /// A `fn` that runs outside the async threads.
    Blocking,
}

/// How the client sends params.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Positional,
    Named,
    /// As one struct, which is the only parameter and holds all params.
    Whole,
}

/// An argument of the trait's method.
pub(crate) enum Argument {
    Context(Box<Type>),
    /// `&UiClient<Peer>`, without the reference.
    Peer(Box<Type>),
    Parameter(Box<Parameter>),
}

pub(crate) struct Parameter {
    pub(crate) ident: Ident,
    pub(crate) docs: String,
    pub(crate) name: String,
    pub(crate) ty: Type,
    /// Whether its type is written as an `Option`.
    pub(crate) is_option: bool,
    pub(crate) form: Form,
    pub(crate) default: Option<DefaultValue>,
    pub(crate) secret: bool,
    /// Whether the client sends `None` as `null`.
    pub(crate) explicit_null: bool,
    /// Whether it says after which item a stream goes on.
    pub(crate) cursor: bool,
}

/// A call of a method, and its result.
pub(crate) struct Example {
    pub(crate) name: String,
    /// The places of parameters, and their values.
    pub(crate) arguments: Vec<(usize, Expr)>,
    /// `None` if the method returns nothing.
    pub(crate) result: Option<Expr>,
    /// The option.
    pub(crate) tokens: TokenStream,
}

/// How the method takes a parameter.
pub(crate) enum Form {
    /// `T`.
    Owned,
    /// `&T`. The `T` can be `str` or a slice.
    Ref(Type),
    /// `Option<&T>`.
    OptionRef(Type),
    /// `Cow<T>`.
    Cow(Type),
    /// A type with references inside, such as `Vec<&str>`.
    Nested(NestedType),
    /// A reference to a type with references inside, such as `&[&str]`. The first type is the one behind the reference.
    NestedRef(Box<Type>, NestedType),
}

/// A type with references inside, in the form that `NestedParam` is implemented for: `Vec<(&'static str, Leaf<u32>)>`.
pub(crate) enum NestedType {
    /// A type without references inside.
    Leaf(Type),
    /// `&T`.
    Reference(Type),
    /// `(A, B)`.
    Tuple(Vec<NestedType>),
    /// `Vec<T>` and `[T]`.
    List(Box<NestedType>),
    /// A generic type, up to its arguments, and the arguments.
    Generic(Path, Vec<NestedType>),
}

pub(crate) enum DefaultValue {
    /// `Default::default()`.
    OfType,
    Expression(Expr),
}

/// What the method returns.
pub(crate) enum Returned {
    Value(Box<Output>),
    Stream(Box<Streamed>),
    /// Whether a subscription has been closed. Such a method is not in the trait, but comes with its subscriptions.
    Unsubscribed(Unsubscribe),
}

/// A stream that a method returns.
pub(crate) struct Streamed {
    pub(crate) item: Output,
    pub(crate) opening: Opening,
    pub(crate) form: StreamForm,
}

/// How the items of a stream are sent.
pub(crate) enum StreamForm {
    /// As `$/progress` messages. The response is the end.
    Progress,
    /// The same, with cursors, so that the stream can be opened again where it was cut off. One of the parameters is the cursor.
    Resume(Box<TrackedItem>),
    /// As `$/progress` messages with the token in this parameter, or in the response if there is none.
    Token {
        parameter: Box<Parameter>,
        /// Whether each item is a list, and continues the last.
        joins: bool,
    },
    /// As notifications with an id that the server chooses. The response is that id.
    Subscription(Subscription),
}

/// The types in `Tracked<C, T>`.
#[derive(Clone)]
pub(crate) struct TrackedItem {
    pub(crate) cursor: Type,
    pub(crate) value: Type,
}

/// The names around a subscription, on the wire.
#[derive(Clone)]
pub(crate) struct Subscription {
    pub(crate) unsubscribe: String,
    pub(crate) item: String,
    /// In Ethereum's form, the method that opens it, and that call's first param.
    pub(crate) topic: Option<Topic>,
}

/// `eth_subscribe ["newHeads"]`
#[derive(Clone)]
pub(crate) struct Topic {
    pub(crate) subscribe: String,
    pub(crate) topic: String,
}

/// A method that closes subscriptions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unsubscribe {
    /// It answers whether there was one.
    Any,
    /// An unknown id is an error.
    Known,
}

/// How a stream is opened.
pub(crate) enum Opening {
    /// It can't fail: `impl Stream`.
    Certain,
    /// `Result<impl Stream, E>`. This is `E`.
    Result(Type),
    /// An alias of `Result`, with `()` in place of the stream.
    ResultAlias(Type),
}

/// A type whose values are sent: the result of a method, or the items of a stream.
pub(crate) struct Output {
    /// As written, or `()`.
    pub(crate) ty: Type,
    pub(crate) kind: OutputKind,
}

pub(crate) enum OutputKind {
    /// It can't fail.
    Value,
    /// A `Result<T, E>`.
    Result { ok: Box<Type>, error: Box<Type> },
    /// An alias of `Result`.
    ResultAlias,
}

impl Argument {
    pub(crate) fn parameter(&self) -> Option<&Parameter> {
        match self {
            Argument::Context(_) | Argument::Peer(_) => None,
            Argument::Parameter(parameter) => Some(parameter),
        }
    }
}

impl Method {
    /// Whether the method is in the trait.
    pub(crate) fn is_declared(&self) -> bool {
        !matches!(self.returned, Returned::Unsubscribed(_))
    }

    /// What tells it from the other streams, in Ethereum's form.
    pub(crate) fn topic(&self) -> Option<&Topic> {
        match &self.returned {
            Returned::Stream(streamed) => match &streamed.form {
                StreamForm::Subscription(subscription) => subscription.topic.as_ref(),
                StreamForm::Progress | StreamForm::Resume(_) | StreamForm::Token { .. } => None,
            },
            Returned::Value(_) | Returned::Unsubscribed(_) => None,
        }
    }

    pub(crate) fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.arguments.iter().filter_map(Argument::parameter)
    }

    /// What the server decodes: the parameters, and the token of a stream that has one.
    pub(crate) fn decoded(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters().chain(self.token())
    }

    /// The parameter with the token of the stream, if it has one. It is not in the trait.
    pub(crate) fn token(&self) -> Option<&Parameter> {
        match &self.returned {
            Returned::Stream(streamed) => match &streamed.form {
                StreamForm::Token { parameter, .. } => Some(parameter),
                StreamForm::Progress | StreamForm::Resume(_) | StreamForm::Subscription(_) => None,
            },
            Returned::Value(_) | Returned::Unsubscribed(_) => None,
        }
    }

    pub(crate) fn wants_context(&self) -> bool {
        self.arguments
            .iter()
            .any(|argument| matches!(argument, Argument::Context(_)))
    }

    /// The type of the client that calls the other end, if the method takes one.
    pub(crate) fn peer(&self) -> Option<&Type> {
        self.arguments.iter().find_map(|argument| match argument {
            Argument::Peer(ty) => Some(&**ty),
            Argument::Context(_) | Argument::Parameter(_) => None,
        })
    }

    /// The same, if it is a stub. rpc-core's own client, which calls methods by name, lacks the name of a trait before `Client`.
    pub(crate) fn peer_stub(&self) -> Option<&Type> {
        let is_client = |ty: &&Type| matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Client"));
        self.peer().filter(|ty| !is_client(ty))
    }
}

impl Returned {
    /// What is sent of the user's: the value, or each item.
    pub(crate) fn sent(&self) -> Option<&Output> {
        match self {
            Returned::Value(output) => Some(output),
            Returned::Stream(streamed) => Some(&streamed.item),
            Returned::Unsubscribed(_) => None,
        }
    }

    /// Whether the method declares errors.
    pub(crate) fn can_fail(&self) -> bool {
        let is_opened_for_certain = match self {
            Returned::Value(_) | Returned::Unsubscribed(_) => true,
            Returned::Stream(streamed) => matches!(streamed.opening, Opening::Certain),
        };
        let sends_values = |sent: &Output| matches!(sent.kind, OutputKind::Value);
        !(is_opened_for_certain && self.sent().is_none_or(sends_values))
    }
}

impl Parameter {
    /// Whether the client sends the parameter even if it is `None`. One with a default has to be sent, since the server
    /// would take the default instead.
    pub(crate) fn is_always_sent(&self) -> bool {
        self.explicit_null || self.default.is_some()
    }
}
