//! [`Answers`]: which call each response in the reply to several calls answers. [`DistinctIds`] ensures that this is
//! unambiguous.
//!
//! Servers mostly answer in order, and clients mostly count, so ids are rarely hashed.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::error::{MalformedEntry, ProtocolError};
use crate::json::id::Id;
use crate::limits::{FOREIGN_ID, FOREIGN_IDS};

/// A call that was sent, known by its id.
pub(super) trait HasId {
    fn id(&self) -> &Id;
}

impl HasId for Id {
    fn id(&self) -> &Id {
        self
    }
}

/// What the reply to several calls says about each of them.
#[derive(Debug)]
pub(super) struct Answers<A, U> {
    /// In the order of the calls.
    answers: Vec<Received<A>>,
    /// The first ids in the reply that belong to no call.
    foreign: Vec<Id>,
    /// The first error whose call the server could not identify.
    unidentified: Option<U>,
    /// The first entry that is not a response, and does not say which call it answers.
    malformed: Option<MalformedEntry>,
}

/// What a response says that has no id, or whose id is null.
pub(super) enum Unassigned<U> {
    /// An error whose call the server could not identify. It may answer any call without another answer.
    Unidentified(U),
    /// It is not a response.
    Malformed(ProtocolError),
    /// Nothing to anybody.
    Foreign,
}

#[derive(Debug)]
enum Received<A> {
    Missing,
    One(A),
    Several,
}

/// The answer to a call.
pub(super) enum AnswerTo<'a, A, U> {
    Own(A),
    /// The call has no answer of its own, but there is an error whose call the server could not identify.
    Unidentified(&'a U),
}

impl<A, U> Default for Answers<A, U> {
    fn default() -> Self {
        Answers {
            answers: Vec::new(),
            foreign: Vec::new(),
            unidentified: None,
            malformed: None,
        }
    }
}

impl<A, U> Answers<A, U> {
    /// Sorts responses by the calls that were sent. `unassigned` says what one is that has no id, or whose id is null.
    pub(super) fn sort(
        sent: &[impl HasId],
        responses: impl IntoIterator<Item = (Option<Id>, A)>,
        unassigned: impl Fn(A) -> Unassigned<U>,
    ) -> Self {
        let mut sorted = Answers {
            answers: sent.iter().map(|_| Received::Missing).collect(),
            ..Answers::default()
        };
        let mut positions = IdPositions::new(sent);
        for (id, response) in responses {
            let position = id.as_ref().and_then(|id| positions.find(id));
            match (position, id) {
                (Some(position), _) => sorted.answers[position].add(response),
                (None, Some(id)) if !id.is_null() => sorted.add_foreign(id),
                (None, _) => sorted.add_unassigned(unassigned(response)),
            }
        }
        sorted
    }

    fn add_foreign(&mut self, id: Id) {
        if self.foreign.len() < FOREIGN_IDS && id.as_json().len() <= FOREIGN_ID {
            self.foreign.push(id);
        }
    }

    fn add_unassigned(&mut self, response: Unassigned<U>) {
        match response {
            Unassigned::Unidentified(response) => {
                self.unidentified.get_or_insert(response);
            }
            Unassigned::Malformed(error) if self.malformed.is_none() => {
                self.malformed = error.into_malformed_entry();
            }
            Unassigned::Malformed(_) => {}
            Unassigned::Foreign => self.add_foreign(Id::NULL),
        }
    }

    /// Whether a call has no answer of its own.
    pub(super) fn any_missing(&self) -> bool {
        let mut answers = self.answers.iter();
        answers.any(|answer| matches!(answer, Received::Missing))
    }

    /// Whether no call has an answer of its own.
    pub(super) fn none_own(&self) -> bool {
        let mut answers = self.answers.iter();
        answers.all(|answer| matches!(answer, Received::Missing))
    }

    /// Whether there is an error whose call the server could not identify.
    pub(super) fn has_unidentified(&self) -> bool {
        self.unidentified.is_some()
    }

    /// The answer to the call at this position, which has this id.
    pub(super) fn take(
        &mut self,
        position: usize,
        id: &Id,
    ) -> Result<AnswerTo<'_, A, U>, ProtocolError> {
        match std::mem::replace(&mut self.answers[position], Received::Missing) {
            Received::One(answer) => Ok(AnswerTo::Own(answer)),
            Received::Several => Err(ProtocolError::SeveralAnswers { id: id.clone() }),
            Received::Missing => match &self.unidentified {
                Some(answer) => Ok(AnswerTo::Unidentified(answer)),
                None => Err(ProtocolError::NoAnswer {
                    id: id.clone(),
                    foreign: self.foreign.clone(),
                    malformed: self.malformed.clone(),
                }),
            },
        }
    }
}

