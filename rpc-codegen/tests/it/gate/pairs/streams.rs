//! Streams and their items.

use super::pairs;

pairs! {
    Failure: old() new()

    widened: ["stream-item-widened x+"],
    old {} { fn widened(&self) -> impl Stream<Item = u8> { stream::iter([1]) } } [items widened()],
    new {} { fn widened(&self) -> impl Stream<Item = u32> { stream::iter([300]) } } [items widened()];

    narrowed: ["stream-item-narrowed +x"],
    old {} { fn narrowed(&self) -> impl Stream<Item = u32> { stream::iter([300]) } } [items narrowed()],
    new {} { fn narrowed(&self) -> impl Stream<Item = u8> { stream::iter([1]) } } [items narrowed()];

    became_nullable: ["stream-item-became-nullable x+"],
    old {} { fn became_nullable(&self) -> impl Stream<Item = u8> { stream::iter([1]) } } [items became_nullable()],
    new {} { fn became_nullable(&self) -> impl Stream<Item = Option<u8>> { stream::iter([None]) } } [items became_nullable()];

    no_longer_nullable: ["stream-item-no-longer-nullable +x"],
    old {} { fn no_longer_nullable(&self) -> impl Stream<Item = Option<u8>> { stream::iter([None]) } } [items no_longer_nullable()],
    new {} { fn no_longer_nullable(&self) -> impl Stream<Item = u8> { stream::iter([1]) } } [items no_longer_nullable()];

    type_changed: ["stream-item-type-changed xx"],
    old {} { fn type_changed(&self) -> impl Stream<Item = u8> { stream::iter([1]) } } [items type_changed()],
    new {} { fn type_changed(&self) -> impl Stream<Item = String> { stream::iter(["1".to_owned()]) } } [items type_changed()];

    value_added: ["stream-item-value-added x+"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub enum State { Sent } }
        { fn value_added(&self) -> impl Stream<Item = State> { stream::iter([State::Sent]) } } [items value_added()],
    new { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub enum State { Sent, Lost } }
        { fn value_added(&self) -> impl Stream<Item = State> { stream::iter([State::Lost]) } } [items value_added()];

    value_removed: ["stream-item-value-removed +x"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub enum Step { Sent, Lost } }
        { fn value_removed(&self) -> impl Stream<Item = Step> { stream::iter([Step::Lost]) } } [],
    new { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub enum Step { Sent } }
        { fn value_removed(&self) -> impl Stream<Item = Step> { stream::iter([Step::Sent]) } } [items value_removed()];

    field_added: ["stream-item-field-added-required +x"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub struct AddedItem { pub a: u8 } }
        { fn field_added(&self) -> impl Stream<Item = AddedItem> { stream::iter([AddedItem { a: 1 }]) } } [items field_added()],
    new { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub struct AddedItem { pub a: u8, pub b: u8 } }
        { fn field_added(&self) -> impl Stream<Item = AddedItem> { stream::iter([AddedItem { a: 1, b: 2 }]) } } [items field_added()];

    field_removed: ["stream-item-field-removed x+"],
    old { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub struct RemovedItem { pub a: u8, pub b: u8 } }
        { fn field_removed(&self) -> impl Stream<Item = RemovedItem> { stream::iter([RemovedItem { a: 1, b: 2 }]) } } [items field_removed()],
    new { #[derive(Debug, Serialize, Deserialize, JsonSchema)] pub struct RemovedItem { pub a: u8 } }
        { fn field_removed(&self) -> impl Stream<Item = RemovedItem> { stream::iter([RemovedItem { a: 1 }]) } } [items field_removed()];

    call_became_stream: ["call-became-stream xx"],
    old {} { async fn call_became_stream(&self) -> Vec<u8> { vec![1] } } [value call_became_stream()],
    new {} { fn call_became_stream(&self) -> impl Stream<Item = u8> { stream::iter([1]) } } [items call_became_stream()];

    stream_became_call: ["stream-became-call xx"],
    old {} { fn stream_became_call(&self) -> impl Stream<Item = u8> { stream::iter([1]) } } [items stream_became_call()],
    new {} { async fn stream_became_call(&self) -> Vec<u8> { vec![1] } } [value stream_became_call()];

    form_changed: ["stream-form-changed xx"],
    old {} { fn form_changed(&self) -> impl Stream<Item = u8> { stream::iter([1]).chain(stream::pending()) } } [first form_changed()],
    new {} { #[rpc(subscription(unsubscribe = "stop", item = "news"))] fn form_changed(&self) -> impl Stream<Item = u8> { stream::iter([1]).chain(stream::pending()) } } [first form_changed()];
}
