//! Codes that are constants, and codes that the specification reserves for servers.

use rpc_core::{CallError, ErrorObject, MethodError, RpcError, memory, rpc};

const BASE: i64 = 7000;
const SOLD_OUT: i64 = BASE + 1;

mod doors {
    pub const CLOSED: i64 = -7;
}

const fn next(code: i64) -> i64 {
    code + 1
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
enum OrderError {
    #[error("only {left} left")]
    #[rpc(code = SOLD_OUT, kind = "conflict")]
    SoldOut { left: u32 },
    #[error("closed")]
    #[rpc(code = doors::CLOSED)]
    Closed,
    #[error("computed")]
    #[rpc(code = next(BASE + 1))]
    Computed(u8),
    #[error("plain")]
    #[rpc(code = 1)]
    Plain,
}

/// The codes of Ethereum's JSON-RPC API (EIP-1474).
#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
enum EthereumError {
    #[error("missing or invalid parameters")]
    #[rpc(code = -32000, server_error)]
    InvalidInput,
    #[error("resource not found")]
    #[rpc(code = LAST_SERVER_ERROR, server_error, kind = "not_found")]
    ResourceNotFound,
    #[error("execution reverted")]
    #[rpc(code = 3)]
    Reverted(String),
}

const LAST_SERVER_ERROR: i64 = -32099;

#[test]
fn a_code_may_be_a_constant() {
    let codes: Vec<i64> = OrderError::CODES.iter().map(|known| known.code).collect();
    assert_eq!(codes, [7001, -7, 7002, 1]);
    for (error, json) in [
        (
            OrderError::SoldOut { left: 3 },
            r#"{"code":7001,"message":"only 3 left","data":{"left":3}}"#,
        ),
        (OrderError::Closed, r#"{"code":-7,"message":"closed"}"#),
        (
            OrderError::Computed(5),
            r#"{"code":7002,"message":"computed","data":5}"#,
        ),
        (OrderError::Plain, r#"{"code":1,"message":"plain"}"#),
    ] {
        let object = MethodError::into_error_object(match &error {
            OrderError::SoldOut { left } => OrderError::SoldOut { left: *left },
            OrderError::Closed => OrderError::Closed,
            OrderError::Computed(number) => OrderError::Computed(*number),
            OrderError::Plain => OrderError::Plain,
        });
        assert_eq!(object.to_json(), json);
        assert_eq!(OrderError::from_error_object(&object), Some(error));
    }
    let other = ErrorObject::new(7003, "");
    assert_eq!(OrderError::from_error_object(&other), None);
}

#[rpc]
trait Ethereum {
    async fn call(&self, which: u8) -> Result<(), EthereumError>;
}

struct Node;

impl Ethereum for Node {
    async fn call(&self, which: u8) -> Result<(), EthereumError> {
        Err(match which {
            0 => EthereumError::InvalidInput,
            1 => EthereumError::ResourceNotFound,
            _ => EthereumError::Reverted("0x".to_owned()),
        })
    }
}

#[tokio::test]
async fn codes_for_servers_work_on_request() {
    let node = EthereumClient::new(memory::connect(EthereumServer::new(Node)));
    for (which, expected) in [
        (0, EthereumError::InvalidInput),
        (1, EthereumError::ResourceNotFound),
        (2, EthereumError::Reverted("0x".to_owned())),
    ] {
        let error = node.call(which).await.unwrap_err();
        assert!(
            matches!(&error, CallError::Method(error) if *error == expected),
            "{error:?}"
        );
    }
    assert!(node.call(1).await.unwrap_err().is_not_found());
}
