//! [`StreamType`]: a stream, recognised from the way it is written.

use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{PathSegment, Token, Type, TypeParamBound};

use super::instead::associated;
use super::types;
use crate::tokens::source;

/// A stream in a type, or a type that is a stream.
pub(super) struct StreamType {
    /// As written.
    pub(super) ty: Type,
    /// The type of the items, or `…`.
    pub(super) item: String,
    pub(super) form: StreamKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum StreamKind {
    /// `impl Stream`, the only form that a contract has.
    Plain,
    /// `Pin<Box<dyn Stream>>` or `BoxStream`.
    Boxed,
    /// `impl AsyncIterator`, `&dyn Stream`, `ReceiverStream` and so on.
    Other,
}

/// The traits that streams have in Rust, beside `Stream`.
const OTHER_TRAITS: &[&str] = &["TryStream", "FusedStream", "AsyncIterator"];

/// The types that tokio-stream makes of channels.
const OF_CHANNELS: &[&str] = &[
    "ReceiverStream",
    "UnboundedReceiverStream",
    "BroadcastStream",
    "WatchStream",
];

impl StreamType {
    /// The first stream in a type.
    pub(super) fn first_in(ty: &Type) -> Option<Self> {
        #[derive(Default)]
        struct Found(Option<StreamType>);

        impl VisitMut for Found {
            fn visit_type_mut(&mut self, ty: &mut Type) {
                if self.0.is_none() {
                    self.0 = StreamType::of(ty);
                }
                if self.0.is_none() {
                    visit_mut::visit_type_mut(self, ty);
                }
            }
        }

        let mut found = Found::default();
        found.visit_type_mut(&mut ty.clone());
        found.0
    }

    /// The type itself, if it is a stream.
    fn of(ty: &Type) -> Option<Self> {
        let (item, form) = match ty {
            Type::ImplTrait(it) => match named(&it.bounds, "Stream") {
                Some(stream) => (item(stream), StreamKind::Plain),
                None => (other_item(&it.bounds)?, StreamKind::Other),
            },
            Type::TraitObject(it) => (dyn_item(&it.bounds)?, StreamKind::Other),
            Type::Path(_) => of_path(ty)?,
            _ => return None,
        };
        Some(StreamType {
            ty: ty.clone(),
            item,
            form,
        })
    }
}

/// The items and the form of a `BoxStream`, of a `Box<dyn Stream>` with or without a `Pin`, and of a channel's stream.
fn of_path(ty: &Type) -> Option<(String, StreamKind)> {
    let segment = types::last_segment(ty)?;
    let argument = types::first_argument(segment)?;
    let name = segment.ident.to_string();
    match (&*name, argument) {
        ("BoxStream" | "LocalBoxStream", item) => Some((source(item), StreamKind::Boxed)),
        ("Pin" | "Box", Type::TraitObject(it)) => Some((dyn_item(&it.bounds)?, StreamKind::Boxed)),
        ("Pin", inner) => of_path(inner).filter(|(_, form)| *form == StreamKind::Boxed),
        (name, item) if OF_CHANNELS.contains(&name) => Some((source(item), StreamKind::Other)),
        _ => None,
    }
}

type Bounds = Punctuated<TypeParamBound, Token![+]>;

fn dyn_item(bounds: &Bounds) -> Option<String> {
    named(bounds, "Stream")
        .map(item)
        .or_else(|| other_item(bounds))
}

fn other_item(bounds: &Bounds) -> Option<String> {
    OTHER_TRAITS
        .iter()
        .find_map(|name| named(bounds, name))
        .map(item)
}

/// The items of a stream's trait.
fn item(stream: &PathSegment) -> String {
    let of = |name| associated(stream, name).map(source);
    match (of("Item"), of("Ok"), of("Error")) {
        (Some(item), _, _) => item,
        (None, Some(ok), Some(error)) => format!("Result<{ok}, {error}>"),
        _ => "…".to_owned(),
    }
}

/// The trait with this name.
pub(super) fn named<'a>(bounds: &'a Bounds, name: &str) -> Option<&'a PathSegment> {
    bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => {
            let last = bound.path.segments.last()?;
            (last.ident == name).then_some(last)
        }
        _ => None,
    })
}
