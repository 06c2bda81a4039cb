//! Blocking methods. They run on a thread of the runtime, or in place if the server has no runtime.

use std::fmt;

use futures_util::future::FutureExt;
use tracing::Span;

use super::context::Context;
use super::metadata::RequestMetadata;
use super::outcome::{Outcome, Responder};
use super::panics;
use super::resolved::MethodRef;
use crate::json::id::Id;
use crate::runtime::DynRuntime;

/// A call that is about to leave the async threads. See [`Responder::blocking`].
pub struct Blocking {
    responder: Responder,
    runtime: Option<DynRuntime>,
    /// For the log, which nobody else writes if the caller has gone.
    method: Option<MethodRef>,
    id: Option<Id>,
    span: Span,
    /// Kept until the method returns, so that permits held with the message stay taken until then.
    metadata: RequestMetadata,
}

impl Responder {
    /// Answers from a thread that may block. Without a runtime, the server runs the method in place.
    pub fn blocking(self, cx: &Context) -> Blocking {
        Blocking {
            responder: self,
            runtime: cx.origin.runtime().cloned(),
            method: cx.resolved.as_ref().map(|it| it.method_ref().clone()),
            id: cx.id.clone(),
            span: Span::current(),
            metadata: cx.metadata().clone(),
        }
    }
}

impl fmt::Debug for Blocking {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Blocking").finish_non_exhaustive()
    }
}

impl Blocking {
    /// Runs a method. If the future is dropped before the method starts, the method never runs. Once started, it runs
    /// to completion, inside the span that this was made in.
    pub async fn run(self, method: impl FnOnce(Responder) -> Outcome + Send + 'static) -> Outcome {
        let Blocking {
            responder,
            runtime,
            method: called,
            id,
            span,
            metadata,
        } = self;
        let Some(runtime) = runtime else {
            return method(responder);
        };
        let (job, outcome) = async move {
            let _entered = span.enter();
            let mut outcome = panics::catch(|| method(responder))
                .unwrap_or_else(|panic| panic.into_error("the method panicked").into());
            let method = called.as_deref().map_or("", |method| &method.name);
            outcome.log_as(method, id.as_ref());
            outcome
        }
        .remote_handle();
        runtime.spawn_blocking(Box::new(move || {
            // The job never waits, so a single poll completes it. If its caller has gone, this drops the arguments.
            panics::contain(|| job.now_or_never().unwrap_or_default());
            drop(metadata);
        }));
        outcome.await
    }
}
