//! The files of the crate.

use crate::generated::File;
use crate::naming::words;
use crate::rust::Writer;
use crate::rust::convert::Converter;
use crate::rust::docs;
use crate::rust::errors::Errors;
use crate::rust::item::Item;
use crate::rust::literal;
use crate::rust::methods::{self, Traits};

/// The lints that names and texts of a document may break.
const ALLOWED: &str = "#![allow(
    clippy::doc_lazy_continuation,
    clippy::doc_overindented_list_items,
    clippy::large_enum_variant,
    reason = \"the names, the texts and the sizes are those of the document\"
)]
";

pub(super) fn files<'a>(writer: Writer<'a>) -> Vec<File> {
    let mut converter = Converter::new(writer.model);
    let mut errors = Errors::new();
    let traits = methods::write(writer, &mut converter, &mut errors);
    let has_errors = !errors.items.is_empty();
    let has_types = !converter.items.is_empty();
    let mut files = vec![
        file("Cargo.toml", manifest(writer, has_errors)),
        file(
            "src/lib.rs",
            library(writer, &traits, has_types, has_errors),
        ),
    ];
    // A document may have no methods. An empty module would export nothing, of which the compiler warns.
    if !traits.text.is_empty() {
        let text = trait_module(writer, &traits, &converter, &errors);
        files.push(file("src/methods.rs", text));
    }
    if has_types {
        files.push(file("src/types.rs", type_module(writer, &converter)));
    }
    if has_errors {
        files.push(file(
            "src/errors.rs",
            error_module(writer, &converter, &errors),
        ));
    }
    files
}

fn file(name: &'static str, text: String) -> File {
    File { name, text }
}

