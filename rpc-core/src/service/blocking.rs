//! Blocking methods: they run on a thread of the runtime's, or in place if the server has no runtime.

use std::fmt;

use futures_util::future::FutureExt;

use super::context::Context;
use super::metadata::RequestMetadata;
use super::outcome::{Outcome, Responder};
use super::panics;
use super::resolved::MethodRef;
use crate::runtime::DynRuntime;

/// A call that is about to leave the async threads. See [`Responder::blocking`].
pub struct Blocking {
    responder: Responder,
    runtime: Option<DynRuntime>,
    /// For the log.
    method: Option<MethodRef>,
    /// Kept until the method returns, so that what the message holds counts as long.
    metadata: RequestMetadata,
}

impl Responder {
    /// Answers from a thread that the method may block. A server without a runtime runs it in place.
    pub fn blocking(self, cx: &Context) -> Blocking {
        Blocking {
            responder: self,
            runtime: cx.runtime.clone(),
            method: cx.resolved.as_ref().map(|it| it.method_ref().clone()),
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
    /// Runs a method. Dropping the future before the method has started keeps it from starting; after that it runs to its
    /// end.
    pub async fn run(self, method: impl FnOnce(Responder) -> Outcome + Send + 'static) -> Outcome {
        let Blocking {
            responder,
            runtime,
            method: called,
            metadata,
        } = self;
        let Some(runtime) = runtime else {
            return method(responder);
        };
        let (job, outcome) = async move {
            panics::catch(|| method(responder)).unwrap_or_else(|panic| {
                let method = called.as_deref().map_or("", |method| &method.name);
                panic.into_error("the method", method).into()
            })
        }
        .remote_handle();
        runtime.spawn_blocking(Box::new(move || {
            let _metadata = metadata;
            // The job never waits, so one poll runs all of it.
            let _done = job.now_or_never();
        }));
        outcome.await
    }
}
