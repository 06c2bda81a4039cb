//! Serves the contract in `machine.rs`: `cargo run --example uname_server 127.0.0.1:8080`.
//!
//! Call it with `cargo run --example uname_client http://127.0.0.1:8080/`, or with
//! `curl http://127.0.0.1:8080/ -d '{"jsonrpc":"2.0","method":"uname","id":1}' -H content-type:application/json`.
#![allow(missing_docs)]

use std::io;
use std::process::Command;

use rpc_examples::machine::{Machine, MachineServer, Uname, UnameError};
use rpc_http::server::{endpoint, serve};

struct ThisMachine;

impl Machine for ThisMachine {
    async fn echo(&self, text: &str) -> String {
        text.to_owned()
    }

    // This starts processes and waits for them. `blocking` in the contract keeps it off the async threads.
    fn uname(&self) -> Result<Uname, UnameError> {
        Ok(Uname {
            system: uname("-s")?,
            node: uname("-n")?,
            release: uname("-r")?,
            machine: uname("-m")?,
        })
    }
}

fn uname(option: &str) -> io::Result<String> {
    let output = Command::new("uname").arg(option).output()?;
    if !output.status.success() {
        return Err(io::Error::other(format!(
            "uname {option}: {}",
            output.status
        )));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("listening on http://{}/", listener.local_addr()?);
    serve(listener, endpoint(MachineServer::new(ThisMachine))).await
}
