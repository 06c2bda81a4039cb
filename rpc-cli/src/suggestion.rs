//! The name that somebody may have meant.

use strsim::damerau_levenshtein;

/// The name that differs by the fewest letters, where those are no more than a third of them.
pub(crate) fn nearest<'a>(
    wrong: &str,
    names: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let most = wrong.chars().count().div_ceil(3);
    let with_distance = |name: &'a str| {
        let distance = damerau_levenshtein(&wrong.to_lowercase(), &name.to_lowercase());
        (distance, name)
    };
    names
        .into_iter()
        .map(with_distance)
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_found_and_a_far_one_is_not() {
        let names = ["add", "orders.place", "orders.seen", "echo"];
        for (wrong, near) in [
            ("ad", Some("add")),
            ("dad", Some("add")),
            ("ADD", Some("add")),
            ("orders.palce", Some("orders.place")),
            ("order.seen", Some("orders.seen")),
            ("uname", None),
            ("", None),
        ] {
            assert_eq!(nearest(wrong, names), near, "{wrong}");
        }
    }
}
