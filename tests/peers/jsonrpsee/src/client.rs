//! jsonrpsee's client, which subscribes to our server in both forms.

use jsonrpsee_core::client::{
    ClientT, Error, Subscription, SubscriptionClientT, SubscriptionCloseReason,
};
use jsonrpsee_core::params::ArrayParams;
use jsonrpsee_core::rpc_params;
use jsonrpsee_ws_client::{WsClient, WsClientBuilder};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{LIMIT, Result};

pub async fn run(url: &str) -> Result {
    let client = WsClientBuilder::default().build(url).await?;
    report("a call", call(&client).await)?;
    report("a subscription", subscription(&client).await)?;
    report("two subscriptions", two(&client).await)?;
    report("one that is refused", refused(&client).await)?;
    report("one that fails", failing(&client).await)?;
    report("one that is dropped", dropped(&client).await)?;
    report("Ethereum's form", ethereum(&client).await)
}

fn report(name: &str, outcome: Result) -> Result {
    match outcome {
        Ok(()) => {
            println!("ok      {name}");
            Ok(())
        }
        Err(error) => Err(format!("{name}: {error}").into()),
    }
}

async fn call(client: &WsClient) -> Result {
    let version: String = client.request("chain_version", rpc_params![]).await?;
    equal(version, "1".to_owned())
}

async fn heads(client: &WsClient, count: u64) -> Result<Subscription<Value>> {
    let params = rpc_params![count];
    Ok(client
        .subscribe("chain_subscribeHeads", params, "chain_unsubscribeHeads")
        .await?)
}

async fn subscription(client: &WsClient) -> Result {
    let mut heads = heads(client, 3).await?;
    for number in ["0x1", "0x2", "0x3"] {
        equal(next(&mut heads).await?, json!({ "number": number }))?;
    }
    timeout(LIMIT, heads.unsubscribe()).await??;
    Ok(())
}

async fn two(client: &WsClient) -> Result {
    let (mut first, mut second) = (heads(client, 500).await?, heads(client, 500).await?);
    for number in 1..=500 {
        let expected = json!({ "number": format!("{number:#x}") });
        equal(next(&mut second).await?, expected.clone())?;
        equal(next(&mut first).await?, expected)?;
    }
    first.unsubscribe().await?;
    second.unsubscribe().await?;
    Ok(())
}

async fn refused(client: &WsClient) -> Result {
    let refused = fragile(client, rpc_params![0]).await;
    match refused.map(drop) {
        Err(Error::Call(error)) => equal(error.code(), 1001),
        other => Err(format!("{other:?}").into()),
    }
}

async fn failing(client: &WsClient) -> Result {
    let mut fragile = fragile(client, rpc_params![5]).await?;
    equal(next(&mut fragile).await?, json!(1))?;
    equal(next(&mut fragile).await?, json!(2))?;
    // It keeps why, but hands that to nobody.
    match timeout(LIMIT, fragile.next()).await? {
        None => {}
        other => return Err(format!("{other:?} after the failure").into()),
    }
    match fragile.close_reason() {
        Some(SubscriptionCloseReason::ConnectionClosed) => Ok(()),
        other => Err(format!("closed because of {other:?}").into()),
    }
}

async fn fragile(
    client: &WsClient,
    params: ArrayParams,
) -> std::result::Result<Subscription<Value>, Error> {
    let (subscribe, unsubscribe) = ("chain_subscribeFragile", "chain_unsubscribeFragile");
    client.subscribe(subscribe, params, unsubscribe).await
}

async fn dropped(client: &WsClient) -> Result {
    for _ in 0..100 {
        let mut heads = heads(client, 1).await?;
        next(&mut heads).await?;
    }
    call(client).await
}

async fn ethereum(client: &WsClient) -> Result {
    let params = rpc_params!["newHeads"];
    let mut heads: Subscription<Value> = client
        .subscribe("eth_subscribe", params, "eth_unsubscribe")
        .await?;
    equal(next(&mut heads).await?, json!({ "number": "0x1" }))?;
    heads.unsubscribe().await?;
    Ok(())
}

async fn next(subscription: &mut Subscription<Value>) -> Result<Value> {
    match timeout(LIMIT, subscription.next()).await? {
        Some(item) => Ok(item?),
        None => Err("the subscription has ended".into()),
    }
}

fn equal<T: PartialEq + std::fmt::Debug>(found: T, expected: T) -> Result {
    match found == expected {
        true => Ok(()),
        false => Err(format!("{found:?} instead of {expected:?}").into()),
    }
}
