//! Members of OpenRPC's objects, with their types checked.

use crate::document::Located;
use crate::error::ReadError;
use crate::model::{Deprecation, Docs};
use crate::read::Result;
use crate::value::Value;

impl<'a> Located<'a> {
    pub(super) fn wrong<T>(&self, message: impl Into<String>) -> Result<T> {
        Err(ReadError::new(&self.place, message))
    }

    pub(super) fn expect_object(self, what: &str) -> Result<Located<'a>> {
        match self.value {
            Value::Object(_) => Ok(self),
            other => self.wrong(format!("{what} is not an object but {}", other.kind())),
        }
    }

    /// A member that must be there.
    pub(super) fn need(&self, name: &str) -> Result<Located<'a>> {
        match self.get(name) {
            Some(member) => Ok(member),
            None => self.wrong(format!("the member `{name}` is missing")),
        }
    }

    pub(super) fn text(&self) -> Result<String> {
        match self.value.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => self.wrong(format!("not a string but {}", self.value.kind())),
        }
    }

    pub(super) fn need_text(&self, name: &str) -> Result<String> {
        self.need(name)?.text()
    }

    pub(super) fn optional_text(&self, name: &str) -> Result<Option<String>> {
        self.get(name).map(|member| member.text()).transpose()
    }

    /// A member that is `false` if it is missing.
    pub(super) fn flag(&self, name: &str) -> Result<bool> {
        let Some(member) = self.get(name) else {
            return Ok(false);
        };
        match member.value.as_bool() {
            Some(flag) => Ok(flag),
            None => member.wrong(format!("not a boolean but {}", member.value.kind())),
        }
    }

    /// The code of an error.
    pub(super) fn code(&self) -> Result<i64> {
        let code = self
            .value
            .as_integer()
            .and_then(|code| i64::try_from(code).ok());
        match code {
            Some(code) => Ok(code),
            None => self.wrong("the code is not a whole number"),
        }
    }

    /// The elements of a member, which is empty if it is missing.
    pub(super) fn list(&self, name: &str) -> Result<Vec<Located<'a>>> {
        let Some(member) = self.get(name) else {
            return Ok(Vec::new());
        };
        match member.value {
            Value::Array(_) => Ok(member.elements().collect()),
            other => member.wrong(format!("not an array but {}", other.kind())),
        }
    }

    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>> {
        let elements = self.list(name)?;
        elements.iter().map(Located::text).collect()
    }

    /// The docs of anything but a schema.
    pub(super) fn docs(&self) -> Result<Docs> {
        Ok(Docs {
            title: self
                .optional_text("summary")?
                .filter(|text| !text.is_empty()),
            description: self
                .optional_text("description")?
                .filter(|text| !text.is_empty()),
        })
    }

    pub(super) fn deprecation(&self) -> Result<Option<Deprecation>> {
        let note = self.optional_text("x-deprecated-note")?;
        let is_deprecated = self.flag("deprecated")? || note.is_some();
        Ok(is_deprecated.then_some(Deprecation { note }))
    }
}
