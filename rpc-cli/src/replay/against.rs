//! `rpc replay --against`: sends the recorded calls to a server, and compares the answers.

use std::path::Path;
use std::time::Duration;

use futures_util::StreamExt;
use rpc_core::{BoxTransport, CallError, Client, ErrorObject, RawValue};

use super::differences::differences;
use super::given::Given;
use super::recording::Line;
use crate::arguments::ReplayArguments;
use crate::exchange::{Outcome, Tree};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::servers::Servers;
use crate::terminal::print_escaped;
use crate::verbose::connect;

/// What became of the calls.
#[derive(Default)]
struct Tally {
    same: usize,
    different: usize,
    /// Notifications, which have no answer to compare.
    sent: usize,
    /// Calls whose hidden params are not given.
    hidden: usize,
    /// Calls that have no recorded answer.
    unanswered: usize,
}

pub(super) async fn run(lines: Vec<Line>, endpoint: &str, arguments: &ReplayArguments) -> Result {
    let given = match &arguments.secrets {
        Some(path) => Given::read(path)?,
        None => Given::default(),
    };
    if !arguments.skip_hidden {
        check_given(&lines, &given, &arguments.file)?;
    }
    let servers = Servers::of(endpoint, &[], &arguments.settings)?;
    let client = connect(&servers, arguments.verbose)?;
    let sender = Sender {
        client,
        silence: servers.settings().timeout.value.0,
    };
    let mut tally = Tally::default();
    for line in &lines {
        compare(line, &given, &sender, arguments, &mut tally).await?;
    }
    print_escaped(&tally.to_string())?;
    match tally.different {
        // In CI, a comparison of nothing would pass for ever.
        0 if tally.same == 0 => Err(Failure::usage(format!(
            "{}: nothing in this recording could be compared",
            arguments.file.display()
        ))),
        0 => Ok(()),
        1 => Err(Failure::new(Exit::ErrorObject, "1 answer differs")),
        count => Err(Failure::new(
            Exit::ErrorObject,
            format!("{count} answers differ"),
        )),
    }
}

/// Nothing is sent if something is missing.
fn check_given(lines: &[Line], given: &Given, file: &Path) -> Result {
    for line in lines.iter().filter(|line| is_comparable(line)) {
        if let Err(name) = given.params(&line.exchange, &line.request) {
            let place = format!("{}:{}", file.display(), line.number);
            return Err(
                Failure::usage(format!("{place}: the value of `{name}` is hidden")).with_hint(
                    "--secrets FILE gives such values, and --skip-hidden leaves these calls out",
                ),
            );
        }
    }
    Ok(())
}

fn is_comparable(line: &Line) -> bool {
    let is_stream = line.exchange.items.is_some();
    match line.exchange.outcome {
        Outcome::Answered | Outcome::Notified => true,
        // A stream that was stopped has items to compare.
        Outcome::GivenUp => is_stream,
        Outcome::Failed => false,
    }
}

async fn compare(
    line: &Line,
    given: &Given,
    sender: &Sender,
    arguments: &ReplayArguments,
    tally: &mut Tally,
) -> Result {
    if !is_comparable(line) {
        tally.unanswered += 1;
        return Ok(());
    }
    let Ok(params) = given.params(&line.exchange, &line.request) else {
        tally.hidden += 1;
        return Ok(());
    };
    let place = format!(
        "{}:{}: {}",
        arguments.file.display(),
        line.number,
        line.request.method
    );
    let answer = sender.send(line, params).await;
    let answer = answer.map_err(|error| Failure::call(&error).with_prefix(&place))?;
    let Some(answer) = answer else {
        tally.sent += 1;
        return Ok(());
    };
    let differences = differences(&line.exchange.answer(), &answer, &ignored(line, arguments));
    match differences.is_empty() {
        true => tally.same += 1,
        false => tally.different += 1,
    }
    differences
        .iter()
        .try_for_each(|difference| print_escaped(&format!("{place}: {difference}")))
}

/// What may differ: what the user says, and what the recording hides.
fn ignored(line: &Line, arguments: &ReplayArguments) -> Vec<String> {
    let mut ignored = arguments.ignore.clone();
    let hidden = line.exchange.hidden.keys();
    ignored.extend(hidden.filter_map(|place| compared_place(place)));
    if line.exchange.more_items > 0 {
        // Nobody reads the items to their end, after which they come.
        ignored.extend(["/result", "/error"].map(str::to_owned));
    }
    ignored
}

