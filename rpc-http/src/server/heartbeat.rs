//! [`Heartbeat`]: says when a stream that has nothing to send should send a comment.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use rpc_tokio::server::{PollOnWake, client_gone};
use tokio::time::{Instant, Sleep, sleep_until};

use super::defaults::{HEARTBEAT_TO_CLOSED, QUIET};

/// A longer wait may not fit into the clock.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);

/// Says when a stream that has nothing to send should send a comment. A connection without traffic may be taken for idle on its
/// way, and only writing shows that a client has gone.
///
/// A client that closes its own side has mostly gone, but it may also read on. Comments that follow at once tell which.
pub(super) struct Heartbeat {
    interval: Duration,
    silence: Silence,
    client: Client,
}

/// What is known of the client.
enum Client {
    /// Nobody looks, since that costs a busy stream a system call each time it writes.
    Unwatched,
    Watched(PollOnWake<Pin<Box<dyn Future<Output = ()> + Send>>>),
    /// It has closed its side.
    Closed,
}

impl Heartbeat {
    pub(super) fn new(interval: Duration) -> Self {
        Heartbeat {
            interval: interval.min(LONGEST),
            silence: Silence::default(),
            client: Client::Unwatched,
        }
    }

    /// Notes that something is sent.
    pub(super) fn sent(&mut self) {
        self.silence.since = None;
    }

    /// Waits until a comment should be sent. It is polled when there is nothing else to send.
    pub(super) fn poll_due(&mut self, task: &mut Context<'_>) -> Poll<()> {
        if let Client::Unwatched = self.client {
            let limit = self.interval.min(QUIET);
            ready!(self.silence.poll(limit, task));
            self.client = Client::Watched(PollOnWake::new(client_gone()));
        }
        if let Client::Watched(gone) = &mut self.client
            && Pin::new(gone).poll(task).is_ready()
        {
            self.client = Client::Closed;
            return Poll::Ready(());
        }
        let interval = match self.client {
            Client::Closed => self.interval.min(HEARTBEAT_TO_CLOSED),
            _ => self.interval,
        };
        self.silence.poll(interval, task)
    }
}

/// Notices when nothing has been sent for a while. Sending costs no more than a look at the clock: the timer is set when it has
/// ended.
#[derive(Default)]
struct Silence {
    /// `None` while something is sent.
    since: Option<Instant>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Silence {
    /// Waits until it has lasted for this long.
    fn poll(&mut self, limit: Duration, task: &mut Context<'_>) -> Poll<()> {
        let due = *self.since.get_or_insert_with(Instant::now) + limit;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if timer.deadline() > due {
            timer.as_mut().reset(due);
        }
        loop {
            ready!(timer.as_mut().poll(task));
            if Instant::now() >= due {
                return Poll::Ready(());
            }
            timer.as_mut().reset(due);
        }
    }
}
