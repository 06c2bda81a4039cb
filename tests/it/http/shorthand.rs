//! The shorthand dialect, byte for byte, and as curl speaks it.

use std::fmt;

use axum::Router;
use rpc_core::params::{InvalidParams, Params};
use rpc_core::service::{ResolvedMethod, Responder};
use rpc_core::{
    Context, Contract, Dispatcher, ErrorObject, Internal, Method, Outcome, Server, Service,
    function,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::process::Command;

use super::*;
use crate::log::Log;

#[derive(Debug, Serialize, Deserialize)]
pub struct Item(String);

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    North,
    South,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Search {
    text: String,
    limit: Option<u32>,
}

/// What the dialect can be tried by: most of it answers with what it has been given.
#[rpc]
pub trait Desk {
    #[rpc(idempotent)]
    async fn ping(&self) -> String;

    #[rpc(idempotent, alias = "say")]
    async fn echo(&self, text: &str) -> String;

    #[rpc(idempotent)]
    async fn add(&self, a: i64, #[rpc(default = 1)] b: i64) -> i64;

    #[rpc(idempotent)]
    async fn half(&self, number: f64) -> f64;

    #[rpc(idempotent)]
    async fn any(&self, value: Value, item: Option<Item>, side: Option<Side>) -> Value;

    #[rpc(idempotent)]
    async fn mixed(&self, text: &str, number: u32, flag: bool, more: String) -> String;

    #[rpc(idempotent)]
    async fn sum(&self, numbers: Vec<i64>) -> i64;

    #[rpc(idempotent)]
    async fn search(&self, #[rpc(flatten)] search: Search) -> Search;

    #[rpc(idempotent, name = "a_name/with_\"all\"_+_sorts_&_ä")]
    async fn odd(&self) -> String;

    #[rpc(idempotent)]
    async fn fail(&self, code: i64) -> Result<(), ErrorObject>;

    #[rpc(idempotent)]
    async fn broken(&self) -> Result<(), Internal>;

    #[rpc(idempotent)]
    async fn panics(&self) -> u8;

    #[rpc(idempotent)]
    async fn header(&self, name: &str, #[rpc(context)] cx: &Context) -> Option<String>;

    #[rpc(idempotent)]
    async fn gate(&self) -> String;

    /// Changes something each time.
    async fn count(&self) -> usize;

    #[rpc(notification)]
    async fn note(&self, text: &str);

    #[rpc(notification, idempotent)]
    async fn seen(&self, text: &str);
}

#[derive(Clone, Default)]
struct Clerk(Arc<Watch>);

impl Desk for Clerk {
    async fn ping(&self) -> String {
        "pong".to_owned()
    }

    async fn echo(&self, text: &str) -> String {
        text.to_owned()
    }

    async fn add(&self, a: i64, b: i64) -> i64 {
        a + b
    }

    async fn half(&self, number: f64) -> f64 {
        number / 2.0
    }

    async fn any(&self, value: Value, item: Option<Item>, side: Option<Side>) -> Value {
        serde_json::json!([value, item, side])
    }

    async fn mixed(&self, text: &str, number: u32, flag: bool, more: String) -> String {
        format!("{text}|{number}|{flag}|{more}")
    }

    async fn sum(&self, numbers: Vec<i64>) -> i64 {
        numbers.iter().sum()
    }

    async fn search(&self, search: Search) -> Search {
        search
    }

    async fn odd(&self) -> String {
        "odd".to_owned()
    }

    async fn fail(&self, code: i64) -> Result<(), ErrorObject> {
        Err(ErrorObject::new(code, "as you like").with_data(&[1, 2]))
    }

    async fn broken(&self) -> Result<(), Internal> {
        Err(fmt::Error)?
    }

    async fn panics(&self) -> u8 {
        panic!("as a test")
    }

    async fn header(&self, name: &str, cx: &Context) -> Option<String> {
        cx.header(name).map(str::to_owned)
    }

    async fn gate(&self) -> String {
        self.0.started.fetch_add(1, Ordering::SeqCst);
        self.0.gate.acquire().await.unwrap().forget();
        "through".to_owned()
    }

    async fn count(&self) -> usize {
        self.0.started.fetch_add(1, Ordering::SeqCst) + 1
    }

    async fn note(&self, _: &str) {
        self.0.started.fetch_add(1, Ordering::SeqCst);
    }

    async fn seen(&self, _: &str) {
        self.0.started.fetch_add(1, Ordering::SeqCst);
    }
}

fn desk() -> (Arc<Watch>, Endpoint<DeskServer<Clerk>>) {
    desk_with(|server| server)
}

fn desk_with(
    set_up: impl FnOnce(Server<DeskServer<Clerk>>) -> Server<DeskServer<Clerk>>,
) -> (Arc<Watch>, Endpoint<DeskServer<Clerk>>) {
    let clerk = Clerk::default();
    let watch = Arc::clone(&clerk.0);
    let server = set_up(Server::new(DeskServer::new(clerk)));
    (watch, endpoint(server).shorthand(true))
}

async fn running_desk() -> Running {
    running(desk().1).await
}

fn get(target: &str, headers: &str) -> Vec<u8> {
    format!("GET {target} HTTP/1.1\r\nhost: x\r\n{headers}\r\n").into_bytes()
}

/// A response in the dialect; `headers` are further ones.
fn shorthand(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncache-control: no-store\r\n\
         x-content-type-options: nosniff\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
}

fn failed(code: i64, message: &str, data: &str) -> String {
    let data = Value::from(data);
    format!(r#"{{"error":{{"code":{code},"message":"{message}","data":{data}}}}}"#)
}

fn wrong(reason: &str) -> String {
    shorthand(
        "400 Bad Request",
        "",
        &failed(-32602, "Invalid params", reason),
    )
}

fn unknown() -> String {
    let body = r#"{"error":{"code":-32601,"message":"Method not found"}}"#;
    shorthand("404 Not Found", "", body)
}

fn result(body: &str) -> String {
    shorthand("200 OK", "", body)
}

#[tokio::test]
async fn a_get_calls_a_method_with_params_by_name() {
    let server = running_desk().await;
    for (target, expected) in [
        ("/ping", r#"{"ping":"pong"}"#),
        ("/ping?", r#"{"ping":"pong"}"#),
        ("/ping?&", r#"{"ping":"pong"}"#),
        ("/p%69ng", r#"{"ping":"pong"}"#),
        ("/echo?text=hi", r#"{"echo":"hi"}"#),
        // The name is the caller's.
        ("/say?text=hi", r#"{"say":"hi"}"#),
        (
            "/echo?text=a+b%20c%2Bd%26e%3Df=g",
            r#"{"echo":"a b c+d&e=f=g"}"#,
        ),
        ("/echo?t%65xt=%C3%A4%F0%9F%A6%80", r#"{"echo":"ä🦀"}"#),
        ("/echo?text=100%", r#"{"echo":"100%"}"#),
        ("/echo?text=", r#"{"echo":""}"#),
        ("/echo?text", r#"{"echo":""}"#),
        ("/add?a=2&b=40", r#"{"add":42}"#),
        ("/add?a=41", r#"{"add":42}"#),
        ("/add?b=-1&&a=1&", r#"{"add":0}"#),
        ("/sum?numbers=[1,2,3]", r#"{"sum":6}"#),
        ("/sum?numbers=%5B1%2C+2%5D", r#"{"sum":3}"#),
        (
            "/search?text=tea&limit=3",
            r#"{"search":{"text":"tea","limit":3}}"#,
        ),
        (
            "/a_name%2Fwith_%22all%22_+_sorts_&_%C3%A4",
            r#"{"a_name/with_\"all\"_+_sorts_&_ä":"odd"}"#,
        ),
        (
            "/a_name/with_%22all%22_+_sorts_&_%C3%A4",
            r#"{"a_name/with_\"all\"_+_sorts_&_ä":"odd"}"#,
        ),
    ] {
        let response = server.exchange(&get(target, "")).await;
        assert_eq!(response, result(expected), "{target}");
    }
}

/// What is JSON is taken as JSON where the method takes it so, and as a string where it does not.
#[tokio::test]
async fn a_value_is_read_as_the_method_takes_it() {
    let server = running_desk().await;
    for (target, expected) in [
        ("/echo?text=5", r#"{"echo":"5"}"#),
        ("/echo?text=true", r#"{"echo":"true"}"#),
        ("/echo?text=null", r#"{"echo":"null"}"#),
        ("/echo?text=[1,%202]", r#"{"echo":"[1, 2]"}"#),
        // To the letter, as no number would be.
        ("/echo?text=1.50", r#"{"echo":"1.50"}"#),
        ("/echo?text=+5", r#"{"echo":" 5"}"#),
        (
            "/echo?text=12345678901234567890123",
            r#"{"echo":"12345678901234567890123"}"#,
        ),
        ("/echo?text=007", r#"{"echo":"007"}"#),
        // JSON's own strings are JSON, too.
        (r#"/echo?text=%22hi%22"#, r#"{"echo":"hi"}"#),
        (r#"/echo?text=%22%5C%22hi%5C%22%22"#, r#"{"echo":"\"hi\""}"#),
        ("/half?number=1e3", r#"{"half":500.0}"#),
        ("/add?a=+5", r#"{"add":6}"#),
        ("/any?value=5", r#"{"any":[5,null,null]}"#),
        ("/any?value=%225%22", r#"{"any":["5",null,null]}"#),
        ("/any?value=five", r#"{"any":["five",null,null]}"#),
        ("/any?value=null&item=null", r#"{"any":[null,null,null]}"#),
        (
            "/any?value={%22a%22:[1]}&item=7&side=north",
            r#"{"any":[{"a":[1]},"7","north"]}"#,
        ),
        (
            "/mixed?text=1&number=2&flag=true&more=false",
            r#"{"mixed":"1|2|true|false"}"#,
        ),
        (
            "/mixed?more=4&flag=false&number=3&text=x",
            r#"{"mixed":"x|3|false|4"}"#,
        ),
        // Where the params are one struct, nobody knows which of its members it is.
        (
            "/search?text=%225%22",
            r#"{"search":{"text":"5","limit":null}}"#,
        ),
    ] {
        let response = server.exchange(&get(target, "")).await;
        assert_eq!(response, result(expected), "{target}");
    }
    for (target, reason) in [
        // What is wrong with the value as it was written.
        (
            "/add?a=true",
            "parameter `a`: invalid type: boolean `true`, expected i64",
        ),
        (
            "/add?a=two",
            "parameter `a`: invalid type: string \"two\", expected i64",
        ),
        (
            "/add?a=1.5",
            "parameter `a`: invalid type: floating point `1.5`, expected i64",
        ),
        (
            "/mixed?text=1&number=-2&flag=true&more=3",
            "parameter `number`: invalid value: integer `-2`, expected u32",
        ),
        (
            "/any?value=1&side=5",
            "parameter `side`: invalid type: integer `5`, expected enum Side",
        ),
        (
            "/search?text=5",
            "parameter `text`: invalid type: integer `5`, expected a string",
        ),
    ] {
        let response = server.exchange(&get(target, "")).await;
        assert_eq!(response, wrong(reason), "{target}");
    }
}

#[tokio::test]
async fn wrong_params_are_refused() {
    let server = running_desk().await;
    for (target, reason) in [
        ("/echo", "missing parameter `text`"),
        ("/echo?text=a&text=b", "parameter `text` is given twice"),
        ("/echo?text=a&t%65xt=a", "parameter `text` is given twice"),
        (
            "/search?limit=1&limit=1",
            "parameter `limit` is given twice",
        ),
        (
            "/echo?words=a",
            "unknown parameter `words`; the method takes `text`",
        ),
        ("/ping?a=1", "unknown parameter `a`; the method takes none"),
        ("/ping?=1", "unknown parameter ``; the method takes none"),
        ("/echo?text=%FF", "the query is not UTF-8"),
    ] {
        let response = server.exchange(&get(target, "")).await;
        assert_eq!(response, wrong(reason), "{target}");
    }
    for (body, reason) in [
        (r#"{"echo":null}"#, "missing parameter `text`"),
        (r#"{"echo":[]}"#, "missing parameter `text`"),
        (
            r#"{"echo":5}"#,
            "parameter `text`: invalid type: integer `5`, expected a string",
        ),
        (
            r#"{"echo":["a","b"]}"#,
            "too many parameters; the method takes 1",
        ),
        (
            r#"{"echo":{"words":"a"}}"#,
            "unknown parameter `words`; the method takes `text`",
        ),
        (
            r#"{"echo":{"text":"a","text":"b"}}"#,
            "parameter `text` is given twice",
        ),
        (
            r#"{"ping":0}"#,
            "too many parameters; the method takes none",
        ),
        (
            r#"{"ping":" "}"#,
            "too many parameters; the method takes none",
        ),
        (
            r#"{"add":""}"#,
            "parameter `a`: invalid type: string \"\", expected i64",
        ),
        (
            r#"{"sum":[1,2]}"#,
            "parameter `numbers`: invalid type: integer `1`, expected a sequence",
        ),
    ] {
        let response = server.exchange(&json(body)).await;
        assert_eq!(response, wrong(reason), "{body}");
    }
}

#[tokio::test]
async fn a_post_calls_a_method_by_its_only_member() {
    let server = running_desk().await;
    for (body, expected) in [
        (r#"{"ping":null}"#, r#"{"ping":"pong"}"#),
        (r#"{"ping":""}"#, r#"{"ping":"pong"}"#),
        (r#"{"ping":[]}"#, r#"{"ping":"pong"}"#),
        (r#"{"ping":{}}"#, r#"{"ping":"pong"}"#),
        (
            "\u{feff} { \"p\\u0069ng\" : null } \n",
            r#"{"ping":"pong"}"#,
        ),
        (r#"{"echo":"hi"}"#, r#"{"echo":"hi"}"#),
        (r#"{"echo":""}"#, r#"{"echo":""}"#),
        (r#"{"echo":["hi"]}"#, r#"{"echo":"hi"}"#),
        (r#"{"echo":{"text":"hi"}}"#, r#"{"echo":"hi"}"#),
        (r#"{"say":"hi"}"#, r#"{"say":"hi"}"#),
        (r#"{"add":[2,40]}"#, r#"{"add":42}"#),
        (r#"{"add":{"b":40,"a":2}}"#, r#"{"add":42}"#),
        (r#"{"add":0}"#, r#"{"add":1}"#),
        (r#"{"half":1}"#, r#"{"half":0.5}"#),
        (r#"{"any":false}"#, r#"{"any":[false,null,null]}"#),
        (r#"{"any":[null]}"#, r#"{"any":[null,null,null]}"#),
        (r#"{"any":""}"#, r#"{"any":["",null,null]}"#),
        // An array or an object as the only argument is an element itself.
        (r#"{"sum":[[1,2]]}"#, r#"{"sum":3}"#),
        (r#"{"any":[{"a":1}]}"#, r#"{"any":[{"a":1},null,null]}"#),
        (
            r#"{"a_name/with_\"all\"_+_sorts_&_ä":null}"#,
            r#"{"a_name/with_\"all\"_+_sorts_&_ä":"odd"}"#,
        ),
        // Methods that are not idempotent as well.
        (r#"{"count":null}"#, r#"{"count":1}"#),
        // A caller in shorthand always waits, even if there is nothing to wait for.
        (r#"{"note":"x"}"#, r#"{"note":null}"#),
        (r#"{"count":null}"#, r#"{"count":3}"#),
    ] {
        let response = server.exchange(&json(body)).await;
        assert_eq!(response, result(expected), "{body}");
    }
}

#[tokio::test]
async fn other_requests_are_refused() {
    let (watch, endpoint) = desk();
    let server = running(endpoint).await;
    let invalid = failed(
        -32600,
        "Invalid Request",
        "a call is an object with one member, the method's name and its params: {\"method\": value}",
    );
    let invalid = shorthand("400 Bad Request", "", &invalid);
    for body in [
        "{}",
        "5",
        "null",
        r#""ping""#,
        r#"{"count":null,"ping":null}"#,
        r#"{"count":null,"count":null}"#,
        // A message of JSON-RPC 1.0.
        r#"{"method":"count","params":[],"id":1}"#,
    ] {
        assert_eq!(server.exchange(&json(body)).await, invalid, "{body}");
    }
    for body in [
        "",
        "ping",
        "{",
        r#"{"count":null"#,
        r#"{"count":null}}"#,
        r#"{"count":null,}"#,
        r#"{"count":nul}"#,
        r#"{count:null}"#,
        r#"{"count":null} {"count":null}"#,
    ] {
        let response = server.exchange(&json(body)).await;
        assert!(response.starts_with("HTTP/1.1 400 "), "{body}: {response}");
        let error = r#"{"error":{"code":-32700,"message":"Parse error","data":"#;
        assert!(response.contains(error), "{body}: {response}");
    }
    let mut not_text = json(r#"{"count":"?"}"#);
    let at = not_text.len() - 3;
    not_text[at] = 0xff;
    let response = server.exchange(&not_text).await;
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    assert!(response.contains("-32700"), "{response}");
    assert_eq!(watch.started.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn unknown_methods_are_not_found() {
    let server = running_desk().await;
    for target in [
        "/", "/pin", "/ping/", "//ping", "/Ping", "/ping%00", "/%FF", "/?ping",
    ] {
        assert_eq!(
            server.exchange(&get(target, "")).await,
            unknown(),
            "{target}"
        );
    }
    for body in [r#"{"pin":null}"#, r#"{"":1}"#, r#"{"method":"ping"}"#] {
        assert_eq!(server.exchange(&json(body)).await, unknown(), "{body}");
    }
}

#[tokio::test]
async fn a_method_that_fails_has_a_status_and_its_error() {
    let server = running_desk().await;
    let own = |code: &str| {
        let error = format!(r#"{{"code":{code},"message":"as you like","data":[1,2]}}"#);
        shorthand(
            "422 Unprocessable Entity",
            "",
            &format!(r#"{{"error":{error}}}"#),
        )
    };
    let internal = shorthand(
        "500 Internal Server Error",
        "",
        r#"{"error":{"code":-32603,"message":"Internal error"}}"#,
    );
    for (target, body, expected) in [
        ("/fail?code=7", r#"{"fail":7}"#, own("7")),
        ("/fail?code=-1", r#"{"fail":-1}"#, own("-1")),
        ("/broken", r#"{"broken":null}"#, internal.clone()),
        ("/panics", r#"{"panics":null}"#, internal),
    ] {
        assert_eq!(
            server.exchange(&get(target, "")).await,
            expected,
            "{target}"
        );
        assert_eq!(server.exchange(&json(body)).await, expected, "{body}");
    }
}

#[tokio::test]
async fn a_lookup_that_panics_is_500() {
    struct Fragile;

    static FINE: Method = Method::new("fine", "").idempotent();

    impl Service for Fragile {
        type Args<'de> = ();

        fn contracts(&self) -> Vec<Contract> {
            panic!("nobody asks for the list")
        }

        fn find(&self, name: &str) -> Option<ResolvedMethod> {
            match name {
                "fine" => Some(ResolvedMethod::new(&FINE, 0)),
                "unknown" => None,
                _ => panic!("the shelf fell"),
            }
        }

        fn decode<'de>(&self, _: &ResolvedMethod, _: Params<'_, 'de>) -> Result<(), InvalidParams> {
            Ok(())
        }

        async fn call(&self, (): Self::Args<'_>, _: &Context, responder: Responder) -> Outcome {
            responder.value(7)
        }
    }

    let server = running(endpoint(Fragile).shorthand(true)).await;
    let log = Log::capture();
    let internal = r#"{"error":{"code":-32603,"message":"Internal error"}}"#;
    let internal = shorthand("500 Internal Server Error", "", internal);
    for name in ["broken", "list_methods"] {
        let line =
            format!("looking up the method panicked method={name:?} detail=\"the shelf fell\"");
        for request in [
            get(&format!("/{name}"), ""),
            json(&format!(r#"{{"{name}":null}}"#)),
        ] {
            assert_eq!(server.exchange(&request).await, internal, "{name}");
            assert_eq!(log.errors(), [&*line]);
        }
    }
    let fine = server.exchange(&get("/fine", "")).await;
    assert_eq!(fine, result(r#"{"fine":7}"#));
    assert_eq!(server.exchange(&get("/unknown", "")).await, unknown());

    let open = running(endpoint(Server::new(Fragile).disclose(true)).shorthand(true)).await;
    let response = open.exchange(&get("/broken", "")).await;
    assert!(
        response.contains(r#""data":"looking up the method panicked: the shelf fell""#),
        "{response}"
    );
}

#[tokio::test]
async fn a_get_reaches_idempotent_methods_alone() {
    let (watch, endpoint) = desk();
    let server = running(endpoint).await;
    for (target, name) in [
        ("/count", "count"),
        ("/count?a=1", "count"),
        ("/c%6Funt", "count"),
        ("/note?text=x", "note"),
    ] {
        let reason = format!("`{name}` is not marked as idempotent: call it with POST");
        let body = failed(-32600, "Invalid Request", &reason);
        let expected = shorthand(
            "405 Method Not Allowed",
            "allow: POST\r\nrpc-refused: method\r\n",
            &body,
        );
        assert_eq!(
            server.exchange(&get(target, "")).await,
            expected,
            "{target}"
        );
    }
    assert_eq!(watch.started.load(Ordering::SeqCst), 0);
    let seen = server.exchange(&get("/seen?text=x", "")).await;
    assert_eq!(seen, result(r#"{"seen":null}"#));
    assert_eq!(watch.started.load(Ordering::SeqCst), 1);
}

/// Functions say nothing of what they change, and a fallback answers to any name.
#[tokio::test]
async fn a_dispatcher_s_functions_are_called_with_post() {
    let dispatcher = Dispatcher::new()
        .service(DeskServer::new(Clerk::default()))
        .method("twice", |a: i64| async move { 2 * a })
        .fallback(|cx: Context, _| async move { Outcome::value(cx.method_name()) });
    let server = running(endpoint(dispatcher).shorthand(true)).await;
    assert_eq!(
        server.exchange(&get("/ping", "")).await,
        result(r#"{"ping":"pong"}"#)
    );
    assert_eq!(
        server.exchange(&json(r#"{"twice":4}"#)).await,
        result(r#"{"twice":8}"#)
    );
    let other = server.exchange(&json(r#"{"other":4}"#)).await;
    assert_eq!(other, result(r#"{"other":"other"}"#));
    for target in ["/twice?a=4", "/other"] {
        let response = server.exchange(&get(target, "")).await;
        assert!(
            response.starts_with("HTTP/1.1 405 "),
            "{target}: {response}"
        );
    }
}

/// Under the names that other servers of this dialect have for them.
#[tokio::test]
async fn a_server_tells_what_methods_there_are() {
    let server = running_desk().await;
    let help = r#"{"method_help":"Changes something each time."}"#;
    for body in [
        r#"{"method_help":"count"}"#,
        r#"{"method_help":["count"]}"#,
        r#"{"method_help":{"method":"count"}}"#,
    ] {
        assert_eq!(server.exchange(&json(body)).await, result(help), "{body}");
    }
    let response = server.exchange(&get("/method_help?method=count", "")).await;
    assert_eq!(response, result(help));

    let names = server.exchange(&get("/rpc.methods", "")).await;
    assert!(names.contains(r#"{"rpc.methods":["a_name/with"#), "{names}");
    let names = names.split_once("\r\n\r\n").unwrap().1;
    let names = result(&names.replace("rpc.methods", "list_methods"));
    for request in [
        get("/list_methods", ""),
        json(r#"{"list_methods":""}"#),
        json(r#"{"list_methods":null}"#),
        json(r#"{"list_methods":[]}"#),
    ] {
        assert_eq!(server.exchange(&request).await, names);
    }

    let signature = json(r#"{"method_signature":"add"}"#);
    let signature = server.exchange(&signature).await;
    let (head, signature) = signature.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    let signature: Value = serde_json::from_str(signature).unwrap();
    let signature = &signature["method_signature"];
    assert_eq!(signature["name"], "add");
    assert_eq!(signature["params"][1]["default"], "1");
    assert_eq!(signature["idempotent"], true);

    // The method is there, and was given a wrong parameter.
    for method in ["method_help", "method_signature"] {
        let response = server
            .exchange(&json(&format!(r#"{{"{method}":"zz"}}"#)))
            .await;
        assert_eq!(response, wrong("no method `zz`"), "{method}");
    }
    let response = server.exchange(&json(r#"{"method_help":""}"#)).await;
    assert_eq!(response, wrong("missing parameter `method`"));
    // Not a number, though it looks like one.
    let response = server.exchange(&get("/method_help?method=5", "")).await;
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    assert!(!response.contains("integer"), "{response}");

    let silent = running(desk_with(|it| it.introspection(false)).1).await;
    for target in ["/list_methods", "/rpc.methods"] {
        assert_eq!(silent.exchange(&get(target, "")).await, unknown());
    }
}

#[tokio::test]
async fn a_service_s_own_method_goes_before_such_a_name() {
    let own = |name: &'static str| Dispatcher::new().method(name, || async { "own" });
    let server = running(endpoint(own("list_methods")).shorthand(true)).await;
    let body = r#"{"list_methods":null}"#;
    let response = server.exchange(&json(body)).await;
    assert_eq!(response, result(r#"{"list_methods":"own"}"#));
    // A function, so that it may change something.
    let response = server.exchange(&get("/list_methods", "")).await;
    assert!(response.starts_with("HTTP/1.1 405 "), "{response}");

    // A fallback has no name of its own, and is not asked for the server's.
    let any = own("a").fallback(|cx: Context, _| async move { Outcome::value(cx.method_name()) });
    let server = running(endpoint(any).shorthand(true)).await;
    let response = server.exchange(&json(body)).await;
    assert_eq!(response, result(r#"{"list_methods":["a"]}"#));
}

/// A message of JSON-RPC 1.0 has more than one member, and a call in shorthand has not.
#[tokio::test]
async fn json_rpc_1_0_is_told_from_it() {
    let server = running(desk_with(|it| it.version_1(true)).1).await;
    for body in [
        r#"{"method":"echo","params":["hi"],"id":1}"#,
        r#"{"id":1,"params":["hi"],"method":"echo"}"#,
    ] {
        let expected = ok(r#"{"result":"hi","error":null,"id":1}"#);
        assert_eq!(server.exchange(&json(body)).await, expected, "{body}");
    }
    assert_eq!(
        server.exchange(&json(r#"{"echo":"hi"}"#)).await,
        result(r#"{"echo":"hi"}"#)
    );
    assert_eq!(
        server.exchange(&json(r#"{"method":"echo"}"#)).await,
        unknown()
    );
    for body in [r#"{"echo":"hi","id":1}"#, r#"{"method":"echo","id":1"#] {
        let response = server.exchange(&json(body)).await;
        assert!(response.starts_with("HTTP/1.1 400 "), "{body}: {response}");
    }
}

/// Without an envelope, since they came without one.
#[tokio::test]
async fn the_message_log_has_calls_in_shorthand() {
    let log = Log::capture_messages();
    let server = running_desk().await;
    server.exchange(&get("/echo?text=hi", "")).await;
    server.exchange(&json(r#"{"fail":7}"#)).await;
    server
        .exchange(&json(r#"{"jsonrpc":"2.0","method":"zz","id":1}"#))
        .await;
    let lines = log.messages();
    for (line, parts) in lines.iter().zip([
        [
            "rpc::server::request: ",
            "endpoint=\"/echo\"",
            r#" {"method":"echo","params":{"text":"hi"}}"#,
        ],
        [
            "rpc::server::response: ",
            "http_code=200",
            r#" {"result":"hi"}"#,
        ],
        [
            "rpc::server::request: ",
            "endpoint=\"/\"",
            r#" {"method":"fail","params":[7]}"#,
        ],
        [
            "rpc::server::response: ",
            "http_code=422",
            r#" {"error":{"code":7,"#,
        ],
        [
            "rpc::server::request: ",
            "endpoint=\"/\"",
            r#" {"jsonrpc":"2.0","method":"zz","id":1}"#,
        ],
        [
            "rpc::server::response: ",
            "http_code=200",
            r#" {"jsonrpc":"2.0","error":{"code":-32601,"#,
        ],
    ]) {
        assert!(
            parts.iter().all(|part| line.contains(part)),
            "{line}\n{parts:?}"
        );
    }
    assert_eq!(lines.len(), 6, "{lines:?}");
    let headers =
        r#"http_headers={"content-type": "application/json", "cache-control": "no-store""#;
    assert!(lines[1].contains(headers), "{}", lines[1]);
    assert!(lines[3].contains(headers), "{}", lines[3]);
}

/// A path that does not name a method may have anything in it, and the log hides that.
#[tokio::test]
async fn a_path_that_names_no_method_is_not_shown_as_one() {
    let log = Log::capture_messages();
    let server = running_desk().await;
    for target in [
        "/v2/0123456789abcdef01234567",
        "/v2/01234567%389abcdef01234567?key=0123456789abcdef",
    ] {
        assert_eq!(server.exchange(&get(target, "")).await, unknown());
        let lines = log.shorthand();
        assert!(!lines.join("\n").contains("0123456"), "{lines:#?}");
        assert_eq!(lines.len(), 3, "{lines:#?}");
        assert!(lines[0].starts_with("rpc::server::request: "), "{lines:#?}");
        assert!(lines[0].contains(r#"endpoint="/v2/***""#), "{lines:#?}");
        assert!(lines[0].ends_with(r#" "***""#), "{lines:#?}");
        let code = r#" {"error":{"code":-32601,"message":"***"}}"#;
        assert!(lines[1].contains(code), "{lines:#?}");
    }
    // A body names a method on purpose.
    server.exchange(&json(r#"{"zz":null}"#)).await;
    assert!(log.messages()[0].contains(r#"method="zz""#));
}

/// An error of the method's own may quote what it got.
#[tokio::test]
async fn of_a_call_that_failed_the_code_is_logged() {
    let login = |_user: String, password: String| async move {
        Err::<(), _>(ErrorObject::new(7, format!("wrong password {password}")))
    };
    let login = function(login)
        .params(&["user", "password"])
        .secret("password");
    let desk = endpoint(Dispatcher::new().method("login", login)).shorthand(true);
    let server = running(desk).await;
    let log = Log::capture_messages();
    server
        .exchange(&json(r#"{"login":["ann","s3cret"]}"#))
        .await;
    server
        .exchange(&json(r#"{"login":{"user":"ann","pasword":"s3cret"}}"#))
        .await;
    server
        .exchange(&json(r#"{"Login":["ann","s3cret"]}"#))
        .await;
    let lines = log.shorthand();
    assert!(!lines.join("\n").contains("s3cret"), "{lines:#?}");
    let failed = lines
        .iter()
        .filter(|line| line.contains("a call in shorthand failed"));
    let failed: Vec<_> = failed.collect();
    assert_eq!(failed.len(), 3, "{lines:#?}");
    for (line, code) in failed.iter().zip([7, -32602, -32601]) {
        assert!(line.ends_with(&format!(" code={code}")), "{line}");
    }
}

#[tokio::test]
async fn other_http_methods_are_refused() {
    let server = running_desk().await;
    let reason = "calls must be made with GET, HEAD or POST";
    let body = failed(-32600, "Invalid Request", reason);
    let expected = shorthand(
        "405 Method Not Allowed",
        "allow: GET, HEAD, POST\r\nrpc-refused: method\r\n",
        &body,
    );
    for method in ["PUT", "OPTIONS", "DELETE", "PATCH", "BREW"] {
        let request = format!("{method} /ping HTTP/1.1\r\nhost: x\r\n\r\n");
        let response = server.exchange(request.as_bytes()).await;
        assert_eq!(response, expected, "{method}");
    }
}

#[tokio::test]
async fn a_head_is_a_get_without_its_body() {
    let server = running_desk().await;
    for (target, status, length) in [("/ping", "200 OK", "15"), ("/pin", "404 Not Found", "54")] {
        let mut raw = server.connect().await;
        let request = format!("HEAD {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        raw.send(request.as_bytes()).await;
        let head = raw.head().await;
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status}\r\n")),
            "{head}"
        );
        assert!(head.ends_with("\r\n\r\n"), "a body: {head}");
        assert_eq!(header_of(&head, "content-length"), Some(length));
    }
}

/// The headers by which browsers say what a request is for.
#[tokio::test]
async fn a_page_of_another_site_causes_no_call() {
    let (watch, endpoint) = desk();
    let server = running(endpoint).await;
    let browser = "user-agent: Mozilla/5.0 (X11)\r\n";
    for (headers, let_in) in [
        ("", true),
        ("user-agent: curl/8.0\r\n", true),
        ("sec-fetch-site: none\r\n", true),
        (
            "sec-fetch-site: same-origin\r\nuser-agent: Mozilla/5.0\r\n",
            true,
        ),
        ("sec-fetch-site: same-site\r\n", false),
        ("sec-fetch-site: cross-site\r\n", false),
        (
            "sec-fetch-site: none\r\nsec-fetch-site: cross-site\r\n",
            false,
        ),
        ("origin: https://else.example\r\n", false),
        ("origin: null\r\n", false),
        (browser, false),
        // The browser has asked first.
        (
            "content-type: application/json\r\nsec-fetch-site: cross-site\r\n",
            true,
        ),
        (
            "content-type: application/json\r\norigin: https://else.example\r\n",
            true,
        ),
        (
            "content-type: text/plain\r\nsec-fetch-site: cross-site\r\n",
            false,
        ),
        ("content-type: text/plain\r\norigin: null\r\n", false),
        ("content-type: text/plain\r\n", true),
    ] {
        let before = watch.started.load(Ordering::SeqCst);
        let response = server.exchange(&get("/seen?text=x", headers)).await;
        let called = watch.started.load(Ordering::SeqCst) > before;
        assert_eq!(called, let_in, "{headers:?}: {response}");
        let status = if let_in { "200 OK" } else { "403 Forbidden" };
        assert!(
            response.starts_with(&format!("HTTP/1.1 {status}\r\n")),
            "{headers:?}: {response}"
        );
        assert_eq!(
            response.contains(r#"{"error":{"code":-32600,"#),
            !let_in,
            "{response}"
        );
        assert_eq!(
            response.contains("rpc-refused: other-site\r\n"),
            !let_in,
            "{response}"
        );
    }
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    for (headers, let_in) in [
        ("".to_owned(), true),
        (
            "content-type: application/json\r\nsec-fetch-site: cross-site\r\n".to_owned(),
            true,
        ),
        // As curl sends it, and as a page's form does.
        (form.to_owned(), true),
        (form.replace("form", "FORM"), true),
        (format!("{form}{browser}"), false),
        (format!("{form}sec-fetch-site: same-origin\r\n"), false),
        (format!("{form}origin: null\r\n"), false),
        (format!("{form}{form}"), false),
        ("content-type: text/plain\r\n".to_owned(), false),
        (
            "content-type: multipart/form-data; boundary=x\r\n".to_owned(),
            false,
        ),
        ("origin: null\r\n".to_owned(), false),
    ] {
        let before = watch.started.load(Ordering::SeqCst);
        let response = server.exchange(&post(&headers, r#"{"seen":"x"}"#)).await;
        let called = watch.started.load(Ordering::SeqCst) > before;
        assert_eq!(called, let_in, "{headers:?}: {response}");
        let status = if let_in {
            "200 OK"
        } else {
            "415 Unsupported Media Type"
        };
        assert!(
            response.starts_with(&format!("HTTP/1.1 {status}\r\n")),
            "{headers:?}: {response}"
        );
    }
}

#[tokio::test]
async fn json_rpc_messages_are_answered_as_ever() {
    let server = running_desk().await;
    let plain = running(endpoint(DeskServer::new(Clerk::default()))).await;
    let mut not_text = json(r#"{"jsonrpc":"2.0","method":"echo","params":["?"],"id":1}"#);
    let at = not_text.len() - 11;
    not_text[at] = 0xff;
    assert_eq!(
        server.exchange(&not_text).await,
        plain.exchange(&not_text).await
    );
    for body in [
        ECHO,
        r#"{"id":1,"params":["hi"],"method":"echo","jsonrpc":"2.0"}"#,
        r#"{"method":"echo","params":["hi"],"id":1,"json\u0072pc":"2.0"}"#,
        r#"{"jsonrpc":"2.0","method":"note","params":["hi"]}"#,
        r#"[{"jsonrpc":"2.0","method":"ping","id":1},{"ping":null},5]"#,
        r#"{"jsonrpc":"2.0"}"#,
        r#"{"jsonrpc":"1.0","method":"ping","id":1}"#,
        r#"{"jsonrpc":"2.0","method":"zz","id":1}"#,
        r#"{"jsonrpc":"2.0","method":"fail","params":[7],"id":1}"#,
        "[]",
        "[",
        r#"{"jsonrpc":"2.0","method":"ping""#,
        "\u{feff}{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"id\":1}",
    ] {
        let expected = plain.exchange(&json(body)).await;
        assert!(expected.starts_with("HTTP/1.1 200 OK\r\n"), "{expected}");
        assert_eq!(server.exchange(&json(body)).await, expected, "{body}");
    }
    let desk = DeskClient::new(server.client());
    assert_eq!(desk.add(2, 40).await.unwrap(), 42);
}

#[tokio::test]
async fn it_is_off_unless_it_is_asked_for() {
    let off = running(endpoint(DeskServer::new(Clerk::default()))).await;
    let response = off.exchange(&get("/ping", "")).await;
    let text = "JSON-RPC messages must be sent with POST";
    assert_eq!(
        response,
        refused("405 Method Not Allowed", "method", "allow: POST\r\n", text)
    );
    let response = off.exchange(&json(r#"{"ping":null}"#)).await;
    let invalid =
        r#"{"jsonrpc":"2.0","error":{"code":-32600,"message":"Invalid Request"},"id":null}"#;
    assert_eq!(response, ok(invalid));
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let response = off.exchange(&post(form, ECHO)).await;
    assert!(response.starts_with("HTTP/1.1 415 "), "{response}");
}

#[tokio::test]
async fn the_endpoint_s_limits_hold() {
    let (watch, endpoint) = desk_with(|it| it.max_nesting(4));
    let endpoint = endpoint.max_message(40).max_in_flight(1);
    let server = running(endpoint.body_timeout(Duration::from_millis(300))).await;

    let long = "x".repeat(41);
    let too_large = refused(
        "413 Payload Too Large",
        "too-large",
        "connection: close\r\n",
        "the message is larger than 40 bytes",
    );
    let body = format!(r#"{{"echo":"{long}"}}"#);
    assert_eq!(server.exchange(&json(&body)).await, too_large);
    let response = server
        .exchange(&get(&format!("/echo?text={long}"), ""))
        .await;
    assert_eq!(response, too_large);
    let fits = server
        .exchange(&get(&format!("/echo?text={}", &long[..35]), ""))
        .await;
    assert!(fits.starts_with("HTTP/1.1 200 "), "{fits}");

    let response = server.exchange(&json(r#"{"any":[[[[1]]]]}"#)).await;
    assert!(response.contains("-32700"), "{response}");
    let response = server.exchange(&json(r#"{"any":[[[1]]]}"#)).await;
    assert_eq!(response, result(r#"{"any":[[[1]],null,null]}"#));

    let mut slow = server.connect().await;
    slow.send(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 15\r\n\r\n{\"ping\"")
        .await;
    assert!(slow.response().await.starts_with("HTTP/1.1 408 "));

    let mut held = server.connect().await;
    held.send(&get("/gate", "")).await;
    watch.until_started(1).await;
    let busy = refused(
        "503 Service Unavailable",
        "busy",
        "retry-after: 1\r\n",
        "too many messages are being handled",
    );
    assert_eq!(server.exchange(&get("/ping", "")).await, busy);
    assert_eq!(server.exchange(&json(r#"{"ping":""}"#)).await, busy);
    // Nor is its query read then, which would be found wrong.
    assert_eq!(server.exchange(&get("/ping?a&a", "")).await, busy);
    watch.gate.add_permits(1);
    assert_eq!(held.response().await, result(r#"{"gate":"through"}"#));
    until_free(&server).await;
}

/// The place is free when the call's future has gone, which may be a moment after its answer.
async fn until_free(server: &Running) {
    within(async {
        while server.exchange(&get("/ping", "")).await != result(r#"{"ping":"pong"}"#) {
            pause(5).await;
        }
    })
    .await;
}

#[tokio::test]
async fn methods_find_headers_in_their_context() {
    let server = running_desk().await;
    let expected = result(r#"{"header":"north"}"#);
    let request = get("/header?name=x-shop", "x-shop: north\r\n");
    assert_eq!(server.exchange(&request).await, expected);
    let request = post("x-shop: north\r\n", r#"{"header":"x-shop"}"#);
    assert_eq!(server.exchange(&request).await, expected);
}

#[tokio::test]
async fn it_is_mounted_below_a_path() {
    let app = Router::new()
        .nest_service("/desk/at", desk().1)
        .route_service("/rpc", desk().1)
        .fallback_service(desk().1);
    let server = running(app).await;
    for target in ["/desk/at/add?a=1&b=2", "/add?a=1&b=2"] {
        let response = server.exchange(&get(target, "")).await;
        assert_eq!(response, result(r#"{"add":3}"#), "{target}");
    }
    // Where a POST goes matters no more than it does to a message.
    for target in ["/desk/at", "/desk/at/", "/rpc", "/", "/anything"] {
        let request = String::from_utf8(json(r#"{"add":[1,2]}"#)).unwrap();
        let request = request.replacen(" / ", &format!(" {target} "), 1);
        let response = server.exchange(request.as_bytes()).await;
        assert_eq!(response, result(r#"{"add":3}"#), "{target}");
    }
    assert_eq!(server.exchange(&get("/rpc", "")).await, unknown());
}

/// What curl prints, and the status.
async fn curl(arguments: &[&str]) -> (String, u16) {
    let curl = Command::new("curl")
        .args(["--silent", "--show-error", "--max-time", "10"])
        .args(["--noproxy", "*", "--write-out", "\n%{http_code}"])
        .args(arguments)
        .kill_on_drop(true)
        .output();
    let output = within(curl).await.expect("curl is needed");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let (body, status) = printed.rsplit_once('\n').unwrap();
    (body.to_owned(), status.parse().unwrap())
}

/// Every way in which curl is used that the documentation names.
#[tokio::test]
async fn curl_is_answered() {
    let server = running_desk().await;
    let url = server.url();
    let at = |target: &str| format!("{url}{target}");
    let add = at("add");
    let mut with_data = vec!["--get", &*add];
    with_data.extend(["--data-urlencode", "a=2", "--data-urlencode", "b=40"]);
    let name = "a_name%2Fwith_%22all%22_+_sorts_&_%C3%A4";
    for (arguments, expected) in [
        (vec![&*at("ping")], r#"{"ping":"pong"}"#),
        (
            vec!["-X", "POST", &*url, "-d", r#"{"ping":""}"#],
            r#"{"ping":"pong"}"#,
        ),
        (vec![&*url, "-d", r#"{"echo": "a b"}"#], r#"{"echo":"a b"}"#),
        (vec![&*url, "-d", r#"{"add": [2, 40]}"#], r#"{"add":42}"#),
        (vec![&*url, "-d", r#"{"add": {"a": 2}}"#], r#"{"add":3}"#),
        (
            vec![&*url, "--json", r#"{"ping": null}"#],
            r#"{"ping":"pong"}"#,
        ),
        (vec![&*at("add?a=2&b=40")], r#"{"add":42}"#),
        (with_data, r#"{"add":42}"#),
        (
            vec!["--get", &*at("echo"), "--data-urlencode", "text=a+b & c=ä"],
            r#"{"echo":"a+b & c=ä"}"#,
        ),
        (vec!["--globoff", &*at("sum?numbers=[1,2]")], r#"{"sum":3}"#),
        (
            vec![&*at(name)],
            r#"{"a_name/with_\"all\"_+_sorts_&_ä":"odd"}"#,
        ),
    ] {
        let answer = curl(&arguments).await;
        assert_eq!(answer, (expected.to_owned(), 200), "{arguments:?}");
    }
    for (arguments, status) in [
        (vec![&*at("zz")], 404),
        (vec![&*at("add")], 400),
        (vec![&*at("count")], 405),
        (vec![&*at("fail?code=7")], 422),
        (vec![&*url, "-d", r#"{"ping":"","count":""}"#], 400),
        (vec![&*url, "-d", r#"{"add":two}"#], 400),
        (vec![&*url, "-X", "DELETE"], 405),
    ] {
        let (body, found) = curl(&arguments).await;
        assert_eq!(found, status, "{arguments:?}");
        let body: Value = serde_json::from_str(&body).expect(&body);
        assert!(body["error"]["code"].is_i64(), "{body}");
        assert!(body["error"]["message"].is_string(), "{body}");
    }
}

/// `register_function(ping)` of py-jrpc, and `curl http://host/ping`.
#[tokio::test]
async fn a_function_that_is_idempotent_is_reached_by_get() {
    let add = function(|a: i64, b: i64| async move { a + b });
    let service = Dispatcher::new()
        .method("ping", function(|| async { "pong" }).idempotent())
        .method("add", add.params(&["a", "b"]).idempotent());
    let server = running(endpoint(service).shorthand(true)).await;
    for (path, body) in [
        ("/ping", r#"{"ping":"pong"}"#),
        ("/add?b=40&a=2", r#"{"add":42}"#),
    ] {
        assert_eq!(server.exchange(&get(path, "")).await, result(body));
    }
}
