//! `_methods.py`: what the clients know of each method.

use std::collections::HashSet;

use crate::model::{Method, ParamStructure, Reply};
use crate::python::Writer;
use crate::python::convert::Converter;
use crate::python::errors::Errors;
use crate::python::pretty::{assigned, tuple};
use crate::python::signature::{Returns, Signature};
use crate::python::text::{identifiers, import, quoted};

/// All methods, as clients have them.
pub(super) struct Methods<'a> {
    pub(super) signatures: Vec<Signature<'a>>,
}

impl<'a> Methods<'a> {
    pub(super) fn of(
        writer: Writer<'a>,
        converter: &mut Converter<'_>,
        errors: &Errors<'_>,
    ) -> Methods<'a> {
        let methods = writer.model.methods.iter().zip(writer.names.methods());
        let signature = |(method, name)| Signature::of(writer, converter, errors, method, name);
        Methods {
            signatures: methods.map(signature).collect(),
        }
    }

    /// The namespaces, in the order of their first methods. That of the client itself is empty.
    pub(super) fn namespaces(&self) -> Vec<&str> {
        let mut namespaces: Vec<&str> = Vec::new();
        for signature in &self.signatures {
            if !namespaces.contains(&&*signature.name.namespace) {
                namespaces.push(&signature.name.namespace);
            }
        }
        namespaces
    }

    /// The methods of a namespace.
    pub(super) fn within(&self, namespace: &str) -> impl Iterator<Item = &Signature<'a>> {
        let signatures = self.signatures.iter();
        signatures.filter(move |signature| signature.name.namespace == namespace)
    }

    /// The constants of `_methods.py`, without its imports.
    pub(super) fn constants(&self, errors: &Errors<'_>) -> String {
        let constant = |signature: &Signature<'_>| format!("\n{}", constant(signature, errors));
        self.signatures.iter().map(constant).collect()
    }
}

/// `_methods.py`.
pub(super) fn file(
    writer: Writer<'_>,
    converter: &Converter<'_>,
    errors: &Errors<'_>,
    constants: &str,
) -> String {
    const WIRE: [&str; 4] = ["Method", "Notification", "StreamMethod", "declared"];
    const PRIMITIVES: &[&str] = &[
        "anything",
        "array",
        "base64_bytes",
        "boolean",
        "integer",
        "mapping",
        "nothing",
        "null",
        "nullable",
        "number",
        "string",
    ];
    let header = writer.header("What the clients know of each method.");
    if constants.is_empty() {
        return header;
    }
    let used: HashSet<&str> = identifiers(constants).into_iter().collect();
    let pick = |names: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        names
            .filter(|name| used.contains(name))
            .map(str::to_owned)
            .collect()
    };
    let typing = import("typing", pick(&mut ["Literal", "Never"].into_iter()));
    let own = import(
        "._decode",
        pick(&mut converter.functions.iter().map(|it| &*it.name)),
    ) + &import("._json", pick(&mut ["Json"].into_iter()))
        + &import("._primitives", pick(&mut PRIMITIVES.iter().copied()))
        + &import("._wire", pick(&mut WIRE.into_iter()))
        + &import(".errors", pick(&mut errors.names()))
        + &import(".types", pick(&mut converter.type_names()));
    let parts = [header, typing, own]
        .into_iter()
        .filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("\n") + constants
}

fn constant(signature: &Signature<'_>, errors: &Errors<'_>) -> String {
    let method = signature.method;
    let (ty, decoders) = match &signature.returns {
        Returns::Nothing => ("Notification".to_owned(), Vec::new()),
        Returns::Result(result) => (
            format!("Method[{}]", result.annotation),
            vec![format!("result={}", result.decoder)],
        ),
        Returns::Stream { item, end } => (
            format!("StreamMethod[{}, {}]", item.annotation, end.annotation),
            vec![
                format!("item={}", item.decoder),
                format!("end={}", end.decoder),
            ],
        ),
    };
    let class = ty.split('[').next().unwrap_or_default();
    let mut members = request(method, signature);
    members.extend(decoders);
    if !signature.errors.is_empty() {
        let error =
            |case: &crate::model::ErrorCase| format!("{}: {}", case.code, errors.decoder(case));
        let cases: Vec<String> = method.errors.iter().map(error).collect();
        members.push(format!("errors={{{}}}", cases.join(", ")));
    }
    let target = format!("{}: {ty}", signature.name.constant);
    assigned(&target, class, &members)
}

/// What is known of the request.
fn request(method: &Method, signature: &Signature<'_>) -> Vec<String> {
    let mut members = vec![format!("name={}", quoted(&method.name))];
    let strings = |names: Vec<&str>| tuple(&names.into_iter().map(quoted).collect::<Vec<_>>());
    if !method.params.is_empty() {
        let names = method.params.iter().map(|param| &*param.name).collect();
        members.push(format!("params={}", strings(names)));
    }
    match method.param_structure {
        ParamStructure::ByName => members.push("by=\"name\"".to_owned()),
        ParamStructure::ByPosition => members.push("by=\"position\"".to_owned()),
        ParamStructure::Either => {}
    }
    let not_null = signature
        .arguments
        .iter()
        .filter(|argument| argument.is_not_null);
    let not_null: Vec<&str> = not_null.map(|argument| &*argument.name).collect();
    if !not_null.is_empty() {
        members.push(format!("not_null={}", strings(not_null)));
    }
    if let Reply::Stream(stream) = &method.reply {
        let names = [
            ("cursor", &stream.cursor),
            ("token", &stream.token),
            ("unsubscribe", &stream.unsubscribe),
        ];
        for (member, name) in names {
            members.extend(name.iter().map(|name| format!("{member}={}", quoted(name))));
        }
    }
    members
}
