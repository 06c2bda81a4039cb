//! Errors that several contracts share: `#[rpc(transparent)]`.

use rpc_core::{CallError, ErrorKind, ErrorObject, Internal, MethodError, RpcError, memory, rpc};

const NOT_ALLOWED: i64 = 901;

/// What every method of the shop may answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error, RpcError)]
pub enum AuthError {
    /// Nobody is signed in.
    #[error("not signed in")]
    #[rpc(code = 900, kind = "unauthenticated")]
    NotSignedIn,
    #[error("{0} may not do this")]
    #[rpc(code = NOT_ALLOWED, kind = "forbidden")]
    NotAllowed(String),
    #[error("the directory is gone")]
    #[rpc(internal)]
    Directory,
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
#[error("{limit} calls a day are enough")]
#[rpc(code = 902, kind = "too_many")]
pub struct Quota {
    limit: u32,
}

#[derive(Debug, thiserror::Error, RpcError)]
pub enum OrderError {
    #[error("only {left} left")]
    #[rpc(code = 1001, kind = "conflict")]
    SoldOut { left: u32 },
    #[error(transparent)]
    #[rpc(transparent)]
    Auth(#[from] AuthError),
    #[error(transparent)]
    #[rpc(transparent)]
    Quota { quota: Quota },
    #[error(transparent)]
    #[rpc(internal)]
    Internal(#[from] Internal),
}

/// Shares what is shared already.
#[derive(Debug, thiserror::Error, RpcError)]
pub enum StockError {
    #[error(transparent)]
    #[rpc(transparent)]
    Order(#[from] OrderError),
    #[error("no such shelf")]
    #[rpc(code = 1)]
    NoShelf,
}

#[derive(Debug, thiserror::Error, RpcError)]
#[error(transparent)]
#[rpc(transparent)]
pub struct Wrapped(AuthError);

/// Keeps errors that it does not know.
#[derive(Debug, thiserror::Error, RpcError)]
pub enum Open {
    #[error("closed")]
    #[rpc(code = 1)]
    Closed,
    #[error(transparent)]
    #[rpc(transparent)]
    Other(ErrorObject),
}

#[rpc]
trait Orders {
    async fn place(&self, who: &str) -> Result<u64, OrderError>;
    async fn stock(&self, who: &str) -> Result<u64, StockError>;
}

struct Shop;

fn check(who: &str) -> Result<(), AuthError> {
    match who {
        "" => Err(AuthError::NotSignedIn),
        "guest" => Err(AuthError::NotAllowed(who.to_owned())),
        "nobody" => Err(AuthError::Directory),
        _ => Ok(()),
    }
}

impl Orders for Shop {
    async fn place(&self, who: &str) -> Result<u64, OrderError> {
        check(who)?;
        match who {
            "greedy" => Err(OrderError::Quota {
                quota: Quota { limit: 3 },
            }),
            "unlucky" => Err(Internal::new("no luck"))?,
            _ => Err(OrderError::SoldOut { left: 3 }),
        }
    }

    async fn stock(&self, who: &str) -> Result<u64, StockError> {
        Ok(self.place(who).await?)
    }
}

#[test]
fn codes_are_those_of_all() {
    let codes = |codes: &[rpc_core::ErrorCode]| -> Vec<(i64, &str)> {
        codes.iter().map(|it| (it.code, it.name)).collect()
    };
    let order = [
        (1001, "SoldOut"),
        (900, "NotSignedIn"),
        (901, "NotAllowed"),
        (902, "Quota"),
    ];
    assert_eq!(codes(OrderError::CODES), order);
    let stock: Vec<_> = [(1, "NoShelf")].into_iter().chain(order).collect();
    assert_eq!(codes(StockError::CODES), stock);
    assert_eq!(codes(Wrapped::CODES), codes(AuthError::CODES));
    assert_eq!(OrderError::CODES[1].docs, "Nobody is signed in.");
    assert_eq!(OrderError::CODES[1].kind, Some(ErrorKind::Unauthenticated));
}

#[tokio::test]
async fn the_shared_error_comes_back() {
    let orders = OrdersClient::new(memory::connect(OrdersServer::new(Shop)));
    let error = orders.place("").await.unwrap_err();
    assert!(error.is_unauthenticated());
    assert!(matches!(
        error,
        CallError::Method(OrderError::Auth(AuthError::NotSignedIn))
    ));
    let error = orders.place("guest").await.unwrap_err();
    assert!(error.is_forbidden());
    assert!(matches!(
        error,
        CallError::Method(OrderError::Auth(AuthError::NotAllowed(who))) if who == "guest"
    ));
    let error = orders.place("greedy").await.unwrap_err();
    assert!(error.is_too_many());
    assert!(matches!(
        error,
        CallError::Method(OrderError::Quota {
            quota: Quota { limit: 3 }
        })
    ));
    for who in ["nobody", "unlucky"] {
        let error = orders.place(who).await.unwrap_err();
        assert!(error.is_internal() && error.object().is_some(), "{error:?}");
    }
    let error = orders.stock("").await.unwrap_err();
    assert!(matches!(
        error,
        CallError::Method(StockError::Order(OrderError::Auth(AuthError::NotSignedIn)))
    ));
}

#[test]
fn what_is_not_known_can_be_kept() {
    let new = |code| ErrorObject::new(code, "no");
    assert!(matches!(
        Open::from_error_object(&new(1)),
        Some(Open::Closed)
    ));
    let Some(Open::Other(object)) = Open::from_error_object(&new(2)) else {
        panic!("it is not kept");
    };
    assert_eq!(object, new(2));
    let wrapped = Wrapped(AuthError::NotSignedIn).into_error_object();
    assert_eq!(
        wrapped.to_json(),
        r#"{"code":900,"message":"not signed in"}"#
    );
}
