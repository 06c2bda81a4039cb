//! The time of a policy is that of its transport's clock. Here it is a clock that only goes on while somebody sleeps.

use std::sync::Mutex;

use super::*;

/// A server whose clock goes on only while somebody sleeps, and then at once.
#[derive(Clone)]
struct Timed {
    server: Scripted,
    clock: Arc<Clock>,
}

struct Clock {
    begins: Instant,
    elapsed: Mutex<Duration>,
}

impl Clock {
    fn new() -> Arc<Self> {
        Arc::new(Clock {
            begins: Instant::now(),
            elapsed: Mutex::default(),
        })
    }

    fn elapsed(&self) -> Duration {
        *self.elapsed.lock().unwrap()
    }

    fn advance(&self, time: Duration) {
        *self.elapsed.lock().unwrap() += time;
    }
}

impl Timed {
    fn client(server: &Scripted, clock: &Arc<Clock>) -> Client<Timed> {
        Client::from_transport(Timed {
            server: server.clone(),
            clock: Arc::clone(clock),
        })
    }
}

impl Transport for Timed {
    async fn send(&self, mut message: TransportRequest) -> Answer {
        // The time of tokio's clock is something else.
        message.timeout = None;
        self.server.send(message).await
    }

    fn sleep(&self, duration: Duration) -> Option<Pin<Box<dyn Future<Output = ()> + Send>>> {
        let clock = Arc::clone(&self.clock);
        Some(Box::pin(async move { clock.advance(duration) }))
    }

    fn now(&self) -> Instant {
        self.clock.begins + self.clock.elapsed()
    }
}

fn busy_for(wait: Duration) -> Scripted {
    Scripted::failing(move |_| {
        let error = TransportError::message("busy").not_run();
        let reply = TransportReply::new("").error_if_invalid(error).not_run();
        Ok(reply.retry_after(wait))
    })
}

/// After 0, 10, 20, 30, 40 and 50 s. One after 60 s would be too late.
#[tokio::test]
async fn attempts_end_with_the_time_of_the_call() {
    let (server, clock) = (busy_for(Duration::from_secs(10)), Clock::new());
    let client = quick().attempts(100).over(Timed::client(&server, &clock));
    let call = client.call::<_, bool>("m", ());
    call.timeout(Duration::from_secs(60)).await.unwrap_err();
    assert_eq!(server.received(), 6);
    assert_eq!(clock.elapsed(), Duration::from_secs(50));
    // The policy's own, if the call has none.
    let policy = quick().attempts(100).timeout(Duration::from_secs(25));
    let client = policy.over(Timed::client(&server, &clock));
    client.call::<_, bool>("m", ()).await.unwrap_err();
    assert_eq!(server.received(), 6 + 3);
}

#[tokio::test]
async fn pauses_double_up_to_a_limit() {
    let (server, clock) = (Scripted::failing(refused), Clock::new());
    let (first, longest) = (Duration::from_secs(1), Duration::from_secs(4));
    let policy = quick().attempts(6).pauses(first, longest);
    let client = policy.over(Timed::client(&server, &clock));
    let mut total = Duration::ZERO;
    for _ in 0..200 {
        let begun = clock.elapsed();
        let call = client.call::<_, bool>("m", ());
        call.timeout(LONG).await.unwrap_err();
        let paused = clock.elapsed() - begun;
        // 1 + 2 + 4 + 4 + 4
        assert!(paused <= Duration::from_secs(15), "{paused:?}");
        total += paused;
    }
    // Each is a random part, so half of that on average.
    let mean = total.as_secs_f64() / 200.0;
    assert!((6.0..9.0).contains(&mean), "{mean}");
}

#[tokio::test]
async fn the_budget_fills_up_with_time() {
    let (server, clock) = (Scripted::failing(error(-32009)), Clock::new());
    let policy = Policy::new()
        .attempts(10)
        .pauses(Duration::ZERO, Duration::ZERO)
        .budget(Budget::ratio(0.0).per_second(2.0));
    let client = policy.over(Timed::client(&server, &clock));
    let mut attempts = Vec::new();
    for _ in 0..3 {
        let before = server.received();
        client.call::<_, bool>("m", ()).await.unwrap_err();
        client.call::<_, bool>("m", ()).await.unwrap_err();
        attempts.push(server.received() - before - 2);
        clock.advance(Duration::from_millis(500));
    }
    assert_eq!(attempts, [2, 1, 1]);
}

/// A server that fails is left out until the clock says that it may try again.
#[tokio::test]
async fn a_server_is_left_out_for_its_time() {
    let (down, up, clock) = (Scripted::failing(refused), Scripted::well(), Clock::new());
    let servers = Endpoints::of([&down, &up].map(|server| Timed::client(server, &clock)));
    let client = quick().over(servers);
    let call_often = async || {
        for _ in 0..200 {
            client.call::<_, bool>("m", ()).await.unwrap();
        }
    };
    call_often().await;
    assert_eq!(down.received(), 5);
    clock.advance(Duration::from_secs(1));
    call_often().await;
    assert_eq!(down.received(), 6);
    // Twice as long, less a quarter at most.
    clock.advance(Duration::from_secs(1));
    call_often().await;
    assert_eq!(down.received(), 6);
    clock.advance(Duration::from_secs(1));
    call_often().await;
    assert_eq!(down.received(), 7);
}

/// A transport in a box, and a policy over a policy, go by the clock of what they wrap.
#[tokio::test]
async fn a_box_keeps_its_clock() {
    let (server, clock) = (busy_for(Duration::from_secs(10)), Clock::new());
    let boxed = Timed::client(&server, &clock).boxed();
    let client = quick().attempts(4).over(boxed).boxed();
    let call = client.call::<_, bool>("m", ());
    call.timeout(Duration::from_secs(25)).await.unwrap_err();
    assert_eq!(server.received(), 3);
    assert_eq!(client.transport().now(), clock.begins + clock.elapsed());
}
