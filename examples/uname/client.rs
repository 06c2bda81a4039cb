//! Asks a `uname_server` which machine it runs on: `cargo run --example uname_client http://127.0.0.1:8080/`.
#![allow(missing_docs)]

use rpc_examples::machine::MachineClient;
use rpc_http::Client;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "http://127.0.0.1:8080/".to_owned());
    let machine = MachineClient::new(Client::new(&url)?);

    println!("{}", machine.echo("hello from afar").await?);
    let uname = machine.uname().await?;
    println!(
        "{} {} {} {}",
        uname.system, uname.node, uname.release, uname.machine
    );
    Ok(())
}
