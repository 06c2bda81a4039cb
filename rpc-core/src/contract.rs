//! [`Contract`]: a trait as data. Clients, documentation and tools all read this one table.
//!
//! `#[rpc]` emits a [`Contract`] for each trait, reachable as `OrdersServer::<S>::CONTRACT` and
//! `OrdersClient::<T>::CONTRACT`. Everything derived from a trait, other than its client and its dispatcher, reads it.

mod case;
mod error_code;
mod parameter;
mod streamed;

use std::borrow::Cow;
use std::fmt;

pub use case::Case;
pub use error_code::ErrorCode;
pub use parameter::Parameter;
pub use streamed::{StreamForm, Streamed, Subscription};

#[cfg(feature = "schema")]
use crate::schema::MethodSchema;

/// A trait, as data.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Contract {
    /// The trait's name. Empty for the functions of a [`Dispatcher`](crate::Dispatcher).
    pub name: Cow<'static, str>,
    /// The trait's doc comment.
    pub docs: Cow<'static, str>,
    /// The methods, in the order of the trait. A [`Dispatcher`](crate::Dispatcher) sorts them by name.
    pub methods: Cow<'static, [Method]>,
    /// The version of the crate that has the trait. Empty if it is unknown.
    pub version: &'static str,
    /// The namespace of the methods: `#[rpc(namespace = "orders")]`. Empty if there is none.
    pub namespace: &'static str,
    /// Whether params that a method does not have are ignored, and not refused: `#[rpc(lenient)]`.
    pub lenient: bool,
}

impl Contract {
    /// A contract with a doc comment.
    pub const fn new(name: &'static str, docs: &'static str, methods: &'static [Method]) -> Self {
        Contract {
            name: Cow::Borrowed(name),
            docs: Cow::Borrowed(docs),
            methods: Cow::Borrowed(methods),
            version: "",
            namespace: "",
            lenient: false,
        }
    }

    /// Adds the version of the crate that has the trait, if it is known.
    pub const fn version(mut self, version: Option<&'static str>) -> Self {
        if let Some(version) = version {
            self.version = version;
        }
        self
    }

    /// Adds the namespace.
    pub const fn namespace(mut self, namespace: &'static str) -> Self {
        self.namespace = namespace;
        self
    }

    /// Says that params which a method does not have are ignored.
    pub const fn lenient(mut self) -> Self {
        self.lenient = true;
        self
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
    /// The name on the wire. Of a subscription in Ethereum's form, it is followed by a space and the
    /// [topic](Subscription::topic).
    pub name: Cow<'static, str>,
    /// Other names for the same method.
    pub aliases: Cow<'static, [Cow<'static, str>]>,
    /// The doc comment.
    pub docs: Cow<'static, str>,
    /// The parameters on the wire, in order. Of a `flatten` method, the parameter of the trait;
    /// [`fields`](Self::fields) has the parameters on the wire.
    pub params: Cow<'static, [Parameter]>,
    /// How the client sends the params.
    pub style: ParamsStyle,
    /// The type of the result, as written in the trait. For a function in a [`Dispatcher`](crate::Dispatcher), its
    /// [`type_name`](std::any::type_name).
    pub result: &'static str,
    /// The items, and how they are sent, if the method returns a stream.
    pub stream: Option<Streamed>,
    /// Whether the method calls its client, for which it needs a connection over which both ends talk.
    pub peer: bool,
    /// The error codes that the method declares.
    pub errors: &'static [ErrorCode],
    /// Whether the client sends it as a notification.
    pub notification: bool,
    /// Whether calling it twice has the same effect as calling it once.
    pub idempotent: bool,
    /// Whether it changes nothing. Such a method is idempotent as well.
    pub read_only: bool,
    /// Whether it runs off the async threads.
    pub blocking: bool,
    /// Whether a call is cancelled when its client disconnects. Otherwise it runs to its end.
    pub cancel_on_disconnect: bool,
    /// The tags, for [`has_tag`](Self::has_tag): those of the trait, then those of the method.
    pub tags: Cow<'static, [&'static str]>,
    /// The `#[deprecated]` note.
    pub deprecated: Option<&'static str>,
    /// The version in which it was added: `#[rpc(since = "1.2")]`.
    pub since: Option<&'static str>,
    #[cfg(feature = "schema")]
    pub(crate) schema: Option<Cow<'static, MethodSchema>>,
    /// The contract through which it calls its client.
    #[cfg(feature = "schema")]
    pub(crate) calls: Option<fn() -> &'static Contract>,
    pub(crate) flattened: Option<Flattened>,
    /// Whether the types are full paths from the compiler, and not as written in the source.
    pub(crate) has_paths: bool,
}

