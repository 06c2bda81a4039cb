//! Params.

use super::pairs;

pairs! {
    Difference: old() new()

    widened: ["param-widened +!"],
    old {} { async fn widened(&self, n: u8) -> u64 { n.into() } } [value widened(1)],
    new {} { async fn widened(&self, n: u32) -> u64 { n.into() } } [value widened(1), value widened(300)];

    narrowed: ["param-narrowed x+"],
    old {} { async fn narrowed(&self, n: u32) -> u64 { n.into() } } [value narrowed(1), value narrowed(300)],
    new {} { async fn narrowed(&self, n: u8) -> u64 { n.into() } } [value narrowed(1)];

    type_changed: ["param-type-changed xx"],
    old {} { async fn type_changed(&self, n: u8) -> String { n.to_string() } } [value type_changed(1)],
    new {} { async fn type_changed(&self, n: String) -> String { n } } [value type_changed("1".to_owned())];

    became_optional: ["param-became-optional +!", "param-became-nullable +!"],
    old {} { async fn became_optional(&self, n: u8) -> u8 { n } } [value became_optional(1)],
    new {} { async fn became_optional(&self, n: Option<u8>) -> u8 { n.unwrap_or(7) } }
        [value became_optional(Some(1)), value became_optional(None)];

    became_required: ["param-became-required x+", "param-no-longer-nullable x+"],
    old {} { async fn became_required(&self, n: Option<u8>) -> u8 { n.unwrap_or(7) } }
        [value became_required(Some(1)), value became_required(None)],
    new {} { async fn became_required(&self, n: u8) -> u8 { n } } [value became_required(1)];

    nullable_elements: ["param-became-nullable +!"],
    old {} { async fn nullable_elements(&self, n: Vec<u8>) -> u8 { n[0] } } [value nullable_elements(vec![1])],
    new {} { async fn nullable_elements(&self, n: Vec<Option<u8>>) -> u8 { n[0].unwrap_or(7) } }
        [value nullable_elements(vec![Some(1)]), value nullable_elements(vec![None])];

    elements_no_longer_nullable: ["param-no-longer-nullable x+"],
    old {} { async fn elements_no_longer_nullable(&self, n: Vec<Option<u8>>) -> u8 { n[0].unwrap_or(7) } }
        [value elements_no_longer_nullable(vec![Some(1)]), value elements_no_longer_nullable(vec![None])],
    new {} { async fn elements_no_longer_nullable(&self, n: Vec<u8>) -> u8 { n[0] } } [value elements_no_longer_nullable(vec![1])];

    added_optional: ["param-added-optional +!"],
    old {} { async fn added_optional(&self, a: u8) -> u8 { a } } [value added_optional(1)],
    new {} { async fn added_optional(&self, a: u8, b: Option<u8>) -> u8 { a + b.unwrap_or(0) } }
        [value added_optional(1, None), value added_optional(1, Some(2))];

    added_required: ["param-added-required xx"],
    old {} { async fn added_required(&self, a: u8) -> u8 { a } } [value added_required(1)],
    new {} { async fn added_required(&self, a: u8, b: u8) -> u8 { a + b } } [value added_required(1, 2)];

    removed_optional: ["param-removed x+"],
    old {} { async fn removed_optional(&self, a: u8, b: Option<u8>) -> u8 { a + b.unwrap_or(0) } }
        [value removed_optional(1, None), value removed_optional(1, Some(2))],
    new {} { async fn removed_optional(&self, a: u8) -> u8 { a } } [value removed_optional(1)];

    removed_required: ["param-removed xx"],
    old {} { async fn removed_required(&self, a: u8, b: u8) -> u8 { a + b } } [value removed_required(1, 2)],
    new {} { async fn removed_required(&self, a: u8) -> u8 { a } } [value removed_required(1)];

    removed_before: ["param-removed xx", "param-removed-before xx"],
    old {} { async fn removed_before(&self, a: u8, b: String) -> String { b } } [value removed_before(1, "b".to_owned())],
    new {} { async fn removed_before(&self, b: String) -> String { b } } [value removed_before("b".to_owned())];

    inserted_before: ["param-added-optional +!", "param-inserted-before xx"],
    old {} { async fn inserted_before(&self, a: Option<u8>) -> String { format!("{a:?}") } } [value inserted_before(Some(1))],
    new {} { async fn inserted_before(&self, b: Option<u8>, a: Option<u8>) -> String { format!("{a:?}") } }
        [value inserted_before(None, Some(1))];

    reordered: ["params-reordered xx"],
    old {} { async fn reordered(&self, a: u8, b: u8) -> u8 { a } } [value reordered(1, 2)],
    new {} { async fn reordered(&self, b: u8, a: u8) -> u8 { a } } [value reordered(1, 2)];

    renamed: ["param-renamed xx"],
    old {} { async fn renamed(&self, a: u8) -> u8 { a } } [value renamed(1)],
    new {} { async fn renamed(&self, b: u8) -> u8 { b } } [value renamed(1)];

    // Stubs always send a parameter with a default. Clients in other languages don't.
    default_changed: ["param-default-changed !!"],
    old {} { async fn default_changed(&self, #[rpc(default = 1)] n: u8) -> u8 { n } } [value default_changed(1)] raw ["default_changed" [0u8; 0]],
    new {} { async fn default_changed(&self, #[rpc(default = 2)] n: u8) -> u8 { n } } [value default_changed(1)] raw ["default_changed" [0u8; 0]];

    value_added: ["param-value-added +!"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub enum Color { Red, Blue } }
        { async fn value_added(&self, color: Color) -> String { format!("{color:?}") } }
        [value value_added(Color::Red)],
    new { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub enum Color { Red, Blue, Green } }
        { async fn value_added(&self, color: Color) -> String { format!("{color:?}") } }
        [value value_added(Color::Red), value value_added(Color::Green)];

    value_removed: ["param-value-removed x+"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub enum Size { Small, Large, Huge } }
        { async fn value_removed(&self, size: Size) -> String { format!("{size:?}") } }
        [value value_removed(Size::Small), value value_removed(Size::Huge)],
    new { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub enum Size { Small, Large } }
        { async fn value_removed(&self, size: Size) -> String { format!("{size:?}") } }
        [value value_removed(Size::Small)];

    tagging_changed: ["param-tagging-changed xx"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] #[serde(tag = "kind")] pub enum Shape { Dot { x: u8 }, Line { y: u8 } } }
        { async fn tagging_changed(&self, shape: Shape) -> String { format!("{shape:?}") } }
        [value tagging_changed(Shape::Dot { x: 1 })],
    new { #[derive(Debug, Serialize, Deserialize, JsonSchema)] #[serde(tag = "type")] pub enum Shape { Dot { x: u8 }, Line { y: u8 } } }
        { async fn tagging_changed(&self, shape: Shape) -> String { format!("{shape:?}") } }
        [value tagging_changed(Shape::Dot { x: 1 })];

    // A Rust server also takes a flattened struct by position. The document does not promise it.
    by_position_dropped: ["params-by-position-dropped x+"], unseen old,
    old { } { async fn by_position_dropped(&self, a: u8) -> u8 { a } } [value by_position_dropped(1)],
    new { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub struct Dropped { pub a: u8 } }
        { async fn by_position_dropped(&self, #[rpc(flatten)] all: Dropped) -> u8 { all.a } }
        [value by_position_dropped(Dropped { a: 1 })];

    by_position_added: ["params-by-position-added +x"], unseen new,
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub struct Added { pub a: u8 } }
        { async fn by_position_added(&self, #[rpc(flatten)] all: Added) -> u8 { all.a } }
        [value by_position_added(Added { a: 1 })],
    new { } { async fn by_position_added(&self, a: u8) -> u8 { a } } [value by_position_added(1)];
}
