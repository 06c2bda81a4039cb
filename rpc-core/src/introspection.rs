//! Introspection: a server says which methods it has, what they do, and what they take.
//!
//! Every [`Server`](crate::Server) answers three methods of its own, unless it is told
//! [not to](crate::Server::introspection). They read the metadata that the services have anyway:
//!
//! | method | params | result |
//! | --- | --- | --- |
//! | `rpc.methods` | none | the names of all methods, sorted |
//! | `rpc.help` | `method`: a name or an alias | the method's documentation |
//! | `rpc.signature` | `method`: a name or an alias | its [`Signature`] |
//!
//! Middleware around the server's service sees these calls as it sees any other, and can refuse them; middleware around one
//! of the services in a [`Dispatcher`](crate::Dispatcher) does not. Whoever may make them learns of every method.
//!
//! [`IntrospectionClient`] calls them. [`DynamicClient`] fetches the methods when it connects, and calls them by name:
//!
//! ```
//! # use rpc_core::{Dispatcher, memory};
//! use rpc_core::introspection::DynamicClient;
//!
//! # futures_util::FutureExt::now_or_never(async {
//! let client = memory::connect(Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b }));
//! let server = DynamicClient::connect(client).await?;
//! assert_eq!(server.methods(), ["add"]);
//! assert_eq!(server.call::<_, i64>("add", (1, 2))?.await?, 3);
//!
//! let unknown = server.call::<_, i64>("ad", (1, 2)).unwrap_err();
//! assert_eq!(unknown.to_string(), "there is no method `ad`; `add` is one");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # }).unwrap().unwrap();
//! ```

use std::borrow::Cow;
use std::collections::HashSet;
use std::convert::Infallible;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::client::{Call, Client, Transport};
use crate::contract::{Contract, Method, Parameter, ParamsStyle};
use crate::error::{CallError, ErrorObject};
use crate::message_log;
use crate::outcome::Outcome;
use crate::params::{InvalidParams, Params, Slot, Strictness};
use crate::service::{Found, Service};

/// What every server can be asked about its methods, as data.
pub static CONTRACT: Contract = Contract::new("Introspection", "What methods there are.", TABLE);

const TABLE: &[Method] = &[
    Method::new(METHODS, "The names of all methods, sorted.")
        .result("Vec<String>")
        .idempotent(),
    Method::new(HELP, "A method's documentation.")
        .params(ParamsStyle::Positional, NAME)
        .result("String")
        .idempotent(),
    Method::new(
        SIGNATURE,
        "A method's parameters, with types as written and defaults, its result and its errors.",
    )
    .params(ParamsStyle::Positional, NAME)
    .result("Signature")
    .idempotent(),
];

const METHODS: &str = "rpc.methods";
const HELP: &str = "rpc.help";
const SIGNATURE: &str = "rpc.signature";
const NAME: &[Parameter] = &[Parameter::new("method", "String")];

/// What a method takes and gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Signature {
    /// The name on the wire.
    pub name: String,
    /// Other names that the server answers to.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The parameters, in order. A function that was added to a [`Dispatcher`](crate::Dispatcher) has numbers for names.
    #[serde(default)]
    pub params: Vec<ParameterSignature>,
    /// Whether the params are one object that is the only parameter: `#[rpc(flatten)]`.
    #[serde(default, skip_serializing_if = "is_false")]
    pub flatten: bool,
    /// The result's type, as written.
    #[serde(default)]
    pub result: String,
    /// The errors that the method declares.
    #[serde(default)]
    pub errors: Vec<ErrorSignature>,
    /// Nobody waits for an answer.
    #[serde(default)]
    pub notification: bool,
    /// Calling it twice does the same as calling it once.
    #[serde(default)]
    pub idempotent: bool,
    /// Why it should not be called any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<String>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ParameterSignature {
    /// The name on the wire.
    pub name: String,
    /// The type, as written.
    #[serde(rename = "type")]
    pub ty: String,
    /// What it is where it is not given, as an expression of Rust; of a secret, that is not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// It does not appear in logs, and a person who types it should not see it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub secret: bool,
}

/// An error that a method declares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ErrorSignature {
    /// The code.
    pub code: i64,
    /// What it is called.
    pub name: String,
    /// Its documentation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub docs: String,
}

fn is_false(value: &bool) -> bool {
    !value
}

