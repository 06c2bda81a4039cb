//! `#[serde(…)]` on an error type. The derive macro sends the fields one by one, so serde never sees the type.

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Meta, Token};

use crate::errors::Errors;
use crate::tokens;

/// Refuses what would have no effect on the wire, and says what has.
pub(super) fn refuse(attributes: &[Attribute], errors: &mut Errors) {
    for attribute in attributes.iter().filter(|it| it.path().is_ident("serde")) {
        let options = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        let options = options.unwrap_or_default();
        if options.is_empty() {
            errors.at(
                attribute,
                "`#[serde(…)]` has no effect on an error; remove it",
            );
        }
        for option in options {
            let instead = instead(&option);
            errors.at(
                &option,
                format_args!("`#[serde(…)]` has no effect on an error; {instead}"),
            );
        }
    }
}

fn instead(option: &Meta) -> String {
    let value = match option {
        Meta::NameValue(pair) => Some(&pair.value),
        Meta::Path(_) | Meta::List(_) => None,
    };
    let is = |name| option.path().is_ident(name);
    match value {
        Some(value) if is("rename") => format!("write `#[rpc(name = {})]`", source(value)),
        Some(value) if is("rename_all") || is("rename_all_fields") => {
            format!("write `#[rpc(rename_all = {})]`", source(value))
        }
        _ if is("skip") => "write `#[rpc(skip)]`".to_owned(),
        _ => "remove it, or move it to the type of a field".to_owned(),
    }
}

fn source(value: &Expr) -> String {
    tokens::source(value)
}
