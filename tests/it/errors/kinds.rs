//! What kind of failure an error is.

use rpc_core::{
    CallError, Context, ErrorKind, ErrorObject, Internal, MethodError, Middleware, Next, Outcome,
    RpcError, Service, code, memory, rpc,
};

/// One variant of each kind.
#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
#[error("no")]
pub enum Every {
    #[rpc(code = 1, kind = "invalid")]
    Invalid,
    #[rpc(code = 2, kind = "unauthenticated")]
    Unauthenticated,
    #[rpc(code = 3, kind = "forbidden")]
    Forbidden,
    #[rpc(code = 4, kind = "not_found")]
    NotFound,
    #[rpc(code = 5, kind = "timeout")]
    Timeout,
    #[rpc(code = 6, kind = "conflict")]
    Conflict,
    #[rpc(code = 7, kind = "gone")]
    Gone,
    #[rpc(code = 8, kind = "failed_precondition")]
    FailedPrecondition,
    #[rpc(code = 9, kind = "too_large")]
    TooLarge,
    #[rpc(code = 10, kind = "too_many")]
    TooMany,
    #[rpc(code = 11, kind = "cancelled")]
    Cancelled,
    #[rpc(code = 12, kind = "unimplemented")]
    Unimplemented,
    #[rpc(code = 13, kind = "unavailable")]
    Unavailable,
    #[rpc(code = 14, kind = "internal")]
    Internal,
}

pub const EVERY: [Every; 14] = [
    Every::Invalid,
    Every::Unauthenticated,
    Every::Forbidden,
    Every::NotFound,
    Every::Timeout,
    Every::Conflict,
    Every::Gone,
    Every::FailedPrecondition,
    Every::TooLarge,
    Every::TooMany,
    Every::Cancelled,
    Every::Unimplemented,
    Every::Unavailable,
    Every::Internal,
];

#[derive(Debug, thiserror::Error, RpcError)]
pub enum Some {
    #[error("sold out")]
    #[rpc(code = 1, kind = "conflict")]
    SoldOut { left: u32 },
    #[error("closed")]
    #[rpc(code = 2)]
    Closed,
    #[error("the disk is full")]
    #[rpc(internal)]
    Disk,
}

#[rpc]
pub trait Kinds {
    async fn some(&self, which: u32) -> Result<(), Some>;
    async fn object(&self, code: i64) -> Result<(), ErrorObject>;
    async fn internal(&self) -> Result<(), Internal>;
    async fn plain(&self, number: u32) -> u32;
}

pub struct Failing;

impl Kinds for Failing {
    async fn some(&self, which: u32) -> Result<(), Some> {
        Err(match which {
            1 => Some::SoldOut { left: 3 },
            2 => Some::Closed,
            _ => Some::Disk,
        })
    }

    async fn object(&self, code: i64) -> Result<(), ErrorObject> {
        Err(ErrorObject::new(code, "no"))
    }

    async fn internal(&self) -> Result<(), Internal> {
        Err("no".into())
    }

    async fn plain(&self, number: u32) -> u32 {
        number
    }
}

#[test]
fn a_variant_names_its_kind() {
    let kinds: Vec<ErrorKind> = EVERY.iter().filter_map(MethodError::kind).collect();
    assert_eq!(kinds, ErrorKind::ALL);
    for (error, code) in EVERY.into_iter().zip(Every::CODES) {
        let kind = error.kind();
        assert_eq!(code.kind, kind);
        let object = error.into_error_object();
        assert_eq!(object.kind(), kind);
        assert!(!object.to_json().contains("kind"), "{object:?}");
        let name = kind.unwrap().name();
        assert_eq!(ErrorKind::from_name(name), kind);
        assert_eq!(kind.unwrap().to_string(), name);
    }
    assert_eq!(ErrorKind::from_name("nothing"), None);
}

#[test]
fn standard_codes_have_kinds() {
    for (code, kind) in [
        (code::PARSE_ERROR, Some(ErrorKind::Invalid)),
        (code::INVALID_REQUEST, Some(ErrorKind::Invalid)),
        (code::INVALID_PARAMS, Some(ErrorKind::Invalid)),
        (code::METHOD_NOT_FOUND, Some(ErrorKind::Unimplemented)),
        (code::INTERNAL_ERROR, Some(ErrorKind::Internal)),
        (-32000, None),
        (-32099, None),
        (1001, None),
    ] {
        assert_eq!(ErrorKind::of_code(code), kind);
        assert_eq!(ErrorObject::new(code, "").kind(), kind);
    }
    let object = ErrorObject::new(code::INTERNAL_ERROR, "").with_kind(ErrorKind::Timeout);
    assert_eq!(object.kind(), Some(ErrorKind::Timeout));
}

