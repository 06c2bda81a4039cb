//! What is wrong with a document, also where the official meta-schema sees nothing.
//!
//! | rule | what it finds |
//! | --- | --- |
//! | `unreadable` | the document can't be read into the model |
//! | `unique-method-names` | two methods, or a method and an alias, with one name |
//! | `unique-param-names` | two params of a method with one name |
//! | `unique-error-codes` | two errors of a method with one code |
//! | `required-params-first` | a required parameter after an optional one, unless params go by name |
//! | `reference-resolves` | a `$ref` that leads nowhere |
//! | `reference-siblings` | keywords beside a `$ref`, which draft-07 ignores |
//! | `schema-keyword` | a keyword of JSON Schema whose value has the wrong type |
//! | `not-draft-07` | a keyword of another draft, or of OpenAPI, which validators ignore |
//! | `example-fits` | an example that does not fit its schema |
//! | `default-fits` | a default that does not fit its schema |
//! | `absolute-server-url` | a server whose URL is not absolute |

mod examples;
mod methods;
mod schemas;

use std::fmt;

use crate::document::{Document, Located};
use crate::error::shown;
use crate::model::Model;
use crate::place::Place;

/// Something wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The name of the rule.
    pub rule: &'static str,
    /// Where it is.
    pub place: Place,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} [{}]", self.place, self.message, self.rule)
    }
}

/// Checks a document. No finding means that it can be read, and that it keeps all rules: see the table above.
///
/// ```
/// use rpc_codegen::{Document, lint};
///
/// let document = Document::parse(
///     r#"{
///         "openrpc": "1.4.1",
///         "info": {"title": "Shop", "version": "1.0.0"},
///         "methods": [{
///             "name": "place",
///             "params": [
///                 {"name": "note", "schema": {"type": "string"}},
///                 {"name": "item", "required": true, "schema": {"type": "string"}}
///             ]
///         }]
///     }"#,
/// )?;
/// let findings = lint(&document);
/// assert_eq!(
///     findings[0].to_string(),
///     "#/methods/0/params/1: the required parameter `item` follows an optional one [required-params-first]"
/// );
/// # Ok::<(), rpc_codegen::ReadError>(())
/// ```
pub fn lint(document: &Document) -> Vec<Finding> {
    let mut linter = Linter {
        document,
        findings: Vec::new(),
    };
    linter.servers();
    linter.methods();
    linter.schemas();
    match Model::read(document) {
        Ok(model) => linter.examples(&model),
        Err(error)
            if linter
                .findings
                .iter()
                .any(|finding| is_near(&finding.place, error.place())) => {}
        Err(error) => linter.find("unreadable", error.place(), error.message()),
    }
    linter.findings
}

/// Whether a finding already speaks of this place.
fn is_near(finding: &Place, error: &Place) -> bool {
    let starts = |one: &Place, two: &Place| one.pointer().starts_with(two.pointer());
    finding.file() == error.file() && (starts(finding, error) || starts(error, finding))
}

/// The members of the document that have methods.
const METHODS: [&str; 2] = ["methods", "x-client-methods"];

struct Linter<'a> {
    document: &'a Document,
    findings: Vec<Finding>,
}

impl<'a> Linter<'a> {
    fn find(&mut self, rule: &'static str, place: &Place, message: impl Into<String>) {
        let finding = Finding {
            rule,
            place: place.clone(),
            message: shown(&message.into()),
        };
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// What a value stands for. A reference that leads nowhere is a finding.
    fn followed(&mut self, value: Located<'a>) -> Option<Located<'a>> {
        match self.document.follow(value) {
            Ok(value) => Some(value),
            Err(error) => {
                self.find("reference-resolves", error.place(), error.message());
                None
            }
        }
    }

    fn elements(&mut self, owner: &Located<'a>, list: &str) -> Vec<Located<'a>> {
        let elements: Vec<Located<'a>> = owner
            .get(list)
            .map(|list| list.elements().collect())
            .unwrap_or_default();
        elements
            .into_iter()
            .filter_map(|element| self.followed(element))
            .collect()
    }

    /// The methods of the server and of its client.
    fn all_methods(&mut self) -> Vec<Located<'a>> {
        let root = self.document.root();
        let lists = METHODS.map(|list| self.elements(&root, list));
        lists.concat()
    }

    fn servers(&mut self) {
        let root = self.document.root();
        let mut servers = self.elements(&root, "servers");
        for method in self.all_methods() {
            servers.extend(self.elements(&method, "servers"));
        }
        for server in servers {
            let Some(url) = server.get("url") else {
                continue;
            };
            if url.value.as_str().is_some_and(|url| !is_absolute(url)) {
                let message = format!("the URL {} is not absolute", url.value);
                self.find("absolute-server-url", &url.place, message);
            }
        }
    }
}

/// Whether a URL has a scheme. What follows may have variables in it.
fn is_absolute(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once(':') else {
        return false;
    };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme && !rest.is_empty() && !rest.contains(char::is_whitespace)
}
