//! What a new version of a document does to programs that were built with the old one, and the reverse.

mod change;
mod clash;
mod defaults;
mod document;
mod errors;
mod methods;
mod names;
mod params;
mod promises;
mod replies;
mod rules;
mod sample;
mod texts;
mod types;
mod undescribed;
mod version;

pub use change::{Change, Party, Verdict, Witness};
pub use rules::{RULES, Rule};

use std::collections::HashSet;

use crate::model::Model;
use crate::place::Place;
use crate::value::Value;

/// The version of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Old,
    New,
}

/// Which end of a call a program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Client,
    Server,
}

/// A change before it knows its method.
struct Finding {
    rule: &'static str,
    old: Option<Place>,
    new: Option<Place>,
    message: String,
    old_clients: Verdict,
    new_clients: Verdict,
    witnesses: Vec<Witness>,
}

/// The changes of a method, with its name.
struct Changes {
    method: String,
    found: Vec<Finding>,
}

impl Finding {
    /// A change whose places are not known yet, with what it does to old clients and to new ones.
    fn new(
        rule: &'static str,
        message: impl Into<String>,
        (old_clients, new_clients): (Verdict, Verdict),
    ) -> Finding {
        Finding {
            rule,
            old: None,
            new: None,
            message: message.into(),
            old_clients,
            new_clients,
            witnesses: Vec::new(),
        }
    }

    /// Adds a message that shows it.
    fn shown(mut self, message: Value, sender: Party, outcome: impl Into<String>) -> Finding {
        self.witnesses.push(Witness {
            message,
            sender,
            outcome: outcome.into(),
        });
        self
    }

    fn at(mut self, old: &Place, new: &Place) -> Finding {
        self.old = Some(old.clone());
        self.new = Some(new.clone());
        self
    }
}

/// Compares two versions of a document: all that has changed, in the order of the methods.
///
/// A change has two verdicts: for old clients of a new server, and for new clients of an old server. They come from what the messages
/// mean, not from how the documents are written: a schema that moves into a component, or an alias that changes places with its
/// method, is not a change. For the methods that the server calls on its clients, the clients are the ones that answer.
///
/// ```
/// use rpc_codegen::diff::{Verdict, diff};
/// use rpc_codegen::{Document, Model};
///
/// let document = |kind: &str| {
///     let text = format!(
///         r#"{{"openrpc": "1.4.1", "info": {{"title": "Shop", "version": "1"}}, "methods": [
///             {{"name": "find", "params": [{{"name": "id", "required": true, "schema": {{"type": "{kind}"}}}}]}}
///         ]}}"#
///     );
///     Model::read(&Document::parse(&text).unwrap()).unwrap()
/// };
/// let changes = diff(&document("integer"), &document("string"));
/// assert_eq!(changes[0].rule, "param-type-changed");
/// assert_eq!(changes[0].old_clients, Verdict::Breaking);
/// assert!(diff(&document("string"), &document("string")).is_empty());
/// ```
pub fn diff(old: &Model, new: &Model) -> Vec<Change> {
    merged(diff_each(old, new))
}

/// The same, but a change of a component is told for each method that has it. To take out changes of some methods before they are
/// [`merged`].
pub fn diff_each(old: &Model, new: &Model) -> Vec<Change> {
    let mut own = methods::compare((old, &old.methods), (new, &new.methods));
    own.extend(undescribed::compare(old, new));
    let called = methods::compare((old, &old.client_methods), (new, &new.client_methods));
    let mut changes: Vec<Change> = Vec::new();
    for finding in document::compare(old, new) {
        changes.push(change("", finding, false));
    }
    for (of_client, all) in [(false, own), (true, called)] {
        for Changes { method, found } in all {
            for finding in found {
                changes.push(change(&method, finding, of_client));
            }
        }
    }
    changes
}

/// A change of a component is told once, at the first method that has it, unless it does something else to another one.
pub fn merged(changes: Vec<Change>) -> Vec<Change> {
    let mut seen = HashSet::new();
    let mut is_new = |it: &Change| {
        let verdicts = (it.old_clients, it.new_clients);
        let places = (it.old.clone(), it.new.clone());
        seen.insert((it.rule, places, it.message.clone(), verdicts))
    };
    changes.into_iter().filter(|it| is_new(it)).collect()
}

fn change(method: &str, finding: Finding, of_client: bool) -> Change {
    let (mut old_clients, mut new_clients) = (finding.old_clients, finding.new_clients);
    if of_client {
        // The client answers: an old server that calls a new client stands where an old client stood.
        std::mem::swap(&mut old_clients, &mut new_clients);
    }
    let witnesses = worst(&finding);
    let turned = |witness: Witness| match of_client {
        true => Witness {
            sender: swapped(witness.sender),
            ..witness
        },
        false => witness,
    };
    Change {
        rule: finding.rule,
        method: method.to_owned(),
        old: finding.old,
        new: finding.new,
        message: finding.message,
        old_clients,
        new_clients,
        witnesses: witnesses.into_iter().map(turned).collect(),
        advice: rules::advice(finding.rule),
    }
}

/// The witnesses of the worse verdict: one for each side that breaks, and otherwise one for both.
fn worst(finding: &Finding) -> Vec<Witness> {
    let worst = finding.old_clients.max(finding.new_clients);
    let verdict = |sender: Party| match sender {
        Party::OldClient | Party::NewServer => finding.old_clients,
        Party::NewClient | Party::OldServer => finding.new_clients,
    };
    let shown = finding.witnesses.iter();
    let shown = shown.filter(|it| verdict(it.sender) == worst).cloned();
    match worst {
        Verdict::Breaking => shown.collect(),
        _ => shown.take(1).collect(),
    }
}

fn swapped(party: Party) -> Party {
    match party {
        Party::OldClient => Party::OldServer,
        Party::NewClient => Party::NewServer,
        Party::OldServer => Party::OldClient,
        Party::NewServer => Party::NewClient,
    }
}
