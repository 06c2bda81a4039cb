//! Errors that methods declare: what travels, what comes back, and what stays on the server.

mod codes;
mod conversions;
pub mod kinds;
pub mod log;
mod names;
mod shared;

use rpc_core::{
    CallError, Dispatcher, ErrorObject, Internal, MethodError, RpcError, code, memory, rpc,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::log::Log;
use crate::scripted::{Broken, Script};
use crate::shop::OrderError;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    shelf: u8,
}

/// One variant of each shape.
#[derive(Debug, Clone, PartialEq, thiserror::Error, RpcError)]
pub enum Shapes {
    /// Nothing to add.
    #[error("unit")]
    #[rpc(code = 1)]
    Unit,
    #[error("empty")]
    #[rpc(code = 2)]
    Empty {},
    #[error("named {type} {place:?}")]
    #[rpc(code = -3)]
    Named {
        r#type: String,
        place: Place,
        note: Option<String>,
    },
    #[error("single {0}")]
    #[rpc(code = 4)]
    Single(u32),
    #[error("optional {0:?}")]
    #[rpc(code = 5)]
    Optional(Option<u32>),
    #[error("several {0} {1}")]
    #[rpc(code = 6)]
    Several(u32, String),
    #[error("skipping {kept}")]
    #[rpc(code = 7)]
    Skipping {
        kept: u32,
        #[rpc(skip)]
        dropped: String,
    },
    #[error("skipping in order {0} {2}")]
    #[rpc(code = 8)]
    SkippingInOrder(u32, #[rpc(skip)] String, u32),
    #[error("skipping all {0}")]
    #[rpc(code = 9)]
    SkippingAll(#[rpc(skip)] String),
    #[error("the disk is full")]
    #[rpc(internal)]
    Disk,
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
#[error("quota of {limit}")]
#[rpc(code = 70000)]
pub struct Quota {
    limit: u64,
}

#[derive(Debug, PartialEq, thiserror::Error, RpcError)]
#[error("generic {0:?}")]
#[rpc(code = 1)]
pub struct Generic<T: std::fmt::Debug + Serialize + serde::de::DeserializeOwned>(T);

#[test]
fn what_travels_and_what_comes_back() {
    let place = Place { shelf: 3 };
    let named = |note: Option<&str>| Shapes::Named {
        r#type: "tea".into(),
        place: place.clone(),
        note: note.map(Into::into),
    };
    let skipping = |dropped: &str| Shapes::Skipping {
        kept: 1,
        dropped: dropped.into(),
    };
    for (error, json, back) in [
        (Shapes::Unit, json!({"code": 1, "message": "unit"}), None),
        (
            Shapes::Empty {},
            json!({"code": 2, "message": "empty"}),
            None,
        ),
        (
            named(None),
            json!({"code": -3, "message": "named tea Place { shelf: 3 }",
                "data": {"type": "tea", "place": {"shelf": 3}, "note": null}}),
            None,
        ),
        (
            named(Some("n")),
            json!({"code": -3, "message": "named tea Place { shelf: 3 }",
                "data": {"type": "tea", "place": {"shelf": 3}, "note": "n"}}),
            None,
        ),
        (
            Shapes::Single(7),
            json!({"code": 4, "message": "single 7", "data": 7}),
            None,
        ),
        (
            Shapes::Optional(None),
            json!({"code": 5, "message": "optional None", "data": null}),
            None,
        ),
        (
            Shapes::Several(7, "x".into()),
            json!({"code": 6, "message": "several 7 x", "data": [7, "x"]}),
            None,
        ),
        (
            skipping("secret"),
            json!({"code": 7, "message": "skipping 1", "data": {"kept": 1}}),
            Some(skipping("")),
        ),
        (
            Shapes::SkippingInOrder(1, "secret".into(), 2),
            json!({"code": 8, "message": "skipping in order 1 2", "data": [1, 2]}),
            Some(Shapes::SkippingInOrder(1, String::new(), 2)),
        ),
        (
            Shapes::SkippingAll("gone".into()),
            json!({"code": 9, "message": "skipping all gone"}),
            Some(Shapes::SkippingAll(String::new())),
        ),
    ] {
        let object = error.clone().into_error_object();
        let sent: Value = serde_json::from_str(&object.to_json()).unwrap();
        assert_eq!(sent, json, "{error:?}");
        let back = back.unwrap_or(error);
        assert_eq!(Shapes::from_error_object(&object), Some(back));
    }
    let quota = Quota { limit: 9 }.into_error_object();
    assert_eq!(
        quota.to_json(),
        r#"{"code":70000,"message":"quota of 9","data":{"limit":9}}"#
    );
    assert_eq!(Quota::from_error_object(&quota), Some(Quota { limit: 9 }));
    let generic = Generic(place).into_error_object();
    assert!(Generic::<Place>::from_error_object(&generic).is_some());
    assert!(Generic::<u32>::from_error_object(&generic).is_none());
}

#[test]
fn codes_are_listed_with_their_docs() {
    let codes: Vec<_> = Shapes::CODES
        .iter()
        .map(|known| (known.code, known.name, known.docs))
        .collect();
    assert_eq!(codes[0], (1, "Unit", "Nothing to add."));
    assert_eq!(codes[2], (-3, "Named", ""));
    // An internal error adds no code.
    assert_eq!(codes.len(), 9);
    assert!(Internal::CODES.is_empty() && std::convert::Infallible::CODES.is_empty());
}

#[test]
fn objects_of_other_types_are_not_read() {
    let new = |code| ErrorObject::new(code, "");
    for object in [
        new(0),
        new(-32603),
        new(4),
        new(4).with_data("seven"),
        new(4).with_data(&[7]),
        new(5),
        new(6),
        new(6).with_data(&[7]),
        new(6).with_data(&json!([7, 7])),
        new(-3),
        new(-3).with_data("x"),
        new(-3).with_data(&json!({"type": "tea"})),
        new(-3).with_data(&json!({"type": 7, "place": {"shelf": 3}})),
        new(7).with_data(&json!({"dropped": ""})),
    ] {
        assert_eq!(Shapes::from_error_object(&object), None, "{object}");
    }
    // Extra members are ignored, and an optional one may be missing.
    let extra = new(-3).with_data(&json!({"place": {"shelf": 3}, "type": "t", "more": 1}));
    assert!(Shapes::from_error_object(&extra).is_some());
    let extra = new(1).with_data("more");
    assert_eq!(Shapes::from_error_object(&extra), Some(Shapes::Unit));
}

#[derive(Debug, thiserror::Error)]
#[error("no route to 10.0.0.7")]
struct NoRoute;

#[derive(Debug, thiserror::Error, RpcError)]
pub enum StoreError {
    #[error("the database failed")]
    #[rpc(internal)]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error("no space")]
    #[rpc(internal)]
    Full,
    #[error("unknown shelf")]
    #[rpc(code = 7)]
    Shelf(#[rpc(skip)] Option<Box<dyn std::error::Error + Send + Sync>>),
}

#[rpc]
trait Store {
    async fn shape(&self, which: u32) -> Result<u32, Shapes>;
    async fn quota(&self) -> Result<(), Quota>;
    async fn internal(&self, detail: &str) -> Result<u32, Internal>;
    async fn store(&self, which: u32) -> Result<(), StoreError>;
    async fn object(&self, code: i64) -> Result<(), ErrorObject>;
    async fn unwritable(&self) -> Unwritable;
}

#[derive(Debug, Deserialize)]
struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Broken.serialize(serializer)
    }
}

struct Shelves;

impl Store for Shelves {
    async fn shape(&self, which: u32) -> Result<u32, Shapes> {
        match which {
            0 => Ok(0),
            1 => Err(Shapes::Several(1, "x".into())),
            _ => Err(Shapes::Disk),
        }
    }

    async fn quota(&self) -> Result<(), Quota> {
        Err(Quota { limit: 9 })
    }

    async fn internal(&self, detail: &str) -> Result<u32, Internal> {
        if detail.is_empty() {
            return Err(Internal::new("nothing to read"));
        }
        Ok(detail.parse::<u32>()?)
    }

    async fn store(&self, which: u32) -> Result<(), StoreError> {
        Err(match which {
            0 => StoreError::Database(Box::new(NoRoute)),
            1 => StoreError::Full,
            _ => StoreError::Shelf(Some(Box::new(NoRoute))),
        })
    }

    async fn object(&self, code: i64) -> Result<(), ErrorObject> {
        Err(ErrorObject::new(code, "an object").with_data(&code))
    }

    async fn unwritable(&self) -> Unwritable {
        Unwritable
    }
}

fn store() -> StoreClient<memory::Memory<StoreServer<Shelves>>> {
    StoreClient::new(memory::connect(StoreServer::new(Shelves)))
}

#[tokio::test]
async fn the_same_variant_comes_back() {
    let store = store();
    assert_eq!(store.shape(0).await.unwrap(), 0);
    let error = store.shape(1).await.unwrap_err();
    assert_eq!(error.method(), Some(&Shapes::Several(1, "x".into())));
    let error = store.quota().await.unwrap_err();
    assert_eq!(error.method(), Some(&Quota { limit: 9 }));
    let CallError::Method(StoreError::Shelf(None)) = store.store(2).await.unwrap_err() else {
        panic!("the cause stays on the server");
    };
    let object = ErrorObject::new(7, "an object").with_data(&7);
    assert_eq!(store.object(7).await.unwrap_err().method(), Some(&object));
}

#[tokio::test]
async fn what_is_internal_is_logged_and_not_sent() {
    let log = Log::capture();
    let store = store();
    let undisclosed = ErrorObject::new(code::INTERNAL_ERROR, "Internal error");
    let check = |object: Option<&ErrorObject>, method: &str, detail: &str| {
        assert_eq!(object, Some(&undisclosed));
        let lines = log.errors();
        let [line] = &lines[..] else {
            panic!("{lines:?}");
        };
        let (start, end) = (
            format!("internal error method={method:?} id="),
            format!("detail={detail:?}"),
        );
        assert!(line.starts_with(&start) && line.ends_with(&end), "{line}");
    };
    let error = store.internal("x7").await.unwrap_err();
    check(error.object(), "internal", "invalid digit found in string");
    let error = store.internal("").await.unwrap_err();
    check(error.object(), "internal", "nothing to read");
    let error = store.store(0).await.unwrap_err();
    check(
        error.object(),
        "store",
        "the database failed: no route to 10.0.0.7",
    );
    let error = store.store(1).await.unwrap_err();
    check(error.object(), "store", "no space");
    let error = store.shape(2).await.unwrap_err();
    check(error.object(), "shape", "the disk is full");
    let error = store.unwritable().await.unwrap_err();
    check(
        error.object(),
        "unwritable",
        "the result could not be serialised: it is broken",
    );
    assert_eq!(store.internal("7").await.unwrap(), 7);
    assert!(log.errors().is_empty());
}

#[tokio::test]
async fn objects_that_the_contract_does_not_declare_stay_objects() {
    for (object, is_method) in [
        (r#"{"code":1001,"message":"","data":{"left":3}}"#, true),
        (r#"{"code":1001,"message":"","data":{"left":"3"}}"#, false),
        (r#"{"code":1001,"message":""}"#, false),
        (r#"{"code":1009,"message":""}"#, false),
        (
            r#"{"code":-32602,"message":"Invalid params","data":"x"}"#,
            false,
        ),
    ] {
        let body = format!(r#"{{"jsonrpc":"2.0","error":{object},"id":1}}"#);
        let orders = crate::shop::OrdersClient::new(Script::replies(body).client());
        let error = orders.place("tea", 2).await.unwrap_err();
        if is_method {
            assert_eq!(error.method(), Some(&OrderError::SoldOut { left: 3 }));
        } else {
            assert_eq!(error.object().unwrap().to_json(), object);
        }
    }
}

#[tokio::test]
async fn data_that_fails_to_serialise_is_left_out() {
    let log = Log::capture();
    let object = ErrorObject::new(7, "no").with_data(&Broken);
    assert!(object.data().is_none());
    let data = rpc_core::error::ErrorData::object()
        .field("good", &1)
        .field("bad", &Broken);
    let fields = data.attach(ErrorObject::new(8, "no"));
    assert_eq!(fields.to_json(), r#"{"code":8,"message":"no"}"#);
    // It is the call that is reported, not the error.
    assert!(log.errors().is_empty());
    for (object, code) in [(object, 7), (fields, 8)] {
        let service = Dispatcher::new().method("fail", move || {
            let object = object.clone();
            async move { Err::<(), _>(object) }
        });
        let client = memory::connect(service);
        let error = client.call::<_, ()>("fail", ()).id("x").await.unwrap_err();
        assert_eq!(error.object().map(ErrorObject::code), Some(code));
        let line = format!(
            r#"an error's data could not be serialised method="fail" id="\"x\"" code={code} error="it is broken""#
        );
        assert_eq!(log.errors(), [line]);
    }
}

#[test]
fn standard_objects() {
    for (object, json) in [
        (
            ErrorObject::parse_error(),
            r#"{"code":-32700,"message":"Parse error"}"#,
        ),
        (
            ErrorObject::invalid_request(),
            r#"{"code":-32600,"message":"Invalid Request"}"#,
        ),
        (
            ErrorObject::method_not_found(),
            r#"{"code":-32601,"message":"Method not found"}"#,
        ),
        (
            ErrorObject::invalid_params(format_args!("no \"{}\"", 7)),
            r#"{"code":-32602,"message":"Invalid params","data":"no \"7\""}"#,
        ),
        (
            ErrorObject::internal("secret"),
            r#"{"code":-32603,"message":"Internal error"}"#,
        ),
    ] {
        assert_eq!(object.to_json(), json);
        assert!(code::is_reserved(object.code()));
        assert!(format!("{object:?}").contains(json));
    }
    for code in [-32768, -32000] {
        assert!(code::is_reserved(code));
    }
    for code in [-32769, -31999, 0, i64::MIN, i64::MAX] {
        assert!(!code::is_reserved(code));
        let object = ErrorObject::new(code, String::from("text"));
        assert_eq!((object.code(), object.message()), (code, "text"));
    }
    let object = ErrorObject::new(7, "no").with_data(&1).with_data(&[2, 3]);
    assert_eq!(object.data_as::<Vec<u8>>().unwrap(), [2, 3]);
    assert_eq!(object.data_as::<String>(), None);
    assert_eq!(ErrorObject::new(7, "no").data_as::<()>(), None);
    assert_ne!(object, ErrorObject::new(7, "no"));
    assert_eq!(object, object.clone());
}

#[tokio::test]
async fn functions_fail_like_methods() {
    let dispatcher = Dispatcher::new()
        .method("quota", || async { Err::<(), _>(Quota { limit: 9 }) })
        .method("internal", |text: String| async move {
            Ok::<u32, Internal>(text.parse::<u32>()?)
        });
    let client = memory::connect(dispatcher);
    let error = client.call::<_, ()>("quota", ()).await.unwrap_err();
    assert_eq!(
        error.object(),
        Some(&Quota { limit: 9 }.into_error_object())
    );
    let error = client.call::<_, u32>("internal", ["x"]).await.unwrap_err();
    assert_eq!(error.object().unwrap().code(), -32603);
    assert_eq!(client.call::<_, u32>("internal", ["7"]).await.unwrap(), 7);
}
