//! `rpc methods` and `rpc help` with servers that describe their methods in other ways than ours.

use super::server::Script;
use super::*;

const OPEN_RPC: &str = r##"{
    "openrpc": "1.2.6",
    "methods": [
        {
            "name": "place",
            "summary": "Places an order.",
            "params": [
                { "name": "item", "required": true, "schema": { "type": "string" } },
                { "name": "buyer", "schema": { "$ref": "#/components/schemas/Buyer" } }
            ],
            "result": { "name": "number", "schema": { "type": "integer" } },
            "errors": [{ "code": 1001, "message": "sold out" }]
        },
        { "name": "list" }
    ]
}"##;

pub async fn that_says(says: &'static [(&'static str, &'static str)]) -> Server {
    Server::of(Script {
        says,
        ..Script::default()
    })
    .await
}

#[tokio::test]
async fn methods_are_listed_in_the_servers_own_way() {
    for says in [
        &[("rpc.methods", r#"["list","place"]"#)] as &[(&str, &str)],
        &[("system.listMethods", r#"["place","list","place"]"#)],
        &[("rpc.discover", OPEN_RPC)],
        &[(
            "system.describe",
            r#"{"procs":[{"name":"place"},{"name":"list"}]}"#,
        )],
        &[("rpc_methods", r#"{"methods":["list","place"],"version":1}"#)],
        // It answers anything.
        &[
            ("rpc.methods", "null"),
            ("system.listMethods", r#"["list","place"]"#),
        ],
    ] {
        let server = that_says(says).await;
        let ran = run(rpc(&["methods", &server.url])).await;
        assert_eq!(ran.printed(), "list\nplace", "{says:?}");
    }
    let server = that_says(&[("rpc.methods", "7")]).await;
    let ran = run(rpc(&["methods", &server.url])).await;
    let expected = "error: the answer to rpc.methods is not a list of methods";
    assert_eq!(ran.failed(5), expected);
}

#[tokio::test]
async fn a_method_is_described_in_the_servers_own_way() {
    for (says, help) in [
        (
            &[
                (
                    "system.methodSignature",
                    r#"[["int","string"],["int","string","int"]]"#,
                ),
                ("system.methodHelp", r#""Places an order. ""#),
            ] as &[(&str, &str)],
            "place(string) -> int\nplace(string, int) -> int\n\nPlaces an order.",
        ),
        (
            &[("system.methodHelp", r#""Places an order.""#)],
            "place\n\nPlaces an order.",
        ),
        (
            &[("rpc.discover", OPEN_RPC)],
            "place(item: string, buyer?: Buyer) -> integer\n\nPlaces an order.\n\nerror 1001 sold out",
        ),
        (
            &[("help", r#""place item\n\nPlaces it.\n""#)],
            "place item\n\nPlaces it.",
        ),
    ] {
        let server = that_says(says).await;
        let ran = run(rpc(&["help", &server.url, "place"])).await;
        assert_eq!(ran.printed(), help, "{says:?}");
    }
}

#[tokio::test]
async fn an_unknown_method_gets_a_suggestion_from_the_servers_own_list() {
    let server = that_says(&[("system.listMethods", r#"["orders.place"]"#)]).await;
    let ran = call(&server, &["orders.plaec"]).await;
    assert!(
        ran.failed(1).ends_with("hint: did you mean orders.place?"),
        "{ran:?}"
    );
}

/// It has no JSON for a method that it does not know.
#[tokio::test]
async fn a_server_that_answers_with_a_status_is_asked_in_other_ways() {
    for status in [400, 404, 500, 501] {
        let server = Server::of(Script {
            says: &[("rpc_methods", r#"{"methods":["a"]}"#)],
            unknown_status: status,
            ..Script::default()
        })
        .await;
        let ran = run(rpc(&["methods", &server.url])).await;
        assert_eq!(ran.printed(), "a", "{status}");
    }
}

/// A server that does not answer, or is busy, is not asked again in another way.
#[tokio::test]
async fn a_server_that_fails_is_asked_once() {
    let server = Server::that_replies(503, "busy").await;
    let ran = run(rpc(&["methods", &server.url])).await;
    assert!(ran.failed(7).contains("503"), "{ran:?}");
    assert_eq!(server.messages().len(), 1);
}

#[tokio::test]
async fn the_document_of_a_server_is_printed() {
    let server = that_says(&[("rpc.discover", OPEN_RPC)]).await;
    let ran = run(rpc(&["openrpc", &server.url])).await;
    let printed: serde_json::Value = serde_json::from_str(ran.printed()).unwrap();
    let expected: serde_json::Value = serde_json::from_str(OPEN_RPC).unwrap();
    assert_eq!(printed, expected);

    let server = that_says(&[]).await;
    let ran = run(rpc(&["openrpc", &server.url])).await;
    let failed = ran.failed(1);
    assert!(failed.contains("this server has no document"), "{failed}");
}
