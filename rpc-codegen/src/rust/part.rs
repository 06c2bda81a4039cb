//! A member of an object or a parameter: both become members of a struct.

use crate::model::{Docs, Field, Param, Type};

/// A member of an object, or a parameter.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) name: &'a str,
    pub(super) ty: &'a Type,
    pub(super) docs: &'a Docs,
    pub(super) required: bool,
}

impl<'a> From<&'a Field> for Part<'a> {
    fn from(field: &'a Field) -> Self {
        Part {
            name: &field.name,
            ty: &field.ty,
            docs: &field.ty.docs,
            required: field.required,
        }
    }
}

impl<'a> From<&'a Param> for Part<'a> {
    fn from(param: &'a Param) -> Self {
        let has_docs = param.docs.title.is_some() || param.docs.description.is_some();
        Part {
            name: &param.name,
            ty: &param.ty,
            docs: if has_docs {
                &param.docs
            } else {
                &param.ty.docs
            },
            required: param.required,
        }
    }
}
