//! The tags of a method, which middleware asks for.

use syn::{Expr, ExprGroup};

use super::names::check_characters;
use crate::errors::Errors;
use crate::literal;
use crate::options::RpcOptions;
use crate::tokens::source;

/// The tags that a method has from its trait, and those of its own.
pub(super) fn read(options: &RpcOptions, inherited: &[Expr], errors: &mut Errors) -> Vec<Expr> {
    let mut tags = inherited.to_vec();
    for option in options.all("tag") {
        let values: Vec<&Expr> = match &option.value {
            Some(Expr::Array(array)) => array.elems.iter().collect(),
            Some(value) => vec![value],
            None => Vec::new(),
        };
        if values.is_empty() {
            errors.at(
                option,
                "`tag` takes one text or several: `tag = \"public\"` or `tag = [\"public\", \"slow\"]`",
            );
        }
        for value in values {
            if check(value, &tags, errors) {
                tags.push(value.clone());
            }
        }
    }
    tags
}

/// Whether this can be one more tag. Reports what is wrong.
fn check(tag: &Expr, others: &[Expr], errors: &mut Errors) -> bool {
    let text = literal::string(tag);
    match &text {
        None if !is_path(tag) => {
            errors.at(
                tag,
                "a tag is a string or a constant: `tag = \"public\"` or `tag = PUBLIC`",
            );
            return false;
        }
        Some(text) if text.is_empty() => {
            errors.at(tag, "a tag can't be empty; write a text or remove it");
            return false;
        }
        Some(text) => check_characters("a tag", text, tag, errors),
        None => {}
    }
    let is_same = |other: &Expr| source(other) == source(tag);
    if others.iter().any(is_same) {
        errors.at(
            tag,
            format_args!("the tag `{}` is given twice; remove one", source(tag)),
        );
        return false;
    }
    true
}

fn is_path(expression: &Expr) -> bool {
    match expression {
        Expr::Path(_) => true,
        Expr::Group(ExprGroup { expr, .. }) => is_path(expr),
        _ => false,
    }
}
