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
    i64::try_from(wide_integer(expression)?).ok()
}

/// The same before its size is checked: the least `i64` is the negative of a number that is not one.
fn wide_integer(expression: &Expr) -> Option<i128> {
    match expression {
        Expr::Group(group) => wide_integer(&group.expr),
        Expr::Lit(ExprLit {
            lit: Lit::Int(literal),
            ..
        }) => literal.base10_parse().ok(),
        Expr::Unary(ExprUnary {
            op: UnOp::Neg(_),
            expr,
            ..
        }) => wide_integer(expr)?.checked_neg(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    #[test]
    fn integers_have_64_bits() {
        assert_eq!(integer(&parse_quote!(9223372036854775807)), Some(i64::MAX));
        assert_eq!(integer(&parse_quote!(-9223372036854775808)), Some(i64::MIN));
        assert_eq!(integer(&parse_quote!(9223372036854775808)), None);
        assert_eq!(integer(&parse_quote!(-9223372036854775809)), None);
        assert_eq!(integer(&parse_quote!("7")), None);
    }
}