impl Method {
    /// A method with a doc comment, without parameters and without a result.
    pub const fn new(name: &'static str, docs: &'static str) -> Self {
        Method {
            name: Cow::Borrowed(name),
            aliases: Cow::Borrowed(&[]),
            docs: Cow::Borrowed(docs),
            params: Cow::Borrowed(&[]),
            style: ParamsStyle::Positional,
            result: "()",
            stream: None,
            peer: false,
            errors: &[],
            notification: false,
            idempotent: false,
            read_only: false,
            blocking: false,
            cancel_on_disconnect: false,
            tags: Cow::Borrowed(&[]),
            deprecated: None,
            since: None,
            #[cfg(feature = "schema")]
            schema: None,
            #[cfg(feature = "schema")]
            calls: None,
            flattened: None,
            has_paths: false,
        }
    }

    /// Adds aliases.
    pub const fn aliases(mut self, aliases: &'static [Cow<'static, str>]) -> Self {
        replace(&mut self.aliases, Cow::Borrowed(aliases));
        self
    }

    /// Adds the parameters, and says how the client sends them.
    pub const fn params(mut self, style: ParamsStyle, params: &'static [Parameter]) -> Self {
        self.style = style;
        replace(&mut self.params, Cow::Borrowed(params));
        self
    }

    /// Adds the fields of the struct that is the whole params object.
    pub const fn flattened(mut self, flattened: Flattened) -> Self {
        self.flattened = Some(flattened);
        self
    }

    /// The parameters on the wire of a `flatten` method: the fields of the struct, with their names in messages and the
    /// compiler's names of their types. `None` for other methods, and for a type that doesn't tell its fields, such as a map
    /// or a `Vec`.
    pub fn fields(&self) -> Option<Vec<(String, &'static str)>> {
        let Flattened { fields, case } = self.flattened?;
        let name = |field: &str| case.map_or_else(|| field.to_owned(), |case| case.rename(field));
        let fields = fields()?.into_iter();
        Some(fields.map(|(field, ty)| (name(field), ty)).collect())
    }

    /// The case of the fields of a `flatten` method's struct in messages, if the contract says one.
    #[cfg(feature = "schema")]
    pub(crate) fn case_of_fields(&self) -> Option<Case> {
        self.flattened.as_ref()?.case
    }

    /// Adds the result's type.
    pub const fn result(mut self, result: &'static str) -> Self {
        self.result = result;
        self
    }

    /// Makes it a stream of items of this type. Its result is the end of the stream.
    pub const fn stream(mut self, items: &'static str) -> Self {
        let form = StreamForm::Progress;
        replace(&mut self.stream, Some(Streamed { items, form }));
        self
    }

    /// Makes it a stream of items of this type with cursors. One of its parameters is the [cursor](Parameter::cursor).
    pub const fn resuming(mut self, items: &'static str) -> Self {
        let form = StreamForm::Resume;
        replace(&mut self.stream, Some(Streamed { items, form }));
        self
    }

    /// Makes it a stream of items of this type, whose messages have the token in this parameter.
    pub const fn stream_with_token(mut self, items: &'static str, token: &'static str) -> Self {
        let form = StreamForm::Token(Cow::Borrowed(token));
        replace(&mut self.stream, Some(Streamed { items, form }));
        self
    }

    /// Makes it a subscription with items of this type. Its result is the subscription's id.
    pub const fn subscription(mut self, items: &'static str, subscription: Subscription) -> Self {
        let form = StreamForm::Subscription(subscription);
        replace(&mut self.stream, Some(Streamed { items, form }));
        self
    }

    /// Says that it calls its client.
    pub const fn peer(mut self) -> Self {
        self.peer = true;
        self
    }

    /// Adds the error codes.
    pub const fn errors(mut self, errors: &'static [ErrorCode]) -> Self {
        self.errors = errors;
        self
    }

    /// Makes it a notification.
    pub const fn notification(mut self) -> Self {
        self.notification = true;
        self
    }

    /// Promises that calling it twice has the same effect as calling it once.
    pub const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }

    /// Promises that calling it changes nothing, which makes it idempotent as well.
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self.idempotent()
    }

    /// Says in which version it was added.
    pub const fn since(mut self, version: &'static str) -> Self {
        self.since = Some(version);
        self
    }

    /// Adds the schemas of what it takes and returns: `#[rpc(schema)]` on the trait.
    #[cfg(feature = "schema")]
    pub const fn schema(mut self, schema: &'static MethodSchema) -> Self {
        replace(&mut self.schema, Some(Cow::Borrowed(schema)));
        self
    }

    /// Adds the contract through which it calls its client. It is a function because two contracts may call each other.
    #[cfg(feature = "schema")]
    pub const fn calls(mut self, contract: fn() -> &'static Contract) -> Self {
        self.calls = Some(contract);
        self
    }

    /// Marks it as running off the async threads.
    pub const fn blocking(mut self) -> Self {
        self.blocking = true;
        self
    }

    /// Lets its calls be cancelled when their client disconnects.
    pub const fn cancel_on_disconnect(mut self) -> Self {
        self.cancel_on_disconnect = true;
        self
    }

    /// Adds tags.
    pub const fn tags(mut self, tags: &'static [&'static str]) -> Self {
        replace(&mut self.tags, Cow::Borrowed(tags));
        self
    }

    /// Whether the contract tags the method with this text: `#[rpc(tag = "public")]`.
    ///
    /// A tag means nothing to the framework. Middleware reads it through [`Context::method`](crate::Context::method), for
    /// example to decide who may call the method, whether it is limited, or what it costs. See the cookbook for an example.
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.contains(&tag)
    }

    /// The parameter that says after which item the stream goes on, if its items have cursors, so that a stream that was cut off
    /// can be opened again: `#[rpc(stream(resume))]`.
    pub fn cursor(&self) -> Option<&Parameter> {
        self.params.iter().find(|parameter| parameter.cursor)
    }

    /// Whether it needs a connection over which both ends talk.
    #[inline]
    pub(crate) fn needs_duplex(&self) -> bool {
        self.peer || self.stream.is_some() && !self.may_be_list()
    }

    /// Whether its stream becomes a list in the response if the call has no token.
    pub(crate) fn may_be_list(&self) -> bool {
        let stream = self.stream.as_ref();
        stream.is_some_and(|stream| matches!(stream.form, StreamForm::Token(_)))
    }

    /// How its subscriptions are opened and closed, if it has any.
    pub(crate) fn subscription_form(&self) -> Option<&Subscription> {
        match &self.stream.as_ref()?.form {
            StreamForm::Subscription(subscription) => Some(subscription),
            StreamForm::Progress | StreamForm::Resume | StreamForm::Token(_) => None,
        }
    }

    pub(crate) fn subscription_form_mut(&mut self) -> Option<&mut Subscription> {
        match &mut self.stream.as_mut()?.form {
            StreamForm::Subscription(subscription) => Some(subscription),
            StreamForm::Progress | StreamForm::Resume | StreamForm::Token(_) => None,
        }
    }

    /// Marks it as deprecated.
    pub const fn deprecated(mut self, note: &'static str) -> Self {
        self.deprecated = Some(note);
        self
    }
}

