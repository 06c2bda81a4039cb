//! From a document to a contract and back: the contract describes itself as the document does.

use std::path::Path;

use rpc_codegen::diff::{self, Verdict};
use rpc_codegen::{Document, Model};
use rpc_core::openrpc::OpenRpc;
use rpc_core::{BoxTransport, Contract};
use rpc_generated::{ethereum, forest, links, lotus, near, petstore, shop};

fn original(name: &str) -> Document {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rpc-codegen/tests/documents");
    Document::open(&folder.join(name)).unwrap()
}

/// The document of contracts.
fn described(contracts: &[Contract]) -> Document {
    let document = OpenRpc::new().of_contracts(contracts).unwrap();
    Document::parse(&document.to_string()).unwrap()
}

macro_rules! contracts {
    ($module:ident: $($client:ident),+) => {
        [$($module::$client::<BoxTransport>::CONTRACT.clone()),+]
    };
}

fn show(name: &str, contracts: &[Contract]) {
    let (old, new) = (original(name), described(contracts));
    let (old, new) = (Model::read(&old).unwrap(), Model::read(&new).unwrap());
    for change in diff::diff(&old, &new) {
        if change.old_clients != Verdict::Fine || change.new_clients != Verdict::Fine {
            println!("{name}: {change:?}");
        }
    }
}

#[test]
fn foreign() {
    show("ethereum.json", &contracts!(ethereum: DebugApiClient, EngineClient, EthClient));
    show("near.json", &contracts!(near: NearProtocolJsonRpcApiClient));
    show("shop.yaml", &contracts!(shop: OrdersClient, OrdersLenientClient, PricesClient, ShopClient, StockClient, DeliveryClient));
}

/// The documents of our own contracts are those that the generator gets.
#[test]
fn own_documents_are_up_to_date() {
    use crate::contract::MirrorClient;
    use crate::openrpc::contract::AllClient;
    let all = AllClient::<BoxTransport>::CONTRACT.clone();
    let mirror = MirrorClient::<BoxTransport>::CONTRACT.clone();
    for (name, contract) in [("all.json", all), ("mirror.json", mirror)] {
        let document = OpenRpc::new().version("1.0.0").of_contracts(&[contract]).unwrap();
        let text = format!("{document}\n");
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rpc-codegen/tests/documents");
        let path = folder.join(name);
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{name}");
    }
}
