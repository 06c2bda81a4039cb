//! [`Examples`]: the examples of a method that a mock can answer with.

use super::arguments::Arguments;
use super::values::Values;
use super::warning::Warning;
use crate::model::{Example, Method, Model, ParamStructure, Reply};
use crate::value::{Object, Value};

/// The examples of one method that fit its schemas.
#[derive(Debug, Clone, Default)]
pub(super) struct Examples {
    /// The params, as [`Arguments::canonical`] has them, and the result.
    usable: Vec<(String, Value)>,
}

impl Examples {
    /// The examples of a method. Those that don't fit are not served. Each of them gets a warning.
    pub(super) fn of(
        method: &Method,
        model: &Model,
        values: &Values,
        warnings: &mut Vec<Warning>,
    ) -> Self {
        let mut examples = Examples::default();
        if method.reply == Reply::None {
            return examples;
        }
        for example in &method.examples {
            match usable(example, method, model, values) {
                Ok(usable) => examples.usable.push(usable),
                Err(why) => warnings.push(Warning {
                    place: example.place.clone(),
                    message: format!("an example of `{}` is not served: {why}", method.name),
                }),
            }
        }
        examples
    }

    /// The result of the example with these params, or else of the first example.
    pub(super) fn result(&self, params: &str) -> Option<&Value> {
        let same = self.usable.iter().find(|(own, _)| own == params);
        same.or(self.usable.first()).map(|(_, result)| result)
    }
}

fn usable(
    example: &Example,
    method: &Method,
    model: &Model,
    values: &Values,
) -> Result<(String, Value), String> {
    let ty = match &method.reply {
        Reply::Result(ty) => ty,
        Reply::Stream(stream) => &stream.end,
        Reply::None => return Err("the method has no result".to_owned()),
    };
    let arguments = Arguments::read(Some(&params(example, method)), method, model, values)?;
    let Some((result, _)) = &example.result else {
        return Err("the example has no result".to_owned());
    };
    let checked = values.check(model, result, ty);
    checked.map_err(|mismatch| format!("the result does not fit: {mismatch}"))?;
    Ok((arguments.canonical(method), result.clone()))
}

/// The params of the example as a call would send them. Documents name the arguments of an example as they like, if they go by
/// position.
fn params(example: &Example, method: &Method) -> Value {
    let is_known = |name: &str| method.params.iter().any(|param| param.name == name);
    let are_known = example
        .params
        .iter()
        .all(|argument| is_known(&argument.name));
    let arguments = example.params.iter();
    let by_name = method.param_structure != ParamStructure::ByPosition;
    match by_name && are_known {
        true => {
            let members = arguments.map(|it| (it.name.clone(), it.value.clone()));
            Value::Object(members.collect::<Object>())
        }
        false if are_known => {
            let value = |name: &str| arguments.clone().find(|it| it.name == name);
            let mut values: Vec<Value> = method
                .params
                .iter()
                .map(|param| value(&param.name).map_or(Value::Null, |it| it.value.clone()))
                .collect();
            while values.last() == Some(&Value::Null) {
                values.pop();
            }
            Value::Array(values)
        }
        false => Value::Array(arguments.map(|it| it.value.clone()).collect()),
    }
}
