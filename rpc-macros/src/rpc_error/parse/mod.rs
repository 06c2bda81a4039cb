//! Reading an error type. Each broken rule is reported at the user's own tokens.

mod code;
mod conversions;
mod fields;
mod kind;
mod serde;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DataEnum, DataStruct, DeriveInput, Fields, Ident};

use self::fields::FieldRules;
use super::model::{ErrorType, Meaning, Shape, Variant};
use crate::attributes;
use crate::case::Case;
use crate::errors::Errors;
use crate::options::RpcOptions;
use crate::tokens;

const TYPE_OPTIONS: &[&str] = &[
    "code",
    "kind",
    "internal",
    "transparent",
    "server_error",
    "rename_all",
    "schema",
    "crate",
];
const VARIANT_OPTIONS: &[&str] = &[
    "code",
    "kind",
    "internal",
    "transparent",
    "server_error",
    "rename_all",
];

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
    serde::refuse(&input.attrs, errors);
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
    code::check_unique(&variants, errors);
    let error_type = ErrorType {
        ident,
        generics: input.generics,
        root: options.root(errors),
        has_schema: options.schema(errors),
        variants,
    };
    conversions::check(&error_type, errors);
    check_transparent_types(&error_type, errors);
    Some(error_type)
}

fn enum_variants(
    ident: &Ident,
    data: DataEnum,
    options: &RpcOptions,
    errors: &mut Errors,
) -> Option<Vec<Variant>> {
    for name in ["code", "kind", "internal", "transparent", "server_error"] {
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
    let case = options.choice("rename_all", &Case::ALL, errors);
    let foreign_from = conversions::foreign_from(&data);
    let variants: Vec<Option<Variant>> = data
        .variants
        .into_iter()
        .map(|variant| enum_variant(ident, variant, case, errors))
        .collect();
    let variants: Vec<Variant> = variants.into_iter().collect::<Option<_>>()?;
    conversions::check_foreign(&variants, &foreign_from, errors);
    Some(variants)
}

fn enum_variant(
    ident: &Ident,
    mut variant: syn::Variant,
    case: Option<Case>,
    errors: &mut Errors,
) -> Option<Variant> {
    serde::refuse(&variant.attrs, errors);
    let options = RpcOptions::take(&mut variant.attrs, VARIANT_OPTIONS, errors);
    let name = variant.ident;
    let path = quote!(#ident::#name);
    read_variant(
        name,
        path,
        &variant.attrs,
        variant.fields,
        &options,
        case,
        errors,
    )
}

fn struct_variant(
    ident: &Ident,
    data: DataStruct,
    attributes: &[Attribute],
    options: &RpcOptions,
    errors: &mut Errors,
) -> Option<Variant> {
    let path = quote!(#ident);
    read_variant(
        ident.clone(),
        path,
        attributes,
        data.fields,
        options,
        None,
        errors,
    )
}

fn read_variant(
    ident: Ident,
    path: TokenStream,
    attributes: &[Attribute],
    fields: Fields,
    options: &RpcOptions,
    case: Option<Case>,
    errors: &mut Errors,
) -> Option<Variant> {
    let case = options.choice("rename_all", &Case::ALL, errors).or(case);
    let meaning = code::meaning(&ident, options, errors);
    let rules = FieldRules {
        case,
        are_sent: matches!(meaning, Some(Meaning::Code(_)) | None),
    };
    let shape = shape(&fields);
    let fields = fields::read(fields, rules, errors);
    if matches!(meaning, Some(Meaning::Transparent)) && fields.len() != 1 {
        errors.at(
            &ident,
            format_args!("`{ident}` is transparent, so it has exactly one field: the other error"),
        );
    }
    Some(Variant {
        docs: attributes::docs(attributes),
        ident,
        path,
        shape,
        fields,
        meaning: meaning?,
    })
}

fn shape(fields: &Fields) -> Shape {
    match fields {
        Fields::Named(_) => Shape::Named,
        Fields::Unnamed(_) => Shape::Unnamed,
        Fields::Unit => Shape::Unit,
    }
}

/// The codes of all transparent variants are collected in a constant, which can't depend on a type parameter.
fn check_transparent_types(error_type: &ErrorType, errors: &mut Errors) {
    let parameters = error_type.generics.type_params();
    let parameters: Vec<Ident> = parameters
        .map(|parameter| parameter.ident.clone())
        .collect();
    for (_, field) in error_type.transparent() {
        if tokens::mentions(&field.ty, &parameters) {
            errors.at(
                &field.ty,
                "the type of a transparent error can't depend on a type parameter",
            );
        }
    }
}
