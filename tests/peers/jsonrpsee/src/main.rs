//! Interop peer: jsonrpsee's client and server, with subscriptions.
//!
//! usage: jsonrpsee-peer client URL
//!        jsonrpsee-peer server

mod client;
mod server;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

type Result<T = ()> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// Nothing takes longer, even on a slow machine.
const LIMIT: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let run = async {
        match &*arguments.iter().map(String::as_str).collect::<Vec<_>>() {
            ["client", url] => client::run(url).await,
            ["server"] => server::run().await,
            _ => Err("usage: jsonrpsee-peer client URL, or jsonrpsee-peer server".into()),
        }
    };
    match run.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("FAILED  {error}");
            ExitCode::FAILURE
        }
    }
}
