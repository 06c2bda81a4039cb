//! The members of objects in params.

use super::pairs;

pairs! {
    Difference: old() new()

    added: ["param-field-added +!"],
    old { #[derive(Serialize, Deserialize, JsonSchema)] pub struct AddedOrder { pub a: u8 } }
        { async fn added(&self, order: AddedOrder) -> u8 { order.a } } [value added(AddedOrder { a: 1 })],
    new { #[derive(Serialize, Deserialize, JsonSchema)] pub struct AddedOrder { pub a: u8, pub b: Option<u8> } }
        { async fn added(&self, order: AddedOrder) -> u8 { order.a + order.b.unwrap_or(0) } }
        [value added(AddedOrder { a: 1, b: Some(2) })];

    added_required: ["param-field-added-required x!"],
    old { #[derive(Serialize, Deserialize, JsonSchema)] pub struct RequiredOrder { pub a: u8 } }
        { async fn added_required(&self, order: RequiredOrder) -> u8 { order.a } } [value added_required(RequiredOrder { a: 1 })],
    new { #[derive(Serialize, Deserialize, JsonSchema)] pub struct RequiredOrder { pub a: u8, pub b: u8 } }
        { async fn added_required(&self, order: RequiredOrder) -> u8 { order.a + order.b } }
        [value added_required(RequiredOrder { a: 1, b: 2 })];

    removed: ["param-field-removed !x"],
    old { #[derive(Serialize, Deserialize, JsonSchema)] pub struct RemovedOrder { pub a: u8, pub b: u8 } }
        { async fn removed(&self, order: RemovedOrder) -> u8 { order.a + order.b } } [value removed(RemovedOrder { a: 1, b: 2 })],
    new { #[derive(Serialize, Deserialize, JsonSchema)] pub struct RemovedOrder { pub a: u8 } }
        { async fn removed(&self, order: RemovedOrder) -> u8 { order.a } } [value removed(RemovedOrder { a: 1 })];

    became_optional: ["param-field-became-optional +!"],
    old { #[derive(Serialize, Deserialize, JsonSchema)] pub struct OptionalOrder { pub a: u8 } }
        { async fn became_optional(&self, order: OptionalOrder) -> u8 { order.a } } [value became_optional(OptionalOrder { a: 1 })],
    new {
        fn is_zero(number: &u8) -> bool { *number == 0 }
        #[derive(Serialize, Deserialize, JsonSchema)] pub struct OptionalOrder { #[serde(default, skip_serializing_if = "is_zero")] pub a: u8 }
    } { async fn became_optional(&self, order: OptionalOrder) -> u8 { order.a } }
        [value became_optional(OptionalOrder { a: 1 }), value became_optional(OptionalOrder { a: 0 })];

    became_required: ["param-field-became-required x+"],
    old {
        fn is_none(number: &u8) -> bool { *number == 0 }
        #[derive(Serialize, Deserialize, JsonSchema)] pub struct NeededOrder { #[serde(default, skip_serializing_if = "is_none")] pub a: u8 }
    } { async fn became_required(&self, order: NeededOrder) -> u8 { order.a } }
        [value became_required(NeededOrder { a: 1 }), value became_required(NeededOrder { a: 0 })],
    new { #[derive(Serialize, Deserialize, JsonSchema)] pub struct NeededOrder { pub a: u8 } }
        { async fn became_required(&self, order: NeededOrder) -> u8 { order.a } } [value became_required(NeededOrder { a: 1 })];

    default_changed: ["param-field-default-changed !!"],
    old {
        fn five() -> Option<u8> { Some(5) }
        #[derive(Serialize, Deserialize, JsonSchema)]
        pub struct DefaultOrder { #[serde(default = "five", skip_serializing_if = "Option::is_none")] pub a: Option<u8> }
    } { async fn default_changed(&self, order: DefaultOrder) -> Option<u8> { order.a } } [value default_changed(DefaultOrder { a: None })],
    new {
        fn six() -> Option<u8> { Some(6) }
        #[derive(Serialize, Deserialize, JsonSchema)]
        pub struct DefaultOrder { #[serde(default = "six", skip_serializing_if = "Option::is_none")] pub a: Option<u8> }
    } { async fn default_changed(&self, order: DefaultOrder) -> Option<u8> { order.a } } [value default_changed(DefaultOrder { a: None })];

    renamed_with_alias: ["param-field-renamed-with-alias +x"],
    old { #[derive(Serialize, Deserialize, JsonSchema)] pub struct AliasOrder { pub a: u8 } }
        { async fn renamed_with_alias(&self, order: AliasOrder) -> u8 { order.a } } [value renamed_with_alias(AliasOrder { a: 1 })],
    new {
        #[derive(Serialize, Deserialize, JsonSchema)]
        pub struct AliasOrder { #[serde(alias = "a")] #[schemars(extend("x-aliases" = ["a"]))] pub b: u8 }
    } { async fn renamed_with_alias(&self, order: AliasOrder) -> u8 { order.b } } [value renamed_with_alias(AliasOrder { b: 1 })];

    alias_removed: ["param-field-alias-removed x+"],
    old {
        #[derive(Serialize, Deserialize, JsonSchema)]
        pub struct LostOrder { #[serde(alias = "old")] #[schemars(extend("x-aliases" = ["old"]))] pub a: u8 }
    } { async fn alias_removed(&self, order: LostOrder) -> u8 { order.a } }
        [value alias_removed(LostOrder { a: 1 })] raw ["alias_removed" serde_json::json!([{"old": 1}])],
    new { #[derive(Serialize, Deserialize, JsonSchema)] pub struct LostOrder { pub a: u8 } }
        { async fn alias_removed(&self, order: LostOrder) -> u8 { order.a } } [value alias_removed(LostOrder { a: 1 })];

    alias_added: ["param-field-alias-added +!"],
    old { #[derive(Serialize, Deserialize, JsonSchema)] pub struct GainedOrder { pub a: u8 } }
        { async fn alias_added(&self, order: GainedOrder) -> u8 { order.a } } [value alias_added(GainedOrder { a: 1 })],
    new {
        #[derive(Serialize, Deserialize, JsonSchema)]
        pub struct GainedOrder { #[serde(alias = "old")] #[schemars(extend("x-aliases" = ["old"]))] pub a: u8 }
    } { async fn alias_added(&self, order: GainedOrder) -> u8 { order.a } }
        [value alias_added(GainedOrder { a: 1 })] raw ["alias_added" serde_json::json!([{"old": 1}])];

    closed: ["param-object-closed !+"],
    old { #[derive(Serialize, Deserialize, JsonSchema)] pub struct ClosedOrder { pub a: u8 } }
        { async fn closed(&self, order: ClosedOrder) -> u8 { order.a } }
        [value closed(ClosedOrder { a: 1 })] raw ["closed" serde_json::json!([{"a": 1, "unknown": 2}])],
    new { #[derive(Serialize, Deserialize, JsonSchema)] #[serde(deny_unknown_fields)] pub struct ClosedOrder { pub a: u8 } }
        { async fn closed(&self, order: ClosedOrder) -> u8 { order.a } } [value closed(ClosedOrder { a: 1 })];

    opened: ["param-object-opened ++"],
    old { #[derive(Serialize, Deserialize, JsonSchema)] #[serde(deny_unknown_fields)] pub struct OpenOrder { pub a: u8 } }
        { async fn opened(&self, order: OpenOrder) -> u8 { order.a } } [value opened(OpenOrder { a: 1 })],
    new { #[derive(Serialize, Deserialize, JsonSchema)] pub struct OpenOrder { pub a: u8 } }
        { async fn opened(&self, order: OpenOrder) -> u8 { order.a } } [value opened(OpenOrder { a: 1 })];
}
