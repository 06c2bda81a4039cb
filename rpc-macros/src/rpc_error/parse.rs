//! Reading an error type. Each broken rule is reported at the user's own tokens.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DataEnum, DataStruct, DeriveInput, Fields, Ident, Member};

use super::model::{Code, ErrorType, Field, Shape, Variant};
use crate::attributes;
use crate::errors::Errors;
use crate::literal;
use crate::options::{RpcOption, RpcOptions};

/// Section 5.1 of the specification.
const RESERVED: std::ops::RangeInclusive<i64> = -32768..=-32000;

const TYPE_OPTIONS: &[&str] = &["code", "internal", "crate"];
const VARIANT_OPTIONS: &[&str] = &["code", "internal"];
const FIELD_OPTIONS: &[&str] = &["skip"];

/// Reads an error type. Returns `None` if a variant is wrong.
pub(super) fn error_type(item: TokenStream, errors: &mut Errors) -> Option<ErrorType> {
    let mut input: DeriveInput = match syn::parse2(item) {
        Ok(input) => input,
        Err(error) => {
            errors.push(error);
            return None;
        }
    };
    let ident = input.ident;
    let options = RpcOptions::take(&mut input.attrs, TYPE_OPTIONS, errors);
    let variants = match input.data {
        Data::Enum(data) => enum_variants(&ident, data, &options, errors)?,
        Data::Struct(data) => vec![struct_variant(
            &ident,
            data,
            &input.attrs,
            &options,
            errors,
        )?],
        Data::Union(data) => {
            errors.at(
                data.union_token,
                "`RpcError` can be derived for an enum or a struct, not for a union",
            );
            return None;
        }
    };
    check_unique(&variants, errors);
    Some(ErrorType {
        ident,
        generics: input.generics,
        root: options.root(errors),
        variants: variants.into_iter().map(|(_, variant)| variant).collect(),
    })
}

/// A variant, and its name in the source.
type ParsedVariant = (Ident, Variant);

fn enum_variants(
    ident: &Ident,
    data: DataEnum,
    options: &RpcOptions,
    errors: &mut Errors,
) -> Option<Vec<ParsedVariant>> {
    for name in VARIANT_OPTIONS {
        if let Some(option) = options.get(name) {
            errors.at(
                option,
                format_args!(
                    "`{name}` goes on a variant, not on the enum; move it to the variants"
                ),
            );
        }
    }
    if data.variants.is_empty() {
        errors.at(
            ident,
            "an error needs at least one variant; for a method that can't fail, use `std::convert::Infallible`",
        );
    }
    let variants: Vec<Option<ParsedVariant>> = data
        .variants
        .into_iter()
        .map(|variant| enum_variant(ident, variant, errors))
        .collect();
    variants.into_iter().collect()
}

fn enum_variant(
    ident: &Ident,
    mut variant: syn::Variant,
    errors: &mut Errors,
) -> Option<ParsedVariant> {
    let options = RpcOptions::take(&mut variant.attrs, VARIANT_OPTIONS, errors);
    let name = variant.ident;
    let code = code(&name, &options, errors);
    let variant = Variant {
        name: name.to_string(),
        docs: attributes::docs(&variant.attrs),
        path: quote!(#ident::#name),
        shape: shape(&variant.fields),
        fields: fields(variant.fields, errors),
        code: code?,
    };
    Some((name, variant))
}

fn struct_variant(
    ident: &Ident,
    data: DataStruct,
    attributes: &[Attribute],
    options: &RpcOptions,
    errors: &mut Errors,
) -> Option<ParsedVariant> {
    let code = code(ident, options, errors);
    let variant = Variant {
        name: ident.to_string(),
        docs: attributes::docs(attributes),
        path: quote!(#ident),
        shape: shape(&data.fields),
        fields: fields(data.fields, errors),
        code: code?,
    };
    Some((ident.clone(), variant))
}

fn shape(fields: &Fields) -> Shape {
    match fields {
        Fields::Named(_) => Shape::Named,
        Fields::Unnamed(_) => Shape::Unnamed,
        Fields::Unit => Shape::Unit,
    }
}

fn fields(fields: Fields, errors: &mut Errors) -> Vec<Field> {
    let members: Vec<Member> = fields.members().collect();
    let fields = fields.into_iter().zip(members).map(|(mut field, member)| {
        let options = RpcOptions::take(&mut field.attrs, FIELD_OPTIONS, errors);
        Field {
            member,
            ty: field.ty,
            skip: options.flag("skip", errors).is_some(),
        }
    });
    fields.collect()
}

fn code(ident: &Ident, options: &RpcOptions, errors: &mut Errors) -> Option<Code> {
    match (options.get("code"), options.flag("internal", errors)) {
        (None, Some(_)) => return Some(Code::Internal),
        (Some(code), None) => return number(code, errors).map(Code::Of),
        (None, None) => errors.at(
            ident,
            format_args!("`{ident}` has no code; add `#[rpc(code = 1001)]` or `#[rpc(internal)]`"),
        ),
        (Some(code), Some(_)) => errors.at(
            code,
            "an `internal` error always has the code -32603; remove `code`",
        ),
    }
    None
}

fn number(option: &RpcOption, errors: &mut Errors) -> Option<i64> {
    let Some(code) = option.value.as_ref().and_then(literal::integer) else {
        errors.at(
            option,
            "a code must be a 64-bit integer, such as `code = 1001`",
        );
        return None;
    };
    if RESERVED.contains(&code) {
        errors.at(
            &option.value,
            format_args!(
                "the code {code} is reserved, like all codes from -32768 to -32000 (JSON-RPC 2.0, section 5.1); choose another"
            ),
        );
        return None;
    }
    Some(code)
}

/// Reports codes that two variants have. The client finds the variant by its code.
fn check_unique(variants: &[ParsedVariant], errors: &mut Errors) {
    let mut taken: HashMap<i64, &Ident> = HashMap::new();
    for (ident, variant) in variants {
        let Code::Of(code) = variant.code else {
            continue;
        };
        if let Some(other) = taken.insert(code, ident) {
            errors.at(
                ident,
                format_args!("the code {code} is already used by `{other}`; choose another"),
            );
        }
    }
}
