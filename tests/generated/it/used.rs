//! Generated clients against servers that answer with what the documents show: they send what they should, read each answer, and
//! lose nothing of it.

use std::path::Path;

use futures_util::FutureExt;
use rpc_core::{CallError, ErrorObject};
use rpc_generated::{ethereum, forest, near, shop};
use serde_json::{Value, json};

use crate::mock::Mock;

/// Awaits a call of a server in the same process, which answers at once.
macro_rules! now {
    ($call:expr) => {
        async { $call.await }.now_or_never().unwrap().unwrap()
    };
}

/// The result of the first example of a method.
fn example(document: &str, method: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rpc-codegen/tests/documents");
    let text = std::fs::read_to_string(folder.join(document)).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let mut methods = document["methods"].as_array().unwrap().iter();
    let method = methods.find(|it| it["name"] == method).unwrap();
    method["examples"][0]["result"]["value"].clone()
}

const HASH: &str = "0xdd8cf045113754c306ba9ac8ac8786235e33bc5c087678084ef260a2a583f127";

#[test]
fn ethereum_answers_its_examples() {
    use ethereum::*;
    let names = [
        "debug_traceTransaction",
        "engine_forkchoiceUpdatedV2",
        "eth_chainId",
        "eth_estimateGas",
        "eth_feeHistory",
        "eth_getLogs",
        "eth_syncing",
    ];
    let mut answers = names.map(|name| (name, example("ethereum.json", name)));
    // The example writes the name of this member in another way than the schema, and a null that the schema forbids.
    let fees = answers[4].1.as_object_mut().unwrap();
    let oldest = fees.remove("oldestblock").unwrap();
    fees.insert("oldestBlock".to_owned(), oldest);
    let status = &mut answers[1].1["payloadStatus"];
    status.as_object_mut().unwrap().remove("validationError");
    let mock = Mock::new(answers);
    let eth = EthClient::new(mock.client());

    let id = now!(eth.chain_id());
    assert_eq!(id, Uint::from("0x1"));
    mock.check("eth_chainId", &Value::Null, id);

    let transaction = GenericTransaction {
        to: Some(Some(Address::from(
            "0x44aa93095d6749a706051658b970b941c72c1d53",
        ))),
        value: Some(Uint::from("0x1")),
        ..GenericTransaction::default()
    };
    let gas = now!(eth.estimate_gas(
        &transaction,
        Some(&BlockNumberOrTag::BlockTag(BlockTag::Latest))
    ));
    let params =
        json!([{"to": "0x44aa93095d6749a706051658b970b941c72c1d53", "value": "0x1"}, "latest"]);
    mock.check("eth_estimateGas", &params, gas);

    let newest = BlockNumberOrTag::Uint(Uint::from("0x5"));
    let fees = now!(eth.fee_history(&Uint::from("0x5"), &newest, &[20.0, 30.0]));
    assert_eq!(fees.oldest_block, Uint::from("0x10b52f"));
    let parts = json!(["0x5", "0x5", [20.0, 30.0]]);
    // The ratios of the example are whole numbers in part.
    let mut written = serde_json::to_value(&fees).unwrap();
    written["blobGasUsedRatio"] = json!([0, 0.6666666666666666, 0, 1, 0]);
    mock.check("eth_feeHistory", &parts, written);

    let filter = Filter::FilterByBlockHash {
        address: None,
        block_hash: Hash32::from(HASH),
        topics: None,
    };
    let logs = now!(eth.get_logs(&filter));
    let FilterResults::NewLogs(found) = &logs else {
        panic!("{logs:?}");
    };
    assert_eq!(found[1].block_number, Some(Uint::from("0x238")));
    mock.check("eth_getLogs", &json!([{"blockHash": HASH}]), logs);

    let status = now!(eth.syncing());
    mock.check("eth_syncing", &Value::Null, status);

    let engine = EngineClient::new(mock.client());
    let hash = Hash32::from(HASH);
    let state = ForkchoiceStateV1 {
        finalized_block_hash: hash.clone(),
        head_block_hash: hash.clone(),
        safe_block_hash: hash.clone(),
    };
    let updated = now!(engine.forkchoice_updated_v2(&state, None));
    let params =
        json!([{"finalizedBlockHash": HASH, "headBlockHash": HASH, "safeBlockHash": HASH}]);
    mock.check("engine_forkchoiceUpdatedV2", &params, updated);

    let debug = DebugApiClient::new(mock.client());
    let trace = now!(debug.trace_transaction(&hash, None));
    mock.check("debug_traceTransaction", &json!([HASH]), trace);
}

#[test]
fn declared_errors_are_variants() {
    use ethereum::*;
    let error = ErrorObject::new(3, "execution reverted").with_data("0x08c379a0");
    let mock = Mock::failing("eth_estimateGas", error);
    let call = EthClient::new(mock.client());
    let transaction = GenericTransaction::default();
    let failed = async { call.estimate_gas(&transaction, None).await };
    let failed = failed.now_or_never().unwrap().unwrap_err();
    let CallError::Method(EthEstimateGasError::ExecutionReverted(data)) = failed else {
        panic!("{failed:?}");
    };
    assert_eq!(data, Bytes::from("0x08c379a0"));
}

