//! How values are written: with three digits, in a unit that suits their size.

use crate::{Metric, Spread};

/// Of what a table or an axis shows: `processor time a request`. The values bring their units.
pub fn heading(metric: &Metric) -> String {
    let (_, of_what) = split(&metric.unit);
    if metric.name.contains(of_what) {
        return metric.name.clone();
    }
    format!("{} {of_what}", metric.name)
}

/// `338 ns (323–454)`, or `1` if it was counted.
pub fn spread(metric: &Metric, spread: Spread) -> String {
    let Spread { median, min, max } = spread;
    if min == max {
        return value(metric, median);
    }
    let step = Step::of(metric, median);
    let digits = |value: f64| three_digits(value / step.size);
    format!(
        "{}{} ({}–{})",
        digits(median),
        step.suffix(),
        digits(min),
        digits(max)
    )
}

/// `338 ns`.
pub fn value(metric: &Metric, value: f64) -> String {
    let step = Step::of(metric, value);
    let scaled = value / step.size;
    // What was counted is told in full.
    let digits = if step.name.is_empty() && value.fract() == 0.0 {
        with_separators(format!("{value:.0}"))
    } else {
        three_digits(scaled)
    };
    digits + &step.suffix()
}

/// `10 KiB`: of a value that was chosen, no more digits than it has.
pub fn round_value(metric: &Metric, round: f64) -> String {
    let text = value(metric, round);
    let (digits, unit) = text.split_once(' ').unwrap_or((&text, ""));
    let digits = match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.'),
        false => digits,
    };
    format!("{digits} {unit}").trim_end().to_owned()
}

/// Whether this is counted in bytes, of which 1,024 make a KiB.
pub fn is_in_bytes(metric: &Metric) -> bool {
    split(&metric.unit).0 == "bytes"
}

/// `6.21×`.
pub fn times(ratio: f64) -> String {
    format!("{}×", three_digits(ratio))
}

/// `6.21× (5.90–6.44)`.
pub fn times_spread(ratio: Spread) -> String {
    let Spread { median, min, max } = ratio;
    if min == max {
        return times(median);
    }
    let (min, max) = (three_digits(min), three_digits(max));
    format!("{} ({min}–{max})", times(median))
}

/// A place on a curve: `1,000`, or `10 KiB` where the curve is by bytes.
pub fn place(curve: &str, at: f64) -> String {
    let unit = if curve.ends_with("bytes") {
        "bytes"
    } else {
        ""
    };
    round_value(&Metric::cost("", unit), at)
}

/// One of the units of a quantity.
#[derive(Debug, Clone, Copy)]
struct Step {
    name: &'static str,
    /// How many of the metric's own unit it is.
    size: f64,
}

impl Step {
    /// In which the value is at least one, if there is such a unit.
    fn of(metric: &Metric, value: f64) -> Step {
        let (unit, _) = split(&metric.unit);
        let family = FAMILIES.iter().find_map(|family| {
            let own = family.iter().find(|(name, _)| *name == unit)?;
            Some((family, own.1))
        });
        let Some((family, own)) = family else {
            let name = if unit == "%" { "%" } else { "" };
            return Step { name, size: 1.0 };
        };
        let steps = family.iter().map(|(name, size)| Step {
            name,
            size: size / own,
        });
        let fits = |step: &Step| value.abs() >= step.size;
        let smallest = Step {
            name: family[0].0,
            size: family[0].1 / own,
        };
        steps.rev().find(fits).unwrap_or(smallest)
    }

    fn suffix(self) -> String {
        match self.name {
            "" => String::new(),
            name => format!(" {name}"),
        }
    }
}

