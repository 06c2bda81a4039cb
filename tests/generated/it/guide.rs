//! The program of docs/clients.md that calls somebody else's service, as the guide has it.

use std::error::Error;

use futures_util::FutureExt;
use rpc_core::{BoxTransport, CallError, ErrorObject};
use rpc_generated::ethereum::{
    Address, BlockNumberOrTag, BlockTag, EthClient, EthEstimateGasError, GenericTransaction,
};
use serde_json::json;

use crate::mock::Mock;

const GUIDE: &str = include_str!("../../../docs/clients.md");

async fn program(eth: EthClient<BoxTransport>) -> Result<(), Box<dyn Error>> {
    // The guide's lines begin here.
    println!("chain {}", eth.chain_id().await?.0);

    let transaction = GenericTransaction {
        from: Some(Address::from("0xfe3b557e8fb62b89f4916b721be55ceb828dbd73")),
        ..GenericTransaction::default()
    };
    let latest = BlockNumberOrTag::BlockTag(BlockTag::Latest);
    match eth.estimate_gas(&transaction, Some(&latest)).await {
        Ok(gas) => println!("gas {}", gas.0),
        Err(CallError::Method(EthEstimateGasError::ExecutionReverted(data))) => {
            println!("reverted: {}", data.0);
        }
        Err(other) => return Err(other.into()),
    }
    Ok(())
    // They end here.
}

#[test]
fn the_guide_has_this_program() {
    let source = include_str!("guide.rs");
    let (_, lines) = source
        .split_once("    // The guide's lines begin here.\n")
        .unwrap();
    let (lines, _) = lines.split_once("    // They end here.\n").unwrap();
    assert!(GUIDE.contains(lines), "the guide has another program");
}

#[test]
fn the_program_runs() {
    let run = |mock: Mock| {
        program(EthClient::new(mock.client()))
            .now_or_never()
            .unwrap()
    };
    let works = Mock::new([
        ("eth_chainId", json!("0x1")),
        ("eth_estimateGas", json!("0x5208")),
    ]);
    run(works).unwrap();
    let failed = run(Mock::failing("eth_chainId", ErrorObject::new(7, "no"))).unwrap_err();
    assert!(failed.to_string().contains("no"), "{failed}");
}
