//! JSON pointers: the way to a value, as a text.

/// The steps of a pointer such as `/result/lines/0`.
pub(crate) fn steps(pointer: &str) -> Vec<String> {
    let steps = pointer.split('/').skip(1);
    steps
        .map(|step| step.replace("~1", "/").replace("~0", "~"))
        .collect()
}

/// The pointer that goes one step further.
pub(crate) fn join(pointer: &str, step: &str) -> String {
    let step = step.replace('~', "~0").replace('/', "~1");
    format!("{pointer}/{step}")
}

/// Whether a pointer is the pattern, or leads to something inside it. `*` in the pattern stands for any step.
pub(crate) fn is_inside(pointer: &str, pattern: &str) -> bool {
    let (pointer, pattern) = (steps(pointer), steps(pattern));
    let fits = |(step, wanted): (&String, &String)| wanted == "*" || step == wanted;
    pointer.len() >= pattern.len() && pointer.iter().zip(&pattern).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_joined_and_taken_apart() {
        let pointer = join(&join("", "a/b"), "c~d");
        assert_eq!(pointer, "/a~1b/c~0d");
        assert_eq!(steps(&pointer), ["a/b", "c~d"]);
        assert_eq!(steps(""), [""; 0]);
    }

    #[test]
    fn a_pattern_has_everything_inside_it() {
        assert!(is_inside("/result/time", "/result/time"));
        assert!(is_inside("/result/lines/3/time", "/result/*/*/time"));
        assert!(is_inside("/result/time/zone", "/result/time"));
        assert!(!is_inside("/result", "/result/time"));
        assert!(!is_inside("/result/times", "/result/time"));
    }
}
