//! `methods.rs`: a trait for each namespace, with its methods.

use std::collections::{BTreeSet, HashSet};

use crate::model::{Method, Model, ParamStructure, Reply};
use crate::naming::{by_underscore, snake, split};
use crate::rust::Writer;
use crate::rust::case::{Case, wire_name};
use crate::rust::convert::{Converter, Way};
use crate::rust::docs;
use crate::rust::errors::{Errors, is_own};
use crate::rust::literal;
use crate::rust::names::{Scope, pascal};
use crate::rust::params::{self, Params};
use crate::rust::pretty::{self, Attribute};

/// The traits of a crate.
pub(super) struct Traits {
    pub(super) text: String,
    /// What they need imported from rpc-core and others.
    pub(super) used: BTreeSet<&'static str>,
    /// The name of the first trait, and of a method of it: for the crate's docs.
    pub(super) first: Option<(String, String)>,
}

/// A namespace: what the names of some methods begin with.
struct Group<'a> {
    namespace: &'a str,
    separator: &'a str,
    is_lenient: bool,
    /// Whether the server calls them on its client.
    is_called: bool,
    /// Whether the server has no others.
    is_only: bool,
    methods: Vec<(&'a Method, &'a str)>,
}

/// Writes all traits.
pub(super) fn write<'a>(
    writer: Writer<'a>,
    converter: &mut Converter<'a>,
    errors: &mut Errors<'a>,
) -> Traits {
    let mut traits = Traits {
        text: String::new(),
        used: BTreeSet::new(),
        first: None,
    };
    let mut served = groups(writer, &writer.model.methods, false);
    if let [only] = served.as_mut_slice() {
        only.is_only = true;
    }
    let called = groups(writer, &writer.model.client_methods, true);
    for group in served.into_iter().chain(called) {
        let text = write_trait(writer, &group, converter, errors, &mut traits);
        traits.text.push('\n');
        traits.text += &text;
    }
    traits
}

/// The methods by namespace, in the order of the document.
fn groups<'a>(writer: Writer<'a>, methods: &'a [Method], is_called: bool) -> Vec<Group<'a>> {
    let typed = methods.iter().filter(|method| !writer.is_opaque(method));
    let ends: HashSet<&str> = typed.filter_map(unsubscribe).collect();
    let is_written = |method: &&Method| !is_reserved(&method.name) && !ends.contains(&*method.name);
    let methods = methods.iter().filter(is_written);
    let names: Vec<&str> = methods.clone().map(|method| &*method.name).collect();
    let has_underscores = by_underscore(&names);
    let mut groups: Vec<Group<'_>> = Vec::new();
    for method in methods {
        let (namespace, separator, name) = parts(method, has_underscores);
        let is_same = |group: &Group<'_>| {
            (group.namespace, group.separator, group.is_lenient)
                == (namespace, separator, method.lenient)
        };
        match groups.iter_mut().find(|group| is_same(group)) {
            Some(group) => group.methods.push((method, name)),
            None => groups.push(Group {
                namespace,
                separator,
                is_lenient: method.lenient,
                is_called,
                is_only: false,
                methods: vec![(method, name)],
            }),
        }
    }
    groups
}

/// The method that ends a subscription. Its contract has it without being told.
fn unsubscribe(method: &Method) -> Option<&str> {
    match &method.reply {
        Reply::Stream(stream) => stream.unsubscribe.as_deref(),
        _ => None,
    }
}

/// Whether rpc-core answers and calls the method itself.
pub(super) fn is_reserved(name: &str) -> bool {
    name.starts_with("rpc.")
}

/// The namespace of a method, what stands behind it, and the rest. No namespace if `#[rpc]` would not take it.
fn parts(method: &Method, has_underscores: bool) -> (&str, &str, &str) {
    let full = &*method.name;
    let (namespace, name) = split(full, has_underscores);
    let none = ("", "", full);
    if namespace.is_empty() || name.is_empty() {
        return none;
    }
    let separator = &full[namespace.len()..full.len() - name.len()];
    let prefix = &full[..full.len() - name.len()];
    let marks: &[char] = &['.', '_', '/', ':', '-'];
    let is_plain = namespace.trim_matches(marks) == namespace
        && !namespace.contains(&separator.repeat(2))
        && !name.starts_with(separator)
        && !name.starts_with(prefix)
        && !name.ends_with(separator);
    // The names of a subscription have the same namespace.
    let has_prefix = match &method.reply {
        Reply::Stream(stream) => stream.unsubscribe.as_ref().is_none_or(|unsubscribe| {
            [unsubscribe, &stream.notification]
                .iter()
                .all(|it| it.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty()))
        }),
        _ => true,
    };
    match is_plain && has_prefix {
        true => (namespace, separator, name),
        false => none,
    }
}

