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
    async fn publish(&self, uri: &str, diagnostics: &[Diagnostic]);

    #[rpc(notification, name = "window/logMessage")]
    async fn log(&self, #[rpc(name = "type")] level: u8, message: &str);
}

#[derive(Deserialize, Serialize)]
pub struct Document {
    uri: String,
    text: String,
}

#[derive(Clone, Deserialize, Serialize)]
pub struct Diagnostic {
    range: Range,
    message: String,
}

#[derive(Clone, Deserialize, Serialize)]
pub struct Range {
    start: Position,
    end: Position,
}

#[derive(Clone, Deserialize, Serialize)]
pub struct Position {
    line: usize,
    character: usize,
}

#[derive(Default)]
struct Toy {
    documents: Mutex<HashMap<String, String>>,
    is_shut_down: AtomicBool,
    exit: Notify,
}

enum Statement<'a> {
    Print(&'a str),
    Sleep(f32),
}

fn parse(line: &str) -> Option<Statement<'_>> {
    match line.split_once(' ')? {
        ("print", text) => Some(Statement::Print(text)),
        ("sleep", seconds) => Some(Statement::Sleep(seconds.parse().ok()?)),
        _ => None,
    }
}

fn check(text: &str) -> Vec<Diagnostic> {
    let wrong = text.lines().enumerate();
    let wrong = wrong.filter(|(_, line)| !line.is_empty() && parse(line).is_none());
    let diagnostic = |(line, text): (usize, &str)| {
        let position = |character| Position { line, character };
        let range = Range {
            start: position(0),
            end: position(text.encode_utf16().count()),
        };
        let message = "expected print TEXT or sleep SECONDS".to_owned();
        Diagnostic { range, message }
    };
    wrong.map(diagnostic).collect()
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
        let diagnostics = check(&document.text);
        let _gone = editor.publish(&document.uri, &diagnostics).await;
        self.documents().insert(document.uri, document.text);
    }

    async fn execute(&self, (uri,): (&str,), editor: &EditorClient<Peer>) -> u32 {
        let text = self.documents().get(uri).cloned().unwrap_or_default();
        let mut done = 0;
        for statement in text.lines().filter_map(parse) {
            match statement {
                Statement::Print(text) => drop(editor.log(3, text).await),
                Statement::Sleep(seconds) => {
                    tokio::time::sleep(Duration::from_secs_f32(seconds)).await
                }
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
    let exit = Arc::clone(&toy);
    let server = serve_stdio(LanguageServer::new(Arc::clone(&toy)));
    server
        .shutdown(async move { exit.exit.notified().await })
        .await?;
    Ok(match toy.is_shut_down.load(Ordering::Relaxed) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
