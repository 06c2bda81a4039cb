//! [`scalars!`]: the methods of a serializer that treats all scalars alike.

/// The methods of a [`Serializer`](serde::Serializer) for texts, numbers and other values without parts, all with one result.
/// `serialize_none` is not among them.
macro_rules! scalars {
    ($answer:ty, $result:expr) => {
        scalars! { @each $answer, $result,
            serialize_bool(bool)
            serialize_i8(i8)
            serialize_i16(i16)
            serialize_i32(i32)
            serialize_i64(i64)
            serialize_i128(i128)
            serialize_u8(u8)
            serialize_u16(u16)
            serialize_u32(u32)
            serialize_u64(u64)
            serialize_u128(u128)
            serialize_f32(f32)
            serialize_f64(f64)
            serialize_char(char)
            serialize_str(&str)
            serialize_bytes(&[u8])
            serialize_unit()
            serialize_unit_struct(&'static str)
            serialize_unit_variant(&'static str, u32, &'static str)
        }

        fn serialize_newtype_variant<T: serde::Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> $answer {
            $result
        }
    };
    (@each $answer:ty, $result:expr, $($method:ident($($argument:ty),*))*) => {
        $(fn $method(self, $(_: $argument),*) -> $answer {
            $result
        })*
    };
}

pub(super) use scalars;
