//! Types: what values may be.

use crate::model::docs::Docs;
use crate::model::sign::Telling;
use crate::place::Place;
use crate::value::Value;

/// A named type of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub(crate) usize);

/// A type with a name, to which references lead.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// The name. Unique in the model, and as the document has it, so it need not be an identifier.
    pub name: String,
    /// What it is. Its place is that of the definition.
    pub ty: Type,
}

/// What a value may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// The kind of value.
    pub kind: Kind,
    /// Whether `null` is allowed as well.
    pub nullable: bool,
    /// The place of the schema.
    pub place: Place,
    /// What the value means.
    pub docs: Docs,
    /// What a reader takes if the value is missing.
    pub default: Option<Value>,
    /// Values for people to look at.
    pub examples: Vec<Value>,
    /// Whether writers should leave it out.
    pub deprecated: bool,
    /// Keywords of the schema that forbid more than this type does, such as `not` and `if`. A value that fits the type may
    /// still break them.
    pub unmodelled: Vec<&'static str>,
}

/// The kinds of types.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Any value.
    Any,
    /// No value: the schema contradicts itself, or is `false`.
    Never,
    /// Only `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer {
        /// How many bits it has, if the schema says so.
        format: IntegerFormat,
        /// The least and the greatest.
        bounds: Bounds,
    },
    /// A number.
    Number {
        /// The least and the greatest.
        bounds: FloatBounds,
    },
    /// A string.
    String {
        /// What is in it.
        format: StringFormat,
        /// A regular expression that it matches, in the dialect of ECMA 262.
        pattern: Option<String>,
        /// The least and greatest number of characters.
        length: Bounds,
    },
    /// One value only.
    Constant(Value),
    /// One of several values.
    Enum {
        /// The values.
        choices: Vec<Choice>,
        /// `x-extensible`: a newer server may have more values.
        extensible: bool,
    },
    /// An array of like elements.
    Array {
        /// An element.
        items: Box<Type>,
        /// The least and greatest number of elements.
        length: Bounds,
        /// Whether no two may be the same.
        unique: bool,
    },
    /// An array whose elements have types of their own.
    Tuple {
        /// The types by position.
        items: Vec<Type>,
        /// How many of them must be there.
        required: usize,
        /// The type of the elements that follow. `None` if none may.
        rest: Option<Box<Type>>,
    },
    /// An object with any names, and values of one type.
    Map {
        /// What its names are: always strings, with a format or a pattern.
        keys: Option<Box<Type>>,
        /// A value.
        values: Box<Type>,
    },
    /// An object with known names.
    Object {
        /// The members. No two have the same name.
        fields: Vec<Field>,
        /// What other members may be.
        rest: Rest,
    },
    /// One of several types.
    Union {
        /// The types.
        variants: Vec<Type>,
        /// How to tell which one a value is.
        telling: Telling,
    },
    /// A named type.
    Reference(TypeId),
}

/// One value of an enum.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The value.
    pub value: Value,
    /// What it means.
    pub docs: Docs,
    /// Its place in the document.
    pub place: Place,
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name on the wire.
    pub name: String,
    /// The type. Its `default` is what a reader takes if the member is missing.
    pub ty: Type,
    /// Whether the member must be there.
    pub required: bool,
    /// `x-aliases`: other names under which readers also take the member. Writers use none of them.
    pub aliases: Vec<String>,
}

impl Field {
    /// Whether a reader takes a member of this name for this one.
    pub fn is_read_as(&self, name: &str) -> bool {
        self.name == name || self.aliases.iter().any(|alias| alias == name)
    }

    /// Whether every object has a member of this very name, by which readers may tell it from others.
    pub fn is_always_shown(&self) -> bool {
        self.required && self.aliases.is_empty()
    }
}

/// The members of an object that have no name in its schema.
#[derive(Debug, Clone, PartialEq)]
pub enum Rest {
    /// There are none.
    Closed,
    /// There may be any, and readers ignore them.
    Open,
    /// There may be some, and they have a type.
    Typed(Box<Type>),
}

