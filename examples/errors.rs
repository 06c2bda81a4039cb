//! Every kind of failure, and how the caller sees it.
#![allow(missing_docs)]

use std::error::Error;
use std::time::Duration;

use rpc_core::{CallError, ErrorObject, Internal, RpcError, rpc};
use rpc_http::Client;
use rpc_http::server::{endpoint, serve};

#[rpc]
pub trait Bank {
    /// Fails with an error that the contract declares.
    async fn withdraw(&self, amount: u32) -> Result<u32, BankError>;

    /// Fails with any error at all. The log gets the details; the caller only sees "Internal error".
    async fn audit(&self) -> Result<String, Internal>;

    /// Fails with an error object built at run time.
    async fn legacy(&self) -> Result<(), ErrorObject>;

    /// Never fails by itself, so the caller has no error of the method's to match on.
    async fn think(&self, milliseconds: u64) -> String;
}

#[derive(Debug, thiserror::Error, RpcError)]
pub enum BankError {
    #[error("the balance is {balance}")]
    #[rpc(code = 1001, kind = "failed_precondition")]
    Overdrawn { balance: u32 },
    #[error("at most {0} at a time")]
    #[rpc(code = 1002, kind = "too_large")]
    TooMuch(u32),
}

struct SmallBank;

impl Bank for SmallBank {
    async fn withdraw(&self, amount: u32) -> Result<u32, BankError> {
        match amount {
            0..=50 => Ok(50 - amount),
            51..=1000 => Err(BankError::Overdrawn { balance: 50 }),
            _ => Err(BankError::TooMuch(1000)),
        }
    }

    async fn audit(&self) -> Result<String, Internal> {
        Ok(std::fs::read_to_string("/no/such/ledger")?)
    }

    async fn legacy(&self) -> Result<(), ErrorObject> {
        Err(ErrorObject::new(7, "try the other counter").with_data(&["2", "3"]))
    }

    async fn think(&self, milliseconds: u64) -> String {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        "done".to_owned()
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    tokio::spawn(serve(listener, endpoint(BankServer::new(SmallBank))).into_future());
    let client = Client::new(&url)?;
    let bank = BankClient::new(client.clone());

    // Errors that the contract declares arrive as values of the same type.
    for amount in [20, 70, 5000] {
        match bank.withdraw(amount).await {
            Ok(left) => println!("withdraw {amount}: {left} left"),
            Err(CallError::Method(BankError::Overdrawn { balance })) => {
                println!("withdraw {amount}: have {balance}")
            }
            Err(CallError::Method(BankError::TooMuch(most))) => {
                println!("withdraw {amount}: the most is {most}")
            }
            Err(other) => return Err(other.into()),
        }
    }
    // All other error objects arrive as they are.
    if let Err(CallError::Object(error)) = bank.audit().await {
        println!("{error}");
    }
    if let Err(CallError::Method(error)) = bank.legacy().await {
        println!(
            "legacy: {error}, with data {:?}",
            error.data_as::<Vec<String>>()
        );
    }
    if let Err(error) = bank.think(5_000).timeout(Duration::from_millis(50)).await {
        println!("{error} (is_timeout: {})", error.is_timeout());
    }
    // Calls by name are not checked against a contract, so they can go wrong in more ways.
    if let Err(error) = client.call::<_, ()>("no_such_method", ()).await {
        println!("{error}");
    }
    if let Err(error) = client.call::<_, ()>("withdraw", ("much",)).await {
        println!("{error}");
    }
    if let Err(error) = client.call::<_, Vec<u8>>("think", (1,)).await {
        println!("{error}");
    }
    // An error says whether the method ran, and keeps its causes, here the operating system's reason.
    let unreachable = BankClient::new(Client::new("http://127.0.0.1:9/")?);
    if let Err(error) = unreachable.withdraw(1).await {
        let execution = error.execution();
        println!("no server: {error} (it {execution})");
        let mut source = error.source();
        while let Some(cause) = source {
            println!("    because {cause}");
            source = cause.source();
        }
    }
    Ok(())
}
