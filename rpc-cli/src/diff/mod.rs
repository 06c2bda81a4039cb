//! `rpc diff`: what a new version of an OpenRPC document breaks.

mod accepted;
mod github;
mod junit;

use accepted::Accepted;
use rpc_codegen::diff::{Change, Verdict, Witness, diff_each, merged};
use rpc_codegen::{Model, Place};
use serde_json::json;

use crate::arguments::{DiffArguments, FailOn, Format};
use crate::document::Source;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::terminal::{print_escaped, write_in_background};

pub(crate) async fn run(arguments: DiffArguments) -> Result {
    let source = |name| Source {
        name,
        settings: &arguments.settings,
        verbose: arguments.verbose,
    };
    let (old, new) = (source(&arguments.old), source(&arguments.new));
    let accepted = match &arguments.accept {
        Some(path) => Accepted::read(path)?,
        None => Accepted::default(),
    };
    let changes = diff_each(&model(&old).await?, &model(&new).await?);
    // An acceptance for one method says nothing about the others that share a type with it.
    let changes = merged(accepted.apply(changes)?);
    let worst = changes.iter().map(Change::verdict).max();
    let is_shown = |change: &&Change| arguments.all || change.verdict() != Verdict::Fine;
    let limit = match arguments.fail_on {
        FailOn::Breaking => Verdict::Breaking,
        FailOn::Risky => Verdict::Risky,
    };
    let changes_shown = changes.iter().filter(is_shown);
    let shown: Vec<String> = match arguments.format {
        Format::Text => changes_shown.map(|it| text(it, &old, &new)).collect(),
        Format::Json => changes_shown.map(|it| json(it).to_string()).collect(),
        Format::Github => github::annotations(changes_shown, &new),
        // Tools show what has passed, too.
        Format::Junit => junit::report(&changes, limit, (&old, &new)),
    };
    write_in_background(move || shown.iter().try_for_each(|change| print_escaped(change))).await?;
    match worst.is_some_and(|worst| worst >= limit) {
        true => Err(Failure::new(Exit::ErrorObject, summary(&changes))),
        false => Ok(()),
    }
}

async fn model(source: &Source<'_>) -> Result<Model> {
    Model::read(&source.read().await?).map_err(|error| source.mistake(&error))
}

fn summary(changes: &[Change]) -> String {
    let count = |verdict| changes.iter().filter(|it| it.verdict() == verdict).count();
    let (breaking, risky) = (count(Verdict::Breaking), count(Verdict::Risky));
    format!("{breaking} breaking, {risky} risky")
}

fn text(change: &Change, old: &Source<'_>, new: &Source<'_>) -> String {
    let explained = change.explained();
    let mut lines: Vec<&str> = explained.lines().collect();
    let places = places(change, old, new);
    let places = format!("  {places}");
    // After the verdicts.
    lines.insert(2.min(lines.len()), &places);
    lines.join("\n")
}

/// Where it was and where it is.
fn places(change: &Change, old: &Source<'_>, new: &Source<'_>) -> String {
    let places = [(old, &change.old), (new, &change.new)];
    let places = places
        .into_iter()
        .filter_map(|(source, place)| Some(source.place(place.as_ref()?)));
    places.collect::<Vec<String>>().join(" -> ")
}

fn json(change: &Change) -> serde_json::Value {
    let place = |place: &Option<Place>| place.as_ref().map(ToString::to_string);
    let witness = |witness: &Witness| {
        json!({
            "sender": witness.sender.to_string(),
            "message": witness.message,
            "outcome": witness.outcome,
        })
    };
    let witnesses: Vec<serde_json::Value> = change.witnesses.iter().map(witness).collect();
    json!({
        "rule": change.rule,
        "method": change.method,
        "old": place(&change.old),
        "new": place(&change.new),
        "message": change.message,
        "oldClients": change.old_clients.name(),
        "newClients": change.new_clients.name(),
        "witnesses": witnesses,
        "advice": change.advice,
    })
}
