//! The names of an error's fields on the wire.

use rpc_core::{ErrorObject, MethodError, RpcError};

#[derive(Debug, Clone, PartialEq, thiserror::Error, RpcError)]
#[rpc(rename_all = "camelCase")]
enum Renamed {
    #[error("one")]
    #[rpc(code = 1)]
    One {
        #[rpc(name = "type")]
        kind: String,
        left_over: u32,
        #[rpc(skip)]
        trace_id: u32,
    },
    #[error("two")]
    #[rpc(code = 2, rename_all = "SCREAMING_SNAKE_CASE")]
    Two { left_over: u32 },
    #[error("three")]
    #[rpc(code = 3)]
    Three(u32),
}

#[derive(Debug, Clone, PartialEq, thiserror::Error, RpcError)]
#[error("wrong")]
#[rpc(code = 4, rename_all = "kebab-case")]
struct Wrong {
    line_number: u32,
}

#[test]
fn fields_are_renamed_on_the_wire() {
    let one = Renamed::One {
        kind: "tea".to_owned(),
        left_over: 3,
        trace_id: 0,
    };
    for (error, json) in [
        (
            one,
            r#"{"code":1,"message":"one","data":{"type":"tea","leftOver":3}}"#,
        ),
        (
            Renamed::Two { left_over: 3 },
            r#"{"code":2,"message":"two","data":{"LEFT_OVER":3}}"#,
        ),
        (
            Renamed::Three(3),
            r#"{"code":3,"message":"three","data":3}"#,
        ),
    ] {
        let object = error.clone().into_error_object();
        assert_eq!(object.to_json(), json);
        assert_eq!(Renamed::from_error_object(&object), Some(error));
    }
    let wrong = Wrong { line_number: 7 };
    let object = wrong.clone().into_error_object();
    let json = r#"{"code":4,"message":"wrong","data":{"line-number":7}}"#;
    assert_eq!(object.to_json(), json);
    assert_eq!(Wrong::from_error_object(&object), Some(wrong));
    let old = ErrorObject::new(2, "two").with_data(&serde_json::json!({"left_over": 3}));
    assert_eq!(Renamed::from_error_object(&old), None);
}
