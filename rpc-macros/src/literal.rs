//! The values of literals in options: `"orders"`, `1001`, `-5`.

use syn::{Expr, ExprLit, ExprUnary, Lit, UnOp};

/// The value of a string literal.
pub(crate) fn string(expression: &Expr) -> Option<String> {
    match expression {
        // A `macro_rules!` macro passes expressions on in invisible groups.
        Expr::Group(group) => string(&group.expr),
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

/// The value of an integer literal, with or without a minus sign.
pub(crate) fn integer(expression: &Expr) -> Option<i64> {
    match expression {
        Expr::Group(group) => integer(&group.expr),
        Expr::Lit(ExprLit {
            lit: Lit::Int(literal),
            ..
        }) => literal.base10_parse().ok(),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => integer(expr)?.checked_neg(),
        _ => None,
    }
}
