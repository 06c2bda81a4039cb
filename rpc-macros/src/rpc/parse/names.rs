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
    /// Whether the namespace itself begins with `rpc.`. Then it is reported instead of each name.
    is_reserved: bool,
}

/// A name or an alias, and where the user wrote it.
pub(super) struct WrittenName {
    pub(super) text: String,
    tokens: TokenStream,
}

impl Prefix {
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
                is_reserved: false,
            };
        };
        if namespace.is_empty() {
            errors.at(
                &option.value,
                "the namespace can't be empty; write a name or remove the option",
            );
        }
        let separator = separator.map_or_else(|| ".".to_owned(), |(separator, _)| separator);
        let text = namespace + &separator;
        let is_reserved = text.starts_with(RESERVED);
        if is_reserved {
            errors.at(&option.value, reserved(&text));
        }
        Prefix { text, is_reserved }
    }
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
    let (name, tokens) = match options.string("name", errors) {
        Some((name, RpcOption { value, .. })) => {
            if name.is_empty() {
                errors.at(
                    value,
                    "a method's name can't be empty; write a name or remove the option",
                );
            }
            (name, value.to_token_stream())
        }
        None => (renamed(ident, case), ident.to_token_stream()),
    };
    WrittenName {
        text: format!("{}{name}", prefix.text),
        tokens,
    }
}

fn aliases(options: &RpcOptions, errors: &mut Errors) -> Vec<WrittenName> {
    let Some(option) = options.get("alias") else {
        return Vec::new();
    };
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
    Some(WrittenName {
        text,
        tokens: value.to_token_stream(),
    })
}

fn check_reserved(name: &WrittenName, prefix: &Prefix, errors: &mut Errors) {
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
    let mut taken: HashMap<&str, &Ident> = HashMap::new();
    for (method, names) in methods.iter().filter(|(method, _)| method.cfg.is_empty()) {
        for WrittenName { text, tokens } in names {
            match taken.insert(text, &method.ident) {
                Some(other) if *other == method.ident => errors.at(
                    tokens,
                    format_args!("this method already has the name `{text}`; remove the alias"),
                ),
                Some(other) => errors.at(
                    tokens,
                    format_args!(
                        "the method `{other}` already has the name `{text}`; choose another"
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
