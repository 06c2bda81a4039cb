//! Reading a method: its options, its signature, what it returns.

use proc_macro2::TokenStream;
use syn::{Expr, ReceiverKind, ReturnType, Signature, TraitItemFn, Type, parse_quote};

use super::parameter::arguments;
use super::{Defaults, STYLES, only, renamed};
use crate::errors::Errors;
use crate::options::Options;
use crate::rpc::model::{Execution, Method, Output, OutputKind, Style};
use crate::rpc::types::{self, Forbidden};
use crate::text;

const METHOD_OPTIONS: &[&str] = &[
    "name",
    "alias",
    "notification",
    "blocking",
    "idempotent",
    "params",
];

/// Section 4 of the specification.
pub(super) const RESERVED: &str = "rpc.";

/// A method, and where its name and each alias stand in the source.
pub(super) type Named = (Method, Vec<(String, TokenStream)>);

pub(super) fn method(
    function: &mut TraitItemFn,
    defaults: &Defaults,
    errors: &mut Errors,
) -> Option<Named> {
    let options = Options::take(&mut function.attrs, METHOD_OPTIONS, errors);
    check_signature(&function.sig, errors);
    let sig = &mut function.sig;
    let ident = sig.ident.clone();

    let (name, name_tokens) = match options.string("name", errors) {
        Some((name, entry)) => {
            if name.is_empty() {
                errors.at(
                    &entry.value,
                    "a method's name can't be empty; leave the option out, or write a name",
                );
            }
            (name, quote::ToTokens::to_token_stream(&entry.value))
        }
        None => (
            renamed(&ident, defaults.case),
            quote::ToTokens::to_token_stream(&ident),
        ),
    };
    let name = format!("{}{name}", defaults.prefix);
    let mut names = vec![(name.clone(), name_tokens)];
    names.extend(aliases(&options, errors));
    for (name, tokens) in &names {
        let prefixed = defaults.reserved && name.starts_with(&defaults.prefix);
        if name.starts_with(RESERVED) && !prefixed {
            errors.at(tokens, reserved_name(name));
        }
    }

    let execution = match (sig.asyncness, options.flag("blocking", errors)) {
        (Some(_), None) => Execution::Async,
        (None, None) => Execution::InPlace,
        (None, Some(_)) => Execution::Blocking,
        (Some(_), Some(entry)) => {
            errors.at(
                entry,
                "an `async fn` does not block; `blocking` is for a plain `fn`",
            );
            Execution::Async
        }
    };
    let notification = options.flag("notification", errors).is_some();
    let style = options.choice("params", STYLES, errors);
    let (arguments, whole) = arguments(sig, defaults, errors);
    if let (true, Some(_), Some(entry)) = (whole, style, options.entry("params")) {
        errors.at(
            entry,
            "with `flatten` the struct decides how the params look; leave `params` out",
        );
    }
    let output = output(&sig.output, notification, errors);

    let method = Method {
        client_attributes: only(
            &function.attrs,
            &["doc", "cfg", "cfg_attr", "deprecated", "allow"],
        ),
        cfg: only(&function.attrs, &["cfg"]),
        docs: text::docs(&function.attrs),
        deprecated: text::deprecated(&function.attrs),
        name,
        aliases: names[1..].iter().map(|(alias, _)| alias.clone()).collect(),
        execution,
        notification,
        idempotent: options.flag("idempotent", errors).is_some(),
        style: if whole {
            Style::Whole
        } else {
            style.unwrap_or(defaults.style)
        },
        arguments: arguments?,
        output: output?,
        ident,
    };
    Some((method, names))
}

pub(super) fn reserved_name(name: &str) -> String {
    format!(
        "`{name}`: names that begin with `rpc.` are reserved (JSON-RPC 2.0, section 4); choose another"
    )
}

