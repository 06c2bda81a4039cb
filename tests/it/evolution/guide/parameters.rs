//! Changes of parameters. The method returns what it got.

use super::row;

/// A row about parameters: the parameters of each version, the arguments that its client passes, and what the other
/// version's method should get.
macro_rules! parameters {
    (
        $module:ident: $row:literal,
        old ($($old_parameters:tt)*) passes ($($old_argument:expr),*) for $old_meant:tt,
        new ($($new_parameters:tt)*) passes ($($new_argument:expr),*) for $new_meant:tt $(,)?
    ) => {
        parameters! {
            $module: $row,
            old {} ($($old_parameters)*) passes ($($old_argument),*) for $old_meant,
            new {} ($($new_parameters)*) passes ($($new_argument),*) for $new_meant,
        }
    };
    (
        $module:ident: $row:literal,
        old { $($old_items:item)* } ($($(#[$($old_option:tt)*])* $old_name:ident: $old_type:ty),*)
        passes ($($old_argument:expr),*) for $old_meant:tt,
        new { $($new_items:item)* } ($($(#[$($new_option:tt)*])* $new_name:ident: $new_type:ty),*)
        passes ($($new_argument:expr),*) for $new_meant:tt $(,)?
    ) => {
        row! {
            $module: $row,
            old { $($old_items)* } trait {
                async fn f(&self, $($(#[$($old_option)*])* $old_name: $old_type),*) -> Value {
                    crate::evolution::guide::parameters::got(&[
                        $((stringify!($old_name), serde_json::to_value(&$old_name).unwrap())),*
                    ])
                }
            } calls f($($old_argument),*) gets Ok(json!($old_meant)),
            new { $($new_items)* } trait {
                async fn f(&self, $($(#[$($new_option)*])* $new_name: $new_type),*) -> Value {
                    crate::evolution::guide::parameters::got(&[
                        $((stringify!($new_name), serde_json::to_value(&$new_name).unwrap())),*
                    ])
                }
            } calls f($($new_argument),*) gets Ok(json!($new_meant))
        }
    };
}

/// What a method got, by the names of its parameters.
fn got(arguments: &[(&str, serde_json::Value)]) -> serde_json::Value {
    arguments.iter().cloned().collect()
}

parameters! {
    option_added_none: "`Option` added at the end, passed as `None`",
    old (a: u32) passes (1) for { "a": 1, "b": null },
    new (a: u32, b: Option<u32>) passes (1, None) for { "a": 1 },
}

parameters! {
    option_added_some: "`Option` added at the end, passed as `Some`",
    old (a: u32) passes (1) for { "a": 1, "b": null },
    new (a: u32, b: Option<u32>) passes (1, Some(2)) for { "a": 1 },
}

parameters! {
    default_added: "parameter with a default added at the end",
    old (a: u32) passes (1) for { "a": 1, "b": 20 },
    new (a: u32, #[rpc(default = 20)] b: u32) passes (1, 20) for { "a": 1 },
}

parameters! {
    required_added: "required parameter added at the end",
    old (a: u32) passes (1) for { "a": 1, "b": 2 },
    new (a: u32, b: u32) passes (1, 2) for { "a": 1 },
}

parameters! {
    option_inserted: "`Option` inserted before another of its type",
    old (limit: Option<u32>) passes (Some(5)) for { "offset": null, "limit": 5 },
    new (offset: Option<u32>, limit: Option<u32>) passes (Some(10), None) for { "limit": null },
}

parameters! {
    option_inserted_of_another_type: "`Option` inserted before one of another type",
    old (limit: Option<u32>) passes (Some(5)) for { "text": null, "limit": 5 },
    new (text: Option<String>, limit: Option<u32>) passes (None, Some(5)) for { "limit": 5 },
}

parameters! {
    option_removed_none: "`Option` removed from the end, passed as `None`",
    old (a: u32, b: Option<u32>) passes (1, None) for { "a": 1 },
    new (a: u32) passes (1) for { "a": 1, "b": null },
}

parameters! {
    option_removed_some: "`Option` removed from the end, passed as `Some`",
    old (a: u32, b: Option<u32>) passes (1, Some(2)) for { "a": 1 },
    new (a: u32) passes (1) for { "a": 1, "b": null },
}

parameters! {
    default_removed: "parameter with a default removed from the end",
    old (a: u32, #[rpc(default = 20)] b: u32) passes (1, 20) for { "a": 1 },
    new (a: u32) passes (1) for { "a": 1, "b": 20 },
}

parameters! {
    required_removed: "required parameter removed from the end",
    old (a: u32, b: u32) passes (1, 2) for { "a": 1 },
    new (a: u32) passes (1) for { "a": 1, "b": 2 },
}

parameters! {
    option_removed_in_the_middle: "`Option` removed before another of its type",
    old (offset: Option<u32>, limit: Option<u32>) passes (Some(10), None) for { "limit": null },
    new (limit: Option<u32>) passes (Some(5)) for { "offset": null, "limit": 5 },
}

parameters! {
    required_renamed: "required parameter renamed",
    old (a: u32) passes (1) for { "b": 1 },
    new (b: u32) passes (1) for { "a": 1 },
}

parameters! {
    option_renamed_none: "`Option` renamed, passed as `None`",
    old (a: Option<u32>) passes (None) for { "b": null },
    new (b: Option<u32>) passes (None) for { "a": null },
}

parameters! {
    option_renamed_some: "`Option` renamed, passed as `Some`",
    old (a: Option<u32>) passes (Some(1)) for { "b": 1 },
    new (b: Option<u32>) passes (Some(1)) for { "a": 1 },
}

parameters! {
    renamed_in_rust: "parameter renamed in Rust, same name on the wire",
    old (a: u32) passes (1) for { "b": 1 },
    new (#[rpc(name = "a")] b: u32) passes (1) for { "a": 1 },
}

parameters! {
    made_optional_some: "made optional, passed as `Some`",
    old (a: u32) passes (1) for { "a": 1 },
    new (a: Option<u32>) passes (Some(1)) for { "a": 1 },
}

parameters! {
    made_optional_none: "made optional, passed as `None`",
    old (a: u32) passes (1) for { "a": 1 },
    new (a: Option<u32>) passes (None) for { "a": null },
}

parameters! {
    made_optional_default: "made optional with a default",
    old (a: u32) passes (1) for { "a": 1 },
    new (#[rpc(default = 20)] a: u32) passes (20) for { "a": 20 },
}

parameters! {
    made_required_some: "made required, was passed as `Some`",
    old (a: Option<u32>) passes (Some(1)) for { "a": 1 },
    new (a: u32) passes (1) for { "a": 1 },
}

parameters! {
    made_required_none: "made required, was passed as `None`",
    old (a: Option<u32>) passes (None) for { "a": null },
    new (a: u32) passes (1) for { "a": 1 },
}

parameters! {
    made_required_default: "made required, had a default",
    old (#[rpc(default = 20)] a: u32) passes (20) for { "a": 20 },
    new (a: u32) passes (1) for { "a": 1 },
}

parameters! {
    reordered: "reordered, of the same type",
    old (from: u32, to: u32) passes (1, 2) for { "from": 1, "to": 2 },
    new (to: u32, from: u32) passes (2, 1) for { "from": 1, "to": 2 },
}

parameters! {
    reordered_types: "reordered, of different types",
    old (item: String, quantity: u32) passes ("tea".into(), 2) for { "item": "tea", "quantity": 2 },
    new (quantity: u32, item: String) passes (2, "tea".into()) for { "item": "tea", "quantity": 2 },
}

parameters! {
    default_changed: "default changed",
    old (#[rpc(default = 20)] a: u32) passes (20) for { "a": 20 },
    new (#[rpc(default = 50)] a: u32) passes (50) for { "a": 50 },
}

parameters! {
    default_of_an_option: "default added to an `Option`, passed as `None`",
    old (a: Option<u32>) passes (None) for { "a": null },
    new (#[rpc(default = Some(20))] a: Option<u32>) passes (None) for { "a": null },
}

parameters! {
    no_default_of_an_option: "default removed from an `Option`, passed as `None`",
    old (#[rpc(default = Some(20))] a: Option<u32>) passes (None) for { "a": null },
    new (a: Option<u32>) passes (None) for { "a": null },
}

parameters! {
    widened_small: "number widened, the value fits both types",
    old (a: u32) passes (1) for { "a": 1 },
    new (a: u64) passes (1) for { "a": 1 },
}

parameters! {
    widened_large: "number widened, the value fits the wider type only",
    old (a: u32) passes (u32::MAX) for { "a": 4_294_967_295_u32 },
    new (a: u64) passes (1 << 32) for { "a": 4_294_967_296_u64 },
}

parameters! {
    narrowed_small: "number narrowed, the value fits both types",
    old (a: i64) passes (1) for { "a": 1 },
    new (a: u8) passes (1) for { "a": 1 },
}

parameters! {
    narrowed_large: "number narrowed, the value fits the wider type only",
    old (a: i64) passes (-1) for { "a": -1 },
    new (a: u8) passes (1) for { "a": 1 },
}

parameters! {
    number_to_string: "number changed to a string",
    old (a: u32) passes (1) for { "a": "1" },
    new (a: String) passes ("1".into()) for { "a": 1 },
}

parameters! {
    variant_added: "variant added to an enum, the call uses it",
    old {
        #[derive(Serialize, Deserialize)]
        pub enum Kind { Near }
    } (kind: Kind) passes (Kind::Near) for { "kind": "Near" },
    new {
        #[derive(Serialize, Deserialize)]
        pub enum Kind { Near, Far }
    } (kind: Kind) passes (Kind::Far) for { "kind": "Far" },
}

parameters! {
    variant_removed: "variant removed from an enum, the call uses it",
    old {
        #[derive(Serialize, Deserialize)]
        pub enum Kind { Near, Far }
    } (kind: Kind) passes (Kind::Far) for { "kind": "Far" },
    new {
        #[derive(Serialize, Deserialize)]
        pub enum Kind { Near }
    } (kind: Kind) passes (Kind::Near) for { "kind": "Near" },
}
