//! [`Accepted`]: changes that somebody has looked at, from the file of `--accept`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rpc_codegen::diff::{Change, RULES, Verdict};
use serde::Deserialize;

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
                && end_of_day(until).is_none()
            {
                return Err(format!("`{until}` is not a day such as 2027-01-31"));
            }
        }
        Ok(())
    }

    /// Changes the verdicts of rules, and takes out what is accepted today. An acceptance that accepts nothing is an error, so that
    /// none is left behind to accept something else later.
    pub(super) fn apply(&self, changes: Vec<Change>) -> Result<Vec<Change>> {
        let now = SystemTime::now();
        let mut is_used = vec![false; self.accept.len()];
        let mut left = Vec::new();
        for mut change in changes {
            if let Some(severity) = self.severity.get(change.rule) {
                severity.set(&mut change);
            }
            let mut is_accepted = false;
            for (entry, is_used) in self.accept.iter().zip(&mut is_used) {
                if entry.is_about(&change) {
                    *is_used = true;
                    is_accepted |= !entry.is_over(now);
                }
            }
            if !is_accepted {
                left.push(change);
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

    fn is_over(&self, now: SystemTime) -> bool {
        let end = self.until.as_deref().and_then(end_of_day);
        end.is_some_and(|end| end <= now)
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

/// When a day is over in UTC.
fn end_of_day(text: &str) -> Option<SystemTime> {
    let begin = humantime::parse_rfc3339(&format!("{text}T00:00:00Z")).ok()?;
    begin.checked_add(Duration::from_secs(86_400))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_entry_that_holds_is_enough() {
        let text = r#"
            [[accept]]
            rule = "param-removed"
            reason = "until last year"
            until = "2020-01-01"

            [[accept]]
            rule = "param-removed"
            method = "place"
            reason = "nobody sends it"
        "#;
        let accepted: Accepted = toml::from_str(text).expect("TOML");
        let change = |method: &str| Change {
            rule: "param-removed",
            method: method.to_owned(),
            old: None,
            new: None,
            message: String::new(),
            old_clients: Verdict::Breaking,
            new_clients: Verdict::Fine,
            witnesses: Vec::new(),
            advice: "",
        };
        let left = accepted
            .apply(vec![change("place"), change("take")])
            .expect("no entry is stale");
        let left: Vec<&str> = left.iter().map(|it| it.method.as_str()).collect();
        assert_eq!(left, ["take"]);
        assert!(accepted.apply(vec![change("take")]).is_err());
    }

    #[test]
    fn only_days_are_days() {
        let end = humantime::parse_rfc3339("2027-02-01T00:00:00Z").ok();
        assert_eq!(end_of_day("2027-01-31"), end);
        for text in [
            "",
            "2027",
            "2027-13-01",
            "2027-01-00",
            "2027-02-30",
            "2027-01-01-01",
            "soon",
        ] {
            assert_eq!(end_of_day(text), None, "{text}");
        }
    }
}
