//! Texts taken from tokens, and texts about them.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// The doc comment, without the space that stands before each line.
pub(crate) fn docs(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes.iter().filter_map(doc_line).collect();
    lines.join("\n").trim().to_owned()
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    if !pair.path.is_ident("doc") {
        return None;
    }
    let line = string(&pair.value)?;
    Some(line.strip_prefix(' ').map(str::to_owned).unwrap_or(line))
}

/// The value of a string literal.
pub(crate) fn string(expression: &Expr) -> Option<String> {
    match expression {
        // What a `macro_rules!` macro passes on.
        Expr::Group(group) => string(&group.expr),
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// The note of `#[deprecated]`: empty where it has none.
pub(crate) fn deprecated(attributes: &[Attribute]) -> Option<String> {
    let attribute = attributes
        .iter()
        .find(|attribute| attribute.path().is_ident("deprecated"))?;
    let mut note = String::new();
    match &attribute.meta {
        Meta::Path(_) => {}
        Meta::NameValue(pair) => note = string(&pair.value).unwrap_or_default(),
        // What is wrong in there is the compiler's to say.
        Meta::List(list) => drop(list.parse_nested_meta(|meta| {
            let value: Expr = meta.value()?.parse()?;
            if meta.path.is_ident("note") {
                note = string(&value).unwrap_or_default();
            }
            Ok(())
        })),
    }
    Some(note)
}

/// Tokens as a person would write them.
pub(crate) fn source(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let mut source = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        let before = source.chars().next_back();
        let superfluous = letter == ' '
            && (matches!(before, Some('<' | '&' | '(' | '[' | ':' | '\'' | '!') if before != Some(':') || source.ends_with("::"))
                || matches!(
                    rest.peek(),
                    Some('<' | '>' | ',' | ')' | ']' | ':' | ';' | '(' | '!' | '.')
                )
                || before == Some('.'));
        if !superfluous {
            source.push(letter);
        }
    }
    source
}

/// Is one of these names among the tokens?
pub(crate) fn mentions(tokens: &impl ToTokens, names: &[Ident]) -> bool {
    tokens
        .to_token_stream()
        .into_iter()
        .any(|token| match token {
            TokenTree::Ident(ident) => names.contains(&ident),
            TokenTree::Group(group) => mentions(&group.stream(), names),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
}

/// Where a user's tokens begin.
pub(crate) fn first_span(user: &impl ToTokens) -> Span {
    let mut tokens = user.to_token_stream().into_iter();
    tokens
        .next()
        .map_or_else(Span::call_site, |token| token.span())
}

/// Moves generated tokens to where a user's tokens are, so that what is wrong with the one is reported at the other.
pub(crate) fn spanned(user: &impl ToTokens, generated: TokenStream) -> TokenStream {
    let mut ends = user.to_token_stream().into_iter().map(|token| token.span());
    let Some(first) = ends.next() else {
        return generated;
    };
    let last = ends.last().unwrap_or(first);
    let mut generated: Vec<TokenTree> = respanned(generated, first).into_iter().collect();
    if let Some(token) = generated.last_mut() {
        token.set_span(last);
    }
    generated.into_iter().collect()
}

fn respanned(tokens: TokenStream, span: Span) -> TokenStream {
    let respan = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), respanned(group.stream(), span)).into();
        }
        token.set_span(span);
        token
    };
    tokens.into_iter().map(respan).collect()
}

/// The word that a misspelt one was probably meant to be.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let near = known
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .min_by_key(|(distance, _)| *distance);
    near.filter(|(distance, candidate)| *distance <= 2.max(candidate.len() / 3))
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be added, removed or replaced to make one word the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_reads_as_written() {
        for text in [
            "Vec<Order>",
            "Option<&str>",
            "&[u8]",
            "std::borrow::Cow<'_, str>",
            "Result<(), Error>",
            "20",
        ] {
            let tokens: proc_macro2::TokenStream = text.parse().expect(text);
            assert_eq!(source(&tokens), text);
        }
    }

    #[test]
    fn near_words_are_found() {
        assert_eq!(
            nearest("idempotant", ["idempotent", "name"]),
            Some("idempotent")
        );
        assert_eq!(nearest("nmae", ["idempotent", "name"]), Some("name"));
        assert_eq!(nearest("colour", ["idempotent", "name"]), None);
    }
}