impl From<&Method> for Signature {
    fn from(method: &Method) -> Self {
        let written = |ty| match method.has_paths {
            true => without_paths(ty),
            false => String::from(ty),
        };
        let parameter = |parameter: &Parameter| ParameterSignature {
            name: parameter.name.to_owned(),
            ty: written(parameter.ty),
            default: parameter
                .default
                .filter(|_| !parameter.secret)
                .map(str::to_owned),
            secret: parameter.secret,
        };
        Signature {
            name: method.name.to_string(),
            aliases: method.aliases.iter().map(Cow::to_string).collect(),
            params: method.params.iter().map(parameter).collect(),
            flatten: method.style == ParamsStyle::Whole,
            result: written(method.result),
            errors: method.errors.iter().map(ErrorSignature::from).collect(),
            notification: method.notification,
            idempotent: method.idempotent,
            deprecated: method.deprecated.map(str::to_owned),
        }
    }
}

/// A type's name as one would write it: `Vec<String>`, not `alloc::vec::Vec<alloc::string::String>`.
fn without_paths(ty: &str) -> String {
    let ends_path = |c: char| !(c.is_alphanumeric() || c == '_' || c == ':');
    let parts = ty.split_inclusive(ends_path);
    parts
        .map(|part| part.rsplit_once("::").map_or(part, |(_, name)| name))
        .collect()
}

impl From<&crate::ErrorCode> for ErrorSignature {
    fn from(error: &crate::ErrorCode) -> Self {
        ErrorSignature {
            code: error.code,
            name: error.name.to_owned(),
            docs: error.docs.to_owned(),
        }
    }
}

/// The method of introspection with this name.
pub(crate) fn find(name: &str) -> Option<Found> {
    let index = CONTRACT
        .methods
        .iter()
        .position(|method| method.name == name)?;
    Some(Found::new(&CONTRACT.methods[index], index))
}

/// Answers a call of such a method.
pub(crate) fn answer(service: &impl Service, method: &str, params: Option<&str>) -> Outcome {
    let mut consumed = 0;
    let params = Params::new(params, &mut consumed);
    let answer = match method {
        METHODS => no_params(params).map(|()| Outcome::value(names(service))),
        HELP => named(service, params, |method| Outcome::value(&*method.docs)),
        _ => named(service, params, |method| {
            Outcome::value(Signature::from(method))
        }),
    };
    answer.unwrap_or_else(|error| ErrorObject::invalid_params(error).into())
}

fn names(service: &impl Service) -> Vec<String> {
    let mut names: Vec<String> = service
        .methods()
        .iter()
        .map(|method| method.name.to_string())
        .collect();
    names.sort_unstable();
    names
}

fn no_params(params: Params) -> Result<(), InvalidParams> {
    params.read::<()>(&[], Strictness::Strict)
}

/// Says something of the method that the params name.
fn named<S: Service>(
    service: &S,
    params: Params,
    say: impl FnOnce(&Method) -> Outcome,
) -> Result<Outcome, InvalidParams> {
    let (name, ()) = params.read::<(Slot<String>, ())>(&["method"], Strictness::Strict)?;
    let name = name.required("method")?;
    let found = service.find(&name).filter(|found| !found.is_fallback());
    match found.or_else(|| find(&name)) {
        Some(found) => Ok(say(found.method())),
        None => {
            let unknown = UnknownMethod::new(&name, names(service));
            Err(InvalidParams::new(unknown.to_string()))
        }
    }
}

/// Asks a server about its methods.
pub struct IntrospectionClient<T> {
    client: Client<T>,
}

impl<T> fmt::Debug for IntrospectionClient<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("IntrospectionClient")
            .field("client", &self.client)
            .finish()
    }
}

impl<T> Clone for IntrospectionClient<T> {
    fn clone(&self) -> Self {
        IntrospectionClient {
            client: self.client.clone(),
        }
    }
}

impl<T: Transport> IntrospectionClient<T> {
    /// Asks over a client, which other stubs may share.
    pub fn new(client: Client<T>) -> Self {
        IntrospectionClient { client }
    }

    /// The names of all methods, sorted: `rpc.methods`.
    pub fn methods(&self) -> Call<T, Vec<String>, Infallible> {
        self.client.call(METHODS, ())
    }

    /// The documentation of the method with this name or alias: `rpc.help`. Error -32602 where there is none.
    pub fn help(&self, method: &str) -> Call<T, String, Infallible> {
        self.client.call(HELP, (method,))
    }

    /// What the method with this name or alias takes and gives: `rpc.signature`. Error -32602 where there is none.
    pub fn signature(&self, method: &str) -> Call<T, Signature, Infallible> {
        self.client.call(SIGNATURE, (method,))
    }
}

