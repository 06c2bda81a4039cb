//! One struct as the whole params object.

use rpc_core::{CallError, Client, Dispatcher, Transport, memory, rpc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

#[derive(Debug, Default, Serialize, Deserialize)]
struct Search {
    text: String,
    #[serde(default)]
    limit: Option<u32>,
    #[serde(default)]
    raw: Option<Box<RawValue>>,
    #[serde(default)]
    nested: Nested,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Nested {
    a: u8,
}

#[derive(Debug, Serialize, Deserialize)]
struct Wrapped(Search);

#[derive(Debug, Serialize, Deserialize)]
struct Open {
    text: String,
    #[serde(flatten)]
    rest: serde_json::Map<String, Value>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Tagged {
    text: String,
    #[serde(flatten)]
    nested: Nested,
}

#[rpc]
trait Strict {
    async fn search(&self, #[rpc(flatten)] search: Search) -> Search;
    async fn borrowed(&self, #[rpc(flatten)] search: &Search) -> String;
    async fn wrapped(&self, #[rpc(flatten)] search: Wrapped) -> String;
    async fn open(&self, #[rpc(flatten)] open: Open) -> usize;
    async fn tagged(&self, #[rpc(flatten)] tagged: Tagged) -> u8;
}

#[rpc(lenient, namespace = "lenient")]
trait Lenient {
    async fn search(&self, #[rpc(flatten)] search: Search) -> String;
}

struct Service;

impl Strict for Service {
    async fn search(&self, search: Search) -> Search {
        search
    }

    async fn borrowed(&self, search: &Search) -> String {
        search.text.clone()
    }

    async fn wrapped(&self, search: Wrapped) -> String {
        search.0.text
    }

    async fn open(&self, open: Open) -> usize {
        open.rest.len()
    }

    async fn tagged(&self, tagged: Tagged) -> u8 {
        tagged.nested.a
    }
}

impl Lenient for Service {
    async fn search(&self, search: Search) -> String {
        search.text
    }
}

async fn function(search: Search) -> String {
    search.text
}

fn client() -> Client<impl Transport> {
    let service = Dispatcher::new()
        .service(StrictServer::new(Service))
        .service(LenientServer::new(Service))
        .method("function", function);
    memory::connect(service)
}

/// The data of the error -32602 that answers a call.
async fn refusal(method: &str, params: Value) -> String {
    match client().call::<_, Value>(method, params).await {
        Err(CallError::Object(error)) if error.code() == -32602 => error.data_as().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_unknown_parameter_is_refused_and_named() {
    for method in ["search", "borrowed", "wrapped", "function"] {
        let misspelt = json!({ "text": "tea", "limt": 3 });
        assert_eq!(
            refusal(method, misspelt).await,
            "unknown parameter `limt`; the method takes `text`, `limit`, `raw`, `nested`",
            "{method}"
        );
    }
}

#[tokio::test]
async fn members_that_the_type_keeps_or_the_trait_allows_are_accepted() {
    let kept: usize = client()
        .call("open", json!({ "text": "tea", "x": 1, "y": 2 }))
        .await
        .unwrap();
    assert_eq!(kept, 2);
    let ignored: String = client()
        .call("lenient.search", json!({ "text": "tea", "x": 1 }))
        .await
        .unwrap();
    assert_eq!(ignored, "tea");
    // Members further down are up to the type.
    let nested = json!({ "text": "tea", "nested": { "a": 1, "b": 2 }, "raw": [1, { "c": 3 }] });
    let echoed: Value = client().call("search", nested).await.unwrap();
    let expected =
        json!({ "text": "tea", "limit": null, "nested": { "a": 1 }, "raw": [1, { "c": 3 }] });
    assert_eq!(echoed, expected);
}

/// serde reads such a struct as a map, so nothing tells which members it ignores.
#[tokio::test]
async fn a_struct_that_flattens_a_field_ignores_unknown_members_and_takes_no_array() {
    let params = json!({ "text": "tea", "a": 1, "limt": 3 });
    let kept: u8 = client().call("tagged", params).await.unwrap();
    assert_eq!(kept, 1);
    assert_eq!(
        refusal("tagged", json!(["tea", 1])).await,
        "invalid type: sequence, expected struct Tagged"
    );
}

#[tokio::test]
async fn params_by_position_are_the_fields_in_order() {
    let echoed: Value = client().call("search", ("tea", 3)).await.unwrap();
    assert_eq!(echoed["limit"], 3);
    assert!(
        !refusal("search", json!(["tea", 3, null, { "a": 1 }, "more"]))
            .await
            .is_empty()
    );
}

/// The same parameters twice: as they are, and as the fields of a struct.
#[rpc(rename_all = "camelCase")]
trait Twins {
    async fn plain(&self, text_of: String, max_count: Option<u32>) -> String;
    async fn flat(&self, #[rpc(flatten)] twin: Twin) -> String;
    async fn borrowed(&self, #[rpc(flatten)] twin: Borrowed<'_>) -> String;
    async fn wrapped(&self, #[rpc(flatten)] twin: Box<Wrapper>) -> String;
    async fn echo(&self, #[rpc(flatten)] twin: Twin) -> Twin;
    #[rpc(name = "sum")]
    async fn sum(&self, #[rpc(flatten)] numbers: Vec<i64>) -> i64;
    async fn map(&self, #[rpc(flatten)] map: serde_json::Map<String, Value>) -> usize;
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Twin {
    text_of: String,
    max_count: Option<u32>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Borrowed<'a> {
    text_of: &'a str,
    max_count: Option<u32>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Wrapper(Twin);

struct Both;

impl Twins for Both {
    async fn plain(&self, text_of: String, max_count: Option<u32>) -> String {
        format!("{text_of} {max_count:?}")
    }

    async fn flat(&self, twin: Twin) -> String {
        self.plain(twin.text_of, twin.max_count).await
    }

    async fn borrowed(&self, twin: Borrowed<'_>) -> String {
        self.plain(twin.text_of.to_owned(), twin.max_count).await
    }

    async fn wrapped(&self, twin: Box<Wrapper>) -> String {
        self.flat(twin.0).await
    }

    async fn echo(&self, twin: Twin) -> Twin {
        twin
    }

    async fn sum(&self, numbers: Vec<i64>) -> i64 {
        numbers.iter().sum()
    }

    async fn map(&self, map: serde_json::Map<String, Value>) -> usize {
        map.len()
    }
}

/// The result of a call, or the data of its error -32602.
async fn answer(client: &Client<impl Transport>, method: &str, params: &str) -> String {
    let request = format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params},"id":1}}"#);
    let reply = client.send(request).await.unwrap().unwrap();
    let reply: Value = serde_json::from_str(&reply).unwrap();
    match &reply["error"] {
        Value::Null => reply["result"].as_str().unwrap().to_owned(),
        error if error["code"] == -32602 => error["data"].as_str().unwrap().to_owned(),
        error => panic!("{error}"),
    }
}

/// A caller can't tell whether parameters are fields.
#[tokio::test]
async fn fields_are_answered_in_the_same_words_as_parameters() {
    let client = memory::connect(TwinsServer::new(Both));
    for (params, expected) in [
        (r#"{"textOf":"a","maxCount":1}"#, "a Some(1)"),
        (r#"{"textOf":"a","maxCount":null}"#, "a None"),
        (r#"{"textOf":"a"}"#, "a None"),
        (r#"["a",1]"#, "a Some(1)"),
        (r#"["a"]"#, "a None"),
        (r#"{"textOf":"a","x":null}"#, "a None"),
        (r#"["a",1,null]"#, "a Some(1)"),
        ("{}", "missing parameter `textOf`"),
        ("[]", "missing parameter `textOf`"),
        ("null", "missing parameter `textOf`"),
        (r#"{"maxCount":1}"#, "missing parameter `textOf`"),
        (
            r#"{"textOf":"a","maxcount":1}"#,
            "unknown parameter `maxcount`; the method takes `textOf`, `maxCount`",
        ),
        (
            r#"{"text_of":"a"}"#,
            "unknown parameter `text_of`; the method takes `textOf`, `maxCount`",
        ),
        (
            r#"{"textOf":"a","max_count":1}"#,
            "unknown parameter `max_count`; the method takes `textOf`, `maxCount`",
        ),
        (r#"["a",1,2]"#, "too many parameters; the method takes 2"),
        (
            r#"["a",1,null,2]"#,
            "too many parameters; the method takes 2",
        ),
        (
            r#"{"textOf":"a","maxCount":"b"}"#,
            "parameter `maxCount`: invalid type: string \"b\", expected u32",
        ),
        (
            r#"["a","b"]"#,
            "parameter `maxCount`: invalid type: string \"b\", expected u32",
        ),
        (
            r#"{"textOf":"a","textOf":"b"}"#,
            "parameter `textOf` is given twice",
        ),
        (
            r#"{"\u0001\n":1,"textOf":"a"}"#,
            r"unknown parameter `\u{1}\n`; the method takes `textOf`, `maxCount`",
        ),
    ] {
        for method in ["plain", "flat", "borrowed", "wrapped"] {
            assert_eq!(
                answer(&client, method, params).await,
                expected,
                "{method} {params}"
            );
        }
    }
}

#[tokio::test]
async fn the_client_renames_the_fields_too() {
    let script = crate::scripted::Script::silent();
    let twins = TwinsClient::new(script.client());
    let twin = |max_count| Twin {
        text_of: "a".to_owned(),
        max_count,
    };
    let borrowed = Borrowed {
        text_of: "b",
        max_count: Some(2),
    };
    drop(twins.flat(twin(Some(1))).notify().await);
    drop(twins.flat(twin(None)).notify().await);
    drop(twins.borrowed(borrowed).notify().await);
    drop(twins.wrapped(Box::new(Wrapper(twin(None)))).notify().await);
    drop(twins.sum(vec![1, 2]).notify().await);
    let expected = [
        r#"{"jsonrpc":"2.0","method":"flat","params":{"textOf":"a","maxCount":1}}"#,
        r#"{"jsonrpc":"2.0","method":"flat","params":{"textOf":"a"}}"#,
        r#"{"jsonrpc":"2.0","method":"borrowed","params":{"textOf":"b","maxCount":2}}"#,
        r#"{"jsonrpc":"2.0","method":"wrapped","params":{"textOf":"a"}}"#,
        r#"{"jsonrpc":"2.0","method":"sum","params":[1,2]}"#,
    ];
    assert_eq!(script.sent(), expected);

    // A result is not params, and stays as its type writes it.
    let client = memory::connect(TwinsServer::new(Both));
    let echoed: Value = client
        .call("echo", json!({ "textOf": "a", "maxCount": 1 }))
        .await
        .unwrap();
    assert_eq!(echoed, json!({ "text_of": "a", "max_count": 1 }));
    let twins = TwinsClient::new(client.clone());
    assert_eq!(twins.echo(twin(Some(1))).await.unwrap(), twin(Some(1)));
    let explicit = TwinsClient::new(client.explicit_nulls());
    assert_eq!(explicit.echo(twin(None)).await.unwrap(), twin(None));
}

#[tokio::test]
async fn a_vec_takes_any_number_of_parameters() {
    let client = memory::connect(TwinsServer::new(Both));
    let twins = TwinsClient::new(client.clone());
    assert_eq!(twins.sum(vec![1, 2, 4]).await.unwrap(), 7);
    assert_eq!(twins.sum(vec![]).await.unwrap(), 0);
    let sum: i64 = client.call("sum", (1, 2, 4)).await.unwrap();
    assert_eq!(sum, 7);
}

/// Has fields of all kinds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
struct Fields {
    a_text: String,
    #[serde(rename = "type")]
    kind: Option<Vec<rpc_core::Base64>>,
    #[serde(skip)]
    hidden: u8,
    #[serde(with = "odd")]
    odd: u8,
    #[serde(default)]
    nested: Nested,
}

mod odd {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &u8, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(*value)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
        u8::deserialize(from)
    }
}

/// Contains itself, and has no end.
#[derive(Debug, Serialize, Deserialize)]
struct Endless(Option<Box<Endless>>);

#[rpc]
trait Described {
    async fn fields(&self, #[rpc(flatten)] fields: Fields) -> u8;
    async fn optional(&self, #[rpc(flatten, secret)] fields: Option<Fields>) -> u8;
    async fn endless(&self, #[rpc(flatten)] endless: Option<Box<Endless>>) -> u8;
    async fn open(&self, #[rpc(flatten)] open: Open) -> u8;
    async fn raw(&self, #[rpc(flatten)] raw: &RawValue) -> u8;
}

#[tokio::test]
async fn the_signature_lists_the_fields() {
    use rpc_core::contract::Contract;
    use rpc_core::introspection::IntrospectionClient;

    struct Nobody;

    impl Described for Nobody {
        async fn fields(&self, fields: Fields) -> u8 {
            fields.hidden + fields.odd
        }

        async fn optional(&self, _: Option<Fields>) -> u8 {
            0
        }

        async fn endless(&self, _: Option<Box<Endless>>) -> u8 {
            0
        }

        async fn open(&self, _: Open) -> u8 {
            0
        }

        async fn raw(&self, _: &RawValue) -> u8 {
            0
        }
    }

    let service = Dispatcher::new()
        .service(TwinsServer::new(Both))
        .service(DescribedServer::new(Nobody));
    let client = IntrospectionClient::new(memory::connect(service));
    let params = async |method: &str| {
        let signature = client.signature(method).await.unwrap();
        assert!(signature.flatten);
        let params = signature.params.iter().map(|it| {
            let secret = if it.secret { " secret" } else { "" };
            format!("{}: {}{secret}", it.name, it.ty)
        });
        params.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        params("flat").await,
        "textOf: String, maxCount: Option<u32>"
    );
    assert_eq!(
        params("borrowed").await,
        "textOf: &str, maxCount: Option<u32>"
    );
    assert_eq!(
        params("wrapped").await,
        "textOf: String, maxCount: Option<u32>"
    );
    assert_eq!(params("sum").await, "numbers: Vec<i64>");
    assert_eq!(params("map").await, "map: serde_json::Map<String, Value>");
    let fields = "A_TEXT: String, type: Option<Vec<Base64>>, ODD: _, NESTED: Nested";
    assert_eq!(params("fields").await, fields);
    let secret = fields.split(", ").map(|field| format!("{field} secret"));
    let secret: Vec<String> = secret.collect();
    assert_eq!(params("optional").await, secret.join(", "));
    assert_eq!(params("endless").await, "endless: Option<Box<Endless>>");
    assert_eq!(params("open").await, "open: Open");
    assert_eq!(params("raw").await, "raw: &RawValue");

    let contract: &Contract = DescribedServer::<Nobody>::CONTRACT;
    assert_eq!(contract.method("fields").unwrap().params.len(), 1);
}
