//! `?` in a method with an error type of its own.

use std::error::Error;

use rpc_core::{CallError, Internal, MethodError, ResultExt, RpcError, memory, rpc};

use super::shared::AuthError;
use crate::log::Log;

#[derive(Debug, thiserror::Error, RpcError)]
pub enum OrderError {
    #[error("only {left} left")]
    #[rpc(code = 1001)]
    SoldOut { left: u32 },
    #[error(transparent)]
    #[rpc(transparent)]
    Auth(#[rpc(from)] AuthError),
    #[error("no such page")]
    #[rpc(code = 1002)]
    Page(
        #[rpc(from)]
        #[source]
        Page,
    ),
    #[error(transparent)]
    #[rpc(internal)]
    Internal(#[rpc(from)] Internal),
}

#[derive(Debug, PartialEq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[error("page {0}")]
pub struct Page(u32);

/// As `sqlx::Error` is to a contract: unknown.
#[derive(Debug, thiserror::Error)]
#[error("the query failed")]
struct Sql(#[source] std::io::Error);

#[rpc]
trait Orders {
    async fn place(&self, what: &str) -> Result<u64, OrderError>;
    #[rpc(blocking)]
    fn block(&self, what: &str) -> Result<u64, OrderError>;
}

struct Shop;

fn io() -> std::io::Error {
    std::io::Error::other("no disk")
}

async fn later<T>(value: T) -> T {
    tokio::task::yield_now().await;
    value
}

impl Orders for Shop {
    async fn place(&self, what: &str) -> Result<u64, OrderError> {
        match what {
            "anyhow" => later(Err(anyhow::anyhow!("any").context("how"))).await?,
            "boxed" => later(Err(Box::<dyn Error + Send + Sync>::from("a box"))).await?,
            "unsendable" => {
                let failed: Result<(), Box<dyn Error>> = Err("a box that stays here".into());
                failed.map_err(Internal::message)?;
            }
            "sql" => later(Err(Sql(io()))).await?,
            "io" => later(Err(io())).await?,
            "parse" => drop(what.parse::<u32>()?),
            "text" => Err("just text")?,
            "internal" => later(Err(Internal::new("an internal error"))).await?,
            "call" => {
                let failed: Result<u64, CallError<OrderError>> =
                    later(Err(CallError::Method(OrderError::SoldOut { left: 1 }))).await;
                failed?;
            }
            "ext" => later(Err(io())).await.internal()?,
            "auth" => later(Err(AuthError::NotSignedIn)).await?,
            "page" => later(Err(Page(7))).await?,
            "own" => later(Err(OrderError::SoldOut { left: 3 })).await?,
            _ => {}
        }
        Ok(7)
    }

    fn block(&self, what: &str) -> Result<u64, OrderError> {
        Ok(what.parse::<u64>()?)
    }
}

#[tokio::test]
async fn every_error_becomes_an_internal_one() {
    let log = Log::capture();
    let orders = OrdersClient::new(memory::connect(OrdersServer::new(Shop)));
    for (what, detail) in [
        ("anyhow", "how: any"),
        ("boxed", "a box"),
        ("unsendable", "a box that stays here"),
        ("sql", "the query failed: no disk"),
        ("io", "no disk"),
        ("parse", "invalid digit found in string"),
        ("text", "just text"),
        ("internal", "an internal error"),
        ("call", "only 1 left"),
        ("ext", "no disk"),
    ] {
        let error = orders.place(what).id(1).await.unwrap_err();
        assert!(error.is_internal() && error.object().is_some(), "{error:?}");
        let line = format!(r#"internal error method="place" id="1" detail={detail:?}"#);
        assert_eq!(log.errors(), [line]);
    }
    assert!(orders.block("x").await.unwrap_err().is_internal());
    assert_eq!(orders.block("8").await.unwrap(), 8);
    assert_eq!(orders.place("").await.unwrap(), 7);
}

#[tokio::test]
async fn errors_with_a_variant_of_their_own_become_that_variant() {
    let orders = OrdersClient::new(memory::connect(OrdersServer::new(Shop)));
    let error = orders.place("auth").await.unwrap_err();
    assert!(matches!(
        error,
        CallError::Method(OrderError::Auth(AuthError::NotSignedIn))
    ));
    let error = orders.place("page").await.unwrap_err();
    assert!(matches!(
        error,
        CallError::Method(OrderError::Page(Page(7)))
    ));
    let error = orders.place("own").await.unwrap_err();
    assert!(matches!(
        error,
        CallError::Method(OrderError::SoldOut { left: 3 })
    ));
}

/// Without an error that all others become, each variant has its own conversion. No other derive macro is needed.
#[test]
fn a_conversion_of_one_error() {
    #[derive(Debug, PartialEq, RpcError)]
    enum Plain {
        #[rpc(transparent)]
        Auth(#[rpc(from)] AuthError),
        #[rpc(code = 1)]
        Named {
            #[rpc(from)]
            page: Page,
        },
    }

    impl std::fmt::Display for Plain {
        fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
            write!(f, "{self:?}")
        }
    }

    fn fail(page: u32) -> Result<(), Plain> {
        match page {
            0 => Err(AuthError::NotSignedIn)?,
            _ => Err(Page(page))?,
        }
    }
    assert_eq!(fail(0), Err(Plain::Auth(AuthError::NotSignedIn)));
    assert_eq!(fail(1), Err(Plain::Named { page: Page(1) }));
    let object = fail(1).unwrap_err().into_error_object();
    assert_eq!(object.data().unwrap().get(), r#"{"page":1}"#);
}

/// A type with parameters, and one with a struct around the cause.
#[test]
fn generic_types_convert_too() {
    #[derive(Debug, thiserror::Error, RpcError)]
    enum Generic<T: std::fmt::Debug + serde::Serialize + serde::de::DeserializeOwned> {
        #[error("a value")]
        #[rpc(code = 1)]
        Value(T),
        #[error(transparent)]
        #[rpc(internal)]
        Internal(#[rpc(from)] Internal),
    }

    #[derive(Debug, thiserror::Error, RpcError)]
    #[error(transparent)]
    #[rpc(internal)]
    struct Failed(#[rpc(from)] Internal);

    fn generic() -> Result<(), Generic<u32>> {
        Err(io())?
    }
    fn failed() -> Result<(), Failed> {
        Err(io())?
    }
    assert!(matches!(generic(), Err(Generic::Internal(_))));
    assert_eq!(
        Generic::Value(7).into_error_object().to_json(),
        r#"{"code":1,"message":"a value","data":7}"#
    );
    assert_eq!(failed().unwrap_err().to_string(), "no disk");
}

/// What `#[rpc(from)]` takes from the type must not be missed where calls are polled.
#[test]
fn calls_stay_what_they_are() {
    fn is_unpin<T: Unpin>(_: &T) {}
    let orders = OrdersClient::new(memory::connect(OrdersServer::new(Shop)));
    is_unpin(&orders.place(""));
    is_unpin(&std::future::ready(Err::<(), _>(OrderError::SoldOut {
        left: 3,
    })));
    tokio::sync::oneshot::channel::<OrderError>();
}
