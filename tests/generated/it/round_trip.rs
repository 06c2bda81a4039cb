//! From a document to a contract and back: the contract describes itself as the document does.
//!
//! The gate compares them. What it finds is listed here, and the docs of `rpc_codegen::rust` say why.

use std::path::{Path, PathBuf};

use rpc_codegen::diff::{self, Verdict};
use rpc_codegen::{Document, Model};
use rpc_core::openrpc::OpenRpc;
use rpc_core::{BoxTransport, Contract};
use rpc_generated::{all, ethereum, forest, links, lotus, mirror, names, near, petstore, shop};
use serde_json::Value;

use crate::contract::MirrorClient;
use crate::openrpc::contract::AllClient;

/// The contracts of some stubs in a module.
macro_rules! contracts {
    ($module:ident: $($client:ident),+) => {
        [$($module::$client::<BoxTransport>::CONTRACT.clone()),+]
    };
}

fn path(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rpc-codegen/tests/documents");
    folder.join(name)
}

fn text(contracts: &[Contract]) -> String {
    let openrpc = OpenRpc::new().version("1.0.0");
    let document = openrpc.of_contracts(contracts).unwrap();
    format!("{document}\n")
}

/// The changes that a gate would report between a document and the one of its contracts, as `method: rule`.
fn changes(name: &str, contracts: &[Contract], least: Verdict) -> Vec<String> {
    let old = Document::open(&path(name)).unwrap();
    let new = Document::parse(&text(contracts)).unwrap();
    let (old, new) = (Model::read(&old).unwrap(), Model::read(&new).unwrap());
    let found = diff::diff(&old, &new).into_iter();
    let found = found.filter(|change| change.verdict() >= least);
    let mut found: Vec<String> = found
        .map(|it| format!("{}: {}", it.method, it.rule))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The documents of our own contracts are those that the generator gets.
#[test]
fn own_documents_are_up_to_date() {
    let all = AllClient::<BoxTransport>::CONTRACT.clone();
    let mirror = MirrorClient::<BoxTransport>::CONTRACT.clone();
    for (name, contract) in [("all.json", all), ("mirror.json", mirror)] {
        let (path, text) = (path(name), text(&[contract]));
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let hint =
            "run UPDATE_SNAPSHOTS=1 cargo test -p rpc-generated, then the same for rpc-codegen";
        assert!(
            std::fs::read_to_string(&path).unwrap() == text,
            "{name} differs: {hint}"
        );
    }
}

/// A document as a value: methods by name, and `required` in alphabetical order, since members have none.
fn normal(text: &str) -> Value {
    let mut document: Value = serde_json::from_str(text).unwrap();
    let methods = document["methods"].as_array_mut().unwrap();
    methods.sort_by_key(|method| method["name"].to_string());
    sort_required(&mut document);
    document
}

fn sort_required(value: &mut Value) {
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(sort_required),
        Value::Object(members) => {
            if let Some(Value::Array(names)) = members.get_mut("required") {
                names.sort_by_key(Value::to_string);
            }
            members.values_mut().for_each(sort_required);
        }
        _ => {}
    }
}

#[test]
fn the_document_of_a_contract_comes_back() {
    let original = std::fs::read_to_string(path("all.json")).unwrap();
    let mut expected = normal(&original);
    // Rust has one type for numbers with a fraction, as JSON does.
    let schemas = &mut expected["components"]["schemas"];
    schemas["Wide"]["properties"]["single"]["format"] = "double".into();
    // The members of a variant that refers to a type become members of the variant.
    let point = schemas["Point"]["properties"].clone();
    let variant = &mut schemas["Internal"]["oneOf"][2];
    variant.as_object_mut().unwrap().remove("allOf");
    for name in ["x", "y"] {
        variant["properties"][name] = point[name].clone();
    }
    variant["required"] = serde_json::json!(["kind", "x", "y"]);
    let all = contracts!(all: AllClient);
    let found = normal(&text(&all));
    for (member, value) in expected.as_object().unwrap() {
        assert_eq!(found[member], *value, "{member}");
    }
    assert_eq!(found, expected);
    let none: Vec<String> = Vec::new();
    assert_eq!(changes("all.json", &all, Verdict::Fine), none);
}

