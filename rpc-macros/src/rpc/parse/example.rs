//! The examples of a method: `example("two teas", item = "tea", quantity = 2 => 1002)`.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Expr, LitStr, Token};

use crate::errors::Errors;
use crate::options::{RpcOption, RpcOptions};
use crate::rpc::model::{Argument, Example, Method, OutputKind, Parameter, Returned};
use crate::spelling;
use crate::tokens::source;

const FORM: &str = "`example(\"two teas\", item = \"tea\", quantity = 2 => 1002)`";

/// Reads the examples of a method.
pub(super) fn read(
    options: &RpcOptions,
    arguments: &[Argument],
    returned: &Returned,
    is_notification: bool,
    errors: &mut Errors,
) -> Vec<Example> {
    let parameters: Vec<&Parameter> = arguments.iter().filter_map(Argument::parameter).collect();
    let mut examples = Vec::new();
    for option in options.all("example") {
        let Some(written) = parse(option, errors) else {
            continue;
        };
        if let Returned::Stream(_) = returned {
            errors.at(
                option,
                "OpenRPC has no form for examples of streams; remove the example",
            );
            continue;
        }
        check_result(option, &written, returned, is_notification, errors);
        examples.push(Example {
            arguments: matched(option, written.arguments, &parameters, errors),
            name: written.name,
            result: written.result,
            tokens: option.to_token_stream(),
        });
    }
    examples
}

/// Reports examples of a contract without schemas, in which they would have no effect.
pub(super) fn refuse<'a>(methods: impl Iterator<Item = &'a Method>, errors: &mut Errors) {
    for example in methods.flat_map(|method| &method.examples) {
        errors.at(
            &example.tokens,
            "an example is part of a document, which needs schemas; write `#[rpc(schema)]` on the trait",
        );
    }
}

/// An example as the user wrote it.
struct Written {
    name: String,
    arguments: Vec<(Ident, Expr)>,
    result: Option<Expr>,
}

fn parse(option: &RpcOption, errors: &mut Errors) -> Option<Written> {
    let Some(contents) = option.contents() else {
        errors.at(option, format_args!("an example has values; write {FORM}"));
        return None;
    };
    match contents_of.parse2(contents) {
        Ok(written) => Some(written),
        Err(error) => {
            errors.push(error);
            None
        }
    }
}

/// `"two teas", item = "tea", quantity = 2 => 1002`
fn contents_of(input: ParseStream) -> syn::Result<Written> {
    let mut written = Written {
        name: String::new(),
        arguments: Vec::new(),
        result: None,
    };
    if input.peek(LitStr) {
        written.name = input.parse::<LitStr>()?.value();
        input.parse::<Option<Token![,]>>()?;
    }
    while !input.is_empty() && !input.peek(Token![=>]) {
        let name = Ident::parse_any(input)
            .map_err(|error| syn::Error::new(error.span(), format!("write {FORM}")))?;
        input.parse::<Token![=]>()?;
        written.arguments.push((name, input.parse()?));
        if input.parse::<Option<Token![,]>>()?.is_none() {
            break;
        }
    }
    if input.parse::<Option<Token![=>]>>()?.is_some() {
        written.result = Some(input.parse()?);
        input.parse::<Option<Token![,]>>()?;
    }
    match input.is_empty() {
        true => Ok(written),
        false => Err(input.error(format!("write {FORM}"))),
    }
}

fn check_result(
    option: &RpcOption,
    written: &Written,
    returned: &Returned,
    is_notification: bool,
    errors: &mut Errors,
) {
    match (
        &written.result,
        is_notification || returns_nothing(returned),
    ) {
        (Some(result), true) => errors.at(
            result,
            "the method returns nothing; remove the result of the example",
        ),
        (None, false) => errors.at(
            option,
            format_args!("the result of the example is missing; write {FORM}"),
        ),
        (Some(_), false) | (None, true) => {}
    }
}

fn returns_nothing(returned: &Returned) -> bool {
    let Returned::Value(output) = returned else {
        return false;
    };
    let ty = match &output.kind {
        OutputKind::Value => &output.ty,
        OutputKind::Result { ok, .. } => &**ok,
        OutputKind::ResultAlias => return false,
    };
    source(ty) == "()"
}

/// The places of the parameters that an example names. Reports unknown ones, and those that are missing.
fn matched(
    option: &RpcOption,
    written: Vec<(Ident, Expr)>,
    parameters: &[&Parameter],
    errors: &mut Errors,
) -> Vec<(usize, Expr)> {
    let mut matched: Vec<(usize, Expr)> = Vec::new();
    let mut has_unknown = false;
    for (name, value) in written {
        match parameters.iter().position(|it| it.ident == name) {
            Some(place) if matched.iter().any(|(other, _)| *other == place) => {
                errors.at(&name, format_args!("`{name}` is given twice; remove one"));
            }
            Some(place) => matched.push((place, value)),
            None => {
                has_unknown = true;
                errors.at(&name, unknown(&name, parameters));
            }
        }
    }
    for (place, parameter) in parameters.iter().enumerate() {
        let is_given = matched.iter().any(|(given, _)| *given == place);
        let is_optional = parameter.is_option || parameter.default.is_some();
        // An unknown name was probably meant to be this one.
        if !is_given && !is_optional && !has_unknown {
            let name = &parameter.ident;
            errors.at(
                option,
                format_args!("the parameter `{name}` is missing in the example; add `{name} = …`"),
            );
        }
    }
    matched.sort_by_key(|(place, _)| *place);
    matched
}

fn unknown(name: &Ident, parameters: &[&Parameter]) -> String {
    let names: Vec<String> = parameters.iter().map(|it| it.ident.to_string()).collect();
    let text = name.to_string();
    match spelling::nearest(&text, names.iter().map(String::as_str)) {
        Some(near) => format!("the method has no parameter `{name}`; did you mean `{near}`?"),
        None => format!("the method has no parameter `{name}`"),
    }
}
