//! [`Heights`]: how deep the least deep value of a type is, so that values of recursive types end.

use crate::model::{Kind, Model, Type};

/// How often the definitions are looked at. What is not settled by then nests so deeply that we make no value of it.
const MAX_ROUNDS: usize = 200;

/// The heights of the definitions.
#[derive(Debug, Clone)]
pub(super) struct Heights {
    /// By definition. `None` if no value ends.
    definitions: Vec<Option<usize>>,
}

impl Heights {
    pub(super) fn of(model: &Model) -> Self {
        let mut heights = Heights {
            definitions: vec![None; model.definitions().count()],
        };
        for _ in 0..MAX_ROUNDS {
            let definitions = model.definitions();
            let next: Vec<Option<usize>> = definitions
                .map(|(_, definition)| heights.height(&definition.ty))
                .collect();
            if next == heights.definitions {
                break;
            }
            heights.definitions = next;
        }
        heights
    }

    /// How deep the least deep value of the type is. `None` if it has no value that ends.
    pub(super) fn height(&self, ty: &Type) -> Option<usize> {
        if ty.nullable {
            return Some(0);
        }
        match &ty.kind {
            Kind::Never => None,
            Kind::Any
            | Kind::Null
            | Kind::Boolean
            | Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::String { .. }
            | Kind::Constant(_)
            | Kind::Enum { .. }
            | Kind::Map { .. } => Some(0),
            Kind::Array { items, length, .. } => match length.minimum.unwrap_or(0) {
                ..=0 => Some(0),
                _ => self.above([&**items]),
            },
            Kind::Tuple {
                items, required, ..
            } => self.above(items.iter().take(*required)),
            Kind::Object { fields, .. } => {
                let required = fields.iter().filter(|field| field.required);
                self.above(required.map(|field| &field.ty))
            }
            Kind::Union { variants, .. } => {
                let heights = variants.iter().filter_map(|variant| self.height(variant));
                heights.min().map(|height| height + 1)
            }
            Kind::Reference(id) => self.definitions.get(id.0).copied().flatten(),
        }
    }

    /// One more than the highest of the types, all of which are needed.
    fn above<'a>(&self, types: impl IntoIterator<Item = &'a Type>) -> Option<usize> {
        types.into_iter().try_fold(0, |highest: usize, ty| {
            Some(highest.max(self.height(ty)? + 1))
        })
    }
}
