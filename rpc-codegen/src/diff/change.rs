//! [`Change`]: one difference between two documents, and what it does to programs.

use std::fmt;

use crate::error::shown;
use crate::place::Place;
use crate::value::Value;

/// What a change does to one of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Nothing stops working.
    Fine,
    /// Some calls may fail, or mean something else than before.
    Risky,
    /// Calls that used to work fail, or mean something else.
    Breaking,
}

impl Verdict {
    /// `fine`, `risky` or `breaking`.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Fine => "fine",
            Verdict::Risky => "risky",
            Verdict::Breaking => "breaking",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A message that shows what goes wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Witness {
    /// The message: a request, a response, or a notification.
    pub message: Value,
    /// Who sends it.
    pub sender: Party,
    /// What the other side makes of it.
    pub outcome: String,
}

/// A program that was built with one of the two documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it all.
pub enum Party {
    OldClient,
    NewClient,
    OldServer,
    NewServer,
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Party::OldClient => "an old client",
            Party::NewClient => "a new client",
            Party::OldServer => "an old server",
            Party::NewServer => "a new server",
        })
    }
}

/// A difference between two documents.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The name of the rule: see [`RULES`](crate::diff::RULES).
    pub rule: &'static str,
    /// The method, by its old name if it has one. Empty for a change of the document itself.
    pub method: String,
    /// Where it is in the old document.
    pub old: Option<Place>,
    /// Where it is in the new document.
    pub new: Option<Place>,
    /// What has changed.
    pub message: String,
    /// What it does to old clients of a new server.
    pub old_clients: Verdict,
    /// What it does to new clients of an old server.
    pub new_clients: Verdict,
    /// Messages that show it: one for each breaking verdict, and if nothing breaks, one at most. A change of the document itself, of
    /// which no method knows, has none.
    pub witnesses: Vec<Witness>,
    /// What to do instead.
    pub advice: &'static str,
}

impl Change {
    /// What has changed, for people: the method, or `the document`.
    pub fn subject(&self) -> &str {
        match self.method.is_empty() {
            true => "the document",
            false => &self.method,
        }
    }

    /// What has changed, what it does to both sides, the messages that show it, and the advice: a text for people, on several lines.
    pub fn explained(&self) -> String {
        let mut lines = vec![
            format!(
                "{}: {} [{}]",
                shown(self.subject()),
                shown(&self.message),
                self.rule
            ),
            format!(
                "  old clients of a new server: {}; new clients of an old server: {}",
                self.old_clients, self.new_clients
            ),
        ];
        for witness in &self.witnesses {
            let message = shortened(witness.message.to_string());
            lines.push(format!("  {} sends {message}", witness.sender));
            lines.push(format!("  {}", shown(&witness.outcome)));
        }
        lines.push(format!("  advice: {}", self.advice));
        lines.join("\n")
    }

    /// The worse of the two verdicts.
    pub fn verdict(&self) -> Verdict {
        self.old_clients.max(self.new_clients)
    }
}

/// How many characters of a message people get to see.
const MOST_SHOWN: usize = 1000;

/// The start of a long message, and how long it is.
fn shortened(message: String) -> String {
    let count = message.chars().count();
    if count <= MOST_SHOWN {
        return message;
    }
    let start: String = message.chars().take(MOST_SHOWN).collect();
    format!("{start}... ({count} characters)")
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: {} [{}; old clients: {}, new clients: {}]",
            self.subject(),
            self.message,
            self.rule,
            self.old_clients,
            self.new_clients
        )
    }
}
