//! Blocking methods: how they leave the async threads, without the core knowing any threads.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use futures_util::future::FutureExt;

use crate::Context;
use crate::context::{RequestMetadata, SpawnBlocking};
use crate::error::ErrorObject;
use crate::outcome::{Outcome, Responder};
use crate::service::MethodRef;

/// A call that is about to leave the async threads: see [`Responder::blocking`].
pub struct Blocking {
    responder: Responder,
    spawn: Option<SpawnBlocking>,
    /// For the log.
    method: Option<MethodRef>,
    /// What the message holds, it holds until the method returns.
    metadata: RequestMetadata,
}

impl Responder {
    /// Answers from a thread where the method may block. Where the server has no such threads, it runs in place.
    pub fn blocking(self, cx: &Context) -> Blocking {
        Blocking {
            responder: self,
            spawn: cx.spawn_blocking,
            method: cx.found.as_ref().map(|found| found.method.clone()),
            metadata: cx.metadata.clone(),
        }
    }
}

impl fmt::Debug for Blocking {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Blocking").finish_non_exhaustive()
    }
}

impl Blocking {
    /// Runs a method. Giving the call up keeps it from starting, and does not stop it once it runs.
    pub async fn run(self, method: impl FnOnce(Responder) -> Outcome + Send + 'static) -> Outcome {
        let Blocking {
            responder,
            spawn,
            method: called,
            metadata,
        } = self;
        let Some(spawn) = spawn else {
            return method(responder);
        };
        let (job, outcome) = async move {
            catch_unwind(AssertUnwindSafe(|| method(responder))).unwrap_or_else(|panic| {
                let method = called.as_deref().map_or("", |method| &method.name);
                ErrorObject::panicked("the method", method, &*panic).into()
            })
        }
        .remote_handle();
        spawn(Box::new(move || {
            let _origin = metadata;
            // The job never waits, so that one poll is all it takes.
            let _done = job.now_or_never();
        }));
        outcome.await
    }
}