#[test]
fn near_takes_params_by_name() {
    use near::*;
    let account = json!({
        "amount": "399992611103597728750000000", "locked": "0", "code_hash": "11111111111111111111111111111111",
        "storage_usage": 18446744073709551615u64, "storage_paid_at": 0, "block_height": 17795474,
        "block_hash": "9MjpcnwW3TSdzGweNfPbkx8M74q1XzUcT1PAN8G5bNDz",
    });
    let called = json!({
        "block_hash": "9MjpcnwW3TSdzGweNfPbkx8M74q1XzUcT1PAN8G5bNDz", "block_height": 17795474,
        "logs": ["hello"], "result": [34, 104, 105, 34],
    });
    let mock = Mock::new([
        ("gas_price", json!({"gas_price": "100000000"})),
        ("health", Value::Null),
        (
            "EXPERIMENTAL_maintenance_windows",
            json!([{"start": 1, "end": 2}]),
        ),
        ("EXPERIMENTAL_view_account", account),
        ("EXPERIMENTAL_call_function", called),
    ]);
    let near = NearProtocolJsonRpcApiClient::new(mock.client());

    let params = GasPriceParams {
        block_id: Some(BlockId::BlockHeight(7)),
    };
    let price = now!(near.gas_price(&params));
    mock.check("gas_price", &json!({"block_id": 7}), price);
    mock.check("health", &Value::Null, now!(near.health()));

    let account_id = AccountId::from("alice.near");
    let params = ExperimentalMaintenanceWindowsParams {
        account_id: account_id.clone(),
    };
    let windows = now!(near.experimental_maintenance_windows(&params));
    mock.check(
        "EXPERIMENTAL_maintenance_windows",
        &json!({"account_id": "alice.near"}),
        windows,
    );

    let params = ExperimentalViewAccountParams {
        account_id: Some(account_id.clone()),
        finality: Some(Finality::NearFinal),
        ..ExperimentalViewAccountParams::default()
    };
    let account = now!(near.experimental_view_account(&params));
    assert_eq!(account.storage_usage, u64::MAX);
    let sent = json!({"account_id": "alice.near", "finality": "near-final"});
    mock.check("EXPERIMENTAL_view_account", &sent, account);

    let params = ExperimentalCallFunctionParams {
        method_name: Some("greet".to_owned()),
        sync_checkpoint: Some(SyncCheckpoint::EarliestAvailable),
        ..ExperimentalCallFunctionParams::default()
    };
    let called = now!(near.experimental_call_function(&params));
    let sent = json!({"method_name": "greet", "sync_checkpoint": "earliest_available"});
    mock.check("EXPERIMENTAL_call_function", &sent, called);
}

