//! [`Arguments`]: the params of a call, checked and in the order of the method.

use super::random::Random;
use super::values::Values;
use crate::error::shown;
use crate::model::{Method, Model, Param, ParamStructure, Reply};
use crate::value::{Object, Value};

/// The arguments of a call, by parameter. `None` for those that it leaves out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arguments(Vec<Option<Value>>);

impl Arguments {
    /// Reads the params of a call.
    ///
    /// # Errors
    ///
    /// What is wrong with them, without the values of secrets.
    pub(super) fn read(
        params: Option<&Value>,
        method: &Method,
        model: &Model,
        values: &Values,
    ) -> Result<Self, String> {
        let given = match params {
            None | Some(Value::Null) => vec![None; method.params.len()],
            Some(Value::Array(elements)) => by_position(elements, method)?,
            Some(Value::Object(_)) => by_name(params, method)?,
            Some(_) => return Err("params must be an array or an object".to_owned()),
        };
        for (argument, param) in given.iter().zip(&method.params) {
            match argument {
                Some(value) => check(value, param, model, values)?,
                None if param.required => {
                    return Err(format!("missing parameter `{}`", shown(&param.name)));
                }
                None => {}
            }
        }
        Ok(Arguments(given))
    }

    /// Made-up params, as a call would send them. `None` if a required parameter has no value.
    pub(super) fn make(
        method: &Method,
        model: &Model,
        values: &Values,
        random: &mut Random,
    ) -> Option<Value> {
        let by_position = method.param_structure == ParamStructure::ByPosition;
        let mut made = Object::new();
        for param in &method.params {
            // By position, nothing can be left out but what is at the end.
            if !param.required && random.one_in(4) {
                if by_position {
                    break;
                }
                continue;
            }
            match values.make(model, &param.ty, random) {
                Some(value) => drop(made.insert(param.name.clone(), value)),
                None if param.required => return None,
                None if by_position => break,
                None => {}
            }
        }
        Some(match by_position {
            true => Value::Array(made.into_values().collect()),
            false => Value::Object(made),
        })
    }

    /// The argument of a parameter.
    pub(super) fn of(&self, name: &str, method: &Method) -> Option<&Value> {
        let index = method.params.iter().position(|param| param.name == name)?;
        self.0.get(index)?.as_ref()
    }

    /// A text that is the same for calls that mean the same: by position or by name, and in any order.
    ///
    /// It leaves out what says only how to send a stream: a stream that goes on after a cursor has the same items.
    pub(super) fn canonical(&self, method: &Method) -> String {
        let arguments = self.0.iter().zip(&method.params);
        let said = arguments.filter_map(|(argument, param)| {
            let argument = argument.as_ref()?;
            let says_nothing = !param.required && *argument == Value::Null;
            (!says_nothing && !is_of_stream(param, method))
                .then(|| (param.name.clone(), argument.clone()))
        });
        Value::Object(said.collect()).canonical()
    }
}

/// Whether it is the cursor or the token of a stream.
fn is_of_stream(param: &Param, method: &Method) -> bool {
    let Reply::Stream(stream) = &method.reply else {
        return false;
    };
    let names = [&stream.cursor, &stream.token];
    names.into_iter().flatten().any(|name| *name == param.name)
}

fn check(value: &Value, param: &Param, model: &Model, values: &Values) -> Result<(), String> {
    let name = shown(&param.name);
    match values.check(model, value, &param.ty) {
        Ok(()) => Ok(()),
        Err(_) if param.secret => Err(format!("parameter `{name}` has the wrong type")),
        Err(mismatch) => Err(format!("parameter `{name}`: {mismatch}")),
    }
}

fn by_position(elements: &[Value], method: &Method) -> Result<Vec<Option<Value>>, String> {
    if method.param_structure == ParamStructure::ByName {
        return Err("the method takes its params by name, in an object".to_owned());
    }
    let count = method.params.len();
    // A surplus null says nothing.
    let mut surplus = elements.iter().skip(count);
    if !method.lenient && surplus.any(|value| *value != Value::Null) {
        return Err(match count {
            0 => "too many parameters; the method takes none".to_owned(),
            count => format!("too many parameters; the method takes {count}"),
        });
    }
    Ok((0..count)
        .map(|index| elements.get(index).cloned())
        .collect())
}

fn by_name(params: Option<&Value>, method: &Method) -> Result<Vec<Option<Value>>, String> {
    let members = params.and_then(Value::as_object);
    if method.param_structure == ParamStructure::ByPosition
        && members.is_some_and(|it| !it.is_empty())
    {
        return Err("the method takes its params by position, in an array".to_owned());
    }
    let is_unknown = |name: &str| method.params.iter().all(|param| param.name != name);
    let mut unknown = members.into_iter().flatten();
    let unknown = unknown.find(|(name, value)| is_unknown(name) && **value != Value::Null);
    if let Some((name, _)) = unknown
        && !method.lenient
    {
        let names: Vec<String> = method
            .params
            .iter()
            .map(|param| format!("`{}`", shown(&param.name)))
            .collect();
        let takes = if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        };
        let name = shown(name);
        return Err(format!(
            "unknown parameter `{name}`; the method takes {takes}"
        ));
    }
    let argument = |param: &Param| members.and_then(|it| it.get(&param.name)).cloned();
    Ok(method.params.iter().map(argument).collect())
}
