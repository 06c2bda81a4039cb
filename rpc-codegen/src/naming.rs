//! Names from a document as words: what all generators make of them.

/// The namespace and the rest of a method's name, `orders` and `place` of `orders.place`.
pub(crate) fn split(name: &str, has_underscores: bool) -> (&str, &str) {
    match name.rsplit_once(['.', '/']) {
        Some(split) => split,
        None if has_underscores => name.split_once('_').unwrap_or(("", name)),
        None => ("", name),
    }
}

/// Whether the document writes namespaces as Ethereum does: `eth_getLogs`, never `view_access_key`.
pub(crate) fn by_underscore(names: &[&str]) -> bool {
    let one = |name: &&str| {
        let mut parts = name.split('_');
        let namespace = parts.next().unwrap_or_default();
        let rest = parts.next().unwrap_or_default();
        !namespace.is_empty()
            && !rest.is_empty()
            && parts.next().is_none()
            && namespace
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    !names.is_empty()
        && names.iter().all(one)
        && names.iter().any(|name| name.contains(char::is_uppercase))
}

/// The words of a name. A name such as `HTTPServer` keeps its capitals.
pub(crate) fn words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// `order-id` as `OrderId`.
pub(crate) fn pascal(name: &str) -> String {
    let capital = |word: String| word[..1].to_ascii_uppercase() + &word[1..];
    let joined: String = words(name).into_iter().map(capital).collect();
    match joined.chars().next() {
        None => "Type".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("_{joined}"),
        Some(_) => joined,
    }
}

/// The class of an error with this message: `sold out` as `SoldOutError`, by the first words of a long message. A message that already is a name stays as it is.
pub(crate) fn class_name(message: &str) -> String {
    let is_name = message.starts_with(|c: char| c.is_ascii_uppercase())
        && message.chars().all(|c| c.is_ascii_alphanumeric());
    if is_name {
        return message.to_owned();
    }
    let first: Vec<&str> = message.split_whitespace().take(5).collect();
    let name = pascal(&first.join(" "));
    match name.to_ascii_lowercase().ends_with("error") {
        true => name,
        false => name + "Error",
    }
}

/// `Block hash` and `blockHash` as `block_hash`.
pub(crate) fn snake(name: &str) -> String {
    let parts: Vec<String> = words(name).iter().flat_map(|word| humps(word)).collect();
    let joined = parts.join("_").to_ascii_lowercase();
    match joined.chars().next() {
        None => "unnamed".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("n{joined}"),
        Some(_) => joined,
    }
}

/// The words of `getHTTPHeader`: `get`, `HTTP` and `Header`.
pub(crate) fn humps(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut humps = vec![String::new()];
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(index + 1);
        let starts = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase()
                    || after.is_some_and(|after| after.is_ascii_lowercase())
            });
        match humps.last_mut().filter(|_| !starts) {
            Some(hump) => hump.push(*letter),
            None => humps.push(letter.to_string()),
        }
    }
    humps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_snakes() {
        for (name, expected) in [
            ("Block hash", "block_hash"),
            ("blockHash", "block_hash"),
            ("getHTTPHeader", "get_http_header"),
            ("1st", "n1st"),
            ("__proto__", "proto"),
            ("ünï", "n"),
            ("é", "unnamed"),
            ("x-2", "x_2"),
        ] {
            assert_eq!(snake(name), expected, "{name}");
        }
    }
}
