//! Formats values with three digits, in a unit that suits their size.

use crate::{Metric, Spread};

/// The heading of a table or an axis, such as `processor time per request`. It has no unit, because each value has its
/// own.
pub fn heading(metric: &Metric) -> String {
    let (_, of_what) = split(&metric.unit);
    if metric.name.contains(of_what) {
        return metric.name.clone();
    }
    format!("{} {of_what}", metric.name)
}

/// Formats a spread: `338 ns (323–454)`, or `1` if the value was counted.
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

/// Formats a value: `338 ns`.
pub fn value(metric: &Metric, value: f64) -> String {
    let step = Step::of(metric, value);
    let scaled = value / step.size;
    // Counts are shown in full.
    let digits = if step.name.is_empty() && value.fract() == 0.0 {
        with_separators(format!("{value:.0}"))
    } else {
        three_digits(scaled)
    };
    digits + &step.suffix()
}

/// Formats a round value without trailing zeros: `10 KiB`.
pub fn round_value(metric: &Metric, round: f64) -> String {
    let text = value(metric, round);
    let (digits, unit) = text.split_once(' ').unwrap_or((&text, ""));
    let digits = match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.'),
        false => digits,
    };
    format!("{digits} {unit}").trim_end().to_owned()
}

/// Whether the metric is in bytes, so that its units are powers of 1,024.
pub fn is_in_bytes(metric: &Metric) -> bool {
    split(&metric.unit).0 == "bytes"
}

/// Formats a ratio: `6.21×`.
pub fn times(ratio: f64) -> String {
    format!("{}×", three_digits(ratio))
}

/// Formats the spread of a ratio: `6.21× (5.90–6.44)`.
pub fn times_spread(ratio: Spread) -> String {
    let Spread { median, min, max } = ratio;
    if min == max {
        return times(median);
    }
    let (min, max) = (three_digits(min), three_digits(max));
    format!("{} ({min}–{max})", times(median))
}

/// Formats a place on a curve: `1,000`, or `10 KiB` if the curve is by bytes.
pub fn place(curve: &str, at: f64) -> String {
    let unit = if curve.ends_with("bytes") {
        "bytes"
    } else {
        ""
    };
    round_value(&Metric::cost("", unit), at)
}

/// A unit in which a metric can be shown.
#[derive(Debug, Clone, Copy)]
struct Step {
    name: &'static str,
    /// Its size in the metric's own unit.
    size: f64,
}

impl Step {
    /// The largest unit in which the value is at least one, or else the smallest unit.
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

/// Units of the same quantity, smallest first.
const FAMILIES: &[&[(&str, f64)]] = &[
    &[("ns", 1.0), ("µs", 1e3), ("ms", 1e6), ("s", 1e9)],
    &[
        ("bytes", 1.0),
        ("KiB", 1024.0),
        ("MiB", 1024.0 * 1024.0),
        ("GiB", 1024.0 * 1024.0 * 1024.0),
    ],
];

/// Splits `µs per request` into the unit and the rest. `per request`, without a unit, is a count.
fn split(unit: &str) -> (&str, &str) {
    let is_unit = |word: &str| {
        let mut known = FAMILIES.iter().copied().flatten();
        word == "%" || known.any(|(name, _)| *name == word)
    };
    match unit.split_once(' ') {
        _ if unit == "1/s" => ("", "per second"),
        _ if is_unit(unit) => (unit, ""),
        Some((word, rest)) if is_unit(word) => (word, rest),
        _ => ("", unit),
    }
}

/// Formats a number with three digits: `0.0123`, `1.23`, `12.3`, `123`, `12,300`.
pub fn three_digits(value: f64) -> String {
    // Round first: 9.996 becomes 10.0, with one more digit before the point.
    let rounded: f64 = format!("{value:.2e}")
        .parse()
        .expect("a formatted number can be parsed");
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
    fn three_digits_for_any_size() {
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
    fn units_are_scaled_both_ways_and_counts_are_shown_in_full() {
        let cases = [
            (
                Metric::cost("processor time", "µs per request"),
                0.5,
                "500 ns",
            ),
            (Metric::cost("latency", "µs"), 2500.0, "2.50 ms"),
            (Metric::cost("peak memory", "MiB"), 0.25, "256 KiB"),
            (
                Metric::cost("allocated", "bytes per message"),
                0.0,
                "0 bytes",
            ),
            (
                Metric::cost("instructions", "per request"),
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
    fn round_values_have_no_trailing_zeros() {
        assert_eq!(place("orders in, by bytes", 10_240.0), "10 KiB");
        assert_eq!(place("busy connections", 1000.0), "1,000");
        let time = Metric::cost("time", "ns");
        assert_eq!(round_value(&time, 100_000.0), "100 µs");
        assert_eq!(round_value(&time, 0.5), "0.5 ns");
    }

    #[test]
    fn a_heading_does_not_repeat_itself() {
        let heading_of = |name, unit| heading(&Metric::cost(name, unit));
        assert_eq!(
            heading_of("processor time", "µs per request"),
            "processor time per request"
        );
        assert_eq!(heading_of("calls", "1/s"), "calls per second");
        let counted = heading_of("instructions per request", "instructions");
        assert_eq!(counted, "instructions per request");
        assert_eq!(heading_of("time", "ns"), "time");
    }
}
