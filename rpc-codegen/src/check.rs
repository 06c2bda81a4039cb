//! Whether a value fits a type.
//!
//! Patterns, formats of strings and the keywords in [`Type::unmodelled`] are not checked.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::io::{self, Write};
use std::ptr;

use crate::model::{Field, JsonKind, Kind, Model, Rest, StringFormat, Telling, Type, TypeId};
use crate::place::Place;
use crate::value::{Object, Value};

/// How deep values and the unions around them may nest.
const MAX_DEPTH: usize = 512;

/// Why a value does not fit a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Where in the value, as a JSON pointer. Empty for the value itself.
    pub pointer: String,
    /// What does not fit.
    pub message: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.is_empty() {
            true => f.write_str(&self.message),
            false => write!(f, "{}: {}", self.pointer, self.message),
        }
    }
}

impl std::error::Error for Mismatch {}

impl Model {
    /// Checks that a value fits a type of this model.
    ///
    /// # Errors
    ///
    /// The first thing that does not fit.
    pub fn check(&self, value: &Value, ty: &Type) -> Result<(), Mismatch> {
        self.check_with(value, ty, &|_, _, _| Ok(()))
    }

    /// The same, but strings also have to pass a test.
    pub(crate) fn check_with(
        &self,
        value: &Value,
        ty: &Type,
        text: &TextCheck<'_>,
    ) -> Result<(), Mismatch> {
        let checker = Checker {
            model: self,
            text,
            known: RefCell::default(),
        };
        checker.check(value, ty, &Place::root(""), 0)
    }
}

/// Says why a string is not of this format or does not match this pattern.
pub(crate) type TextCheck<'a> =
    dyn Fn(&str, &StringFormat, Option<&str>) -> Result<(), String> + 'a;

struct Checker<'a> {
    model: &'a Model,
    text: &'a TextCheck<'a>,
    /// What was found about arrays and objects so far, by the addresses of the value and of the type. Unions that contain themselves
    /// lead to the same value on many ways, twice as many with every level.
    known: RefCell<HashMap<(*const Value, *const Type), Outcome>>,
}

type Outcome = Result<(), Mismatch>;

fn wrong(at: &Place, message: impl Into<String>) -> Outcome {
    Err(Mismatch {
        pointer: at.pointer().to_owned(),
        message: crate::error::shown(&message.into()),
    })
}

fn expected(at: &Place, what: &str, value: &Value) -> Outcome {
    let value = beginning(value);
    wrong(at, format!("expected {what}, not {value}"))
}

/// As much of the JSON of a value as a message can show. A value may be large, and may fail at each of its levels.
fn beginning(value: &Value) -> String {
    let mut start = Start(Vec::new());
    // The error says that the value goes on.
    serde_json::to_writer(&mut start, value).ok();
    String::from_utf8_lossy(&start.0).into_owned()
}

/// Takes the first bytes that are written, and then no more.
struct Start(Vec<u8>);

impl Write for Start {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Longer than any message.
        let left = 1000_usize.saturating_sub(self.0.len());
        let taken = &bytes[..bytes.len().min(left)];
        self.0.extend_from_slice(taken);
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Checker<'_> {
    fn check(&self, value: &Value, ty: &Type, at: &Place, depth: usize) -> Outcome {
        let check = || self.fits(value, ty, at, depth, &mut HashSet::new());
        // Other values take no time. Some of them, such as names of members, also have an address for a moment only.
        if !matches!(value, Value::Array(_) | Value::Object(_)) {
            return check();
        }
        let pair = (ptr::from_ref(value), ptr::from_ref(ty));
        if let Some(outcome) = self.known.borrow().get(&pair) {
            return outcome.clone();
        }
        let outcome = check();
        self.known.borrow_mut().insert(pair, outcome.clone());
        outcome
    }