#[test]
fn forest_has_unions_of_every_form() {
    use forest::*;
    let cid = json!({"/": "bafy2bzaceb"});
    let header = json!({
        "BLSAggregate": null, "BeaconEntries": [{"Data": null, "Round": 1}], "ForkSignaling": 0, "Height": -1,
        "Messages": cid, "Miner": "f01000", "ParentBaseFee": "100", "ParentMessageReceipts": cid,
        "ParentStateRoot": cid, "ParentWeight": "0", "Parents": [cid], "Timestamp": 1598306400, "WinPoStProof": null,
        "Ticket": {"VRFProof": "Ynl0ZXM="},
    });
    let tipset = json!({"Blocks": [header], "Cids": [cid], "Height": 7});
    let delta = json!({
        "balance": {"*": {"from": "0x1", "to": "0x2"}}, "code": "=", "nonce": {"+": "0x1"},
        "storage": {"0x0": {"-": "0x3"}},
    });
    let call = json!({
        "action": {"callType": "call", "from": "0x1", "gas": "0x2", "input": "0x", "to": "0x3", "value": "0x0"},
        "result": {"gasUsed": "0x5", "output": "0x"}, "subtraces": 0, "traceAddress": [0, 1], "type": "call",
    });
    let create = json!({
        "action": {"from": "0x1", "gas": "0x2", "init": "0x60", "value": "0x0"},
        "result": {"address": "0x9", "code": "0x60", "gasUsed": "0x5"}, "subtraces": 0, "traceAddress": [], "type": "create",
    });
    let results = json!({"output": "0x", "stateDiff": {"0x1": delta}, "trace": [call, create]});
    let status = json!({
        "currentEpoch": 2, "kind": "Snapshot", "progress": 0.5, "startEpoch": 1,
        "startTime": "2026-11-27T12:00:00Z", "state": "Running",
    });
    let info = json!({
        "actorCids": {"account": cid}, "actorVersion": "v17", "bundle": cid, "manifest": cid, "networkVersion": 27,
        "networkVersionRevision": 0,
    });
    let mock = Mock::new([
        (
            "Filecoin.ChainGetPath",
            json!([{"Type": "apply", "Val": tipset}, {"Type": "revert", "Val": tipset}]),
        ),
        ("Filecoin.ChainGetTipSet", tipset),
        ("trace_call", results.clone()),
        (
            "trace_replayBlockTransactions",
            json!([{"output": "0x", "transactionHash": HASH}]),
        ),
        ("Forest.ChainExportStatus", status),
        ("Forest.StateActorInfo", info),
    ]);
    let filecoin = FilecoinClient::new(mock.client());
    let cids = NonEmptyArrayOfCid(vec![Cid {
        slash: "bafy2bzaceb".to_owned(),
    }]);
    let path = now!(filecoin.chain_get_path(&cids, &cids));
    assert!(matches!(
        path.as_deref(),
        Some([PathChange::Apply(_), PathChange::Revert(_)])
    ));
    let sent = json!([[{"/": "bafy2bzaceb"}], [{"/": "bafy2bzaceb"}]]);
    mock.check("Filecoin.ChainGetPath", &sent, path);
    // A parameter that must be there is sent as null.
    let found = now!(filecoin.chain_get_tip_set(None));
    mock.check("Filecoin.ChainGetTipSet", &json!([null]), found);

    let traces = ForestApiClient::new(mock.client());
    let message = EthCallMessage {
        to: Some(EthAddress::from("0x3")),
        ..EthCallMessage::default()
    };
    let types = NonEmptyArrayOfEthTraceType(vec![EthTraceType::Trace, EthTraceType::StateDiff]);
    let found = now!(traces.trace_call(&message, &types, None));
    let trace = found.trace.as_ref().unwrap();
    assert!(matches!(
        trace[1].action,
        TraceAction::EthCreateTraceAction(_)
    ));
    assert!(matches!(
        found.state_diff.as_ref().unwrap().0["0x1"].balance,
        Delta::Star(_)
    ));
    mock.check(
        "trace_call",
        &json!([{"to": "0x3"}, ["trace", "stateDiff"]]),
        found,
    );
    let block = BlockNumberOrHash::BlockNumber(BlockNumber {
        block_number: EthInt64::from("0x1"),
    });
    let replayed =
        now!(traces.trace_replay_block_transactions(&block, Some(vec!["trace".to_owned()])));
    mock.check(
        "trace_replayBlockTransactions",
        &json!([{"blockNumber": "0x1"}, ["trace"]]),
        replayed,
    );

    let forest = ForestClient::new(mock.client());
    mock.check(
        "Forest.ChainExportStatus",
        &Value::Null,
        now!(forest.chain_export_status()),
    );
    mock.check(
        "Forest.StateActorInfo",
        &Value::Null,
        now!(forest.state_actor_info()),
    );
}

#[test]
fn the_shop_has_the_rest() {
    use shop::*;
    let order = json!({
        "id": 1002, "total": "18.50", "status": "lost", "placed": "2026-11-27T12:00:00Z", "checksum": "AAEC", "weight": 0.25,
    });
    let tree = json!({"name": "all", "children": [{"name": "tea", "children": []}]});
    let mock = Mock::new([
        ("orders.place", order.clone()),
        ("orders.list", json!({"items": [order], "next": 7})),
        ("orders.find", Value::Null),
        ("categories", tree),
        ("stock.levels", json!({"17": -1, "9": 9007199254740993i64})),
        ("delivery.quote", json!(1250)),
        ("search", json!({"anything": [1, null]})),
        ("ping", Value::Null),
    ]);
    let orders = OrdersClient::new(mock.client());
    let placed = now!(orders.place("tea", 2, None, None));
    // A value of a newer server.
    assert_eq!(placed.status, OrderStatus::Unknown("lost".to_owned()));
    mock.check("orders.place", &json!(["tea", 2]), placed);
    let page = now!(orders.list(20, Some(&OrderStatus::Sent)));
    mock.check("orders.list", &json!([20, "sent"]), page);

    let lenient = OrdersLenientClient::new(mock.client());
    let params = OrdersFindParams {
        by: Query::Customer {
            name: "ann".to_owned(),
            year: 2026,
        },
        class: Some(OrdersFindParamsClass::Express),
    };
    let found = now!(lenient.find(&params));
    let sent = json!({"by": {"kind": "customer", "name": "ann", "year": 2026}, "class": "express"});
    mock.check("orders.find", &sent, found);

    let shop = ShopClient::new(mock.client());
    #[allow(deprecated)]
    let categories = now!(shop.categories());
    mock.check("categories", &Value::Null, categories);
    now!(shop.ping());
    mock.check("ping", &Value::Null, ());
    let untyped = now!(shop.search(vec![json!("tea")]));
    mock.check("search", &json!(["tea"]), untyped);

    let levels = now!(StockClient::new(mock.client()).levels());
    mock.check("stock.levels", &Value::Null, levels);
    let parcel = Parcel {
        size: ParcelSize::M,
        insured: None,
        labels: None,
        extra: Some(Value::Null),
    };
    let to = Place::Street("High Street".to_owned(), 7);
    let quote = now!(DeliveryClient::new(mock.client()).quote(&to, &[parcel]));
    assert_eq!(quote, Quote::Integer(1250));
    let sent = json!([{"Street": ["High Street", 7]}, [{"size": "m", "extra": null}]]);
    mock.check("delivery.quote", &sent, quote);
}
