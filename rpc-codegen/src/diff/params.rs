//! Params: which messages that used to work no longer do.

use crate::diff::change::Verdict;
use crate::diff::sample::sample;
use crate::diff::types::{self, Use};
use crate::diff::{Finding, Role, Side};
use crate::model::{Method, Model, Param, ParamStructure};
use crate::value::{Object, Value};

/// A method in one of the versions.
#[derive(Clone, Copy)]
pub(super) struct Version<'a> {
    pub(super) model: &'a Model,
    pub(super) method: &'a Method,
}

impl Version<'_> {
    fn takes(&self, structure: ParamStructure) -> bool {
        let own = self.method.param_structure;
        own == ParamStructure::Either || own == structure
    }

    fn value(&self, param: &Param) -> Value {
        sample(self.model, &param.ty).unwrap_or(Value::Null)
    }

    fn index(&self, name: &str) -> Option<usize> {
        self.method.params.iter().position(|it| it.name == name)
    }

    fn param(&self, name: &str) -> Option<&Param> {
        self.method.params.iter().find(|it| it.name == name)
    }

    /// A request by name, with all required params and these.
    fn by_name(&self, more: &[(&str, Value)]) -> Value {
        let required = self.method.params.iter().filter(|it| it.required);
        let mut params: Object = required
            .map(|it| (it.name.clone(), self.value(it)))
            .collect();
        for (name, value) in more {
            params.insert((*name).to_owned(), value.clone());
        }
        request(&self.method.name, Value::Object(params))
    }

    /// A request by position, with all params up to this one.
    fn by_position(&self, last: usize) -> Value {
        let params = self.method.params.iter().take(last + 1);
        request(
            &self.method.name,
            Value::Array(params.map(|it| self.value(it)).collect()),
        )
    }

    /// A request with this value as one of the params, by name if the method takes that.
    fn with(&self, param: &Param, value: Value) -> Value {
        if self.takes(ParamStructure::ByName) {
            return self.by_name(&[(&param.name, value)]);
        }
        let before = self
            .method
            .params
            .iter()
            .take_while(|it| it.name != param.name);
        let mut params: Vec<Value> = before.map(|it| self.value(it)).collect();
        params.push(value);
        request(&self.method.name, Value::Array(params))
    }
}

pub(super) fn request(method: &str, params: Value) -> Value {
    Value::Object(Object::from_iter([
        ("jsonrpc".to_owned(), Value::String("2.0".to_owned())),
        ("method".to_owned(), Value::String(method.to_owned())),
        ("params".to_owned(), params),
        ("id".to_owned(), crate::integers::integer(1)),
    ]))
}

/// The changes of the params.
pub(super) fn compare(old: Version<'_>, new: Version<'_>) -> Vec<Finding> {
    let mut found = structure(old, new);
    let renamed = renamed(old, new);
    let is_renamed = |name: &str| {
        renamed
            .iter()
            .any(|(one, two)| one.name == name || two.name == name)
    };
    for (one, two) in &renamed {
        found.push(renaming(old, new, one, two));
    }
    for param in &old.method.params {
        match new.param(&param.name) {
            Some(other) => found.extend(pair(old, new, param, other)),
            None if is_renamed(&param.name) => {}
            None => found.push(removed(old, new, param)),
        }
    }
    for param in &new.method.params {
        if old.param(&param.name).is_none() && !is_renamed(&param.name) {
            found.push(added(old, new, param));
        }
    }
    found.extend(order(old, new, &renamed));
    found
}

/// Params that no longer go by name or by position, or that may go so now.
fn structure(old: Version<'_>, new: Version<'_>) -> Vec<Finding> {
    if old.method.params.is_empty() || new.method.params.is_empty() {
        return Vec::new();
    }
    let by_name = form(
        (old.takes(ParamStructure::ByName), old.by_name(&[])),
        (new.takes(ParamStructure::ByName), new.by_name(&[])),
        "name",
        ["params-by-name-dropped", "params-by-name-added"],
    );
    let all = |version: Version<'_>| version.by_position(version.method.params.len());
    let by_position = form(
        (old.takes(ParamStructure::ByPosition), all(old)),
        (new.takes(ParamStructure::ByPosition), all(new)),
        "position",
        ["params-by-position-dropped", "params-by-position-added"],
    );
    by_name.into_iter().chain(by_position).collect()
}

