//! Answers `$SRV.PING`, `$SRV.INFO` and `$SRV.STATS`, by which NATS's tools find services (ADR-32).

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::SystemTime;

use async_nats::{Client, Message, SubscribeError};
use futures_util::{StreamExt, stream};
use humantime::format_rfc3339_seconds;
use rpc_core::contract::{Contract, Method};
use serde::Serialize;

use super::stats::{Counter, Stats};
use crate::subject::Base;

/// What a worker says about itself.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) description: String,
    pub(super) metadata: BTreeMap<String, String>,
}

/// A worker, as NATS's tools see it.
#[derive(Debug)]
pub(super) struct Worker {
    identity: Identity,
    id: String,
    started: String,
    endpoints: Vec<Endpoint>,
    stats: Arc<Stats>,
}

#[derive(Debug)]
struct Endpoint {
    name: String,
    subject: String,
    queue_group: String,
    metadata: BTreeMap<&'static str, String>,
    /// The method's place among the counters; `None` for the subject of the service.
    place: Option<usize>,
}

#[derive(Debug, Clone, Copy)]
enum Question {
    Ping,
    Info,
    Stats,
}

const QUESTIONS: [(Question, &str); 3] = [
    (Question::Ping, "PING"),
    (Question::Info, "INFO"),
    (Question::Stats, "STATS"),
];

impl Identity {
    /// What is known of a service from its contracts.
    pub(super) fn of(base: &Base, contracts: &[Contract]) -> Self {
        let docs = contracts.iter().map(|contract| &*contract.docs);
        let first_line = |docs: &str| docs.lines().next().map(str::to_owned);
        let description = docs.filter_map(first_line).find(|line| !line.is_empty());
        Identity {
            name: named(base.as_str()),
            version: "0.0.0".to_owned(),
            description: description.unwrap_or_default(),
            metadata: BTreeMap::new(),
        }
    }
}

/// A text as ADR-32 allows it for names.
pub(super) fn named(text: &str) -> String {
    let allowed = |c: char| match c.is_ascii_alphanumeric() || matches!(c, '-' | '_') {
        true => c,
        false => '_',
    };
    text.chars().map(allowed).collect()
}

impl Worker {
    pub(super) fn new(
        identity: Identity,
        base: &Base,
        queue_group: &str,
        contracts: &[Contract],
        stats: Arc<Stats>,
    ) -> Self {
        let whole = Endpoint {
            name: "batch".to_owned(),
            subject: base.as_str().to_owned(),
            queue_group: queue_group.to_owned(),
            metadata: BTreeMap::new(),
            place: None,
        };
        let methods = contracts
            .iter()
            .flat_map(|contract| contract.methods.iter());
        let mut names = HashSet::from([whole.name.clone()]);
        // A method whose name does not fit into a subject has none, and is called at that of the service.
        let endpoints = methods.enumerate().filter_map(|(place, method)| {
            Some(Endpoint {
                subject: base.of_method(&method.name)?.to_string(),
                name: distinct(&mut names, named(&method.name)),
                queue_group: queue_group.to_owned(),
                metadata: described(method),
                place: Some(place),
            })
        });
        Worker {
            identity,
            id: id(),
            started: format_rfc3339_seconds(SystemTime::now()).to_string(),
            endpoints: endpoints.chain([whole]).collect(),
            stats,
        }
    }

    /// Answers all questions, for ever.
    pub(super) async fn answer(self, client: Client) {
        if let Err(error) = self.try_answer(client).await {
            tracing::warn!(%error, "this worker is not to be found by the tools of NATS");
        }
    }

    async fn try_answer(self, client: Client) -> Result<(), SubscribeError> {
        let mut questions = Vec::new();
        for (question, verb) in QUESTIONS {
            for subject in self.subjects(verb) {
                let asked = client.subscribe(subject).await?;
                questions.push(asked.map(move |message| (question, message)));
            }
        }
        let mut questions = stream::select_all(questions);
        while let Some((question, message)) = questions.next().await {
            self.reply(&client, question, message).await;
        }
        Ok(())
    }

    fn subjects(&self, verb: &str) -> [String; 3] {
        let (name, id) = (&self.identity.name, &self.id);
        [
            format!("$SRV.{verb}"),
            format!("$SRV.{verb}.{name}"),
            format!("$SRV.{verb}.{name}.{id}"),
        ]
    }

