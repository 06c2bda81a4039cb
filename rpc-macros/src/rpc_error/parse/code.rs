//! What a variant is on the wire: its code and its kind, or that it is internal or transparent.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use quote::ToTokens;
use syn::{Expr, ExprLit, Ident};

use super::kind;
use crate::errors::Errors;
use crate::literal;
use crate::options::{RpcOption, RpcOptions};
use crate::rpc_error::model::{Code, CodeValue, Meaning, Variant};

/// Section 5.1 of the specification.
const RESERVED: RangeInclusive<i64> = -32768..=-32000;

/// The part of [`RESERVED`] that is for the errors of servers.
const SERVER_ERRORS: RangeInclusive<i64> = -32099..=-32000;

/// The errors of the framework itself, such as a stream over a transport that can't carry one.
const FRAMEWORK: RangeInclusive<i64> = -33099..=-33000;

/// The options of which a variant has exactly one.
const MEANINGS: [&str; 3] = ["code", "internal", "transparent"];

pub(super) fn meaning(ident: &Ident, options: &RpcOptions, errors: &mut Errors) -> Option<Meaning> {
    let given = MEANINGS.iter().filter_map(|name| options.get(name));
    let given: Vec<&RpcOption> = given.collect();
    let flags = ["internal", "transparent"].map(|name| options.flag(name, errors).is_some());
    match (&given[..], flags) {
        ([], _) => {
            if !options.is_faulty() {
                errors.at(
                    ident,
                    format_args!(
                        "`{ident}` has no code; add `#[rpc(code = 1001)]` or `#[rpc(internal)]`"
                    ),
                );
            }
            // What else is wrong is told at the same time.
            kind::read(options, errors);
            None
        }
        ([code], [false, false]) => code_of(code, options, errors).map(Meaning::Code),
        ([_], [true, _]) => {
            refuse_options_of_codes(
                "an `internal` error has a code and a kind of its own",
                options,
                errors,
            );
            Some(Meaning::Internal)
        }
        ([_], [_, true]) => {
            refuse_options_of_codes(
                "a `transparent` error has the code and the kind of the error in it",
                options,
                errors,
            );
            Some(Meaning::Transparent)
        }
        (_, [true, _]) => {
            let reason = "an `internal` error always has the code -32603";
            given
                .iter()
                .filter(|option| option.name != "internal")
                .for_each(|option| {
                    errors.at(option, format_args!("{reason}; remove `{}`", option.name));
                });
            None
        }
        (_, [_, _]) => {
            errors.at(
                options.get("code"),
                "a `transparent` error has the code of the error in it; remove `code`",
            );
            None
        }
    }
}

/// A kind and the permission for a reserved code belong to a code.
fn refuse_options_of_codes(reason: &str, options: &RpcOptions, errors: &mut Errors) {
    for name in ["kind", "server_error"] {
        if let Some(option) = options.get(name) {
            errors.at(option, format_args!("{reason}; remove `{name}`"));
        }
    }
}

fn code_of(option: &RpcOption, options: &RpcOptions, errors: &mut Errors) -> Option<Code> {
    let server_error = options.flag("server_error", errors);
    let kind = kind::read(options, errors);
    let value = value(option, errors)?;
    if let CodeValue::Literal(code) = value {
        check_reserved(code, option, server_error, errors)?;
    }
    Some(Code {
        value,
        kind,
        server_error: server_error.is_some(),
    })
}

fn value(option: &RpcOption, errors: &mut Errors) -> Option<CodeValue> {
    let expression = option.value.as_ref();
    if let Some(code) = expression.and_then(literal::integer) {
        return Some(CodeValue::Literal(code));
    }
    match expression {
        Some(expression) if !is_literal(expression) => {
            Some(CodeValue::Constant(expression.clone()))
        }
        _ => {
            errors.at(
                option,
                "a code must be a 64-bit integer, such as `code = 1001`, or a constant of the type `i64`",
            );
            None
        }
    }
}

/// A literal that is no integer of 64 bits.
fn is_literal(expression: &Expr) -> bool {
    match expression {
        Expr::Group(group) => is_literal(&group.expr),
        Expr::Unary(unary) => is_literal(&unary.expr),
        Expr::Lit(ExprLit { .. }) => true,
        _ => false,
    }
}

/// Constants are checked by the compiler, in the same words: `rpc-core/src/error/codes.rs`.
fn check_reserved(
    code: i64,
    option: &RpcOption,
    server_error: Option<&RpcOption>,
    errors: &mut Errors,
) -> Option<()> {
    let value = option.value.to_token_stream();
    match server_error {
        None if SERVER_ERRORS.contains(&code) => errors.at(
            value,
            format_args!(
                "the code {code} is reserved for servers, like all codes from -32099 to -32000 (JSON-RPC 2.0, section 5.1); \
                 choose another, or add `server_error` if the contract exists already"
            ),
        ),
        None if RESERVED.contains(&code) => errors.at(value, reserved(code)),
        _ if FRAMEWORK.contains(&code) => errors.at(
            value,
            format_args!(
                "the code {code} is reserved for the framework, like all codes from -33099 to -33000; choose another"
            ),
        ),
        Some(_) if RESERVED.contains(&code) && !SERVER_ERRORS.contains(&code) => {
            errors.at(value, reserved(code));
        }
        Some(option) if !SERVER_ERRORS.contains(&code) => errors.at(
            option,
            format_args!(
                "`server_error` is for codes from -32099 to -32000, and {code} is none of them; remove it"
            ),
        ),
        _ => return Some(()),
    }
    None
}

fn reserved(code: i64) -> String {
    format!(
        "the code {code} is reserved, like all codes from -32768 to -32000 (JSON-RPC 2.0, section 5.1); choose another"
    )
}

/// Reports codes that two variants have. The client finds the variant by its code.
pub(super) fn check_unique(variants: &[Variant], errors: &mut Errors) {
    let mut taken: HashMap<i64, &Ident> = HashMap::new();
    for Variant { ident, meaning, .. } in variants {
        let Meaning::Code(Code {
            value: CodeValue::Literal(code),
            ..
        }) = meaning
        else {
            continue;
        };
        if let Some(other) = taken.insert(*code, ident) {
            errors.at(
                ident,
                format_args!("the code {code} is already used by `{other}`; choose another"),
            );
        }
    }
}
