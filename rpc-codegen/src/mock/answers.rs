//! What a mock answers: results, items and errors.

use std::collections::HashSet;

use rpc_core::{ErrorKind, ErrorObject, code};

use super::arguments::Arguments;
use super::examples::Examples;
use super::random::Random;
use super::values::Values;
use crate::model::{Method, Model, Type};
use crate::value::Value;

/// Makes the answers to one call. They depend on the seed and the call, and on nothing else.
pub(super) struct Answers<'a> {
    pub(super) model: &'a Model,
    pub(super) values: &'a Values,
    pub(super) method: &'a Method,
    pub(super) examples: &'a Examples,
    pub(super) seed: u64,
    /// The params, as [`Arguments::canonical`] has them.
    pub(super) params: &'a str,
}

impl Answers<'_> {
    /// The numbers for one purpose of this call.
    pub(super) fn random(&self, purpose: &str) -> Random {
        Random::of(self.seed, &[purpose, &self.method.name, self.params])
    }

    /// The result, or the end of a stream: that of an example, or one that is made up.
    pub(super) fn result(&self, ty: &Type) -> Result<Value, ErrorObject> {
        match self.examples.result(self.params) {
            Some(result) => Ok(result.clone()),
            None => self.made(ty, "result"),
        }
    }

    /// The items of a stream.
    pub(super) fn items(&self, ty: &Type, count: usize) -> Result<Vec<Value>, ErrorObject> {
        let item = |index: usize| self.made(ty, &format!("item {index}"));
        (0..count).map(item).collect()
    }

    fn made(&self, ty: &Type, purpose: &str) -> Result<Value, ErrorObject> {
        let made = self.values.make(self.model, ty, &mut self.random(purpose));
        made.ok_or_else(|| {
            let message = "the mock found no value that fits the schema";
            ErrorObject::new(code::INTERNAL_ERROR, message).with_data(&ty.place.to_string())
        })
    }

    /// An error with this code: one that the method declares, with its data, or another.
    pub(super) fn error(&self, number: i64) -> ErrorObject {
        let declared = self.method.errors.iter().find(|error| error.code == number);
        let Some(declared) = declared else {
            return ErrorObject::new(number, message(number));
        };
        let mut error = ErrorObject::new(number, declared.message.clone());
        if let Some(kind) = declared.kind.as_deref().and_then(ErrorKind::from_name) {
            error = error.with_kind(kind);
        }
        let data = declared.data.as_ref();
        let data = data.and_then(|ty| {
            let mut random = self.random(&format!("error {number}"));
            self.values.make(self.model, ty, &mut random)
        });
        match data {
            Some(data) => error.with_data(&data),
            None => error,
        }
    }

    /// The cursors of a stream's items, for a parameter of this type. `None` if the type has too few that differ.
    pub(super) fn cursors(&self, ty: &Type, count: usize) -> Option<Vec<Value>> {
        let fits = |value: &Value| self.values.check(self.model, value, ty).is_ok();
        let number = |index: usize| crate::integers::integer(index as i128 + 1);
        let text = |index: usize| Value::String((index + 1).to_string());
        let made = |index: usize| {
            let mut random = self.random(&format!("cursor {index}"));
            self.values.make(self.model, ty, &mut random)
        };
        let candidates: [&dyn Fn(usize) -> Option<Value>; 3] = [
            &|index| Some(number(index)),
            &|index| Some(text(index)),
            &made,
        ];
        candidates.iter().find_map(|candidate| {
            let cursors: Vec<Value> = (0..count).map(candidate).collect::<Option<_>>()?;
            let mut seen = HashSet::new();
            let differ = cursors.iter().all(|cursor| seen.insert(cursor.canonical()));
            (differ && cursors.iter().all(fits)).then_some(cursors)
        })
    }

    /// Where a stream goes on that is opened again with this cursor.
    pub(super) fn position(
        cursors: &[Value],
        arguments: &Arguments,
        method: &Method,
        name: &str,
    ) -> usize {
        let given = arguments.of(name, method);
        let position = given.and_then(|given| cursors.iter().position(|it| it.same(given)));
        position.map_or(0, |position| position + 1)
    }
}

fn message(number: i64) -> &'static str {
    match number {
        code::PARSE_ERROR => "Parse error",
        code::INVALID_REQUEST => "Invalid Request",
        code::METHOD_NOT_FOUND => "Method not found",
        code::INVALID_PARAMS => "Invalid params",
        code::INTERNAL_ERROR => "Internal error",
        _ => "the mock was told to fail",
    }
}
