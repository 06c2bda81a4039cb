//! [`Answers`]: whose each response in the reply to several calls is; and [`Distinct`]: that this can be told at all.
//!
//! Servers answer in the order that they were asked in, and clients count, so that ids are seldom hashed.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::Id;
use crate::error::ProtocolError;
use crate::limits::{FOREIGN_ID, FOREIGN_IDS};

/// What has been sent under an id.
pub(super) trait Sent {
    fn id(&self) -> &Id;
}

impl Sent for Id {
    fn id(&self) -> &Id {
        self
    }
}

/// What the reply to several calls says about each of them.
#[derive(Debug)]
pub(super) struct Answers<A, U> {
    /// In the order of the calls.
    answers: Vec<Answer<A>>,
    /// The first ids in the reply that are none of the calls'.
    foreign: Vec<Id>,
    /// The first that the server could not tell whose it is.
    unidentified: Option<U>,
}

#[derive(Debug)]
enum Answer<A> {
    Missing,
    One(A),
    Several,
}

/// What there is for a call.
pub(super) enum Taken<'a, A, U> {
    Own(A),
    /// None of its own, but one of which the server could not tell whose it is.
    Unidentified(&'a U),
}

impl<A, U> Default for Answers<A, U> {
    fn default() -> Self {
        Answers {
            answers: Vec::new(),
            foreign: Vec::new(),
            unidentified: None,
        }
    }
}

impl<A, U> Answers<A, U> {
    /// Sorts responses by the calls that were sent. One without any id is nobody's. One whose id is null may be for whoever
    /// has no other: what it says to them is `unidentified`.
    pub(super) fn sort(
        sent: &[impl Sent],
        responses: impl IntoIterator<Item = (Option<Id>, A)>,
        unidentified: impl Fn(A) -> Option<U>,
    ) -> Self {
        let mut sorted = Answers {
            answers: sent.iter().map(|_| Answer::Missing).collect(),
            ..Answers::default()
        };
        let mut places = Places::new(sent);
        for (id, response) in responses {
            let Some(id) = id else { continue };
            match places.find(&id) {
                Some(place) => sorted.answers[place].add(response),
                None => sorted.add_foreign(id, response, &unidentified),
            }
        }
        sorted
    }

    fn add_foreign(&mut self, id: Id, response: A, unidentified: impl Fn(A) -> Option<U>) {
        if id.is_null()
            && let Some(response) = unidentified(response)
        {
            self.unidentified.get_or_insert(response);
        } else if self.foreign.len() < FOREIGN_IDS && id.as_json().len() <= FOREIGN_ID {
            self.foreign.push(id);
        }
    }

    /// Has no call an answer of its own?
    pub(super) fn none_own(&self) -> bool {
        let mut answers = self.answers.iter();
        answers.all(|answer| matches!(answer, Answer::Missing))
    }

    /// Is there an answer of which the server could not tell whose it is?
    pub(super) fn has_unidentified(&self) -> bool {
        self.unidentified.is_some()
    }

    /// What there is for the call that was sent in this place, under this id.
    pub(super) fn take(&mut self, place: usize, id: &Id) -> Result<Taken<'_, A, U>, ProtocolError> {
        match std::mem::replace(&mut self.answers[place], Answer::Missing) {
            Answer::One(answer) => Ok(Taken::Own(answer)),
            Answer::Several => Err(ProtocolError::SeveralAnswers { id: id.clone() }),
            Answer::Missing => match &self.unidentified {
                Some(answer) => Ok(Taken::Unidentified(answer)),
                None => Err(ProtocolError::NoAnswer {
                    id: id.clone(),
                    foreign: self.foreign.clone(),
                }),
            },
        }
    }
}

impl<A> Answer<A> {
    fn add(&mut self, answer: A) {
        *self = match self {
            Answer::Missing => Answer::One(answer),
            Answer::One(_) | Answer::Several => Answer::Several,
        };
    }
}

/// In which place an id was sent.
struct Places<'a, S> {
    sent: &'a [S],
    /// Where the next response's id is looked for first.
    next: usize,
    /// By [plain](Id::plain) ids, since a server may write an id with other escapes or digits. Only made where a response
    /// is not the next one.
    by_id: Option<HashMap<Cow<'a, Id>, usize>>,
}

impl<'a, S: Sent> Places<'a, S> {
    fn new(sent: &'a [S]) -> Self {
        Places {
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

/// Sees that the ids of a message's calls differ.
#[derive(Debug, Default)]
pub(super) struct Distinct {
    /// The last id, as long as all of them are whole numbers that ascend: then a higher one is new.
    last: Option<u64>,
    /// [Plain](Id::plain) ids: all, as soon as one has come out of that order.
    all: Option<HashSet<Id>>,
}

impl Distinct {
    /// Is this an id that is none of the earlier ones, which have all been [added](Self::add)?
    pub(super) fn is_new(&mut self, id: &Id, earlier: &[impl Sent]) -> bool {
        if self.all.is_none() && id.as_u64() > self.last {
            return true;
        }
        let plain = |sent: &_| Sent::id(sent).plain().into_owned();
        let all = self
            .all
            .get_or_insert_with(|| earlier.iter().map(plain).collect());
        !all.contains(&*id.plain())
    }

    /// Remembers an id that is new.
    pub(super) fn add(&mut self, id: &Id) {
        match &mut self.all {
            Some(all) => drop(all.insert(id.plain().into_owned())),
            None if id.as_u64() > self.last => self.last = id.as_u64(),
            // The first one, of which nobody asked whether it is new, need not be a number.
            None => self.all = Some(HashSet::from([id.plain().into_owned()])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds ids where they are new, and says which were.
    fn new_ones(ids: &[&str]) -> Vec<bool> {
        let (mut distinct, mut earlier) = (Distinct::default(), Vec::new());
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
    fn the_first_id_need_not_be_asked_about() {
        for (first, same, other) in [("1.0", "1", "2"), ("\"a\"", "\"a\"", "1"), ("1", "1", "2")] {
            let [first, same, other] =
                [first, same, other].map(|id| id.parse::<Id>().expect("an id"));
            let mut distinct = Distinct::default();
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
