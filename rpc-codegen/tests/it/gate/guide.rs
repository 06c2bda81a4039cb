//! The table of rules in docs/compatibility.md. `UPDATE_SNAPSHOTS=1` writes it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs};

use rpc_codegen::diff::{Change, RULES, Verdict, diff};

use super::rows;
use crate::diff::model;

/// The verdicts that a rule has for old clients and for new ones, from the worst on.
type Verdicts = (BTreeSet<Verdict>, BTreeSet<Verdict>);

/// Changes that no row has.
fn more() -> Vec<Change> {
    let described = model("{name: a}, {name: b}", "");
    let left_out = model("{name: a}", "x-undescribed: [b]");
    let servers = model(
        "{name: a}",
        "servers: [{name: s, url: 'https://example.com/'}]",
    );
    let mut all = diff(&described, &left_out);
    all.extend(diff(&left_out, &described));
    all.extend(diff(&left_out, &servers));
    all
}

fn table() -> String {
    let mut seen: BTreeMap<&str, Verdicts> = BTreeMap::new();
    let changes = rows().into_iter().flat_map(|row| row.changes);
    for change in changes.chain(more()) {
        let verdicts = seen.entry(change.rule).or_default();
        verdicts.0.insert(change.old_clients);
        verdicts.1.insert(change.new_clients);
    }
    let mut table =
        "| rule | old clients | new clients | what to do |\n| --- | --- | --- | --- |\n".to_owned();
    for rule in RULES {
        let (old, new) = seen
            .get(rule.name)
            .unwrap_or_else(|| panic!("no case for {}", rule.name));
        let words = |all: &BTreeSet<Verdict>| {
            let names: Vec<&str> = all.iter().rev().map(|it| it.name()).collect();
            names.join(" or ")
        };
        table += &format!(
            "| `{}` | {} | {} | {} |\n",
            rule.name,
            words(old),
            words(new),
            rule.advice
        );
    }
    table
}

#[test]
fn the_guide_lists_all_rules() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/compatibility.md");
    let text = fs::read_to_string(&path).unwrap();
    let (start, rest) = text.split_once("<!-- rules -->\n").unwrap();
    let (found, end) = rest.split_once("<!-- end -->").unwrap();
    let expected = format!("\n{}\n", table());
    if env::var_os("UPDATE_SNAPSHOTS").is_some() {
        let text = format!("{start}<!-- rules -->\n{expected}<!-- end -->{end}");
        fs::write(&path, text).unwrap();
        return;
    }
    let hint = "run UPDATE_SNAPSHOTS=1 cargo test -p rpc-codegen, and read the diff";
    assert!(found == expected, "the table of rules differs: {hint}");
}
