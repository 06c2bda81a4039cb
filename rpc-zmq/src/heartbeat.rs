//! [`Heartbeat`]: whether the peer is still alive.

use std::time::Duration;

use tokio::time::Instant;

use crate::zmtp::Greeting;

/// Whether the peer is still alive. A peer that is silent for an interval is sent a PING. After another silent interval it is
/// given up.
///
/// If the other end loses its power or its network, silence is the only sign.
#[derive(Debug)]
pub(crate) struct Heartbeat {
    /// `None`: silence means nothing.
    interval: Option<Duration>,
    /// Version 3.0 does not have PING, and such a peer may close the connection over one.
    knows_ping: bool,
    asked: Option<Instant>,
}

/// What to do about silence.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Beat {
    Wait,
    Ask,
    GiveUp,
}

impl Heartbeat {
    /// With an interval of zero, the peer is never asked.
    pub(crate) fn new(interval: Duration, peer: Greeting) -> Self {
        let knows_ping = peer.minor >= 1;
        Heartbeat {
            interval: Some(interval).filter(|it| knows_ping && !it.is_zero()),
            knows_ping,
            asked: None,
        }
    }

    /// Whether the peer may be sent a PING at all.
    pub(crate) fn knows_ping(&self) -> bool {
        self.knows_ping
    }

    /// When to check again if nothing is heard before. `None`: never.
    pub(crate) fn deadline(&self, heard: Instant) -> Option<Instant> {
        let since = self.unanswered(heard).unwrap_or(heard);
        since.checked_add(self.interval?)
    }

    /// What to do now about a peer that was heard then.
    pub(crate) fn check(&mut self, heard: Instant, now: Instant) -> Beat {
        if self.deadline(heard).is_none_or(|deadline| now < deadline) {
            return Beat::Wait;
        }
        if self.unanswered(heard).is_some() {
            return Beat::GiveUp;
        }
        self.asked = Some(now);
        Beat::Ask
    }

    fn unanswered(&self, heard: Instant) -> Option<Instant> {
        self.asked.filter(|&asked| asked >= heard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_silent_peer_is_asked_once_and_then_given_up() {
        let start = Instant::now();
        let mut heartbeat = Heartbeat::new(2 * SECOND, Greeting { minor: 1 });
        assert_eq!(heartbeat.deadline(start), Some(start + 2 * SECOND));
        assert_eq!(heartbeat.check(start, start + SECOND), Beat::Wait);
        assert_eq!(heartbeat.check(start, start + 3 * SECOND), Beat::Ask);
        assert_eq!(heartbeat.deadline(start), Some(start + 5 * SECOND));
        assert_eq!(heartbeat.check(start, start + 4 * SECOND), Beat::Wait);
        let heard = start + 4 * SECOND;
        assert_eq!(heartbeat.check(heard, start + 5 * SECOND), Beat::Wait);
        assert_eq!(heartbeat.check(heard, start + 6 * SECOND), Beat::Ask);
        assert_eq!(heartbeat.check(heard, start + 8 * SECOND), Beat::GiveUp);
    }

    #[test]
    fn a_peer_of_version_3_0_is_never_asked_and_nobody_every_zero_seconds() {
        let start = Instant::now();
        for (interval, minor) in [(SECOND, 0), (Duration::ZERO, 1)] {
            let mut heartbeat = Heartbeat::new(interval, Greeting { minor });
            assert_eq!(heartbeat.deadline(start), None);
            assert_eq!(heartbeat.check(start, start + 99 * SECOND), Beat::Wait);
            assert_eq!(heartbeat.knows_ping(), minor == 1);
        }
    }
}
