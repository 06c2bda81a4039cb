//! Random contracts, changes of them, and the values that their programs send.

mod schema;

use std::fmt::Write as _;

use schema::Schema;

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
