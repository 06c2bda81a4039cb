//! [`RpcOptions`]: what a user writes inside `#[rpc(…)]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, Meta, Token};

use crate::errors::Errors;
use crate::literal;
use crate::spelling;

/// One option: `name` or `name = value`.
pub(crate) struct RpcOption {
    pub(crate) name: Ident,
    pub(crate) value: Option<Expr>,
}

impl Parse for RpcOption {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let name = Ident::parse_any(input)?;
        let value = if input.parse::<Option<Token![=]>>()?.is_some() {
            Some(input.parse()?)
        } else {
            None
        };
        Ok(RpcOption { name, value })
    }
}

impl ToTokens for RpcOption {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let RpcOption { name, value } = self;
        let equals = value.as_ref().map(|_| quote!(=));
        tokens.extend(quote!(#name #equals #value));
    }
}

/// The options of one trait, method, parameter, variant or field. Each one is known and given once.
#[derive(Default)]
pub(crate) struct RpcOptions(Vec<RpcOption>);

impl RpcOptions {
    /// Removes the `#[rpc(…)]` attributes from a list and reads them.
    pub(crate) fn take(
        attributes: &mut Vec<Attribute>,
        known: &[&str],
        errors: &mut Errors,
    ) -> Self {
        let mut options = RpcOptions::default();
        attributes.retain(|attribute| {
            if !attribute.path().is_ident("rpc") {
                return true;
            }
            match &attribute.meta {
                Meta::List(list) => options.add(list.tokens.clone(), known, errors),
                meta => errors.at(meta, "options go in parentheses: `#[rpc(…)]`"),
            }
            false
        });
        options
    }

    /// Reads the options of the `#[rpc(…)]` attribute that is the macro itself.
    pub(crate) fn parse(tokens: TokenStream, known: &[&str], errors: &mut Errors) -> Self {
        let mut options = RpcOptions::default();
        options.add(tokens, known, errors);
        options
    }

    fn add(&mut self, tokens: TokenStream, known: &[&str], errors: &mut Errors) {
        let given = match Punctuated::<RpcOption, Token![,]>::parse_terminated.parse2(tokens) {
            Ok(given) => given,
            Err(error) => return errors.push(error),
        };
        for option in given {
            let name = option.name.to_string();
            if !known.contains(&name.as_str()) {
                errors.at(&option.name, unknown(&name, known));
            } else if self.0.iter().any(|other| other.name == option.name) {
                errors.at(
                    &option,
                    format_args!("`{name}` is given twice; keep one of them"),
                );
            } else {
                self.0.push(option);
            }
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&RpcOption> {
        self.0.iter().find(|option| option.name == name)
    }

    /// An option without a value.
    pub(crate) fn flag(&self, name: &str, errors: &mut Errors) -> Option<&RpcOption> {
        let option = self.get(name)?;
        if let Some(value) = &option.value {
            errors.at(
                value,
                format_args!("`{name}` takes no value; write `#[rpc({name})]`"),
            );
        }
        Some(option)
    }

    /// An option whose value is a string.
    pub(crate) fn string(&self, name: &str, errors: &mut Errors) -> Option<(String, &RpcOption)> {
        let option = self.get(name)?;
        match option.value.as_ref().and_then(literal::string) {
            Some(value) => Some((value, option)),
            None => {
                errors.at(
                    option,
                    format_args!("`{name}` takes a string; write `#[rpc({name} = \"…\")]`"),
                );
                None
            }
        }
    }

    /// An option whose value is one of these words.
    pub(crate) fn choice<T: Copy>(
        &self,
        name: &str,
        choices: &[(&str, T)],
        errors: &mut Errors,
    ) -> Option<T> {
        let (value, option) = self.string(name, errors)?;
        let found = choices
            .iter()
            .find(|(word, _)| *word == value)
            .map(|(_, choice)| *choice);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            errors.at(
                &option.value,
                format_args!("`{name}` must be one of \"{}\"", words.join("\", \"")),
            );
        }
        found
    }

    /// The path of rpc-core's private module, from `crate = "path"` or the default.
    pub(crate) fn root(&self, errors: &mut Errors) -> TokenStream {
        let Some((path, option)) = self.string("crate", errors) else {
            return quote!(::rpc_core::__private);
        };
        match syn::parse_str::<syn::Path>(&path) {
            Ok(path) => quote!(#path::__private),
            Err(_) => {
                errors.at(
                    &option.value,
                    "`crate` takes a path, such as \"my_framework::rpc_core\"",
                );
                quote!(::rpc_core::__private)
            }
        }
    }
}

fn unknown(name: &str, known: &[&str]) -> String {
    match spelling::nearest(name, known.iter().copied()) {
        Some(near) => format!("unknown option `{name}`; did you mean `{near}`?"),
        None => match known {
            [only] => format!("unknown option `{name}`; the only option here is `{only}`"),
            known => format!(
                "unknown option `{name}`; the options here are `{}`",
                known.join("`, `")
            ),
        },
    }
}
