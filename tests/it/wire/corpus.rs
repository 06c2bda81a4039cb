//! Runs the fuzzer's check on its seeds and on the messages of the tables.

use std::fs;
use std::path::Path;

use super::cases;
use super::validity::check;

#[test]
fn every_seed_of_the_fuzzer_is_answered_as_the_reference_says() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds/dispatch");
    let mut count = 0;
    for entry in fs::read_dir(&seeds).unwrap() {
        let path = entry.unwrap().path();
        println!("{}", path.display());
        check(&fs::read(&path).unwrap());
        count += 1;
    }
    assert!(count >= 60, "{count} seeds in {}", seeds.display());
}

#[test]
fn the_reference_agrees_with_the_tables() {
    for case in cases::all() {
        // The reference reads nested values by recursion, and a test's stack is small.
        let deep = case.message.len() > 10_000;
        if !deep {
            println!("{}", case.name);
            check(&case.message);
        }
    }
}
