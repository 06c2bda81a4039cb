//! [`Texts`]: the strings of a model, with their patterns, formats and lengths.

use std::collections::HashMap;

use super::formats;
use super::pattern::Pattern;
use super::random::Random;
use crate::model::{Bounds, Kind, Model, StringFormat, Type};

/// How long a text may be that is made without a pattern.
const MAX_LENGTH: usize = 10_000;

/// The patterns of a model, parsed once.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    /// `None` for those that we can't read.
    patterns: HashMap<String, Option<Pattern>>,
}

impl Texts {
    pub(super) fn of(model: &Model) -> Self {
        let mut texts = Texts::default();
        let definitions = model.definitions().map(|(_, definition)| &definition.ty);
        let of_methods = model.all_methods().flat_map(|method| method.types());
        let mut types: Vec<&Type> = definitions.chain(of_methods).collect();
        while let Some(ty) = types.pop() {
            if let Kind::String {
                pattern: Some(pattern),
                ..
            } = &ty.kind
                && !texts.patterns.contains_key(pattern)
            {
                texts
                    .patterns
                    .insert(pattern.clone(), Pattern::parse(pattern));
            }
            types.extend(ty.children());
        }
        texts
    }

    /// The patterns that are neither checked nor obeyed, sorted.
    pub(super) fn unreadable(&self) -> Vec<&str> {
        let unreadable = self.patterns.iter().filter(|(_, parsed)| parsed.is_none());
        let mut unreadable: Vec<&str> = unreadable.map(|(pattern, _)| &**pattern).collect();
        unreadable.sort_unstable();
        unreadable
    }

    /// Why a text is not one of the type.
    pub(super) fn check(
        &self,
        text: &str,
        format: &StringFormat,
        pattern: Option<&str>,
    ) -> Result<(), String> {
        if let Some(pattern) = pattern
            && let Some(parsed) = self.pattern(pattern)
            && !parsed.matches(text)
        {
            return Err(format!("the string does not match the pattern {pattern}"));
        }
        match formats::is(format, text) {
            true => Ok(()),
            false => Err(format!("the string is not {}", described(format))),
        }
    }

    /// A text of the type. `None` if none is found.
    pub(super) fn make(
        &self,
        format: &StringFormat,
        pattern: Option<&str>,
        length: &Bounds,
        random: &mut Random,
    ) -> Option<String> {
        let has_length = |text: &str| {
            let count = text.chars().count();
            length.contain(i128::try_from(count).unwrap_or(i128::MAX))
        };
        let least = usize::try_from(length.minimum.unwrap_or(0)).ok()?;
        if let Some(pattern) = pattern.and_then(|pattern| self.pattern(pattern)) {
            // The format is checked too, but a pattern says more than most formats.
            let fits = |text: &str| has_length(text) && formats::is(format, text);
            let formatted = formats::make(format, random);
            let formatted = formatted.filter(|text| pattern.matches(text) && has_length(text));
            return formatted.or_else(|| pattern.make(random, least, fits));
        }
        match formats::make(format, random) {
            Some(text) if has_length(&text) => Some(text),
            _ => of_length(length, random).filter(|text| formats::is(format, text)),
        }
    }

    fn pattern(&self, pattern: &str) -> Option<&Pattern> {
        self.patterns.get(pattern)?.as_ref()
    }
}

/// Words, as long as the text has to be.
fn of_length(length: &Bounds, random: &mut Random) -> Option<String> {
    let least = usize::try_from(length.minimum.unwrap_or(0)).ok()?;
    let most = length.maximum.map_or(MAX_LENGTH, |most| {
        usize::try_from(most.max(0)).unwrap_or(MAX_LENGTH)
    });
    if least > most || least > MAX_LENGTH {
        return None;
    }
    let mut text = String::new();
    for count in 0.. {
        let is_long_enough = text.len() >= least;
        if count > 0 && is_long_enough && (count == 3 || random.one_in(2)) {
            break;
        }
        if count > 0 {
            text.push(' ');
        }
        text += random.pick(formats::WORDS)?;
        if is_long_enough && count > 3 {
            break;
        }
    }
    text.truncate(most);
    // A text that was cut after a space looks like a mistake.
    match text.strip_suffix(' ') {
        Some(rest) => Some(format!("{rest}s")),
        None => Some(text),
    }
}

fn described(format: &StringFormat) -> &str {
    match format {
        StringFormat::Text => "text",
        StringFormat::DateTime => "a date and time as in RFC 3339",
        StringFormat::Date => "a date such as 2026-11-27",
        StringFormat::Time => "a time such as 12:00:00Z",
        StringFormat::Duration => "a duration such as PT1M",
        StringFormat::Uuid => "a UUID",
        StringFormat::Uri => "a URI",
        StringFormat::Base64 => "base64",
        StringFormat::Other(name) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_kept() {
        let mut random = Random::of(9, &[]);
        for (minimum, maximum) in [(0, 0), (1, 1), (0, 3), (6, 6), (100, 120), (9999, 10_000)] {
            let length = Bounds {
                minimum: Some(minimum),
                maximum: Some(maximum),
            };
            for _ in 0..50 {
                let text = of_length(&length, &mut random).expect("possible");
                assert!(length.contain(text.len() as i128), "{length:?} {text}");
            }
        }
        let never = Bounds {
            minimum: Some(5),
            maximum: Some(4),
        };
        assert_eq!(of_length(&never, &mut random), None);
    }
}
