//! [`Mock`]: a service that answers the calls of a document.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use rpc_core::contract::{self, Contract};
use rpc_core::params::{InvalidParams, Params, Strictness, SubscriptionId};
use rpc_core::service::{ResolvedMethod, Responder};
use rpc_core::{Context, Outcome, RawValue, Service};

use super::answers::Answers;
use super::arguments::Arguments;
use super::examples::Examples;
use super::failures::{Failure, Failures};
use super::metadata;
use super::random::Random;
use super::settings::{Delay, SettingError, Settings};
use super::streams;
use super::values::Values;
use super::warning::Warning;
use crate::document::Document;
use crate::error::ReadError;
use crate::model::{Model, Reply};
use crate::place::Place;
use crate::value::Value;

const DISCOVER: &str = "rpc.discover";

/// A service that answers the calls of a document. See the [module](self::super).
pub struct Mock {
    document: Value,
    model: Model,
    values: Values,
    /// By method of the model.
    examples: Vec<Examples>,
    entries: Vec<Entry>,
    /// Where a name leads among the entries.
    names: HashMap<String, usize>,
    settings: Settings,
    failures: Failures,
    warnings: Vec<Warning>,
}

/// Something that can be called.
struct Entry {
    described: Arc<contract::Method>,
    does: Does,
}

#[derive(Debug, Clone, Copy)]
enum Does {
    /// Answers this method of the model.
    Answer(usize),
    /// Closes a subscription. `knows_errors` stands for Ethereum's way, in which an unknown one is an error.
    Unsubscribe { knows_errors: bool },
    /// Answers with the document.
    Discover,
}

impl Mock {
    /// A mock of a document, with the seed 0.
    ///
    /// # Errors
    ///
    /// The document can't be read: see [`Model::read`].
    pub fn of(document: &Document) -> Result<Mock, ReadError> {
        let model = Model::read(document)?;
        let values = Values::of(&model);
        let mut warnings = Vec::new();
        let examples = model
            .methods
            .iter()
            .map(|method| Examples::of(method, &model, &values, &mut warnings))
            .collect();
        let mut mock = Mock {
            document: document.bundled(),
            values,
            examples,
            entries: Vec::new(),
            names: HashMap::new(),
            settings: Settings::default(),
            failures: Failures::default(),
            warnings,
            model,
        };
        mock.add_entries();
        mock.warn_of_patterns();
        Ok(mock)
    }

    /// Makes other values; default 0. The same seed and the same call give the same answer.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// How many items a stream sends; default 3.
    #[must_use]
    pub fn items(mut self, count: usize) -> Self {
        self.settings.items = count;
        self
    }

    /// Waits before each answer and before each item, for a time within the range. `sleep` is the clock, such as `tokio::time::sleep`.
    #[must_use]
    pub fn delay<F>(
        mut self,
        times: RangeInclusive<Duration>,
        sleep: impl Fn(Duration) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.settings.delay = Some(Delay::new(times, sleep));
        self
    }

    /// Lets calls of a method fail with a code: all of them with the rate 1, none with 0. `*` stands for every method.
    ///
    /// If the method declares the error, it has the declared message, and data that is made up. Which calls fail follows from the seed, the
    /// call, and how often that call has been made: if it is made again, it may succeed. Rules are tried in the order in which they were added.
    ///
    /// # Errors
    ///
    /// The document has no such method, or the rate is not from 0 to 1.
    pub fn fail(mut self, method: &str, code: i64, rate: f64) -> Result<Self, SettingError> {
        if !(0.0..=1.0).contains(&rate) {
            return Err(SettingError::Rate);
        }
        let method = match (method, self.names.get(method).map(|it| &self.entries[*it])) {
            ("*", _) => None,
            (
                _,
                Some(Entry {
                    described,
                    does: Does::Answer(_),
                }),
            ) => Some(described.name.to_string()),
            (name, _) => return Err(SettingError::UnknownMethod(name.to_owned())),
        };
        self.failures.add(Failure { method, code, rate });
        Ok(self)
    }

    /// What the mock does not do as the document says: examples that are not served, and patterns that are not obeyed.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Made-up params that a method takes, in the form in which its document wants them. Another number gives others. It is for tests that
    /// call every method.
    ///
    /// `None` if the document has no such method, or if no value fits one of its required params.
    pub fn params(&self, method: &str, number: u64) -> Option<Value> {
        let method = self.model.methods.iter().find(|it| it.name == method)?;
        let number = number.to_string();
        let mut random = Random::of(self.settings.seed, &["params", &method.name, &number]);
        Arguments::make(method, &self.model, &self.values, &mut random)
    }

    fn add_entries(&mut self) {
        for index in 0..self.model.methods.len() {
            let method = &self.model.methods[index];
            let described = metadata::method(method, &self.model);
            let names: Vec<String> = [&method.name]
                .into_iter()
                .chain(&method.aliases)
                .cloned()
                .collect();
            self.add(names, described, Does::Answer(index));
        }
        for index in 0..self.model.methods.len() {
            let method = &self.model.methods[index];
            if let Reply::Stream(stream) = &method.reply
                && let Some(name) = stream.unsubscribe.clone()
                && !self.names.contains_key(&name)
            {
                let knows_errors = method.name.contains(' ');
                self.add_plain(name, Does::Unsubscribe { knows_errors });
            }
        }
        if !self.names.contains_key(DISCOVER) {
            self.add_plain(DISCOVER.to_owned(), Does::Discover);
        }
    }