fn write_trait<'a>(
    writer: Writer<'a>,
    group: &Group<'a>,
    converter: &mut Converter<'a>,
    errors: &mut Errors<'a>,
    traits: &mut Traits,
) -> String {
    let name = trait_name(writer.model, group);
    let name = converter
        .scope
        .unique_with(name, "Api", &["Client", "Server"]);
    let mut scope = Scope::of_methods();
    let case = case(group);
    let mut methods = Vec::new();
    for (method, own_name) in &group.methods {
        let identifier = scope.identifier(own_name);
        if traits.first.is_none() && !group.is_called {
            traits.first = Some((name.clone(), identifier.clone()));
        }
        let mut one = Writing {
            writer,
            trait_name: &name,
            case,
            group,
            method,
            converter,
            errors,
            used: &mut traits.used,
        };
        methods.push(one.text(&identifier, own_name));
    }
    let docs = match (group.is_called, group.namespace) {
        (true, "") => "What the server calls on its clients.".to_owned(),
        (true, namespace) => {
            format!("What the server calls on its clients: the methods of `{namespace}`.")
        }
        // The document is about the only trait.
        (false, _) if group.is_only && writer.model.info.description.is_some() => {
            writer.model.info.description.clone().unwrap_or_default()
        }
        (false, "") => "The methods without a namespace.".to_owned(),
        (false, namespace) => format!("The methods of `{namespace}`."),
    };
    let mut options = Vec::new();
    if !group.namespace.is_empty() {
        options.push(format!("namespace = {}", literal::string(group.namespace)));
        if group.separator != "." {
            options.push(format!("separator = {}", literal::string(group.separator)));
        }
    }
    if let Some(case) = case {
        options.push(format!("rename_all = \"{}\"", case.name()));
    }
    if group.is_lenient {
        options.push("lenient".to_owned());
    }
    options.push("schema".to_owned());
    let attribute = pretty::attributes(
        &[Attribute {
            path: "rpc",
            arguments: options,
        }],
        "",
    );
    let docs = pretty::docs(&docs::markdown(&docs), "");
    traits.used.insert("rpc");
    format!(
        "{docs}{attribute}pub trait {name} {{\n{}}}\n",
        methods.join("\n")
    )
}

/// `camelCase`, if that saves names. It would also change the names in a struct of params.
fn case(group: &Group<'_>) -> Option<Case> {
    let methods = group.methods.iter().map(|(method, _)| method);
    let is_by_name = |method: &&Method| {
        method.param_structure == ParamStructure::ByName && !method.params.is_empty()
    };
    if methods.clone().any(is_by_name) {
        return None;
    }
    let params = methods
        .flat_map(|method| &method.params)
        .map(|param| &*param.name);
    let names: Vec<&str> = group
        .methods
        .iter()
        .map(|(_, name)| *name)
        .chain(params)
        .collect();
    let is_other = |name: &&&str, case| wire_name(&snake(name), case) != **name;
    let without = names.iter().filter(|name| is_other(name, None)).count();
    let with = names
        .iter()
        .filter(|name| is_other(name, Some(Case::Camel)))
        .count();
    (with < without).then_some(Case::Camel)
}

/// The namespace, or the title of the document.
fn trait_name(model: &Model, group: &Group<'_>) -> String {
    let name = match group.namespace {
        "" => {
            let words: Vec<&str> = model.info.title.split_whitespace().take(4).collect();
            pascal(&words.join(" "))
        }
        namespace => pascal(namespace),
    };
    match (
        group.is_called && group.namespace.is_empty(),
        group.is_lenient && !group.namespace.is_empty(),
    ) {
        (true, _) => format!("{name}Callbacks"),
        (_, true) => format!("{name}Lenient"),
        _ => name,
    }
}

/// A method while it is written.
struct Writing<'w, 'a> {
    writer: Writer<'a>,
    trait_name: &'w str,
    case: Option<Case>,
    group: &'w Group<'a>,
    method: &'a Method,
    converter: &'w mut Converter<'a>,
    errors: &'w mut Errors<'a>,
    used: &'w mut BTreeSet<&'static str>,
}

impl Writing<'_, '_> {
    fn text(&mut self, identifier: &str, own_name: &str) -> String {
        let method = self.method;
        let hint = pascal(&method.name);
        let is_opaque = self.writer.is_opaque(method);
        let params = match is_opaque {
            true => params::untyped(method, self.used),
            false => params::of(
                method,
                (&hint, self.case),
                self.group.is_called,
                self.converter,
                self.used,
            ),
        };
        let (head, returns) = match is_opaque {
            true => self.untyped_reply(),
            false => self.reply(&hint, &params),
        };
        let options = self.options(identifier, own_name, &params, is_opaque);
        let docs = pretty::docs(&self.docs(), "    ");
        let mut attributes = Vec::new();
        if let Some(deprecation) = &method.deprecated {
            attributes.push(deprecated(deprecation.note.as_deref()));
        }
        let is_long = params.members.len() > 6;
        if is_long {
            attributes.push("    #[allow(clippy::too_many_arguments)]\n".to_owned());
        }
        if !options.is_empty() {
            attributes.push(pretty::attributes(
                &[Attribute {
                    path: "rpc",
                    arguments: options,
                }],
                "    ",
            ));
        }
        let head = format!("{head} {identifier}");
        let signature = pretty::signature(&head, &params.members, returns.as_deref());
        format!("{docs}{}{signature}", attributes.concat())
    }

