//! The document's root.

use std::collections::HashMap;

use crate::document::Located;
use crate::error::ReadError;
use crate::model::{Extensions, Info, Method, Model, Server, Undescribed};
use crate::read::{Reader, Result};

/// Everything but the definitions, which the reader still collects.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Model> {
    let root = reader.document.root();
    let openrpc = version(&root)?;
    let info = info(&root)?;
    let servers = servers(&root)?;
    let undescribed = root
        .list("x-undescribed")?
        .iter()
        .map(left_out)
        .collect::<Result<_>>()?;
    if let Some(schemas) = root
        .get("components")
        .and_then(|components| components.get("schemas"))
    {
        for (_, schema) in schemas.expect_object("`schemas`")?.members() {
            reader.definition(schema);
        }
    }

    root.need("methods")?;
    let served = methods(reader, &root, "methods")?;
    let client_methods = methods(reader, &root, "x-client-methods")?;
    Ok(Model {
        openrpc,
        info,
        servers,
        methods: served,
        client_methods,
        definitions: Vec::new(),
        undescribed,
        extensions: Extensions::default(),
    })
}

/// The methods in this member of the root. No two have the same name.
fn methods<'a>(reader: &mut Reader<'a>, root: &Located<'a>, member: &str) -> Result<Vec<Method>> {
    let mut methods = Vec::new();
    let mut names = HashMap::new();
    for method in root.list(member)? {
        let method = reader.document.follow(method)?;
        let method = reader.method(method.expect_object("the method")?)?;
        if let Some(other) = names.insert(method.name.clone(), method.place.clone()) {
            let message = format!(
                "duplicate method {:?}: {other} has the same name",
                method.name
            );
            return Err(ReadError::new(&method.place, message));
        }
        methods.push(method);
    }
    Ok(methods)
}

fn version(root: &Located<'_>) -> Result<String> {
    let version = root.need("openrpc")?;
    let text = version.text()?;
    let mut numbers = text.splitn(3, '.');
    let is_number = |part: Option<&str>| {
        part.is_some_and(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_known = numbers.next() == Some("1")
        && is_number(numbers.next())
        && is_number(
            numbers
                .next()
                .map(|rest| rest.split('-').next().unwrap_or_default()),
        );
    match is_known {
        true => Ok(text),
        false => version.wrong(format!("unknown version {text:?} of OpenRPC; 1.x is known")),
    }
}

fn info(root: &Located<'_>) -> Result<Info> {
    let info = root.need("info")?.expect_object("`info`")?;
    let license = match info.get("license") {
        Some(license) => license.optional_text("name")?,
        None => None,
    };
    Ok(Info {
        title: info.need_text("title")?,
        version: info.need_text("version")?,
        description: info.optional_text("description")?,
        license,
    })
}

fn servers(root: &Located<'_>) -> Result<Vec<Server>> {
    let server = |server: &Located<'_>| {
        Ok(Server {
            name: server.optional_text("name")?,
            url: server.need_text("url")?,
        })
    };
    root.list("servers")?.iter().map(server).collect()
}

/// An object, or only the name of a method.
fn left_out(what: &Located<'_>) -> Result<Undescribed> {
    if let Some(method) = what.value.as_str() {
        return Ok(Undescribed {
            method: method.to_owned(),
            error: None,
            reason: None,
        });
    }
    let error = match what.get("error") {
        Some(code) => Some(code.code()?),
        None => None,
    };
    Ok(Undescribed {
        method: what.need_text("method")?,
        error,
        reason: what.optional_text("reason")?,
    })
}