    fn add_plain(&mut self, name: String, does: Does) {
        let mut described = contract::Method::new("", "");
        described.name = name.clone().into();
        self.add(vec![name], described, does);
    }

    fn add(&mut self, names: Vec<String>, described: contract::Method, does: Does) {
        let index = self.entries.len();
        self.entries.push(Entry {
            described: Arc::new(described),
            does,
        });
        for name in names {
            self.names.entry(name).or_insert(index);
        }
    }

    fn warn_of_patterns(&mut self) {
        for pattern in self.values.texts().unreadable() {
            self.warnings.push(Warning {
                place: Place::root(""),
                message: format!("the pattern {pattern} is not supported, so the mock ignores it"),
            });
        }
    }
}

/// A call of a mock, with its params checked.
pub struct MockCall(Checked);

enum Checked {
    Method(usize, Arguments),
    Unsubscribe(SubscriptionId, bool),
    Discover,
}

impl Service for Mock {
    type Args<'de> = MockCall;

    fn contracts(&self) -> Vec<Contract> {
        vec![metadata::contract(&self.model)]
    }

    fn find(&self, name: &str) -> Option<ResolvedMethod> {
        let index = *self.names.get(name)?;
        let described = Arc::clone(&self.entries.get(index)?.described);
        Some(ResolvedMethod::shared(described, index))
    }

    fn decode<'de>(
        &self,
        method: &ResolvedMethod,
        params: Params<'_, 'de>,
    ) -> Result<MockCall, InvalidParams> {
        let Some(entry) = self.entries.get(method.index()) else {
            return Err(InvalidParams::foreign_method());
        };
        let params = match params.is_absent() {
            true => None,
            false => {
                let text: &RawValue = params.read_whole(Strictness::Lenient)?;
                let read = Value::from_json(text.get());
                Some(read.map_err(|error| InvalidParams::new(error.to_string()))?)
            }
        };
        let checked = match entry.does {
            Does::Answer(index) => {
                let method = &self.model.methods[index];
                let read = Arguments::read(params.as_ref(), method, &self.model, &self.values);
                Checked::Method(index, read.map_err(InvalidParams::new)?)
            }
            Does::Unsubscribe { knows_errors } => {
                Checked::Unsubscribe(subscription(params.as_ref())?, knows_errors)
            }
            Does::Discover => Checked::Discover,
        };
        Ok(MockCall(checked))
    }

    async fn call(&self, call: Self::Args<'_>, cx: &Context, responder: Responder) -> Outcome {
        match call.0 {
            Checked::Discover => responder.value(&self.document),
            Checked::Unsubscribe(id, true) => responder.unsubscribe_known(cx, &id),
            Checked::Unsubscribe(id, false) => responder.unsubscribe(cx, &id),
            Checked::Method(index, arguments) => {
                self.answer(index, &arguments, cx, responder).await
            }
        }
    }
}

impl Mock {
    async fn answer(
        &self,
        index: usize,
        arguments: &Arguments,
        cx: &Context,
        responder: Responder,
    ) -> Outcome {
        let method = &self.model.methods[index];
        let params = arguments.canonical(method);
        let answers = Answers {
            model: &self.model,
            values: &self.values,
            method,
            examples: &self.examples[index],
            seed: self.settings.seed,
            params: &params,
        };
        if let Some(delay) = &self.settings.delay {
            delay.wait(&mut answers.random("delay")).await;
        }
        let failure = self
            .failures
            .code(self.settings.seed, &method.name, &params);
        if let Some(code) = failure {
            return answers.error(code).into();
        }
        match &method.reply {
            Reply::None => responder.value(()),
            Reply::Result(ty) => match answers.result(ty) {
                Ok(result) => responder.value(result),
                Err(error) => error.into(),
            },
            Reply::Stream(stream) => {
                let form = cx.method().and_then(|method| method.stream.as_ref());
                let Some(form) = form.map(|streamed| streamed.form.clone()) else {
                    return responder.value(()); // never happens: its metadata has the stream
                };
                let to = (cx, responder);
                streams::run(stream, &form, answers, arguments, &self.settings, to).await
            }
        }
    }
}

/// The id of the subscription to close: the first param, under any name.
fn subscription(params: Option<&Value>) -> Result<SubscriptionId, InvalidParams> {
    let first = match params {
        Some(Value::Array(elements)) => elements.first(),
        Some(Value::Object(members)) => members.values().next(),
        _ => None,
    };
    let first =
        first.ok_or_else(|| InvalidParams::new("missing parameter: the subscription's id"))?;
    serde_json::from_str(&first.to_string()).map_err(|error| InvalidParams::new(error.to_string()))
}

impl fmt::Debug for Mock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mock")
            .field("title", &self.model.info.title)
            .field("methods", &self.model.methods.len())
            .field("seed", &self.settings.seed)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for MockCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MockCall").finish_non_exhaustive()
    }
}
