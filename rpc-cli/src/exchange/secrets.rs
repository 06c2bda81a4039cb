//! [`Secrets`]: which values a recording hides.

use std::collections::{BTreeMap, HashMap};

use rpc_codegen::Model;
use serde_json::value::RawValue;

use super::{Request, Tree, pointer};

/// What stands in a recording for a hidden value.
pub(crate) const HIDDEN: &str = "(hidden)";

/// Which values are hidden.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    /// Names of members, wherever they are.
    names: Vec<String>,
    /// The parameters of the methods of a document, by name and alias of the method.
    params: HashMap<String, Vec<Parameter>>,
}

#[derive(Debug, Clone)]
struct Parameter {
    name: String,
    is_secret: bool,
}

impl Secrets {
    /// Hides members with these names, and the params that the document marks with `x-secret`.
    pub(crate) fn new(names: &[String], model: Option<&Model>) -> Self {
        let mut params = HashMap::new();
        for method in model.into_iter().flat_map(Model::all_methods) {
            let list = method.params.iter().map(|param| Parameter {
                name: param.name.clone(),
                is_secret: param.secret,
            });
            let list: Vec<Parameter> = list.collect();
            for name in method.aliases.iter().chain([&method.name]) {
                params.insert(name.clone(), list.clone());
            }
        }
        let names = names.to_vec();
        Secrets { names, params }
    }

    /// The message with its secrets hidden. `hidden` receives where they were.
    pub(crate) fn hide_in_request(
        &self,
        message: &RawValue,
        request: &Request,
        hidden: &mut BTreeMap<String, String>,
    ) -> Box<RawValue> {
        let mut message = Tree::read(message);
        if let Some(params) = message.at_mut(&["params".to_owned()]) {
            self.hide_params(params, &request.method, hidden);
            self.hide_names(params, "/request/params", hidden);
        }
        message.to_raw()
    }

    /// Part of an answer with its secrets hidden.
    pub(crate) fn hide_in_answer(
        &self,
        answer: &RawValue,
        at: &str,
        hidden: &mut BTreeMap<String, String>,
    ) -> Box<RawValue> {
        if self.names.is_empty() {
            return answer.to_owned();
        }
        let mut tree = Tree::read(answer);
        self.hide_names(&mut tree, at, hidden);
        tree.to_raw()
    }

    fn hide_params(&self, params: &mut Tree, method: &str, hidden: &mut BTreeMap<String, String>) {
        let known = self.params.get(method).map_or(&[][..], Vec::as_slice);
        let secret = known
            .iter()
            .enumerate()
            .filter(|(_, parameter)| parameter.is_secret || self.names.contains(&parameter.name));
        for (index, Parameter { name, .. }) in secret {
            let step = match params {
                Tree::Array(_) => index.to_string(),
                Tree::Object(_) | Tree::Leaf(_) => name.clone(),
            };
            let pointer = pointer::join("/request/params", &step);
            if let Some(value) = params.at_mut(&[step]) {
                hide(value, pointer, name, hidden);
            }
        }
    }

    fn hide_names(&self, tree: &mut Tree, at: &str, hidden: &mut BTreeMap<String, String>) {
        match tree {
            // Nobody can tell what is in there.
            Tree::Leaf(_) if tree.is_whole() && !self.names.is_empty() => {
                hide(tree, at.to_owned(), "", hidden);
            }
            Tree::Leaf(_) => {}
            Tree::Array(elements) => {
                for (index, element) in elements.iter_mut().enumerate() {
                    self.hide_names(element, &pointer::join(at, &index.to_string()), hidden);
                }
            }
            Tree::Object(members) => {
                for (name, value) in members {
                    let at = pointer::join(at, name);
                    match self.names.contains(name) {
                        true => hide(value, at, name, hidden),
                        false => self.hide_names(value, &at, hidden),
                    }
                }
            }
        }
    }
}

/// Hides a value, unless it says nothing.
fn hide(value: &mut Tree, at: String, name: &str, hidden: &mut BTreeMap<String, String>) {
    if matches!(value, Tree::Leaf(raw) if raw.get() == "null") {
        return;
    }
    *value = Tree::text(HIDDEN);
    hidden.insert(at, name.to_owned());
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
        let shown = secrets.hide_in_request(&message, &request, &mut places);
        let shown: Request = serde_json::from_str(shown.get()).expect("JSON");
        let params = shown.params.expect("params").get().to_owned();
        (params, places.into_keys().collect())
    }

    #[test]
    fn secret_params_are_hidden_by_name_and_by_position() {
        let document = Document::parse(DOCUMENT).expect("JSON");
        let model = Model::read(&document).expect("a document");
        let secrets = Secrets::new(&[], Some(&model));
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
        let other = r#"{"password":"sesame"}"#;
        assert_eq!(hidden(&secrets, "other", other).0, other);
    }

    #[test]
    fn names_are_hidden_wherever_they_are() {
        let secrets = Secrets::new(&["token".to_owned()], None);
        let (params, places) = hidden(&secrets, "any", r#"[{"a":[{"token":"t","b":1.50}]}]"#);
        assert_eq!(params, r#"[{"a":[{"token":"(hidden)","b":1.50}]}]"#);
        assert_eq!(places, ["/request/params/0/a/0/token"]);
        let answer =
            RawValue::from_string(r#"{"token":"t","n":10000000000000000000001}"#.to_owned());
        let mut places = BTreeMap::new();
        let shown = secrets.hide_in_answer(&answer.expect("JSON"), "/response/result", &mut places);
        assert_eq!(
            shown.get(),
            r#"{"token":"(hidden)","n":10000000000000000000001}"#
        );
        assert_eq!(
            places.into_keys().collect::<Vec<_>>(),
            ["/response/result/token"]
        );
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
        let secrets = Secrets::new(&["user".to_owned()], Some(&model));
        let (params, _) = hidden(&secrets, "log_in", r#"["ann","sesame"]"#);
        assert_eq!(params, r#"["(hidden)","(hidden)"]"#);
    }
}