fn check_signature(sig: &Signature, errors: &mut Errors) {
    if !sig.generics.params.is_empty() {
        errors.at(
            &sig.generics,
            "a method has no generics: a message has one form; make the trait generic, and leave lifetimes out",
        );
    } else if let Some(clause) = &sig.generics.where_clause {
        errors.at(
            clause,
            "a method has no `where` clause; bounds belong to the trait",
        );
    }
    for (present, tokens, message) in [
        (
            sig.constness.is_some(),
            quote::ToTokens::to_token_stream(&sig.constness),
            "a method is no `const fn`; leave `const` out",
        ),
        (
            matches!(sig.safety, syn::Safety::Unsafe(_)),
            quote::ToTokens::to_token_stream(&sig.safety),
            "a method is no `unsafe fn`; leave `unsafe` out",
        ),
        (
            sig.abi.is_some(),
            quote::ToTokens::to_token_stream(&sig.abi),
            "a method has no ABI; leave `extern` out",
        ),
    ] {
        if present {
            errors.at(tokens, message);
        }
    }
    if sig.ident == "new" {
        errors.at(
            &sig.ident,
            "the generated client has a function `new`; call the method otherwise, and write `#[rpc(name = \"new\")]`",
        );
    }
    match sig.receiver() {
        Some(receiver) => match &receiver.kind {
            ReceiverKind::Reference(_, None, None) => {}
            ReceiverKind::Reference(_, Some(lifetime), _) => {
                errors.at(lifetime, "leave the lifetime out: `&self`")
            }
            ReceiverKind::Reference(_, None, Some(_)) => {
                errors.at(receiver, "calls run at the same time, so a method takes `&self`; keep what changes in a Mutex or an atomic");
            }
            _ => errors.at(
                receiver,
                "a service answers many calls, so a method takes `&self`",
            ),
        },
        None => errors.at(
            &sig.ident,
            "a method takes `&self`: write it before the parameters",
        ),
    }
}

fn aliases(options: &Options, errors: &mut Errors) -> Vec<(String, TokenStream)> {
    let Some(entry) = options.entry("alias") else {
        return Vec::new();
    };
    let values: Vec<&Expr> = match &entry.value {
        Some(Expr::Array(array)) => array.elems.iter().collect(),
        Some(value) => vec![value],
        None => Vec::new(),
    };
    if values.is_empty() {
        errors.at(
            entry,
            "`alias` has a name, or several: `alias = \"a\"`, `alias = [\"a\", \"b\"]`",
        );
    }
    let mut aliases = Vec::new();
    for value in values {
        match text::string(value) {
            Some(alias) if alias.is_empty() => errors.at(
                value,
                "a method's name can't be empty; leave the option out, or write a name",
            ),
            Some(alias) => aliases.push((alias, quote::ToTokens::to_token_stream(value))),
            None => errors.at(value, "an alias is a string: `alias = \"all\"`"),
        }
    }
    aliases
}

/// What the method returns; `None` where it is wrong.
fn output(output: &ReturnType, notification: bool, errors: &mut Errors) -> Option<Output> {
    let ReturnType::Type(_, ty) = output else {
        return Some(Output {
            ty: parse_quote!(()),
            kind: OutputKind::Value,
        });
    };
    if notification && !matches!(&**ty, Type::Tuple(tuple) if tuple.elems.is_empty()) {
        errors.at(
            ty,
            "nobody waits for an answer to a `notification`; leave the result out",
        );
        return None;
    }
    let found = Forbidden::in_type(ty);
    if let Some(ty) = &found.impl_trait {
        errors.at(
            ty,
            "a result has one type, which client and server agree on, not `impl Trait`",
        );
    }
    if let Some(ty) = &found.trait_object {
        errors.at(
            ty,
            "a result has one type, which client and server agree on, not `dyn Trait`",
        );
    }
    if let Some(ty) = &found.self_type {
        errors.at(
            ty,
            "`Self` is the service, which does not travel; name a type that does",
        );
    }
    if let Some(ty) = &found.borrow {
        errors
            .at(ty, "a result is made anew on the client, where there is nothing to borrow from; return an owned type");
    }
    if found.impl_trait.is_some()
        || found.trait_object.is_some()
        || found.self_type.is_some()
        || found.borrow.is_some()
    {
        return None;
    }
    let kind = match types::result_arguments(ty) {
        Some((ok, error)) => OutputKind::Result {
            ok: Box::new(ok.clone()),
            error: Box::new(error.clone()),
        },
        None if types::last_segment(ty)
            .is_some_and(|last| last.ident.to_string().ends_with("Result")) =>
        {
            OutputKind::ResultAlias
        }
        None => OutputKind::Value,
    };
    Some(Output {
        ty: (**ty).clone(),
        kind,
    })
}
