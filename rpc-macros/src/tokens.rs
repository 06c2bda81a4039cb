//! Tokens: their text, the names in them, and where the compiler reports them.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

/// Tokens as a person would write them: `Vec<Order>`, not `Vec < Order >`.
pub(crate) fn source(tokens: &impl ToTokens) -> String {
    let text = tokens.to_token_stream().to_string();
    let mut source = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        if letter != ' ' || has_space(&source, rest.peek().copied()) {
            source.push(letter);
        }
    }
    source
}

/// Whether a person writes a space after this text and before this letter.
fn has_space(before: &str, next: Option<char>) -> bool {
    let opens = before.ends_with(['<', '&', '(', '[', '\'', '!', '.']) || before.ends_with("::");
    let closes = matches!(
        next,
        Some('<' | '>' | ',' | ')' | ']' | ':' | ';' | '(' | '!' | '.')
    );
    !opens && !closes
}

/// Whether one of these names occurs in the tokens.
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

/// The span of the first of the user's tokens.
pub(crate) fn first_span(user: &impl ToTokens) -> Span {
    let mut tokens = user.to_token_stream().into_iter();
    tokens
        .next()
        .map_or_else(Span::call_site, |token| token.span())
}

/// Gives generated tokens the span of a user's tokens, so that the compiler reports errors in them there.
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

/// `<User as Trait>::Item`, where the compiler reports errors at the user's type, and in the type at its own tokens.
pub(crate) fn item_of(
    user: &impl ToTokens,
    the_trait: &TokenStream,
    item: &TokenStream,
) -> TokenStream {
    let span = first_span(user);
    let opening = respanned(quote!(<), span);
    let closing = respanned(quote!(as #the_trait>::#item), span);
    quote!(#opening #user #closing)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn source_keeps_the_spacing() {
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
}