/// What the macro knows of a `flatten` parameter's type.
#[derive(Clone, Copy)]
pub struct Flattened {
    fields: fn() -> Option<Fields>,
    case: Option<Case>,
}

/// The names of a struct's fields, as serde knows them, and the names of their types.
pub type Fields = Vec<(&'static str, &'static str)>;

impl Flattened {
    /// A struct whose fields this function knows.
    pub const fn new(fields: fn() -> Option<Fields>) -> Self {
        Flattened { fields, case: None }
    }

    /// Renames the fields.
    pub const fn renamed(mut self, case: Case) -> Self {
        self.case = Some(case);
        self
    }
}

impl fmt::Debug for Flattened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Flattened { fields, case } = self;
        f.debug_struct("Flattened")
            .field("fields", &fields())
            .field("case", case)
            .finish()
    }
}

/// Assignment in a `const fn`. The old value is always a borrowed `Cow` or `None`, so forgetting it leaks nothing.
const fn replace<T>(place: &mut T, value: T) {
    std::mem::forget(std::mem::replace(place, value));
}

/// How a client sends params (section 4.2 of the specification). A server accepts all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParamsStyle {
    /// As an array (the default).
    Positional,
    /// As an object.
    Named,
    /// As the fields of one struct, which is the whole params object: `#[rpc(flatten)]`.
    Whole,
}
