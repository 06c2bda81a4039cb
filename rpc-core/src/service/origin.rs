//! [`Origin`]: what the calls of one message have in common.

use std::sync::Arc;
use std::time::Instant;

use super::metadata::RequestMetadata;
use crate::runtime::DynRuntime;

/// What the calls of one message have in common.
#[derive(Clone)]
pub(crate) enum Origin {
    /// Of a single call, or of a batch with nothing to share.
    Own(Common),
    /// Of a batch. Each entry holds it, and counting them once is cheaper than counting the holders of each part.
    Shared(Arc<Common>),
}

#[derive(Clone)]
pub(crate) struct Common {
    metadata: RequestMetadata,
    runtime: Option<DynRuntime>,
    deadline: Option<Instant>,
}

impl Origin {
    #[inline]
    pub(crate) fn of_call(
        metadata: RequestMetadata,
        runtime: Option<DynRuntime>,
        deadline: Option<Instant>,
    ) -> Self {
        Origin::Own(Common {
            metadata,
            runtime,
            deadline,
        })
    }

    /// For a batch, whose entries get clones.
    pub(crate) fn of_batch(
        metadata: RequestMetadata,
        runtime: Option<DynRuntime>,
        deadline: Option<Instant>,
    ) -> Self {
        let is_empty = metadata.is_empty() && runtime.is_none();
        let common = Common {
            metadata,
            runtime,
            deadline,
        };
        match is_empty {
            true => Origin::Own(common),
            false => Origin::Shared(Arc::new(common)),
        }
    }

    #[inline]
    pub(crate) fn metadata(&self) -> &RequestMetadata {
        &self.common().metadata
    }

    pub(crate) fn runtime(&self) -> Option<&DynRuntime> {
        self.common().runtime.as_ref()
    }

    #[inline]
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.common().deadline
    }

    #[inline]
    fn common(&self) -> &Common {
        match self {
            Origin::Own(common) => common,
            Origin::Shared(common) => common,
        }
    }
}
