//! [`Pair`]: what the two versions make of each other's values at one place, as one change.

use super::Use;
use super::naming::{Suffix, rule};
use super::verdicts::judge;
use super::words::{named, outcome};
use crate::diff::change::{Verdict, Witness};
use crate::diff::clash::{Clash, What};
use crate::diff::{Finding, Role, Side};
use crate::place::Place;
use crate::value::Value;

/// What the old version may write and the new one does not read, and the reverse. At least one of them is there.
#[derive(Default)]
pub(super) struct Pair {
    pub(super) lost: Option<Clash>,
    pub(super) gained: Option<Clash>,
}

impl Pair {
    /// The change, and what it does to both sides.
    pub(super) fn finding(
        &self,
        usage: Use,
        (old, new): (Place, Place),
        message: &dyn Fn(Side, Value) -> Value,
    ) -> Finding {
        let (suffix, text) = self.named();
        let lost = self.verdict(usage, &self.lost, false);
        let gained = self.verdict(usage, &self.gained, true);
        let (old_clients, new_clients) = match usage.writer() {
            Role::Client => (lost, gained),
            Role::Server => (gained, lost),
        };
        let shown = [(&self.lost, Side::Old), (&self.gained, Side::New)].map(|(clash, side)| {
            let clash = clash.as_ref()?;
            Some(Witness {
                message: message(side, clash.value.clone()),
                sender: usage.writer().of(side),
                outcome: outcome(&clash.what),
            })
        });
        Finding {
            rule: rule(usage, suffix),
            old: Some(old),
            new: Some(new),
            message: text,
            old_clients,
            new_clients,
            witnesses: shown.into_iter().flatten().collect(),
        }
    }

    /// The last part of the rule's name, and what has changed.
    fn named(&self) -> (Suffix, String) {
        let (what, is_gained) = self.main();
        let is_shifted = is_constraint(&self.lost) && is_constraint(&self.gained);
        match what {
            What::Constraint(of) if is_shifted => {
                (Suffix::ConstraintChanged, format!("the {of} has changed"))
            }
            what => named(what, is_gained, self.is_other_type()),
        }
    }

    /// The clash that says more, and whether the new version writes it.
    fn main(&self) -> (&What, bool) {
        let whats = [&self.lost, &self.gained].map(|it| it.as_ref().map(|it| &it.what));
        match whats {
            // A member that is missing says more than one that is ignored.
            [Some(What::Ignored { .. }), Some(gained)] => (gained, true),
            // And another type says more than a number that is rounded.
            [Some(What::Past53), Some(gained @ What::Kind)] => (gained, true),
            [Some(lost), _] => (lost, false),
            [None, Some(gained)] => (gained, true),
            [None, None] => unreachable!("a pair has a clash"),
        }
    }

    fn verdict(&self, usage: Use, clash: &Option<Clash>, is_gained: bool) -> Verdict {
        let clash = clash.as_ref();
        let is_other_type = self.is_other_type();
        clash.map_or(Verdict::Fine, |it| {
            judge(usage, it, is_gained, is_other_type)
        })
    }

    /// Whether neither version takes what the other writes.
    fn is_other_type(&self) -> bool {
        is_kind(&self.lost) && is_kind(&self.gained)
    }
}

fn is_kind(clash: &Option<Clash>) -> bool {
    clash.as_ref().is_some_and(|it| it.what == What::Kind)
}

fn is_constraint(clash: &Option<Clash>) -> bool {
    clash
        .as_ref()
        .is_some_and(|it| matches!(it.what, What::Constraint(_)))
}
