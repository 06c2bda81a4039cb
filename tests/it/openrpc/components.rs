//! Names of components: shared, stable, and of one type only.

use rpc_core::openrpc::{DocumentError, OpenRpc};
use rpc_core::{BoxTransport, rpc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::described;

#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Same {
    id: u32,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Order {
    item: String,
    note: Option<String>,
    same: Same,
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Basket {
    orders: Vec<Order>,
}

#[rpc(schema)]
trait Reads {
    async fn put(&self, basket: Basket);
}

#[rpc(schema)]
trait Both {
    async fn put(&self, basket: Basket) -> Basket;
}

fn names(document: &Value) -> Vec<&str> {
    let schemas = document["components"]["schemas"].as_object().unwrap();
    schemas.keys().map(|name| &**name).collect()
}

#[test]
fn a_type_that_is_read_and_written_differently_has_two_names() {
    let both = described(BothClient::<BoxTransport>::CONTRACT);
    let expected = ["Basket", "BasketInput", "Order", "OrderInput", "Same"];
    assert_eq!(names(&both), expected);
    let schemas = &both["components"]["schemas"];
    let items = &schemas["BasketInput"]["properties"]["orders"]["items"];
    assert_eq!(items["$ref"], "#/components/schemas/OrderInput");
    assert_eq!(
        schemas["OrderInput"]["required"],
        serde_json::json!(["item", "same"])
    );
}

#[test]
fn a_new_method_renames_nothing() {
    let reads = described(ReadsClient::<BoxTransport>::CONTRACT);
    let both = described(BothClient::<BoxTransport>::CONTRACT);
    assert_eq!(names(&reads), ["BasketInput", "OrderInput", "Same"]);
    for name in names(&reads) {
        let schema = |document: &Value| document["components"]["schemas"][name].clone();
        assert_eq!(schema(&reads), schema(&both), "{name}");
    }
}

mod other {
    use super::*;

    #[derive(Serialize, Deserialize, JsonSchema)]
    pub struct Same {
        name: String,
    }
}

#[rpc(schema)]
trait Clashing {
    async fn first(&self) -> Vec<Same>;
    async fn second(&self) -> Vec<other::Same>;
}

#[test]
fn two_types_with_one_name_are_an_error_that_names_both() {
    let contract = ClashingClient::<BoxTransport>::CONTRACT.clone();
    let error = OpenRpc::new().of_contracts(&[contract]).unwrap_err();
    let DocumentError::SameName { name, types } = &error else {
        panic!("{error}");
    };
    assert_eq!(name, "Same");
    assert!(types[0].ends_with("components::Same"), "{types:?}");
    assert!(types[1].ends_with("components::other::Same"), "{types:?}");
    let text = error.to_string();
    assert!(text.contains("`#[schemars(rename = \"…\")]`"), "{text}");
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Point(u8);

#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Point2(u8, u8);

#[rpc(schema)]
trait Numbered {
    async fn first(&self) -> Vec<Point2>;
    async fn second(&self) -> Vec<Point>;
}

#[test]
fn a_name_that_ends_in_a_number_is_no_clash() {
    let document = described(NumberedClient::<BoxTransport>::CONTRACT);
    assert_eq!(names(&document), ["Point", "Point2"]);
}

#[derive(Serialize, Deserialize, JsonSchema)]
pub struct OrderInput {
    item: String,
}

#[rpc(schema)]
trait Unlucky {
    async fn first(&self, order: Order);
    async fn second(&self, order: OrderInput);
}

#[test]
fn a_type_with_the_name_of_another_ones_input_is_an_error() {
    let contract = UnluckyClient::<BoxTransport>::CONTRACT.clone();
    let error = OpenRpc::new().of_contracts(&[contract]).unwrap_err();
    let text = error.to_string();
    let expected = "two types have the name `OrderInput` (`Order as it is read` and `OrderInput`)";
    assert!(text.starts_with(expected), "{text}");
}
