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
use std::str::Chars;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::client::{Call, Client, Transport};
use crate::contract::{Contract, Method, Parameter, ParamsStyle};
use crate::error::{CallError, ErrorObject};
use crate::message_log;
use crate::outcome::Outcome;
use crate::params::{InvalidParams, Params, Slot, Strictness};
use crate::service::{ResolvedMethod, Service};

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
pub(crate) fn find(name: &str) -> Option<ResolvedMethod> {
    let index = CONTRACT
        .methods
        .iter()
        .position(|method| method.name == name)?;
    Some(ResolvedMethod::new(&CONTRACT.methods[index], index))
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
    let methods = service.methods().into_iter();
    let mut names: Vec<String> = methods.map(|method| method.name.into_owned()).collect();
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
            let methods = service.methods();
            let names = methods.iter().map(|method| &*method.name);
            let unknown = UnknownMethod::among(&name, names);
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
            Err(_) => {
                let known = self.methods.iter().map(String::as_str);
                Err(UnknownMethod::among(method, known))
            }
        }
    }
}

/// Of longer names, in characters, no more is shown, and none is near to them.
const MAX_NAME: usize = 100;

/// Of a name that is meant, no more letters are wrong.
const MAX_CHANGES: usize = 6;

/// Whoever asks for a method that there is not has its name compared with all others: for that, so many letters are compared
/// with one another, in about 0.1 ms.
const MAX_COMPARED: usize = 50_000;

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
    /// Looks for the name that was probably meant: the one with the fewest letters to be changed, if these are few, and the
    /// first of several. What this costs is bounded, so that of hundreds of long names that differ in a few letters only, the
    /// last ones are not looked at.
    pub fn new(name: &str, known: impl IntoIterator<Item = String>) -> Self {
        UnknownMethod {
            name: name.to_owned(),
            suggestion: nearest(name, known),
        }
    }

    fn among<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        UnknownMethod {
            name: name.to_owned(),
            suggestion: nearest(name, known).map(str::to_owned),
        }
    }
}

fn nearest<N: AsRef<str>>(name: &str, known: impl IntoIterator<Item = N>) -> Option<N> {
    let letters: Vec<char> = name.chars().take(MAX_NAME + 1).collect();
    if letters.len() > MAX_NAME {
        return None;
    }
    let mut few = (letters.len() / 3).clamp(1, MAX_CHANGES);
    let mut comparison = Comparison::with(letters, MAX_COMPARED);
    let mut nearest = None;
    for known in known {
        if comparison.is_over() {
            break;
        }
        let Some(changes) = comparison.changes(known.as_ref(), few) else {
            continue;
        };
        nearest = Some(known);
        // Only one that is nearer still is of interest now.
        match changes.checked_sub(1) {
            Some(fewer) => few = fewer,
            None => break,
        }
    }
    nearest
}

/// Compares names with one, and counts what it costs.
struct Comparison {
    letters: Vec<char>,
    /// How many letters may yet be compared with one another.
    left: usize,
    /// A row of cells, and the two before it, for all names that come.
    rows: [Vec<usize>; 3],
}

impl Comparison {
    fn with(letters: Vec<char>, left: usize) -> Self {
        let row = vec![0; letters.len() + 1];
        Comparison {
            letters,
            left,
            rows: [row.clone(), row.clone(), row],
        }
    }

    /// May no more letters be compared?
    fn is_over(&self) -> bool {
        self.left == 0
    }

