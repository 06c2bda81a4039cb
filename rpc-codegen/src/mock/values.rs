//! [`Values`]: values of types, made up.

use std::collections::HashSet;

use serde_json::Number;

use super::formats::WORDS;
use super::heights::Heights;
use super::random::Random;
use super::texts::Texts;
use crate::check::Mismatch;
use crate::integers::{integer, range};
use crate::model::{Bounds, Field, FloatBounds, IntegerFormat, Kind, Model, Type};
use crate::value::{Object, Value};

/// How often a value is made again that does not fit after all.
const ATTEMPTS: usize = 8;

/// How often each variant of a union is tried until a value fits only one of them.
const ROUNDS: usize = 8;

/// From this depth on, values are as small as they can be.
const SMALL_FROM_DEPTH: usize = 6;

/// From this many values inside one on, too.
const SMALL_FROM_COUNT: usize = 500;

/// How many values one may have inside. A type that needs more has none.
const MAX_COUNT: usize = 20_000;

/// How deep a value may nest. A message may nest no deeper than 128 levels.
const MAX_DEPTH: usize = 100;

/// What is known of a model, to make and to check values.
#[derive(Debug, Clone)]
pub(super) struct Values {
    texts: Texts,
    heights: Heights,
}

impl Values {
    pub(super) fn of(model: &Model) -> Self {
        Values {
            texts: Texts::of(model),
            heights: Heights::of(model),
        }
    }

    pub(super) fn texts(&self) -> &Texts {
        &self.texts
    }

    /// Whether a value fits a type, its patterns and its formats.
    pub(super) fn check(&self, model: &Model, value: &Value, ty: &Type) -> Result<(), Mismatch> {
        let check =
            |text: &str, format: &_, pattern: Option<&str>| self.texts.check(text, format, pattern);
        model.check_with(value, ty, &check)
    }

    /// A value of the type: one of its examples if it has any, and a made-up one otherwise. `None` if none is found.
    pub(super) fn make(&self, model: &Model, ty: &Type, random: &mut Random) -> Option<Value> {
        (0..ATTEMPTS).find_map(|attempt| {
            let mut maker = Maker {
                model,
                values: self,
                random: &mut *random,
                // The last attempts make small values at once, since large ones did not do.
                count: if attempt < ATTEMPTS / 2 {
                    0
                } else {
                    SMALL_FROM_COUNT
                },
            };
            let value = maker.value(ty, 0)?;
            self.check(model, &value, ty).is_ok().then_some(value)
        })
    }
}

struct Maker<'a> {
    model: &'a Model,
    values: &'a Values,
    random: &'a mut Random,
    /// How many values have been made inside this one.
    count: usize,
}

