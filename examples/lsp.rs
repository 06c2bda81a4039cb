//! A language server for a toy language, which an editor starts and talks to over stdin and stdout. The language has two
//! statements, `print TEXT` and `sleep SECONDS`, each on a line.
#![allow(missing_docs)]

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rpc_core::{Peer, rpc};
use rpc_stream::serve_stdio;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::Notify;

/// What an editor asks the server. Editors send more than is needed here, so it is lenient.
#[rpc(lenient, params = "named", rename_all = "camelCase")]
pub trait Language {
    async fn initialize(&self) -> Value;

    #[rpc(notification)]
    async fn initialized(&self);

    #[rpc(notification, name = "textDocument/didOpen")]
    async fn did_open(&self, text_document: Document, #[rpc(peer)] editor: &EditorClient<Peer>);

    /// Runs a document, whose lines may sleep for long. An editor stops it with `$/cancelRequest`.
    #[rpc(name = "workspace/executeCommand")]
    async fn execute(&self, arguments: (&str,), #[rpc(peer)] editor: &EditorClient<Peer>) -> u32;

    async fn shutdown(&self);

    #[rpc(notification)]
    async fn exit(&self);
}

/// What the server tells the editor.
#[rpc(params = "named", rename_all = "camelCase")]
pub trait Editor {
    #[rpc(notification, name = "textDocument/publishDiagnostics")]
    async fn publish(&self, uri: &str, diagnostics: &[Value]);

    #[rpc(notification, name = "window/logMessage")]
    async fn log(&self, #[rpc(name = "type")] level: u8, message: &str);
}

#[derive(Deserialize, Serialize)]
pub struct Document {
    uri: String,
    text: String,
}

#[derive(Default)]
struct Toy {
    documents: Mutex<HashMap<String, String>>,
    is_shut_down: AtomicBool,
    exit: Notify,
}

enum Statement<'a> {
    Print(&'a str),
    Sleep(Duration),
}

fn parse(line: &str) -> Option<Statement<'_>> {
    match line.split_once(' ')? {
        ("print", text) => Some(Statement::Print(text)),
        ("sleep", seconds) => {
            let time = Duration::try_from_secs_f32(seconds.parse().ok()?);
            time.ok().map(Statement::Sleep)
        }
        _ => None,
    }
}

/// What is wrong with a document, as an editor wants to know it.
fn check(text: &str) -> Vec<Value> {
    let wrong = |line: &str| !line.is_empty() && parse(line).is_none();
    let lines = text.lines().enumerate().filter(|(_, line)| wrong(line));
    let diagnostic = |(line, text): (usize, &str)| {
        let position = |character| json!({ "line": line, "character": character });
        let end = text.encode_utf16().count();
        json!({
            "range": { "start": position(0), "end": position(end) },
            "message": "expected print TEXT or sleep SECONDS",
        })
    };
    lines.map(diagnostic).collect()
}

impl Toy {
    fn documents(&self) -> MutexGuard<'_, HashMap<String, String>> {
        self.documents
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Language for Toy {
    async fn initialize(&self) -> Value {
        let commands = json!({ "commands": ["run"] });
        json!({ "capabilities": { "textDocumentSync": 1, "executeCommandProvider": commands } })
    }

    async fn initialized(&self) {}

    async fn did_open(&self, document: Document, editor: &EditorClient<Peer>) {
        let Document { uri, text } = document;
        let diagnostics = check(&text);
        // Before anything is waited for: the next message begins then.
        self.documents().insert(uri.clone(), text);
        let _gone = editor.publish(&uri, &diagnostics).await;
    }

    async fn execute(&self, (uri,): (&str,), editor: &EditorClient<Peer>) -> u32 {
        let text = self.documents().get(uri).cloned().unwrap_or_default();
        let mut done = 0;
        for statement in text.lines().filter_map(parse) {
            match statement {
                Statement::Print(text) => drop(editor.log(3, text).await),
                Statement::Sleep(time) => tokio::time::sleep(time).await,
            }
            done += 1;
        }
        done
    }

    async fn shutdown(&self) {
        self.is_shut_down.store(true, Ordering::Relaxed);
    }

    async fn exit(&self) {
        self.exit.notify_one();
    }
}

#[tokio::main]
async fn main() -> std::io::Result<ExitCode> {
    let toy = Arc::new(Toy::default());
    let exiting = Arc::clone(&toy);
    serve_stdio(LanguageServer::new(Arc::clone(&toy)))
        .shutdown(async move { exiting.exit.notified().await })
        .await?;
    Ok(match toy.is_shut_down.load(Ordering::Relaxed) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
