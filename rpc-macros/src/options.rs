//! [`RpcOptions`]: what a user writes inside `#[rpc(…)]`.

use proc_macro2::{Group, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::token::Paren;
use syn::{Attribute, Expr, Ident, Lit, Meta, Token};

use crate::errors::Errors;
use crate::literal;
use crate::spelling;
use crate::tokens::source;

/// One option: `name`, `name = value` or `name(options)`.
pub(crate) struct RpcOption {
    pub(crate) name: Ident,
    pub(crate) value: Option<Expr>,
    /// The options in parentheses, of a [`NESTED`] one.
    nested: Option<Group>,
    /// The value is written in another form, such as `name("value")`.
    mistake: Option<syn::Error>,
}

impl Parse for RpcOption {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.peek(Lit) {
            return Err(input.error("each option has a name; write `name = \"…\"`"));
        }
        let name = Ident::parse_any(input)?;
        let mut option = RpcOption {
            name,
            value: None,
            nested: None,
            mistake: None,
        };
        if input.parse::<Option<Token![=]>>()?.is_some() {
            option.value = Some(input.parse()?);
        } else if input.peek(Paren) {
            let group: Group = input.parse()?;
            match NESTED.contains(&&*option.name.to_string()) {
                true => option.nested = Some(group),
                false => option.mistake = Some(in_parentheses(&option.name, &group)),
            }
        } else if input.peek(Token![:]) {
            let colon: Token![:] = input.parse()?;
            let value: Expr = input.parse()?;
            let message = format!(
                "write `=` instead of `:`, as in `{} = {}`",
                option.name,
                source(&value)
            );
            option.mistake = Some(syn::Error::new_spanned(colon, message));
        }
        Ok(option)
    }
}

/// The error for `name("value")`.
fn in_parentheses(name: &Ident, group: &Group) -> syn::Error {
    let values = source(&group.stream());
    let message = match group.stream().into_iter().nth(1) {
        Some(_) => {
            format!("an option's values go after `=`, in brackets: `{name} = [{values}]`")
        }
        None if values.is_empty() => format!("remove the parentheses; write `{name}`"),
        None => format!("an option's value goes after `=`: `{name} = {values}`"),
    };
    syn::Error::new_spanned(group.to_token_stream(), message)
}

impl RpcOption {
    /// What is in its parentheses, if it has some.
    pub(crate) fn contents(&self) -> Option<TokenStream> {
        self.nested.as_ref().map(Group::stream)
    }
}