/// Where a place in a recorded line is in [`Exchange::answer`](crate::exchange::Exchange::answer). `None` for one that is not compared.
fn compared_place(place: &str) -> Option<String> {
    if let Some(place) = place.strip_prefix("/response") {
        return Some(place.to_owned());
    }
    let (index, inside) = place.strip_prefix("/items/")?.split_once('/')?;
    let inside = inside.strip_prefix("value")?;
    Some(format!("/items/{index}{inside}"))
}

/// Sends recorded calls.
struct Sender {
    client: Client<BoxTransport>,
    /// How long a stream may be silent.
    silence: Duration,
}

impl Sender {
    /// The answer to a call, in the form of [`Exchange::answer`](crate::exchange::Exchange::answer). `None` for a notification.
    async fn send(
        &self,
        line: &Line,
        params: Option<Box<RawValue>>,
    ) -> std::result::Result<Option<Tree>, CallError> {
        let method = &line.request.method;
        if line.exchange.outcome == Outcome::Notified {
            self.client.notify(method, params).await?;
            return Ok(None);
        }
        if line.exchange.items.is_some() {
            return self.stream(line, params).await.map(Some);
        }
        let called = self.client.call::<_, Box<RawValue>>(method, params).await;
        let member = match called {
            Ok(result) => ("result", Tree::read(&result)),
            Err(CallError::Object(error)) => ("error", error_tree(&error)),
            Err(error) => return Err(error),
        };
        Ok(Some(object([Some(member)])))
    }

    async fn stream(
        &self,
        line: &Line,
        params: Option<Box<RawValue>>,
    ) -> std::result::Result<Tree, CallError> {
        let recorded = line.exchange.items.as_ref().map_or(0, Vec::len);
        // One more than was recorded shows that there are more.
        let is_whole = line.exchange.outcome == Outcome::Answered && line.exchange.more_items == 0;
        let wanted = recorded + usize::from(is_whole);
        let opened = self
            .client
            .stream::<_, Box<RawValue>>(&line.request.method, params)
            .idle_timeout(self.silence);
        let mut stream = match opened.await {
            Ok(stream) => stream,
            Err(CallError::Object(error)) => {
                return Ok(object([Some(("error", error_tree(&error)))]));
            }
            Err(error) => return Err(error),
        };
        let mut items = Vec::new();
        let mut end = None;
        while items.len() < wanted {
            match stream.next().await {
                Some(Ok(item)) => items.push(Tree::read(&item)),
                Some(Err(CallError::Object(error))) => {
                    end = Some(("error", error_tree(&error)));
                    break;
                }
                Some(Err(error)) => return Err(error),
                None => {
                    // A stream does not tell its result, which is null for most.
                    let result = line.exchange.answer().get("result").cloned();
                    end = result.map(|result| ("result", result));
                    break;
                }
            }
        }
        if items.len() == wanted && is_whole {
            end = None;
        }
        Ok(object([Some(("items", Tree::Array(items))), end]))
    }
}

fn error_tree(error: &ErrorObject) -> Tree {
    let raw = RawValue::from_string(error.to_json());
    raw.map_or_else(|_| Tree::text(error.message()), |raw| Tree::read(&raw))
}

fn object<const COUNT: usize>(members: [Option<(&str, Tree)>; COUNT]) -> Tree {
    let members = members.into_iter().flatten();
    Tree::Object(
        members
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
    )
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Tally {
            same,
            different,
            sent,
            hidden,
            unanswered,
        } = self;
        write!(f, "{same} the same, {different} different")?;
        for (count, what) in [
            (sent, "sent as notifications"),
            (hidden, "left out because of hidden values"),
            (unanswered, "left out because they were not answered"),
        ] {
            if *count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_a_line_are_found_in_the_answer() {
        for (place, expected) in [
            ("/response/result/value", Some("/result/value")),
            ("/items/3/value/a/value", Some("/items/3/a/value")),
            ("/items/3/value", Some("/items/3")),
            ("/items/3/cursor", None),
            ("/items/3/cursor/value", None),
            ("/request/params/0", None),
        ] {
            assert_eq!(compared_place(place).as_deref(), expected, "{place}");
        }
    }
}
