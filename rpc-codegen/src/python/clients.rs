//! `client.py`, `aio.py` and `batch.py`, from one template.

use std::collections::HashSet;

use crate::python::Writer;
use crate::python::convert::Converter;
use crate::python::methods::Methods;
use crate::python::pretty::{WIDTH, broken};
use crate::python::signature::{Argument, Returns, Signature};
use crate::python::text::{docstring, identifiers, import, quoted, unshadowed, wrap};
use crate::text::docs;

/// Which of the three a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    /// Calls that wait.
    Sync,
    /// Calls of asyncio.
    Async,
    /// Calls that are collected.
    Batch,
}

/// Writes one of the files.
pub(super) struct Clients<'a> {
    pub(super) writer: Writer<'a>,
    pub(super) converter: &'a Converter<'a>,
    pub(super) methods: &'a Methods<'a>,
    pub(super) flavour: Flavour,
}

impl Clients<'_> {
    pub(super) fn file(&self) -> String {
        let mut body = String::new();
        for namespace in self.methods.namespaces() {
            if !namespace.is_empty() && self.members(namespace).next().is_some() {
                body += &self.namespace(namespace);
            }
        }
        body += &self.client();
        let about = match self.flavour {
            Flavour::Sync => "The client whose calls wait for their replies.",
            Flavour::Async => "The client for asyncio.",
            Flavour::Batch => "What a batch can call.",
        };
        self.writer.header(about) + &self.imports(&body) + &body
    }

    /// The methods that this file has of a namespace. Streams can't be part of a batch.
    fn members(&self, namespace: &str) -> impl Iterator<Item = &Signature<'_>> {
        let is_batch = self.flavour == Flavour::Batch;
        let members = self.methods.within(namespace);
        members.filter(move |signature| {
            !is_batch || !matches!(signature.returns, Returns::Stream { .. })
        })
    }

    fn namespace(&self, namespace: &str) -> String {
        let (field, ty) = match self.flavour {
            Flavour::Sync => ("rpc", "Rpc"),
            Flavour::Async => ("rpc", "AsyncRpc"),
            Flavour::Batch => ("queue", "Queue"),
        };
        let class = self.class(namespace);
        let methods = self.functions(namespace);
        format!(
            "\n\nclass {class}:\n    \"\"\"The methods of `{namespace}`.\"\"\"\n\n    def __init__(self, {field}: {ty}) -> None:\n        self._{field} = {field}\n{methods}"
        )
    }

    /// The class of a namespace that has members.
    fn class(&self, namespace: &str) -> &str {
        let member = self.methods.within(namespace).next();
        member.map_or("", |it| &it.name.class)
    }

    /// The names that the class of a namespace defines. The client itself also has the other namespaces.
    fn names(&self, namespace: &str) -> Vec<&str> {
        let namespaces = self.methods.namespaces().into_iter();
        let namespaces = namespaces.filter(|_| namespace.is_empty());
        let members = self.members(namespace).map(|it| &*it.name.name);
        namespaces.chain(members).collect()
    }

    fn functions(&self, namespace: &str) -> String {
        let names = self.names(namespace);
        let functions = self
            .members(namespace)
            .map(|signature| self.function(signature, &names));
        functions.collect()
    }

    fn client(&self) -> String {
        let field = if self.flavour == Flavour::Batch {
            "queue"
        } else {
            "rpc"
        };
        let mut members = String::new();
        for namespace in self.methods.namespaces() {
            if namespace.is_empty() || self.members(namespace).next().is_none() {
                continue;
            }
            let class = self.class(namespace);
            members += &format!(
                "\n    @property\n    def {namespace}(self) -> {class}:\n        \"\"\"The methods of `{namespace}`.\"\"\"\n        return {class}(self._{field})\n"
            );
        }
        members += &self.functions("");
        match self.flavour {
            Flavour::Batch => self.batches(&members),
            Flavour::Sync => self.client_class("Client", "BaseClient", "Batch", "with", &members),
            Flavour::Async => self.client_class(
                "AsyncClient",
                "AsyncBaseClient",
                "AsyncBatch",
                "async with",
                &members,
            ),
        }
    }

    fn client_class(
        &self,
        class: &str,
        base: &str,
        batch: &str,
        with: &str,
        members: &str,
    ) -> String {
        let info = &self.writer.model.info;
        let mut texts = vec![format!("{} {}.", info.title, info.version)];
        texts.extend(info.description.clone());
        let docs = docstring(&texts, "    ");
        let about = docstring(
            &[format!(
                "Collects calls, and sends them at the end of `{with}`."
            )],
            "        ",
        );
        let names = self.names("");
        let timeout = unshadowed("timeout: float | None | Unset = UNSET", &names);
        let headers = unshadowed("headers: Mapping[str, str] | None = None", &names);
        format!(
            "\n\nclass {class}({base}):\n{docs}{members}\n    def batch(\n        self,\n        *,\n        {timeout},\n        {headers},\n    ) -> {batch}:\n{about}        return {batch}(self._rpc, Options(timeout, headers))\n"
        )
    }

    fn batches(&self, members: &str) -> String {
        format!(
            "\n\nclass Calls(Collecting):\n    \"\"\"The methods that a batch can call: all but streams.\"\"\"\n{members}\n\nclass Batch(Calls, BaseBatch):\n    \"\"\"A batch of `Client`.\"\"\"\n\n\nclass AsyncBatch(Calls, AsyncBaseBatch):\n    \"\"\"A batch of `AsyncClient`.\"\"\"\n"
        )
    }

    fn function(&self, signature: &Signature<'_>, members: &[&str]) -> String {
        let is_stream = matches!(signature.returns, Returns::Stream { .. });
        let definition = match self.flavour == Flavour::Async && !is_stream {
            true => "async def",
            false => "def",
        };
        let name = &signature.name.name;
        let returns = unshadowed(&self.returns(&signature.returns), members);
        let returns = broken(&returns, 4, 9, 1);
        let mut lines: Vec<String> = signature
            .arguments
            .iter()
            .map(|argument| parameter(argument, members))
            .collect();
        if self.flavour != Flavour::Batch {
            lines.push(unshadowed("timeout: float | None | Unset = UNSET", members));
            lines.push(unshadowed(
                "headers: Mapping[str, str] | None = None",
                members,
            ));
        }
        let head = match lines.is_empty() {
            true => format!("    {definition} {name}(self) -> {returns}:\n"),
            false => {
                let lines: String = lines
                    .iter()
                    .map(|line| format!("        {line},\n"))
                    .collect();
                format!(
                    "    {definition} {name}(\n        self,\n        *,\n{lines}    ) -> {returns}:\n"
                )
            }
        };
        let docs = docstring(&self.docs(signature), "        ");
        format!("\n{head}{docs}{}", self.body(signature))
    }

    fn returns(&self, returns: &Returns) -> String {
        match (returns, self.flavour) {
            (Returns::Nothing, _) => "None".to_owned(),
            (Returns::Result(result), Flavour::Batch) => format!("Pending[{}]", result.annotation),
            (Returns::Result(result), _) => result.annotation.clone(),
            (Returns::Stream { item, end }, flavour) => {
                let class = if flavour == Flavour::Async {
                    "AsyncStream"
                } else {
                    "Stream"
                };
                format!("{class}[{}, {}]", item.annotation, end.annotation)
            }
        }
    }

    fn body(&self, signature: &Signature<'_>) -> String {
        let function = match signature.returns {
            Returns::Nothing => "notify",
            Returns::Result(_) => "call",
            Returns::Stream { .. } => "stream",
        };
        let arguments: Vec<String> = signature
            .arguments
            .iter()
            .map(|argument| format!("{}: {}", quoted(&argument.name), argument.identifier))
            .collect();
        let is_awaited = self.flavour == Flavour::Async && function != "stream";
        let start = match (function, is_awaited) {
            ("notify", true) => "await ",
            ("notify", false) => "",
            (_, true) => "return await ",
            (_, false) => "return ",
        };
        let (object, options) = match self.flavour {
            Flavour::Batch => ("queue", ""),
            Flavour::Sync | Flavour::Async => ("rpc", ", Options(timeout, headers)"),
        };
        let call = format!(
            "{start}self._{object}.{function}(methods.{}, {{{}}}{options})",
            signature.name.constant,
            arguments.join(", ")
        );
        format!("        {}\n", broken(&call, 8, 8, 0))
    }

    fn docs(&self, signature: &Signature<'_>) -> Vec<String> {
        let method = signature.method;
        let mut texts = docs(&method.docs);
        if texts.is_empty() {
            texts.push(format!("`{}`", method.name));
        }
        if self.flavour == Flavour::Batch {
            texts.truncate(1);
            return texts;
        }
        if signature.is_opaque {
            texts.push(
                "Untyped: its types can't be expressed in Python, or `opaque` was set.".to_owned(),
            );
        }
        if let Some(deprecation) = &method.deprecated {
            let note = deprecation.note.clone().unwrap_or_default();
            texts.push(format!("Deprecated. {note}").trim_end().to_owned());
        }
        let described = signature
            .arguments
            .iter()
            .filter(|argument| !argument.docs.is_empty());
        texts.extend(section(
            "Args",
            described.map(|it| (&*it.identifier, it.docs.join("\n"))),
        ));
        texts.extend(section(
            "Raises",
            signature
                .errors
                .iter()
                .map(|(name, text)| (&**name, text.clone())),
        ));
        texts
    }

    /// Only what the body uses: strict checkers refuse the rest.
    fn imports(&self, body: &str) -> String {
        let used: HashSet<&str> = identifiers(body).into_iter().collect();
        let pick = |names: &[&str]| -> Vec<String> {
            let used = names.iter().filter(|name| used.contains(**name));
            used.map(|name| (*name).to_owned()).collect()
        };
        let builtins = if body.contains("builtins.") {
            "import builtins\n"
        } else {
            ""
        };
        let standard = format!(
            "{builtins}{}{}",
            import("collections.abc", pick(&["Mapping"])),
            import("typing", pick(&["Literal", "Never"]))
        );
        let types: Vec<&str> = self.converter.type_names().collect();
        let methods = if used.contains("methods") {
            "from . import _methods as methods\n"
        } else {
            ""
        };
        let (calls, client) = match self.flavour {
            Flavour::Sync => (
                import("._calls", pick(&["Rpc", "Stream"])),
                import("._client", pick(&["BaseClient"])),
            ),
            Flavour::Async => (
                import("._calls_async", pick(&["AsyncRpc", "AsyncStream"])),
                import("._client_async", pick(&["AsyncBaseClient"])),
            ),
            Flavour::Batch => (
                import("._batch", pick(&["Collecting", "Pending", "Queue"]))
                    + &import("._calls", pick(&["BaseBatch"]))
                    + &import("._calls_async", pick(&["AsyncBaseBatch"])),
                String::new(),
            ),
        };
        let batch = match self.flavour {
            Flavour::Batch => String::new(),
            Flavour::Sync => import(".batch", pick(&["Batch"])),
            Flavour::Async => import(".batch", pick(&["AsyncBatch"])),
        };
        let own = format!(
            "{methods}{calls}{client}{}{}{batch}{}",
            import("._json", pick(&["UNSET", "Json", "Unset"])),
            import("._wire", pick(&["Options"])),
            import(".types", pick(&types))
        );
        let parts = [standard, own].into_iter().filter(|part| !part.is_empty());
        parts.map(|part| format!("\n{part}")).collect()
    }
}

