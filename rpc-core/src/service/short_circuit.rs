//! [`ShortCircuit`]: the outcome of a call whose method does not run.

use std::fmt;

use super::outcome::Outcome;

/// The outcome of a call whose method does not run. See [`Service::short_circuit`](super::Service::short_circuit).
pub struct ShortCircuit<'a>(Kind<'a>);

enum Kind<'a> {
    Known(Outcome),
    Later(Box<dyn FnOnce() -> Outcome + Send + 'a>),
}

impl<'a> ShortCircuit<'a> {
    /// The outcome that `answer` returns. It is called once middleware has let the call through.
    pub(crate) fn later(answer: impl FnOnce() -> Outcome + Send + 'a) -> Self {
        ShortCircuit(Kind::Later(Box::new(answer)))
    }

    /// The outcome.
    pub fn outcome(self) -> Outcome {
        match self.0 {
            Kind::Known(outcome) => outcome,
            Kind::Later(answer) => answer(),
        }
    }
}

impl From<Outcome> for ShortCircuit<'_> {
    fn from(outcome: Outcome) -> Self {
        ShortCircuit(Kind::Known(outcome))
    }
}

impl fmt::Debug for ShortCircuit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ShortCircuit").finish_non_exhaustive()
    }
}
