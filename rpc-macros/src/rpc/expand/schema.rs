//! The schemas of a method, with `#[rpc(schema)]`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::case::case;
use super::returned::result_types;
use crate::rpc::model::{
    Contract, DefaultValue, Example, Form, Method, Parameter, Returned, StreamForm, Style,
};

/// ```text
/// .schema(const {
///     &MethodSchema::new(
///         &[ParameterSchema::of::<&str>(), ParameterSchema::of::<u32>().default(|| …)],
///         TypeSchema::of::<OrderId>(),
///     )
///     .examples(&[Example::new("two teas", || ExampleCall::new().param::<str>("item", …)…)])
/// })
/// ```
pub(super) fn method_schema(contract: &Contract, method: &Method) -> Option<TokenStream> {
    if !contract.has_schema {
        return None;
    }
    let root = &contract.root;
    let parameters = method.decoded().map(|it| parameter_schema(contract, it));
    let (result, items) = sent(contract, method);
    let items = items.map(|items| quote!(.items(#root::TypeSchema::of::<#items>())));
    let calls = method
        .peer_stub()
        .map(|ty| quote!(.calls(|| <#ty>::CONTRACT)));
    let examples = examples(contract, method);
    Some(quote! {
        .schema(const {
            &#root::MethodSchema::new(
                const { &[#(#parameters),*] },
                #root::TypeSchema::of::<#result>(),
            )
            #items
            #examples
        })
        #calls
    })
}

/// The types of the response, and of the items of a stream.
fn sent(contract: &Contract, method: &Method) -> (TokenStream, Option<TokenStream>) {
    let root = &contract.root;
    let streamed = match &method.returned {
        Returned::Value(output) => return (result_types(contract, output).0, None),
        Returned::Unsubscribed(_) => return (quote!(bool), None),
        Returned::Stream(streamed) => streamed,
    };
    let (items, _) = result_types(contract, &streamed.item);
    match &streamed.form {
        StreamForm::Progress => (quote!(()), Some(items)),
        StreamForm::Resume(tracked) => {
            let value = &tracked.value;
            (quote!(()), Some(quote!(#value)))
        }
        StreamForm::Token { joins: true, .. } => (items.clone(), Some(items)),
        StreamForm::Token { joins: false, .. } => (quote!(::std::vec::Vec<#items>), Some(items)),
        StreamForm::Subscription(_) => (quote!(#root::SubscriptionId), Some(items)),
    }
}

/// `ParameterSchema::of::<u32>().default(|| { let value: u32 = 20; to_json::<u32>(&value) })`
fn parameter_schema(contract: &Contract, parameter: &Parameter) -> TokenStream {
    let root = &contract.root;
    let ty = &parameter.ty;
    let default = parameter.default.as_ref().map(|default| match default {
        DefaultValue::Expression(expression) => {
            let local = Ident::new("value", Span::mixed_site());
            let (lent, value) = lent(parameter, &local);
            quote!(.default(|| {
                let #local: #ty = #expression;
                #root::to_json::<#lent>(#value)
            }))
        }
        DefaultValue::OfType => {
            let value = default_of_type(contract, parameter);
            quote!(.default(|| #value))
        }
    });
    quote!(#root::ParameterSchema::of::<#ty>()#default)
}

/// `to_json(&<String as Default>::default())`
fn default_of_type(contract: &Contract, parameter: &Parameter) -> TokenStream {
    let root = &contract.root;
    let ty = &parameter.ty;
    let ty = match &parameter.form {
        Form::Ref(inner) => quote!(<#inner as ::std::borrow::ToOwned>::Owned),
        Form::NestedRef(inner, _) => quote!(<#inner as ::std::borrow::ToOwned>::Owned),
        Form::Owned | Form::OptionRef(_) | Form::Cow(_) | Form::Nested(_) => quote!(#ty),
    };
    quote!(#root::to_json(&<#ty as ::core::default::Default>::default()))
}

/// The type of what a parameter lends, and a reference to that, if a variable has the parameter's value: `u32` and `&value`.
fn lent(parameter: &Parameter, variable: &Ident) -> (TokenStream, TokenStream) {
    let ty = &parameter.ty;
    match &parameter.form {
        Form::Ref(inner) => (quote!(#inner), quote!(#variable)),
        Form::NestedRef(inner, _) => (quote!(#inner), quote!(#variable)),
        Form::Owned | Form::OptionRef(_) | Form::Cow(_) | Form::Nested(_) => {
            (quote!(#ty), quote!(&#variable))
        }
    }
}

fn examples(contract: &Contract, method: &Method) -> Option<TokenStream> {
    if method.examples.is_empty() {
        return None;
    }
    let examples = method.examples.iter();
    let examples = examples.map(|it| example(contract, method, it));
    Some(quote!(.examples(const { &[#(#examples),*] })))
}

/// ```text
/// Example::new("two teas", || {
///     let value_0: &str = "tea";
///     let result: u64 = 1002;
///     ExampleCall::new().param::<str>("item", value_0).result::<u64>(&result)
/// })
/// ```
///
/// With a `let` for each value, the compiler points at one of the wrong type, and values may be borrowed.
fn example(contract: &Contract, method: &Method, example: &Example) -> TokenStream {
    let root = &contract.root;
    let name = &example.name;
    let parameters: Vec<&Parameter> = method.parameters().collect();
    let (mut values, mut call) = (TokenStream::new(), quote!(#root::ExampleCall::new()));
    for (place, expression) in &example.arguments {
        let parameter = parameters[*place];
        let local = Ident::new(&format!("value_{place}"), Span::mixed_site());
        let ty = &parameter.ty;
        values.extend(quote!(let #local: #ty = #expression;));
        call.extend(argument(contract, method, parameter, &local));
    }
    if let Some(result) = &example.result {
        let (ty, _) = sent(contract, method);
        let local = Ident::new("result", Span::mixed_site());
        values.extend(quote!(let #local: #ty = #result;));
        call.extend(quote!(.result::<#ty>(&#local)));
    }
    quote!(#root::Example::new(#name, || {
        #values
        #call
    }))
}

/// `.param::<str>("item", value_0)`
fn argument(
    contract: &Contract,
    method: &Method,
    parameter: &Parameter,
    variable: &Ident,
) -> TokenStream {
    let (ty, value) = lent(parameter, variable);
    let name = &parameter.name;
    match (method.style, method.case) {
        (Style::Whole, None) => {
            quote!(.whole::<#ty>(::std::string::ToString::to_string, #value))
        }
        (Style::Whole, Some(of_fields)) => {
            let case = case(contract, of_fields);
            quote!(.whole::<#ty>(|name| #case.rename(name), #value))
        }
        (Style::Positional | Style::Named, _) => quote!(.param::<#ty>(#name, #value)),
    }
}
