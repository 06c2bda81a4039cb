//! The contract as data: the table that schemas, documents and tools read.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::Type;

use super::checks;
use super::generics::{with_lifetime, without_defaults};
use crate::case::Case;
use crate::rpc::model::{
    Contract, DefaultValue, Execution, Form, Method, Opening, Output, OutputKind, Parameter,
    Returned, Style,
};
use crate::tokens;

/// ```text
/// struct __Table<K>(PhantomData<fn() -> (K,)>);
///
/// impl<K> __Table<K> {
///     const METHODS: &'static [Method] = &[Method::new("orders.place", "…")];
///     const CONTRACT: &'static Contract = &Contract::new("Orders", "…", Self::METHODS);
/// }
/// ```
pub(super) fn table(contract: &Contract) -> TokenStream {
    let Contract {
        root, ident, docs, ..
    } = contract;
    let generics = without_defaults(&contract.generics);
    let (declaration, arguments, clause) = generics.split_for_impl();
    let phantom = contract.phantom();
    let name = ident.to_string();
    let checks = checks::generic_checks(contract);
    let methods = contract.methods.iter().map(|method| {
        let cfg = &method.cfg;
        let value = method_value(contract, method);
        quote!(#(#cfg)* #value)
    });
    quote! {
        struct __Table #declaration (#phantom) #clause;

        impl #declaration __Table #arguments #clause {
            const METHODS: &'static [#root::Method] = &[#(#methods),*];
            const CONTRACT: &'static #root::Contract = &#root::Contract::new(#name, #docs, Self::METHODS);
            #checks
        }
    }
}

