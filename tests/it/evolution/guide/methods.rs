//! Changes of methods.

use rpc_core::{Client, Dispatcher, rpc};

use super::{check_both, client_of, outcome, row};

row! {
    added: "method added",
    old {} trait {
        async fn f(&self, a: u32) -> u32 { a }
    } calls f(1) gets Ok(1),
    new {} trait {
        async fn f(&self, a: u32) -> u32 { a }
        async fn g(&self, a: u32) -> u32 { a }
    } calls g(1) gets Ok(1)
}

row! {
    removed: "method removed",
    old {} trait {
        async fn f(&self, a: u32) -> u32 { a }
        async fn g(&self, a: u32) -> u32 { a }
    } calls g(1) gets Ok(1),
    new {} trait {
        async fn f(&self, a: u32) -> u32 { a }
    } calls f(1) gets Ok(1)
}

row! {
    renamed: "method renamed, without an alias",
    old {} trait {
        async fn f(&self, a: u32) -> u32 { a }
    } calls f(1) gets Ok(1),
    new {} trait {
        async fn g(&self, a: u32) -> u32 { a }
    } calls g(1) gets Ok(1)
}

row! {
    renamed_with_alias: "method renamed, with its old name as an alias",
    old {} trait {
        async fn f(&self, a: u32) -> u32 { a }
    } calls f(1) gets Ok(1),
    new {} trait {
        #[rpc(alias = "f")]
        async fn g(&self, a: u32) -> u32 { a }
    } calls g(1) gets Ok(1)
}

row! {
    made_a_notification: "method turned into a notification",
    old {} trait {
        async fn f(&self, a: u32) { assert_eq!(a, 1); }
    } calls f(1) gets Ok(()),
    new {} trait {
        #[rpc(notification)]
        async fn f(&self, a: u32) { assert_eq!(a, 1); }
    } calls f(1) gets Ok(())
}

#[rpc]
trait InOrder {
    async fn f(&self, a: u32) -> u32 {
        a
    }
}

#[rpc(params = "named")]
#[allow(dead_code, reason = "only its client is used")]
trait ByName {
    async fn f(&self, a: u32) -> u32;
}

struct Server;

impl InOrder for Server {}

async fn outcomes(client: Client) -> [&'static str; 2] {
    let in_order = InOrderClient::new(client.clone()).f(1).await;
    let by_name = ByNameClient::new(client).f(1).await;
    [outcome(in_order, Ok(1)), outcome(by_name, Ok(1))]
}

#[tokio::test]
async fn a_contract_gets_a_prefix() {
    let old = || client_of(Dispatcher::new().service(InOrderServer::new(Server)));
    let new = || {
        let both = Dispatcher::new()
            .service(InOrderServer::new(Server))
            .nest("v2.", InOrderServer::new(Server));
        client_of(both)
    };
    let row = "contract served under a prefix in addition, with `nest`";
    let old_client = outcomes(new()).await;
    let new_client = outcomes(old().nested("v2.")).await;
    check_both(row, old_client, new_client);
    assert_eq!(outcomes(new().nested("v2.")).await, ["works"; 2]);
}
