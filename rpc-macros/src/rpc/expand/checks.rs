//! What the compiler checks about the types of a contract before it looks at the rest.

use std::collections::HashSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Generics, Type, parse_quote};

use super::generics::with_lifetime;
use super::returned::{error_type, is_well_known, result_types, value_to_check};
use crate::rpc::model::{
    Contract, Form, Method, NestedType, Opening, OutputKind, Parameter, Returned, Style,
};
use crate::tokens;

/// ```text
/// const _: () = {
///     use Unprobed as _;
///     check_value::<Order, { <Probe<Order>>::IS_RESULT }>();
///     check_parameter::<Customer, { <Probe<Customer>>::IS_REFERENCE }>();
///     check_params::<Search, { <Probe<Search>>::IS_SCALAR }>();
/// };
/// ```
///
/// The macro sees only how a type is written. These functions see what it is.
pub(super) fn checks(contract: &Contract) -> TokenStream {
    let root = &contract.root;
    let checks: Vec<_> = contract
        .methods
        .iter()
        .flat_map(|method| {
            let cfg = &method.cfg;
            let checks = method_checks(contract, method);
            checks
                .into_iter()
                .map(move |check| quote!(#(#cfg)* #check;))
        })
        .collect();
    if checks.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[allow(unused_imports)]
        const _: () = {
            use #root::Unprobed as _;
            #(#checks)*
        };
    }
}

fn method_checks(contract: &Contract, method: &Method) -> Vec<TokenStream> {
    let root = &contract.root;
    let mut checks = Vec::new();
    let mut check = |ty: &Type, check: TokenStream, constant: TokenStream| {
        let ty = with_lifetime(ty, "'static");
        if !contract.mentions_parameters(&ty) {
            checks.push(quote!(#check::<#ty, { <#root::Probe<#ty>>::#constant }>()));
        }
    };
    if !method.is_declared() {
        return checks;
    }
    for parameter in method.parameters() {
        match (&parameter.form, method.style) {
            (Form::Owned, Style::Whole) => {
                check(
                    &parameter.ty,
                    quote!(#root::check_params),
                    quote!(IS_SCALAR),
                );
            }
            (Form::Ref(inner) | Form::Cow(inner) | Form::OptionRef(inner), Style::Whole) => {
                check(inner, quote!(#root::check_params), quote!(IS_SCALAR));
            }
            (Form::Owned, _) if !is_well_known(&parameter.ty) => {
                check(
                    &parameter.ty,
                    quote!(#root::check_parameter),
                    quote!(IS_REFERENCE),
                );
            }
            _ => {}
        }
    }
    if let Some(value) = method.returned.sent().and_then(value_to_check) {
        check(value, quote!(#root::check_value), quote!(IS_RESULT));
    }
    let errors = errors_check(contract, method);
    checks.extend(errors.filter(|check| !contract.mentions_parameters(check)));
    checks
}

/// `check_errors::<ItemError, OpeningError>()`, if the macro can't see that both are the same.
fn errors_check(contract: &Contract, method: &Method) -> Option<TokenStream> {
    let root = &contract.root;
    let Returned::Stream(streamed) = &method.returned else {
        return None;
    };
    let is_checked = match (&streamed.opening, &streamed.item.kind) {
        (Opening::Certain, _) | (_, OutputKind::Value) => false,
        (Opening::Result(_), OutputKind::Result { .. }) => false,
        (_, OutputKind::ResultAlias) | (Opening::ResultAlias(_), _) => true,
    };
    let (_, item) = result_types(contract, &streamed.item);
    let opening = error_type(contract, &method.returned);
    is_checked.then(|| quote!(#root::check_errors::<#item, #opening>()))
}

/// ```text
/// fn __check_values() {
///     use Unprobed as _;
///     <Probe<Answer<T>>>::check_value();
/// }
/// ```
///
/// The constants of a [`Probe`] can't be asked about types that depend on the trait's parameters. This can.
///
/// [`Probe`]: checks
pub(super) fn generic_checks(contract: &Contract) -> TokenStream {
    let root = &contract.root;
    let checks: Vec<_> = contract
        .methods
        .iter()
        .flat_map(|method| {
            let cfg = &method.cfg;
            let value = method
                .returned
                .sent()
                .and_then(value_to_check)
                .map(|value| tokens::spanned(value, quote!(<#root::Probe<#value>>::check_value())));
            let errors = errors_check(contract, method);
            let checks = value.into_iter().chain(errors);
            checks
                .filter(|check| contract.mentions_parameters(check))
                .map(move |check| quote!(#(#cfg)* #check;))
        })
        .collect();
    if checks.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[allow(dead_code)]
        fn __check_values() {
            #[allow(unused_imports)]
            use #root::Unprobed as _;
            #(#checks)*
        }
    }
}

/// Adds the bounds of [`cloned_types`].
pub(super) fn add_clone_bounds(contract: &Contract, generics: &mut Generics) {
    for ty in cloned_types(contract) {
        let bounds = tokens::spanned(&ty, quote!(#ty: ::core::clone::Clone));
        generics
            .make_where_clause()
            .predicates
            .push(parse_quote!(#bounds));
    }
}

/// Types that a server must be able to move to other threads, without those that it certainly can.
///
/// They become bounds of the server's implementation of `Service`. So the compiler reports a type that is not `Send`
/// there, at the user's own token, and not again in all the generated code that moves it.
pub(super) fn moved_types(contract: &Contract) -> Vec<Type> {
    let mut seen = HashSet::new();
    let methods = contract
        .methods
        .iter()
        .filter(|method| method.cfg.is_empty() && method.is_declared());
    let types = methods.flat_map(|method| method.parameters().filter_map(moved_type));
    types
        .filter(|ty| !contract.mentions_parameters(ty) && seen.insert(tokens::source(ty)))
        .collect()
}

fn moved_type(parameter: &Parameter) -> Option<Type> {
    let ty = match &parameter.form {
        Form::Owned => &parameter.ty,
        Form::Ref(Type::Slice(slice)) => &slice.elem,
        Form::Ref(inner) | Form::OptionRef(inner) => inner,
        Form::Cow(_) | Form::Nested(_) | Form::NestedRef(..) => return None,
    };
    (!is_well_known(ty) && !has_lifetime(ty)).then(|| ty.clone())
}

/// Types beside references inside parameters, such as the `Size` in `Vec<(&str, Size)>`, which are cloned.
///
/// They become bounds as well, for the same reason.
fn cloned_types(contract: &Contract) -> Vec<Type> {
    let mut seen = HashSet::new();
    let mut types = Vec::new();
    let methods = contract
        .methods
        .iter()
        .filter(|method| method.cfg.is_empty());
    for parameter in methods.flat_map(Method::parameters) {
        if let Form::Nested(nested) | Form::NestedRef(_, nested) = &parameter.form {
            leaves(nested, &mut types);
        }
    }
    types.retain(|ty| !is_well_known(ty) && !has_lifetime(ty) && seen.insert(tokens::source(ty)));
    types
}

fn leaves(nested: &NestedType, types: &mut Vec<Type>) {
    match nested {
        NestedType::Leaf(ty) => types.push(ty.clone()),
        NestedType::Reference(_) => {}
        NestedType::List(inner) => leaves(inner, types),
        NestedType::Tuple(inner) | NestedType::Generic(_, inner) => {
            inner.iter().for_each(|inner| leaves(inner, types));
        }
    }
}

fn has_lifetime(ty: &Type) -> bool {
    ty.to_token_stream().to_string().contains('\'')
}
