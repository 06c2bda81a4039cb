//! The names that methods have on the wire.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, Ident};

use crate::case::Case;
use crate::errors::Errors;
use crate::literal;
use crate::options::{RpcOption, RpcOptions};
use crate::rpc::model::Method;

/// Section 4 of the specification.
const RESERVED: &str = "rpc.";

/// What goes before each method's name: the namespace and the separator.
pub(super) struct Prefix {
    text: String,
    separator: String,
    /// Whether the namespace itself begins with `rpc.`. Then it is reported instead of each name.
    is_reserved: bool,
}

/// A name or an alias, and where the user wrote it.
#[derive(Clone)]
pub(super) struct WrittenName {
    pub(super) text: String,
    pub(super) tokens: TokenStream,
}

impl Prefix {
    /// Whether there is a namespace.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The namespace, without the separator.
    pub(super) fn namespace(&self) -> &str {
        let namespace = self.text.strip_suffix(&*self.separator);
        namespace.unwrap_or(&self.text)
    }

    /// A name behind the prefix.
    pub(super) fn with(&self, name: &str) -> String {
        format!("{}{name}", self.text)
    }

    /// A full name without the prefix.
    pub(super) fn without<'a>(&self, name: &'a str) -> &'a str {
        name.strip_prefix(&self.text).unwrap_or(name)
    }

    pub(super) fn read(options: &RpcOptions, errors: &mut Errors) -> Self {
        let namespace = options.string("namespace", errors);
        let separator = options.string("separator", errors);
        if let (None, Some((_, option))) = (&namespace, &separator) {
            errors.at(
                option,
                "`separator` has no effect without a namespace; add `namespace = \"…\"` or remove `separator`",
            );
        }
        let Some((namespace, option)) = namespace else {
            return Prefix {
                text: String::new(),
                separator: String::new(),
                is_reserved: false,
            };
        };
        if namespace.is_empty() {
            errors.at(
                &option.value,
                "the namespace can't be empty; write a name or remove the option",
            );
        }
        check_characters("a namespace", &namespace, &option.value, errors);
        if let Some((separator, option)) = &separator {
            check_characters("a separator", separator, &option.value, errors);
        }
        let separator = match separator {
            Some((separator, _)) => separator,
            None => usual_separator(options).to_owned(),
        };
        check_namespace_ends(&namespace, &separator, option, errors);
        let text = namespace + &separator;
        let is_reserved = text.starts_with(RESERVED);
        if is_reserved {
            errors.at(&option.value, reserved(&text));
        }
        Prefix {
            text,
            separator,
            is_reserved,
        }
    }
}

/// What is put between a namespace and a name, unless the trait says so itself. The nodes of Ethereum put an underscore there.
fn usual_separator(options: &RpcOptions) -> &'static str {
    match options.get("subscriptions") {
        Some(_) => "_",
        None => ".",
    }
}

/// Reports a namespace that already contains a separator before or behind its words.
fn check_namespace_ends(namespace: &str, separator: &str, option: &RpcOption, errors: &mut Errors) {
    if separator.is_empty() {
        return;
    }
    let is_separator = |letter: char| SEPARATORS.contains(&letter);
    let without = namespace.trim_matches(is_separator);
    let without = without
        .trim_start_matches(separator)
        .trim_end_matches(separator);
    if namespace.contains(&separator.repeat(2)) {
        return errors.at(
            &option.value,
            format_args!("the separator `{separator}` is there twice in a row; remove one"),
        );
    }
    if without == namespace || without.is_empty() {
        return;
    }
    let last = namespace
        .chars()
        .last()
        .filter(|letter| is_separator(*letter));
    let separate = match last {
        Some(last) if !namespace.ends_with(separator) => {
            format!(", separator = \"{last}\"")
        }
        _ => String::new(),
    };
    errors.at(
        &option.value,
        format_args!(
            "the separator `{separator}` is added to the namespace, so names would begin with `{}`; write `namespace = \"{without}\"{separate}`",
            shown(&format!("{namespace}{separator}"))
        ),
    );
}

/// Characters that people put between the parts of a name.
const SEPARATORS: &[char] = &['.', '_', '/', ':', '-'];

/// Reports spaces, control characters and invisible characters, which nobody would see in a log or on a command line.
pub(super) fn check_characters(what: &str, name: &str, tokens: impl ToTokens, errors: &mut Errors) {
    let Some(letter) = name.chars().find(|letter| is_unreadable(*letter)) else {
        return;
    };
    let found = match letter {
        ' ' => "a space".to_owned(),
        letter => format!("the character `{}`", letter.escape_default()),
    };
    let fixed: String = name.chars().filter(|it| !is_unreadable(*it)).collect();
    let instead = match fixed.is_empty() {
        true => "remove it".to_owned(),
        false if name.trim_matches(is_unreadable) == fixed => format!("write `\"{fixed}\"`"),
        false => "remove it, or write `_` or `-` instead".to_owned(),
    };
    errors.at(
        tokens,
        format_args!("{what} can't contain {found}; {instead}"),
    );
}

