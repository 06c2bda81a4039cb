//! [`Totals`]: bounds on what runs over all connections of a server.

use super::incoming::NotBegun;
use crate::limits::{CallInFlight, InFlight};

/// Bounds on what runs over all connections of a server.
#[derive(Clone, Default)]
pub(crate) struct Totals {
    pub(crate) calls: Option<InFlight>,
    pub(crate) streams: Option<InFlight>,
}

impl Totals {
    pub(super) fn begin_stream(&self) -> Result<Option<CallInFlight>, NotBegun> {
        let Some(streams) = &self.streams else {
            return Ok(None);
        };
        let stream = streams.call();
        match stream.begin() {
            true => Ok(Some(stream)),
            false => Err(NotBegun::TooManyStreamsInAll(streams.most())),
        }
    }

    /// Counts a call that has begun already. It is counted even if others have used up the bound in the meantime.
    pub(super) fn begin_call(&self) -> Option<CallInFlight> {
        let call = self.calls.as_ref()?.call();
        call.begin_anyway();
        Some(call)
    }
}
