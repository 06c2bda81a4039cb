//! [`ErrorType`]: an error type as the macro understands it, valid by construction.

use proc_macro2::TokenStream;
use syn::{Expr, Generics, Ident, Member, Type};

pub(super) struct ErrorType {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    /// The private module of rpc-core.
    pub(super) root: TokenStream,
    /// Whether the codes have the schemas of their data.
    pub(super) has_schema: bool,
    pub(super) variants: Vec<Variant>,
}

/// A variant, or the struct itself.
pub(super) struct Variant {
    /// Its name in the source.
    pub(super) ident: Ident,
    pub(super) docs: String,
    /// `OrderError::SoldOut`, or `OrderError`.
    pub(super) path: TokenStream,
    pub(super) meaning: Meaning,
    pub(super) shape: Shape,
    pub(super) fields: Vec<Field>,
}

/// What a variant is on the wire.
pub(super) enum Meaning {
    /// An error with a code.
    Code(Code),
    /// An internal error: -32603, without anything else.
    Internal,
    /// The error in its only field.
    Transparent,
}

pub(super) struct Code {
    pub(super) value: CodeValue,
    /// The name of a variant of `ErrorKind`.
    pub(super) kind: Option<Ident>,
    /// Whether it may be one of the codes that the specification reserves for servers.
    pub(super) server_error: bool,
}

pub(super) enum CodeValue {
    Literal(i64),
    /// Evaluated by the compiler, which also checks it.
    Constant(Expr),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Named,
    Unnamed,
    Unit,
}

pub(super) struct Field {
    /// `left`, or `0`.
    pub(super) member: Member,
    /// Its name on the wire.
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) skip: bool,
    /// Whether `?` makes the variant from a value of this field.
    pub(super) from: bool,
}

impl ErrorType {
    /// The variant that `?` makes from any error, and its field.
    pub(super) fn catch_all(&self) -> Option<(&Variant, &Field)> {
        let mut conversions = self.conversions();
        conversions.find(|(variant, _)| variant.is_internal())
    }

    /// The variants that `?` makes from the value of their only field.
    pub(super) fn conversions(&self) -> impl Iterator<Item = (&Variant, &Field)> {
        self.variants.iter().filter_map(|variant| {
            let field = variant.fields.iter().find(|field| field.from)?;
            Some((variant, field))
        })
    }

    pub(super) fn transparent(&self) -> impl Iterator<Item = (&Variant, &Field)> {
        self.variants
            .iter()
            .filter_map(|variant| match variant.meaning {
                Meaning::Transparent => Some((variant, variant.fields.first()?)),
                _ => None,
            })
    }
}

impl Variant {
    pub(super) fn is_internal(&self) -> bool {
        matches!(self.meaning, Meaning::Internal)
    }

    pub(super) fn code(&self) -> Option<&Code> {
        match &self.meaning {
            Meaning::Code(code) => Some(code),
            Meaning::Internal | Meaning::Transparent => None,
        }
    }

    /// The fields that are sent, each with its index among all fields.
    pub(super) fn sent(&self) -> Vec<(usize, &Field)> {
        let fields = self.fields.iter().enumerate();
        fields.filter(|(_, field)| !field.skip).collect()
    }
}