/// White space, and what a terminal does not show.
fn is_unreadable(letter: char) -> bool {
    let is_format = matches!(letter, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    letter.is_whitespace() || letter.is_control() || is_format
}

/// A name as an error shows it.
fn shown(name: &str) -> String {
    name.escape_debug().to_string()
}

/// A method's own name, then its aliases.
pub(super) fn method_names(
    ident: &Ident,
    options: &RpcOptions,
    prefix: &Prefix,
    case: Option<Case>,
    errors: &mut Errors,
) -> (WrittenName, Vec<WrittenName>) {
    let name = own_name(ident, options, prefix, case, errors);
    let aliases = aliases(options, errors);
    for name in std::iter::once(&name).chain(&aliases) {
        check_reserved(name, prefix, errors);
    }
    (name, aliases)
}

fn own_name(
    ident: &Ident,
    options: &RpcOptions,
    prefix: &Prefix,
    case: Option<Case>,
    errors: &mut Errors,
) -> WrittenName {
    if let Some(name) = written_name("name", options, prefix, errors) {
        return name;
    }
    let (name, tokens) = (renamed(ident, case), ident.to_token_stream());
    check_repetition(&name, &tokens, prefix, errors);
    WrittenName {
        text: prefix.with(&name),
        tokens,
    }
}

/// The name that an option gives, behind the prefix.
pub(super) fn written_name(
    option: &str,
    options: &RpcOptions,
    prefix: &Prefix,
    errors: &mut Errors,
) -> Option<WrittenName> {
    let (name, RpcOption { value, .. }) = options.string(option, errors)?;
    if name.is_empty() {
        errors.at(
            value,
            "a method's name can't be empty; write a name or remove the option",
        );
    }
    check_characters("a method's name", &name, value, errors);
    let tokens = value.to_token_stream();
    check_repetition(&name, &tokens, prefix, errors);
    Some(WrittenName {
        text: prefix.with(&name),
        tokens,
    })
}

/// Reports a name that already contains the namespace or begins with the separator.
fn check_repetition(name: &str, tokens: &TokenStream, prefix: &Prefix, errors: &mut Errors) {
    let separator = &*prefix.separator;
    if separator.is_empty() {
        return;
    }
    let full = shown(&format!("{}{name}", prefix.text));
    if let Some(rest) = name.strip_suffix(separator)
        && !rest.is_empty()
    {
        return errors.at(
            tokens,
            format_args!("a method's name can't end in the separator `{separator}`; write `#[rpc(name = \"{}\")]`", shown(rest)),
        );
    }
    let (what, rest) = if let Some(rest) = name.strip_prefix(&prefix.text) {
        (format!("the namespace `{}`", prefix.text), rest)
    } else if let Some(rest) = name.strip_prefix(separator) {
        (format!("the separator `{separator}`"), rest)
    } else {
        return;
    };
    if rest.is_empty() {
        return errors.at(
            tokens,
            format_args!("the method would be called `{full}`; choose a name"),
        );
    }
    errors.at(
        tokens,
        format_args!(
            "{what} is added to each name, so the method would be called `{full}`; write `#[rpc(name = \"{}\")]`",
            shown(rest)
        ),
    );
}

fn aliases(options: &RpcOptions, errors: &mut Errors) -> Vec<WrittenName> {
    let mut aliases = Vec::new();
    for option in options.all("alias") {
        aliases.extend(aliases_of(option, errors));
    }
    aliases
}

fn aliases_of(option: &RpcOption, errors: &mut Errors) -> Vec<WrittenName> {
    let values: Vec<&Expr> = match &option.value {
        Some(Expr::Array(array)) => array.elems.iter().collect(),
        Some(value) => vec![value],
        None => Vec::new(),
    };
    if values.is_empty() {
        errors.at(
            option,
            "`alias` takes one name or several: `alias = \"a\"` or `alias = [\"a\", \"b\"]`",
        );
    }
    let aliases = values.into_iter().filter_map(|value| alias(value, errors));
    aliases.collect()
}

fn alias(value: &Expr, errors: &mut Errors) -> Option<WrittenName> {
    let Some(text) = literal::string(value) else {
        errors.at(value, "an alias must be a string: `alias = \"all\"`");
        return None;
    };
    if text.is_empty() {
        errors.at(value, "an alias can't be empty; write a name or remove it");
        return None;
    }
    check_characters("an alias", &text, value, errors);
    Some(WrittenName {
        text,
        tokens: value.to_token_stream(),
    })
}

pub(super) fn check_reserved(name: &WrittenName, prefix: &Prefix, errors: &mut Errors) {
    let is_reported = prefix.is_reserved && name.text.starts_with(&prefix.text);
    if name.text.starts_with(RESERVED) && !is_reported {
        errors.at(&name.tokens, reserved(&name.text));
    }
}

fn reserved(name: &str) -> String {
    format!(
        "`{name}` can't be used, because names that start with `rpc.` are reserved (JSON-RPC 2.0, section 4); choose another"
    )
}

/// Reports names and aliases that the trait has twice.
///
/// Methods under a `cfg` are left out, since they may exclude each other. The compiler finds duplicates among them when
/// it builds the table of names, after it has applied `cfg`.
pub(super) fn check_unique(methods: &[(Method, Vec<WrittenName>)], errors: &mut Errors) {
    let mut taken: HashMap<&str, &Method> = HashMap::new();
    for (method, names) in methods.iter().filter(|(method, _)| method.cfg.is_empty()) {
        for WrittenName { text, tokens } in names {
            match taken.insert(text, method) {
                Some(other) if other.ident == method.ident => errors.at(
                    tokens,
                    format_args!("this method already has the name `{text}`; remove the alias"),
                ),
                Some(other) if other.is_declared() => errors.at(
                    tokens,
                    format_args!(
                        "the method `{}` already has the name `{text}`; choose another",
                        other.ident
                    ),
                ),
                Some(_) => errors.at(
                    tokens,
                    format_args!(
                        "another subscription is already closed with `{text}`; choose another name"
                    ),
                ),
                None => {}
            }
        }
    }
}

/// The name of a method or parameter on the wire, unless an option gives another.
pub(super) fn renamed(ident: &Ident, case: Option<Case>) -> String {
    let name = ident.unraw().to_string();
    match case {
        Some(case) => case.rename(&name),
        None => name,
    }
}