/// Whether each version takes this form of params, with a message of that form.
fn form(
    (old_takes, old): (bool, Value),
    (new_takes, new): (bool, Value),
    word: &str,
    [dropped, added]: [&'static str; 2],
) -> Option<Finding> {
    let (mut it, message, side) = match (old_takes, new_takes) {
        (true, false) => {
            let text = format!("params no longer go by {word}");
            let verdicts = (Verdict::Breaking, Verdict::Fine);
            (Finding::new(dropped, text, verdicts), old, Side::Old)
        }
        (false, true) => {
            let text = format!("params may go by {word}");
            let verdicts = (Verdict::Fine, Verdict::Breaking);
            (Finding::new(added, text, verdicts), new, Side::New)
        }
        _ => return None,
    };
    let outcome = format!("params by {word} are refused");
    it.witness = Some((message, Role::Client.of(side), outcome));
    Some(it)
}

/// Params at the same place, of the same type, whose names differ.
fn renamed<'a>(old: Version<'a>, new: Version<'a>) -> Vec<(&'a Param, &'a Param)> {
    let both = old.method.params.iter().zip(&new.method.params);
    let is_gone = |name: &str| new.param(name).is_none();
    let is_new = |name: &str| old.param(name).is_none();
    both.filter(|(one, two)| {
        let as_before = |value: Value| value;
        is_gone(&one.name)
            && is_new(&two.name)
            && one.required == two.required
            && types::compare(
                Use::Param { optional: false },
                (old.model, &one.ty),
                (new.model, &two.ty),
                &as_before,
            )
            .is_empty()
    })
    .collect()
}

fn renaming(old: Version<'_>, new: Version<'_>, one: &Param, two: &Param) -> Finding {
    let by_name = old.takes(ParamStructure::ByName) && new.takes(ParamStructure::ByName);
    let verdict = match by_name {
        true => Verdict::Breaking,
        false => Verdict::Fine,
    };
    let message = format!("the parameter `{}` is called `{}`", one.name, two.name);
    let mut it = Finding::new("param-renamed", message, (verdict, verdict));
    it.old = Some(one.place.clone());
    it.new = Some(two.place.clone());
    if by_name {
        let sent = old.by_name(&[(&one.name, old.value(one))]);
        it.witness = Some((
            sent,
            Role::Client.of(Side::Old),
            format!("no parameter `{}`", one.name),
        ));
    }
    it
}

/// A parameter that both versions have.
fn pair(old: Version<'_>, new: Version<'_>, one: &Param, two: &Param) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut push = |rule, message: String, verdicts, witness| {
        let mut it = Finding::new(rule, message, verdicts);
        it.old = Some(one.place.clone());
        it.new = Some(two.place.clone());
        it.witness = witness;
        found.push(it);
    };
    let without = |version: Version<'_>, name: &str| {
        let mut message = version.by_name(&[]);
        if let Value::Object(members) = &mut message
            && let Some(Value::Object(params)) = members.get_mut("params")
        {
            params.shift_remove(name);
        }
        message
    };
    let name = &one.name;
    match (one.required, two.required) {
        (false, true) => push(
            "param-became-required",
            format!("the parameter `{name}` is required"),
            (Verdict::Breaking, Verdict::Fine),
            Some((
                without(old, name),
                Role::Client.of(Side::Old),
                format!("the parameter `{name}` is missing"),
            )),
        ),
        (true, false) => push(
            "param-became-optional",
            format!("the parameter `{name}` may be left out"),
            (Verdict::Fine, Verdict::Risky),
            Some((
                without(new, name),
                Role::Client.of(Side::New),
                format!("the parameter `{name}` is missing"),
            )),
        ),
        _ => {}
    }
    if let (Some(before), Some(after)) = (&one.ty.default, &two.ty.default)
        && !before.same(after)
    {
        push(
            "param-default-changed",
            format!("the default of the parameter `{name}` was {before} and is {after}"),
            (Verdict::Risky, Verdict::Risky),
            Some((
                without(old, name),
                Role::Client.of(Side::Old),
                format!("it is taken for {after}"),
            )),
        );
    }
    let usage = Use::Param {
        optional: !two.required,
    };
    let (old_type, new_type) = ((old.model, &one.ty), (new.model, &two.ty));
    let message = |value: Value| old.with(one, value);
    for mut it in types::compare(usage, old_type, new_type, &message) {
        it.message = format!("parameter `{name}`: {}", it.message);
        found.push(it);
    }
    found
}

