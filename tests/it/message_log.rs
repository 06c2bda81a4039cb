//! Every message that goes out and comes in, in the log, and nothing in it that is a secret.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rpc_core::introspection::DynamicClient;
use rpc_core::message_log::Lines;
use rpc_core::{Batching, Client, Dispatcher, ErrorObject, Server, Transport, function, rpc};
use rpc_http::server::endpoint;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tracing_subscriber::layer::SubscriberExt;

use crate::http::{Running, running, until};
use crate::log::Log;

#[derive(Serialize, Deserialize)]
struct Card {
    number: String,
}

#[rpc]
trait Accounts {
    #[rpc(alias = "signin")]
    async fn login(&self, user: &str, #[rpc(secret)] password: &str) -> bool;

    #[rpc(params = "named")]
    async fn named(&self, #[rpc(secret, name = "pin")] number: u32, note: &str) -> u32;

    async fn pay(&self, #[rpc(flatten, secret)] card: Card) -> usize;

    async fn echo(&self, text: String) -> String;

    /// For ever.
    #[rpc(cancel_on_disconnect)]
    async fn wait(&self);
}

struct Bank;

impl Accounts for Bank {
    async fn login(&self, _: &str, password: &str) -> bool {
        password == "s3cret"
    }

    async fn named(&self, number: u32, _: &str) -> u32 {
        number - 4119000042_u32
    }

    async fn pay(&self, card: Card) -> usize {
        card.number.len()
    }

    async fn echo(&self, text: String) -> String {
        text
    }

    async fn wait(&self) {
        std::future::pending().await
    }
}

async fn bank() -> Running {
    running(endpoint(AccountsServer::new(Bank))).await
}

fn builder<C: rpc_http::Connections>(builder: rpc_http::Builder<C>) -> rpc_http::Builder<C> {
    builder
        .bearer_auth("s3cret")
        .header("cookie", "id=s3cret")
        .header("x-shop", "north")
}

/// Without what differs from run to run.
fn steady(lines: Vec<String>, server: &Running) -> Vec<String> {
    let steady = |line: String| {
        let line = line.replace(&server.address.to_string(), "SERVER");
        let words = line.split(' ').filter(|word| !word.starts_with("elapsed="));
        words.collect::<Vec<_>>().join(" ")
    };
    lines.into_iter().map(steady).collect()
}

#[tokio::test]
async fn secrets_of_a_nested_service_are_hidden_on_both_sides() {
    let service = Dispatcher::new().nest("v2.", AccountsServer::new(Bank));
    let server = running(endpoint(service)).await;
    let client = rpc_http::Client::new(server.url()).unwrap();
    let log = Log::capture_messages();
    let accounts = AccountsClient::new(client.nested("v2."));
    assert!(accounts.login("bob", "s3cret").await.unwrap());
    let messages = log.messages().concat();
    assert!(messages.contains(r#"["bob","#), "{messages}");
    assert!(!messages.contains("s3cret"), "{messages}");
}

#[tokio::test]
async fn both_sides_log_each_message_with_what_is_known_of_it() {
    let server = bank().await;
    let url = format!("http://ann:s3cret@{}/?key=s3cret", server.address);
    let reqwest = rpc_http::Client::builder().build(&url).unwrap().boxed();
    let lean = rpc_http::lean::Client::builder()
        .build(&url)
        .unwrap()
        .boxed();
    for client in [reqwest, lean] {
        let log = Log::capture_messages();
        let echo = AccountsClient::new(client).echo("hi".into());
        assert_eq!(echo.header("x-call", "7").id("a").await.unwrap(), "hi");
        let messages = steady(log.messages(), &server);
        let [request, received, answered, response] = &messages[..] else {
            panic!("{messages:#?}")
        };
        let said = |line: &str, parts: &[&str]| {
            for part in parts {
                assert!(line.contains(part), "{part} is not in {line}");
            }
            assert!(!line.contains("s3cret") && !line.contains("ann"), "{line}");
        };
        let about = [r#"method="echo""#, r#"id="\"a\"""#];
        let sent = r#"{"jsonrpc":"2.0","method":"echo","params":["hi"],"id":"a"}"#;
        let replied = r#"{"jsonrpc":"2.0","result":"hi","id":"a"}"#;
        said(request, &about);
        said(
            request,
            &[
                "rpc::client::request: ",
                sent,
                r#"endpoint="http://SERVER/""#,
            ],
        );
        said(request, &[r#""x-call": "7""#, r#""authorization": ***"#]);
        said(received, &about);
        said(
            received,
            &[
                "rpc::server::request: ",
                sent,
                r#"endpoint="/""#,
                r#""x-call": "7""#,
            ],
        );
        said(answered, &about);
        said(
            answered,
            &[
                "rpc::server::response: ",
                replied,
                "http_code=200",
                r#"http_reason="OK""#,
                r#"http_headers={"content-type": "application/json"}"#,
            ],
        );
        said(response, &about);
        said(
            response,
            &[
                "rpc::client::response: ",
                replied,
                r#"endpoint="http://SERVER/""#,
            ],
        );
        said(
            response,
            &[
                "http_code=200",
                r#"http_reason="OK""#,
                r#""content-type": "application/json""#,
            ],
        );
    }
}

#[tokio::test]
async fn secrets_never_appear() {
    async fn all_ways<T: Transport>(client: Client<T>) {
        let accounts = AccountsClient::new(client.clone());
        assert!(accounts.login("ann", "s3cret").await.unwrap());
        accounts.named(4119000042_u32, "a note").await.unwrap();
        accounts
            .pay(Card {
                number: "s3cret".into(),
            })
            .await
            .unwrap();
        accounts.login("ann", "s3cret").notify().await.unwrap();
        let batch = (
            accounts.login("ann", "s3cret"),
            accounts.named(4119000042_u32, "a note"),
            accounts.pay(Card {
                number: "s3cret".into(),
            }),
        );
        let (login, named, pay) = client.batch(batch).await.unwrap();
        assert!(login.unwrap() && named.is_ok() && pay.is_ok());
        let (one, two) = tokio::join!(
            accounts.login("ann", "s3cret"),
            accounts.login("bob", "s3cret"),
        );
        assert!(one.unwrap() && two.unwrap());

        // What does not fit is not quoted either: neither in the log, nor on the wire, nor by the client.
        let secret = |params: Value| client.call::<_, Value>("named", params);
        for params in [
            json!({ "pin": "s3cret", "note": "" }),
            json!(["s3cret", ""]),
        ] {
            let error = secret(params).secret_param(0, "pin").await.unwrap_err();
            let data = error.object().unwrap().data_as::<String>().unwrap();
            assert_eq!(data, "parameter `pin` has the wrong type");
        }
        let card = client.call::<_, Value>("pay", json!({ "number": 4119000042_u32 }));
        let error = card.secret_params().await.unwrap_err();
        let data = error.object().unwrap().data_as::<String>().unwrap();
        assert_eq!(data, "the params have the wrong type");

        // Without a contract, each kind of message can say it.
        let login = || client.call::<_, bool>("login", ("ann", "s3cret"));
        let logged_in = login().secret_param(1, "password").await;
        assert!(logged_in.unwrap());
        let note = client.notify("login", ("ann", "s3cret"));
        note.secret_param(1, "password").await.unwrap();
        let both = (login(), client.notify("login", ("bob", "s3cret")));
        let (one, two) = client.batch(both).secret_params().await.unwrap();
        assert!(one.unwrap() && two.is_ok());
        for message in [
            r#"{"jsonrpc":"2.0","method":"login","params":["ann","s3cret"],"id":1}"#,
            r#"[{"jsonrpc":"2.0","m\u0065thod":"log\u0069n","params":["ann","s3cret"],"id":1}]"#,
            r#"{"jsonrpc":"2.0","params":["ann","s3cret"],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"login","params":["ann","s3cret""#,
        ] {
            client.send(message).secret_params().await.unwrap();
        }
    }

    let server = bank().await;
    let log = Log::capture_messages();
    all_ways(
        builder(rpc_http::Client::builder())
            .build(server.url())
            .unwrap(),
    )
    .await;
    all_ways(
        builder(rpc_http::lean::Client::builder())
            .build(server.url())
            .unwrap(),
    )
    .await;
    let gathering = rpc_http::Client::builder().batching(Batching::default());
    all_ways(builder(gathering).build(server.url()).unwrap()).await;
    let messages = log.messages();
    // Two of the gathered calls share their message.
    assert_eq!(messages.len(), 4 * (17 + 17 + 16), "{messages:#?}");
    let secret = |line: &&String| line.contains("s3cret") || line.contains("4119000042");
    assert_eq!(messages.iter().find(secret), None);
    let all = messages.join("\n");
    for shown in [
        r#""params":["ann","***"]"#,
        r#""params":{"pin":"***","note":"a note"}"#,
        r#""method":"pay","params":"***""#,
        r#""x-shop": "north""#,
    ] {
        assert!(all.contains(shown), "{shown} is not in {all}");
    }
}

/// It knows no contract, but it can ask which params are secrets.
#[tokio::test]
async fn a_dynamic_client_hides_what_the_server_calls_a_secret() {
    async fn sent<T: Transport>(server: &DynamicClient<T>, log: &Log) -> Vec<String> {
        let card = json!({ "number": "s3cret" });
        let named = json!({ "pin": 4119000042_u32, "note": "a note" });
        let calls = [
            ("login", json!(["ann", "s3cret"])),
            ("login", json!({ "password": "s3cret", "user": "ann" })),
            ("named", named),
            ("pay", card),
            ("echo", json!(["hi"])),
        ];
        log.messages();
        for (method, params) in calls {
            server
                .call::<_, Value>(method, params)
                .unwrap()
                .await
                .unwrap();
        }
        let mut messages = log.messages();
        let secret = |line: &&String| line.contains("s3cret") || line.contains("4119000042");
        assert_eq!(messages.iter().find(secret), None);
        messages.retain(|line| line.starts_with("rpc::client::request"));
        messages
    }

    let server = bank().await;
    let log = Log::capture_messages();
    let knowing = DynamicClient::connect(server.client()).await.unwrap();
    let shown = [
        r#""params":"***""#,
        r#""params":"***""#,
        r#""params":"***""#,
        r#""params":"***""#,
        r#""params":["hi"]"#,
    ];
    for (line, shown) in sent(&knowing, &log).await.iter().zip(shown) {
        assert!(line.contains(shown), "{shown} is not in {line}");
    }

    // One that could not ask, or did not when nobody read the log, takes all for secrets.
    let small = running(endpoint(
        Server::new(AccountsServer::new(Bank)).max_batch(1),
    ))
    .await;
    let refused = DynamicClient::connect(small.client()).await.unwrap();
    drop(log);
    let unlogged = DynamicClient::connect(server.client()).await.unwrap();
    let log = Log::capture_messages();
    for ignorant in [refused, unlogged] {
        for line in sent(&ignorant, &log).await {
            assert!(line.contains(r#""params":"***""#), "{line}");
        }
    }
    let mut known = DynamicClient::connect(server.client()).await.unwrap();
    known.refresh().await.unwrap();
    let lines = sent(&known, &log).await;
    assert!(lines[4].contains(r#""params":["hi"]"#), "{}", lines[4]);
}

#[tokio::test]
async fn a_call_that_is_given_up_says_so() {
    async fn abandoned<T: Transport>(client: Client<T>) {
        let wait = AccountsClient::new(client).wait();
        let waited = tokio::time::timeout(Duration::from_millis(200), wait).await;
        assert!(waited.is_err());
    }

    let server = bank().await;
    let url = server.url();
    let log = Log::capture_messages();
    for reqwest in [true, false] {
        match reqwest {
            true => abandoned(rpc_http::Client::new(&url).unwrap()).await,
            false => abandoned(rpc_http::lean::Client::new(&url).unwrap()).await,
        }
        let messages = RefCell::default();
        until(|| {
            let mut messages = messages.borrow_mut();
            *messages = [std::mem::take(&mut *messages), log.messages()].concat();
            messages.len() == 4
        })
        .await;
        let mut messages = messages.into_inner();
        messages.sort();
        for (line, target) in messages.iter().zip([
            "rpc::client::request: ",
            "rpc::client::response: ",
            "rpc::server::request: ",
            "rpc::server::response: ",
        ]) {
            let is_response = target.contains("response");
            assert!(line.starts_with(target), "{line}");
            assert!(line.contains(r#"method="wait""#), "{line}");
            assert_eq!(line.contains("elapsed="), is_response, "{line}");
            let is_clients = target == "rpc::client::response: ";
            assert_eq!(line.ends_with("given up"), is_clients, "{line}");
            let is_servers = target == "rpc::server::response: ";
            assert_eq!(line.contains("-32603"), is_servers, "{line}");
        }
    }
}

#[tokio::test]
async fn a_server_hides_what_comes_from_anybody() {
    let server = bank().await;
    let log = Log::capture_messages();
    let http = reqwest::Client::new();
    for body in [
        r#"{"jsonrpc":"2.0","method":"signin","params":{"password":"s3cret","user":"ann"},"id":1}"#,
        r#"{"id":1,"params":["ann","s3cret"],"method":"login"}"#,
        r#"{"method":"login","params":["s3cret","s3c"#,
        r#"{"\ud800":0,"jsonrpc":"2.0","method":"login","params":["ann","s3cret"],"id":1}"#,
        r#"[[{"method":"login","params":["ann","s3cret"]}]]"#,
        r#""{\"method\":\"login\",\"params\":[\"ann\",\"s3cret\"]}""#,
        r#"{"jsonrpc":"2.0","method":"login","param":["ann","s3cret"],"id":1}"#,
        r#"{"jsonrpc":"2.0","method":"Login","params":["ann","s3cret"],"id":1}"#,
        r#"{"jsonrpc":"2.0","methd":"login","params":["ann","s3cret"],"id":1}"#,
        r#"[{"jsonrpc":"2.0","method":"log\u0069n","params":["ann","s3cret"],"id":1}]"#,
    ] {
        let request = http
            .post(server.url())
            .header("content-type", "application/json");
        request.body(body).send().await.unwrap();
    }
    let messages = log.messages();
    assert_eq!(messages.len(), 20);
    assert!(!messages.join("\n").contains("s3c"), "{messages:#?}");
    assert!(messages[4].contains("*** (not JSON)"), "{}", messages[4]);

    let request = http
        .post(server.url())
        .header("content-type", "application/json");
    let no_unicode = b"{\"method\":\"login\xff\",\"params\":[\"s3cret\"]}";
    request.body(no_unicode.as_slice()).send().await.unwrap();
    let request = http
        .post(server.url())
        .header("content-type", "application/json");
    let marked = "\u{feff}{\"jsonrpc\":\"2.0\",\"method\":\"login\",\"params\":[\"ann\",\"s3cret\"],\"id\":1}";
    request.body(marked).send().await.unwrap();
    let messages = log.messages();
    assert!(!messages.join("\n").contains("s3c"), "{messages:#?}");
    assert!(messages[0].contains("*** (not JSON)"), "{}", messages[0]);
    assert!(messages[2].contains(r#"method="login""#), "{}", messages[2]);
}

/// Where a service gives its keys as a part of its URL.
#[tokio::test]
async fn a_key_in_the_path_is_hidden() {
    async fn hidden<T: Transport + fmt::Debug>(client: Client<T>, server: &Running) {
        let transport = format!("{:?}", client.transport());
        let log = Log::capture_messages();
        AccountsClient::new(client).echo("hi".into()).await.unwrap();
        let shown = steady([log.messages(), vec![transport]].concat(), server);
        assert!(!shown.join("\n").contains("s3cret"), "{shown:#?}");
        for (line, endpoint) in shown.iter().zip([
            r#"endpoint="http://SERVER/v2/***/rpc""#,
            r#"endpoint="/v2/***/rpc""#,
            r#"endpoint="/v2/***/rpc""#,
            r#"endpoint="http://SERVER/v2/***/rpc""#,
            r#"url: "http://SERVER/v2/***/rpc""#,
        ]) {
            assert!(line.contains(endpoint), "{endpoint} is not in {line}");
        }
    }

    let server = bank().await;
    let url = format!("{}v2/s3cret-0123456789abcdef/rpc", server.url());
    hidden(rpc_http::Client::new(&url).unwrap(), &server).await;
    hidden(rpc_http::lean::Client::new(&url).unwrap(), &server).await;
}

/// What the log has of the messages that come, two lines each.
async fn logged(server: &Running, bodies: &[&str]) -> Vec<String> {
    let http = reqwest::Client::new();
    let log = Log::capture_messages();
    for body in bodies {
        let request = http
            .post(server.url())
            .header("content-type", "application/json");
        let body = String::from(*body);
        request.body(body).send().await.unwrap();
    }
    let messages = log.messages();
    assert_eq!(messages.len(), 2 * bodies.len());
    messages
}

#[tokio::test]
async fn a_secret_in_the_wrong_place_is_hidden() {
    let server = bank().await;
    let messages = logged(
        &server,
        &[
            r#"{"jsonrpc":"2.0","method":"login","params":{"user":"ann","pasword":"s3cret"},"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"login","params":["ann","s3cret","s3cret"],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"login","id":{"password":"s3cret"}}"#,
            r#"{"jsonrpc":"2.0","method":{"login":{"password":"s3cret"}},"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"rpc.help","params":{"method":"login","password":"s3cret"},"id":1}"#,
        ],
    )
    .await;
    assert!(!messages.join("\n").contains("s3cret"), "{messages:#?}");
    for (line, shown) in messages.iter().step_by(2).zip([
        r#""params":{"user":"ann","pasword":"***"},"id":1}"#,
        r#""params":["ann","***","***"],"id":1}"#,
        r#""method":"login","id":"***"}"#,
        r#""method":"***","id":1}"#,
        r#""params":{"method":"login","password":"***"},"id":1}"#,
    ]) {
        assert!(line.contains(shown), "{shown} is not in {line}");
    }
}

/// What a method says of its params, or panics with, or a fallback, or who is told of errors by the server.
#[tokio::test]
async fn errors_that_may_quote_a_secret_are_known_by_their_code() {
    let refused = |password: &str| ErrorObject::new(7, format!("wrong password {password}"));
    let dispatcher = Dispatcher::new()
        .method(
            "login",
            function(move |_user: String, password: String| async move {
                Err::<(), _>(refused(&password).with_data(&password))
            })
            .params(&["user", "password"])
            .secret("password"),
        )
        .method(
            "crash",
            function(|password: String| async move {
                assert!(password.is_empty(), "no {password}");
            })
            .params(&["password"])
            .secret("password"),
        )
        .method("plain", move |text: String| async move {
            Err::<(), _>(refused(&text))
        })
        .fallback(|_, params| async move {
            let text = params.map_or_else(String::new, |params| params.to_string());
            ErrorObject::new(7, format!("wrong {text}")).into()
        });
    let dispatcher = Arc::new(dispatcher);
    let service = Arc::clone(&dispatcher);
    let server = running(endpoint(Server::new(service).disclose(true))).await;
    let messages = logged(
        &server,
        &[
            r#"{"jsonrpc":"2.0","method":"login","params":["ann","s3cret"],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"crash","params":["s3cret"],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"Login","params":["ann","s3cret"],"id":1}"#,
            r#"[{"jsonrpc":"2.0","method":"login","params":["ann","s3cret"],"id":1}]"#,
        ],
    )
    .await;
    assert!(!messages.join("\n").contains("s3cret"), "{messages:#?}");
    for (line, shown) in messages.iter().skip(1).step_by(2).zip([
        r#""error":{"code":7,"message":"***","data":"***"},"id":1}"#,
        r#""error":{"code":-32603,"message":"***","data":"***"},"id":1}"#,
        r#""error":{"code":7,"message":"***"},"id":1}"#,
        r#"[{"jsonrpc":"2.0","error":{"code":7,"message":"***","data":"***"},"id":1}]"#,
    ]) {
        assert!(line.contains(shown), "{shown} is not in {line}");
    }

    // What hides nothing is answered in words.
    let messages = logged(
        &server,
        &[
            r#"{"jsonrpc":"2.0","method":"plain","params":["hi"],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"login","params":["ann"],"id":1}"#,
            r#"{"jsonrpc":"2.0","method":"other","id":1}"#,
        ],
    )
    .await;
    for (line, shown) in messages.iter().skip(1).step_by(2).zip([
        r#""message":"wrong password hi""#,
        "missing parameter `password`",
        r#""message":"wrong ""#,
    ]) {
        assert!(line.contains(shown), "{shown} is not in {line}");
    }

    // The method has gone, but not those who call it.
    assert!(dispatcher.remove("login") && dispatcher.remove("crash"));
    let login = r#"{"jsonrpc":"2.0","method":"login","params":["ann","s3cret"],"id":1}"#;
    let messages = logged(&server, &[login]).await;
    assert!(!messages.join("\n").contains("s3cret"), "{messages:#?}");
}

#[tokio::test]
async fn a_server_without_secrets_shows_what_its_methods_declare() {
    let dispatcher = Dispatcher::new()
        .method("add", |a: i64, b: i64| async move { a + b })
        .method(
            "first",
            |all: Vec<String>| async move { all.first().cloned() },
        );
    let server = running(endpoint(dispatcher)).await;
    let bodies = [
        r#"{"jsonrpc":"2.0","method":"add","params":[1,2],"id":1}"#,
        r#"{"jsonrpc":"2.0","method":"add","params":[1,2,3],"id":1}"#,
        r#"{"jsonrpc":"2.0","method":"first","params":[["a"]],"id":1}"#,
    ];
    let messages = logged(&server, &bodies).await;
    for (line, body) in messages.iter().step_by(2).zip(bodies) {
        assert!(line.contains(body), "{body} is not in {line}");
    }
    assert!(messages[3].contains("-32602") && !messages[3].contains("***"));
}

#[tokio::test]
async fn long_strings_are_cut_and_failures_are_said() {
    let server = bank().await;
    let log = Log::capture_messages();
    let accounts = AccountsClient::new(server.client());
    accounts.echo("x".repeat(1000)).await.unwrap();
    for message in log.messages() {
        assert!(
            message.contains(&format!("\"{}…\"", "x".repeat(200))),
            "{message}"
        );
    }
    let nowhere = rpc_http::Client::new("http://127.0.0.1:1/").unwrap();
    AccountsClient::new(nowhere)
        .echo("hi".into())
        .await
        .unwrap_err();
    let messages = log.messages();
    assert_eq!(messages.len(), 2);
    assert!(
        messages[1].contains("could not connect: "),
        "{}",
        messages[1]
    );
    assert!(!messages[1].contains("http_code"), "{}", messages[1]);
}

#[test]
fn lines_are_as_people_know_them() {
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Written {
        fn write(&mut self, text: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(text);
            Ok(text.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    let written = Written::default();
    let lines = tracing_subscriber::registry().with(Lines::new(written.clone()));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    tracing::subscriber::with_default(lines, || {
        runtime.block_on(async {
            let server = bank().await;
            let client = server.client();
            client.call::<_, String>("echo", ["hi"]).await.unwrap();
            client.call::<_, String>("none", ()).await.unwrap_err();
        });
    });
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert_eq!(text.lines().count(), 8, "{text}");
    let mut client_side: Vec<_> = text.lines().collect();
    client_side.dedup(); // what the server says of it is the same
    assert_eq!(
        client_side,
        [
            r#"--> {"jsonrpc":"2.0","method":"echo","params":["hi"],"id":1}"#,
            r#"<-- {"jsonrpc":"2.0","result":"hi","id":1} (200 OK)"#,
            r#"--> {"jsonrpc":"2.0","method":"none","id":2}"#,
            r#"<-- {"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":2} (200 OK)"#,
        ]
    );
}