/// Each question of a [`CallError`], and the kind that it asks for.
fn answers<E: MethodError>(error: &CallError<E>) -> [(bool, ErrorKind); 13] {
    [
        (error.is_invalid(), ErrorKind::Invalid),
        (error.is_unauthenticated(), ErrorKind::Unauthenticated),
        (error.is_forbidden(), ErrorKind::Forbidden),
        (error.is_not_found(), ErrorKind::NotFound),
        (error.is_conflict(), ErrorKind::Conflict),
        (error.is_gone(), ErrorKind::Gone),
        (
            error.is_failed_precondition(),
            ErrorKind::FailedPrecondition,
        ),
        (error.is_too_large(), ErrorKind::TooLarge),
        (error.is_too_many(), ErrorKind::TooMany),
        (error.is_cancelled(), ErrorKind::Cancelled),
        (error.is_unimplemented(), ErrorKind::Unimplemented),
        (error.is_unavailable(), ErrorKind::Unavailable),
        (error.is_internal(), ErrorKind::Internal),
    ]
}

#[test]
fn the_caller_asks_for_one_kind() {
    for error in EVERY {
        let kind = error.kind();
        let error = CallError::Method(error);
        assert_eq!(error.kind(), kind);
        for (answer, asked) in answers(&error) {
            assert_eq!(answer, kind == Some(asked), "{error:?} {asked}");
        }
    }
}

#[tokio::test]
async fn kinds_reach_the_caller_by_the_code() {
    let client = memory::connect(KindsServer::new(Failing));
    let kinds = KindsClient::new(client.clone());
    let error = kinds.some(1).await.unwrap_err();
    assert!(error.is_conflict() && !error.is_not_found());
    assert_eq!(kinds.some(2).await.unwrap_err().kind(), None);
    assert!(kinds.some(3).await.unwrap_err().is_internal());
    assert!(kinds.internal().await.unwrap_err().is_internal());
    assert!(
        kinds
            .object(code::INVALID_PARAMS)
            .await
            .unwrap_err()
            .is_invalid()
    );
    assert_eq!(kinds.object(1).await.unwrap_err().kind(), None);
    let unknown = client.call::<_, ()>("nothing", ()).await.unwrap_err();
    assert!(unknown.is_unimplemented());
    let wrong = client.call::<_, u32>("plain", ("x",)).await.unwrap_err();
    assert!(wrong.is_invalid());
    // Without the contract, a code of its own says nothing.
    let other = client.call::<_, ()>("some", (1,)).await.unwrap_err();
    assert_eq!(other.kind(), None);
}

#[tokio::test]
async fn what_middleware_returns_has_a_kind_on_the_server_alone() {
    struct Closed;

    impl Middleware for Closed {
        async fn call(&self, _: &Context, _: Next<'_>) -> Outcome {
            let error = ErrorObject::new(1009, "closed").with_kind(ErrorKind::Unavailable);
            error.into()
        }
    }

    let server = rpc_core::Server::new(KindsServer::new(Failing).middleware(Closed));
    let message = br#"{"jsonrpc":"2.0","method":"plain","params":[1],"id":1}"#;
    let reply = server.handle(message, Default::default()).await.unwrap();
    assert_eq!(reply.error_kind(), Some(ErrorKind::Unavailable));
    assert_eq!(
        reply.body(),
        br#"{"jsonrpc":"2.0","error":{"code":1009,"message":"closed"},"id":1}"#
    );
    let batch = br#"[{"jsonrpc":"2.0","method":"plain","params":[1],"id":1}]"#;
    let reply = server.handle(batch, Default::default()).await.unwrap();
    assert_eq!((reply.error_code(), reply.error_kind()), (None, None));
}

#[tokio::test]
async fn introspection_tells_kinds() {
    let client = memory::connect(KindsServer::new(Failing));
    let signature: serde_json::Value = client.call("rpc.signature", ("some",)).await.unwrap();
    assert_eq!(
        signature["errors"],
        serde_json::json!([
            {"code": 1, "name": "SoldOut", "kind": "conflict"},
            {"code": 2, "name": "Closed"},
        ])
    );
}
