//! The mock, called through a client: what it answers, what it refuses, and that all of it is the same each time.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use proptest::prelude::*;
use rpc_codegen::mock::{Mock, SettingError};
use rpc_codegen::model::{Reply, Type};
use rpc_codegen::{Document, Model, Value};
use rpc_core::memory::{self, Memory};
use rpc_core::{CallError, Client, ErrorObject};

use crate::documents::path;
use crate::mutated::{DOCUMENTS, changes, mutated};

const SHOP: &str = r##"
openrpc: 1.4.1
info: {title: Shop, version: 2.0.0}
methods:
  - name: orders.place
    paramStructure: either
    x-aliases: [orders.new]
    params:
      - {name: item, required: true, schema: {type: string, minLength: 1}}
      - {name: quantity, schema: {type: integer, format: uint32, minimum: 1}}
    result: {name: order, schema: {$ref: '#/components/schemas/Order'}}
    errors:
      - code: 1001
        message: SoldOut
        data: {type: object, required: [left], properties: {left: {type: integer, minimum: 0}}}
  - name: orders.count
    params: []
    result: {name: count, schema: {type: integer}}
    examples:
      - {name: wrong, params: [], result: {name: count, value: many}}
      - {name: right, params: [], result: {name: count, value: 42}}
  - name: prices.of
    params: [{name: item, required: true, schema: {type: string}}]
    result: {name: price, schema: {type: number}}
    examples:
      - {name: tea, params: [{name: item, value: tea}], result: {name: price, value: 3.5}}
      - {name: cake, params: [{name: item, value: cake}], result: {name: price, value: 2}}
  - name: accounts.log_in
    paramStructure: by-name
    params:
      - {name: user, required: true, schema: {type: string, pattern: '^[a-z]+$'}}
      - {name: password, required: true, x-secret: true, schema: {type: string, minLength: 8}}
    result: {name: token, schema: {type: string, format: uuid}}
  - name: orders.seen
    params: [{name: number, required: true, schema: {type: integer}}]
  - name: loose
    x-lenient: true
    params: []
    result: {name: r, schema: {const: fine}}
  - name: prices.watch
    params: [{name: item, required: true, schema: {type: string}}]
    result: {name: end, schema: {type: 'null'}}
    x-stream: {item: {type: number}, end: {type: 'null'}, notification: $/progress}
  - name: journal.log
    params: [{name: after, schema: {type: [integer, 'null'], format: uint64}}]
    result: {name: end, schema: {type: 'null'}}
    x-stream: {item: {type: string}, end: {type: 'null'}, notification: $/progress, cursor: after}
components:
  schemas:
    Order:
      type: object
      required: [number, placed, lines]
      properties:
        number: {type: integer, minimum: 1000}
        placed: {type: string, format: date-time}
        lines: {type: array, minItems: 1, items: {type: string}}
        note: {type: string}
"##;

fn shop() -> Mock {
    Mock::of(&Document::parse(SHOP).unwrap()).unwrap()
}

fn now<T>(future: impl Future<Output = T>) -> T {
    future
        .now_or_never()
        .expect("nothing has to wait in memory")
}

fn call(client: &Client<Memory<Mock>>, method: &str, params: &str) -> Result<String, ErrorObject> {
    let message = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
    let reply = now(client.send(message)).unwrap().unwrap();
    let reply = Value::from_json(&reply).unwrap();
    match reply.get("error") {
        None => Ok(reply.get("result").unwrap().to_string()),
        Some(error) => {
            let code = error.get("code").unwrap().as_integer().unwrap();
            let message = error.get("message").unwrap().as_str().unwrap().to_owned();
            let object = ErrorObject::new(i64::try_from(code).unwrap(), message);
            Err(match error.get("data") {
                Some(data) => object.with_data(data),
                None => object,
            })
        }
    }
}

/// The data of error -32602.
fn refusal(client: &Client<Memory<Mock>>, method: &str, params: &str) -> String {
    let error = call(client, method, params).unwrap_err();
    assert_eq!(error.code(), -32602, "{error:?}");
    error.data_as().unwrap()
}

