//! Two sessions that talk to each other while a script interferes: it makes calls, gives them up, holds messages back, cuts them,
//! repeats them, and puts in bytes of its own. The fuzzer writes scripts, too.

use std::cell::Cell;
use std::collections::VecDeque;
use std::future::{Future, pending, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context as Task, Poll, Waker};

use bytes::Bytes;
use rpc_core::session::{Session, SessionBuilder};
use rpc_core::{CallError, DuplexLimits, Peer, Stream, code, rpc};

/// What both ends can be asked.
#[rpc(namespace = "end")]
trait End {
    async fn echo(&self, text: &str) -> String;

    /// Counts from 1.
    fn count(&self, to: u16) -> impl Stream<Item = u16>;

    fn silent(&self) -> impl Stream<Item = u16>;

    /// Never answers.
    async fn hang(&self);

    /// Asks back, so many levels deep, and returns the number of levels.
    async fn ask(&self, levels: u8, #[rpc(peer)] other: &EndClient<Peer>) -> u8;
}

/// Counts the methods that wait, and the streams.
#[derive(Clone, Default)]
struct Counted(Arc<AtomicUsize>);

/// One of them.
struct Alive(Arc<AtomicUsize>);

impl Counted {
    fn one(&self) -> Alive {
        self.0.fetch_add(1, Ordering::SeqCst);
        Alive(Arc::clone(&self.0))
    }

    fn alive(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

struct Numbers {
    next: u16,
    /// `None`: it gives nothing.
    to: Option<u16>,
    _alive: Alive,
}

impl Stream for Numbers {
    type Item = u16;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Task<'_>) -> Poll<Option<u16>> {
        match self.to {
            None => Poll::Pending,
            Some(to) if self.next > to => Poll::Ready(None),
            Some(_) => {
                self.next += 1;
                Poll::Ready(Some(self.next - 1))
            }
        }
    }
}

impl End for Counted {
    async fn echo(&self, text: &str) -> String {
        text.to_owned()
    }

    fn count(&self, to: u16) -> impl Stream<Item = u16> {
        Numbers {
            next: 1,
            to: Some(to),
            _alive: self.one(),
        }
    }

    fn silent(&self) -> impl Stream<Item = u16> {
        Numbers {
            next: 1,
            to: None,
            _alive: self.one(),
        }
    }

    async fn hang(&self) {
        let _alive = self.one();
        pending().await
    }

    async fn ask(&self, levels: u8, other: &EndClient<Peer>) -> u8 {
        let _alive = self.one();
        match levels {
            0 => 0,
            levels => 1 + other.ask(levels - 1).await.unwrap_or(100),
        }
    }
}

/// A call that has been made, and checks its own answer.
struct Asked {
    call: Pin<Box<dyn Future<Output = Result<(), CallError>>>>,
    is_endless: bool,
}

/// One end of the connection.
struct Side {
    session: Session,
    client: EndClient<Peer>,
    counted: Counted,
    /// The messages on their way to it.
    coming: VecDeque<Bytes>,
    asked: Vec<Asked>,
}

/// So many calls are under way at the same time at most.
const MOST_ASKED: usize = 16;

/// So deep they ask back.
const MOST_LEVELS: u8 = 8;

/// With so little room that long streams need more credit before they end.
fn limits() -> DuplexLimits {
    let mut limits = DuplexLimits::default();
    limits.window = 32 * 1024;
    limits
}

impl Side {
    fn new() -> Self {
        let counted = Counted::default();
        let session = SessionBuilder::new()
            .limits(limits())
            .serve(EndServer::new(counted.clone()))
            .build();
        let client = EndClient::new(session.peer());
        Side {
            session,
            client,
            counted,
            coming: VecDeque::new(),
            asked: Vec::new(),
        }
    }

    fn ask<F>(&mut self, call: impl FnOnce(EndClient<Peer>) -> F, is_endless: bool)
    where
        F: Future<Output = Result<(), CallError>> + 'static,
    {
        if self.asked.len() < MOST_ASKED {
            let call = Box::pin(call(self.client.clone()));
            self.asked.push(Asked { call, is_endless });
        }
    }

    fn receive(&mut self, message: Bytes) {
        self.session.receive(message, &mut task());
    }

    /// Lets the calls that wait for the other end look for their answers.
    fn poll_asked(&mut self, talk: &Talk) {
        self.asked
            .retain_mut(|asked| match asked.call.as_mut().poll(&mut task()) {
                Poll::Pending => true,
                Poll::Ready(Ok(())) => false,
                Poll::Ready(Err(error)) => {
                    talk.check_failure(&error);
                    false
                }
            });
    }
}

/// What is known of the script so far.
#[derive(Clone, Default)]
struct Talk {
    /// Messages were cut, repeated or made up, or an end was stopped. So answers may be missing or wrong.
    is_disturbed: Rc<Cell<bool>>,
}

impl Talk {
    fn disturb(&self) {
        self.is_disturbed.set(true);
    }

    fn check(&self, is_right: bool, what: &str) {
        assert!(is_right || self.is_disturbed.get(), "{what}");
    }

    /// Nothing fails by itself, unless too much is asked at the same time.
    fn check_failure(&self, error: &CallError) {
        let code = error.object().map(|object| object.code());
        let is_limit = matches!(code, Some(code::BUSY | code::TOO_MANY_STREAMS));
        self.check(is_limit, &format!("a call failed: {error}"));
    }
}

/// Runs a script, and then lets both ends finish. It panics if something is wrong.
pub(crate) fn check(script: &[u8]) {
    let talk = Talk::default();
    let mut sides = [Side::new(), Side::new()];
    let mut script = Script(script);
    while let Some(step) = script.next() {
        run(step, &mut script, &mut sides, &talk);
    }
    finish(sides, &talk);
}

struct Script<'a>(&'a [u8]);

impl Script<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn number(&mut self) -> usize {
        self.next().unwrap_or(0).into()
    }

