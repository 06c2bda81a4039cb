//! [`EarlyWindows`]: credit for streams whose requests have not come.

use std::collections::VecDeque;

use crate::json::id::Id;

/// How many streams may have credit before their requests come.
const MOST: usize = 256;

/// Credit for streams whose requests have not come. If there are too many, the oldest are forgotten: their requests were refused,
/// or never came.
#[derive(Default)]
pub(super) struct EarlyWindows(VecDeque<(Id, u64)>);

impl EarlyWindows {
    pub(super) fn add(&mut self, token: &Id, add: u64) {
        let mut known = self.0.iter_mut();
        if let Some((_, credit)) = known.find(|(known, _)| known == token) {
            *credit = credit.saturating_add(add);
            return;
        }
        if self.0.len() == MOST {
            self.0.pop_front();
        }
        self.0.push_back((token.clone(), add));
    }

    pub(super) fn remove(&mut self, token: &Id) -> Option<u64> {
        let position = self.0.iter().position(|(known, _)| known == token)?;
        let (_, credit) = self.0.remove(position)?;
        Some(credit)
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
