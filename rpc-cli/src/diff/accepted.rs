//! [`Accepted`]: changes that somebody has looked at, from the file of `--accept`.

use std::collections::BTreeMap;
use std::path::Path;

use rpc_codegen::diff::{Change, RULES, Verdict};
use serde::Deserialize;

use crate::calendar::{self, Day};
use crate::failure::{Failure, Result};

/// What the file says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Accepted {
    /// The verdict of all changes of a rule, by the rule's name.
    #[serde(default)]
    severity: BTreeMap<String, Severity>,
    #[serde(default)]
    accept: Vec<Acceptance>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Fine,
    Risky,
    Breaking,
}

/// A change that is wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Acceptance {
    rule: String,
    /// All methods, if there is none.
    method: Option<String>,
    /// A place in the old or the new document, such as `#/methods/0`: the change is there or inside.
    path: Option<String>,
    /// Why it is wanted, for people.
    reason: String,
    /// The last day on which it is accepted, such as `2027-01-31`.
    until: Option<String>,
}

impl Accepted {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
        let wrong = |what: String| Failure::usage(format!("{}: {what}", path.display()));
        let accepted: Accepted =
            toml::from_str(&text).map_err(|error| wrong(error.to_string().trim().to_owned()))?;
        accepted.check().map_err(wrong)?;
        Ok(accepted)
    }

    fn check(&self) -> std::result::Result<(), String> {
        let accepted = self.accept.iter().map(|it| &it.rule);
        for name in self.severity.keys().chain(accepted) {
            if !RULES.iter().any(|rule| rule.name == name) {
                return Err(format!("unknown rule `{name}`"));
            }
        }
        for it in &self.accept {
            if it.reason.trim().is_empty() {
                return Err(format!("the reason for `{}` is empty", it.rule));
            }
            if let Some(until) = &it.until
                && day(until).is_none()
            {
                return Err(format!("`{until}` is not a day such as 2027-01-31"));
            }
        }
        Ok(())
    }

    /// Changes the verdicts of rules, and takes out what is accepted today. An acceptance that accepts nothing is an error, so that
    /// none is left behind to accept something else later.
    pub(super) fn apply(&self, changes: Vec<Change>) -> Result<Vec<Change>> {
        let today = calendar::today();
        let mut is_used = vec![false; self.accept.len()];
        let mut left = Vec::new();
        for mut change in changes {
            if let Some(severity) = self.severity.get(change.rule) {
                severity.set(&mut change);
            }
            match self.accept.iter().position(|it| it.is_about(&change)) {
                Some(index) => {
                    is_used[index] = true;
                    if self.accept[index].is_over(today) {
                        left.push(change);
                    }
                }
                None => left.push(change),
            }
        }
        match self
            .accept
            .iter()
            .zip(is_used)
            .find(|(_, is_used)| !is_used)
        {
            Some((stale, _)) => {
                Err(Failure::usage(stale.is_stale())
                    .with_hint("remove it from the file of --accept"))
            }
            None => Ok(left),
        }
    }
}

impl Severity {
    /// What was fine for one side stays so.
    fn set(self, change: &mut Change) {
        let verdict = match self {
            Severity::Fine => Verdict::Fine,
            Severity::Risky => Verdict::Risky,
            Severity::Breaking => Verdict::Breaking,
        };
        for side in [&mut change.old_clients, &mut change.new_clients] {
            if *side != Verdict::Fine {
                *side = verdict;
            }
        }
    }
}

impl Acceptance {
    fn is_about(&self, change: &Change) -> bool {
        let is_method = |method: &String| *method == change.method;
        self.rule == change.rule
            && self.method.as_ref().is_none_or(is_method)
            && self
                .path
                .as_ref()
                .is_none_or(|path| is_inside(path, change))
    }

    fn is_over(&self, today: Day) -> bool {
        let last = self.until.as_deref().and_then(day);
        last.is_some_and(|last| last < today)
    }

    fn is_stale(&self) -> String {
        let of = self.method.as_ref().map(|method| format!(" of `{method}`"));
        let at = self.path.as_ref().map(|path| format!(" at `{path}`"));
        format!(
            "the entry for `{}`{}{} accepts no change",
            self.rule,
            of.unwrap_or_default(),
            at.unwrap_or_default()
        )
    }
}

/// Whether one of the change's places is at the path or inside of it.
fn is_inside(path: &str, change: &Change) -> bool {
    let places = [&change.old, &change.new].into_iter().flatten();
    let is_in = |place: String| {
        let rest = place.strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    places.map(ToString::to_string).any(is_in)
}

fn day(text: &str) -> Option<Day> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let day = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let is_day = (1..=12).contains(&day.1) && (1..=31).contains(&day.2);
    (is_day && parts.next().is_none()).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_days_are_days() {
        assert_eq!(day("2027-01-31"), Some((2027, 1, 31)));
        for text in [
            "",
            "2027",
            "2027-13-01",
            "2027-01-00",
            "2027-01-01-01",
            "soon",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }
}