impl Maker<'_> {
    fn value(&mut self, ty: &Type, depth: usize) -> Option<Value> {
        self.count += 1;
        if self.count > MAX_COUNT || depth > MAX_DEPTH {
            return None;
        }
        let (resolved, is_nullable) = self.model.resolve(ty);
        if let Some(example) = self.example(ty, resolved) {
            return Some(example);
        }
        let is_small = self.is_small(depth);
        if is_nullable && (is_small || self.random.one_in(8)) {
            return Some(Value::Null);
        }
        let value = self.of_kind(resolved, depth);
        value.or(is_nullable.then_some(Value::Null))
    }

    fn is_small(&self, depth: usize) -> bool {
        depth >= SMALL_FROM_DEPTH || self.count >= SMALL_FROM_COUNT
    }

    /// One of the examples of the schema that fit it.
    fn example(&mut self, ty: &Type, resolved: &Type) -> Option<Value> {
        let own = [ty, resolved]
            .into_iter()
            .find(|ty| !ty.examples.is_empty())?;
        let fit = own.examples.iter();
        let fit = fit.filter(|it| self.values.check(self.model, it, ty).is_ok());
        let fit: Vec<&Value> = fit.collect();
        self.random.pick(&fit).map(|example| (*example).clone())
    }

    fn of_kind(&mut self, ty: &Type, depth: usize) -> Option<Value> {
        match &ty.kind {
            Kind::Never | Kind::Reference(_) => None,
            Kind::Null => Some(Value::Null),
            Kind::Any => Some(self.anything()),
            Kind::Boolean => Some(Value::Bool(self.random.one_in(2))),
            Kind::Integer { format, bounds } => self.integer(*format, bounds),
            Kind::Number { bounds } => self.number(bounds),
            Kind::String {
                format,
                pattern,
                length,
            } => {
                let texts = &self.values.texts;
                let text = texts.make(format, pattern.as_deref(), length, self.random);
                text.map(Value::String)
            }
            Kind::Constant(value) => Some(value.clone()),
            Kind::Enum { choices, .. } => {
                let choice = self.random.pick(choices);
                choice.map(|choice| choice.value.clone())
            }
            Kind::Array {
                items,
                length,
                unique,
            } => self.array(items, length, *unique, depth),
            Kind::Tuple {
                items,
                required,
                rest,
            } => self.tuple(items, *required, rest.as_deref(), depth),
            Kind::Map { keys, values } => self.map(keys.as_deref(), values, depth),
            Kind::Object { fields, .. } => self.object(fields, depth),
            Kind::Union { variants, .. } => self.union(variants, depth),
        }
    }

    fn anything(&mut self) -> Value {
        match self.random.below(3) {
            0 => Value::Bool(true),
            1 => integer(self.random.between(0, 1000)),
            _ => Value::String(self.word()),
        }
    }

    fn word(&mut self) -> String {
        let word = self.random.pick(WORDS);
        word.copied().unwrap_or_default().to_owned()
    }

    /// A number that is not far from zero, as most are.
    fn integer(&mut self, format: IntegerFormat, bounds: &Bounds) -> Option<Value> {
        let (least, greatest) = range(format, bounds);
        if least > greatest {
            return None;
        }
        let (from, to) = match (least > 0, greatest < 0) {
            (true, _) => (least, greatest.min(least.saturating_add(1000))),
            (_, true) => (least.max(greatest.saturating_sub(1000)), greatest),
            // People expect no negative number unless the document allows some.
            _ if bounds.minimum.is_some() => (least.max(-1000), greatest.min(1000)),
            _ => (0, greatest.min(1000)),
        };
        Some(integer(self.random.between(from, to)))
    }

    fn number(&mut self, bounds: &FloatBounds) -> Option<Value> {
        let least = bounds.minimum.map(|(least, _)| least);
        let greatest = bounds.maximum.map(|(greatest, _)| greatest);
        let (from, to) = match (least, greatest) {
            (Some(least), Some(greatest)) => (least, greatest),
            (Some(least), None) => (least, (least + reach(least)).min(f64::MAX)),
            (None, Some(greatest)) => ((greatest - reach(greatest)).max(f64::MIN), greatest),
            (None, None) => (0.0, 100.0),
        };
        let width = (to - from).min(1000.0);
        let inside = from + width * self.random.fraction();
        let rounded = (inside * 100.0).round() / 100.0;
        // A thousand is nothing between numbers that are large enough, and half of each is.
        let middle = from / 2.0 + to / 2.0;
        let candidates = [rounded, inside, from + width / 2.0, middle, from, to];
        let mut fit = candidates.into_iter().filter(|it| bounds.contain(*it));
        // Rounding may lead to infinity, which JSON does not have.
        fit.find_map(Number::from_f64).map(Value::Number)
    }

    fn array(
        &mut self,
        items: &Type,
        length: &Bounds,
        unique: bool,
        depth: usize,
    ) -> Option<Value> {
        let least = usize::try_from(length.minimum.unwrap_or(0).max(0)).ok()?;
        let most = length.maximum.map_or(usize::MAX, |most| {
            usize::try_from(most.max(0)).unwrap_or(usize::MAX)
        });
        if least > most || least > MAX_COUNT {
            return None;
        }
        let more = if self.is_small(depth) {
            0
        } else {
            1 + self.random.below(3)
        };
        let count = least.saturating_add(more).min(most);
        let mut elements: Vec<Value> = Vec::new();
        let mut others = unique.then(HashSet::new);
        while elements.len() < count {
            match self.element(items, others.as_mut(), depth) {
                Some(element) => elements.push(element),
                None if elements.len() >= least => break,
                None => return None,
            }
        }
        Some(Value::Array(elements))
    }

    /// Another element of an array. `others` are those that it must differ from, as [`Value::canonical`] has them.
    fn element(
        &mut self,
        items: &Type,
        others: Option<&mut HashSet<String>>,
        depth: usize,
    ) -> Option<Value> {
        let Some(others) = others else {
            return self.value(items, depth + 1);
        };
        (0..64).find_map(|_| {
            let element = self.value(items, depth + 1)?;
            others.insert(element.canonical()).then_some(element)
        })
    }

    fn tuple(
        &mut self,
        items: &[Type],
        required: usize,
        rest: Option<&Type>,
        depth: usize,
    ) -> Option<Value> {
        let is_small = self.is_small(depth);
        let wanted = if is_small { required } else { items.len() };
        let mut elements = Vec::new();
        for index in 0..wanted.max(required) {
            match items
                .get(index)
                .or(rest)
                .and_then(|ty| self.value(ty, depth + 1))
            {
                Some(element) => elements.push(element),
                None if index >= required => break,
                None => return None,
            }
        }
        if let Some(rest) = rest
            && !is_small
            && elements.len() >= items.len()
        {
            elements.extend(self.value(rest, depth + 1));
        }
        Some(Value::Array(elements))
    }

    fn map(&mut self, keys: Option<&Type>, values: &Type, depth: usize) -> Option<Value> {
        let count = if self.is_small(depth) {
            0
        } else {
            1 + self.random.below(2)
        };
        let mut members = Object::new();
        for _ in 0..count {
            let key = match keys {
                Some(keys) => self.value(keys, depth + 1),
                None => Some(Value::String(self.word())),
            };
            let (Some(Value::String(key)), Some(value)) = (key, self.value(values, depth + 1))
            else {
                break;
            };
            members.insert(key, value);
        }
        Some(Value::Object(members))
    }

    fn object(&mut self, fields: &[Field], depth: usize) -> Option<Value> {
        let is_small = self.is_small(depth);
        let mut members = Object::new();
        for field in fields {
            let is_left_out =
                !field.required && (is_small || field.ty.deprecated || self.random.one_in(4));
            if is_left_out {
                continue;
            }
            match self.value(&field.ty, depth + 1) {
                Some(value) => drop(members.insert(field.name.clone(), value)),
                None if field.required => return None,
                None => {}
            }
        }
        Some(Value::Object(members))
    }

    /// A value of one of the types. It prefers those that fit no other, since the document may say `oneOf`.
    fn union(&mut self, variants: &[Type], depth: usize) -> Option<Value> {
        let mut order: Vec<(usize, usize)> = (0..variants.len())
            .filter_map(|index| Some((self.values.heights.height(&variants[index])?, index)))
            .collect();
        match self.is_small(depth) {
            true => order.sort_unstable(),
            false => {
                let start = self.random.below(order.len());
                order.rotate_left(start);
            }
        }
        let rounds = if self.is_small(depth) { 1 } else { ROUNDS };
        let order = std::iter::repeat_n(order, rounds).flatten();
        let mut fallback = None;
        for (_, index) in order {
            let Some(value) = self.value(&variants[index], depth + 1) else {
                continue;
            };
            let fits = |variant: &&Type| self.values.check(self.model, &value, variant).is_ok();
            if self.is_small(depth) || variants.iter().filter(fits).count() == 1 {
                return Some(value);
            }
            fallback.get_or_insert(value);
        }
        fallback
    }
}