#[test]
fn an_example_with_the_same_params_is_the_answer_and_else_the_first() {
    let client = memory::connect(shop());
    for (params, price) in [
        (r#"["cake"]"#, "2"),
        (r#"{"item":"cake"}"#, "2"),
        (r#"["tea"]"#, "3.5"),
        (r#"["bread"]"#, "3.5"),
    ] {
        assert_eq!(
            call(&client, "prices.of", params).unwrap(),
            price,
            "{params}"
        );
    }
}

#[test]
fn an_example_that_does_not_fit_is_not_served() {
    let mock = shop();
    let warnings: Vec<String> = mock.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "#/methods/1/examples/0: an example of `orders.count` is not served: the result does not fit: expected a whole number, not \"many\""
        ]
    );
    assert_eq!(
        call(&memory::connect(mock), "orders.count", "[]").unwrap(),
        "42"
    );
}

#[test]
fn answers_follow_from_the_seed_and_the_call_alone() {
    let place =
        |client: &Client<Memory<Mock>>, params| call(client, "orders.place", params).unwrap();
    let one = memory::connect(shop().seed(7));
    let two = memory::connect(shop().seed(7));
    let tea = place(&one, r#"["tea"]"#);
    let cake = place(&one, r#"["cake"]"#);
    assert_eq!(place(&two, r#"["cake"]"#), cake);
    assert_eq!(place(&two, r#"["tea"]"#), tea);
    assert_eq!(place(&two, r#"{"item":"tea"}"#), tea);
    assert_eq!(call(&two, "orders.new", r#"["tea"]"#).unwrap(), tea);
    assert_ne!(tea, cake);
    assert_ne!(place(&memory::connect(shop().seed(8)), r#"["tea"]"#), tea);
}

#[test]
fn wrong_params_are_refused_in_words_that_say_what_is_wrong() {
    let client = memory::connect(shop());
    for (method, params, expected) in [
        ("orders.place", "[]", "missing parameter `item`"),
        ("orders.place", "{}", "missing parameter `item`"),
        (
            "orders.place",
            "[1]",
            "parameter `item`: expected a string, not 1",
        ),
        (
            "orders.place",
            r#"[""]"#,
            "parameter `item`: the string is too short or too long",
        ),
        (
            "orders.place",
            r#"["tea",0]"#,
            "parameter `quantity`: 0 is out of range",
        ),
        (
            "orders.place",
            r#"["tea",1.5]"#,
            "parameter `quantity`: expected a whole number, not 1.5",
        ),
        (
            "orders.place",
            r#"["tea",1,2]"#,
            "too many parameters; the method takes 2",
        ),
        (
            "orders.count",
            "[1]",
            "too many parameters; the method takes none",
        ),
        (
            "orders.place",
            r#"{"itm":"tea"}"#,
            "unknown parameter `itm`; the method takes `item`, `quantity`",
        ),
        (
            "accounts.log_in",
            r#"["ann","12345678"]"#,
            "the method takes its params by name, in an object",
        ),
        (
            "accounts.log_in",
            r#"{"user":"Ann","password":"12345678"}"#,
            "parameter `user`: the string does not match the pattern ^[a-z]+$",
        ),
    ] {
        assert_eq!(
            refusal(&client, method, params),
            expected,
            "{method} {params}"
        );
    }
    for (method, params) in [
        ("orders.place", r#"["tea",1,null]"#),
        ("orders.place", r#"{"item":"tea","other":null}"#),
        ("loose", r#"{"anything":1}"#),
        ("loose", "[1,2]"),
    ] {
        assert!(call(&client, method, params).is_ok(), "{method} {params}");
    }
    assert_eq!(
        call(&client, "orders.plaec", "[]").unwrap_err().code(),
        -32601
    );
}

/// A union that contains itself leads to each value on twice as many ways with every level.
const HARD: &str = r##"
openrpc: 1.4.1
info: {title: Hard, version: '1'}
methods:
  - {name: deep, params: [{name: it, required: true, schema: {$ref: '#/components/schemas/A'}}], result: {name: r, schema: {const: fine}}}
  - {name: unique, params: [{name: it, required: true, schema: {type: array, uniqueItems: true}}], result: {name: r, schema: {const: fine}}}
components:
  schemas:
    A:
      anyOf:
        - {type: object, required: [x], properties: {x: {$ref: '#/components/schemas/A'}}}
        - {type: object, required: [x], properties: {x: {$ref: '#/components/schemas/A'}, y: {$ref: '#/components/schemas/A'}}}
        - {type: integer}
"##;

#[test]
fn params_take_no_longer_to_check_than_they_are_long() {
    let client = memory::connect(Mock::of(&Document::parse(HARD).unwrap()).unwrap());
    let deep = |leaf: &str| format!("[{}{leaf}{}]", r#"{"x":"#.repeat(100), "}".repeat(100));
    assert!(call(&client, "deep", &deep("1")).is_ok());
    assert_eq!(
        refusal(&client, "deep", &deep("true"))
            .split(", not")
            .next(),
        Some("parameter `it`: expected one of the variants of the union")
    );
    let large = format!("\"{}\"", "x".repeat(1_000_000));
    assert!(refusal(&client, "deep", &deep(&large)).len() < 1000);

    let numbers: Vec<String> = (0..100_000).map(|it: u32| it.to_string()).collect();
    let unique = |last: &str| format!("[[{},{last}]]", numbers.join(","));
    assert!(call(&client, "unique", &unique("\"7\"")).is_ok());
    assert_eq!(
        refusal(&client, "unique", &unique("7.0")),
        "parameter `it`: two elements are the same"
    );
}

#[test]
fn a_length_that_no_text_has_is_an_error() {
    let document = r#"{"openrpc": "1.4.1", "info": {"title": "t", "version": "1"}, "methods": [{"name": "long", "params": [],
        "result": {"name": "r", "schema": {"type": "string", "pattern": "^[a-z]*$", "minLength": 18446744073709551615}}}]}"#;
    let client = memory::connect(Mock::of(&Document::parse(document).unwrap()).unwrap());
    let error = call(&client, "long", "[]").unwrap_err();
    assert_eq!(
        error.message(),
        "the mock found no value that fits the schema"
    );
}

#[test]
fn a_secret_is_not_in_the_error_about_it() {
    let client = memory::connect(shop());
    let params = r#"{"user":"ann","password":"sesame"}"#;
    assert_eq!(
        refusal(&client, "accounts.log_in", params),
        "parameter `password` has the wrong type"
    );
}

#[test]
fn declared_errors_have_their_message_and_data() {
    let client = memory::connect(shop().fail("orders.place", 1001, 1.0).unwrap());
    let error = call(&client, "orders.new", r#"["tea"]"#).unwrap_err();
    assert_eq!((error.code(), error.message()), (1001, "SoldOut"));
    let left = Value::from_json(error.data().unwrap().get()).unwrap();
    assert!(left.get("left").unwrap().as_integer().unwrap() >= 0);
    // Wrong params are refused first, as by a real server.
    assert_eq!(
        call(&client, "orders.place", "[]").unwrap_err().code(),
        -32602
    );
    assert!(call(&client, "orders.count", "[]").is_ok());

    let client = memory::connect(shop().fail("*", -32000, 1.0).unwrap());
    for method in ["orders.count", "loose"] {
        let error = call(&client, method, "[]").unwrap_err();
        assert_eq!(
            (error.code(), error.message()),
            (-32000, "the mock was told to fail")
        );
    }
}

#[test]
fn some_calls_fail_if_that_is_the_rate() {
    let failed = || -> Vec<bool> {
        let client = memory::connect(shop().seed(3).fail("orders.place", 1001, 0.2).unwrap());
        let place = |number: u32| call(&client, "orders.place", &format!(r#"["tea",{number}]"#));
        (1..=1000).map(|number| place(number).is_err()).collect()
    };
    let first = failed();
    assert_eq!(first, failed());
    let count = first.iter().filter(|failed| **failed).count();
    assert!((170..230).contains(&count), "{count}");
}

#[test]
fn settings_that_do_not_go_with_the_document_are_errors() {
    let unknown = shop().fail("orders.plaec", 1001, 1.0).unwrap_err();
    assert_eq!(unknown.to_string(), "no method `orders.plaec`");
    for rate in [-0.1, 1.1, f64::NAN] {
        assert_eq!(shop().fail("*", 1, rate).unwrap_err(), SettingError::Rate);
    }
}

#[test]
fn streams_send_their_items_and_end() {
    let client = memory::connect(shop().items(5));
    let items: Vec<f64> = now(async {
        let stream = client
            .stream::<_, f64>("prices.watch", ["tea"])
            .await
            .unwrap();
        stream.map(Result::unwrap).collect().await
    });
    assert_eq!(items.len(), 5);

    let failing = memory::connect(shop().fail("prices.watch", -32000, 1.0).unwrap());
    let refused = now(failing
        .stream::<_, f64>("prices.watch", ["tea"])
        .into_future());
    let code = refused
        .map(drop)
        .unwrap_err()
        .object()
        .map(ErrorObject::code);
    assert_eq!(code, Some(-32000));
}

#[test]
fn a_stream_goes_on_after_a_cursor() {
    let client = memory::connect(shop());
    let log = |after: Option<u64>| -> Vec<String> {
        now(async {
            let stream = client
                .stream::<_, String>("journal.log", [after])
                .await
                .unwrap();
            stream.map(Result::unwrap).collect().await
        })
    };
    let all = log(None);
    assert_eq!(all.len(), 3);
    assert_eq!(log(Some(1)), all[1..]);
    assert_eq!(log(Some(2)), all[2..]);
    assert_eq!(log(Some(3)), all[3..]);
}

/// A client that goes on after a cursor which two items have would miss items.
#[test]
fn items_have_cursors_that_differ_or_none() {
    let document = SHOP.replace(
        "{name: after, schema: {type: [integer, 'null'], format: uint64}}",
        "{name: after, schema: {enum: [first, second]}}",
    );
    let client = memory::connect(Mock::of(&Document::parse(&document).unwrap()).unwrap());
    for after in ["first", "second"] {
        let items: Vec<Result<String, _>> = now(async {
            let stream = client.stream::<_, String>("journal.log", [after]).await;
            stream.unwrap().collect().await
        });
        assert_eq!(items.len(), 3, "{after}");
    }
}

/// A stream with a token of the client's, and a subscription.
const FORMS: &str = r#"
openrpc: 1.4.1
info: {title: Forms, version: '1'}
methods:
  - name: search
    params: [{name: text, required: true, schema: {type: string}}, {name: token, schema: {type: [string, integer]}}]
    result: {name: found, schema: {type: array, items: {type: string}}}
    x-stream: {item: {type: string}, end: {type: array, items: {type: string}}, notification: $/progress, token: token}
  - name: parts
    params: [{name: token, schema: {type: [string, integer]}}]
    result: {name: found, schema: {type: array, items: {type: string}}}
    x-stream: {item: {type: array, minItems: 2, maxItems: 2, items: {type: string}}, end: {type: array, items: {type: string}}, notification: $/progress, token: token}
  - name: heads_subscribe
    params: []
    result: {name: id, schema: {}}
    x-stream: {item: {type: integer}, notification: heads_item, unsubscribe: heads_unsubscribe}
"#;

#[test]
fn a_stream_without_its_token_is_a_list() {
    let client = memory::connect(Mock::of(&Document::parse(FORMS).unwrap()).unwrap().items(3));
    let list = |text: &str| Value::from_json(text).unwrap().as_array().unwrap().len();
    assert_eq!(list(&call(&client, "search", r#"["tea"]"#).unwrap()), 3);
    assert_eq!(list(&call(&client, "parts", "[]").unwrap()), 6);
}

#[test]
fn a_subscription_stays_open_until_it_is_closed() {
    let client = memory::connect(Mock::of(&Document::parse(FORMS).unwrap()).unwrap());
    now(async {
        let subscription = client.subscribe::<_, i64>("heads_subscribe", (), "heads_unsubscribe");
        let mut heads = subscription.await.unwrap();
        for _ in 0..3 {
            heads.next().await.unwrap().unwrap();
        }
        assert!(heads.next().now_or_never().is_none(), "it has not ended");
        heads.close();
        assert!(heads.next().await.is_none());
    });
    let unknown = call(&client, "heads_unsubscribe", "[1]").unwrap();
    assert_eq!(unknown, "false");
    assert!(refusal(&client, "heads_unsubscribe", "[]").contains("missing parameter"));
}

#[test]
fn notifications_get_no_answer_and_batches_get_all() {
    let client = memory::connect(shop());
    let seen = r#"{"jsonrpc":"2.0","method":"orders.seen","params":[1]}"#;
    assert_eq!(now(client.send(seen)).unwrap(), None);
    let batch = format!(
        r#"[{seen},{{"jsonrpc":"2.0","id":"a","method":"orders.count"}},{{"jsonrpc":"2.0","id":2,"method":"orders.seen","params":[1]}}]"#
    );
    let reply = now(client.send(batch)).unwrap().unwrap();
    let expected =
        r#"[{"jsonrpc":"2.0","result":42,"id":"a"},{"jsonrpc":"2.0","result":null,"id":2}]"#;
    assert!(
        Value::from_json(&reply)
            .unwrap()
            .same(&Value::from_json(expected).unwrap()),
        "{reply}"
    );
}

#[test]
fn the_document_and_the_methods_are_served() {
    let client = memory::connect(shop());
    let document = call(&client, "rpc.discover", "[]").unwrap();
    assert_eq!(
        Document::parse(&document)
            .and_then(|it| Model::read(&it))
            .unwrap()
            .methods
            .len(),
        8
    );
    let methods = call(&client, "rpc.methods", "[]").unwrap();
    assert!(methods.contains("orders.place"), "{methods}");
    let help = call(&client, "rpc.signature", r#"["accounts.log_in"]"#).unwrap();
    assert!(help.contains("password"), "{help}");
}

#[test]
fn a_delay_uses_the_clock_it_is_given() {
    let (sender, receiver) = std::sync::mpsc::channel();
    let sleep = move |time: Duration| {
        sender.send(Some(time)).unwrap();
        let sender = sender.clone();
        async move { sender.send(None).unwrap() }
    };
    let range = Duration::from_millis(50)..=Duration::from_millis(60);
    let client = memory::connect(shop().items(2).delay(range.clone(), sleep));
    call(&client, "orders.count", "[]").unwrap();
    now(async {
        let stream = client
            .stream::<_, f64>("prices.watch", ["tea"])
            .await
            .unwrap();
        assert_eq!(stream.collect::<Vec<_>>().await.len(), 2);
    });
    // Each wait begins after the one before it is over: clocks start when they are made.
    let waits: Vec<Option<Duration>> = receiver.try_iter().collect();
    assert_eq!(waits.len(), 8, "{waits:?}");
    let is_wait = |pair: &[Option<Duration>]| match pair {
        [Some(time), None] => range.contains(time),
        _ => false,
    };
    assert!(waits.chunks(2).all(is_wait), "{waits:?}");
}

/// Calls every method of public documents, with params that are made up as well.
#[test]
fn every_method_of_public_documents_answers() {
    let mut calls = 0;
    for name in [
        "ethereum.json",
        "near.json",
        "forest.json",
        "lotus.json",
        "petstore.json",
        "links.json",
    ] {
        let document = Document::open(&path(name)).unwrap();
        let model = Model::read(&document).unwrap();
        let mock = Mock::of(&document).unwrap();
        let params: Vec<(String, Value)> = model
            .methods
            .iter()
            .flat_map(|method| (0..50).map(move |number| (method, number)))
            .map(|(method, number)| {
                let params = mock.params(&method.name, number);
                (
                    method.name.clone(),
                    params.unwrap_or_else(|| panic!("{name} {}", method.name)),
                )
            })
            .collect();
        let client = memory::connect(mock);
        for (method, params) in params {
            let result = match call(&client, &method, &params.to_string()) {
                // A stream can't be answered in one message.
                Err(error) if error.code() == rpc_core::code::NEEDS_DUPLEX => continue,
                result => result,
            };
            assert!(result.is_ok(), "{name} {method} {params}: {result:?}");
            calls += 1;
        }
    }
    assert!(calls > 1200, "{calls}");
}

/// What a caller sees if nothing fits.
#[test]
fn a_type_without_values_is_an_error_that_says_so() {
    let text = SHOP.replace(
        "schema: {const: fine}",
        "schema: {type: integer, minimum: 2, maximum: 1}",
    );
    let mock = Mock::of(&Document::parse(&text).unwrap()).unwrap();
    let error: CallError = now(memory::connect(mock)
        .call::<_, u8>("loose", ())
        .into_future())
    .unwrap_err();
    let object = error.object().unwrap();
    assert_eq!(object.code(), -32603);
    assert_eq!(
        object.message(),
        "the mock found no value that fits the schema"
    );
    assert_eq!(
        object.data_as::<String>().unwrap(),
        "#/methods/5/result/schema"
    );
}

/// ajv, which knows nothing of our model, accepts what the mock makes.
#[test]
fn a_validator_of_json_schema_accepts_every_value() {
    for (name, expected) in [
        ("ethereum.json", 100),
        ("near.json", 100),
        ("forest.json", 100),
        ("lotus.json", 35),
        ("petstore.json", 100),
        ("links.json", 100),
        ("shop.yaml", 200),
    ] {
        let document = Document::open(&path(name)).unwrap();
        let document = Document::parse(&document.bundled().to_string()).unwrap();
        let model = Model::read(&document).unwrap();
        let mock = Mock::of(&document).unwrap();
        let mut values = Vec::new();
        let mut calls = Vec::new();
        for method in &model.methods {
            for number in 0..20 {
                let params = mock.params(&method.name, number).unwrap();
                for (index, param) in method.params.iter().enumerate() {
                    let value = match &params {
                        Value::Array(elements) => elements.get(index),
                        params => params.get(&param.name),
                    };
                    if let Some(value) = value {
                        values.push(judged(&param.ty, value));
                    }
                }
                if let Reply::Result(ty) = &method.reply {
                    calls.push((method.name.clone(), params, ty));
                }
            }
        }
        let client = memory::connect(mock);
        for (method, params, ty) in calls {
            let result = call(&client, &method, &params.to_string()).unwrap();
            values.push(judged(ty, &Value::from_json(&result).unwrap()));
        }
        assert!(values.len() > expected, "{name}: {}", values.len());
        accepted(name, &document.bundled(), &values);
    }
}

/// A value, with the place of its schema.
fn judged(ty: &Type, value: &Value) -> String {
    let pointer = Value::String(ty.place.pointer().to_owned());
    format!(r#"{{"pointer":{pointer},"value":{value},"valid":true}}"#)
}

fn accepted(name: &str, document: &Value, values: &[String]) {
    let default = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/peers"));
    let peers = std::env::var_os("RPC_PEERS").map_or_else(default, PathBuf::from);
    let modules = peers.join("node/node_modules");
    assert!(
        modules.is_dir(),
        "the peers are not installed: run `cargo xtask peers`"
    );
    let mut node = Command::new("node")
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../tests/peers/openrpc_check.js"
        ))
        .env("NODE_PATH", modules)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let input = format!(
        r#"{{"document":{document},"values":[{}]}}"#,
        values.join(",")
    );
    node.stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = node.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    // Other people's documents need not be valid in every other way.
    let about_document =
        |line: &&str| !line.starts_with("the document") && !line.starts_with("the schema ");
    let mistakes: Vec<&str> = said.lines().filter(about_document).collect();
    assert_eq!(mistakes, [""; 0], "{name}");
    let counted = format!("{} values", values.len());
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.contains(&counted), "{name}: {out}");
}

proptest! {
    /// Whatever a document says, its mock answers with what fits, or says that nothing does.
    #[test]
    fn mocks_of_mutated_documents_answer(which in 0..DOCUMENTS.len(), changes in changes()) {
        let Some(document) = mutated(which, &changes) else {
            return Ok(());
        };
        let (Ok(mock), Ok(model)) = (Mock::of(&document), Model::read(&document)) else {
            return Ok(());
        };
        let params: Vec<Option<Value>> = model
            .methods
            .iter()
            .map(|method| mock.params(&method.name, 0))
            .collect();
        let client = memory::connect(mock);
        for (method, params) in model.methods.iter().zip(params) {
            let Some(params) = params else {
                continue;
            };
            let name = Value::String(method.name.clone());
            let message = format!(r#"{{"jsonrpc":"2.0","id":1,"method":{name},"params":{params}}}"#);
            let reply = now(client.send(message)).unwrap().unwrap();
            let reply = Value::from_json(&reply).unwrap();
            match (reply.get("error"), &method.reply) {
                (Some(error), _) => {
                    let code = error.get("code").unwrap().as_integer();
                    let is_known = [Some(-32603), Some(-33000)].contains(&code);
                    prop_assert!(is_known, "{} {}: {}", name, params, error);
                }
                (None, Reply::Result(ty)) => {
                    let checked = model.check(reply.get("result").unwrap(), ty);
                    prop_assert_eq!(checked, Ok(()), "{}", name);
                }
                (None, _) => {}
            }
        }
    }
}
