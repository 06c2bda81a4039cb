//! [`Query`]: parameters by name, from a URL.

use std::collections::HashSet;

use percent_encoding::percent_decode_str;
use rpc_core::ErrorObject;
use rpc_core::params::InvalidParams;
use serde_json::Value;
use serde_json::value::RawValue;

/// `a=1&b=two`. A value that is JSON and that the method takes as such is JSON; any other is a string.
pub(super) struct Query {
    parameters: Vec<Parameter>,
}

struct Parameter {
    name: String,
    text: String,
    reading: Reading,
}

#[derive(Clone, Copy, PartialEq)]
enum Reading {
    /// As JSON.
    Json,
    /// As a string, since the method does not take it as JSON.
    TextInstead,
    /// As a string, since it is not JSON.
    Text,
}

impl Query {
    pub(super) fn read(query: &str) -> Result<Query, ErrorObject> {
        let mut parameters = Vec::new();
        let mut names = HashSet::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, text) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode(name)?;
            if !names.insert(name.clone()) {
                let reason = format!("parameter `{}` is given twice", name.escape_debug());
                return Err(ErrorObject::invalid_params(reason));
            }
            parameters.push(Parameter::new(name, decode(text)?));
        }
        Ok(Query { parameters })
    }

    /// Sets a parameter, in place of the one that the query has.
    pub(super) fn set(&mut self, name: &str, text: String) {
        self.parameters.retain(|parameter| parameter.name != name);
        self.parameters.push(Parameter::new(name.to_owned(), text));
    }

    /// The params as JSON, each value read in the way that fits; `None` if the query is empty.
    pub(super) fn fitting(
        mut self,
        fits: impl Fn(&str) -> Result<(), InvalidParams>,
    ) -> Option<String> {
        let mut params = self.to_json()?;
        // Each round changes the reading of one parameter, or is the last.
        while let Err(misfit) = fits(&params) {
            let misread = misfit.parameter();
            let parameter = self
                .parameters
                .iter_mut()
                .find(|parameter| misread == Some(&*parameter.name));
            let Some(parameter) = parameter else {
                break;
            };
            let tried_both = parameter.reading == Reading::TextInstead;
            parameter.reading = match parameter.reading {
                Reading::Json => Reading::TextInstead,
                // The error about the JSON says more than one about a string.
                Reading::TextInstead => Reading::Json,
                Reading::Text => break,
            };
            params = self.to_json()?;
            if tried_both {
                break;
            }
        }
        Some(params)
    }

    /// The params as JSON, each value a string.
    pub(super) fn texts(mut self) -> Option<String> {
        for parameter in &mut self.parameters {
            parameter.reading = Reading::Text;
        }
        self.to_json()
    }

    fn to_json(&self) -> Option<String> {
        if self.parameters.is_empty() {
            return None;
        }
        let members = self.parameters.iter().map(Parameter::to_json);
        Some(format!("{{{}}}", members.collect::<Vec<_>>().join(",")))
    }
}

impl Parameter {
    fn new(name: String, text: String) -> Self {
        let reading = match serde_json::from_str::<&RawValue>(&text) {
            Ok(_) => Reading::Json,
            Err(_) => Reading::Text,
        };
        Parameter {
            name,
            text,
            reading,
        }
    }

    fn to_json(&self) -> String {
        let name = Value::from(&*self.name);
        match self.reading {
            Reading::Json => format!("{name}:{}", self.text),
            Reading::Text | Reading::TextInstead => format!("{name}:{}", Value::from(&*self.text)),
        }
    }
}

/// The encoding of HTML forms and `curl --data-urlencode`: a plus is a space.
fn decode(text: &str) -> Result<String, ErrorObject> {
    let text = text.replace('+', " ");
    match percent_decode_str(&text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(ErrorObject::invalid_params("the query is not UTF-8")),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    /// No URL is this long. But if each name were compared with every other, this one would hold a thread for ten seconds and more,
    /// and a real one for too long.
    #[test]
    fn many_names_are_soon_read() {
        let names: Vec<String> = (0..50_000).map(|number| format!("{number:04x}")).collect();
        let since = Instant::now();
        let query = Query::read(&names.join("&")).expect("no name is given twice");
        assert_eq!(query.parameters.len(), names.len());
        assert!(
            since.elapsed() < Duration::from_secs(3),
            "{:?}",
            since.elapsed()
        );
    }
}
