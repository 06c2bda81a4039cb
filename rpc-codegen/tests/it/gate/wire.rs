//! A server and a client that go by a model: what they make of a message. They do what those of rpc-core do.

use rpc_codegen::model::{Method, ParamStructure, Reply};
use rpc_codegen::{Model, Value};

/// What a server makes of a request: the method, and the value that each parameter gets.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Understood {
    pub(super) method: String,
    pub(super) arguments: Vec<(String, Value)>,
    /// Whether the params came by position.
    by_position: bool,
    /// Values that the server does not know, and ignores.
    pub(super) ignored: usize,
}

/// The methods of a server, or those of a client that the server calls.
pub(super) fn method<'a>(methods: &'a [Method], name: &str) -> Option<&'a Method> {
    let own = methods.iter().find(|it| it.name == name);
    let is_alias = |it: &&Method| it.aliases.iter().any(|alias| alias == name);
    own.or_else(|| methods.iter().find(is_alias))
}

/// What a server makes of a request.
pub(super) fn understand(model: &Model, request: &Value) -> Result<Understood, String> {
    let name = request.get("method").and_then(Value::as_str).unwrap();
    let method = method(&model.methods, name).ok_or(format!("no method {name}"))?;
    let takes = |structure| [structure, ParamStructure::Either].contains(&method.param_structure);
    let (arguments, ignored, by_position) = match request.get("params") {
        Some(Value::Array(values)) => {
            if !takes(ParamStructure::ByPosition) && !values.is_empty() {
                return Err("params by position".to_owned());
            }
            let (arguments, ignored) = by_position(method, values)?;
            (arguments, ignored, true)
        }
        Some(Value::Object(values)) => {
            if !takes(ParamStructure::ByName) && !values.is_empty() {
                return Err("params by name".to_owned());
            }
            let known = |name: &String| method.params.iter().any(|it| it.name == *name);
            let unknown = values
                .iter()
                .filter(|(name, value)| !known(name) && **value != Value::Null);
            let ignored = unknown.count();
            if ignored > 0 && !method.lenient {
                return Err("an unknown parameter".to_owned());
            }
            let known = values.iter().filter(|(name, _)| known(name));
            let arguments = known.map(|(name, value)| (name.clone(), value.clone()));
            (arguments.collect::<Vec<_>>(), ignored, false)
        }
        _ => (Vec::new(), 0, false),
    };
    let arguments: Vec<(String, Value)> = without_nulls(method, arguments);
    for param in &method.params {
        match arguments.iter().find(|(name, _)| *name == param.name) {
            None if param.required => return Err(format!("{} is missing", param.name)),
            None => {}
            Some((_, value)) => model.check(value, &param.ty).map_err(|it| it.to_string())?,
        }
    }
    Ok(Understood {
        method: method.name.clone(),
        arguments,
        by_position,
        ignored,
    })
}

/// A null for a parameter that may be left out is as good as nothing.
fn without_nulls(method: &Method, mut arguments: Vec<(String, Value)>) -> Vec<(String, Value)> {
    let is_optional = |name: &str| {
        method
            .params
            .iter()
            .any(|it| it.name == name && !it.required)
    };
    arguments.retain(|(name, value)| *value != Value::Null || !is_optional(name));
    arguments
}

fn by_position(method: &Method, values: &[Value]) -> Result<(Vec<(String, Value)>, usize), String> {
    let surplus = values.iter().skip(method.params.len());
    let ignored = surplus.filter(|value| **value != Value::Null).count();
    if ignored > 0 && !method.lenient {
        return Err("too many params".to_owned());
    }
    let names = method.params.iter().map(|it| it.name.clone());
    Ok((names.zip(values.iter().cloned()).collect(), ignored))
}

/// Whether a server of the other version takes the request for something else.
pub(super) fn is_misread(
    own: &Understood,
    other: &Understood,
    sender: &Model,
    server: &Model,
) -> bool {
    let (one, two) = (
        method(&sender.methods, &own.method),
        method(&server.methods, &other.method),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    let is = |model: &Model, name: &str, expected: &Method| {
        method(&model.methods, name).is_none_or(|it| it.name == expected.name)
    };
    let is_other_method = own.method != other.method
        && !(is(sender, &other.method, one) && is(server, &own.method, two));
    if is_other_method || other.ignored > own.ignored {
        return true;
    }
    // A null says no more than a parameter that is missing.
    let said = |it: &Understood| {
        let said = it
            .arguments
            .iter()
            .filter(|(_, value)| *value != Value::Null);
        said.cloned().collect::<Vec<(String, Value)>>()
    };
    let (before, after) = (said(own), said(other));
    if !own.by_position {
        return before != after;
    }
    let knows = |method: &Method, name: &str| method.params.iter().any(|it| it.name == name);
    let mut pairs = before.iter().zip(&after);
    before.len() != after.len()
        || pairs.any(|(before, after)| {
            before.1 != after.1
                || (before.0 != after.0 && (knows(two, &before.0) || knows(one, &after.0)))
        })
}

/// Why the other version's server does not do what the request asks for. `None` if it does.
pub(super) fn harm(request: &Value, sender: &Model, server: &Model) -> Option<String> {
    let own = understand(sender, request);
    let own = own.unwrap_or_else(|why| panic!("{request} is wrong to its own version: {why}"));
    match understand(server, request) {
        Err(why) => Some(why),
        Ok(other) if is_misread(&own, &other, sender, server) => Some("it is misread".to_owned()),
        Ok(_) => None,
    }
}

/// Why a client can't read the reply to a call of this method. `None` if it can.
pub(super) fn refusal(client: &Model, method: &Method, message: &Value) -> Option<String> {
    let check = |value: &Value, ty| client.check(value, ty).err().map(|it| it.to_string());
    if let Some(error) = message.get("error") {
        let code = error.get("code").and_then(Value::as_integer);
        let known = method
            .errors
            .iter()
            .find(|it| Some(i128::from(it.code)) == code);
        let Some(known) = known else {
            return Some("an unknown code".to_owned());
        };
        let message = error.get("message").and_then(Value::as_str);
        // The code of another error, which the client also knows.
        let is_other = method.errors.iter().any(|it| {
            it.code != known.code && Some(&*it.message) == message && it.message != known.message
        });
        return match (&known.data, error.get("data")) {
            _ if is_other => Some("another error".to_owned()),
            (None, _) => None,
            (Some(_), None) => Some("no data".to_owned()),
            (Some(ty), Some(data)) => check(data, ty),
        };
    }
    match (&method.reply, message.get("result"), message.get("params")) {
        (Reply::Result(ty), Some(result), _) => check(result, ty),
        (Reply::Stream(stream), Some(result), _) => check(result, &stream.end),
        (Reply::Stream(stream), None, Some(item)) => {
            let item = item.get("value").unwrap();
            check(item, &stream.item)
        }
        _ => Some("another kind of reply".to_owned()),
    }
}
