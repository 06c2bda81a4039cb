//! [`ErrorType`]: an error type as the macro understands it, valid by construction.

use proc_macro2::TokenStream;
use syn::{Generics, Ident, Member, Type};

pub(super) struct ErrorType {
    pub(super) ident: Ident,
    pub(super) generics: Generics,
    /// The private module of rpc-core.
    pub(super) root: TokenStream,
    pub(super) variants: Vec<Variant>,
}

/// A variant, or the struct itself.
pub(super) struct Variant {
    pub(super) name: String,
    pub(super) docs: String,
    /// `OrderError::SoldOut`, or `OrderError`.
    pub(super) path: TokenStream,
    pub(super) code: Code,
    pub(super) shape: Shape,
    pub(super) fields: Vec<Field>,
}

#[derive(Clone, Copy)]
pub(super) enum Code {
    Of(i64),
    Internal,
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
    pub(super) ty: Type,
    pub(super) skip: bool,
}

impl Variant {
    pub(super) fn is_internal(&self) -> bool {
        matches!(self.code, Code::Internal)
    }

    /// The fields that are sent, each with its index among all fields.
    pub(super) fn sent(&self) -> Vec<(usize, &Field)> {
        let fields = self.fields.iter().enumerate();
        fields.filter(|(_, field)| !field.skip).collect()
    }
}
