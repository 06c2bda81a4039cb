//! Whole numbers and others: which of them a reader does not take.

use super::What;
use crate::integers::{integer, range};
use crate::model::{FloatBounds, IntegerFormat, Kind, Type};
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
            match ends.find(|it| !limits.contain(*it as f64)) {
                Some(outside) => Some((What::Constraint("range"), integer(outside))),
                None => past(*format, least, greatest),
            }
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
        let below = greatest.min(exact(from - 1, f64::next_down));
        return Some((range, integer(below.max(least))));
    }
    if greatest > to {
        let above = least.max(exact(to + 1, f64::next_up));
        return Some((range, integer(above.min(greatest))));
    }
    past(*format, least, greatest).filter(|_| other.bits().is_none())
}

/// The least and the greatest of whole numbers.
pub(super) fn ends(ty: &Type) -> (i128, i128) {
    match &ty.kind {
        Kind::Integer { format, bounds } => range(*format, bounds),
        _ => (i128::MIN, i128::MAX),
    }
}

/// A number that is written with all its digits, and that a reader may round.
fn past(format: IntegerFormat, least: i128, greatest: i128) -> Option<(What, Value)> {
    let is_wide = format.bits().is_some_and(|bits| bits > 53);
    (is_wide && greatest > SAFE).then(|| (What::Past53, integer(least.max(SAFE + 1))))
}

/// The number, or the next that is the same as a float: numbers beyond 64 bits are shown as floats.
fn exact(number: i128, next: fn(f64) -> f64) -> i128 {
    let float = number as f64;
    match i64::try_from(number).is_ok() || u64::try_from(number).is_ok() {
        true => number,
        false => next(float) as i128,
    }
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