#[test]
fn a_document_with_calls_of_the_server_comes_back_without_them() {
    let mirror = contracts!(mirror: MirrorClient);
    // Of two errors with one name, one gets another. No method of the contract says that it calls the client.
    let expected = [
        "user.double: method-removed-without-deprecation",
        "user.hear: method-removed-without-deprecation",
    ];
    assert_eq!(changes("mirror.json", &mirror, Verdict::Risky), expected);
}

/// What comes back in another way, by method and rule of the gate.
///
/// - An optional parameter is an `Option`, so null is allowed.
/// - A parameter that may be null is an `Option`, so it may be missing.
/// - Limits of parameters without a named type are lost.
/// - An integer without a format has 64 bits.
/// - Every server of ours takes params by name.
/// - Keywords that types can't say, such as `not`, are lost, and so are unknown ones, such as `media`.
#[test]
fn documents_of_others_come_back() {
    let risky = |name: &str, contracts: &[Contract]| changes(name, contracts, Verdict::Risky);
    let none: Vec<String> = Vec::new();
    let near = contracts!(near: NearProtocolJsonRpcApiClient);
    assert_eq!(risky("near.json", &near), none);
    let ethereum = contracts!(ethereum: DebugApiClient, EngineClient, EthClient);
    let expected = [
        "debug_traceTransaction: param-became-nullable",
        "debug_traceTransaction: param-narrowed",
        "engine_forkchoiceUpdatedV2: param-became-nullable",
        "eth_estimateGas: param-became-nullable",
        "eth_getLogs: unclassified",
    ];
    assert_eq!(risky("ethereum.json", &ethereum), expected);
    let forest = contracts!(forest: FilecoinClient, ForestClient, ForestApiClient);
    let expected = [
        "Filecoin.ChainGetPath: params-by-name-added",
        "Filecoin.ChainGetTipSet: param-became-optional",
        "Filecoin.ChainGetTipSet: params-by-name-added",
        "Filecoin.EthFeeHistory: param-became-optional",
        "Filecoin.EthFeeHistory: params-by-name-added",
        "trace_call: params-by-name-added",
        "trace_replayBlockTransactions: param-became-optional",
        "trace_replayBlockTransactions: params-by-name-added",
    ];
    assert_eq!(risky("forest.json", &forest), expected);
    let lotus = contracts!(lotus: FilecoinClient);
    let expected = [
        "Filecoin.ChainGetBlock: params-by-name-added",
        "Filecoin.ChainGetBlock: unclassified",
    ];
    assert_eq!(risky("lotus.json", &lotus), expected);
    let links = contracts!(links: LinksClient);
    let expected = [
        "get_pull_requests_by_repository: param-became-nullable",
        "get_pull_requests_by_repository: result-narrowed",
    ];
    assert_eq!(risky("links.json", &links), expected);
    let petstore = contracts!(petstore: PetstoreExpandedClient);
    let expected = [
        "create_pet: param-became-nullable",
        "delete_pet_by_id: param-narrowed",
        "get_pet_by_id: param-narrowed",
        "get_pets: param-became-nullable",
        "get_pets: param-narrowed",
        "get_pets: result-narrowed",
    ];
    assert_eq!(risky("petstore.json", &petstore), expected);
    let names = contracts!(names: PropertyClient, OtherClient, OrdersClient, A1Client, A1ApiClient, NamesClient, ListClient);
    assert_eq!(risky("names.yaml", &names), ["str: param-became-nullable"]);
}

/// The document only names `debug.dump`, so no method is made of it. `search` has no types here, so its contract can't describe it. A
/// contract also describes how its subscriptions end. The names of a map may be any strings.
#[test]
fn the_shop_comes_back_without_what_has_no_types() {
    let shop = contracts!(shop: OrdersClient, OrdersLenientClient, PricesClient, ShopClient, StockClient, DeliveryClient);
    let expected = [
        "chain_unsubscribeHeads: method-added",
        "debug.dump: method-removed-without-deprecation",
        "delivery.quote: param-widened",
        "orders.list: param-became-nullable",
        "orders.place: param-became-nullable",
        "orders.place: param-widened",
        "prices.journal: param-became-nullable",
        "search: method-no-longer-described",
        "stock.levels: result-widened",
    ];
    assert_eq!(changes("shop.yaml", &shop, Verdict::Risky), expected);
}
