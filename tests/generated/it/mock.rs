//! A server that answers each method with JSON that a test gives it, and notes what it was asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use rpc_core::{BoxTransport, Client, Context, Dispatcher, ErrorObject, Outcome, RawValue, memory};
use serde::Serialize;
use serde_json::Value;

/// The answers by method, and the params of the last call.
#[derive(Clone, Default)]
pub struct Mock {
    answers: Arc<HashMap<String, Result<Value, ErrorObject>>>,
    asked: Arc<Mutex<Value>>,
}

impl Mock {
    pub fn new(answers: impl IntoIterator<Item = (&'static str, Value)>) -> Mock {
        let answers = answers
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Ok(value)));
        Mock {
            answers: Arc::new(answers.collect()),
            ..Mock::default()
        }
    }

    /// A server that fails each call of a method.
    pub fn failing(name: &str, error: ErrorObject) -> Mock {
        Mock {
            answers: Arc::new(HashMap::from([(name.to_owned(), Err(error))])),
            ..Mock::default()
        }
    }

    pub fn client(&self) -> Client<BoxTransport> {
        let mock = self.clone();
        let service = Dispatcher::new().fallback(move |cx: Context, params| {
            let outcome = mock.answer(cx.method_name(), params.as_deref());
            async move { outcome }
        });
        memory::connect(service).boxed()
    }

    fn answer(&self, name: &str, params: Option<&RawValue>) -> Outcome {
        let params = params.map(|params| serde_json::from_str(params.get()).unwrap());
        *self.asked.lock().unwrap() = params.unwrap_or(Value::Null);
        match self.answers.get(name) {
            Some(Ok(value)) => Outcome::value(value),
            Some(Err(error)) => Outcome::from(error.clone()),
            None => Outcome::from(ErrorObject::method_not_found()),
        }
    }

    /// Checks what the client sent, and that the result is the answer once it is JSON again.
    #[track_caller]
    pub fn check(&self, method: &str, params: &Value, result: impl Serialize) {
        assert_eq!(*self.asked.lock().unwrap(), *params, "{method}");
        let expected = self.answers[method].as_ref().unwrap();
        assert_eq!(serde_json::to_value(result).unwrap(), *expected, "{method}");
    }
}
