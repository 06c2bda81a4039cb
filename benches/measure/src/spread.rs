//! [`Spread`]: the median, minimum and maximum of the rounds.

use serde::{Deserialize, Serialize};

/// The median, minimum and maximum of some values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    pub median: f64,
    pub min: f64,
    pub max: f64,
}

impl Spread {
    /// The spread of at least one value.
    ///
    /// # Panics
    ///
    /// If there are no values, since a suite that measured nothing is broken.
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

    /// A value that is counted rather than timed, such as allocations.
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
    fn the_median_of_an_even_number_of_values_is_between_the_middle_two() {
        let spread = Spread::of(&[4.0, 1.0, 10.0, 2.0]);
        let expected = Spread {
            median: 3.0,
            min: 1.0,
            max: 10.0,
        };
        assert_eq!(spread, expected);
    }

    #[test]
    fn the_median_of_an_odd_number_of_values_is_the_middle_one() {
        assert_eq!(Spread::of(&[9.0, 1.0, 2.0]).median, 2.0);
        assert_eq!(Spread::of(&[7.0]), Spread::exact(7.0));
    }
}
