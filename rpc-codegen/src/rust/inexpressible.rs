//! What of a model a contract in Rust can't express.

use std::collections::HashSet;

use crate::generated::Inexpressible;
use crate::model::{Kind, Method, Reply, Stream, Type};
use crate::place::Place;
use crate::rust::Writer;
use crate::rust::buffered;
use crate::rust::convert::integer;
use crate::rust::form::{Form, form};
use crate::rust::literal;
use crate::rust::methods::{is_name, is_reserved};
use crate::rust::order;

impl Writer<'_> {
    /// Everything that can't be expressed, by method.
    pub(super) fn inexpressible(self) -> Vec<Inexpressible> {
        let methods = self.model.all_methods().filter(|it| !is_reserved(&it.name));
        methods.flat_map(|method| self.wrong_in(method)).collect()
    }

    fn wrong_in(self, method: &Method) -> Vec<Inexpressible> {
        let found = |place: &Place, message: &str| Inexpressible {
            place: place.clone(),
            method: method.name.clone(),
            message: message.to_owned(),
        };
        if !is_name(&method.name) {
            // Without types, the method would have the same name.
            let message = "the name of a method is empty, or has a space or an invisible character";
            return vec![found(&method.place, message)];
        }
        if self.is_opaque(method) {
            return Vec::new();
        }
        let mut wrong = Vec::new();
        if let Reply::Stream(stream) = &method.reply
            && let Some(message) = wrong_stream(stream)
        {
            wrong.push(found(&method.place, message));
        }
        if method.params.iter().any(|it| !is_parameter_name(&it.name)) {
            let message = "the name of a parameter is empty, begins or ends with a space, or has an invisible character";
            wrong.push(found(&method.place, message));
        }
        let mut seen = HashSet::new();
        let types = method.types().into_iter();
        let mut types: Vec<(&Type, bool)> = types.map(|ty| (ty, false)).collect();
        types.reverse();
        while let Some((ty, is_kept)) = types.pop() {
            let message = problem(ty).or_else(|| self.unreadable(ty, is_kept));
            wrong.extend(message.map(|message| found(&ty.place, message)));
            if let Kind::Reference(id) = ty.kind
                && seen.insert((id, is_kept))
            {
                types.push((&self.model.definition(id).ty, is_kept));
            }
            let parts = buffered::parts(ty).into_iter().rev();
            types.extend(parts.map(|(part, is_part_kept)| (part, is_kept || is_part_kept)));
        }
        wrong
    }

    /// What serde could write, and would not read again.
    fn unreadable(self, ty: &Type, is_kept: bool) -> Option<&'static str> {
        match &ty.kind {
            Kind::Integer { format, bounds }
                if is_kept && ["i128", "u128"].contains(&integer(*format, *bounds)) =>
            {
                Some("an integer of 128 bits in a union, or beside members of other names")
            }
            Kind::Union { variants, telling }
                if matches!(form(variants, telling), Form::Untagged)
                    && order::has_none(self.model, variants) =>
            {
                Some(
                    "a union of objects that can't be told apart, where each may have members that another does not know",
                )
            }
            _ => None,
        }
    }
}

fn wrong_stream(stream: &Stream) -> Option<&'static str> {
    if stream.unsubscribe.is_some() {
        return None;
    }
    if stream.notification != "$/progress" {
        return Some("stream items must arrive as `$/progress`");
    }
    match (&stream.token, &stream.end.kind) {
        (Some(_), Kind::Array { .. }) | (None, Kind::Null | Kind::Any) => None,
        (Some(_), _) => Some("a stream with a token that does not end with a list of its items"),
        (None, _) => Some("a stream that ends with a result"),
    }
}

fn is_parameter_name(name: &str) -> bool {
    !name.is_empty() && name.trim() == name && !name.contains(literal::is_hidden)
}

fn problem(ty: &Type) -> Option<&'static str> {
    match &ty.kind {
        Kind::Tuple {
            items,
            required,
            rest,
        } => match (rest, items.len()) {
            (Some(_), _) => Some("a tuple that may have further elements"),
            (None, length) if length != *required => {
                Some("a tuple whose last elements may be missing")
            }
            (None, 0) => Some("an array that is always empty"),
            (None, length) if length > 16 => Some("a tuple of more than 16 elements"),
            _ => None,
        },
        Kind::Constant(value) if literal::json(value).is_none() => {
            Some("a constant beyond 64 bits")
        }
        Kind::Enum { choices, .. }
            if choices.iter().any(|it| literal::json(&it.value).is_none()) =>
        {
            Some("an enum with a number beyond 64 bits")
        }
        _ => None,
    }
}
