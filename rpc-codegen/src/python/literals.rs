//! Constants and enums.

use crate::model::Choice;
use crate::naming::snake;
use crate::python::convert::{Converter, LONG, Own};
use crate::python::declaration::Function;
use crate::python::expression::Expression;
use crate::python::names::unique;
use crate::python::pretty::{WIDTH, assigned};
use crate::python::text::literal;
use crate::value::Value;

impl Converter<'_> {
    /// One of these values, or a newer one if the enum is extensible.
    pub(super) fn enumerated(
        &mut self,
        choices: &[Choice],
        extensible: bool,
        context: &str,
        own: Option<Own>,
    ) -> Expression {
        let values: Vec<Value> = choices.iter().map(|choice| choice.value.clone()).collect();
        if !extensible {
            return self.literals(&values, context, own);
        }
        // All values of the kind are accepted, so that those of a newer server are kept.
        let open = match () {
            () if values.iter().all(|value| value.as_str().is_some()) => ("str", "string"),
            () if values.iter().all(|value| value.as_integer().is_some()) => ("int", "integer"),
            () => return Expression::json(),
        };
        let known = literal_annotation(&values);
        Expression::new(format!("{known} | {}", open.0), open.1)
    }

    /// One of these values.
    pub(super) fn literals(
        &mut self,
        values: &[Value],
        context: &str,
        own: Option<Own>,
    ) -> Expression {
        if matches!(values, [Value::Null]) {
            return Expression::new("None", "null");
        }
        let literals: Option<Vec<String>> = values.iter().map(literal).collect();
        let Some(literals) = literals else {
            return Expression::json();
        };
        let mut expression = Expression::new(literal_annotation(values), "");
        if values.len() > 1 && own.is_none() {
            expression = self.named_if_longer(expression, context, LONG);
        }
        let annotation = own.map_or_else(|| expression.annotation.clone(), |own| own.name);
        let name = unique(
            snake(context).to_ascii_uppercase(),
            &mut self.taken_functions,
        );
        let target = format!("{name}: OneOf[{annotation}]");
        let flat = format!("{target} = OneOf({})\n", literals.join(", "));
        // The line break counts, too.
        let text = match flat.chars().count() <= WIDTH + 1 {
            true => flat,
            false => assigned(&target, "OneOf", &literals),
        };
        self.functions.push(Function {
            name: name.clone(),
            text,
            is_constant: true,
        });
        expression.decoder = name;
        expression
    }
}

fn literal_annotation(values: &[Value]) -> String {
    let has_null = values.contains(&Value::Null);
    let others = values.iter().filter(|value| **value != Value::Null);
    let literals: Vec<String> = others.filter_map(literal).collect();
    let none = if has_null { " | None" } else { "" };
    format!("Literal[{}]{none}", literals.join(", "))
}