    /// The same, with the named types that the value did not fit so far. Unions may contain each other, many times over.
    fn fits<'t>(
        &'t self,
        value: &Value,
        mut ty: &'t Type,
        at: &Place,
        depth: usize,
        tried: &mut HashSet<TypeId>,
    ) -> Outcome {
        if depth > MAX_DEPTH {
            return wrong(at, "nests too deeply to be checked");
        }
        let mut nullable = ty.nullable;
        while let Kind::Reference(id) = ty.kind {
            if !tried.insert(id) {
                return expected(at, "one of the variants of the union", value);
            }
            ty = &self.model.definition(id).ty;
            nullable |= ty.nullable;
        }
        if nullable && *value == Value::Null {
            return Ok(());
        }
        match (&ty.kind, value) {
            (Kind::Any, _) => Ok(()),
            (Kind::Never, _) => expected(at, "nothing", value),
            (Kind::Null, Value::Null) | (Kind::Boolean, Value::Bool(_)) => Ok(()),
            (Kind::Null, _) => expected(at, "null", value),
            (Kind::Boolean, _) => expected(at, "a boolean", value),
            (Kind::Constant(constant), _) => match constant.same(value) {
                true => Ok(()),
                false => expected(at, &constant.to_string(), value),
            },
            (
                Kind::Enum {
                    choices,
                    extensible,
                },
                _,
            ) => {
                let is_choice = choices.iter().any(|choice| choice.value.same(value));
                let may_be_newer = *extensible
                    && choices
                        .iter()
                        .any(|choice| JsonKind::of(&choice.value) == JsonKind::of(value));
                match is_choice || may_be_newer {
                    true => Ok(()),
                    false => expected(at, "one of the values of the enum", value),
                }
            }
            (Kind::Integer { .. } | Kind::Number { .. } | Kind::String { .. }, _) => {
                self.scalar(value, ty, at)
            }
            (Kind::Array { .. } | Kind::Tuple { .. }, Value::Array(elements)) => {
                self.elements(elements, ty, at, depth)
            }
            (Kind::Array { .. } | Kind::Tuple { .. }, _) => expected(at, "an array", value),
            (Kind::Map { .. } | Kind::Object { .. }, Value::Object(members)) => {
                self.members(members, ty, at, depth)
            }
            (Kind::Map { .. } | Kind::Object { .. }, _) => expected(at, "an object", value),
            (Kind::Union { variants, telling }, _) => {
                self.union(value, variants, telling, (at, depth), tried)
            }
            // They are followed above.
            (Kind::Reference(_), _) => Ok(()),
        }
    }

    fn elements(&self, elements: &[Value], ty: &Type, at: &Place, depth: usize) -> Outcome {
        let check = |index: usize, ty: &Type| {
            self.check(&elements[index], ty, &at.element(index), depth + 1)
        };
        match &ty.kind {
            Kind::Array {
                items,
                length,
                unique,
            } => {
                if !length.contain(count(elements.len())) {
                    return wrong(
                        at,
                        format!("{} elements are too few or too many", elements.len()),
                    );
                }
                let mut seen = HashSet::new();
                let mut is_new = |element: &Value| seen.insert(element.canonical());
                if *unique && !elements.iter().all(&mut is_new) {
                    return wrong(at, "two elements are the same");
                }
                (0..elements.len()).try_for_each(|index| check(index, items))
            }
            Kind::Tuple {
                items,
                required,
                rest,
            } => {
                if elements.len() < *required || (rest.is_none() && elements.len() > items.len()) {
                    return wrong(
                        at,
                        format!("{} elements are too few or too many", elements.len()),
                    );
                }
                (0..elements.len()).try_for_each(|index| {
                    match items.get(index).or(rest.as_deref()) {
                        Some(ty) => check(index, ty),
                        None => Ok(()),
                    }
                })
            }
            _ => Ok(()),
        }
    }

    fn members(&self, members: &Object, ty: &Type, at: &Place, depth: usize) -> Outcome {
        match &ty.kind {
            Kind::Map { keys, values } => members.iter().try_for_each(|(name, value)| {
                let at = at.member(name);
                if let Some(keys) = keys {
                    self.check(&Value::String(name.clone()), keys, &at, depth + 1)?;
                }
                self.check(value, values, &at, depth + 1)
            }),
            Kind::Object { fields, rest } => {
                fields
                    .iter()
                    .try_for_each(|field| self.field(members, field, at, depth))?;
                let is_known = |name: &str| fields.iter().any(|field| field.is_read_as(name));
                let mut others = members.iter().filter(|(name, _)| !is_known(name));
                match rest {
                    Rest::Open => Ok(()),
                    Rest::Closed => match others.next() {
                        Some((name, _)) => wrong(at, format!("unknown member {name:?}")),
                        None => Ok(()),
                    },
                    Rest::Typed(ty) => others.try_for_each(|(name, value)| {
                        self.check(value, ty, &at.member(name), depth + 1)
                    }),
                }
            }
            _ => Ok(()),
        }
    }

    fn field(&self, members: &Object, field: &Field, at: &Place, depth: usize) -> Outcome {
        let names = std::iter::once(&field.name).chain(&field.aliases);
        let mut found = names.filter_map(|name| members.get_key_value(name));
        let first = found.next();
        if let (Some((name, _)), Some(_)) = (first, found.next()) {
            let message = format!("the member {:?} is there twice", field.name);
            return wrong(&at.member(name), message);
        }
        match first {
            Some((name, value)) => self.check(value, &field.ty, &at.member(name), depth + 1),
            None if field.required => wrong(at, format!("the member {:?} is missing", field.name)),
            None => Ok(()),
        }
    }

    fn union(
        &self,
        value: &Value,
        variants: &[Type],
        telling: &Telling,
        (at, depth): (&Place, usize),
        tried: &mut HashSet<TypeId>,
    ) -> Outcome {
        if let Telling::Tag { field, values } = telling {
            let Some(tag) = value.get(field) else {
                return wrong(
                    at,
                    format!("the member {field:?} is missing, which tells what it is"),
                );
            };
            let has_tag = |values: &Vec<Value>| values.iter().any(|value| value.same(tag));
            let Some(index) = values.iter().position(has_tag) else {
                return expected(&at.member(field), "a known tag", tag);
            };
            return self.fits(value, &variants[index], at, depth + 1, tried);
        }
        let kind = JsonKind::of(value);
        let of_kind = variants
            .iter()
            .filter(|variant| self.model.json_kinds(variant).contains(&kind));
        let mut mismatches = Vec::new();
        for variant in of_kind {
            match self.fits(value, variant, at, depth + 1, tried) {
                Ok(()) => return Ok(()),
                Err(mismatch) => mismatches.push(mismatch),
            }
        }
        match mismatches.as_slice() {
            // Only one can be meant, so what is wrong there helps.
            [only] => Err(only.clone()),
            _ => expected(at, "one of the variants of the union", value),
        }
    }

    fn scalar(&self, value: &Value, ty: &Type, at: &Place) -> Outcome {
        match &ty.kind {
            Kind::Integer { format, bounds } => {
                let Some(integer) = value.as_integer() else {
                    return expected(at, "a whole number", value);
                };
                match bounds.contain(integer) && format.contains(integer) {
                    true => Ok(()),
                    false => wrong(at, format!("{value} is out of range")),
                }
            }
            Kind::Number { bounds } => match value.as_f64() {
                Some(number) if bounds.contain(number) => Ok(()),
                Some(_) => wrong(at, format!("{value} is out of range")),
                None => expected(at, "a number", value),
            },
            Kind::String {
                format,
                pattern,
                length,
            } => match value.as_str() {
                Some(text) if length.contain(count(text.chars().count())) => {
                    let checked = (self.text)(text, format, pattern.as_deref());
                    checked.or_else(|message| wrong(at, message))
                }
                Some(_) => wrong(at, "the string is too short or too long"),
                None => expected(at, "a string", value),
            },
            _ => Ok(()),
        }
    }
}

fn count(length: usize) -> i128 {
    i128::try_from(length).unwrap_or(i128::MAX)
}
