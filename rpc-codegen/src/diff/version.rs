//! [`Version`]: a method in one of the versions, and the requests that its clients send.

use crate::diff::sample::sample;
use crate::integers::integer;
use crate::model::{Method, Model, Param, ParamStructure, Reply};
use crate::value::{Object, Value};

/// A method in one of the versions.
#[derive(Clone, Copy)]
pub(super) struct Version<'a> {
    pub(super) model: &'a Model,
    pub(super) method: &'a Method,
}

impl Version<'_> {
    pub(super) fn takes(&self, structure: ParamStructure) -> bool {
        let own = self.method.param_structure;
        own == ParamStructure::Either || own == structure
    }

    pub(super) fn value(&self, param: &Param) -> Value {
        sample(self.model, &param.ty).unwrap_or(Value::Null)
    }

    pub(super) fn index(&self, name: &str) -> Option<usize> {
        self.method.params.iter().position(|it| it.name == name)
    }

    pub(super) fn param(&self, name: &str) -> Option<&Param> {
        self.method.params.iter().find(|it| it.name == name)
    }

    /// A request with the required params only, under one of the method's names.
    pub(super) fn least(&self, name: &str) -> Value {
        let params = match self.takes(ParamStructure::ByName) {
            true => self.by_name(&[]),
            false => self.of_first(self.required()),
        };
        renamed_call(params, name)
    }

    /// A request without this parameter, and by position without those after it.
    pub(super) fn without(&self, name: &str) -> Value {
        if !self.takes(ParamStructure::ByName) {
            return self.of_first(self.index(name).unwrap_or(0));
        }
        let mut message = self.by_name(&[]);
        if let Value::Object(members) = &mut message
            && let Some(Value::Object(params)) = members.get_mut("params")
        {
            params.shift_remove(name);
        }
        message
    }

    /// A request by position, with so many params.
    pub(super) fn of_first(&self, count: usize) -> Value {
        let params = self.method.params.iter().take(count);
        let params = params.map(|it| self.value(it)).collect();
        self.request(Value::Array(params))
    }

    /// A request by name, with all required params and these.
    pub(super) fn by_name(&self, more: &[(&str, Value)]) -> Value {
        let required = self.method.params.iter().filter(|it| it.required);
        let mut params: Object = required
            .map(|it| (it.name.clone(), self.value(it)))
            .collect();
        for (name, value) in more {
            params.insert((*name).to_owned(), value.clone());
        }
        self.request(Value::Object(params))
    }

    /// A request by position, with all params up to this one, and up to the last that is required.
    pub(super) fn by_position(&self, last: usize) -> Value {
        self.of_first((last + 1).max(self.required()))
    }

    /// How many params a request by position must have.
    fn required(&self) -> usize {
        let last = self.method.params.iter().rposition(|it| it.required);
        last.map_or(0, |last| last + 1)
    }

    /// A request with this value as one of the params, by name if the method takes that.
    pub(super) fn with(&self, param: &Param, value: Value) -> Value {
        if self.takes(ParamStructure::ByName) {
            return self.by_name(&[(&param.name, value)]);
        }
        let index = self.index(&param.name).unwrap_or(0);
        let all = self
            .method
            .params
            .iter()
            .take(self.required().max(index + 1));
        let mut params: Vec<Value> = all.map(|it| self.value(it)).collect();
        params[index] = value;
        self.request(Value::Array(params))
    }

    /// A notification has no id.
    fn request(&self, params: Value) -> Value {
        let id = (self.method.reply != Reply::None).then(|| integer(1));
        request(&self.method.name, params, id)
    }
}

fn renamed_call(mut message: Value, name: &str) -> Value {
    if let Value::Object(members) = &mut message {
        members.insert("method".to_owned(), Value::String(name.to_owned()));
    }
    message
}

/// A call with an id, or a notification.
pub(super) fn request(method: &str, params: Value, id: Option<Value>) -> Value {
    let mut members = Object::from_iter([
        ("jsonrpc".to_owned(), Value::String("2.0".to_owned())),
        ("method".to_owned(), Value::String(method.to_owned())),
        ("params".to_owned(), params),
    ]);
    members.extend(id.map(|id| ("id".to_owned(), id)));
    Value::Object(members)
}