    fn bytes(&mut self) -> Bytes {
        let length = self.number().min(self.0.len());
        let (bytes, rest) = self.0.split_at(length);
        self.0 = rest;
        Bytes::copy_from_slice(bytes)
    }
}

fn run(step: u8, script: &mut Script<'_>, sides: &mut [Side; 2], talk: &Talk) {
    let [one, other] = sides;
    let (one, other) = if step < 128 {
        (one, other)
    } else {
        (other, one)
    };
    match step % 12 {
        0 => one.ask(echo(talk.clone()), false),
        1 => {
            let to = script.number() as u16 * 8;
            one.ask(count(to, talk.clone()), false);
        }
        2 => one.ask(silent, true),
        3 => {
            let levels = script.next().unwrap_or(0) % MOST_LEVELS;
            one.ask(ask(levels, talk.clone()), false);
        }
        4 => one.ask(|client| async move { client.hang().await }, true),
        5 => {
            let number = script.number();
            if number < one.asked.len() {
                one.asked.swap_remove(number);
            }
        }
        6 => one.poll_asked(talk),
        7 => write(one, other),
        8 => {
            for _ in 0..script.number() {
                let Some(message) = one.coming.pop_front() else {
                    break;
                };
                one.receive(message);
            }
        }
        9 => {
            talk.disturb();
            let message = script.bytes();
            one.receive(message);
        }
        10 => disturb(one, script.number(), talk),
        _ => {
            if script.number() == 0 {
                talk.disturb();
                one.session.stop();
            }
        }
    }
}

fn echo(talk: Talk) -> impl FnOnce(EndClient<Peer>) -> LocalCall {
    |client| {
        Box::pin(async move {
            let text = client.echo("tea\n\"").await?;
            talk.check(text == "tea\n\"", "another echo");
            Ok(())
        })
    }
}

fn count(to: u16, talk: Talk) -> impl FnOnce(EndClient<Peer>) -> LocalCall {
    move |client| {
        Box::pin(async move {
            let mut numbers = client.count(to).await?;
            let mut expected = 1;
            while let Some(number) = next(&mut numbers).await {
                talk.check(number? == expected, "another item");
                expected = expected.saturating_add(1);
            }
            talk.check(expected == to + 1, "an item is missing");
            Ok(())
        })
    }
}

fn silent(client: EndClient<Peer>) -> LocalCall {
    Box::pin(async move {
        let mut numbers = client.silent().await?;
        match next(&mut numbers).await {
            Some(item) => item.map(drop),
            None => Ok(()),
        }
    })
}

fn ask(levels: u8, talk: Talk) -> impl FnOnce(EndClient<Peer>) -> LocalCall {
    move |client| {
        Box::pin(async move {
            let answer = client.ask(levels).await?;
            // Levels that were refused since too much was asked count as 100.
            talk.check(
                answer == levels || answer >= 100,
                "another number of levels",
            );
            Ok(())
        })
    }
}

type LocalCall = Pin<Box<dyn Future<Output = Result<(), CallError>>>>;

/// Spoils the next message to this end.
fn disturb(side: &mut Side, how: usize, talk: &Talk) {
    talk.disturb();
    let Some(message) = side.coming.pop_front() else {
        return;
    };
    match how % 3 {
        0 => side.receive(message.slice(..message.len() / 2)),
        1 => {
            side.receive(message.clone());
            side.receive(message);
        }
        _ => drop(message),
    }
}

/// How items begin.
const ITEM: &[u8] = br#"{"jsonrpc":"2.0","method":"$/progress""#;

/// So many bytes of items wait to be written at most, and one item more.
const MOST_WAITING: usize = 64 * 1024 + 100;

/// Lets an end write what it has for the other one.
fn write(from: &mut Side, to: &mut Side) {
    let before = to.coming.len();
    if from
        .session
        .poll_outgoing(&mut task(), &mut to.coming)
        .is_pending()
    {
        return;
    }
    let written = to.coming.iter().skip(before);
    let items = written.filter(|message| message.starts_with(ITEM));
    let bytes: usize = items.map(Bytes::len).sum();
    assert!(
        bytes <= MOST_WAITING,
        "{bytes} bytes of items waited to be written"
    );
}

/// Lets both ends finish what they have begun, and closes the connection.
fn finish(mut sides: [Side; 2], talk: &Talk) {
    for side in &mut sides {
        side.asked.retain(|asked| !asked.is_endless);
    }
    let is_done = (0..10_000).any(|_| {
        let [one, other] = &mut sides;
        one.poll_asked(talk);
        other.poll_asked(talk);
        write(one, other);
        write(other, one);
        for side in [one, other] {
            while let Some(message) = side.coming.pop_front() {
                side.receive(message);
            }
        }
        sides
            .iter()
            .all(|side| side.asked.is_empty() && side.session.is_idle())
    });
    talk.check(is_done, "the calls don't come to an end");
    talk.disturb(); // by closing the connection
    let [one, other] = sides;
    for side in [one, other] {
        let Side {
            session,
            counted,
            mut asked,
            ..
        } = side;
        drop(session);
        assert_eq!(counted.alive(), 0, "something outlives its connection");
        asked.retain_mut(|asked| asked.call.as_mut().poll(&mut task()).is_pending());
        assert!(
            asked.is_empty(),
            "a call waits for a connection that is closed"
        );
    }
}

async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    poll_fn(|task| Pin::new(&mut *stream).poll_next(task)).await
}

fn task() -> Task<'static> {
    Task::from_waker(Waker::noop())
}
