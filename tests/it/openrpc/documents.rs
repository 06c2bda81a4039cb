//! What a document says.

use rpc_core::openrpc::{DocumentError, OpenRpc};
use rpc_core::{BoxTransport, Dispatcher, function, rpc};
use serde_json::{Value, json};

use super::contract::AllClient;
use super::{check, described, document, method};

fn all() -> Value {
    described(AllClient::<BoxTransport>::CONTRACT)
}

#[tokio::test]
async fn the_document_of_a_demanding_contract_is_valid() {
    let checked = check(&all(), &[]).await;
    assert!(checked.is_ok(), "{checked:?}");
}

#[tokio::test]
async fn the_check_finds_what_is_not_valid() {
    let mut document = all();
    document["methods"][0]["params"][0]["docs"] = json!("not a member");
    let mistakes = check(&document, &[]).await.unwrap_err();
    assert!(mistakes.contains("/methods/0/params/0"), "{mistakes}");
}

#[test]
fn the_same_contract_gives_the_same_bytes() {
    let contract = AllClient::<BoxTransport>::CONTRACT;
    let (first, second) = (document(contract), document(contract));
    assert_eq!(first.json().get(), second.json().get());
    assert_eq!(first.to_string(), second.to_string());
    let start = r#"{"openrpc":"1.4.1","info":{"title":"All","version":""#;
    assert!(first.json().get().starts_with(start), "{first}");
}

#[test]
fn the_head_comes_from_the_contract_or_from_settings() {
    let contract = AllClient::<BoxTransport>::CONTRACT;
    let info = &all()["info"];
    let version = env!("CARGO_PKG_VERSION");
    let docs = "Every form of everything.\n\nThe second paragraph.";
    assert_eq!(
        *info,
        json!({ "title": "All", "version": version, "description": docs })
    );

    let settings = OpenRpc::new()
        .title("Everything")
        .version("3.1")
        .description("Of all sorts.")
        .server("production", "https://example.com/rpc");
    let document = super::parsed(
        &settings
            .of_contracts(std::slice::from_ref(contract))
            .unwrap(),
    );
    let info = json!({ "title": "Everything", "version": "3.1", "description": "Of all sorts." });
    assert_eq!(document["info"], info);
    let server = json!({ "name": "production", "url": "https://example.com/rpc" });
    assert_eq!(document["servers"], json!([server]));

    let relative = OpenRpc::new().server("here", "/rpc").of_contracts(&[]);
    let error = relative.unwrap_err().to_string();
    assert_eq!(
        error,
        "the URL of a server must be absolute, but one is `/rpc`"
    );
}

#[test]
fn docs_and_defaults_of_params_come_along() {
    let document = all();
    let defaults = method(&document, "all.defaults");
    assert_eq!(defaults["tags"], json!([{ "name": "slow" }]));
    assert_eq!(defaults["x-since"], "1.2");
    let params = defaults["params"].as_array().unwrap();
    assert_eq!(params[0]["description"], "How many.");
    assert!(params.iter().all(|param| param["required"] == false));
    let values: Vec<&Value> = params
        .iter()
        .map(|param| &param["schema"]["default"])
        .collect();
    assert_eq!(
        values,
        [
            &json!(20),
            &json!("north"),
            &json!([]),
            &json!({ "x": 0.5, "y": -1.0 }),
            &Value::Null
        ]
    );
    assert_eq!(
        params[3]["schema"]["allOf"],
        json!([{ "$ref": "#/components/schemas/Point" }])
    );
    assert_eq!(params[4]["x-secret"], true);
    assert!(
        !document.to_string().contains("sesame"),
        "a secret default is not shown"
    );
}

#[test]
fn methods_say_what_they_promise() {
    let document = all();
    let external = method(&document, "all.external");
    assert_eq!(external["summary"], "Echoes.");
    assert_eq!(external["description"], "Echoes.\n\nWhatever it gets.");
    assert_eq!(external["paramStructure"], "either");

    let search = method(&document, "all.search");
    assert_eq!(search["x-aliases"], json!(["all.find"]));
    assert_eq!(
        (&search["x-read-only"], &search["x-idempotent"]),
        (&json!(true), &json!(true))
    );
    let fail = method(&document, "all.fail");
    assert_eq!(
        (&fail["x-read-only"], &fail["x-idempotent"]),
        (&Value::Null, &json!(true))
    );
    let old = method(&document, "all.old");
    assert_eq!(old["deprecated"], true);
    assert_eq!(old["x-deprecated-note"], "use `all.fail`");
    assert_eq!(
        method(&document, "all.note").get("result"),
        None,
        "a notification"
    );
}

#[test]
fn fields_of_a_flattened_struct_are_the_params() {
    let document = all();
    let search = method(&document, "all.search");
    assert_eq!(search["paramStructure"], "by-name");
    let params: Vec<(&str, bool)> = search["params"]
        .as_array()
        .unwrap()
        .iter()
        .map(|param| (param["name"].as_str().unwrap(), param["required"] == true))
        .collect();
    assert_eq!(
        params,
        [("text", true), ("deep", false), ("max_results", false)]
    );
    assert_eq!(search["params"][0]["description"], "What to look for.");
}

