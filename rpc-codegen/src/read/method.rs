//! Methods, their params, replies, errors and examples.

use crate::document::Located;
use crate::error::ReadError;
use crate::model::{
    ErrorCase, Example, ExampleParam, Kind, Method, Param, ParamStructure, Reply, Stream, Type,
};
use crate::place::Place;
use crate::read::{Reader, Result, bare};

impl<'a> Reader<'a> {
    pub(super) fn method(&mut self, method: Located<'a>) -> Result<Method> {
        let read_only = method.flag("x-read-only")?;
        let params = self.params(&method)?;
        let reply = self.reply(&method)?;
        if let Reply::Stream(stream) = &reply {
            check_names(&method, &params, stream)?;
        }
        Ok(Method {
            name: method.need_text("name")?,
            place: method.place.clone(),
            docs: method.docs()?,
            tags: self.tags(&method)?,
            deprecated: method.deprecation()?,
            params,
            param_structure: param_structure(&method)?,
            reply,
            errors: self.errors(&method)?,
            since: method.optional_text("x-since")?,
            aliases: method.texts("x-aliases")?,
            idempotent: read_only || method.flag("x-idempotent")?,
            read_only,
            lenient: method.flag("x-lenient")?,
            examples: self.examples(&method)?,
        })
    }

    /// The elements of a list, with references followed.
    fn followed(&self, owner: &Located<'a>, list: &str, what: &str) -> Result<Vec<Located<'a>>> {
        let elements = owner.list(list)?.into_iter();
        let follow = |element| self.document.follow(element)?.expect_object(what);
        elements.map(follow).collect()
    }

    fn tags(&self, method: &Located<'a>) -> Result<Vec<String>> {
        let tags = self.followed(method, "tags", "the tag")?;
        tags.iter().map(|tag| tag.need_text("name")).collect()
    }

    fn params(&mut self, method: &Located<'a>) -> Result<Vec<Param>> {
        let mut params: Vec<Param> = Vec::new();
        for param in self.followed(method, "params", "the parameter")? {
            let param = self.param(&param)?;
            if params.iter().any(|other| other.name == param.name) {
                let message = format!("duplicate parameter {:?}", param.name);
                return Err(ReadError::new(&param.place, message));
            }
            params.push(param);
        }
        Ok(params)
    }

    fn param(&mut self, param: &Located<'a>) -> Result<Param> {
        let ty = self.schema(param.need("schema")?)?;
        Ok(Param {
            name: param.need_text("name")?,
            place: param.place.clone(),
            docs: param.docs()?,
            required: param.flag("required")?,
            secret: param.flag("x-secret")?,
            deprecated: param.deprecation()?.is_some() || ty.deprecated,
            ty,
        })
    }

    fn reply(&mut self, method: &Located<'a>) -> Result<Reply> {
        let result = match method.get("result") {
            Some(result) => {
                let result = self.document.follow(result)?.expect_object("the result")?;
                Some(self.schema(result.need("schema")?)?)
            }
            None => None,
        };
        let Some(stream) = method.get("x-stream") else {
            return Ok(result.map_or(Reply::None, Reply::Result));
        };
        let stream = stream.expect_object("`x-stream`")?;
        let item = self.described(stream.need("item")?)?;
        let unsubscribe = stream.optional_text("unsubscribe")?;
        let end = match (stream.get("end"), result) {
            (Some(end), _) => self.described(end)?,
            // The result of a subscription is its id. It has no end that could be told from a lost connection.
            (None, _) if unsubscribe.is_some() => bare(Kind::Never, &stream.place),
            (None, Some(result)) => result,
            (None, None) => bare(Kind::Null, &stream.place),
        };
        let notification = stream.optional_text("notification")?;
        Ok(Reply::Stream(Box::new(Stream {
            item,
            end,
            cursor: stream.optional_text("cursor")?,
            token: stream.optional_text("token")?,
            unsubscribe,
            notification: notification.unwrap_or_else(|| "$/progress".to_owned()),
        })))
    }

    /// A schema, or a content descriptor with one.
    fn described(&mut self, value: Located<'a>) -> Result<Type> {
        match (value.get("name"), value.get("schema")) {
            (Some(_), Some(schema)) => self.schema(schema),
            _ => self.schema(value),
        }
    }

    fn errors(&mut self, method: &Located<'a>) -> Result<Vec<ErrorCase>> {
        let mut errors: Vec<ErrorCase> = Vec::new();
        for error in self.followed(method, "errors", "the error")? {
            let number = error.need("code")?.code()?;
            let about = |member: &str| {
                let text = method
                    .get(member)
                    .and_then(|texts| texts.get(&number.to_string()));
                text.map(|text| text.text()).transpose()
            };
            let case = ErrorCase {
                code: number,
                message: error.need_text("message")?,
                data: self.error_data(&error)?,
                kind: about("x-error-kinds")?,
                description: about("x-error-docs")?,
                place: error.place,
            };
            // OpenRPC allows two errors with one code, and MetaMask's document lists every message. Callers see one error.
            match errors.iter_mut().find(|other| other.code == number) {
                Some(first) => {
                    first.data = self.either(first.data.take(), case.data, &first.place)?
                }
                None => errors.push(case),
            }
        }
        Ok(errors)
    }

    fn either(
        &mut self,
        one: Option<Type>,
        two: Option<Type>,
        place: &Place,
    ) -> Result<Option<Type>> {
        match (one, two) {
            (Some(one), Some(two)) if one.place != two.place => {
                self.joined(vec![one, two], false, place).map(Some)
            }
            (Some(one), Some(_)) => Ok(Some(one)),
            // One of them says nothing about its data.
            _ => Ok(None),
        }
    }

    /// The schema in `data`. What is plainly a value and no schema says nothing about the type.
    fn error_data(&mut self, error: &Located<'a>) -> Result<Option<Type>> {
        const KEYWORDS: &[&str] = &[
            "type",
            "$ref",
            "oneOf",
            "anyOf",
            "allOf",
            "const",
            "enum",
            "properties",
            "items",
        ];
        let Some(data) = error.get("data") else {
            return Ok(None);
        };
        let is_schema = KEYWORDS
            .iter()
            .any(|keyword| data.value.get(keyword).is_some());
        match is_schema || data.value.as_bool().is_some() {
            true => self.schema(data).map(Some),
            false => Ok(Some(bare(Kind::Any, &data.place))),
        }
    }

    fn examples(&self, method: &Located<'a>) -> Result<Vec<Example>> {
        let examples = self.followed(method, "examples", "the example")?;
        let examples = examples.iter().map(|example| self.example(example));
        examples.collect()
    }

    fn example(&self, example: &Located<'a>) -> Result<Example> {
        let mut params = Vec::new();
        for (index, param) in self
            .followed(example, "params", "the param")?
            .iter()
            .enumerate()
        {
            let name = param.optional_text("name")?;
            let value = self.example_value(param)?;
            params.push(ExampleParam {
                name: name.unwrap_or_else(|| index.to_string()),
                value: value.value.clone(),
                place: value.place,
            });
        }
        let result = match example.get("result") {
            Some(result) => {
                let result = self.document.follow(result)?.expect_object("the result")?;
                let value = self.example_value(&result)?;
                Some((value.value.clone(), value.place))
            }
            None => None,
        };
        let name = example.optional_text("name")?;
        Ok(Example {
            name: name.unwrap_or_default(),
            place: example.place.clone(),
            params,
            result,
        })
    }

    fn example_value(&self, example: &Located<'a>) -> Result<Located<'a>> {
        example.need("value")
    }
}

/// The params that a stream names must be there.
fn check_names(method: &Located<'_>, params: &[Param], stream: &Stream) -> Result<()> {
    let names = [("cursor", &stream.cursor), ("token", &stream.token)];
    for (member, name) in names {
        if let Some(name) = name
            && !params.iter().any(|param| param.name == *name)
        {
            let place = method.place.member("x-stream").member(member);
            return Err(ReadError::new(
                &place,
                format!("the method has no parameter {name:?}"),
            ));
        }
    }
    Ok(())
}

fn param_structure(method: &Located<'_>) -> Result<ParamStructure> {
    let Some(structure) = method.get("paramStructure") else {
        return Ok(ParamStructure::Either);
    };
    match &*structure.text()? {
        "by-name" => Ok(ParamStructure::ByName),
        "by-position" => Ok(ParamStructure::ByPosition),
        "either" => Ok(ParamStructure::Either),
        other => structure.wrong(format!("unknown structure {other:?} of params")),
    }
}
