//! Random types, changes of them, and values that their writers send.

use super::Random;

#[derive(Debug, Clone, PartialEq)]
pub(in crate::gate) enum Schema {
    Any,
    Bool,
    Number,
    Integer(i64, i64),
    Format(&'static str),
    Text(usize, usize),
    Enum(Vec<&'static str>, bool),
    Nullable(Box<Schema>),
    List(Box<Schema>, bool),
    Map(Box<Schema>),
    Object(Vec<Field>, bool),
    Union(Vec<Schema>),
    /// Objects that are told by a member with this name.
    Tagged(&'static str, Vec<Schema>),
}

#[derive(Debug, Clone, PartialEq)]
pub(in crate::gate) struct Field {
    name: &'static str,
    alias: Option<&'static str>,
    required: bool,
    schema: Schema,
}

const FIELDS: [&str; 4] = ["f", "g", "h", "i"];
const WORDS: [&str; 4] = ["a", "b", "c", "d"];
const FORMATS: [&str; 4] = ["uint8", "int32", "uint32", "int64"];
const TAGS: [&str; 2] = ["kind", "type"];

impl Schema {
    pub(super) fn any(random: &mut Random, depth: usize) -> Schema {
        let count = if depth == 0 { 7 } else { 14 };
        match random.below(count) {
            0 if random.once_in(4) => Schema::Any,
            0 | 1 => Schema::Bool,
            2 => Schema::Number,
            3 => {
                let least = random.below(4) as i64;
                Schema::Integer(least, least + random.below(4) as i64)
            }
            4 => Schema::Format(random.pick(&FORMATS)),
            5 => {
                let least = random.below(3);
                Schema::Text(least, least + random.below(3))
            }
            6 => Schema::words(random),
            7 => Schema::Nullable(Box::new(Schema::any(random, depth - 1))),
            8 => Schema::List(Box::new(Schema::any(random, depth - 1)), random.once_in(5)),
            9 => Schema::Map(Box::new(Schema::any(random, depth - 1))),
            10 => {
                let variants = 2 + random.below(2);
                Schema::Union(
                    (0..variants)
                        .map(|_| Schema::any(random, depth - 1))
                        .collect(),
                )
            }
            11 => {
                let tag = random.pick(&TAGS);
                let variants = 1 + random.below(3);
                let variants = (0..variants).map(|_| Schema::object(random, depth - 1));
                Schema::Tagged(tag, variants.collect())
            }
            _ => Schema::object(random, depth - 1),
        }
    }

    fn words(random: &mut Random) -> Schema {
        let mut words: Vec<&str> = WORDS.into_iter().filter(|_| random.once_in(2)).collect();
        if words.is_empty() {
            words.push("a");
        }
        Schema::Enum(words, random.once_in(5))
    }

    fn object(random: &mut Random, depth: usize) -> Schema {
        let mut fields = Vec::new();
        for name in FIELDS.iter().take(3) {
            if random.once_in(2) {
                fields.push(Field {
                    name,
                    alias: None,
                    required: random.once_in(2),
                    schema: Schema::any(random, depth),
                });
            }
        }
        Schema::Object(fields, random.once_in(3))
    }

    pub(super) fn text(&self) -> String {
        match self {
            Schema::Any => "{}".to_owned(),
            Schema::Bool => "{type: boolean}".to_owned(),
            Schema::Number => "{type: number}".to_owned(),
            Schema::Integer(least, most) => {
                format!("{{type: integer, minimum: {least}, maximum: {most}}}")
            }
            Schema::Format(format) => format!("{{type: integer, format: {format}}}"),
            Schema::Text(least, most) => {
                format!("{{type: string, minLength: {least}, maxLength: {most}}}")
            }
            Schema::Enum(words, extensible) => {
                format!(
                    "{{enum: [{}], x-extensible: {extensible}}}",
                    words.join(", ")
                )
            }
            Schema::Nullable(inner) => format!("{{anyOf: [{}, {{type: 'null'}}]}}", inner.text()),
            Schema::List(inner, unique) => {
                format!(
                    "{{type: array, items: {}, uniqueItems: {unique}}}",
                    inner.text()
                )
            }
            Schema::Map(inner) => {
                format!("{{type: object, additionalProperties: {}}}", inner.text())
            }
            Schema::Object(fields, closed) => object(fields, *closed, ""),
            Schema::Union(variants) => {
                let variants: Vec<String> = variants.iter().map(Schema::text).collect();
                format!("{{anyOf: [{}]}}", variants.join(", "))
            }
            Schema::Tagged(tag, variants) => {
                let text = |(index, variant): (usize, &Schema)| match variant {
                    Schema::Object(fields, closed) => object(
                        fields,
                        *closed,
                        &format!("{tag}: {{const: {}}}", WORDS[index]),
                    ),
                    other => other.text(),
                };
                let variants: Vec<String> = variants.iter().enumerate().map(text).collect();
                format!("{{oneOf: [{}]}}", variants.join(", "))
            }
        }
    }

    /// A value that a writer of this type may send, as JSON.
    pub(super) fn value(&self, random: &mut Random) -> String {
        match self {
            Schema::Any => random
                .pick(&["true", "null", "\"x\"", "7", "[]"])
                .to_string(),
            Schema::Bool => random.once_in(2).to_string(),
            Schema::Number => random.pick(&["0.5", "-1", "1e300", "3"]).to_string(),
            Schema::Integer(least, most) => random.pick(&[*least, *most]).to_string(),
            Schema::Format(format) => {
                let (least, most) = match *format {
                    "uint8" => (0, 255),
                    "int32" => (i64::from(i32::MIN), i64::from(i32::MAX)),
                    "uint32" => (0, i64::from(u32::MAX)),
                    _ => (i64::MIN, i64::MAX),
                };
                random.pick(&[least, most, 1]).to_string()
            }
            Schema::Text(least, most) => {
                let count = random.pick(&[*least, *most]);
                format!("\"{}\"", "a".repeat(count))
            }
            Schema::Enum(_, true) if random.once_in(3) => "\"newer\"".to_owned(),
            Schema::Enum(words, _) => format!("\"{}\"", random.pick(words)),
            Schema::Nullable(_) if random.once_in(2) => "null".to_owned(),
            Schema::Nullable(inner) => inner.value(random),
            Schema::List(inner, unique) => {
                let count = random.below(if *unique { 2 } else { 3 });
                let element = inner.value(random);
                let mut elements: Vec<String> = (1..count).map(|_| inner.value(random)).collect();
                if count > 0 {
                    elements.push(element.clone());
                }
                if count > 1 && random.once_in(2) {
                    elements = vec![element; count];
                }
                format!("[{}]", elements.join(", "))
            }
            Schema::Map(inner) => match random.once_in(3) {
                true => "{}".to_owned(),
                false => format!(
                    "{{\"{}\": {}}}",
                    random.pick(&["f", "other"]),
                    inner.value(random)
                ),
            },
            Schema::Object(fields, _) => members(fields, String::new(), random),
            Schema::Union(variants) => {
                let index = random.below(variants.len());
                variants[index].value(random)
            }
            Schema::Tagged(tag, variants) => {
                let index = random.below(variants.len());
                let tag = format!("\"{tag}\": \"{}\"", WORDS[index]);
                match &variants[index] {
                    Schema::Object(fields, _) => members(fields, tag, random),
                    other => other.value(random),
                }
            }
        }
    }

    /// Changes something in it.
    pub(super) fn mutate(&mut self, random: &mut Random) {
        if random.once_in(4) {
            *self = Schema::any(random, 1);
            return;
        }
        match self {
            Schema::Integer(least, most) => {
                *least += random.below(3) as i64 - 1;
                *most = (*most + random.below(3) as i64 - 1).max(*least);
            }
            Schema::Text(least, most) => {
                *least = random.below(3);
                *most = *least + random.below(4);
            }
            Schema::Enum(..) => *self = Schema::words(random),
            Schema::Nullable(inner) => match random.once_in(2) {
                true => *self = (**inner).clone(),
                false => inner.mutate(random),
            },
            Schema::List(inner, unique) => match random.once_in(3) {
                true => *unique = !*unique,
                false => inner.mutate(random),
            },
            Schema::Map(inner) => inner.mutate(random),
            Schema::Union(variants) => match random.below(3) {
                0 => variants.push(Schema::any(random, 0)),
                1 if variants.len() > 1 => {
                    variants.pop();
                }
                _ => {
                    let index = random.below(variants.len());
                    variants[index].mutate(random);
                }
            },
            Schema::Tagged(tag, variants) => match random.below(4) {
                0 if variants.len() < WORDS.len() => variants.push(Schema::object(random, 0)),
                1 if variants.len() > 1 => {
                    variants.pop();
                }
                2 => *tag = random.pick(&TAGS),
                _ => {
                    let index = random.below(variants.len());
                    mutate_object(&mut variants[index], random);
                }
            },
            Schema::Object(..) => mutate_object(self, random),
            other => *other = Schema::Nullable(Box::new(other.clone())),
        }
    }
}

fn mutate_object(schema: &mut Schema, random: &mut Random) {
    let Schema::Object(fields, closed) = schema else {
        return;
    };
    let index = random.below(fields.len());
    match random.below(6) {
        0 => *closed = !*closed,
        1 => {
            let name = random.pick(&FIELDS);
            let is_taken = |it: &Field| it.name == name || it.alias == Some(name);
            if !fields.iter().any(is_taken) {
                fields.push(Field {
                    name,
                    alias: None,
                    required: random.once_in(2),
                    schema: Schema::any(random, 0),
                });
            }
        }
        _ if fields.is_empty() => *closed = !*closed,
        2 => {
            fields.remove(index);
        }
        3 => fields[index].required = !fields[index].required,
        4 => {
            let name = random.pick(&FIELDS);
            let is_taken = |it: &Field| it.name == name || it.alias == Some(name);
            if !fields.iter().any(is_taken) {
                let field = &mut fields[index];
                field.alias = random.once_in(2).then_some(field.name);
                field.name = name;
            }
        }
        _ => fields[index].schema.mutate(random),
    }
}

fn object(fields: &[Field], closed: bool, more: &str) -> String {
    let mut properties: Vec<String> = Vec::new();
    let mut required: Vec<&str> = Vec::new();
    if let Some((tag, _)) = more.split_once(':') {
        properties.push(more.to_owned());
        required.push(tag);
    }
    for field in fields {
        let alias = field.alias.map(|alias| format!("x-aliases: [{alias}], "));
        let schema = field.schema.text();
        properties.push(format!(
            "{}: {{{}allOf: [{schema}]}}",
            field.name,
            alias.unwrap_or_default()
        ));
        required.extend(field.required.then_some(field.name));
    }
    format!(
        "{{type: object, properties: {{{}}}, required: [{}], additionalProperties: {}}}",
        properties.join(", "),
        required.join(", "),
        !closed
    )
}

fn members(fields: &[Field], first: String, random: &mut Random) -> String {
    let mut members: Vec<String> = Some(first)
        .into_iter()
        .filter(|it| !it.is_empty())
        .collect();
    for field in fields {
        if field.required || random.once_in(2) {
            members.push(format!(
                "\"{}\": {}",
                field.name,
                field.schema.value(random)
            ));
        }
    }
    format!("{{{}}}", members.join(", "))
}