#[test]
fn params_out_of_order_are_sent_by_name() {
    let document = all();
    let method = method(&document, "all.out_of_order");
    assert_eq!(method["paramStructure"], "by-name");
    let names = [&method["params"][0]["name"], &method["params"][1]["name"]];
    assert_eq!(names, ["second", "first"], "optional params come last");
}

#[test]
fn errors_have_the_schemas_of_their_data() {
    let document = all();
    let fail = method(&document, "all.fail");
    let codes: Vec<(i64, &str)> = fail["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| {
            (
                error["code"].as_i64().unwrap(),
                error["message"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        (1001, "SoldOut"),
        (1002, "Refused"),
        (1003, "Limit"),
        (1004, "Closed"),
    ];
    assert_eq!(codes, expected);
    assert_eq!(
        fail["errors"][0]["data"]["required"],
        json!(["left", "near"])
    );
    assert_eq!(fail["errors"][0]["data"]["description"], "There are fewer.");
    let refused = &fail["errors"][1]["data"];
    assert_eq!(*refused, json!({ "$ref": "#/components/schemas/Internal" }));
    assert_eq!(fail["errors"][2]["data"]["minItems"], 2);
    assert_eq!(fail["errors"][3].get("data"), None);
    assert_eq!(fail["x-error-kinds"], json!({ "1001": "conflict" }));
    assert_eq!(fail["x-error-docs"], json!({ "1001": "There are fewer." }));
}

#[test]
fn streams_say_how_they_are_sent() {
    let document = all();
    let stream = |name| &method(&document, name)["x-stream"];
    let point = json!({ "$ref": "#/components/schemas/Point" });
    let nothing = json!({ "type": "null" });
    let progress = json!({ "item": point, "end": nothing, "notification": "$/progress" });
    assert_eq!(*stream("all.watch"), progress);
    let log =
        json!({ "item": point, "end": nothing, "notification": "$/progress", "cursor": "after" });
    assert_eq!(*stream("all.log"), log);
    assert_eq!(stream("all.parts")["token"], "partial");
    assert_eq!(stream("all.parts")["end"]["type"], "array");
    let heads =
        json!({ "item": point, "notification": "all.head", "unsubscribe": "all.unsubscribe" });
    assert_eq!(*stream("all.heads"), heads);
    assert_eq!(
        method(&document, "all.unsubscribe")["result"]["schema"]["type"],
        "boolean"
    );
    assert_eq!(method(&document, "all.watch")["result"]["schema"], nothing);
}

#[rpc(schema, lenient, namespace = "rest")]
trait Variadic {
    async fn any(&self, #[rpc(flatten)] all: Vec<u32>);
    async fn one(&self, value: u32);
}

#[test]
fn what_openrpc_has_no_form_for_is_listed() {
    let contract = VariadicClient::<BoxTransport>::CONTRACT.clone();
    let listed = OpenRpc::new()
        .of_contracts(std::slice::from_ref(&contract))
        .unwrap();
    assert_eq!(listed.undescribed()[0].method, "rest.any");
    let value = super::parsed(&listed);
    assert_eq!(value["x-undescribed"][0]["method"], "rest.any");
    assert_eq!(value["methods"].as_array().unwrap().len(), 1);
    assert_eq!(method(&value, "rest.one")["x-lenient"], true);

    let error = OpenRpc::new()
        .complete()
        .of_contracts(&[contract])
        .unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("the document would be incomplete: method `rest.any`: its `flatten`"),
        "{text}"
    );
}

#[rpc(schema)]
trait Endless {
    async fn wait(&self, #[rpc(default = f64::INFINITY)] seconds: f64);
}

#[test]
fn a_default_that_json_lacks_is_an_error_with_its_place() {
    let contract = EndlessClient::<BoxTransport>::CONTRACT.clone();
    let error = OpenRpc::new().of_contracts(&[contract]).unwrap_err();
    let text = error.to_string();
    let place = "method `wait`: parameter `seconds`: its default can't be written as JSON: ";
    assert!(text.starts_with(place), "{text}");
    assert!(matches!(error, DocumentError::Method { method, .. } if method == "wait"));
}

#[test]
fn three_hundred_methods_are_described() {
    let dispatcher = Dispatcher::new();
    for number in 0..300 {
        let echo = |point: super::contract::Point, page: super::contract::Search| async move {
            let _ = page;
            point
        };
        let echo = function(echo).params(&["point", "search"]).schema();
        dispatcher.insert(format!("m{number}"), echo).unwrap();
    }
    let document = OpenRpc::new().complete().of(&dispatcher).unwrap();
    let document = super::parsed(&document);
    assert_eq!(document["methods"].as_array().unwrap().len(), 300);
}