impl<A> Received<A> {
    fn add(&mut self, answer: A) {
        *self = match self {
            Received::Missing => Received::One(answer),
            Received::One(_) | Received::Several => Received::Several,
        };
    }
}

/// The position at which each id was sent.
struct IdPositions<'a, S> {
    sent: &'a [S],
    /// Where the next response's id is looked for first.
    next: usize,
    /// By [plain](Id::plain) ids, since a server may write an id with other escapes or digits. Only filled if a response is
    /// out of order.
    by_id: Option<HashMap<Cow<'a, Id>, usize>>,
}

impl<'a, S: HasId> IdPositions<'a, S> {
    fn new(sent: &'a [S]) -> Self {
        IdPositions {
            sent,
            next: 0,
            by_id: None,
        }
    }

    fn find(&mut self, id: &Id) -> Option<usize> {
        let next = self.sent.get(self.next);
        let place = match next.is_some_and(|next| next.id().matches(id)) {
            true => self.next,
            false => self.by_id().get(&*id.plain()).copied()?,
        };
        self.next = place + 1;
        Some(place)
    }

    fn by_id(&mut self) -> &HashMap<Cow<'a, Id>, usize> {
        let ids = self.sent.iter().map(|sent| sent.id().plain());
        self.by_id.get_or_insert_with(|| ids.zip(0..).collect())
    }
}

/// Checks that the ids of a message's calls differ.
#[derive(Debug, Default)]
pub(super) struct DistinctIds {
    /// The last id, while all of them are ascending whole numbers: then a higher one is new.
    last: Option<u64>,
    /// All [plain](Id::plain) ids, once one has broken that order.
    all: Option<HashSet<Id>>,
}

impl DistinctIds {
    /// Whether this id differs from all the earlier ones, which have been [added](Self::add).
    pub(super) fn is_new(&mut self, id: &Id, earlier: &[impl HasId]) -> bool {
        if self.all.is_none() && id.as_u64() > self.last {
            return true;
        }
        let plain = |sent: &_| HasId::id(sent).plain().into_owned();
        let all = self
            .all
            .get_or_insert_with(|| earlier.iter().map(plain).collect());
        !all.contains(&*id.plain())
    }

    /// Remembers an id that is new.
    pub(super) fn add(&mut self, id: &Id) {
        match &mut self.all {
            Some(all) => drop(all.insert(id.plain().into_owned())),
            None => match id.as_u64() {
                number if number > self.last => self.last = number,
                // The first id is added without a check, and need not be a number.
                _ => self.all = Some(HashSet::from([id.plain().into_owned()])),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds the ids that are new, and says which ones are.
    fn new_ones(ids: &[&str]) -> Vec<bool> {
        let (mut distinct, mut earlier) = (DistinctIds::default(), Vec::new());
        let ids = ids.iter().map(|id| id.parse::<Id>().expect("an id"));
        ids.map(|id| {
            let new = distinct.is_new(&id, &earlier);
            if new {
                distinct.add(&id);
                earlier.push(id);
            }
            new
        })
        .collect()
    }

    #[test]
    fn the_first_id_is_added_without_a_check() {
        for (first, same, other) in [("1.0", "1", "2"), ("\"a\"", "\"a\"", "1"), ("1", "1", "2")] {
            let [first, same, other] =
                [first, same, other].map(|id| id.parse::<Id>().expect("an id"));
            let mut distinct = DistinctIds::default();
            distinct.add(&first);
            let earlier = [first];
            assert!(!distinct.is_new(&same, &earlier), "{earlier:?} {same:?}");
            assert!(distinct.is_new(&other, &earlier), "{earlier:?} {other:?}");
        }
    }

    #[test]
    fn ids_are_told_apart_in_any_order() {
        for (ids, expected) in [
            (&["1", "2", "3"][..], &[true, true, true][..]),
            (&["1", "1"], &[true, false]),
            (&["0", "0"], &[true, false]),
            (
                &["2", "1", "2", "1", "3"],
                &[true, true, false, false, true],
            ),
            (
                &["1", "5", "3", "5", "7", "7"],
                &[true, true, true, false, true, false],
            ),
            (
                &["1", "1.0", "-0", "0", "2"],
                &[true, false, true, false, true],
            ),
            (
                &[r#""a""#, "1", r#""\u0061""#, "1"],
                &[true, true, false, false],
            ),
            (&["null", "null", r#""1""#, "1"], &[true, false, true, true]),
            (
                &[
                    "18446744073709551615",
                    "18446744073709551616",
                    "18446744073709551616",
                ],
                &[true, true, false],
            ),
        ] {
            assert_eq!(new_ones(ids), expected, "{ids:?}");
        }
    }
}
