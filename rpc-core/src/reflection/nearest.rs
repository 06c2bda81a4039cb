//! Finds the name that was probably meant.

use std::str::Chars;

use crate::limits::UNKNOWN_METHOD;

/// A name with more wrong letters than this is not suggested.
const MAX_CHANGES: usize = 6;

/// An unknown name is compared with all known ones. This limits how many pairs of letters are compared, so that the
/// search takes about 0.1 ms.
const MAX_COMPARED: usize = 50_000;

pub(super) fn nearest<N: AsRef<str>>(name: &str, known: impl IntoIterator<Item = N>) -> Option<N> {
    let letters: Vec<char> = name.chars().take(UNKNOWN_METHOD + 1).collect();
    if letters.len() > UNKNOWN_METHOD {
        return None;
    }
    let mut few = (letters.len() / 3).clamp(1, MAX_CHANGES);
    let mut comparison = Comparison::with(letters, MAX_COMPARED);
    let mut nearest = None;
    for known in known {
        if comparison.is_over() {
            break;
        }
        let Some(changes) = comparison.changes(known.as_ref(), few) else {
            continue;
        };
        nearest = Some(known);
        // From now on, only a nearer name is of interest.
        match changes.checked_sub(1) {
            Some(fewer) => few = fewer,
            None => break,
        }
    }
    nearest
}

/// Compares names with the one that was asked for, and keeps track of the cost.
struct Comparison {
    letters: Vec<char>,
    /// How many more pairs of letters may be compared.
    left: usize,
    /// The current row of cells and the two before it, reused for all names.
    rows: [Vec<usize>; 3],
}

impl Comparison {
    fn with(letters: Vec<char>, left: usize) -> Self {
        let row = vec![0; letters.len() + 1];
        Comparison {
            letters,
            left,
            rows: [row.clone(), row.clone(), row],
        }
    }

    /// Whether no more letters may be compared.
    fn is_over(&self) -> bool {
        self.left == 0
    }

    /// How many letters must be changed, inserted, removed, or swapped with a neighbour to turn one name into the
    /// other. `None` if there are more than `few`, or if it would cost too much to find out.
    ///
    /// This is the optimal string alignment distance. It only computes cells that can be as low as `few`: those near
    /// the diagonal, up to the first row without one.
    fn changes(&mut self, name: &str, few: usize) -> Option<usize> {
        if !self.is_about_as_long(name, few) {
            return None;
        }
        let Comparison {
            letters,
            left,
            rows: [before_last, last, row],
        } = self;
        let (letters, name) = without_common_ends(letters, name, left);
        let too_many = few + 1;
        let mut last_least = 0;
        for (cell, changes) in last[..=letters.len()].iter_mut().zip(0..) {
            *cell = changes;
        }
        let mut before = None;
        for (i, letter) in (1_usize..).zip(name) {
            let (start, end) = (i.saturating_sub(few), (i + few).min(letters.len()));
            *left = left.saturating_sub(end + 1 - start);
            if *left == 0 {
                return None;
            }
            let mut least = too_many;
            match start {
                0 => (row[0], least) = (i, i),
                _ => row[start - 1] = too_many,
            }
            for j in start.max(1)..=end {
                let differs = usize::from(letters[j - 1] != letter);
                let mut changes = (last[j - 1] + differs).min(last[j] + 1).min(row[j - 1] + 1);
                if j > 1 && before == Some(letters[j - 1]) && letters[j - 2] == letter {
                    changes = changes.min(before_last[j - 2] + 1);
                }
                row[j] = changes;
                least = least.min(changes);
            }
            // The next row reads the cell below this one.
            if end < letters.len() {
                row[end + 1] = too_many;
            }
            // A swap looks back two rows, so both must be too high.
            if least > few && last_least > few {
                return None;
            }
            (last_least, before) = (least, Some(letter));
            std::mem::swap(before_last, last);
            std::mem::swap(last, row);
        }
        Some(last[letters.len()]).filter(|changes| *changes <= few)
    }

    fn is_about_as_long(&self, name: &str, few: usize) -> bool {
        // A letter takes up to four bytes. A name with too many bytes can be rejected without counting its letters.
        let most = self.letters.len() + few;
        name.len() <= 4 * most && name.chars().count().abs_diff(self.letters.len()) <= few
    }
}

/// Removes what both names have in common at their start and end. Names in the same namespace start alike.
fn without_common_ends<'l, 'n>(
    mut letters: &'l [char],
    name: &'n str,
    left: &mut usize,
) -> (&'l [char], Chars<'n>) {
    let whole = letters.len();
    let mut name = name.chars();
    let mut rest = name.clone();
    while let [first, others @ ..] = letters
        && rest.next() == Some(*first)
    {
        (letters, name) = (others, rest.clone());
    }
    let mut rest = name.clone();
    while let [others @ .., last] = letters
        && rest.next_back() == Some(*last)
    {
        (letters, name) = (others, rest.clone());
    }
    *left = left.saturating_sub(whole - letters.len());
    (letters, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_changes_are_counted_and_more_are_not() {
        let one_way = |from: &str, to: &str, few| {
            let mut comparison = Comparison::with(from.chars().collect(), usize::MAX);
            // What an earlier name left in the rows must not matter.
            comparison.changes(&"z".repeat(from.len()), 10);
            comparison.changes(to, few)
        };
        let changes = |from: &str, to: &str, few| {
            let there = one_way(from, to, few);
            assert_eq!(there, one_way(to, from, few), "{from} {to}");
            there
        };
        for (from, to, expected) in [
            ("", "", 0),
            ("", "ab", 2),
            ("add", "add", 0),
            ("ad", "add", 1),
            ("add", "odd", 1),
            ("shop.palce", "shop.place", 1),
            ("shop.lsit", "shop.list", 1),
            ("ab", "ba", 1),
            ("abcd", "badc", 2),
            ("kitten", "sitting", 3),
            ("größe", "grösse", 2),
            ("abcdef", "uvwxyz", 6),
            ("xabcdefgh", "abcdefghx", 2),
        ] {
            assert_eq!(changes(from, to, 10), Some(expected), "{from} {to}");
            assert_eq!(changes(from, to, expected), Some(expected), "{from} {to}");
            if expected > 0 {
                assert_eq!(changes(from, to, expected - 1), None, "{from} {to}");
            }
        }
    }

    #[test]
    fn what_a_comparison_costs_is_bounded() {
        let asked = format!("xyx{}yxy", "a".repeat(94));
        let known = format!("abc{}def", "a".repeat(94));
        let comparison = |left| Comparison::with(asked.chars().collect(), left);
        let mut whole = comparison(10_000);
        assert_eq!(whole.changes(&known, 6), Some(6));
        let compared = 10_000 - whole.left;
        assert!(
            compared <= 100 * 13,
            "expected at most 13 cells per row, but compared {compared} in total"
        );

        let mut short = comparison(compared - 1);
        assert_eq!(short.changes(&known, 6), None);
        assert!(short.is_over());
        let many = std::iter::repeat_n(&*known, 1_000_000);
        let mut looked_at = 0;
        nearest(&asked, many.inspect(|_| looked_at += 1));
        assert!(looked_at < 1000, "{looked_at}");
    }
}
