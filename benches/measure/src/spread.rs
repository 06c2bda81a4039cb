//! [`Spread`]: a median, and how far the rounds lay apart.

use serde::{Deserialize, Serialize};

/// Median, least and greatest of some values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    pub median: f64,
    pub min: f64,
    pub max: f64,
}

impl Spread {
    /// Of at least one value.
    ///
    /// # Panics
    ///
    /// Without any: a suite that measured nothing is wrong.
    pub fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let [min, .., max] = sorted[..] else {
            let only = *sorted.first().expect("something was measured");
            return Spread::exact(only);
        };
        let middle = sorted.len() / 2;
        let median = if sorted.len() % 2 == 1 {
            sorted[middle]
        } else {
            f64::midpoint(sorted[middle - 1], sorted[middle])
        };
        Spread { median, min, max }
    }

    /// A value that is counted and not timed, such as allocations.
    pub fn exact(value: f64) -> Self {
        Spread {
            median: value,
            min: value,
            max: value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        let spread = Spread::of(&[4.0, 1.0, 10.0, 2.0]);
        let expected = Spread {
            median: 3.0,
            min: 1.0,
            max: 10.0,
        };
        assert_eq!(spread, expected);
    }

    #[test]
    fn the_median_of_an_odd_number_is_the_middle_one() {
        assert_eq!(Spread::of(&[9.0, 1.0, 2.0]).median, 2.0);
        assert_eq!(Spread::of(&[7.0]), Spread::exact(7.0));
    }
}