    async fn reply(&self, client: &Client, question: Question, message: Message) {
        let Some(reply) = message.reply else { return };
        let answer = match question {
            Question::Ping => serde_json::to_vec(&self.about("ping", Ping {})),
            Question::Info => serde_json::to_vec(&self.about("info", self.info())),
            Question::Stats => serde_json::to_vec(&self.about("stats", self.counts())),
        };
        let Ok(answer) = answer else { return }; // never happens: these are maps and texts
        if let Err(error) = client.publish(reply, answer.into()).await {
            tracing::debug!(%error, "a question about the service was not answered");
        }
    }

    fn about<T>(&self, kind: &str, rest: T) -> About<'_, T> {
        About {
            kind: format!("io.nats.micro.v1.{kind}_response"),
            name: &self.identity.name,
            id: &self.id,
            version: &self.identity.version,
            metadata: &self.identity.metadata,
            rest,
        }
    }

    fn info(&self) -> Info<'_> {
        let endpoints = self.endpoints.iter().map(|endpoint| EndpointInfo {
            name: &endpoint.name,
            subject: &endpoint.subject,
            queue_group: &endpoint.queue_group,
            metadata: &endpoint.metadata,
        });
        Info {
            description: &self.identity.description,
            endpoints: endpoints.collect(),
        }
    }

    fn counts(&self) -> Counted<'_> {
        let endpoints = self.endpoints.iter().map(|endpoint| {
            let counts = self.counter(endpoint).read();
            EndpointStats {
                name: &endpoint.name,
                subject: &endpoint.subject,
                queue_group: &endpoint.queue_group,
                num_requests: counts.requests,
                num_errors: counts.errors,
                processing_time: counts.nanoseconds,
                average_processing_time: counts.average(),
                last_error: counts.last_error,
            }
        });
        Counted {
            started: &self.started,
            endpoints: endpoints.collect(),
        }
    }

    fn counter(&self, endpoint: &Endpoint) -> &Counter {
        match endpoint.place {
            Some(place) => self.stats.in_place(place),
            None => self.stats.of(None),
        }
    }
}

/// A name that no other endpoint has: a number is added to one that is taken.
fn distinct(taken: &mut HashSet<String>, name: String) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    let mut free = std::iter::once(name.clone()).chain(numbered);
    // Some number is free.
    let free = free.find(|it| !taken.contains(it)).unwrap_or(name);
    taken.insert(free.clone());
    free
}

/// What tools may want to know of a method.
fn described(method: &Method) -> BTreeMap<&'static str, String> {
    let mut metadata = BTreeMap::from([("method", method.name.clone().into_owned())]);
    let promises = [
        ("idempotent", method.idempotent),
        ("notification", method.notification),
        ("deprecated", method.deprecated.is_some()),
    ];
    for (name, _) in promises.iter().filter(|(_, is_so)| *is_so) {
        metadata.insert(name, "true".to_owned());
    }
    metadata
}

/// An id that no other worker has.
fn id() -> String {
    std::iter::repeat_with(fastrand::alphanumeric)
        .take(22)
        .collect()
}

/// What every answer begins with.
#[derive(Serialize)]
struct About<'a, T> {
    #[serde(rename = "type")]
    kind: String,
    name: &'a str,
    id: &'a str,
    version: &'a str,
    metadata: &'a BTreeMap<String, String>,
    #[serde(flatten)]
    rest: T,
}

#[derive(Serialize)]
struct Ping {}

#[derive(Serialize)]
struct Info<'a> {
    description: &'a str,
    endpoints: Vec<EndpointInfo<'a>>,
}

#[derive(Serialize)]
struct EndpointInfo<'a> {
    name: &'a str,
    subject: &'a str,
    queue_group: &'a str,
    metadata: &'a BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct Counted<'a> {
    started: &'a str,
    endpoints: Vec<EndpointStats<'a>>,
}

#[derive(Serialize)]
struct EndpointStats<'a> {
    name: &'a str,
    subject: &'a str,
    queue_group: &'a str,
    num_requests: u64,
    num_errors: u64,
    last_error: String,
    processing_time: u64,
    average_processing_time: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_endpoints_have_the_same_name() {
        let mut taken = HashSet::from(["batch".to_owned()]);
        let names = ["a_b", "a_b", "a_b_2", "batch"];
        let names = names.map(|name| distinct(&mut taken, name.to_owned()));
        assert_eq!(names, ["a_b", "a_b_2", "a_b_2_2", "batch_2"]);
    }
}