    /// The docs of the method, and of errors that its type of errors can't have.
    fn docs(&self) -> Vec<String> {
        let mut lines = docs::lines(&self.method.docs);
        let others = self.method.errors.iter().filter(|it| !is_own(it.code));
        for error in others {
            if !lines.is_empty() {
                lines.push(String::new());
            }
            let text = format!(
                "Error {} arrives as `CallError::Object`: {}",
                error.code, error.message
            );
            lines.extend(docs::markdown(&text));
        }
        lines
    }

    fn options(
        &self,
        identifier: &str,
        own_name: &str,
        params: &Params,
        is_opaque: bool,
    ) -> Vec<String> {
        let method = self.method;
        let mut options = Vec::new();
        let mut text =
            |name: &str, value: &str| options.push(format!("{name} = {}", literal::string(value)));
        if wire_name(identifier, self.case) != own_name {
            text("name", own_name);
        }
        for alias in self.aliases() {
            text("alias", alias);
        }
        for tag in self.tags() {
            text("tag", tag);
        }
        if let Some(since) = &method.since {
            text("since", since);
        }
        if params.is_named {
            text("params", "named");
        }
        match (method.read_only, method.idempotent) {
            (true, _) => options.push("read_only".to_owned()),
            (false, true) => options.push("idempotent".to_owned()),
            (false, false) => {}
        }
        match &method.reply {
            Reply::None => options.push("notification".to_owned()),
            Reply::Stream(stream) if !is_opaque => {
                let prefix = self.method.name.len() - own_name.len();
                options.extend(params::stream_option(stream, prefix));
            }
            _ => {}
        }
        options
    }

    /// The tags that `#[rpc]` takes, each once.
    fn tags(&self) -> Vec<&str> {
        let mut tags: Vec<&str> = Vec::new();
        for tag in self.method.tags.iter().filter(|it| is_readable(it)) {
            if !tags.contains(&&**tag) {
                tags.push(tag);
            }
        }
        tags
    }

    /// The other names, without those that some method has.
    fn aliases(&self) -> Vec<&str> {
        let mut aliases: Vec<&str> = Vec::new();
        for alias in self.method.aliases.iter().filter(|it| is_name(it)) {
            let mut methods = self.writer.model.all_methods();
            let is_taken = methods.any(|it| it.name == *alias) || aliases.contains(&&**alias);
            if !is_taken {
                aliases.push(alias);
            }
        }
        aliases
    }

    /// How the method begins, and what it returns.
    fn reply(&mut self, hint: &str, params: &Params) -> (&'static str, Option<String>) {
        // Nobody would get the errors of a notification.
        if self.method.reply == Reply::None {
            return ("async fn", None);
        }
        let error = self
            .errors
            .of(self.method, (self.trait_name, hint), self.converter);
        let answers = match self.group.is_called {
            true => self.converter.given(),
            false => Way::Taken,
        };
        self.converter.way = answers;
        match &self.method.reply {
            Reply::None => ("async fn", None),
            Reply::Result(ty) => {
                let ty = self.converter.ty(ty, &format!("{hint}Result"));
                params::import(&ty, self.used);
                let returns = match error {
                    Some(error) => format!("Result<{ty}, {error}>"),
                    None => ty,
                };
                ("async fn", Some(returns).filter(|it| it != "()"))
            }
            Reply::Stream(stream) => {
                self.used.insert("Stream");
                let item = self.converter.ty(&stream.item, &format!("{hint}Item"));
                params::import(&item, self.used);
                let item = match &params.cursor {
                    Some(cursor) => {
                        self.used.insert("Tracked");
                        format!("Tracked<{cursor}, {item}>")
                    }
                    None => item,
                };
                match error {
                    Some(error) => (
                        "async fn",
                        Some(format!(
                            "Result<impl Stream<Item = Result<{item}, {error}>>, {error}>"
                        )),
                    ),
                    None => ("fn", Some(format!("impl Stream<Item = {item}>"))),
                }
            }
        }
    }

    fn untyped_reply(&mut self) -> (&'static str, Option<String>) {
        match &self.method.reply {
            Reply::None => ("async fn", None),
            _ => {
                self.used.insert("Value");
                ("async fn", Some("Value".to_owned()))
            }
        }
    }
}

/// Whether `#[rpc]` takes the name.
pub(super) fn is_name(name: &str) -> bool {
    is_readable(name) && !is_reserved(name)
}

/// Whether a text is there and has nothing that nobody sees.
fn is_readable(text: &str) -> bool {
    let is_unreadable = |c: char| c.is_whitespace() || literal::is_hidden(c);
    !text.is_empty() && !text.contains(is_unreadable)
}

fn deprecated(note: Option<&str>) -> String {
    match note {
        Some(note) => pretty::attributes(
            &[Attribute {
                path: "deprecated",
                arguments: vec![format!("note = {}", literal::string(note))],
            }],
            "    ",
        ),
        None => "    #[deprecated]\n".to_owned(),
    }
}
