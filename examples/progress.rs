//! A long call that reports how far it is, and that can be given up. Server and client are in one program.
#![allow(missing_docs)]

use std::time::Duration;

use rpc_core::{Peer, RpcError, rpc};
use rpc_stream::{Client, serve};

#[rpc(namespace = "files")]
pub trait Files {
    /// Imports a file, and returns how many lines it had. Meanwhile it reports, if the caller can be called.
    async fn import(
        &self,
        file: &str,
        #[rpc(peer)] caller: &WatcherClient<Peer>,
    ) -> Result<u32, ImportError>;
}

/// What the server tells its caller.
#[rpc(namespace = "watcher")]
pub trait Watcher {
    #[rpc(notification)]
    async fn progress(&self, file: &str, percent: u32);
}

#[derive(Debug, thiserror::Error, RpcError)]
pub enum ImportError {
    #[error("line {line} is not a number")]
    #[rpc(code = 1001)]
    NotANumber { line: u32 },
}

struct Store;

/// Says when it is dropped before its end: a call that is given up is dropped where it waits.
struct Importing<'a> {
    file: &'a str,
    lines: u32,
}

impl Drop for Importing<'_> {
    fn drop(&mut self) {
        if self.lines < 100 {
            println!("the import of {} stops", self.file);
        }
    }
}

impl Files for Store {
    async fn import(&self, file: &str, caller: &WatcherClient<Peer>) -> Result<u32, ImportError> {
        let mut importing = Importing { file, lines: 0 };
        while importing.lines < 100 {
            if file == "broken.txt" && importing.lines == 30 {
                return Err(ImportError::NotANumber { line: 30 });
            }
            tokio::time::sleep(Duration::from_millis(4)).await;
            importing.lines += 1;
            if importing.lines.is_multiple_of(25) {
                // Whether or not anybody listens, the import goes on.
                let _nobody = caller.progress(file, importing.lines).await;
            }
        }
        Ok(importing.lines)
    }
}

/// Prints how far calls are.
struct Bar;

impl Watcher for Bar {
    async fn progress(&self, file: &str, percent: u32) {
        println!("{file}: {percent} %");
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("tcp://{}", listener.local_addr()?);
    tokio::spawn(serve(listener, FilesServer::new(Store)).into_future());

    let client = Client::builder().service(WatcherServer::new(Bar));
    let files = FilesClient::new(client.build(&address)?);

    // What the server has said before its answer has come before it.
    println!("imported {} lines", files.import("tea.txt").await?);
    if let Err(error) = files.import("broken.txt").await {
        println!("{error}");
    }
    let given_up = files.import("long.txt").timeout(Duration::from_millis(200));
    if let Err(error) = given_up.await {
        println!("{error}");
    }
    // The server has stopped the other import by then.
    files.import("tea.txt").await?;
    Ok(())
}
