//! Whole numbers and others: which of them a reader does not take.

use super::What;
use crate::integers::{integer, range};
use crate::model::{FloatBounds, Kind, Type};
use crate::value::Value;

/// The greatest whole number below which JavaScript rounds none.
const SAFE: i128 = 1 << 53;

/// What is wrong between two types of numbers, with a number that shows it.
pub(super) fn between(writer: &Type, reader: &Type) -> Option<(What, Value)> {
    match (&writer.kind, &reader.kind) {
        (Kind::Integer { .. }, Kind::Integer { .. }) => integers(writer, reader),
        (Kind::Integer { format, bounds }, Kind::Number { bounds: limits }) => {
            let (least, greatest) = range(*format, bounds);
            let mut ends = [least, greatest].into_iter();
            let outside = ends.find(|it| !limits.contain(*it as f64))?;
            Some((What::Constraint("range"), integer(outside)))
        }
        (Kind::Number { bounds }, Kind::Number { bounds: limits }) => {
            let outside = outside(bounds, limits)?;
            Some((What::Constraint("range"), float(outside)))
        }
        _ => Some((What::Kind, Value::Null)),
    }
}

fn integers(writer: &Type, reader: &Type) -> Option<(What, Value)> {
    let (
        Kind::Integer { format, bounds },
        Kind::Integer {
            format: other,
            bounds: limits,
        },
    ) = (&writer.kind, &reader.kind)
    else {
        return None;
    };
    let (least, greatest) = range(*format, bounds);
    let (from, to) = range(*other, limits);
    if least > greatest {
        return None;
    }
    let range = What::Constraint("range");
    if least < from {
        return Some((range, integer(greatest.min(from - 1))));
    }
    if greatest > to {
        return Some((range, integer(least.max(to + 1))));
    }
    let is_wide = |bits: Option<u32>| bits.is_some_and(|bits| bits > 53);
    let is_past = is_wide(format.bits()) && greatest > SAFE && other.bits().is_none();
    is_past.then(|| (What::Past53, integer(least.max(SAFE + 1))))
}

/// A number that the writer's bounds allow and the reader's don't.
fn outside(writer: &FloatBounds, reader: &FloatBounds) -> Option<f64> {
    let known = [
        writer.minimum,
        writer.maximum,
        reader.minimum,
        reader.maximum,
    ];
    let near = |bound: f64| [bound, bound.next_down(), bound.next_up()];
    let known = known
        .into_iter()
        .flatten()
        .flat_map(|(bound, _)| near(bound));
    let mut all = known.chain([-1e300, 1e300]);
    all.find(|it| writer.contain(*it) && !reader.contain(*it))
}

pub(super) fn float(number: f64) -> Value {
    serde_json::Number::from_f64(number).map_or(Value::Null, Value::Number)
}
