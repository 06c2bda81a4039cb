//! Blocking methods: how they leave the async threads, without the core knowing any threads.

use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::future::FutureExt;

use crate::Context;
use crate::context::SpawnBlocking;
use crate::error::ErrorObject;
use crate::outcome::{Outcome, Responder};

/// A call that is about to leave the async threads: see [`Responder::blocking`].
#[derive(Debug)]
pub struct Blocking {
    responder: Responder,
    spawn: Option<SpawnBlocking>,
}

impl Responder {
    /// Answers from a thread where the method may block. Where the server has no such threads, it runs in place.
    pub fn blocking(self, cx: &Context) -> Blocking {
        Blocking {
            responder: self,
            spawn: cx.spawn_blocking,
        }
    }
}

impl Blocking {
    /// Runs a method. A call that is given up does not stop it.
    pub async fn run(self, method: impl FnOnce(Responder) -> Outcome + Send + 'static) -> Outcome {
        let Blocking { responder, spawn } = self;
        let Some(spawn) = spawn else {
            return method(responder);
        };
        let (job, outcome) = async move {
            catch_unwind(AssertUnwindSafe(|| method(responder))).unwrap_or_else(|_| {
                tracing::error!("a blocking method panicked");
                ErrorObject::undisclosed().into()
            })
        }
        .remote_handle();
        spawn(Box::new(move || {
            // The job never waits, so that one poll is all it takes.
            let _done = job.now_or_never();
        }));
        outcome.await
    }
}
