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
        // A member's value begins behind its name.
        let name = part
            .find(": ")
            .filter(|at| is_name(&part[..*at]))
            .map_or(0, |at| at + 2);
        let (name, value) = part.split_at(name);
        let value = broken(value, &inner, inner.len() + name.chars().count(), 1);
        text += &format!("\n{inner}{name}{value},");
    }
    text + "\n" + indent + &flat[flat.len() - 1..]
}

/// Whether a text is the name of a member, and not the beginning of a value with a colon in it.
fn is_name(text: &str) -> bool {
    !text.contains(['{', '[', '(']) || text == "[\"__proto__\"]"
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
    fn what_does_not_fit_is_broken_at_its_commas() {
        let long = "x".repeat(100);
        let flat = format!("{{ \"a, b\": \"{long}\", c: [\"{long}\", {{ d: 1 }}] }}");
        let expected = format!("{{\n  \"a, b\": \"{long}\",\n  c: [\"{long}\", {{ d: 1 }}],\n}}");
        assert_eq!(broken(&flat, "", 0, 0), expected);
    }
}
