//! What the server calls on its clients is described, too.

use rpc_core::openrpc::OpenRpc;
use rpc_core::{BoxTransport, Client, Contract, Peer, rpc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{check, described, parsed};

#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Question {
    pub text: String,
    pub hint: Option<String>,
}

/// Its methods call the client, which may call it back meanwhile.
#[rpc(namespace = "editor", schema)]
pub trait Editor {
    async fn open(&self, path: &str, #[rpc(peer)] ui: &UiClient<Peer>);
    async fn close(&self, path: &str, #[rpc(peer)] ui: &UiClient<Peer>);

    /// It calls methods by name.
    async fn any(&self, #[rpc(peer)] client: &Client<Peer>);
}

#[rpc(namespace = "ui", schema)]
pub trait Ui {
    async fn ask(&self, question: Question, #[rpc(peer)] editor: &EditorClient<Peer>) -> Question;

    #[rpc(notification)]
    async fn show(&self, text: &str);
}

/// It has no schemas.
#[rpc(namespace = "plain")]
pub trait Plain {
    async fn call(&self) -> u8;
}

#[rpc(namespace = "caller", schema)]
pub trait Caller {
    async fn call(&self, #[rpc(peer)] plain: &PlainClient<Peer>);
}

#[tokio::test]
async fn they_are_described_once_and_apart() {
    let document = described(EditorClient::<BoxTransport>::CONTRACT);
    let names = |list: &str| -> Vec<&str> {
        let methods = document[list].as_array().unwrap().iter();
        methods.map(|it| it["name"].as_str().unwrap()).collect()
    };
    assert_eq!(
        names("methods"),
        ["editor.open", "editor.close", "editor.any"]
    );
    assert_eq!(names("x-client-methods"), ["ui.ask", "ui.show"]);
    check(&document, &[]).await.unwrap();
}

/// The client reads what the server writes, and the reverse.
#[test]
fn their_schemas_are_those_of_the_other_direction() {
    let document = described(EditorClient::<BoxTransport>::CONTRACT);
    let ask = &document["x-client-methods"][0];
    let written = json!({ "$ref": "#/components/schemas/Question" });
    let read = json!({ "$ref": "#/components/schemas/QuestionInput" });
    assert_eq!(ask["params"][0]["schema"], written);
    assert_eq!(ask["result"]["schema"], read);
    let required = |name: &str| document["components"]["schemas"][name]["required"].clone();
    assert_eq!(required("Question"), json!(["text", "hint"]));
    assert_eq!(required("QuestionInput"), json!(["text"]));
}

#[test]
fn those_without_schemas_are_left_out() {
    let contract: &Contract = CallerClient::<BoxTransport>::CONTRACT;
    let document = OpenRpc::new().of_contracts(std::slice::from_ref(contract));
    let document = parsed(&document.unwrap());
    assert_eq!(document.get("x-client-methods"), None);
    let reason = "it has no schemas; write `#[rpc(schema)]` on the trait `Plain`";
    let left_out = json!([{ "method": "plain.call", "reason": reason }]);
    assert_eq!(document["x-undescribed"], left_out);
}

#[test]
fn a_contract_without_calls_of_the_client_has_no_such_member() {
    let document = described(UiClient::<BoxTransport>::CONTRACT);
    // Its client is the editor.
    assert_eq!(document["x-client-methods"][0]["name"], "editor.open");
    let document = described(super::contract::AllClient::<BoxTransport>::CONTRACT);
    assert_eq!(document.get("x-client-methods"), None);
}
