//! [`Given`]: values that a recording hides, given by the user.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use serde_json::value::RawValue;

use crate::exchange::{Exchange, Request, Tree, pointer};
use crate::failure::{Failure, Result};

/// The values of hidden params, by the name of the parameter or member.
#[derive(Default)]
pub(super) struct Given(HashMap<String, Box<RawValue>>);

impl Given {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
        let values = serde_json::from_str(&text);
        // The text of the error may show a secret, and its place does not.
        values.map(Given).map_err(|error| {
            let place = format!("{}:{}:{}", path.display(), error.line(), error.column());
            Failure::usage(format!("{place}: not a JSON object of names and values"))
        })
    }

    /// The params of a recorded call with what is hidden in them.
    ///
    /// # Errors
    ///
    /// The name of a hidden value that is not given.
    pub(super) fn params(
        &self,
        exchange: &Exchange,
        request: &Request,
    ) -> std::result::Result<Option<Box<RawValue>>, String> {
        let Some(params) = &request.params else {
            return Ok(None);
        };
        let mut params = Tree::read(params);
        for (place, name) in &exchange.hidden {
            let Some(place) = place.strip_prefix("/request/params") else {
                continue;
            };
            let value = self.0.get(name).ok_or_else(|| name.clone())?;
            params.change_at(&pointer::steps(place), &mut |hidden| {
                *hidden = Tree::read(value);
            });
        }
        Ok(Some(params.to_raw()))
    }
}
