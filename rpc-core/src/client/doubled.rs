//! [`doubled`]: times that grow with each failure.

use std::time::Duration;

/// The first time, doubled so often, but no more than the longest.
pub(super) fn doubled(first: Duration, times: u32, longest: Duration) -> Duration {
    let factor = 1u32.checked_shl(times).unwrap_or(u32::MAX);
    first.saturating_mul(factor).min(longest)
}