/// How large a whole number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it all.
pub enum IntegerFormat {
    /// The schema does not say.
    Unknown,
    Int8,
    Int16,
    Int32,
    Int64,
    Int128,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Uint128,
}

impl IntegerFormat {
    /// The format with this name. `int` and `uint` are what schemars calls `isize` and `usize`.
    pub fn named(name: &str) -> Option<IntegerFormat> {
        Some(match name {
            "int8" => IntegerFormat::Int8,
            "int16" => IntegerFormat::Int16,
            "int32" => IntegerFormat::Int32,
            "int64" | "int" => IntegerFormat::Int64,
            "int128" => IntegerFormat::Int128,
            "uint8" => IntegerFormat::Uint8,
            "uint16" => IntegerFormat::Uint16,
            "uint32" => IntegerFormat::Uint32,
            "uint64" | "uint" => IntegerFormat::Uint64,
            "uint128" => IntegerFormat::Uint128,
            _ => return None,
        })
    }

    /// Whether a number of this format can have this value.
    pub fn contains(self, number: i128) -> bool {
        let Some(bits) = self.bits().filter(|bits| *bits < 128) else {
            // Numbers of 128 bits are read as far as i128 goes.
            return self != IntegerFormat::Uint128 || number >= 0;
        };
        match self.is_signed() {
            true => (-(1 << (bits - 1))..1 << (bits - 1)).contains(&number),
            false => (0..1 << bits).contains(&number),
        }
    }

    /// Whether numbers of this format may be negative.
    pub fn is_signed(self) -> bool {
        !matches!(
            self,
            IntegerFormat::Uint8
                | IntegerFormat::Uint16
                | IntegerFormat::Uint32
                | IntegerFormat::Uint64
                | IntegerFormat::Uint128
        )
    }

    /// The number of bits.
    pub fn bits(self) -> Option<u32> {
        Some(match self {
            IntegerFormat::Unknown => return None,
            IntegerFormat::Int8 | IntegerFormat::Uint8 => 8,
            IntegerFormat::Int16 | IntegerFormat::Uint16 => 16,
            IntegerFormat::Int32 | IntegerFormat::Uint32 => 32,
            IntegerFormat::Int64 | IntegerFormat::Uint64 => 64,
            IntegerFormat::Int128 | IntegerFormat::Uint128 => 128,
        })
    }
}

/// What is in a string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StringFormat {
    /// Text, as far as the schema says.
    Text,
    /// `date-time`: RFC 3339.
    DateTime,
    /// `date`
    Date,
    /// `time`
    Time,
    /// `duration`
    Duration,
    /// `uuid`
    Uuid,
    /// `uri`
    Uri,
    /// `byte`, or the content encoding base64.
    Base64,
    /// Any other `format`.
    Other(String),
}

/// The least and the greatest of whole numbers, both included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The least.
    pub minimum: Option<i128>,
    /// The greatest.
    pub maximum: Option<i128>,
}

impl Bounds {
    /// Whether the number is within the bounds.
    pub fn contain(&self, number: i128) -> bool {
        self.minimum.is_none_or(|minimum| number >= minimum)
            && self.maximum.is_none_or(|maximum| number <= maximum)
    }
}

/// The least and the greatest of numbers. `true` stands for a bound that is not itself allowed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct FloatBounds {
    /// The least.
    pub minimum: Option<(f64, bool)>,
    /// The greatest.
    pub maximum: Option<(f64, bool)>,
}

impl FloatBounds {
    /// Whether the number is within the bounds.
    pub fn contain(&self, number: f64) -> bool {
        let above =
            |(bound, excluded): (f64, bool)| number > bound || (!excluded && number == bound);
        let below =
            |(bound, excluded): (f64, bool)| number < bound || (!excluded && number == bound);
        self.minimum.is_none_or(above) && self.maximum.is_none_or(below)
    }
}