fn removed(old: Version<'_>, new: Version<'_>, param: &Param) -> Finding {
    let old_clients = match new.method.lenient {
        true => Verdict::Risky,
        false => Verdict::Breaking,
    };
    let new_clients = match param.required {
        true => Verdict::Breaking,
        false => Verdict::Fine,
    };
    let name = &param.name;
    let message = format!("the parameter `{name}` is gone");
    let mut it = Finding::new("param-removed", message, (old_clients, new_clients));
    it.old = Some(param.place.clone());
    it.new = Some(new.method.place.clone());
    let sent = old.with(param, old.value(param));
    let outcome = match new.method.lenient {
        true => format!("the parameter `{name}` is ignored"),
        false => format!("no parameter `{name}`"),
    };
    it.witness = Some((sent, Role::Client.of(Side::Old), outcome));
    it
}

fn added(old: Version<'_>, new: Version<'_>, param: &Param) -> Finding {
    let name = &param.name;
    let sent = new.with(param, new.value(param));
    let refused = match old.method.lenient {
        true => format!("the parameter `{name}` is ignored"),
        false => format!("no parameter `{name}`"),
    };
    let mut it = match param.required {
        true => {
            let new_clients = match old.method.lenient {
                true => Verdict::Risky,
                false => Verdict::Breaking,
            };
            let message = format!("there is a new required parameter `{name}`");
            let mut it = Finding::new(
                "param-added-required",
                message,
                (Verdict::Breaking, new_clients),
            );
            let missing = format!("the parameter `{name}` is missing");
            it.witness = Some((old.by_name(&[]), Role::Client.of(Side::Old), missing));
            it
        }
        false => {
            let message = format!("there is a new optional parameter `{name}`");
            let mut it = Finding::new(
                "param-added-optional",
                message,
                (Verdict::Fine, Verdict::Risky),
            );
            it.witness = Some((sent, Role::Client.of(Side::New), refused));
            it
        }
    };
    it.old = Some(old.method.place.clone());
    it.new = Some(param.place.clone());
    it
}

/// Params that both versions have at different positions.
fn order(old: Version<'_>, new: Version<'_>, renamed: &[(&Param, &Param)]) -> Option<Finding> {
    if !old.takes(ParamStructure::ByPosition) || !new.takes(ParamStructure::ByPosition) {
        return None;
    }
    let moved = |(index, param): &(usize, &Param)| {
        let there = new.index(&param.name);
        there.is_some_and(|there| there != *index)
    };
    let (index, param) = old.method.params.iter().enumerate().find(moved)?;
    let there = new.index(&param.name)?;
    let is_kept = |name: &str| {
        renamed
            .iter()
            .any(|(one, two)| one.name == name || two.name == name)
            || (old.param(name).is_some() && new.param(name).is_some())
    };
    let added_before = new
        .method
        .params
        .iter()
        .take(there)
        .any(|it| !is_kept(&it.name));
    let removed_before = old
        .method
        .params
        .iter()
        .take(index)
        .any(|it| !is_kept(&it.name));
    let (rule, what) = match (added_before, removed_before) {
        (true, _) => ("param-inserted-before", "a new parameter stands before it"),
        (false, true) => ("param-removed-before", "a parameter before it is gone"),
        (false, false) => ("params-reordered", "the order has changed"),
    };
    let message = format!(
        "the parameter `{}` has another position: {what}",
        param.name
    );
    let mut it = Finding::new(rule, message, (Verdict::Breaking, Verdict::Breaking));
    it.old = Some(param.place.clone());
    it.new = new.param(&param.name).map(|it| it.place.clone());
    let value = old.value(param);
    let outcome = match new.method.params.get(index) {
        Some(other) if new.model.check(&value, &other.ty).is_ok() => {
            format!("in silence, it is taken for `{}`", other.name)
        }
        Some(other) => format!("it does not fit `{}`", other.name),
        None => "there are too many params".to_owned(),
    };
    it.witness = Some((old.by_position(index), Role::Client.of(Side::Old), outcome));
    Some(it)
}
