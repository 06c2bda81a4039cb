//! The contract as data: the table that schemas, documents and tools read.

use proc_macro2::TokenStream;
use quote::quote;

use super::case::case;
use super::checks;
use super::generics::{with_lifetime, without_defaults};
use super::returned::error_type;
use super::schema;
use crate::rpc::model::{
    Contract, DefaultValue, Execution, Form, Method, Output, OutputKind, Parameter, Returned,
    StreamForm, Style, Subscription, Topic,
};
use crate::tokens;

/// The type of the parameter with a stream's token, as people read it.
const PROGRESS_TOKEN: &str = "Option<ProgressToken>";

/// The type of a subscription's id, as people read it.
const SUBSCRIPTION_ID: &str = "SubscriptionId";

/// ```text
/// struct __Table<K>(PhantomData<fn() -> (K,)>);
///
/// impl<K> __Table<K> {
///     const METHODS: &'static [Method] = &[Method::new("orders.place", "…")];
///     const CONTRACT: &'static Contract = &Contract::new("Orders", "…", Self::METHODS).version(option_env!("CARGO_PKG_VERSION"));
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
    let options = contract_options(contract);
    let methods = contract.methods.iter().map(|method| {
        let cfg = &method.cfg;
        let value = method_value(contract, method);
        quote!(#(#cfg)* #value)
    });
    quote! {
        struct __Table #declaration (#phantom) #clause;

        impl #declaration __Table #arguments #clause {
            const METHODS: &'static [#root::Method] = &[#(#methods),*];
            const CONTRACT: &'static #root::Contract = &#root::Contract::new(#name, #docs, Self::METHODS)#options;
            #checks
        }
    }
}

/// `.version(option_env!("CARGO_PKG_VERSION")).namespace("orders").lenient()`
///
/// The version is that of the crate with the trait. A build without Cargo has none.
fn contract_options(contract: &Contract) -> TokenStream {
    let Contract {
        namespace, lenient, ..
    } = contract;
    let namespace = (!namespace.is_empty()).then(|| quote!(.namespace(#namespace)));
    let lenient = lenient.then(|| quote!(.lenient()));
    quote!(.version(::core::option_env!("CARGO_PKG_VERSION"))#namespace #lenient)
}

/// `Method::new("orders.place", "…").params(…).result("OrderId").errors(…).idempotent()`
fn method_value(contract: &Contract, method: &Method) -> TokenStream {
    let root = &contract.root;
    let Method { name, docs, .. } = method;
    let style = style(contract, method.style);
    let parameters =
        method
            .parameters()
            .map(|parameter| match method.is_declared() {
                true => parameter_value(contract, parameter),
                false => quote!(#root::Parameter::new("subscription", #SUBSCRIPTION_ID)),
            })
            .chain(method.token().map(
                |Parameter { name, .. }| quote!(#root::Parameter::new(#name, #PROGRESS_TOKEN).optional()),
            ));
    let (result, stream) = match &method.returned {
        Returned::Value(value) => (sent_as_written(value), None),
        Returned::Stream(streamed) => {
            let items = sent_as_written(&streamed.item);
            match &streamed.form {
                StreamForm::Progress => ("()".to_owned(), Some(quote!(.stream(#items)))),
                StreamForm::Resume(_) => ("()".to_owned(), Some(quote!(.resuming(#items)))),
                StreamForm::Token { parameter, joins } => {
                    let name = &parameter.name;
                    let list = match joins {
                        true => items.clone(),
                        false => format!("Vec<{items}>"),
                    };
                    (list, Some(quote!(.stream_with_token(#items, #name))))
                }
                StreamForm::Subscription(subscription) => {
                    let subscription = subscription_value(contract, subscription);
                    let stream = quote!(.subscription(#items, #subscription));
                    (SUBSCRIPTION_ID.to_owned(), Some(stream))
                }
            }
        }
        Returned::Unsubscribed(_) => ("bool".to_owned(), None),
    };
    let error = error_type(contract, &method.returned);
    let codes = tokens::item_of(&error, &quote!(#root::MethodError), &quote!(CODES));
    let options = method_options(method);
    let schema = schema::method_schema(contract, method);
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
            #schema
    }
}

/// `Subscription::new("prices.unsubscribe", "prices.price")`, or
/// `Subscription::ethereum("eth_unsubscribe", "eth_subscription", "newHeads")`
fn subscription_value(contract: &Contract, subscription: &Subscription) -> TokenStream {
    let root = &contract.root;
    let Subscription {
        unsubscribe,
        item,
        topic,
    } = subscription;
    match topic {
        None => quote!(#root::Subscription::new(#unsubscribe, #item)),
        Some(Topic { topic, .. }) => {
            quote!(#root::Subscription::ethereum(#unsubscribe, #item, #topic))
        }
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
    if method.read_only {
        options.extend(quote!(.read_only()));
    } else if method.idempotent {
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
    if let Some(since) = &method.since {
        options.extend(quote!(.since(#since)));
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
    let docs = &parameter.docs;
    let docs = (!docs.is_empty()).then(|| quote!(.docs(#docs)));
    let is_optional = parameter.is_option && default.is_none();
    let optional = is_optional.then(|| quote!(.optional()));
    let secret = parameter.secret.then(|| quote!(.secret()));
    let explicit_null = parameter.explicit_null.then(|| quote!(.explicit_null()));
    let cursor = parameter.cursor.then(|| quote!(.cursor()));
    quote!(#root::Parameter::new(#name, #ty)#docs #optional #default #secret #explicit_null #cursor)
}

pub(super) fn style(contract: &Contract, style: Style) -> TokenStream {
    let root = &contract.root;
    match style {
        Style::Positional => quote!(#root::ParamsStyle::Positional),
        Style::Named => quote!(#root::ParamsStyle::Named),
        Style::Whole => quote!(#root::ParamsStyle::Whole),
    }
}
