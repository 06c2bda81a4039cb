//! Breaking long lines, as Prettier does with its width of 120.

/// How long a line may be before it is broken.
pub(super) const WIDTH: usize = 120;

/// An object or array literal, or a list in braces, that was written on one line. It is broken if it does not fit: `before` and `after` are
/// what else stands on its first and last line.
pub(super) fn broken(flat: &str, indent: &str, before: usize, after: usize) -> String {
    let inner_text = flat
        .get(1..flat.len().saturating_sub(1))
        .unwrap_or_default()
        .trim();
    let is_literal = (flat.starts_with('{') && flat.ends_with('}'))
        || (flat.starts_with('[') && flat.ends_with(']'));
    if before + flat.chars().count() + after <= WIDTH || !is_literal || inner_text.is_empty() {
        return flat.to_owned();
    }
    let inner = format!("{indent}  ");
    let mut text = flat[..1].to_owned();
    for part in parts(inner_text) {
        let (name, value) = part.split_at(start_of_value(part));
        let value = broken(value, &inner, inner.len() + name.chars().count(), 1);
        text += &format!("\n{inner}{name}{value},");
    }
    text + "\n" + indent + &flat[flat.len() - 1..]
}

/// Where the value of a member begins: behind its name, if it has one.
fn start_of_value(part: &str) -> usize {
    let end_of_name = match part.strip_prefix('"') {
        Some(quoted) => end_of_string(quoted).map(|end| end + 1),
        None if part.starts_with("[\"__proto__\"]") => Some("[\"__proto__\"]".len()),
        None => part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '$'),
    };
    match end_of_name {
        Some(end) if part[end..].starts_with(": ") => end + 2,
        _ => 0,
    }
}

/// Where the text behind an opening quote goes on after the closing one.
fn end_of_string(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    let is_end = |c: char| {
        let is_end = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    };
    text.find(is_end).map(|end| end + 1)
}

/// The parts between commas that are not inside brackets or strings.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        if in_string {
            in_string = is_escaped || character != '"';
            is_escaped = !is_escaped && character == '\\';
            continue;
        }
        match character {
            '"' => in_string = true,
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_stays_on_its_line() {
        assert_eq!(broken("{ a: [1, 2] }", "", 0, 0), "{ a: [1, 2] }");
    }

    #[test]
    fn a_name_may_look_like_a_value() {
        let long = "x".repeat(70);
        let flat = format!("{{ \"a\\\": {{b\": {{ {long}: 1, y: 2, {long}: 3 }} }}");
        let expected = format!(
            "{{\n  \"a\\\": {{b\": {{\n    {long}: 1,\n    y: 2,\n    {long}: 3,\n  }},\n}}"
        );
        assert_eq!(broken(&flat, "", 0, 0), expected);
    }

    #[test]
    fn what_does_not_fit_is_broken_at_its_commas() {
        let long = "x".repeat(100);
        let flat = format!("{{ \"a, b\": \"{long}\", c: [\"{long}\", {{ d: 1 }}] }}");
        let expected = format!("{{\n  \"a, b\": \"{long}\",\n  c: [\"{long}\", {{ d: 1 }}],\n}}");
        assert_eq!(broken(&flat, "", 0, 0), expected);
    }
}
