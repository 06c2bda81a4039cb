//! [`varied`]: times that do not all end at once.

use std::time::Duration;

/// A time between 90 % and 110 % of this one, at random, so that what began together does not end together.
pub fn varied(time: Duration) -> Duration {
    let tenth = time / 10;
    let more = tenth.mul_f64(2.0 * fastrand::f64());
    (time - tenth).saturating_add(more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_varies_by_up_to_a_tenth() {
        let times: Vec<_> = (0..1000)
            .map(|_| varied(Duration::from_secs(100)))
            .collect();
        let expected = Duration::from_secs(90)..=Duration::from_secs(110);
        assert!(times.iter().all(|time| expected.contains(time)));
        let is_short = |time: &&Duration| **time < Duration::from_secs(95);
        assert!((100..400).contains(&times.iter().filter(is_short).count()));
        assert_eq!(varied(Duration::ZERO), Duration::ZERO);
        assert!(varied(Duration::MAX) > Duration::from_secs(1 << 60));
    }
}
