//! What a reader takes if a parameter or a member is missing.

use crate::model::{Kind, Model, Type};
use crate::value::Value;

/// The defaults before and after, in words, if they differ.
pub(super) fn changed(
    (old_model, old): (&Model, &Type),
    (new_model, new): (&Model, &Type),
) -> Option<(String, String)> {
    let (before, after) = (of(old_model, old), of(new_model, new));
    (!Value::are_same(before, after)).then(|| (shown(before), shown(after)))
}

/// The default of the type itself, or else of what its reference leads to.
fn of<'a>(model: &'a Model, ty: &'a Type) -> Option<&'a Value> {
    let mut here = ty;
    loop {
        match (&here.default, &here.kind) {
            (Some(default), _) => return Some(default),
            (None, Kind::Reference(id)) => here = &model.definition(*id).ty,
            (None, _) => return None,
        }
    }
}

fn shown(default: Option<&Value>) -> String {
    default.map_or_else(|| "nothing".to_owned(), ToString::to_string)
}