/// Calls the methods that a server says it has: a client without a contract that knows a wrong name before it is sent.
///
/// See the [module's documentation](self) for an example.
///
/// Where the [message log](message_log) is on when the client connects, it asks for the signatures of all methods, too, in
/// batches, so that the log has the params of methods that have no secrets. Of a method that has one, or whose signature is
/// not known, the log has no params: nothing keeps a secret from being sent under a misspelt name.
pub struct DynamicClient<T> {
    client: Client<T>,
    methods: Vec<String>,
    /// Those of which the server has said that they have no secrets.
    open: HashSet<String>,
}

/// How many signatures are asked for in one message: as many as a server takes by default.
const BATCH: usize = crate::Limits::DEFAULT.max_batch;

impl<T> fmt::Debug for DynamicClient<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("DynamicClient")
            .field("client", &self.client)
            .field("methods", &self.methods)
            .finish()
    }
}

impl<T> Clone for DynamicClient<T> {
    fn clone(&self) -> Self {
        DynamicClient {
            client: self.client.clone(),
            methods: self.methods.clone(),
            open: self.open.clone(),
        }
    }
}

impl<T: Transport> DynamicClient<T> {
    /// Asks the server for its methods.
    ///
    /// An error is that of the call `rpc.methods`: a server without introspection answers with
    /// [`CallError::Object`] -32601.
    pub async fn connect(client: Client<T>) -> Result<Self, CallError> {
        let mut server = DynamicClient {
            client,
            methods: Vec::new(),
            open: HashSet::new(),
        };
        server.refresh().await?;
        Ok(server)
    }

    /// The names of the methods that the server had when it was asked, sorted.
    pub fn methods(&self) -> &[String] {
        &self.methods
    }

    /// Asks for the methods anew.
    pub async fn refresh(&mut self) -> Result<(), CallError> {
        self.methods = self.introspection().methods().await?;
        self.methods.sort_unstable();
        self.open.clear();
        if message_log::is_wanted_of_clients() {
            self.learn_secrets().await;
        }
        Ok(())
    }

    /// As far as the server tells them.
    async fn learn_secrets(&mut self) {
        let introspection = self.introspection();
        for methods in self.methods.chunks(BATCH) {
            let calls: Vec<_> = methods
                .iter()
                .map(|method| introspection.signature(method))
                .collect();
            let Ok(signatures) = self.client.batch(calls).await else {
                return;
            };
            for (method, signature) in methods.iter().zip(signatures) {
                let has_none = |it: Signature| it.params.iter().all(|param| !param.secret);
                if signature.is_ok_and(has_none) {
                    self.open.insert(method.clone());
                }
            }
        }
    }

    /// What else can be asked about the methods.
    pub fn introspection(&self) -> IntrospectionClient<T> {
        IntrospectionClient::new(self.client.clone())
    }

    /// The client that the calls are made by.
    pub fn client(&self) -> &Client<T> {
        &self.client
    }

    /// Calls a method with params by position (a tuple, a slice, a `Vec`) or by name (a struct, a map); `()` for none. See
    /// [`Client::call`].
    ///
    /// A name that the server did not list is an error at once, and nothing is sent. That holds for aliases, too.
    pub fn call<P: Serialize, R: DeserializeOwned>(
        &self,
        method: &str,
        params: P,
    ) -> Result<Call<T, R, Infallible>, UnknownMethod> {
        self.check(method)?;
        let call = self.client.call(method, params);
        Ok(match self.open.contains(method) {
            true => call,
            false => call.secret_params(),
        })
    }

    /// Has the server listed this name?
    pub fn check(&self, method: &str) -> Result<(), UnknownMethod> {
        match self
            .methods
            .binary_search_by(|known| known.as_str().cmp(method))
        {
            Ok(_) => Ok(()),
            Err(_) => Err(UnknownMethod::new(method, self.methods.iter().cloned())),
        }
    }
}

/// Of longer names, in characters, no more is shown, and none is near to them.
const MAX_NAME: usize = 100;

/// Whoever asks for a method that there is not has every name compared with it: what that may cost is bounded by how many
/// names are compared, of those that are about as long, and by how many changes are tried.
const MAX_COMPARED: usize = 500;
const MAX_CHANGES: usize = 6;

/// A server has no method of this name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownMethod {
    /// The name.
    pub name: String,
    /// The name that was probably meant.
    pub suggestion: Option<String>,
}

