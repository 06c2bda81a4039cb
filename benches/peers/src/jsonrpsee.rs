//! jsonrpsee with its macro and async methods, on its own HTTP server.

use jsonrpsee::core::{RpcResult, async_trait};
use jsonrpsee::proc_macros::rpc;
use jsonrpsee::server::{ServerBuilder, ServerConfig};
use jsonrpsee::types::ErrorObjectOwned;
use tokio::net::TcpListener;
use work::{FAILURE, Order, Orders};

/// The contract, written for jsonrpsee's macro.
#[rpc(server, client)]
pub trait Bench {
    #[method(name = "add")]
    async fn add(&self, a: i64, b: i64) -> RpcResult<i64>;
    #[method(name = "echo")]
    async fn echo(&self, text: String) -> RpcResult<String>;
    #[method(name = "total")]
    async fn total(&self, orders: Vec<Order>) -> RpcResult<f64>;
    #[method(name = "list")]
    async fn list(&self, bytes: usize) -> RpcResult<Orders>;
    #[method(name = "copy")]
    async fn copy(&self, bytes: usize) -> RpcResult<Vec<Order>>;
    #[method(name = "fail")]
    async fn fail(&self) -> RpcResult<i64>;
}

/// The service.
pub struct Service;

#[async_trait]
impl BenchServer for Service {
    async fn add(&self, a: i64, b: i64) -> RpcResult<i64> {
        Ok(a + b)
    }

    async fn echo(&self, text: String) -> RpcResult<String> {
        Ok(text)
    }

    async fn total(&self, orders: Vec<Order>) -> RpcResult<f64> {
        Ok(work::total(&orders))
    }

    async fn list(&self, bytes: usize) -> RpcResult<Orders> {
        Ok(work::prepared(bytes))
    }

    async fn copy(&self, bytes: usize) -> RpcResult<Vec<Order>> {
        Ok(work::copied(bytes))
    }

    async fn fail(&self) -> RpcResult<i64> {
        let code = i32::try_from(FAILURE).expect("a small number");
        Err(ErrorObjectOwned::owned(code, "sold out", None::<()>))
    }
}

/// Starts a server as jsonrpsee's documentation does, but with a higher limit than its default of 100 connections.
pub async fn serve(listener: TcpListener) {
    let config = ServerConfig::builder()
        .max_connections(MAX_CONNECTIONS)
        .build();
    let listener = listener.into_std().expect("tokio returns the listener");
    let server = ServerBuilder::with_config(config).build_from_tcp(listener);
    let server = server.expect("the listener came from tokio");
    server.start(Service.into_rpc()).stopped().await;
}

/// This project's default.
const MAX_CONNECTIONS: u32 = 8192;