    /// How many letters are to be changed, put in, left out, or swapped with their neighbours to make one name of the other;
    /// `None` where that is more than `few`, or where it would cost too much to know.
    ///
    /// It is the optimal string alignment distance. Of its cells only those are filled in, and looked at, that can be as low
    /// as `few`: those near to the diagonal, up to a row that has none.
    fn changes(&mut self, name: &str, few: usize) -> Option<usize> {
        if !self.is_about_as_long(name, few) {
            return None;
        }
        let Comparison {
            letters,
            left,
            rows: [before_last, last, row],
        } = self;
        let (letters, name) = without_common_ends(letters, name, left);
        let too_many = few + 1;
        let mut last_least = 0;
        for (cell, changes) in last[..=letters.len()].iter_mut().zip(0..) {
            *cell = changes;
        }
        let mut before = None;
        for (i, letter) in (1_usize..).zip(name) {
            let (start, end) = (i.saturating_sub(few), (i + few).min(letters.len()));
            *left = left.saturating_sub(end + 1 - start);
            if *left == 0 {
                return None;
            }
            let mut least = too_many;
            match start {
                0 => (row[0], least) = (i, i),
                _ => row[start - 1] = too_many,
            }
            for j in start.max(1)..=end {
                let differs = usize::from(letters[j - 1] != letter);
                let mut changes = (last[j - 1] + differs).min(last[j] + 1).min(row[j - 1] + 1);
                if j > 1 && before == Some(letters[j - 1]) && letters[j - 2] == letter {
                    changes = changes.min(before_last[j - 2] + 1);
                }
                row[j] = changes;
                least = least.min(changes);
            }
            // The next row has a cell below it.
            if end < letters.len() {
                row[end + 1] = too_many;
            }
            // A swap goes back by two rows.
            if least > few && last_least > few {
                return None;
            }
            (last_least, before) = (least, Some(letter));
            std::mem::swap(before_last, last);
            std::mem::swap(last, row);
        }
        Some(last[letters.len()]).filter(|changes| *changes <= few)
    }

    fn is_about_as_long(&self, name: &str, few: usize) -> bool {
        // A letter takes up to four bytes: a name that is far longer is not counted.
        let most = self.letters.len() + few;
        name.len() <= 4 * most && name.chars().count().abs_diff(self.letters.len()) <= few
    }
}

/// Names of one namespace begin alike.
fn without_common_ends<'l, 'n>(
    mut letters: &'l [char],
    name: &'n str,
    left: &mut usize,
) -> (&'l [char], Chars<'n>) {
    let whole = letters.len();
    let mut name = name.chars();
    let mut rest = name.clone();
    while let [first, others @ ..] = letters
        && rest.next() == Some(*first)
    {
        (letters, name) = (others, rest.clone());
    }
    let mut rest = name.clone();
    while let [others @ .., last] = letters
        && rest.next_back() == Some(*last)
    {
        (letters, name) = (others, rest.clone());
    }
    *left = left.saturating_sub(whole - letters.len());
    (letters, name)
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
        let one_way = |from: &str, to: &str, few| {
            let mut comparison = Comparison::with(from.chars().collect(), usize::MAX);
            // What another name has left in the rows does not matter.
            comparison.changes(&"z".repeat(from.len()), 10);
            comparison.changes(to, few)
        };
        let changes = |from: &str, to: &str, few| {
            let there = one_way(from, to, few);
            assert_eq!(there, one_way(to, from, few), "{from} {to}");
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

    #[test]
    fn what_a_comparison_costs_is_bounded() {
        let asked = format!("xyx{}yxy", "a".repeat(94));
        let known = format!("abc{}def", "a".repeat(94));
        let comparison = |left| Comparison::with(asked.chars().collect(), left);
        let mut whole = comparison(10_000);
        assert_eq!(whole.changes(&known, 6), Some(6));
        let compared = 10_000 - whole.left;
        assert!(
            compared <= 100 * 13,
            "of each row 13 cells, not {compared} in all"
        );

        let mut short = comparison(compared - 1);
        assert_eq!(short.changes(&known, 6), None);
        assert!(short.is_over());
        let many = std::iter::repeat_n(&*known, 1_000_000);
        let mut looked_at = 0;
        nearest(&asked, many.inspect(|_| looked_at += 1));
        assert!(looked_at < 1000, "{looked_at}");
    }
}
