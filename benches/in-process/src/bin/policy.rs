//! What a policy adds to a call that succeeds: the time of a call in memory with it and without it.
//!
//! `cargo run --release -p in-process --bin policy`, in the folder `benches`. Not a part of the suite, which compares frameworks.

use std::hint::black_box;
use std::time::Duration;

use futures_util::FutureExt;
use measure::interleaved;
use measure::rounds::nanoseconds;
use rpc_core::{Client, Dispatcher, Endpoints, Policy, Transport, memory};

const ROUNDS: usize = 41;

const ROUND: Duration = Duration::from_millis(20);

fn main() {
    let connected = || {
        let service = Dispatcher::new().method("add", |a: i64, b: i64| async move { a + b });
        memory::connect(service)
    };
    let several = Endpoints::of([connected(), connected(), connected()]);
    let mut plain = calls(connected());
    let mut again = calls(connected());
    let mut one = calls(Policy::new().over(connected()));
    let mut three = calls(Policy::new().over(several));
    let mut once = calls(Policy::new().attempts(1).over(connected()));
    let samples = interleaved(
        ROUNDS,
        &mut [
            ("no policy", &mut plain),
            ("no policy, once more", &mut again),
            ("a policy", &mut one),
            ("a policy, three servers", &mut three),
            ("a policy of one attempt", &mut once),
        ],
    );
    let of_plain = median(&samples[0].values);
    println!("median of {ROUNDS} rounds, in nanoseconds a call");
    for sample in &samples {
        let time = median(&sample.values);
        println!(
            "{:24} {time:7.0} {:+6.0}",
            sample.contender,
            time - of_plain
        );
    }
}

/// A round of calls, whose average time it returns.
fn calls<T: Transport>(client: Client<T>) -> impl FnMut() -> f64 {
    move || {
        nanoseconds(ROUND, || {
            let call = client.call::<_, i64>("add", black_box((2, 3)));
            let sum = call.now_or_never().expect("nothing waits");
            assert_eq!(sum.expect("it succeeds"), 5);
        })
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