fn manifest(writer: Writer<'_>, has_errors: bool) -> String {
    let info = &writer.model.info;
    let name = match &writer.options.crate_name {
        Some(name) => name.clone(),
        None => crate_name(&info.title),
    };
    let version = match is_version(&info.version) {
        true => &info.version,
        false => "0.1.0",
    };
    let thiserror = match has_errors {
        true => "thiserror = \"2\"\n",
        false => "",
    };
    format!(
        "# {}

[package]
name = \"{name}\"
version = \"{version}\"
edition = \"2024\"
description = {}

[dependencies]
rpc-core = {{ {}, features = [\"schema\"] }}
serde = {{ version = \"1\", features = [\"derive\"] }}
serde_json = \"1\"
{thiserror}",
        crate::text::origin(writer.model),
        toml_string(&format!("A client for {}", info.title)),
        writer.options.rpc_core.as_toml(),
    )
}

/// The title as the name of a package.
fn crate_name(title: &str) -> String {
    let name = words(title).join("-").to_ascii_lowercase();
    match name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => name,
        false => format!("client-{name}").trim_end_matches('-').to_owned(),
    }
}

/// Whether Cargo takes the version: three numbers, and what may follow them.
fn is_version(version: &str) -> bool {
    let (version, build) = match version.split_once('+') {
        Some((version, build)) => (version, Some(build)),
        None => (version, None),
    };
    let (numbers, prerelease) = match version.split_once('-') {
        Some((numbers, prerelease)) => (numbers, Some(prerelease)),
        None => (version, None),
    };
    let numbers: Vec<&str> = numbers.split('.').collect();
    let is_number = |part: &&str| {
        part.parse::<u64>().is_ok() && (*part == "0" || !part.starts_with(['0', '+']))
    };
    let is_word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    // Only a build may have numbers that begin with 0.
    let is_padded = |part: &str| {
        part.starts_with('0') && part != "0" && part.bytes().all(|b| b.is_ascii_digit())
    };
    let is_before = |part: &str| is_word(part) && !is_padded(part);
    numbers.len() == 3
        && numbers.iter().all(is_number)
        && prerelease.is_none_or(|it| it.split('.').all(is_before))
        && build.is_none_or(|it| it.split('.').all(is_word))
}

/// A basic string of TOML, whose escapes are those of JSON.
pub(super) fn toml_string(text: &str) -> String {
    let text: String = text.chars().filter(|c| !literal::is_hidden(*c)).collect();
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn library(writer: Writer<'_>, traits: &Traits, has_types: bool, has_errors: bool) -> String {
    let info = &writer.model.info;
    let mut about = docs::markdown(&crate::text::line(&info.title));
    let description = docs::markdown(info.description.as_deref().unwrap_or_default());
    if !description.is_empty() {
        about.push(String::new());
        about.extend(description);
    }
    if let Some((name, method)) = &traits.first {
        about.push(String::new());
        about.push(format!(
            "`{name}Client` calls the methods of [`{name}`]. It takes any client of rpc-core:"
        ));
        about.extend(["", "```text"].map(str::to_owned));
        about.push("let rpc = rpc_http::Client::new(\"http://127.0.0.1:8080/\")?;".to_owned());
        about.push(format!("let client = {name}Client::new(rpc);"));
        about.push(format!("client.{method}(…).await?;"));
        about.push("```".to_owned());
    }
    let about: String = about
        .iter()
        .map(|line| format!("//! {line}").trim_end().to_owned() + "\n")
        .collect();
    let modules = [
        ("errors", has_errors),
        ("methods", !traits.text.is_empty()),
        ("types", has_types),
    ];
    let modules: Vec<&str> = modules
        .iter()
        .filter(|(_, is_there)| *is_there)
        .map(|(name, _)| *name)
        .collect();
    let declared: String = modules
        .iter()
        .map(|name| format!("mod {name};\n"))
        .collect();
    let exported: String = modules
        .iter()
        .map(|name| format!("pub use {name}::*;\n"))
        .collect();
    let parts = [
        writer.header(),
        about,
        ALLOWED.to_owned(),
        declared,
        exported,
    ];
    parts
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

fn trait_module(
    writer: Writer<'_>,
    traits: &Traits,
    converter: &Converter<'_>,
    errors: &Errors<'_>,
) -> String {
    let has = |name: &str| traits.used.contains(name);
    let of_core: Vec<&str> = ["Base64", "Stream", "Tracked", "rpc"]
        .into_iter()
        .filter(|it| has(it))
        .collect();
    let of_json: Vec<&str> = ["Map", "Value"].into_iter().filter(|it| has(it)).collect();
    let is_named = |items: &[Item]| items.iter().any(|item| mentions(&traits.text, &item.name));
    let text = format!("{}\n//! The methods.\n\n", writer.header());
    let mut imports = String::new();
    if has("BTreeMap") {
        imports += "use std::collections::BTreeMap;\n\n";
    }
    imports += &import("rpc_core", &of_core);
    imports += &import("serde_json", &of_json);
    let own = [
        ("errors", is_named(&errors.items)),
        ("types", is_named(&converter.items)),
    ];
    let own: String = own
        .iter()
        .filter(|(_, used)| *used)
        .map(|(name, _)| format!("use super::{name}::*;\n"))
        .collect();
    if !own.is_empty() && !imports.is_empty() {
        imports.push('\n');
    }
    text + &imports + &own + &traits.text
}

fn type_module(writer: Writer<'_>, converter: &Converter<'_>) -> String {
    let types: String = converter.items.iter().map(Item::types).collect();
    let code = code(&(types + &converter.defaults.concat()));
    let has = |name: &&str| has_word(&code, name);
    let is_derived = converter
        .items
        .iter()
        .any(|item| !item.attributes.is_empty());
    let tells_null = converter.used.contains("Deserializer");
    let mut text = format!("{}\n//! The types.\n\n", writer.header());
    if has(&"BTreeMap") {
        text += "use std::collections::BTreeMap;\n\n";
    }
    text += &import(
        "rpc_core",
        &["Base64"].into_iter().filter(has).collect::<Vec<_>>(),
    );
    if is_derived {
        text += "use rpc_core::schemars::{self, JsonSchema};\n";
        text += match tells_null {
            true => "use serde::{Deserialize, Deserializer, Serialize};\n",
            false => "use serde::{Deserialize, Serialize};\n",
        };
    }
    text += &import(
        "serde_json",
        &["Map", "Value", "json"]
            .into_iter()
            .filter(has)
            .collect::<Vec<_>>(),
    );
    let items: String = converter
        .items
        .iter()
        .map(|item| format!("\n{}", item.text()))
        .collect();
    text = text.trim_end().to_owned() + "\n" + &items;
    for default in &converter.defaults {
        text += &format!("\n{default}");
    }
    if tells_null {
        text += PRESENT;
    }
    text
}

/// A function for serde.
const PRESENT: &str = "
/// Reads a member that is there, so that null is not the same as a member that is missing.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
";

fn error_module(writer: Writer<'_>, converter: &Converter<'_>, errors: &Errors<'_>) -> String {
    let items: String = errors
        .items
        .iter()
        .map(|item| format!("\n{}", item.text()))
        .collect();
    let types: String = errors.items.iter().map(Item::types).collect();
    let code = code(&types) + "RpcError";
    let of_core: Vec<&str> = ["Base64", "RpcError"]
        .into_iter()
        .filter(|name| has_word(&code, name))
        .collect();
    let json: Vec<&str> = ["Map", "Value"]
        .into_iter()
        .filter(|name| has_word(&code, name))
        .collect();
    let mut text = format!(
        "{}\n//! The errors that methods declare.\n\n",
        writer.header()
    );
    if has_word(&code, "BTreeMap") {
        text += "use std::collections::BTreeMap;\n\n";
    }
    text += &import("rpc_core", &of_core);
    text += &import("serde_json", &json);
    if converter
        .items
        .iter()
        .any(|item| has_word(&code, &item.name))
    {
        text += "\nuse super::types::*;\n";
    }
    text + &items
}

fn import(module: &str, names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => format!("use {module}::{only};\n"),
        names => format!("use {module}::{{{}}};\n", names.join(", ")),
    }
}

fn mentions(text: &str, name: &str) -> bool {
    has_word(&code(text), name)
}

/// Code without comments and without texts.
fn code(text: &str) -> String {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("///"));
    lines
        .map(|line| format!("{}\n", without_texts(line)))
        .collect()
}

fn without_texts(line: &str) -> String {
    let mut kept = String::new();
    let mut is_text = false;
    let mut is_escaped = false;
    for character in line.chars() {
        match (is_text, character) {
            (true, _) if is_escaped => is_escaped = false,
            (true, '\\') => is_escaped = true,
            (true, '"') => is_text = false,
            (true, _) => {}
            (false, '"') => is_text = true,
            (false, other) => kept.push(other),
        }
    }
    kept
}

fn has_word(code: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = code[at + word.len()..].chars().next();
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}