/// `Method::new("orders.place", "…").params(…).result("OrderId").errors(…).idempotent()`
fn method_value(contract: &Contract, method: &Method) -> TokenStream {
    let root = &contract.root;
    let Method { name, docs, .. } = method;
    let style = style(contract, method.style);
    let parameters = method
        .parameters()
        .map(|parameter| parameter_value(contract, parameter));
    let sent = sent_as_written(method.returned.sent());
    let (result, stream) = match &method.returned {
        Returned::Value(_) => (sent, None),
        Returned::Stream(_) => ("()".to_owned(), Some(quote!(.stream(#sent)))),
    };
    let error = error_type(contract, &method.returned);
    let codes = tokens::item_of(&error, &quote!(#root::MethodError), &quote!(CODES));
    let options = method_options(method);
    let flattened = match method.style {
        Style::Whole => method
            .parameters()
            .map(|parameter| flattened(contract, method, parameter))
            .collect(),
        Style::Positional | Style::Named => TokenStream::new(),
    };
    quote! {
        #root::Method::new(#name, #docs)
            .params(#style, &[#(#parameters),*])
            #flattened
            .result(#result)
            #stream
            .errors(#codes)
            #options
    }
}

/// The type of the values that are sent, as the user wrote it.
fn sent_as_written(output: &Output) -> String {
    match &output.kind {
        OutputKind::Result { ok, .. } => tokens::source(ok),
        OutputKind::Value | OutputKind::ResultAlias => tokens::source(&output.ty),
    }
}

/// `.flattened(Flattened::new(FieldsOf::<Search>::list).renamed(Case::Camel))`
fn flattened(contract: &Contract, method: &Method, parameter: &Parameter) -> TokenStream {
    let root = &contract.root;
    let ty = match &parameter.form {
        Form::Owned | Form::Nested(_) => &parameter.ty,
        Form::NestedRef(inner, _) => &**inner,
        Form::Ref(inner) | Form::OptionRef(inner) | Form::Cow(inner) => inner,
    };
    let ty = with_lifetime(ty, "'static");
    let renamed = method.case.map(|case| {
        let case = self::case(contract, case);
        quote!(.renamed(#case))
    });
    // A type that can't be decoded has only the trait's function, which knows no fields.
    quote!(.flattened({
        #[allow(unused_imports)]
        use #root::UnknownFields as _;
        #root::Flattened::new(#root::FieldsOf::<#ty>::list)#renamed
    }))
}

/// `Case::Camel`
pub(super) fn case(contract: &Contract, case: Case) -> TokenStream {
    let root = &contract.root;
    let variant = match case {
        Case::Lower => quote!(Lower),
        Case::Upper => quote!(Upper),
        Case::Pascal => quote!(Pascal),
        Case::Camel => quote!(Camel),
        Case::Snake => quote!(Snake),
        Case::ScreamingSnake => quote!(ScreamingSnake),
        Case::Kebab => quote!(Kebab),
        Case::ScreamingKebab => quote!(ScreamingKebab),
    };
    quote!(#root::Case::#variant)
}

/// `.idempotent().blocking()`, and so on: only what the method has.
fn method_options(method: &Method) -> TokenStream {
    let aliases = &method.aliases;
    let mut options = TokenStream::new();
    if !aliases.is_empty() {
        options.extend(quote!(.aliases(const { &[#(::std::borrow::Cow::Borrowed(#aliases)),*] })));
    }
    if method.notification {
        options.extend(quote!(.notification()));
    }
    if method.idempotent {
        options.extend(quote!(.idempotent()));
    }
    if method.execution == Execution::Blocking {
        options.extend(quote!(.blocking()));
    }
    if method.cancel_on_disconnect {
        options.extend(quote!(.cancel_on_disconnect()));
    }
    if method.peer().is_some() {
        options.extend(quote!(.peer()));
    }
    let tags = &method.tags;
    if !tags.is_empty() {
        options.extend(quote!(.tags(const { &[#(#tags),*] })));
    }
    if let Some(note) = &method.deprecated {
        options.extend(quote!(.deprecated(#note)));
    }
    options
}

/// `Parameter::new("quantity", "u32").default("20")`
fn parameter_value(contract: &Contract, parameter: &Parameter) -> TokenStream {
    let root = &contract.root;
    let (name, ty) = (&parameter.name, tokens::source(&parameter.ty));
    let default = parameter.default.as_ref().map(|default| {
        let expression = match default {
            DefaultValue::OfType => "Default::default()".to_owned(),
            DefaultValue::Expression(expression) => tokens::source(expression),
        };
        quote!(.default(#expression))
    });
    let secret = parameter.secret.then(|| quote!(.secret()));
    let explicit_null = parameter.explicit_null.then(|| quote!(.explicit_null()));
    quote!(#root::Parameter::new(#name, #ty)#default #secret #explicit_null)
}

pub(super) fn style(contract: &Contract, style: Style) -> TokenStream {
    let root = &contract.root;
    match style {
        Style::Positional => quote!(#root::ParamsStyle::Positional),
        Style::Named => quote!(#root::ParamsStyle::Named),
        Style::Whole => quote!(#root::ParamsStyle::Whole),
    }
}

/// The type of the error that the caller of a method gets.
pub(super) fn error_type(contract: &Contract, returned: &Returned) -> TokenStream {
    let streamed = match returned {
        Returned::Value(output) => return result_types(contract, output).1,
        Returned::Stream(streamed) => streamed,
    };
    match &streamed.opening {
        Opening::Certain => result_types(contract, &streamed.item).1,
        Opening::Result(error) => quote!(#error),
        Opening::ResultAlias(ty) => alias_types(contract, ty).1,
    }
}

/// The types of a value, or of an item, and of the error in its place.
pub(super) fn result_types(contract: &Contract, output: &Output) -> (TokenStream, TokenStream) {
    let ty = &output.ty;
    match &output.kind {
        OutputKind::Value => (quote!(#ty), quote!(::core::convert::Infallible)),
        OutputKind::Result { ok, error } => (ok.to_token_stream(), error.to_token_stream()),
        OutputKind::ResultAlias => alias_types(contract, ty),
    }
}

/// The types inside an alias of `Result`.
fn alias_types(contract: &Contract, ty: &Type) -> (TokenStream, TokenStream) {
    let result = method_result(contract, ty);
    (
        tokens::item_of(ty, &result, &quote!(Ok)),
        tokens::item_of(ty, &result, &quote!(Error)),
    )
}

/// `{ <Probe<Order>>::IS_RESULT }`, if the method returns a type of which the macro can't see whether it is a `Result`.
pub(super) fn is_result(contract: &Contract, output: &Output) -> Option<TokenStream> {
    let root = &contract.root;
    let ty = match &output.kind {
        OutputKind::Value => checks::value_to_check(output)?,
        OutputKind::Result { .. } | OutputKind::ResultAlias => return None,
    };
    let is_known = !contract.mentions_parameters(ty);
    is_known.then(|| {
        quote!({
            #[allow(unused_imports)]
            use #root::Unprobed as _;
            <#root::Probe<#ty>>::IS_RESULT
        })
    })
}

/// ```text
/// MethodResult<{ <Probe<SearchResult>>::IS_RESULT }>
/// ```
///
/// A generic trait can't compute that, so there the name decides. `Result<…>` surely is one.
pub(super) fn method_result(contract: &Contract, ty: &Type) -> TokenStream {
    let root = &contract.root;
    let last = match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    };
    let is_result = last.is_some_and(|last| last.ident == "Result" && !last.arguments.is_none());
    if is_result || contract.mentions_parameters(ty) {
        return quote!(#root::MethodResult<true>);
    }
    quote! {
        #root::MethodResult<{
            #[allow(unused_imports)]
            use #root::Unprobed as _;
            <#root::Probe<#ty>>::IS_RESULT
        }>
    }
}
