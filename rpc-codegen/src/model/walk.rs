//! Visiting every type of a model.

use crate::model::types::{Kind, Rest, Type};
use crate::model::{Method, Model, Reply};

impl Type {
    /// The types that this one is made of, not following references.
    pub fn children(&self) -> Vec<&Type> {
        match &self.kind {
            Kind::Array { items, .. } => vec![items],
            Kind::Tuple { items, rest, .. } => items.iter().chain(rest.as_deref()).collect(),
            Kind::Map { keys, values } => keys.as_deref().into_iter().chain([&**values]).collect(),
            Kind::Object { fields, rest } => {
                let rest = match rest {
                    Rest::Typed(ty) => Some(&**ty),
                    Rest::Closed | Rest::Open => None,
                };
                fields.iter().map(|field| &field.ty).chain(rest).collect()
            }
            Kind::Union { variants, .. } => variants.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The same, to change them.
    pub(crate) fn children_mut(&mut self) -> Vec<&mut Type> {
        match &mut self.kind {
            Kind::Array { items, .. } => vec![items],
            Kind::Tuple { items, rest, .. } => {
                items.iter_mut().chain(rest.as_deref_mut()).collect()
            }
            Kind::Map { keys, values } => keys
                .as_deref_mut()
                .into_iter()
                .chain([&mut **values])
                .collect(),
            Kind::Object { fields, rest } => {
                let rest = match rest {
                    Rest::Typed(ty) => Some(&mut **ty),
                    Rest::Closed | Rest::Open => None,
                };
                fields
                    .iter_mut()
                    .map(|field| &mut field.ty)
                    .chain(rest)
                    .collect()
            }
            Kind::Union { variants, .. } => variants.iter_mut().collect(),
            _ => Vec::new(),
        }
    }
}

impl Method {
    /// The types of the params, of the reply and of the errors' data.
    pub fn types(&self) -> Vec<&Type> {
        let params = self.params.iter().map(|param| &param.ty);
        let mut types: Vec<&Type> = params.collect();
        match &self.reply {
            Reply::None => {}
            Reply::Result(ty) => types.push(ty),
            Reply::Stream(stream) => types.extend([&stream.item, &stream.end]),
        }
        types.extend(self.errors.iter().filter_map(|error| error.data.as_ref()));
        types
    }

    fn types_mut(&mut self) -> Vec<&mut Type> {
        let params = self.params.iter_mut().map(|param| &mut param.ty);
        let mut types: Vec<&mut Type> = params.collect();
        match &mut self.reply {
            Reply::None => {}
            Reply::Result(ty) => types.push(ty),
            Reply::Stream(stream) => types.extend([&mut stream.item, &mut stream.end]),
        }
        types.extend(
            self.errors
                .iter_mut()
                .filter_map(|error| error.data.as_mut()),
        );
        types
    }
}

impl Model {
    /// Calls a function with every type, also with those inside others.
    pub(crate) fn for_each_type_mut(&mut self, function: &mut dyn FnMut(&mut Type)) {
        let definitions = self
            .definitions
            .iter_mut()
            .map(|definition| &mut definition.ty);
        let methods = self.methods.iter_mut().chain(&mut self.client_methods);
        let of_methods = methods.flat_map(Method::types_mut);
        let mut types: Vec<&mut Type> = definitions.chain(of_methods).collect();
        while let Some(ty) = types.pop() {
            function(ty);
            types.extend(ty.children_mut());
        }
    }
}
