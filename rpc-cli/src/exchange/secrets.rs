//! [`Secrets`]: which values a recording hides.

use std::collections::{BTreeMap, HashMap, HashSet};

use rpc_codegen::{Document, Model, model};
use serde_json::value::RawValue;

use super::answer_secrets::{AnswerSecrets, hide};
use super::values::Values;
use super::{HIDDEN, Request, Tree, pointer};

/// Which values are hidden.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    /// Names of members, wherever they are.
    names: HashSet<String>,
    /// The methods of a document, by name and alias.
    methods: HashMap<String, Method>,
}

/// What a document says about a method.
#[derive(Debug, Clone)]
struct Method {
    /// The names of all params, in their order.
    params: Vec<String>,
    /// The names of those that are secret.
    secret: HashSet<String>,
    /// Whether the result is, or the items.
    has_secret_answer: bool,
    /// The parameter that takes the cursor of an item.
    cursor: Option<String>,
}

impl Secrets {
    /// Hides members with these names, and what the document marks with `x-secret`.
    pub(crate) fn new(names: &[String], described: Option<&(Document, Model)>) -> Self {
        let mut names: HashSet<String> = names.iter().cloned().collect();
        let mut methods = HashMap::new();
        if let Some((document, model)) = described {
            let marked = document.secrets();
            for described in model.all_methods() {
                let has_secret_answer = marked.methods.contains(&described.name);
                let method = Method::of(described, has_secret_answer);
                for name in described.aliases.iter().chain([&described.name]) {
                    methods.insert(name.clone(), method.clone());
                }
            }
            names.extend(marked.names);
        }
        Secrets { names, methods }
    }

    /// The message with its secrets hidden, and what is to be hidden in the answer. `hidden` receives where secrets were.
    pub(crate) fn hide_in_request(
        &self,
        message: &RawValue,
        request: &Request,
        hidden: &mut BTreeMap<String, String>,
    ) -> (Box<RawValue>, AnswerSecrets) {
        let method = self.methods.get(&request.method);
        let mut names = self.names.clone();
        names.extend(method.into_iter().flat_map(|it| it.secret.iter().cloned()));
        let mut hiding = Hiding {
            names: &names,
            values: Values::default(),
            hidden,
        };
        let mut message = Tree::read(message);
        message.change_at(&["params".to_owned()], &mut |params| {
            if let (Some(method), Tree::Array(elements)) = (method, &mut *params) {
                hiding.by_position(elements, method);
            }
            hiding.inside(params, "/request/params", &|name| self.names.contains(name));
            if let Some(method) = method {
                hiding.by_name(params, method);
            }
        });
        let values = hiding.values;
        let cursor = method.and_then(|it| it.cursor.as_deref());
        let secrets = AnswerSecrets {
            values,
            is_whole: method.is_some_and(|it| it.has_secret_answer),
            hides_cursors: cursor
                .into_iter()
                .chain(["cursor"])
                .any(|it| names.contains(it)),
            names,
        };
        (message.to_raw(), secrets)
    }
}

impl Method {
    fn of(method: &model::Method, has_secret_answer: bool) -> Self {
        let params = method.params.iter();
        let secret = params.clone().filter(|param| param.secret);
        let cursor = match &method.reply {
            model::Reply::Stream(stream) => stream.cursor.clone(),
            model::Reply::None | model::Reply::Result(_) => None,
        };
        Method {
            secret: secret.map(|param| param.name.clone()).collect(),
            params: params.map(|param| param.name.clone()).collect(),
            has_secret_answer,
            cursor,
        }
    }
}

/// Hides values of a request, and keeps them.
struct Hiding<'a> {
    /// Of members anywhere, and of secret params.
    names: &'a HashSet<String>,
    values: Values,
    hidden: &'a mut BTreeMap<String, String>,
}

impl Hiding<'_> {
    fn by_position(&mut self, elements: &mut [Tree], method: &Method) {
        for (index, (value, name)) in elements.iter_mut().zip(&method.params).enumerate() {
            if self.names.contains(name) {
                let at = pointer::join("/request/params", &index.to_string());
                self.hide(value, at, name);
            }
        }
    }

    fn by_name(&mut self, params: &mut Tree, method: &Method) {
        for name in &method.secret {
            params.change_at(std::slice::from_ref(name), &mut |value| {
                self.hide(value, pointer::join("/request/params", name), name);
            });
        }
    }

    /// Hides members with some names, wherever they are.
    fn inside(&mut self, tree: &mut Tree, at: &str, is_secret: &dyn Fn(&str) -> bool) {
        match tree {
            // Nobody can tell what is in there.
            Tree::Leaf(_) if tree.is_whole() && !self.names.is_empty() => {
                self.hide(tree, at.to_owned(), "");
            }
            Tree::Leaf(_) => {}
            Tree::Array(elements) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    let at = pointer::join(at, &index.to_string());
                    self.inside(element, &at, is_secret);
                }
            }
            Tree::Object(members) => {
                for (name, value) in members {
                    let at = pointer::join(at, name);
                    match is_secret(name) {
                        true => self.hide(value, at, name),
                        false => self.inside(value, &at, is_secret),
                    }
                }
            }
        }
    }

    fn hide(&mut self, value: &mut Tree, at: String, name: &str) {
        // It may have been hidden before, for another reason.
        if value.plain_text().as_deref() != Some(HIDDEN) {
            self.values.add(value);
        }
        hide(value, at, name, self.hidden);
    }
}

