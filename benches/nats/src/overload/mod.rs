//! Ten times as many calls as a worker can do, from callers that give up.
//!
//! - [`work`](mod@work): a service whose methods take their time, and its worker.
//! - [`load`]: calls that are made at a fixed pace, whatever becomes of them.

pub mod load;
pub mod work;

use std::time::Duration;

use self::load::{Given, offer, saturate};
use self::work::{Kind, Slow, Worker};

/// How many times its capacity a worker is offered.
pub const TIMES: f64 = 10.0;

/// How long calls are made before measuring, and then measured.
const WARM_UP: Duration = Duration::from_secs(1);
const TIME: Duration = Duration::from_secs(3);

/// One kind of overload.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    pub name: &'static str,
    /// The threads of the worker.
    pub threads: usize,
    /// How many calls it takes at the same time; by default as many as a worker does.
    pub max_in_flight: Option<usize>,
    pub kind: Kind,
    pub method_takes: Duration,
    pub caller: Caller,
}

/// When a caller gives up.
#[derive(Debug, Clone, Copy)]
pub enum Caller {
    /// At the end of the time that it has told the worker.
    WaitsFor(Duration),
    /// Before that: it drops the call, of which the worker is told then.
    LosesInterestAfter(Duration),
}

/// What a worker does under overload.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Calls per second that it answers if there are just enough of them.
    pub capacity: f64,
    /// The part of this that it answered in time under overload.
    pub in_time: f64,
    /// The part of the calls which it ran that were for callers who had gone.
    pub in_vain: f64,
    /// How long the median of the answered calls took.
    pub median: Duration,
}

impl Case {
    /// Measures the capacity of a worker and then its overload.
    pub async fn measure(&self, port: u16) -> Measured {
        let worker = Worker::start(self, port);
        let slow = Slow::connect(self, port).await;
        slow.until_served().await;
        let capacity = saturate(&slow, self, TIME).await;
        worker.reset();
        let pace = capacity * TIMES;
        let Given { answered, took } = offer(&slow, pace, WARM_UP, TIME).await;
        let (begun, answered_in_all) = (worker.begun(), answered.in_all);
        Measured {
            capacity,
            in_time: answered.measured as f64 / TIME.as_secs_f64() / capacity,
            in_vain: begun.saturating_sub(answered_in_all) as f64 / begun.max(1) as f64,
            median: took,
        }
    }
}
