//! JSON has no NaN and no infinities. They are errors, where serde_json would write `null`.

use futures_util::FutureExt;
use rpc_core::{
    CallError, Dispatcher, EncodeError, ErrorObject, Outcome, RpcError, Server, memory, rpc,
};
use serde::{Deserialize, Serialize};

use crate::log::Log;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Point {
    x: f64,
    y: Option<f32>,
}

#[derive(Debug, thiserror::Error, RpcError)]
enum Far {
    #[error("too far")]
    #[rpc(code = 1001)]
    Away { by: f64 },
}

#[rpc]
trait Numbers {
    async fn number(&self, number: f64) -> f64;
    async fn small(&self, number: Option<f32>) -> Option<f32>;
    async fn point(&self, point: Point) -> Point;
    async fn list(&self, list: Vec<f64>) -> Vec<f64>;
    async fn whole(&self, #[rpc(flatten)] point: Point) -> Point;
    async fn give(&self, what: &str) -> (f64, Option<f64>);
    async fn fail(&self) -> Result<(), Far>;
    async fn object(&self) -> Result<(), ErrorObject>;
}

struct Calculator;

impl Numbers for Calculator {
    async fn number(&self, number: f64) -> f64 {
        number
    }

    async fn small(&self, number: Option<f32>) -> Option<f32> {
        number
    }

    async fn point(&self, point: Point) -> Point {
        point
    }

    async fn list(&self, list: Vec<f64>) -> Vec<f64> {
        list
    }

    async fn whole(&self, point: Point) -> Point {
        point
    }

    async fn give(&self, what: &str) -> (f64, Option<f64>) {
        match what {
            "nan" => (f64::NAN, None),
            "infinity" => (0.0, Some(f64::INFINITY)),
            _ => (1.5, None),
        }
    }

    async fn fail(&self) -> Result<(), Far> {
        Err(Far::Away { by: f64::INFINITY })
    }

    async fn object(&self) -> Result<(), ErrorObject> {
        Err(ErrorObject::new(1002, "no").with_data(&f64::NAN))
    }
}

fn answer(method: &str, params: &str) -> String {
    let functions = Dispatcher::new()
        .service(NumbersServer::new(Calculator))
        .method("function", || async { f32::NEG_INFINITY })
        .fallback(|_, _| async { Outcome::value([f64::NAN]) });
    let message = format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params},"id":1}}"#);
    let server = Server::new(functions);
    let reply = server
        .handle(message.as_bytes(), Default::default())
        .now_or_never();
    String::from_utf8(reply.unwrap().unwrap().into_body()).unwrap()
}

#[test]
fn a_result_that_is_not_finite_is_an_internal_error() {
    let log = Log::capture();
    let failed = r#"{"jsonrpc":"2.0","error":{"code":-32603,"message":"Internal error"},"id":1}"#;
    for (method, params, number) in [
        ("give", "[\"nan\"]", "NaN"),
        ("give", "[\"infinity\"]", "inf"),
        ("function", "[]", "-inf"),
        ("anything", "[]", "NaN"),
    ] {
        assert_eq!(answer(method, params), failed, "{method}");
        let errors = log.errors().join("\n");
        let reason = format!("JSON has no number `{number}`");
        assert!(errors.contains(&reason), "{errors}");
    }
    assert_eq!(
        answer("give", "[\"\"]"),
        r#"{"jsonrpc":"2.0","result":[1.5,null],"id":1}"#
    );
}

#[test]
fn data_that_is_not_finite_is_left_out_and_logged() {
    let log = Log::capture();
    for (method, error) in [
        ("fail", r#""code":1001,"message":"too far"}"#),
        ("object", r#""code":1002,"message":"no"}"#),
    ] {
        let reply = answer(method, "[]");
        assert!(reply.contains(error), "{reply}");
        assert_eq!(log.errors().len(), 1);
    }
}

#[test]
fn a_parameter_that_is_not_finite_is_not_sent() {
    let numbers = NumbersClient::new(memory::connect(NumbersServer::new(Calculator)));
    let fine = Point { x: 0.5, y: None };
    let far = Point {
        x: 0.5,
        y: Some(f32::INFINITY),
    };
    let refused = |error: CallError| {
        assert!(
            matches!(&error, CallError::Encode(it) if matches!(**it, EncodeError::Params(_))),
            "{error}"
        );
        let mut source = std::error::Error::source(&error);
        let mut text = error.to_string();
        while let Some(error) = source {
            text = format!("{text}: {error}");
            source = error.source();
        }
        assert!(text.contains("JSON has no number"), "{text}");
    };
    macro_rules! refused {
        ($($call:expr),*) => {$(
            let call = std::future::IntoFuture::into_future($call);
            refused(call.now_or_never().unwrap().unwrap_err());
        )*};
    }
    refused!(
        numbers.number(f64::NAN),
        numbers.small(Some(f32::NEG_INFINITY)),
        numbers.point(far.clone()),
        numbers.list(vec![1.0, f64::NAN]),
        numbers.whole(far.clone()),
        memory::connect(NumbersServer::new(Calculator)).call::<_, f64>("number", (f64::NAN,))
    );
    let small = std::future::IntoFuture::into_future(numbers.small(None));
    assert_eq!(small.now_or_never().unwrap().unwrap(), None);
    let point = std::future::IntoFuture::into_future(numbers.point(fine.clone()));
    assert_eq!(point.now_or_never().unwrap().unwrap().x, fine.x);
}