#[cfg(test)]
mod tests {
    use rpc_codegen::Document;

    use super::*;

    const DOCUMENT: &str = r#"{"openrpc":"1.4.1","info":{"title":"t","version":"1"},"methods":[{"name":"log_in","x-aliases":["enter"],"params":[
        {"name":"user","schema":{"type":"string"}},
        {"name":"password","x-secret":true,"schema":{"type":"string"}}]}]}"#;

    fn hidden(secrets: &Secrets, method: &str, params: &str) -> (String, Vec<String>) {
        let message =
            format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params},"id":1}}"#);
        let message = RawValue::from_string(message).expect("JSON");
        let request: Request = serde_json::from_str(message.get()).expect("JSON");
        let mut places = BTreeMap::new();
        let (shown, _) = secrets.hide_in_request(&message, &request, &mut places);
        let shown: Request = serde_json::from_str(shown.get()).expect("JSON");
        let params = shown.params.expect("params").get().to_owned();
        (params, places.into_keys().collect())
    }

    #[test]
    fn secret_params_are_hidden_by_name_and_by_position() {
        let document = Document::parse(DOCUMENT).expect("JSON");
        let model = Model::read(&document).expect("a document");
        let secrets = Secrets::new(&[], Some(&(document, model)));
        for method in ["log_in", "enter"] {
            assert_eq!(
                hidden(&secrets, method, r#"["ann","sesame"]"#),
                (
                    r#"["ann","(hidden)"]"#.to_owned(),
                    vec!["/request/params/1".to_owned()]
                )
            );
            assert_eq!(
                hidden(&secrets, method, r#"{"password":{"a":1},"user":"ann"}"#),
                (
                    r#"{"password":"(hidden)","user":"ann"}"#.to_owned(),
                    vec!["/request/params/password".to_owned()]
                )
            );
        }
        assert_eq!(
            hidden(&secrets, "log_in", r#"{"password":"one","password":"two"}"#).0,
            r#"{"password":"(hidden)","password":"(hidden)"}"#
        );
        let other = r#"{"password":"sesame"}"#;
        assert_eq!(hidden(&secrets, "other", other).0, other);
    }

    #[test]
    fn names_are_hidden_wherever_they_are() {
        let secrets = Secrets::new(&["token".to_owned()], None);
        let (params, places) = hidden(&secrets, "any", r#"[{"a":[{"token":"t","b":1.50}]}]"#);
        assert_eq!(params, r#"[{"a":[{"token":"(hidden)","b":1.50}]}]"#);
        assert_eq!(places, ["/request/params/0/a/0/token"]);
        let twice = r#"{"token":"t","token":"u"}"#;
        let (params, _) = hidden(&secrets, "any", twice);
        assert_eq!(params, r#"{"token":"(hidden)","token":"(hidden)"}"#);
    }

    #[test]
    fn what_nests_too_deeply_to_be_looked_at_is_hidden() {
        let secrets = Secrets::new(&["token".to_owned()], None);
        let deep = r#"{"a":"#.repeat(200) + r#"{"token":"sesame"}"# + &"}".repeat(200);
        let (params, places) = hidden(&secrets, "any", &format!("[{deep}]"));
        assert!(!params.contains("sesame"), "{params}");
        assert_eq!(places.len(), 1);
    }

    #[test]
    fn a_document_gives_names_to_params_by_position() {
        let document = Document::parse(DOCUMENT).expect("JSON");
        let model = Model::read(&document).expect("a document");
        let secrets = Secrets::new(&["user".to_owned()], Some(&(document, model)));
        let (params, _) = hidden(&secrets, "log_in", r#"["ann","sesame"]"#);
        assert_eq!(params, r#"["(hidden)","(hidden)"]"#);
    }

    #[test]
    fn what_a_schema_marks_is_hidden_too() {
        let document = r##"{"openrpc":"1.4.1","info":{"title":"t","version":"1"},"methods":[
            {"name":"pay","params":[
                {"name":"card","schema":{"$ref":"#/components/schemas/Card"}},
                {"name":"order","schema":{"type":"object","properties":{"pin":{"type":"string","x-secret":true}}}}],
             "result":{"name":"r","schema":{"type":"string","x-secret":true}}}],
            "components":{"schemas":{"Card":{"type":"string","x-secret":true}}}}"##;
        let document = Document::parse(document).expect("JSON");
        let model = Model::read(&document).expect("a document");
        let secrets = Secrets::new(&[], Some(&(document, model)));
        let (params, places) = hidden(&secrets, "pay", r#"["4242",{"pin":"1234","item":"tea"}]"#);
        assert_eq!(params, r#"["(hidden)",{"pin":"(hidden)","item":"tea"}]"#);
        assert_eq!(places, ["/request/params/0", "/request/params/1/pin"]);

        let message = r#"{"jsonrpc":"2.0","method":"pay","params":["4242",{}],"id":1}"#;
        let message = RawValue::from_string(message.to_owned()).expect("JSON");
        let request: Request = serde_json::from_str(message.get()).expect("JSON");
        let mut places = BTreeMap::new();
        let (_, answer) = secrets.hide_in_request(&message, &request, &mut places);
        let response = RawValue::from_string(r#"{"result":"receipt"}"#.to_owned()).expect("JSON");
        let shown = answer.hide_in_response(&response, &mut places);
        assert_eq!(shown.get(), r#"{"result":"(hidden)"}"#);
    }
}
