//! `#[rpc(explicit_null)]` and `Client::explicit_nulls` send `None` as `null`.

use rpc_core::rpc;
use serde::{Deserialize, Serialize};

use super::sent;

#[derive(Serialize, Deserialize)]
struct Search {
    text: Option<String>,
}

#[rpc]
#[allow(dead_code)]
trait InOrder {
    async fn plain(&self, a: Option<u32>, b: Option<u32>);
    async fn marked(&self, #[rpc(explicit_null)] a: Option<u32>, b: Option<u32>);
    async fn last(&self, a: Option<u32>, #[rpc(explicit_null)] b: Option<&str>);
    async fn search(&self, #[rpc(flatten)] search: Search);
    async fn marked_search(&self, #[rpc(flatten, explicit_null)] search: &Search);
}

#[rpc(params = "named")]
#[allow(dead_code)]
trait ByName {
    async fn plain(&self, a: Option<u32>, b: Option<u32>);
    async fn marked(&self, #[rpc(explicit_null)] a: Option<u32>, b: Option<u32>);
}

#[tokio::test]
async fn a_marked_parameter_is_always_sent() {
    let params = sent(|client| InOrderClient::new(client).marked(None, None)).await;
    assert_eq!(params.as_deref(), Some("[null]"));
    let params = sent(|client| InOrderClient::new(client).last(None, None)).await;
    assert_eq!(params.as_deref(), Some("[null,null]"));
    let params = sent(|client| ByNameClient::new(client).marked(None, None)).await;
    assert_eq!(params.as_deref(), Some(r#"{"a":null}"#));
    let search = Search { text: None };
    let params = sent(|client| InOrderClient::new(client).marked_search(&search)).await;
    assert_eq!(params.as_deref(), Some(r#"{"text":null}"#));
}

#[tokio::test]
async fn a_client_can_send_all_nulls() {
    let params = sent(|client| InOrderClient::new(client.explicit_nulls()).plain(None, None)).await;
    assert_eq!(params.as_deref(), Some("[null,null]"));
    let params = sent(|client| ByNameClient::new(client.explicit_nulls()).plain(None, None)).await;
    assert_eq!(params.as_deref(), Some(r#"{"a":null,"b":null}"#));
    let search = || Search { text: None };
    let params = sent(|client| InOrderClient::new(client.explicit_nulls()).search(search())).await;
    assert_eq!(params.as_deref(), Some(r#"{"text":null}"#));
}

#[tokio::test]
async fn the_setting_stays_when_the_client_changes() {
    let params = sent(|client| {
        let client = client.explicit_nulls().nested("v2.").boxed();
        InOrderClient::new(client).plain(None, None)
    });
    assert_eq!(params.await.as_deref(), Some("[null,null]"));
    let params = sent(|client| {
        let client = client.explicit_nulls().version_1();
        InOrderClient::new(client).plain(None, None)
    });
    assert_eq!(params.await.as_deref(), Some("[null,null]"));
}

#[test]
fn the_contract_says_which_parameters_are_marked() {
    let contract = InOrderClient::<rpc_core::BoxTransport>::CONTRACT;
    let marked = |method: &str| -> Vec<bool> {
        let params = contract.method(method).unwrap().params.iter();
        params.map(|param| param.explicit_null).collect()
    };
    assert_eq!(marked("plain"), [false, false]);
    assert_eq!(marked("last"), [false, true]);
}
