//! Whole numbers of a format: how far they go, and as JSON.

use serde_json::Number;

use crate::model::{Bounds, IntegerFormat};
use crate::value::Value;

/// The least and the greatest of the format and the bounds. Without a format, as far as `i128` goes.
pub(crate) fn range(format: IntegerFormat, bounds: &Bounds) -> (i128, i128) {
    let (least, greatest) = match format.bits().filter(|bits| *bits < 128) {
        None if format == IntegerFormat::Uint128 => (0, i128::MAX),
        None => (i128::MIN, i128::MAX),
        Some(bits) if format.is_signed() => (-(1 << (bits - 1)), (1 << (bits - 1)) - 1),
        Some(bits) => (0, (1 << bits) - 1),
    };
    let least = bounds.minimum.map_or(least, |minimum| minimum.max(least));
    let greatest = bounds
        .maximum
        .map_or(greatest, |maximum| maximum.min(greatest));
    (least, greatest)
}

pub(crate) fn integer(number: i128) -> Value {
    match Number::from_i128(number) {
        Some(number) => Value::Number(number),
        // Beyond 64 bits, its digits are the number.
        None => Value::from_json(&number.to_string()).unwrap_or(Value::Null),
    }
}
