//! Breaking long lines, as `ruff format` does. A list with a comma at its end keeps each part on a line of its own.

/// How long a line may be before it is broken.
pub(super) const WIDTH: usize = 88;

/// An expression that was written on one line. If it does not fit, the parts inside its last brackets get lines of their own. `indent`
/// is that of its line, and `before` and `after` are what else stands on its first and last line.
pub(super) fn broken(flat: &str, indent: usize, before: usize, after: usize) -> String {
    let Some((head, inner, close)) = last_brackets(flat) else {
        return flat.to_owned();
    };
    if before + flat.chars().count() + after <= WIDTH {
        return flat.to_owned();
    }
    let inner_indent = indent + 4;
    let spaces = " ".repeat(inner_indent);
    let parts = parts(inner);
    // A comma would make a tuple of one index.
    let is_index = close == ']' && parts.len() == 1 && !head.trim_end_matches('[').is_empty();
    let comma = if is_index { "" } else { "," };
    let mut text = head.to_owned();
    for part in &parts {
        text += &format!(
            "\n{spaces}{}{comma}",
            broken(part, inner_indent, inner_indent, 1)
        );
    }
    format!("{text}\n{}{close}", " ".repeat(indent))
}

/// What stands before the contents of the brackets at the end, the contents, and the closing bracket.
fn last_brackets(text: &str) -> Option<(&str, &str, char)> {
    let close = text.chars().last().filter(|last| ")]}".contains(*last))?;
    let mut opened = Vec::new();
    let mut last = None;
    scan(text, |at, character| match character {
        '(' | '[' | '{' => opened.push(at),
        ')' | ']' | '}' => last = opened.pop(),
        _ => {}
    });
    let open = last?;
    let inner = &text[open + 1..text.len() - 1];
    (!inner.is_empty()).then_some((&text[..=open], inner, close))
}

/// The parts between commas that are not inside brackets or strings.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    scan(text, |at, character| match character {
        '(' | '[' | '{' => depth += 1,
        ')' | ']' | '}' => depth = depth.saturating_sub(1),
        ',' if depth == 0 => {
            parts.push(text[start..at].trim());
            start = at + 1;
        }
        _ => {}
    });
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// Calls a function with every character that is not inside a string.
pub(super) fn scan(text: &str, mut function: impl FnMut(usize, char)) {
    let mut quote = None;
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if character == '\\' => is_escaped = true,
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if character == '"' || character == '\'' => quote = Some(character),
            None => function(at, character),
        }
    }
}

/// A call that is assigned to a name with an annotation, with an argument on each line.
pub(super) fn assigned(target: &str, function: &str, arguments: &[String]) -> String {
    let lines = |indent: usize| -> String {
        let spaces = " ".repeat(indent);
        let line =
            |argument: &String| format!("{spaces}{},\n", broken(argument, indent, indent, 1));
        arguments.iter().map(line).collect()
    };
    // The formatter breaks an annotation last.
    match target.chars().count() + 3 {
        length if length + function.len() < WIDTH => {
            format!("{target} = {function}(\n{})\n", lines(4))
        }
        length if length < WIDTH => {
            format!("{target} = (\n    {function}(\n{}    )\n)\n", lines(8))
        }
        _ => {
            let target = broken(target, 0, WIDTH, 0);
            format!("{target} = {function}(\n{})\n", lines(4))
        }
    }
}

/// A tuple of these expressions.
pub(super) fn tuple(parts: &[String]) -> String {
    match parts {
        [only] => format!("({only},)"),
        parts => format!("({})", parts.join(", ")),
    }
}

/// The parts of an annotation between the bars that are not inside brackets or strings.
pub(super) fn alternatives(annotation: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    scan(annotation, |at, character| match character {
        '[' => depth += 1,
        ']' => depth = depth.saturating_sub(1),
        '|' if depth == 0 => {
            parts.push(annotation[start..at].trim());
            start = at + 1;
        }
        _ => {}
    });
    parts.push(annotation[start..].trim());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_on_its_line() {
        assert_eq!(broken("f(a, [1, 2])", 0, 0, 0), "f(a, [1, 2])");
    }

    #[test]
    fn what_does_not_fit_is_broken_at_its_commas() {
        let long = "x".repeat(80);
        let flat = format!("f(\"a, (b\", c=g(\"{long}\", d))");
        let expected =
            format!("f(\n    \"a, (b\",\n    c=g(\n        \"{long}\",\n        d,\n    ),\n)");
        assert_eq!(broken(&flat, 0, 0, 0), expected);
    }

    #[test]
    fn one_index_gets_no_comma() {
        let long = "x".repeat(90);
        assert_eq!(
            broken(&format!("list[{long}]"), 0, 0, 0),
            format!("list[\n    {long}\n]")
        );
    }
}
