//! Examples and defaults: that they fit their schemas.

use crate::lint::Linter;
use crate::model::{Example, Method, Model, ParamStructure, Reply, Type};

impl Linter<'_> {
    pub(super) fn examples(&mut self, model: &Model) {
        let definitions = model.definitions().map(|(_, definition)| &definition.ty);
        let mut types: Vec<&Type> = definitions.collect();
        for method in model.all_methods() {
            types.extend(method.types());
            for example in &method.examples {
                self.example(model, method, example);
            }
        }
        types.reverse();
        while let Some(ty) = types.pop() {
            self.values(model, ty);
            types.extend(ty.children().into_iter().rev());
        }
    }

    /// The default and the examples of a schema.
    fn values(&mut self, model: &Model, ty: &Type) {
        if let Some(default) = &ty.default
            && let Err(mismatch) = model.check(default, ty)
        {
            let message = format!("the default {default} does not fit: {mismatch}");
            self.find("default-fits", &ty.place.member("default"), message);
        }
        for (index, example) in ty.examples.iter().enumerate() {
            if let Err(mismatch) = model.check(example, ty) {
                let place = ty.place.member("examples").element(index);
                self.find(
                    "example-fits",
                    &place,
                    format!("the example does not fit its schema: {mismatch}"),
                );
            }
        }
    }

    /// A call and its result.
    fn example(&mut self, model: &Model, method: &Method, example: &Example) {
        let by_name = method.param_structure == ParamStructure::ByName;
        for (index, argument) in example.params.iter().enumerate() {
            let named = || {
                method
                    .params
                    .iter()
                    .find(|param| param.name == argument.name)
            };
            let by_position = || method.params.get(index).filter(|_| !by_name);
            let Some(param) = named().or_else(by_position) else {
                let message = format!(
                    "the method has no parameter for the argument {:?}",
                    argument.name
                );
                self.find("example-fits", &argument.place, message);
                continue;
            };
            if let Err(mismatch) = model.check(&argument.value, &param.ty) {
                let message = format!(
                    "the argument does not fit the parameter `{}`: {mismatch}",
                    param.name
                );
                self.find("example-fits", &argument.place, message);
            }
        }
        let is_given = |name: &str, index: usize| {
            example.params.iter().any(|argument| argument.name == name)
                || (!by_name && index < example.params.len())
        };
        for (index, param) in method.params.iter().enumerate() {
            if param.required && !is_given(&param.name, index) {
                let message = format!(
                    "the example has no argument for the parameter `{}`",
                    param.name
                );
                self.find("example-fits", &example.place, message);
            }
        }
        let ty = match &method.reply {
            Reply::None => return,
            Reply::Result(ty) => ty,
            Reply::Stream(stream) => &stream.end,
        };
        if let Some((value, place)) = &example.result
            && let Err(mismatch) = model.check(value, ty)
        {
            self.find(
                "example-fits",
                place,
                format!("the result does not fit: {mismatch}"),
            );
        }
    }
}