fn parameter(argument: &Argument, members: &[&str]) -> String {
    let annotation = unshadowed(&argument.annotation, members);
    let default = argument
        .default
        .map(|default| format!(" = {default}"))
        .unwrap_or_default();
    let flat = format!("{}: {annotation}{default}", argument.identifier);
    match flat.len() + 9 <= WIDTH {
        true => flat,
        false => broken(&flat, 8, 8, 1),
    }
}

/// How long a line of a section may be: there are eight spaces for the method, and eight for the section.
const SECTION_WIDTH: usize = WIDTH - 16;

/// A section of a docstring.
fn section<'a>(title: &str, entries: impl Iterator<Item = (&'a str, String)>) -> Option<String> {
    let entry = |(name, text): (&str, String)| {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        // The name has the first line to itself if there is more to say than fits beside it.
        let lines: Vec<String> = lines.flat_map(|line| wrap(line, SECTION_WIDTH)).collect();
        let first = lines.first().map_or(0, String::len) + name.len() + 2;
        if first > SECTION_WIDTH + 4 {
            return format!("    {name}:\n        {}", lines.join("\n        "));
        }
        format!("    {name}: {}", lines.join("\n        "))
    };
    let entries: Vec<String> = entries.map(entry).collect();
    (!entries.is_empty()).then(|| format!("{title}:\n{}", entries.join("\n")))
}
