//! Random contracts, changes of them, and the values that their programs send.

use std::fmt::Write as _;

/// Random numbers from a seed (SplitMix64), so that a failure can be repeated.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    /// A number below this one.
    pub(super) fn below(&mut self, count: usize) -> usize {
        (self.next() % count.max(1) as u64) as usize
    }

    /// True once in so many times.
    pub(super) fn once_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Schema {
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
pub(super) struct Field {
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

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Param {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) schema: Schema,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reply {
    Nothing,
    Result(Schema),
    Stream(Schema, Schema),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Error {
    pub(super) code: i64,
    pub(super) message: &'static str,
    pub(super) data: Option<Schema>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Method {
    pub(super) name: &'static str,
    pub(super) aliases: Vec<&'static str>,
    pub(super) params: Vec<Param>,
    pub(super) structure: &'static str,
    pub(super) lenient: bool,
    pub(super) idempotent: bool,
    pub(super) reply: Reply,
    pub(super) errors: Vec<Error>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Contract {
    pub(super) methods: Vec<Method>,
}

const METHODS: [&str; 5] = ["m", "n", "o", "p", "q"];
const PARAMS: [&str; 4] = ["s", "t", "u", "v"];
const STRUCTURES: [&str; 3] = ["either", "by-name", "by-position"];
const CODES: [(i64, &str); 3] = [(1, "one"), (2, "two"), (3, "three")];

impl Contract {
    pub(super) fn any(random: &mut Random) -> Contract {
        let count = 1 + random.below(2);
        let methods = METHODS.iter().take(count);
        Contract {
            methods: methods.map(|name| Method::any(name, random)).collect(),
        }
    }

    pub(super) fn text(&self) -> String {
        let methods: Vec<String> = self.methods.iter().map(Method::text).collect();
        methods.join(", ")
    }

    fn is_free(&self, name: &str) -> bool {
        !self
            .methods
            .iter()
            .any(|it| it.name == name || it.aliases.contains(&name))
    }

    pub(super) fn mutate(&mut self, random: &mut Random) {
        let name = random.pick(&METHODS);
        let is_free = self.is_free(name);
        let index = random.below(self.methods.len());
        match random.below(12) {
            0 if is_free => self.methods.push(Method::any(name, random)),
            1 if self.methods.len() > 1 => {
                self.methods.remove(index);
            }
            2 if is_free => {
                let method = &mut self.methods[index];
                if random.once_in(2) {
                    method.aliases.push(method.name);
                }
                method.name = name;
            }
            3 if is_free => self.methods[index].aliases.push(name),
            4 => {
                // To another method, or to none.
                let alias = self.methods[index].aliases.pop();
                let other = random.below(self.methods.len());
                let is_kept = random.once_in(2);
                self.methods[other]
                    .aliases
                    .extend(alias.filter(|_| is_kept));
            }
            5 => {
                let method = &mut self.methods[index];
                if let Some(alias) = method.aliases.first_mut() {
                    std::mem::swap(alias, &mut method.name);
                }
            }
            _ => self.methods[index].mutate(random),
        }
    }
}

impl Method {
    fn any(name: &'static str, random: &mut Random) -> Method {
        let mut params = Vec::new();
        for name in PARAMS.iter().take(3) {
            if random.once_in(2) {
                params.push(Param::any(name, random));
            }
        }
        let mut method = Method {
            name,
            aliases: Vec::new(),
            params,
            structure: random.pick(&STRUCTURES),
            lenient: random.once_in(4),
            idempotent: random.once_in(3),
            reply: Reply::any(random),
            errors: Vec::new(),
        };
        for (code, message) in CODES {
            if random.once_in(3) {
                let data = random.once_in(2).then(|| Schema::any(random, 1));
                method.errors.push(Error {
                    code,
                    message,
                    data,
                });
            }
        }
        method.sort();
        method
    }

    /// Params that may be left out come last.
    fn sort(&mut self) {
        self.params.sort_by_key(|param| !param.required);
    }

    fn mutate(&mut self, random: &mut Random) {
        let name = random.pick(&PARAMS);
        let is_free = !self.params.iter().any(|it| it.name == name);
        let index = random.below(self.params.len());
        let has_params = !self.params.is_empty();
        match random.below(14) {
            0 if is_free => {
                let at = random.below(self.params.len() + 1);
                self.params.insert(at, Param::any(name, random));
            }
            1 if has_params => {
                self.params.remove(index);
            }
            2 if is_free && has_params => self.params[index].name = name,
            3 if has_params => self.params[index].required = !self.params[index].required,
            4 if has_params => {
                let other = random.below(self.params.len());
                self.params.swap(index, other);
            }
            5 | 6 if has_params => self.params[index].schema.mutate(random),
            7 => self.structure = random.pick(&STRUCTURES),
            8 => self.lenient = !self.lenient,
            9 => self.idempotent = !self.idempotent,
            10 => self.mutate_errors(random),
            11 if random.once_in(2) => self.reply = Reply::any(random),
            _ => match &mut self.reply {
                Reply::Nothing => self.reply = Reply::any(random),
                Reply::Result(schema) => schema.mutate(random),
                Reply::Stream(item, end) => match random.once_in(3) {
                    true => end.mutate(random),
                    false => item.mutate(random),
                },
            },
        }
        self.sort();
    }

    fn mutate_errors(&mut self, random: &mut Random) {
        let index = random.below(self.errors.len());
        let (code, message) = random.pick(&CODES);
        let is_free = !self.errors.iter().any(|it| it.code == code);
        match random.below(5) {
            0 if is_free => self.errors.push(Error {
                code,
                message,
                data: None,
            }),
            _ if self.errors.is_empty() => {}
            1 => {
                self.errors.remove(index);
            }
            2 if is_free => self.errors[index].code = code,
            3 => {
                // Two errors change their codes.
                let other = random.below(self.errors.len());
                let code = self.errors[index].code;
                self.errors[index].code = self.errors[other].code;
                self.errors[other].code = code;
            }
            _ => match &mut self.errors[index].data {
                Some(data) if !random.once_in(4) => data.mutate(random),
                data => *data = random.once_in(2).then(|| Schema::any(random, 1)),
            },
        }
    }

    fn text(&self) -> String {
        let params: Vec<String> = self.params.iter().map(Param::text).collect();
        let mut text = format!(
            "{{name: {}, x-aliases: [{}], paramStructure: {}, params: [{}], x-lenient: {}, x-idempotent: {}",
            self.name,
            self.aliases.join(", "),
            self.structure,
            params.join(", "),
            self.lenient,
            self.idempotent,
        );
        let _ = match &self.reply {
            Reply::Nothing => Ok(()),
            Reply::Result(schema) => {
                write!(text, ", result: {{name: r, schema: {}}}", schema.text())
            }
            Reply::Stream(item, end) => write!(
                text,
                ", x-stream: {{item: {}, end: {}, notification: $/progress}}",
                item.text(),
                end.text()
            ),
        };
        let errors: Vec<String> = self.errors.iter().map(Error::text).collect();
        let _ = write!(text, ", errors: [{}]}}", errors.join(", "));
        text
    }

    /// A request of a client of this method, as JSON.
    pub(super) fn request(&self, random: &mut Random) -> String {
        let by_name = match self.structure {
            "by-name" => true,
            "by-position" => false,
            _ => random.once_in(2),
        };
        let params = match by_name {
            true => {
                let sent = self
                    .params
                    .iter()
                    .filter(|it| it.required || random.once_in(2));
                let sent: Vec<&Param> = sent.collect();
                let members = sent
                    .iter()
                    .map(|it| format!("\"{}\": {}", it.name, it.schema.value(random)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
            false => {
                let required = self.params.iter().filter(|it| it.required).count();
                let count = required + random.below(self.params.len() - required + 1);
                let values = self.params.iter().take(count);
                let values: Vec<String> = values.map(|it| it.schema.value(random)).collect();
                format!("[{}]", values.join(", "))
            }
        };
        let mut names = self.aliases.clone();
        names.push(self.name);
        let name = random.pick(&names);
        format!("{{\"jsonrpc\": \"2.0\", \"method\": \"{name}\", \"params\": {params}, \"id\": 1}}")
    }

    /// All kinds of replies of a server with this method, as JSON.
    pub(super) fn replies(&self, random: &mut Random) -> Vec<String> {
        let result =
            |value: String| format!("{{\"jsonrpc\": \"2.0\", \"result\": {value}, \"id\": 1}}");
        let mut all = match &self.reply {
            Reply::Nothing => Vec::new(),
            Reply::Result(schema) => vec![result(schema.value(random))],
            Reply::Stream(item, end) => {
                let item = item.value(random);
                vec![
                    format!("{{\"method\": \"$/progress\", \"params\": {{\"value\": {item}}}}}"),
                    result(end.value(random)),
                ]
            }
        };
        for error in &self.errors {
            let data = error.data.as_ref().map(|it| it.value(random));
            let data = data.map(|data| format!(", \"data\": {data}"));
            all.push(format!(
                "{{\"error\": {{\"code\": {}, \"message\": \"{}\"{}}}, \"id\": 1}}",
                error.code,
                error.message,
                data.unwrap_or_default()
            ));
        }
        all
    }
}

impl Param {
    fn any(name: &'static str, random: &mut Random) -> Param {
        Param {
            name,
            required: random.once_in(2),
            schema: Schema::any(random, 1),
        }
    }

    fn text(&self) -> String {
        let schema = self.schema.text();
        format!(
            "{{name: {}, required: {}, schema: {schema}}}",
            self.name, self.required
        )
    }
}

impl Reply {
    fn any(random: &mut Random) -> Reply {
        match random.below(6) {
            0 => Reply::Nothing,
            1 => Reply::Stream(Schema::any(random, 1), Schema::any(random, 0)),
            _ => Reply::Result(Schema::any(random, 2)),
        }
    }
}

impl Error {
    fn text(&self) -> String {
        let data = self.data.as_ref();
        let data = data.map(|data| format!(", data: {{allOf: [{}]}}", data.text()));
        format!(
            "{{code: {}, message: {}{}}}",
            self.code,
            self.message,
            data.unwrap_or_default()
        )
    }
}
