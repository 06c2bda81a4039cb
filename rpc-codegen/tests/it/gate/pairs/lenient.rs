//! Servers that ignore unknown params.

/// Both versions do.
mod both {
    use crate::gate::pairs::pairs;

    pairs! {
        Difference: old(lenient) new(lenient)

        removed: ["param-removed !+"],
        old {} { async fn removed(&self, a: u8, b: Option<u8>) -> u8 { a + b.unwrap_or(0) } } [value removed(1, Some(2))],
        new {} { async fn removed(&self, a: u8) -> u8 { a } } [value removed(1)];

        added_required: ["param-added-required x!"],
        old {} { async fn added_required(&self, a: u8) -> u8 { a } } [value added_required(1)],
        new {} { async fn added_required(&self, a: u8, b: u8) -> u8 { a + b } } [value added_required(1, 2)];
    }
}

/// The new version does.
mod added {
    use crate::gate::pairs::pairs;

    pairs! {
        Difference: old() new(lenient)

        call: ["lenient-added ++"],
        old {} { async fn call(&self, a: u8) -> u8 { a } } [value call(1)],
        new {} { async fn call(&self, a: u8) -> u8 { a } } [value call(1)];
    }
}

/// The old version did.
mod dropped {
    use crate::gate::pairs::pairs;

    pairs! {
        Difference: old(lenient) new()

        call: ["lenient-dropped !+"],
        old {} { async fn call(&self, a: u8) -> u8 { a } } [value call(1)] raw ["call" serde_json::json!({"a": 1, "more": 2})],
        new {} { async fn call(&self, a: u8) -> u8 { a } } [value call(1)];
    }
}

pub(super) use {added::run as run_added, both::run as run_both, dropped::run as run_dropped};
