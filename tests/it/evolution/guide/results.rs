//! Changes of results and errors.

use super::row;

/// A row about results: what each version's method returns, and what its client should read from the other version.
macro_rules! results {
    (
        $module:ident: $row:literal,
        old { $($old_items:item)* } [$($old_type:tt)+] returns $old_value:expr, reads $old_reads:expr,
        new { $($new_items:item)* } [$($new_type:tt)+] returns $new_value:expr, reads $new_reads:expr $(,)?
    ) => {
        row! {
            $module: $row,
            old { $($old_items)* } trait {
                async fn f(&self, a: u32) -> $($old_type)+ {
                    assert_eq!(a, 1);
                    $old_value
                }
            } calls f(1) gets $old_reads,
            new { $($new_items)* } trait {
                async fn f(&self, a: u32) -> $($new_type)+ {
                    assert_eq!(a, 1);
                    $new_value
                }
            } calls f(1) gets $new_reads
        }
    };
    // An enum or a struct that is the result itself.
    (
        $module:ident: $row:literal,
        old $old_item:item returns $old_value:expr, reads $old_reads:expr,
        new $new_item:item returns $new_value:expr, reads $new_reads:expr $(,)?
    ) => {
        results! {
            $module: $row,
            old { #[derive(Debug, PartialEq, Serialize, Deserialize)] $old_item }
            [Answer] returns $old_value, reads Ok($old_reads),
            new { #[derive(Debug, PartialEq, Serialize, Deserialize)] $new_item }
            [Answer] returns $new_value, reads Ok($new_reads),
        }
    };
}

/// A row about errors: an error's variants, the one that each version's method returns, and what its client should read.
macro_rules! errors {
    (
        $module:ident: $row:literal,
        old $old_error:item fails with $old_value:expr, reads $old_reads:expr,
        new $new_error:item fails with $new_value:expr, reads $new_reads:expr $(,)?
    ) => {
        results! {
            $module: $row,
            old { #[derive(Debug, PartialEq, RpcError)] $old_error crate::evolution::guide::results::message!(); }
            [Result<(), Failure>] returns Err($old_value), reads Err($old_reads),
            new { #[derive(Debug, PartialEq, RpcError)] $new_error crate::evolution::guide::results::message!(); }
            [Result<(), Failure>] returns Err($new_value), reads Err($new_reads),
        }
    };
}

macro_rules! message {
    () => {
        impl std::fmt::Display for Failure {
            fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("it failed")
            }
        }
    };
}
use message;

results! {
    field_added: "required field added to a result",
    old pub struct Answer { a: u32 } returns Answer { a: 1 }, reads Answer { a: 1 },
    new pub struct Answer { a: u32, b: u32 } returns Answer { a: 1, b: 2 }, reads Answer { a: 1, b: 0 },
}

results! {
    option_added: "`Option` or default field added to a result",
    old pub struct Answer { a: u32 } returns Answer { a: 1 }, reads Answer { a: 1 },
    new pub struct Answer { a: u32, b: Option<u32>, #[serde(default)] c: u32 }
    returns Answer { a: 1, b: Some(2), c: 3 }, reads Answer { a: 1, b: None, c: 0 },
}

results! {
    field_removed: "required field removed from a result",
    old pub struct Answer { a: u32, b: u32 } returns Answer { a: 1, b: 2 }, reads Answer { a: 1, b: 0 },
    new pub struct Answer { a: u32 } returns Answer { a: 1 }, reads Answer { a: 1 },
}

results! {
    option_removed: "`Option` or default field removed from a result",
    old pub struct Answer { a: u32, b: Option<u32>, #[serde(default)] c: u32 }
    returns Answer { a: 1, b: Some(2), c: 3 }, reads Answer { a: 1, b: None, c: 0 },
    new pub struct Answer { a: u32 } returns Answer { a: 1 }, reads Answer { a: 1 },
}

results! {
    field_renamed: "required field of a result renamed",
    old pub struct Answer { a: u32 } returns Answer { a: 1 }, reads Answer { a: 1 },
    new pub struct Answer { b: u32 } returns Answer { b: 1 }, reads Answer { b: 1 },
}

results! {
    option_renamed: "`Option` field of a result renamed",
    old pub struct Answer { a: Option<u32> } returns Answer { a: Some(1) }, reads Answer { a: Some(1) },
    new pub struct Answer { b: Option<u32> } returns Answer { b: Some(1) }, reads Answer { b: Some(1) },
}

results! {
    made_optional_some: "result made optional, `Some` returned",
    old {} [u32] returns 1, reads Ok(1),
    new {} [Option<u32>] returns Some(1), reads Ok(Some(1)),
}

results! {
    made_optional_none: "result made optional, `None` returned",
    old {} [u32] returns 1, reads Ok(1),
    new {} [Option<u32>] returns None, reads Ok(Some(1)),
}

results! {
    value_added: "nothing returned before, now a value",
    old {} [()] returns (), reads Ok(()),
    new {} [u32] returns 1, reads Ok(1),
}

results! {
    variant_added: "variant added to a result's enum and returned",
    old pub enum Answer { Near } returns Answer::Near, reads Answer::Near,
    new pub enum Answer { Near, Far } returns Answer::Far, reads Answer::Near,
}

results! {
    variant_added_other: "variant added to a result's enum and returned, the old one has `#[serde(other)]`",
    old pub enum Answer { Near, #[serde(other)] Unknown } returns Answer::Near, reads Answer::Near,
    new pub enum Answer { Near, Far, #[serde(other)] Unknown } returns Answer::Far, reads Answer::Near,
}

results! {
    variant_removed: "variant removed from a result's enum",
    old pub enum Answer { Near, Far } returns Answer::Far, reads Answer::Near,
    new pub enum Answer { Near } returns Answer::Near, reads Answer::Near,
}

results! {
    widened_small: "result's number widened, the value fits both types",
    old {} [u32] returns 1, reads Ok(1),
    new {} [u64] returns 1, reads Ok(1),
}

results! {
    widened_large: "result's number widened, the value fits the wider type only",
    old {} [u32] returns 1, reads Ok(1),
    new {} [u64] returns 1 << 32, reads Ok(1),
}

results! {
    narrowed_large: "result's number narrowed, the value fits the wider type only",
    old {} [u64] returns 1 << 32, reads Ok(1),
    new {} [u32] returns 1, reads Ok(1),
}

results! {
    can_fail_and_succeeds: "method can fail now, and succeeds",
    old {} [u32] returns 1, reads Ok(1),
    new {
        #[derive(Debug, PartialEq, RpcError)]
        #[rpc(code = 1)]
        pub struct Failure;
        crate::evolution::guide::results::message!();
    } [Result<u32, Failure>] returns Ok(1), reads Ok(1),
}

results! {
    can_fail_and_fails: "method can fail now, and fails",
    old {} [u32] returns 1, reads Ok(1),
    new {
        #[derive(Debug, PartialEq, RpcError)]
        #[rpc(code = 1)]
        pub struct Failure;
        crate::evolution::guide::results::message!();
    } [Result<u32, Failure>] returns Err(Failure), reads Ok(1),
}

results! {
    cannot_fail: "method can't fail any more",
    old {
        #[derive(Debug, PartialEq, RpcError)]
        #[rpc(code = 1)]
        pub struct Failure;
        crate::evolution::guide::results::message!();
    } [Result<u32, Failure>] returns Err(Failure), reads Ok(1),
    new {} [u32] returns 1, reads Ok(1),
}

errors! {
    error_field_added: "required field added to an error",
    old pub enum Failure { #[rpc(code = 1)] SoldOut { left: u32 } }
    fails with Failure::SoldOut { left: 1 }, reads Failure::SoldOut { left: 1 },
    new pub enum Failure { #[rpc(code = 1)] SoldOut { left: u32, item: String } }
    fails with Failure::SoldOut { left: 1, item: "tea".into() }, reads Failure::SoldOut { left: 1, item: "tea".into() },
}

errors! {
    error_option_added: "`Option` field added to an error",
    old pub enum Failure { #[rpc(code = 1)] SoldOut { left: u32 } }
    fails with Failure::SoldOut { left: 1 }, reads Failure::SoldOut { left: 1 },
    new pub enum Failure { #[rpc(code = 1)] SoldOut { left: u32, item: Option<String> } }
    fails with Failure::SoldOut { left: 1, item: Some("tea".into()) }, reads Failure::SoldOut { left: 1, item: None },
}

errors! {
    error_first_field_added: "first field added to an error, an `Option`",
    old pub enum Failure { #[rpc(code = 1)] SoldOut }
    fails with Failure::SoldOut, reads Failure::SoldOut,
    new pub enum Failure { #[rpc(code = 1)] SoldOut { left: Option<u32> } }
    fails with Failure::SoldOut { left: Some(1) }, reads Failure::SoldOut { left: None },
}

errors! {
    error_field_removed: "required field removed from an error",
    old pub enum Failure { #[rpc(code = 1)] SoldOut { left: u32, item: String } }
    fails with Failure::SoldOut { left: 1, item: "tea".into() }, reads Failure::SoldOut { left: 1, item: "tea".into() },
    new pub enum Failure { #[rpc(code = 1)] SoldOut { left: u32 } }
    fails with Failure::SoldOut { left: 1 }, reads Failure::SoldOut { left: 1 },
}

errors! {
    error_option_removed: "`Option` field removed from an error",
    old pub enum Failure { #[rpc(code = 1)] SoldOut { left: u32, item: Option<String> } }
    fails with Failure::SoldOut { left: 1, item: Some("tea".into()) }, reads Failure::SoldOut { left: 1, item: None },
    new pub enum Failure { #[rpc(code = 1)] SoldOut { left: u32 } }
    fails with Failure::SoldOut { left: 1 }, reads Failure::SoldOut { left: 1 },
}

errors! {
    error_added: "variant added to an error",
    old pub enum Failure { #[rpc(code = 1)] SoldOut }
    fails with Failure::SoldOut, reads Failure::SoldOut,
    new pub enum Failure { #[rpc(code = 1)] SoldOut, #[rpc(code = 2)] Closed }
    fails with Failure::Closed, reads Failure::SoldOut,
}

errors! {
    error_removed: "variant removed from an error",
    old pub enum Failure { #[rpc(code = 1)] SoldOut, #[rpc(code = 2)] Closed }
    fails with Failure::Closed, reads Failure::SoldOut,
    new pub enum Failure { #[rpc(code = 1)] SoldOut }
    fails with Failure::SoldOut, reads Failure::SoldOut,
}

errors! {
    error_renamed: "variant of an error renamed, same code",
    old pub enum Failure { #[rpc(code = 1)] SoldOut { left: u32 } }
    fails with Failure::SoldOut { left: 1 }, reads Failure::SoldOut { left: 1 },
    new pub enum Failure { #[rpc(code = 1)] TooFew { left: u32 } }
    fails with Failure::TooFew { left: 1 }, reads Failure::TooFew { left: 1 },
}

errors! {
    error_code_changed: "code of an error changed",
    old pub enum Failure { #[rpc(code = 1)] SoldOut }
    fails with Failure::SoldOut, reads Failure::SoldOut,
    new pub enum Failure { #[rpc(code = 2)] SoldOut }
    fails with Failure::SoldOut, reads Failure::SoldOut,
}
