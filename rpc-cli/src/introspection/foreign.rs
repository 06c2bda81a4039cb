//! [`describe`]: what servers say about a method that do it otherwise than ours.

use rpc_core::{BoxTransport, Client};
use serde_json::Value;

/// A description in paragraphs, from the first of these that has one: `system.methodSignature` and `system.methodHelp`, as in
/// XML-RPC; `rpc.discover`, the description of the whole server by OpenRPC; `help`, as bitcoind has it.
pub(crate) async fn describe(client: &Client<BoxTransport>, method: &str) -> Option<Vec<String>> {
    if let Some(description) = by_system_methods(client, method).await {
        return Some(description);
    }
    let document: Option<Value> = client.call("rpc.discover", ()).await.ok();
    if let Some(description) = document.and_then(|it| of_open_rpc(&it, method)) {
        return Some(description);
    }
    let help: Option<String> = client.call("help", (method,)).await.ok();
    help.map(|help| vec![help.trim().to_owned()])
}

async fn by_system_methods(client: &Client<BoxTransport>, method: &str) -> Option<Vec<String>> {
    let help: Option<String> = client.call("system.methodHelp", (method,)).await.ok();
    let signature = client.call("system.methodSignature", (method,)).await;
    let signature: Option<Value> = signature.ok();
    if help.is_none() && signature.is_none() {
        return None;
    }
    let declarations = signature.map(|signature| declarations(method, &signature));
    let declaration = declarations.filter(|lines| !lines.is_empty());
    let declaration = declaration.unwrap_or_else(|| vec![method.to_owned()]);
    let help = help.unwrap_or_default();
    Some(vec![declaration.join("\n"), help.trim().to_owned()])
}

/// A method may have several signatures. Each is a list of types, that of the result first. A server that has none says so in
/// some other form.
fn declarations(method: &str, signatures: &Value) -> Vec<String> {
    let signatures = signatures.as_array().map_or(&[] as &[Value], Vec::as_slice);
    let declaration = |signature: &Value| {
        let types = signature.as_array()?.iter().map(Value::as_str);
        let types: Vec<&str> = types.collect::<Option<_>>()?;
        let (result, params) = types.split_first()?;
        Some(format!("{method}({}) -> {result}", params.join(", ")))
    };
    signatures.iter().filter_map(declaration).collect()
}

/// What a document of OpenRPC says about a method.
fn of_open_rpc(document: &Value, method: &str) -> Option<Vec<String>> {
    let methods = document.get("methods")?.as_array()?;
    let described = methods.iter().find(|it| it["name"] == method)?;
    let params = described["params"].as_array();
    let params: Vec<String> = params.into_iter().flatten().map(parameter).collect();
    let result = match described.get("result") {
        Some(result) => format!(" -> {}", type_of(result)),
        None => String::new(),
    };
    let mut paragraphs = vec![format!("{method}({}){result}", params.join(", "))];
    let texts = ["summary", "description"].map(|member| described[member].as_str());
    paragraphs.extend(texts.into_iter().flatten().map(|it| it.trim().to_owned()));
    paragraphs.push(facts(described).join("\n"));
    Some(paragraphs)
}

/// `name: type`, or `name?: type` for one that may be left out.
fn parameter(parameter: &Value) -> String {
    let name = parameter["name"].as_str().unwrap_or("_");
    let mark = match parameter["required"].as_bool() {
        Some(true) => "",
        _ => "?",
    };
    format!("{name}{mark}: {}", type_of(parameter))
}

/// The type in the schema of a parameter or a result, or the name of what it refers to.
fn type_of(content: &Value) -> &str {
    let schema = &content["schema"];
    let reference = schema["$ref"].as_str().or_else(|| content["$ref"].as_str());
    let reference = reference.and_then(|it| it.rsplit('/').next());
    schema["type"].as_str().or(reference).unwrap_or("any")
}

fn facts(described: &Value) -> Vec<String> {
    let mut facts = Vec::new();
    if described["deprecated"] == true {
        facts.push("deprecated".to_owned());
    }
    let errors = described["errors"].as_array();
    facts.extend(errors.into_iter().flatten().map(|error| {
        let message = error["message"].as_str().unwrap_or_default();
        format!("error {} {message}", error["code"])
    }));
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_of_xml_rpc_begin_with_the_result() {
        for (signatures, lines) in [
            (
                r#"[["int","int","string"]]"#,
                &["f(int, string) -> int"] as &[&str],
            ),
            (
                r#"[["array"],["array","int"]]"#,
                &["f() -> array", "f(int) -> array"],
            ),
            (r#""undef""#, &[]),
            (r#"[[]]"#, &[]),
            (r#"["int"]"#, &[]),
            ("null", &[]),
        ] {
            let signatures: Value = serde_json::from_str(signatures).expect("JSON");
            assert_eq!(declarations("f", &signatures), lines, "{signatures}");
        }
    }

    #[test]
    fn a_document_of_open_rpc_describes_a_method() {
        let document = serde_json::json!({ "openrpc": "1.2.6", "methods": [
            { "name": "bare" },
            {
                "name": "place",
                "summary": "Places an order. ",
                "description": "Returns its number.",
                "deprecated": true,
                "params": [
                    { "name": "item", "required": true, "schema": { "type": "string" } },
                    { "name": "buyer", "schema": { "$ref": "#/components/schemas/Buyer" } },
                    {},
                ],
                "result": { "name": "number", "schema": { "type": ["integer", "null"] } },
                "errors": [{ "code": 1001, "message": "sold out" }],
            },
        ]});
        let place = "place(item: string, buyer?: Buyer, _?: any) -> any";
        let facts = "deprecated\nerror 1001 sold out";
        let expected = [place, "Places an order.", "Returns its number.", facts];
        let found = of_open_rpc(&document, "place").expect("it is there");
        assert_eq!(found, expected);
        let found = of_open_rpc(&document, "bare").expect("it is there");
        assert_eq!(found, ["bare()", ""]);
        assert_eq!(of_open_rpc(&document, "other"), None);
        assert_eq!(of_open_rpc(&serde_json::json!(7), "bare"), None);
    }
}
