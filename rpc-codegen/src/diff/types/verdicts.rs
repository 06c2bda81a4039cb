//! What a clash of two types does to the side that meets it.

use super::Use;
use crate::diff::change::Verdict;
use crate::diff::clash::{Clash, What};
use crate::value::Value;

/// What happens to one side, if the old version writes, or the new one.
pub(super) fn judge(usage: Use, clash: &Clash, is_gained: bool, is_other_type: bool) -> Verdict {
    let what = &clash.what;
    match usage {
        Use::ErrorData => match what {
            _ if is_quiet(what, is_gained) => Verdict::Fine,
            _ => Verdict::Risky,
        },
        Use::Result | Use::Item => match what {
            _ if is_quiet(what, is_gained) => Verdict::Fine,
            What::Past53 | What::Closed => Verdict::Risky,
            _ => Verdict::Breaking,
        },
        Use::Param {
            optional,
            none_taken,
        } => match (what, is_gained) {
            (What::Closed, true) => Verdict::Fine,
            (What::Ignored { .. } | What::Past53 | What::Closed | What::Default { .. }, _) => {
                Verdict::Risky
            }
            // Servers of ours take null for a parameter that may be left out, but not for what is inside of it.
            (What::Null, false) if optional && clash.value == Value::Null => Verdict::Risky,
            (_, false) => Verdict::Breaking,
            (What::Kind, true) if is_other_type => Verdict::Breaking,
            (
                What::Missing { never: true, .. }
                | What::Unknown { always: true, .. }
                | What::Renamed { .. }
                | What::Tagging
                | What::TooLarge
                | What::Keyword(_),
                true,
            ) => Verdict::Breaking,
            (What::Choice(_) | What::Constraint(_) | What::Kind, true) if none_taken => {
                Verdict::Breaking
            }
            // Messages as they were still work.
            (_, true) => Verdict::Risky,
        },
    }
}

/// What changes nothing for those who read what servers send. Servers never use aliases.
fn is_quiet(what: &What, is_gained: bool) -> bool {
    match what {
        What::Ignored { .. } | What::Alias { .. } | What::Default { .. } => true,
        What::Closed => is_gained,
        _ => false,
    }
}
