//! Scripts for two sessions that talk: random ones, and those that the fuzzer has found.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use super::talk::check;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn calls_end_whatever_a_script_does(script in proptest::collection::vec(any::<u8>(), 0..300)) {
        check(&script);
    }

    /// Without anything that disturbs, every answer is right.
    #[test]
    fn answers_are_right_in_any_order(steps in proptest::collection::vec((0_u8..9, any::<bool>(), any::<u8>()), 0..200)) {
        let byte = |(step, is_other, operand): (u8, bool, u8)| {
            // The first multiple of 12 from 128 on is 132.
            let step = if is_other { 132 + step } else { step };
            match step % 12 {
                1 | 3 | 5 | 8 => vec![step, operand],
                _ => vec![step],
            }
        };
        check(&steps.into_iter().flat_map(byte).collect::<Vec<u8>>());
    }
}

#[test]
fn seeds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds/session");
    let files: Vec<_> = fs::read_dir(folder).unwrap().collect();
    assert!(!files.is_empty());
    for file in files {
        check(&fs::read(file.unwrap().path()).unwrap());
    }
}
