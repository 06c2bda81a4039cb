//! Lets contenders take turns, so that a slow phase of the machine affects all of them.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// The values of one contender's rounds, in order.
#[derive(Debug, Clone)]
pub struct Samples {
    pub contender: String,
    pub values: Vec<f64>,
}

/// Runs each contender once per round. A different contender goes first in each round.
pub fn interleaved(
    rounds: usize,
    contenders: &mut [(&str, &mut dyn FnMut() -> f64)],
) -> Vec<Samples> {
    let turns = take_turns(rounds, contenders);
    turns
        .iter()
        .map(|turns| turns.samples(|value| *value))
        .collect()
}

/// The same for runs that measure several things at once. Returns the samples of each.
pub fn interleaved_several<const N: usize>(
    rounds: usize,
    contenders: &mut [(&str, &mut dyn FnMut() -> [f64; N])],
) -> [Vec<Samples>; N] {
    let turns = take_turns(rounds, contenders);
    std::array::from_fn(|at| {
        turns
            .iter()
            .map(|turns| turns.samples(|values| values[at]))
            .collect()
    })
}

/// The results of one contender's runs, in order.
struct Turns<R> {
    contender: String,
    returned: Vec<R>,
}

impl<R> Turns<R> {
    fn samples(&self, value: impl Fn(&R) -> f64) -> Samples {
        Samples {
            contender: self.contender.clone(),
            values: self.returned.iter().map(value).collect(),
        }
    }
}

fn take_turns<R>(rounds: usize, contenders: &mut [(&str, &mut dyn FnMut() -> R)]) -> Vec<Turns<R>> {
    let mut turns: Vec<Turns<R>> = contenders
        .iter()
        .map(|(name, _)| Turns {
            contender: (*name).to_owned(),
            returned: Vec::with_capacity(rounds),
        })
        .collect();
    let count = contenders.len();
    for round in 0..rounds {
        for turn in 0..count {
            let at = (round + turn) % count;
            let returned = contenders[at].1();
            turns[at].returned.push(returned);
        }
    }
    turns
}

/// Repeats a run for about that long, and returns its average time in nanoseconds.
pub fn nanoseconds<R>(about: Duration, mut run: impl FnMut() -> R) -> f64 {
    // Check the clock only once per this many runs, so that its cost is negligible.
    let start = Instant::now();
    black_box(run());
    let one = start.elapsed().max(Duration::from_nanos(1));
    let at_a_time = (about.as_nanos() / 50 / one.as_nanos()).clamp(1, 10_000) as u32;
    let start = Instant::now();
    let mut runs = 0_u32;
    while start.elapsed() < about {
        for _ in 0..at_a_time {
            black_box(run());
        }
        runs += at_a_time;
    }
    start.elapsed().as_nanos() as f64 / f64::from(runs)
}