/// How far numbers may be from a bound. It is enough for the sum to differ from the bound, however large that is.
fn reach(bound: f64) -> f64 {
    (bound.abs() / 1000.0).max(100.0)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::document::Document;

    /// The types in a model, also those inside others.
    fn types(model: &Model) -> Vec<&Type> {
        let definitions = model.definitions().map(|(_, definition)| &definition.ty);
        let of_methods = model.all_methods().flat_map(|method| method.types());
        let mut types: Vec<&Type> = definitions.chain(of_methods).collect();
        let mut next = 0;
        while let Some(ty) = types.get(next) {
            types.extend(ty.children());
            next += 1;
        }
        types
    }

    #[test]
    fn every_value_fits_its_type_and_every_type_of_public_documents_has_values() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents");
        let (mut made, mut none) = (0, Vec::new());
        for name in [
            "ethereum.json",
            "near.json",
            "forest.json",
            "lotus.json",
            "petstore.json",
            "links.json",
            "shop.yaml",
            "names.yaml",
            "callbacks.yaml",
        ] {
            let document = Document::open(&folder.join(name)).expect(name);
            let model = Model::read(&document).expect(name);
            let values = Values::of(&model);
            for (index, ty) in types(&model).into_iter().enumerate() {
                if ty.kind == Kind::Never {
                    continue;
                }
                for seed in 0..20 {
                    let mut random = Random::of(seed, &[name, &index.to_string()]);
                    let Some(value) = values.make(&model, ty, &mut random) else {
                        none.push(format!("{name}{}", ty.place));
                        continue;
                    };
                    let checked = values.check(&model, &value, ty);
                    assert_eq!(checked, Ok(()), "{name} {} {value}", ty.place);
                    made += 1;
                }
            }
        }
        assert_eq!(none, [""; 0]);
        assert!(made > 10_000, "{made}");
    }

    fn model(schemas: &str) -> Model {
        let text = format!(
            "openrpc: 1.4.1\ninfo: {{title: t, version: '1'}}\nmethods: []\ncomponents: {{schemas: {{{schemas}}}}}\n"
        );
        Model::read(&Document::parse(&text).expect("YAML")).expect("a document")
    }

    /// A value of the definition.
    fn make(model: &Model, name: &str, seed: u64) -> Option<Value> {
        let definition = model.definition_named(name).expect(name);
        Values::of(model).make(model, &definition.ty, &mut Random::of(seed, &[]))
    }

    #[test]
    fn recursive_types_end() {
        let model = model(
            "Tree: {type: object, required: [left, right, all], properties: {
                left: {anyOf: [{$ref: '#/components/schemas/Tree'}, {type: 'null'}]},
                right: {oneOf: [{$ref: '#/components/schemas/Tree'}, {$ref: '#/components/schemas/Leaf'}]},
                all: {type: array, items: {$ref: '#/components/schemas/Tree'}}}},
             Leaf: {type: integer},
             Endless: {type: object, required: [next], properties: {next: {$ref: '#/components/schemas/Endless'}}}",
        );
        for seed in 0..50 {
            assert!(make(&model, "Tree", seed).is_some(), "{seed}");
        }
        assert_eq!(make(&model, "Endless", 0), None);
    }

    #[test]
    fn what_no_value_fits_has_none() {
        let model = model(
            "Never: {type: integer, minimum: 5, maximum: 4},
             Few: {type: array, items: {enum: [a, b]}, minItems: 3, uniqueItems: true},
             Short: {type: string, minLength: 5, maxLength: 4},
             Pattern: {type: string, pattern: '^a$', minLength: 3},
             Wide: {type: array, minItems: 1000000, items: {type: integer}},
             Maybe: {type: array, items: {type: string, minLength: 5, maxLength: 4}}",
        );
        for name in ["Never", "Few", "Short", "Pattern", "Wide"] {
            assert_eq!(make(&model, name, 1), None, "{name}");
        }
        let empty = Value::Array(Vec::new());
        assert_eq!(make(&model, "Maybe", 1), Some(empty));
    }

    /// The model does not say whether a union was `oneOf`, which wants values that fit only one of its schemas.
    #[test]
    fn values_of_a_union_fit_one_variant_if_they_can() {
        let model = model(
            "Either: {oneOf: [{type: string, minLength: 3, maxLength: 5}, {type: string, minLength: 4, maxLength: 40}]},
             Always: {anyOf: [{type: integer}, {type: number}]}",
        );
        for seed in 0..100 {
            let value = make(&model, "Either", seed).expect("possible");
            let length = value.as_str().map(str::len);
            assert!(![Some(4), Some(5)].contains(&length), "{seed}: {value}");
            assert!(make(&model, "Always", seed).is_some());
        }
    }

    #[test]
    fn bounds_are_obeyed() {
        let model = model(
            "Positive: {type: number, exclusiveMinimum: 0, maximum: 0.001},
             Negative: {type: integer, maximum: -5},
             Both: {type: integer, minimum: -3, maximum: 3},
             Huge: {type: number, minimum: 1.0e307},
             Beyond: {type: number, exclusiveMinimum: 1.0e308},
             Below: {type: number, exclusiveMaximum: -1.0e308},
             Between: {type: number, exclusiveMinimum: 1.0e300, exclusiveMaximum: 1.1e300},
             Set: {type: array, items: {enum: [a, b, c]}, minItems: 3, uniqueItems: true},
             Large: {type: integer, format: uint64, minimum: 18446744073709551615},
             Hash: {type: string, pattern: '^0x[0-9a-f]{64}$'},
             Names: {type: object, additionalProperties: {type: integer}, propertyNames: {pattern: '^x-'}}",
        );
        for name in [
            "Positive", "Negative", "Both", "Huge", "Beyond", "Below", "Between", "Set", "Large",
            "Hash", "Names",
        ] {
            for seed in 0..50 {
                assert!(make(&model, name, seed).is_some(), "{name} {seed}");
            }
        }
    }
}
