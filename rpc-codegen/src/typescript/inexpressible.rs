//! What of a model can't be expressed in TypeScript.

use std::collections::HashSet;

use crate::generated::Inexpressible;
use crate::model::{Kind, Method, Reply, Telling, Type};
use crate::place::Place;
use crate::typescript::Writer;
use crate::typescript::types::is_literal;

impl Writer<'_> {
    /// Everything that can't be expressed.
    pub(super) fn inexpressible(&self) -> Vec<Inexpressible> {
        let is_typed = |method: &&Method| !self.is_opaque(&method.name);
        let served = self.model.methods.iter().filter(is_typed);
        let mut wrong: Vec<Inexpressible> =
            served.flat_map(|method| self.in_method(method)).collect();
        for method in self.model.client_methods.iter().filter(is_typed) {
            if let Reply::Stream(_) = method.reply {
                wrong.push(Inexpressible {
                    place: method.place.clone(),
                    method: method.name.clone(),
                    message: "a stream that the server opens on its client".to_owned(),
                });
            }
            wrong.extend(self.in_method(method));
        }
        wrong
    }

    fn in_method(&self, method: &Method) -> Vec<Inexpressible> {
        let mut wrong = Vec::new();
        let mut find = |place: &Place, message: &str| {
            wrong.push(Inexpressible {
                place: place.clone(),
                method: method.name.clone(),
                message: message.to_owned(),
            });
        };
        if let Reply::Stream(stream) = &method.reply
            && stream.notification != "$/progress"
            && stream.unsubscribe.is_none()
        {
            find(
                &method.place,
                "items of a stream that arrive as another notification than `$/progress`",
            );
        }
        let mut seen = HashSet::new();
        let mut types = method.types();
        types.reverse();
        while let Some(ty) = types.pop() {
            if let Some(message) = self.problem(ty) {
                find(&ty.place, message);
            }
            if let Kind::Reference(id) = ty.kind
                && seen.insert(id)
            {
                types.push(&self.model.definition(id).ty);
            }
            types.extend(ty.children().into_iter().rev());
        }
        wrong
    }

    fn problem(&self, ty: &Type) -> Option<&'static str> {
        match &ty.kind {
            Kind::Constant(value) if !is_literal(value) => {
                Some("a constant that is a number past 2^53")
            }
            Kind::Enum { choices, .. }
                if !choices.iter().all(|choice| is_literal(&choice.value)) =>
            {
                Some("an enum with a number past 2^53")
            }
            Kind::Union {
                variants,
                telling: Telling::Order,
            } if self.is_ambiguous(variants) => Some(
                "a union of which one variant has 64-bit integers and can't be told from another",
            ),
            _ => None,
        }
    }
}
