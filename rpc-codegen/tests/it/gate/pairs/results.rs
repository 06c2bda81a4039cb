//! Results.

use super::pairs;

pairs! {
    Failure: old() new()

    widened: ["result-widened x+"],
    old {} { async fn widened(&self) -> u8 { 1 } } [value widened()],
    new {} { async fn widened(&self) -> u32 { 300 } } [value widened()] ;

    narrowed: ["result-narrowed +x"],
    old {} { async fn narrowed(&self) -> u32 { 300 } } [value narrowed()],
    new {} { async fn narrowed(&self) -> u8 { 1 } } [value narrowed()];

    became_nullable: ["result-became-nullable x+"],
    old {} { async fn became_nullable(&self) -> u8 { 1 } } [value became_nullable()],
    new {} { async fn became_nullable(&self) -> Option<u8> { None } } [value became_nullable()];

    no_longer_nullable: ["result-no-longer-nullable +x"],
    old {} { async fn no_longer_nullable(&self) -> Option<u8> { None } } [value no_longer_nullable()],
    new {} { async fn no_longer_nullable(&self) -> u8 { 1 } } [value no_longer_nullable()];

    type_changed: ["result-type-changed xx"],
    old {} { async fn type_changed(&self) -> u8 { 1 } } [value type_changed()],
    new {} { async fn type_changed(&self) -> String { "1".to_owned() } } [value type_changed()];

    value_added: ["result-value-added x+"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub enum State { Sent, Arrived } }
        { async fn value_added(&self, newest: bool) -> State { State::Sent } } [value value_added(false), value value_added(true)],
    new { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub enum State { Sent, Arrived, Lost } }
        { async fn value_added(&self, newest: bool) -> State { if newest { State::Lost } else { State::Sent } } } [value value_added(false)];

    value_removed: ["result-value-removed +x"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub enum Step { Packed, Sent, Lost } }
        { async fn value_removed(&self, newest: bool) -> Step { if newest { Step::Lost } else { Step::Sent } } } [value value_removed(false)],
    new { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub enum Step { Packed, Sent } }
        { async fn value_removed(&self, newest: bool) -> Step { Step::Sent } } [value value_removed(false), value value_removed(true)];

    tagging_changed: ["result-tagging-changed xx"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] #[serde(tag = "kind")] pub enum Event { Dot { x: u8 }, Line { y: u8 } } }
        { async fn tagging_changed(&self) -> Event { Event::Dot { x: 1 } } } [value tagging_changed()],
    new { #[derive(Debug, Serialize, Deserialize, JsonSchema)] #[serde(tag = "type")] pub enum Event { Dot { x: u8 }, Line { y: u8 } } }
        { async fn tagging_changed(&self) -> Event { Event::Dot { x: 1 } } } [value tagging_changed()];

    field_added: ["result-field-added-required +x"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub struct AddedReply { pub a: u8 } }
        { async fn field_added(&self) -> AddedReply { AddedReply { a: 1 } } } [value field_added()],
    new { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub struct AddedReply { pub a: u8, pub b: u8 } }
        { async fn field_added(&self) -> AddedReply { AddedReply { a: 1, b: 2 } } } [value field_added()];

    field_removed: ["result-field-removed x+"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub struct RemovedReply { pub a: u8, pub b: u8 } }
        { async fn field_removed(&self) -> RemovedReply { RemovedReply { a: 1, b: 2 } } } [value field_removed()],
    new { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub struct RemovedReply { pub a: u8 } }
        { async fn field_removed(&self) -> RemovedReply { RemovedReply { a: 1 } } } [value field_removed()];

    optional_field_added: ["result-field-added ++"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub struct MoreReply { pub a: u8 } }
        { async fn optional_field_added(&self) -> MoreReply { MoreReply { a: 1 } } } [value optional_field_added()],
    new {
        #[derive(Debug, Serialize, Deserialize, JsonSchema)]
        pub struct MoreReply { pub a: u8, #[serde(default, skip_serializing_if = "Option::is_none")] pub b: Option<u8> }
    } { async fn optional_field_added(&self) -> MoreReply { MoreReply { a: 1, b: None } } } [value optional_field_added()];

    field_renamed: ["result-field-renamed-with-alias x+"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub struct AliasReply { pub a: u8 } }
        { async fn field_renamed(&self) -> AliasReply { AliasReply { a: 1 } } } [value field_renamed()],
    new {
        #[derive(Debug, Serialize, Deserialize, JsonSchema)]
        pub struct AliasReply { #[serde(alias = "a")] #[schemars(extend("x-aliases" = ["a"]))] pub b: u8 }
    } { async fn field_renamed(&self) -> AliasReply { AliasReply { b: 1 } } } [value field_renamed()];

    field_became_optional: ["result-field-became-optional x+"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub struct OptionalReply { pub a: u8 } }
        { async fn field_became_optional(&self) -> OptionalReply { OptionalReply { a: 0 } } } [value field_became_optional()],
    new {
        fn is_zero(number: &u8) -> bool { *number == 0 }
        #[derive(Debug, Serialize, Deserialize, JsonSchema)]
        pub struct OptionalReply { #[serde(default, skip_serializing_if = "is_zero")] pub a: u8 }
    } { async fn field_became_optional(&self) -> OptionalReply { OptionalReply { a: 0 } } } [value field_became_optional()];

    field_became_required: ["result-field-became-required +x"],
    old {
        fn is_none(number: &u8) -> bool { *number == 0 }
        #[derive(Debug, Serialize, Deserialize, JsonSchema)]
        pub struct RequiredReply { #[serde(default, skip_serializing_if = "is_none")] pub a: u8 }
    } { async fn field_became_required(&self) -> RequiredReply { RequiredReply { a: 0 } } } [value field_became_required()],
    new { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub struct RequiredReply { pub a: u8 } }
        { async fn field_became_required(&self) -> RequiredReply { RequiredReply { a: 0 } } } [value field_became_required()];

    // A reader that refuses unknown members.
    closed_gets_more: ["result-field-added x+"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] #[serde(deny_unknown_fields)] pub struct ClosedReply { pub a: u8 } }
        { async fn closed_gets_more(&self) -> ClosedReply { ClosedReply { a: 1 } } } [value closed_gets_more()],
    new {
        #[derive(Debug, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct ClosedReply { pub a: u8, #[serde(default, skip_serializing_if = "Option::is_none")] pub b: Option<u8> }
    } { async fn closed_gets_more(&self) -> ClosedReply { ClosedReply { a: 1, b: Some(2) } } } [value closed_gets_more()];
}
