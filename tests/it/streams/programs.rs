//! Other people's programs over stdin and stdout: as clients of our server, and as servers of our client.

use std::future::IntoFuture;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rpc_core::rpc;
use rpc_stream::{Child, Framing};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::process::Command;

use super::feed::{LIMIT, until};
use super::over_stdio::command;
use crate::peers::{passes, script};

#[tokio::test]
async fn npm_vscode_jsonrpc_as_a_client() {
    let server = command("server");
    let server = server.as_std();
    let mut client = script("vscode_jsonrpc_client.js");
    client.arg(server.get_program()).args(server.get_args());
    let variables = server
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)));
    passes(client.envs(variables)).await;
}

/// What our client asks a language server.
#[rpc(params = "named", rename_all = "camelCase")]
trait Language {
    async fn initialize(
        &self,
        #[rpc(explicit_null)] process_id: Option<u32>,
        #[rpc(explicit_null)] root_uri: Option<&str>,
        capabilities: Value,
    ) -> Value;

    #[rpc(notification)]
    async fn initialized(&self);

    #[rpc(notification, name = "textDocument/didOpen")]
    async fn did_open(&self, text_document: &Document<'_>);

    #[rpc(name = "textDocument/documentSymbol")]
    async fn symbols(&self, text_document: &Value) -> Vec<Value>;

    async fn shutdown(&self);

    #[rpc(notification)]
    async fn exit(&self);
}

#[derive(Clone, Serialize, serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    uri: &'a str,
    language_id: &'a str,
    version: u32,
    text: &'a str,
}

/// What a language server tells our client.
#[rpc(lenient, params = "named", rename_all = "camelCase")]
trait Editor {
    #[rpc(notification, name = "textDocument/publishDiagnostics")]
    async fn diagnostics(&self, uri: &str, diagnostics: Vec<Value>);
}

/// The diagnostics that have come, for each document.
#[derive(Default)]
struct Told(Mutex<Vec<(String, Vec<Value>)>>);

impl Editor for Told {
    async fn diagnostics(&self, uri: &str, diagnostics: Vec<Value>) {
        self.0.lock().unwrap().push((uri.to_owned(), diagnostics));
    }
}

impl Told {
    /// The messages of the first diagnostics of a document.
    async fn messages(&self, of: &str) -> Vec<String> {
        let find = || {
            let told = self.0.lock().unwrap();
            let found = told.iter().find(|(uri, _)| uri == of);
            found.map(|(_, diagnostics)| diagnostics.clone())
        };
        until(|| find().is_some()).await;
        let message = |diagnostic: &Value| diagnostic["message"].as_str().unwrap().to_owned();
        find().unwrap().iter().map(message).collect()
    }
}

/// A language server that was started, and what it says.
struct Started {
    client: rpc_core::Client<Child>,
    server: LanguageClient<Child>,
    told: Arc<Told>,
    capabilities: Value,
}

async fn started(command: Command) -> Started {
    let told = Arc::new(Told::default());
    let client = Child::builder()
        .framing(Framing::Headers)
        .timeout(LIMIT)
        .service(EditorServer::new(Arc::clone(&told)))
        .spawn(command)
        .unwrap();
    let server = LanguageClient::new(client.clone());
    let known = server.initialize(Some(std::process::id()), None, json!({}));
    let capabilities = known.await.unwrap()["capabilities"].clone();
    server.initialized().await.unwrap();
    Started {
        client,
        server,
        told,
        capabilities,
    }
}

impl Started {
    async fn opened(&self, uri: &str, text: &str) {
        let document = Document {
            uri,
            language_id: "cpp",
            version: 1,
            text,
        };
        self.server.did_open(&document).await.unwrap();
    }

    /// Asks for symbols that take a while, and says that they are not wanted any more.
    async fn cancels(&self, uri: &str) {
        let asked = json!({ "uri": uri });
        let given_up = self.server.symbols(&asked).into_future();
        let given_up = tokio::time::timeout(Duration::from_millis(1), given_up);
        assert!(given_up.await.is_err());

        // A call that is dropped gets no answer, so this one is stopped by hand.
        let cancelled = self.server.symbols(&asked).id("to be cancelled");
        let stop = json!({ "id": "to be cancelled" });
        let stop = self.client.notify("$/cancelRequest", stop);
        let (cancelled, stopped) = tokio::join!(cancelled, stop);
        stopped.unwrap();
        let cancelled = cancelled.unwrap_err();
        let code = cancelled.object().map(|error| error.code());
        assert_eq!(code, Some(rpc_core::code::CANCELLED), "{cancelled}");
    }

    async fn ends(self) {
        self.server.shutdown().await.unwrap();
        self.server.exit().await.unwrap();
        let ended = self.client.transport().ended();
        let status = tokio::time::timeout(LIMIT, ended).await.unwrap().unwrap();
        assert!(status.success(), "{status}");
    }
}

#[tokio::test]
async fn debian_clangd_as_a_server() {
    let mut command = Command::new("clangd");
    command.args(["--log=error", "--background-index=false"]);
    let clangd = started(command).await;
    assert_eq!(clangd.capabilities["documentSymbolProvider"], true);

    let uri = "file:///nonexistent/twice.cpp";
    clangd
        .opened(uri, "int twice(int n) { return 2 * m; }\n")
        .await;
    let messages = clangd.told.messages(uri).await;
    assert!(
        messages[0].contains("undeclared identifier 'm'"),
        "{messages:?}"
    );
    let symbols = clangd.server.symbols(&json!({ "uri": uri })).await.unwrap();
    assert_eq!(symbols[0]["name"], "twice", "{symbols:?}");

    // It has to be read before anything can be said about it, and that takes a while.
    let function = |n| {
        format!("template <class T> T f{n}(T t) {{ return t + {n}; }} auto v{n} = f{n}({n}L);\n")
    };
    let long: String = (0..20_000).map(function).collect();
    let uri = "file:///nonexistent/long.cpp";
    clangd.opened(uri, &long).await;
    clangd.cancels(uri).await;
    clangd.ends().await;
}

#[tokio::test]
async fn pypi_pygls_as_a_server() {
    let pygls = started(script("pygls_server.py")).await;
    let uri = "file:///nonexistent/slow.txt";
    pygls.opened(uri, "tea").await;
    assert_eq!(pygls.told.messages(uri).await, ["I do not like tea"]);
    let quick = json!({ "uri": "file:///nonexistent/quick.txt" });
    let symbols = pygls.server.symbols(&quick).await.unwrap();
    assert_eq!(symbols[0]["name"], "all", "{symbols:?}");
    pygls.cancels(uri).await;
    pygls.ends().await;
}
