//! Random changes of random contracts: what the gate calls fine is fine, and each breaking witness does harm.
//!
//! `GATE_MUTATIONS=100000 cargo test -p rpc-codegen --test it random_changes` tries more of them. A failure names its seed, and
//! `GATE_SEED` starts there.

use rpc_codegen::diff::{Change, Verdict, diff};
use rpc_codegen::{Model, Value};

use super::random::{Contract, Method, Random};
use super::{does_harm, is_excused, kind, wire};
use crate::diff::model;

/// How many messages of each kind are tried for each method.
const MESSAGES: usize = 6;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap())
}

#[test]
fn random_changes_are_judged_right() {
    let first = number("GATE_SEED", 0);
    let mut wrong = Vec::new();
    for seed in first..first + number("GATE_MUTATIONS", 1500) {
        if let Some(why) = tried(seed) {
            wrong.push(why);
        }
    }
    let count = wrong.len();
    wrong.truncate(5);
    assert!(
        wrong.is_empty(),
        "{count} false verdicts\n{}",
        wrong.join("\n\n")
    );
}

/// One contract and one to three changes of it. Says what is wrong about the verdicts, if anything.
fn tried(seed: u64) -> Option<String> {
    let mut random = Random::new(seed);
    let old = Contract::any(&mut random);
    let mut new = old.clone();
    for _ in 0..=random.below(3) {
        new.mutate(&mut random);
    }
    let versions = (model(&old.text(), ""), model(&new.text(), ""));
    let changes = diff(&versions.0, &versions.1);
    let why = clients_are_fine(
        (&old, &versions.0),
        (&new, &versions.1),
        &changes,
        &mut random,
    )
    .or_else(|| witnesses_do_harm(&versions.0, &versions.1, &changes));
    why.map(|why| {
        let found: Vec<String> = changes.iter().map(ToString::to_string).collect();
        format!(
            "seed {seed}: {why}\nold: {}\nnew: {}\n{}",
            old.text(),
            new.text(),
            found.join("\n")
        )
    })
}

fn clients_are_fine(
    old: (&Contract, &Model),
    new: (&Contract, &Model),
    changes: &[Change],
    random: &mut Random,
) -> Option<String> {
    let of_old = |change: &Change| change.old_clients;
    let of_new = |change: &Change| change.new_clients;
    for (client, server, verdict) in [
        (old, new, &of_old as &dyn Fn(&Change) -> Verdict),
        (new, old, &of_new),
    ] {
        for method in &client.0.methods {
            let names = related(method, server.1, old.1);
            let is_renamed = |it: &Change| {
                it.rule == "method-renamed" && it.message.ends_with(&format!("`{}`", method.name))
            };
            let renamed = changes
                .iter()
                .find(|it| is_renamed(it))
                .map(|it| &it.method);
            let own = changes
                .iter()
                .filter(|it| names.contains(&it.method) || Some(&it.method) == renamed);
            let worst = own.map(verdict).max().unwrap_or(Verdict::Fine);
            let why = hurt(method, client.1, server, random);
            if let (Verdict::Fine, Some(why)) = (worst, why) {
                let who = if std::ptr::eq(client.0, old.0) {
                    "old"
                } else {
                    "new"
                };
                return Some(format!(
                    "{} is fine for {who} clients, but {why}",
                    method.name
                ));
            }
        }
    }
    None
}

/// The names under which changes of the method may be listed.
fn related(method: &Method, other: &Model, old: &Model) -> Vec<String> {
    let mut names: Vec<String> = vec![method.name.to_owned()];
    names.extend(method.aliases.iter().map(ToString::to_string));
    for name in names.clone() {
        names.extend(wire::method(&other.methods, &name).map(|it| it.name.clone()));
        names.extend(wire::method(&old.methods, &name).map(|it| it.name.clone()));
    }
    names
}

/// What goes wrong for a client of this method with a server of the other version, as far as a few messages show.
fn hurt(
    method: &Method,
    client: &Model,
    server: (&Contract, &Model),
    random: &mut Random,
) -> Option<String> {
    let own = wire::method(&client.methods, method.name).unwrap();
    for _ in 0..MESSAGES {
        let request = Value::from_json(&method.request(random)).unwrap();
        if let Some(why) = wire::harm(&request, client, server.1) {
            return Some(format!("{request}: {why}"));
        }
        let wanted = kind(client, &request);
        // Who wants no answer does not look for one.
        if wanted.as_deref() == Some("nothing") {
            continue;
        }
        if wanted != kind(server.1, &request) {
            return Some(format!("{request}: another kind of reply"));
        }
        let name = wire::understand(server.1, &request).unwrap().method;
        let other = server.0.methods.iter().find(|it| it.name == name).unwrap();
        for reply in other.replies(random) {
            let reply = Value::from_json(&reply).unwrap();
            if let Some(why) = wire::refusal(client, own, &reply) {
                return Some(format!("{reply}: {why}"));
            }
        }
    }
    None
}

fn witnesses_do_harm(old: &Model, new: &Model, changes: &[Change]) -> Option<String> {
    let breaking = changes
        .iter()
        .filter(|it| it.verdict() == Verdict::Breaking);
    for change in breaking.filter(|it| !is_excused(it.rule)) {
        let harmless = change
            .witnesses
            .iter()
            .find(|it| !does_harm(change, it, old, new));
        if let Some(witness) = harmless {
            return Some(format!("{change}: {} is harmless", witness.message));
        }
    }
    None
}
