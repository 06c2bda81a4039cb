//! Reading an error type.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{
    Attribute, Data, DeriveInput, Expr, ExprLit, ExprUnary, Fields, Generics, Ident, Lit, Type,
    UnOp,
};

use crate::errors::Errors;
use crate::options::Options;
use crate::text;

/// Section 5.1 of the specification.
const RESERVED: std::ops::RangeInclusive<i64> = -32768..=-32000;

const STRUCT_OPTIONS: &[&str] = &["code", "internal", "crate"];

pub(crate) struct ErrorType {
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) root: TokenStream,
    pub(crate) variants: Vec<Variant>,
}

/// A variant, or the struct itself.
pub(crate) struct Variant {
    pub(crate) name: String,
    pub(crate) docs: String,
    /// `OrderError::SoldOut`, or `OrderError`.
    pub(crate) path: TokenStream,
    pub(crate) code: Code,
    pub(crate) shape: Shape,
    pub(crate) fields: Vec<Field>,
}

impl Variant {
    pub(crate) fn is_internal(&self) -> bool {
        matches!(self.code, Code::Internal)
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Code {
    Of(i64),
    Internal,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Named,
    Unnamed,
    Unit,
}

pub(crate) struct Field {
    /// `left`, or `0`.
    pub(crate) member: syn::Member,
    pub(crate) ty: Type,
    pub(crate) skip: bool,
}

impl Variant {
    /// The fields that travel, with their places among all of them.
    pub(crate) fn sent(&self) -> Vec<(usize, &Field)> {
        let fields = self.fields.iter().enumerate();
        fields.filter(|(_, field)| !field.skip).collect()
    }
}

pub(crate) fn error_type(item: TokenStream, errors: &mut Errors) -> Option<ErrorType> {
    let mut input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let ident = input.ident.clone();
    let (root, variants) = match input.data {
        Data::Enum(data) => {
            let options = Options::take(&mut input.attrs, STRUCT_OPTIONS, errors);
            for name in ["code", "internal"] {
                if let Some(entry) = options.entry(name) {
                    errors.at(
                        entry,
                        format_args!("each variant has a code of its own; write `{name}` there"),
                    );
                }
            }
            if data.variants.is_empty() {
                errors.at(
                    &ident,
                    "an error without variants never happens; use `std::convert::Infallible`",
                );
            }
            let variants = data.variants.into_iter().map(|mut variant| {
                let options = Options::take(&mut variant.attrs, &["code", "internal"], errors);
                let name = &variant.ident;
                let path = quote!(#ident::#name);
                self::variant(name, path, &variant.attrs, &options, variant.fields, errors)
            });
            let variants: Vec<Option<Variant>> = variants.collect();
            (options.root(errors), variants)
        }
        Data::Struct(data) => {
            let options = Options::take(&mut input.attrs, STRUCT_OPTIONS, errors);
            let variant = variant(
                &ident,
                quote!(#ident),
                &input.attrs,
                &options,
                data.fields,
                errors,
            );
            (options.root(errors), vec![variant])
        }
        Data::Union(data) => {
            errors.at(
                data.union_token,
                "an error is an enum, with a code a variant, or a struct",
            );
            return None;
        }
    };
    let variants: Option<Vec<Variant>> = variants.into_iter().collect();
    Some(ErrorType {
        ident,
        generics: input.generics,
        root,
        variants: variants.filter(|variants| distinct(variants, errors))?,
    })
}

fn variant(
    ident: &Ident,
    path: TokenStream,
    attributes: &[Attribute],
    options: &Options,
    fields: Fields,
    errors: &mut Errors,
) -> Option<Variant> {
    let code = code(ident, options, errors);
    let shape = match &fields {
        Fields::Named(_) => Shape::Named,
        Fields::Unnamed(_) => Shape::Unnamed,
        Fields::Unit => Shape::Unit,
    };
    let members: Vec<syn::Member> = fields.members().collect();
    let fields = fields.into_iter().zip(members).map(|(mut field, member)| {
        let options = Options::take(&mut field.attrs, &["skip"], errors);
        Field {
            member,
            ty: field.ty,
            skip: options.flag("skip", errors).is_some(),
        }
    });
    let fields = fields.collect();
    let docs = text::docs(attributes);
    Some(Variant {
        name: ident.to_string(),
        docs,
        path,
        code: code?,
        shape,
        fields,
    })
}

fn code(ident: &Ident, options: &Options, errors: &mut Errors) -> Option<Code> {
    let internal = options.flag("internal", errors);
    let Some(entry) = options.entry("code") else {
        if internal.is_none() {
            errors.at(
                ident,
                format_args!(
                    "`{ident}` has no code; write `#[rpc(code = 1001)]`, or `#[rpc(internal)]`"
                ),
            );
        }
        return internal.map(|_| Code::Internal);
    };
    if internal.is_some() {
        errors.at(
            entry,
            "an `internal` error has the code -32603; leave `code` out",
        );
        return None;
    }
    let value = entry.value.as_ref().and_then(integer);
    match value {
        Some(code) if RESERVED.contains(&code) => {
            errors.at(
                &entry.value,
                format_args!("{code} is reserved: an application's codes are not between -32768 and -32000 (JSON-RPC 2.0, section 5.1)"),
            );
            None
        }
        Some(code) => Some(Code::Of(code)),
        None => {
            errors.at(entry, "a code is an integer of 64 bits: `code = 1001`");
            None
        }
    }
}

/// The value of a literal such as `1001` or `-5`.
fn integer(expression: &Expr) -> Option<i64> {
    match expression {
        // What a `macro_rules!` macro passes on.
        Expr::Group(group) => integer(&group.expr),
        Expr::Lit(ExprLit {
            lit: Lit::Int(literal),
            ..
        }) => literal.base10_parse().ok(),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => integer(expr)?.checked_neg(),
        _ => None,
    }
}

/// A code stands for one variant, so that the client knows which.
fn distinct(variants: &[Variant], errors: &mut Errors) -> bool {
    let mut taken: HashMap<i64, &Variant> = HashMap::new();
    let mut distinct = true;
    for variant in variants {
        let Code::Of(code) = variant.code else {
            continue;
        };
        if let Some(other) = taken.insert(code, variant) {
            let token: TokenStream = variant
                .path
                .to_token_stream()
                .into_iter()
                .last()
                .into_iter()
                .collect();
            errors.at(
                token,
                format_args!(
                    "the code {code} is taken by `{}`; choose another",
                    other.name
                ),
            );
            distinct = false;
        }
    }
    distinct
}
