//! [`Options`]: what stands in the brackets of `#[rpc(…)]`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, Meta, Token};

use crate::errors::Errors;
use crate::text;

/// `name` or `name = value`.
pub(crate) struct Entry {
    pub(crate) name: Ident,
    pub(crate) value: Option<Expr>,
}

impl Parse for Entry {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let name = Ident::parse_any(input)?;
        let value = if input.parse::<Option<Token![=]>>()?.is_some() {
            Some(input.parse()?)
        } else {
            None
        };
        Ok(Entry { name, value })
    }
}

impl ToTokens for Entry {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Entry { name, value } = self;
        let equals = value.as_ref().map(|_| quote!(=));
        tokens.extend(quote!(#name #equals #value));
    }
}

/// The options of one place, each of them known and there once.
#[derive(Default)]
pub(crate) struct Options(Vec<Entry>);

impl Options {
    /// Takes the `#[rpc(…)]` attributes out of a list.
    pub(crate) fn take(
        attributes: &mut Vec<Attribute>,
        known: &[&str],
        errors: &mut Errors,
    ) -> Self {
        let mut options = Options::default();
        attributes.retain(|attribute| {
            if !attribute.path().is_ident("rpc") {
                return true;
            }
            match &attribute.meta {
                Meta::List(list) => options.add(list.tokens.clone(), known, errors),
                meta => errors.at(meta, "options stand in brackets: `#[rpc(…)]`"),
            }
            false
        });
        options
    }

    /// Reads the tokens of the attribute that the macro itself is.
    pub(crate) fn parse(tokens: TokenStream, known: &[&str], errors: &mut Errors) -> Self {
        let mut options = Options::default();
        options.add(tokens, known, errors);
        options
    }

    fn add(&mut self, tokens: TokenStream, known: &[&str], errors: &mut Errors) {
        let entries = match Punctuated::<Entry, Token![,]>::parse_terminated.parse2(tokens) {
            Ok(entries) => entries,
            Err(error) => return errors.push(error),
        };
        for entry in entries {
            let name = entry.name.to_string();
            if !known.contains(&name.as_str()) {
                errors.at(&entry.name, unknown(&name, known));
            } else if self.0.iter().any(|other| other.name == entry.name) {
                errors.at(&entry, format_args!("`{name}` is given twice"));
            } else {
                self.0.push(entry);
            }
        }
    }

    pub(crate) fn entry(&self, name: &str) -> Option<&Entry> {
        self.0.iter().find(|entry| entry.name == name)
    }

    /// An option that has no value.
    pub(crate) fn flag(&self, name: &str, errors: &mut Errors) -> Option<&Entry> {
        let entry = self.entry(name)?;
        if let Some(value) = &entry.value {
            errors.at(
                value,
                format_args!("`{name}` has no value; write `#[rpc({name})]`"),
            );
        }
        Some(entry)
    }

    /// An option whose value is a string.
    pub(crate) fn string(&self, name: &str, errors: &mut Errors) -> Option<(String, &Entry)> {
        let entry = self.entry(name)?;
        match entry.value.as_ref().and_then(text::string) {
            Some(value) => Some((value, entry)),
            None => {
                errors.at(
                    entry,
                    format_args!(
                        "`{name}` has a string for a value; write `#[rpc({name} = \"…\")]`"
                    ),
                );
                None
            }
        }
    }

    /// An option whose value is one of several words.
    pub(crate) fn choice<T: Copy>(
        &self,
        name: &str,
        choices: &[(&str, T)],
        errors: &mut Errors,
    ) -> Option<T> {
        let (value, entry) = self.string(name, errors)?;
        let found = choices
            .iter()
            .find(|(word, _)| *word == value)
            .map(|(_, choice)| *choice);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            errors.at(
                &entry.value,
                format_args!("`{name}` is one of \"{}\"", words.join("\", \"")),
            );
        }
        found
    }

    /// The path in `crate = "path"`, or the default one.
    pub(crate) fn root(&self, errors: &mut Errors) -> TokenStream {
        let Some((path, entry)) = self.string("crate", errors) else {
            return quote!(::rpc_core::__private);
        };
        match syn::parse_str::<syn::Path>(&path) {
            Ok(path) => quote!(#path::__private),
            Err(_) => {
                errors.at(
                    &entry.value,
                    "`crate` is a path, such as \"my_framework::rpc_core\"",
                );
                quote!(::rpc_core::__private)
            }
        }
    }
}

fn unknown(name: &str, known: &[&str]) -> String {
    match text::nearest(name, known.iter().copied()) {
        Some(near) => format!("unknown option `{name}`; did you mean `{near}`?"),
        None => match known {
            [only] => format!("unknown option `{name}`; there is only `{only}`"),
            known => format!(
                "unknown option `{name}`; there are `{}`",
                known.join("`, `")
            ),
        },
    }
}