/// Units of the same quantity, from the smallest.
const FAMILIES: &[&[(&str, f64)]] = &[
    &[("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)],
    &[
        ("bytes", 1.0),
        ("KiB", 1024.0),
        ("MiB", 1024.0 * 1024.0),
        ("GiB", 1024.0 * 1024.0 * 1024.0),
    ],
];

/// `µs a request` is a unit, and of what it is; `a request` alone counts.
fn split(unit: &str) -> (&str, &str) {
    let is_unit = |word: &str| {
        let mut known = FAMILIES.iter().copied().flatten();
        word == "%" || known.any(|(name, _)| *name == word)
    };
    match unit.split_once(' ') {
        _ if unit == "1/s" => ("", "a second"),
        _ if is_unit(unit) => (unit, ""),
        Some((word, rest)) if is_unit(word) => (word, rest),
        _ => ("", unit),
    }
}

/// `0.0123`, `1.23`, `12.3`, `123`, `12,300`.
pub fn three_digits(value: f64) -> String {
    // Rounded first: 9.996 has one digit more before its point than one would think.
    let rounded: f64 = format!("{value:.2e}")
        .parse()
        .expect("what was formatted is a number");
    if rounded == 0.0 || !rounded.is_finite() {
        return format!("{rounded}");
    }
    let magnitude = rounded.abs().log10().floor() as i32;
    let decimals = usize::try_from(2 - magnitude).unwrap_or(0);
    with_separators(format!("{rounded:.decimals$}"))
}

fn with_separators(number: String) -> String {
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, format!(".{fraction}")),
        None => (number.as_str(), String::new()),
    };
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        let left = whole.len() - at;
        if at > 0 && left.is_multiple_of(3) && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + &fraction
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_whatever_the_size() {
        let cases = [
            (0.0, "0"),
            (0.01234, "0.0123"),
            (1.0, "1.00"),
            (9.996, "10.0"),
            (123.4, "123"),
            (999.9, "1,000"),
            (52_345.0, "52,300"),
            (1_234_567.0, "1,230,000"),
        ];
        for (value, expected) in cases {
            assert_eq!(three_digits(value), expected);
        }
    }

    #[test]
    fn a_spread_has_its_medians_unit() {
        let time = Metric::cost("time", "ns");
        let seen = Spread {
            median: 33_800.0,
            min: 950.0,
            max: 1_200_000.0,
        };
        assert_eq!(spread(&time, seen), "33.8 µs (0.950–1,200)");
    }

    #[test]
    fn units_are_scaled_both_ways_and_counts_are_told_in_full() {
        let cases = [
            (
                Metric::cost("processor time", "µs a request"),
                0.5,
                "500 ns",
            ),
            (Metric::cost("latency", "µs"), 2500.0, "2.50 ms"),
            (Metric::cost("peak memory", "MiB"), 0.25, "256 KiB"),
            (Metric::cost("allocated", "bytes a message"), 0.0, "0 bytes"),
            (
                Metric::cost("instructions", "a request"),
                15_952.0,
                "15,952",
            ),
            (Metric::gain("requests", "1/s"), 52_345.6, "52,300"),
            (Metric::cost("busy", "%"), 98.76, "98.8 %"),
        ];
        for (metric, number, expected) in cases {
            assert_eq!(value(&metric, number), expected, "{metric:?}");
        }
    }

    #[test]
    fn round_values_have_no_idle_digits() {
        assert_eq!(place("orders in, by bytes", 10_240.0), "10 KiB");
        assert_eq!(place("busy connections", 1000.0), "1,000");
        let time = Metric::cost("time", "ns");
        assert_eq!(round_value(&time, 100_000.0), "100 µs");
        assert_eq!(round_value(&time, 0.5), "0.5 ns");
    }

    #[test]
    fn a_heading_says_of_what_but_not_twice() {
        let heading_of = |name, unit| heading(&Metric::cost(name, unit));
        assert_eq!(
            heading_of("processor time", "µs a request"),
            "processor time a request"
        );
        assert_eq!(heading_of("calls", "1/s"), "calls a second");
        let counted = heading_of("instructions a request", "instructions");
        assert_eq!(counted, "instructions a request");
        assert_eq!(heading_of("time", "ns"), "time");
    }
}
