//! Names and codes that must be unique, and the order of params.

use std::collections::HashMap;

use crate::document::Located;
use crate::lint::{Linter, METHODS};
use crate::place::Place;

impl<'a> Linter<'a> {
    pub(super) fn methods(&mut self) {
        for list in METHODS {
            self.methods_in(list);
        }
    }

    fn methods_in(&mut self, list: &str) {
        let mut names: HashMap<String, Place> = HashMap::new();
        for method in self.elements(&self.document.root(), list) {
            let aliases = method
                .get("x-aliases")
                .map(|aliases| aliases.elements().collect());
            let aliases: Vec<Located<'a>> = aliases.unwrap_or_default();
            for name in method.get("name").into_iter().chain(aliases) {
                self.unique("unique-method-names", "method", &name, &mut names);
            }
            self.params(&method);
            self.error_codes(&method);
        }
    }

    fn unique(
        &mut self,
        rule: &'static str,
        what: &str,
        name: &Located<'a>,
        known: &mut HashMap<String, Place>,
    ) {
        let text = name.value.to_string();
        match known.get(&text) {
            Some(other) => {
                let message = format!("duplicate {what} {text}: see {other}");
                self.find(rule, &name.place, message);
            }
            None => {
                known.insert(text, name.place.clone());
            }
        }
    }

    fn params(&mut self, method: &Located<'a>) {
        let by_name = method
            .value
            .get("paramStructure")
            .and_then(|by| by.as_str())
            == Some("by-name");
        let mut names = HashMap::new();
        let mut optional = false;
        for param in self.elements(method, "params") {
            if let Some(name) = param.get("name") {
                self.unique("unique-param-names", "parameter", &name, &mut names);
            }
            let is_required =
                param.value.get("required").and_then(|flag| flag.as_bool()) == Some(true);
            if is_required && optional && !by_name {
                let name = param
                    .value
                    .get("name")
                    .and_then(|name| name.as_str())
                    .unwrap_or_default();
                let message = format!("the required parameter `{name}` follows an optional one");
                self.find("required-params-first", &param.place, message);
            }
            optional |= !is_required;
        }
    }

    fn error_codes(&mut self, method: &Located<'a>) {
        let mut codes = HashMap::new();
        for error in self.elements(method, "errors") {
            if let Some(code) = error.get("code") {
                self.unique("unique-error-codes", "error code", &code, &mut codes);
            }
        }
    }
}
