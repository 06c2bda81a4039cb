//! python-lsp-jsonrpc, on which the Python language server stands: as a client of our server, and as a server of our client.

use std::future::IntoFuture;
use std::sync::{Arc, Mutex};

use rpc_core::{CallError, RpcError, code, rpc};
use rpc_stream::{Child, Framing};

use super::feed::{LIMIT, until};
use super::over_sockets::Running;
use crate::peers::{passes, script};

#[tokio::test]
async fn pypi_python_lsp_jsonrpc_as_a_client() {
    let server = Running::start(|server| server).await;
    let mut client = script("python_lsp_client.py");
    let address = server.address;
    client.args([address.ip().to_string(), address.port().to_string()]);
    passes(&mut client).await;
    server.watch.until_all_dropped().await;
}

/// What our client asks.
#[rpc(params = "named", rename_all = "camelCase")]
trait Python {
    #[rpc(name = "text/echo")]
    async fn echo(&self, text: &str) -> String;

    #[rpc(name = "text/fail")]
    async fn fail(&self, left: u32) -> Result<(), SoldOut>;

    #[rpc(name = "text/askBack")]
    async fn ask_back(&self, question: &str) -> String;

    #[rpc(notification, name = "text/note")]
    async fn note(&self, text: &str);

    /// Waits for the gate, and for those that were asked to wait before.
    #[rpc(name = "work/wait")]
    async fn wait(&self, name: &str) -> String;

    /// Which ones were asked to wait.
    #[rpc(name = "work/asked")]
    async fn asked(&self) -> Vec<String>;

    /// Which ones have begun to wait.
    #[rpc(name = "work/ran")]
    async fn ran(&self) -> Vec<String>;

    #[rpc(name = "work/open")]
    async fn open(&self);
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
#[error("only {left} left")]
#[rpc(code = 1001)]
struct SoldOut {
    left: u32,
}

/// What the server asks and tells our client.
#[rpc(params = "named")]
trait Editor {
    #[rpc(name = "editor/answer")]
    async fn answer(&self, question: &str) -> String;

    #[rpc(notification, name = "editor/noted")]
    async fn noted(&self, text: &str);
}

/// What the server has noted.
#[derive(Default)]
struct Notes(Mutex<Vec<String>>);

impl Editor for Notes {
    async fn answer(&self, question: &str) -> String {
        format!("{question} Yes.")
    }

    async fn noted(&self, text: &str) {
        self.0.lock().unwrap().push(text.to_owned());
    }
}

#[tokio::test]
async fn pypi_python_lsp_jsonrpc_as_a_server() {
    let notes = Arc::new(Notes::default());
    let client = Child::builder()
        .framing(Framing::Headers)
        .timeout(LIMIT)
        .service(EditorServer::from_arc(Arc::clone(&notes)))
        .spawn(script("python_lsp_server.py"))
        .unwrap();
    let python = PythonClient::new(client.clone());

    let text = "é😀\n".repeat(20_000);
    assert_eq!(python.echo(&text).await.unwrap(), text);
    let failed = python.fail(3).await.unwrap_err();
    assert!(
        matches!(failed, CallError::Method(SoldOut { left: 3 })),
        "{failed}"
    );
    let unknown = client.call::<_, ()>("no/such", ()).await.unwrap_err();
    assert_eq!(unknown.object().unwrap().code(), code::METHOD_NOT_FOUND);
    assert_eq!(python.ask_back("Tea?").await.unwrap(), "Tea? Yes.");
    python.note("x").await.unwrap();
    until(|| *notes.0.lock().unwrap() == ["x"]).await;

    cancels(&python).await;
    let status = client.transport().close().await.unwrap();
    assert!(status.success(), "{status}");
}

/// The package cancels what has not begun yet. It does not answer that, so the order of the others tells.
async fn cancels(python: &PythonClient<Child>) {
    let wait = |name| {
        let python = python.clone();
        tokio::spawn(async move { python.wait(name).into_future().await })
    };
    let first = wait("first");
    until_asked(python, 1).await;
    let second = wait("second");
    until_asked(python, 2).await;
    second.abort();
    assert!(second.await.unwrap_err().is_cancelled());
    let third = wait("third");
    until_asked(python, 3).await;
    python.open().await.unwrap();
    assert_eq!(first.await.unwrap().unwrap(), "first");
    assert_eq!(third.await.unwrap().unwrap(), "third");
    assert_eq!(python.ran().await.unwrap(), ["first", "third"]);
}

async fn until_asked(python: &PythonClient<Child>, count: usize) {
    let asked = async { while python.asked().await.unwrap().len() < count {} };
    tokio::time::timeout(LIMIT, asked)
        .await
        .expect("it is asked");
}