impl ToTokens for RpcOption {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let RpcOption {
            name,
            value,
            nested,
            ..
        } = self;
        let equals = value.as_ref().map(|_| quote!(=));
        tokens.extend(quote!(#name #equals #value #nested));
    }
}

/// Options of other frameworks that choose what is generated.
const ENDS: &[&str] = &["server", "client"];

/// Options that have options of their own.
const NESTED: &[&str] = &["subscription", "stream", "example"];

/// Options that may be given several times.
const REPEATABLE: &[&str] = &["alias", "tag", "example"];

/// The options of one trait, method, parameter, variant or field. Each one is known. Only [`REPEATABLE`] ones can occur
/// more than once.
#[derive(Default)]
pub(crate) struct RpcOptions {
    options: Vec<RpcOption>,
    /// The option that these are options of.
    parent: Option<&'static str>,
    /// Whether an option could not be read, so that one that seems to be missing may be there.
    is_faulty: bool,
}

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
            Err(error) => {
                self.is_faulty = true;
                return errors.push(error);
            }
        };
        let mut ends = 0;
        for option in given {
            let name = option.name.to_string();
            ends += usize::from(ENDS.contains(&&*name));
            if ends > 1 && ENDS.contains(&&*name) {
                continue; // `server, client` is one mistake.
            }
            let is_repeatable = REPEATABLE.contains(&name.as_str());
            if !known.contains(&name.as_str()) {
                errors.at(&option.name, unknown(&name, known));
            } else if let Some(mistake) = option.mistake {
                self.is_faulty = true;
                errors.push(mistake);
            } else if !is_repeatable && self.get(&name).is_some() {
                errors.at(
                    &option,
                    format_args!("`{name}` is given twice; keep one of them"),
                );
            } else {
                self.options.push(option);
            }
        }
    }

    /// Whether an option could not be read. That has been reported.
    pub(crate) fn is_faulty(&self) -> bool {
        self.is_faulty
    }

    pub(crate) fn get(&self, name: &str) -> Option<&RpcOption> {
        self.options.iter().find(|option| option.name == name)
    }

    /// All options with this name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &RpcOption> {
        self.options
            .iter()
            .filter(move |option| option.name == name)
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

    /// An option that has options of its own.
    pub(crate) fn nested(
        &self,
        name: &'static str,
        known: &[&str],
        errors: &mut Errors,
    ) -> Option<(RpcOptions, &RpcOption)> {
        let option = self.get(name)?;
        if let Some(value) = &option.value {
            errors.at(
                value,
                format_args!(
                    "the options of `{name}` go in parentheses: `{name}({} = \"…\")`",
                    known[0]
                ),
            );
        }
        let nested = option.nested.as_ref().map(Group::stream);
        let mut options = RpcOptions::parse(nested.unwrap_or_default(), known, errors);
        options.is_faulty |= option.value.is_some();
        options.parent = Some(name);
        Some((options, option))
    }

    /// An option whose value is a string.
    pub(crate) fn string(&self, name: &str, errors: &mut Errors) -> Option<(String, &RpcOption)> {
        let option = self.get(name)?;
        match option.value.as_ref().and_then(literal::string) {
            Some(value) => Some((value, option)),
            None => {
                let instead = match self.parent {
                    None => format!("#[rpc({name} = \"…\")]"),
                    Some(parent) => format!("{parent}({name} = \"…\")"),
                };
                errors.at(
                    option,
                    format_args!("`{name}` takes a string; write `{instead}`"),
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

    /// The option `schema`. It needs a feature, without which rpc-core has nothing that the generated code could name.
    pub(crate) fn schema(&self, errors: &mut Errors) -> bool {
        // The tests of this crate look at what is generated with the feature.
        self.schema_with(cfg!(any(feature = "schema", test)), errors)
    }

    fn schema_with(&self, has_feature: bool, errors: &mut Errors) -> bool {
        let Some(option) = self.flag("schema", errors) else {
            return false;
        };
        if !has_feature {
            errors.at(
                option,
                "`schema` needs the feature `schema` of rpc-core; in Cargo.toml, write `features = [\"schema\"]`",
            );
        }
        true
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
    if let Some(place) = place(name) {
        return format!("`{name}` is an option of {place}; move it there");
    }
    if let Some(instead) = instead(name) {
        return format!("there is no option `{name}`; {instead}");
    }
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

/// Where an option belongs that was found somewhere else.
fn place(name: &str) -> Option<&'static str> {
    let place = match name {
        "namespace" | "separator" | "lenient" | "subscriptions" => {
            "the trait, as in `#[rpc(…)] trait`"
        }
        "alias"
        | "notification"
        | "blocking"
        | "idempotent"
        | "read_only"
        | "since"
        | "example"
        | "cancel_on_disconnect"
        | "subscription"
        | "stream" => "a method, as in `#[rpc(…)] async fn`",
        "default" | "context" | "peer" | "flatten" | "secret" | "explicit_null" | "cursor" => {
            "a parameter, as in `(&self, #[rpc(…)] count: u32)`"
        }
        "unsubscribe" | "item" => {
            "a subscription, as in `subscription(unsubscribe = \"…\", item = \"…\")`"
        }
        "name" => "a method, a parameter or a field of an error",
        "rename_all" | "crate" | "schema" => "the trait or an error type",
        "params" | "tag" => "the trait or a method",
        "code" | "internal" | "kind" | "transparent" | "server_error" => {
            "an error type with `#[derive(RpcError)]`"
        }
        "skip" | "from" => "a field of an error type with `#[derive(RpcError)]`",
        _ => return None,
    };
    Some(place)
}

/// What to write instead of options that other frameworks have.
fn instead(name: &str) -> Option<&'static str> {
    let instead = match name {
        "server" | "client" => {
            "client and server are always generated, and cost nothing if they aren't used; remove it"
        }
        "rename" | "method" | "rpc_name" => "write `name = \"…\"`",
        "tags" | "role" | "roles" | "auth" | "scope" | "permission" => {
            "write `tag = \"…\"`, for which middleware can ask"
        }
        "aliases" => "write `alias = [\"…\", \"…\"]`",
        "variadic" | "varargs" | "rest" => {
            "write `flatten` on a `Vec` parameter, which takes any number of params by position"
        }
        "named" | "by_name" => "write `params = \"named\"`",
        "sync" | "block" | "spawn_blocking" => "a plain `fn` that blocks is marked `blocking`",
        "notify" | "oneway" | "one_way" => "write `notification`",
        "readonly" | "safe" | "pure" => {
            "write `read_only` if calling it changes nothing, or `idempotent` if calling it twice does no harm"
        }
        "examples" => "write `example(\"…\", item = \"tea\" => 1002)`, once for each",
        "schemas" | "openrpc" => "write `schema`",
        "added" | "version" => "write `since = \"…\"`",
        "retry" | "retries" => "the caller decides, and `idempotent` tells that it may call again",
        "deprecated" => "write Rust's attribute: `#[deprecated = \"…\"]`",
        "doc" | "docs" | "description" | "summary" => "write a doc comment: `/// …`",
        "param_kind" => "write `params = \"named\"` or `params = \"positional\"`",
        "namespace_separator" | "sep" => "write `separator = \"…\"` on the trait",
        "namespace_prefix" | "prefix" => "write `namespace = \"…\"` on the trait",
        "with_extensions" | "with_context" | "pass_context" | "meta" => {
            "a method that needs its call takes `#[rpc(context)] cx: &Context`"
        }
        "raw_method" | "raw" | "raw_params" => {
            "a parameter can be a `&RawValue`, which is not parsed"
        }
        "skip_serializing_if" | "skip_serializing" => "a trailing `None` is never sent; remove it",
        "optional" => "make the type of the parameter an `Option`",
        "timeout" | "deadline" => {
            "the client chooses a timeout for each call: `stub.method().timeout(…)`"
        }
        "client_bounds" | "server_bounds" | "bound" | "bounds" => {
            "write the bounds on the trait's type parameters"
        }
        "resume" | "resumable" => "it is an option of a stream: `stream(resume)`",
        "token" => "it is an option of a stream: `stream(token = \"…\")`",
        "subscribe" => {
            "write `subscription(unsubscribe = \"…\")` on a method that returns a stream"
        }
        "error" | "errors" => {
            "the error type is the second type of the method's `Result`; remove it"
        }
        "message" => {
            "the message is the error's `Display` text, such as thiserror's `#[error(\"…\")]`"
        }
        "data" => "the fields of the variant are the error's data; remove it",
        "status" | "http_status" => "write `kind = \"…\"`, from which the HTTP status follows",
        "async_trait" | "local" => "`async fn` needs no option; remove it",
        _ => return None,
    };
    Some(instead)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_without_the_feature_says_which_feature_it_needs() {
        let mut errors = Errors::default();
        let options = RpcOptions::parse(quote!(schema), &["schema"], &mut errors);
        assert!(options.schema_with(true, &mut errors));
        assert!(errors.is_empty());

        assert!(options.schema_with(false, &mut errors));
        let text = errors.to_compile_errors().to_string();
        assert!(
            text.contains("needs the feature `schema` of rpc-core"),
            "{text}"
        );
        assert_eq!(text.matches("compile_error").count(), 1);
    }
}