impl UnknownMethod {
    /// Looks for the name that was probably meant: the one with the fewest letters to be changed, if these are few. Of more
    /// than 500 names that are about as long, the others are not looked at.
    pub fn new(name: &str, known: impl IntoIterator<Item = String>) -> Self {
        UnknownMethod {
            name: name.to_owned(),
            suggestion: nearest(name, known),
        }
    }
}

fn nearest(name: &str, known: impl IntoIterator<Item = String>) -> Option<String> {
    let letters: Vec<char> = name.chars().take(MAX_NAME + 1).collect();
    if letters.len() > MAX_NAME {
        return None;
    }
    let few = (letters.len() / 3).clamp(1, MAX_CHANGES);
    let is_about_as_long = |known: &String| {
        known
            .chars()
            .take(MAX_NAME + few + 1)
            .count()
            .abs_diff(letters.len())
            <= few
    };
    let known = known.into_iter().filter(is_about_as_long);
    let near = known.take(MAX_COMPARED).filter_map(|known| {
        let changes = changes(&letters, &known.chars().collect::<Vec<_>>(), few)?;
        Some((changes, known))
    });
    near.min().map(|(_, known)| known)
}

/// How many letters are to be changed, put in, left out, or swapped with their neighbours to make one name of the other;
/// `None` where that is more than `few`.
///
/// It is the optimal string alignment distance, of which only the cells are filled in that can be as low as `few`: those near
/// to the diagonal, up to a row that has none.
fn changes(from: &[char], to: &[char], few: usize) -> Option<usize> {
    let (from, to) = without_common_ends(from, to);
    let too_many = few + 1;
    let mut before_last = vec![too_many; to.len() + 1];
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut row = vec![too_many; to.len() + 1];
    for i in 1..=from.len() {
        let (start, end) = (i.saturating_sub(few), (i + few).min(to.len()));
        row.fill(too_many);
        if start == 0 {
            row[0] = i;
        }
        for j in start.max(1)..=end {
            let differs = usize::from(from[i - 1] != to[j - 1]);
            let mut least = (last[j - 1] + differs).min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                least = least.min(before_last[j - 2] + 1);
            }
            row[j] = least;
        }
        // A swap goes back by two rows.
        let none_left = |row: &[usize]| row.iter().all(|changes| *changes > few);
        if none_left(&row) && none_left(&last) {
            return None;
        }
        (before_last, last, row) = (last, row, before_last);
    }
    Some(last[to.len()]).filter(|changes| *changes <= few)
}

/// Names of one namespace begin alike.
fn without_common_ends<'a>(mut a: &'a [char], mut b: &'a [char]) -> (&'a [char], &'a [char]) {
    while let ([first, a_rest @ ..], [other, b_rest @ ..]) = (a, b)
        && first == other
    {
        (a, b) = (a_rest, b_rest);
    }
    while let ([a_rest @ .., last], [b_rest @ .., other]) = (a, b)
        && last == other
    {
        (a, b) = (a_rest, b_rest);
    }
    (a, b)
}

impl fmt::Display for UnknownMethod {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self.name.char_indices().nth(MAX_NAME) {
            None => write!(f, "there is no method `{}`", self.name)?,
            Some((end, _)) => write!(f, "there is no method `{}…`", &self.name[..end])?,
        }
        match &self.suggestion {
            Some(suggestion) => write!(f, "; `{suggestion}` is one"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownMethod {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_changes_are_counted_and_more_are_not() {
        let changes = |from: &str, to: &str, few| {
            let letters = |name: &str| name.chars().collect::<Vec<_>>();
            let there = changes(&letters(from), &letters(to), few);
            let back = changes(&letters(to), &letters(from), few);
            assert_eq!(there, back, "{from} {to}");
            there
        };
        for (from, to, expected) in [
            ("", "", 0),
            ("", "ab", 2),
            ("add", "add", 0),
            ("ad", "add", 1),
            ("add", "odd", 1),
            ("shop.palce", "shop.place", 1),
            ("shop.lsit", "shop.list", 1),
            ("ab", "ba", 1),
            ("abcd", "badc", 2),
            ("kitten", "sitting", 3),
            ("größe", "grösse", 2),
            ("abcdef", "uvwxyz", 6),
            ("xabcdefgh", "abcdefghx", 2),
        ] {
            assert_eq!(changes(from, to, 10), Some(expected), "{from} {to}");
            assert_eq!(changes(from, to, expected), Some(expected), "{from} {to}");
            if expected > 0 {
                assert_eq!(changes(from, to, expected - 1), None, "{from} {to}");
            }
        }
    }
}
