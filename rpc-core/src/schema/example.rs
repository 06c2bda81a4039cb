//! [`Example`]: a call of a method with its result, from `#[rpc(example(…))]`.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{JsonResult, to_json};
/// A call of a method with its result, as the contract has it. The values are made when somebody asks for them.
#[derive(Clone, Copy)]
pub struct Example {
    /// What it shows. Empty if the contract gives it no name.
    pub name: &'static str,
    call: fn() -> ExampleCall,
}

impl Example {
    /// An example whose call this function makes.
    pub const fn new(name: &'static str, call: fn() -> ExampleCall) -> Self {
        Example { name, call }
    }

    /// The call.
    pub fn call(&self) -> ExampleCall {
        (self.call)()
    }
}

impl fmt::Debug for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Example")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The params of an example and its result, as JSON.
#[derive(Debug, Default)]
pub struct ExampleCall {
    pub(crate) params: Vec<(String, Value)>,
    pub(crate) result: Option<Value>,
    pub(crate) failure: Option<serde_json::Error>,
}

impl ExampleCall {
    /// A call without params and without a result.
    pub fn new() -> Self {
        ExampleCall::default()
    }

    /// Adds a parameter.
    #[must_use]
    pub fn param<T: Serialize + ?Sized>(mut self, name: &str, value: &T) -> Self {
        if let Some(value) = self.take(to_json(value)) {
            self.params.push((name.to_owned(), value));
        }
        self
    }

    /// Adds all params, as the fields of a struct with these names.
    #[must_use]
    pub fn whole<T: Serialize + ?Sized>(mut self, rename: fn(&str) -> String, value: &T) -> Self {
        let members = match self.take(to_json(value)) {
            Some(Value::Object(members)) => members,
            _ => Map::new(),
        };
        let members = members.into_iter();
        self.params
            .extend(members.map(|(name, value)| (rename(&name), value)));
        self
    }

    /// Adds the result.
    #[must_use]
    pub fn result<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        self.result = self.take(to_json(value));
        self
    }

    fn take(&mut self, value: JsonResult) -> Option<Value> {
        match value {
            Ok(value) => Some(value),
            Err(error) => {
                self.failure.get_or_insert(error);
                None
            }
        }
    }
}
