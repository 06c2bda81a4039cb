//! [`Pattern`]: a regular expression that recognises texts, and makes some.

use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::ecma;
use super::random::Random;

/// How long a text may become.
const MAX_LENGTH: usize = 10_000;

/// How many parts of the expression are written for one text. Repetitions inside each other multiply.
const MAX_STEPS: usize = 10 * MAX_LENGTH;

/// How often a text is made again that does not fit, such as one that is too short.
const ATTEMPTS: usize = 64;

/// How many texts are lengthened if none of the attempts fits.
const LENGTHENED: usize = 2;

/// A regular expression of a schema.
#[derive(Debug, Clone)]
pub(super) struct Pattern {
    regex: Regex,
    parsed: Hir,
}

impl Pattern {
    /// The pattern in the dialect of ECMA 262. `None` if it has something that `regex` does not, such as lookahead.
    pub(super) fn parse(pattern: &str) -> Option<Pattern> {
        let translated = ecma::translated(pattern);
        let regex = Regex::new(&translated).ok()?;
        let parsed = regex_syntax::Parser::new().parse(&translated).ok()?;
        Some(Pattern { regex, parsed })
    }

    /// Whether the pattern matches somewhere in the text, as JSON Schema has it.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// A text that matches, and that passes a test. `hint` is how many characters it should have at least, as far as that is known.
    pub(super) fn make(
        &self,
        random: &mut Random,
        hint: usize,
        fits: impl Fn(&str) -> bool,
    ) -> Option<String> {
        let hint = hint.min(MAX_LENGTH);
        let fits = |text: &String| fits(text) && self.matches(text);
        let made = (0..ATTEMPTS).find_map(|at| self.attempt(random, hint, at).filter(fits));
        made.or_else(|| {
            (0..LENGTHENED).find_map(|at| {
                let text = self.attempt(random, hint, at)?;
                lengthened(&text, hint).into_iter().find(fits)
            })
        })
    }

    /// A text that probably matches.
    fn attempt(&self, random: &mut Random, hint: usize, attempt: usize) -> Option<String> {
        let mut maker = Maker {
            random,
            text: String::new(),
            steps: 0,
            // Later attempts repeat more, or less.
            most_repeats: 3 + match attempt % 2 {
                0 => hint,
                _ => hint / 4 + attempt / 8,
            },
        };
        maker.write(&self.parsed)?;
        Some(maker.text)
    }
}

/// A text with more behind it, or before it. A pattern that is not tied to both ends matches one of them.
fn lengthened(text: &str, length: usize) -> [String; 2] {
    let more = "x".repeat(length.saturating_sub(text.chars().count()));
    [format!("{text}{more}"), format!("{more}{text}")]
}

struct Maker<'a> {
    random: &'a mut Random,
    text: String,
    /// How many parts have been written, also those that are empty.
    steps: usize,
    /// How often something is repeated at most, beyond what it must be.
    most_repeats: usize,
}

impl Maker<'_> {
    /// Writes a text for a part of the expression. `None` if that is too long or nothing matches it.
    fn write(&mut self, part: &Hir) -> Option<()> {
        self.steps += 1;
        if self.text.len() > MAX_LENGTH || self.steps > MAX_STEPS {
            return None;
        }
        match part.kind() {
            // Whether they hold is seen at the end.
            HirKind::Empty | HirKind::Look(_) => Some(()),
            HirKind::Literal(literal) => {
                self.text += std::str::from_utf8(&literal.0).ok()?;
                Some(())
            }
            HirKind::Class(class) => {
                let character = self.character(class)?;
                self.text.push(character);
                Some(())
            }
            HirKind::Repetition(repetition) => {
                let least = repetition.min as usize;
                let most = repetition.max.map_or(usize::MAX, |most| most as usize);
                let most = most.min(least.saturating_add(self.most_repeats));
                let count = least + self.random.below((most - least).saturating_add(1));
                (0..count).try_for_each(|_| self.write(&repetition.sub))
            }
            HirKind::Capture(capture) => self.write(&capture.sub),
            HirKind::Concat(parts) => parts.iter().try_for_each(|part| self.write(part)),
            HirKind::Alternation(parts) => {
                let index = self.random.below(parts.len());
                self.write(parts.get(index)?)
            }
        }
    }

    /// A character of the class, one that people can read if it has any.
    fn character(&mut self, class: &Class) -> Option<char> {
        let ranges: Vec<(char, char)> = match class {
            Class::Unicode(class) => class.iter().map(|it| (it.start(), it.end())).collect(),
            Class::Bytes(class) => {
                let ascii = class.iter().filter(|range| range.end().is_ascii());
                ascii
                    .map(|it| (char::from(it.start()), char::from(it.end())))
                    .collect()
            }
        };
        let readable: Vec<char> = (' '..='~')
            .filter(|it| ranges.iter().any(|(first, last)| first <= it && it <= last))
            .collect();
        match self.random.pick(&readable) {
            Some(character) => Some(*character),
            None => self.random.pick(&ranges).map(|(first, _)| *first),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_match_their_pattern() {
        let patterns = [
            "^0x[0-9a-f]{64}$",
            "^0x([1-9a-f]+[0-9a-f]*|0)$",
            "^0x[0-9a-f]{0,8}$",
            r"^[a-z]+(\.[a-z]+)*@[a-z]{2,}\.(com|org)$",
            r"^\d{4}-\d{2}-\d{2}$",
            "abc",
            "^[^a-zA-Z]+$",
            r"^(?:\w|\s)*$",
            r"^[\u4e00-\u9fa5]+$",
            "",
        ];
        let mut random = Random::of(3, &[]);
        for pattern in patterns {
            let parsed = Pattern::parse(pattern).expect(pattern);
            for _ in 0..50 {
                let text = parsed.make(&mut random, 0, |_| true).expect(pattern);
                assert!(parsed.matches(&text), "{pattern} {text}");
            }
        }
    }

    #[test]
    fn lengths_are_kept_where_the_pattern_allows_it() {
        let pattern = Pattern::parse("^[a-z]*$").expect("a pattern");
        let mut random = Random::of(3, &[]);
        let long = pattern.make(&mut random, 40, |text| text.len() >= 40);
        assert!(long.is_some_and(|text| text.len() >= 40));
        for open in ["^0x", "end$", "middle"] {
            let pattern = Pattern::parse(open).expect("a pattern");
            let long = pattern.make(&mut random, 40, |text| text.len() >= 40);
            assert!(long.is_some_and(|text| pattern.matches(&text)), "{open}");
        }
        assert_eq!(
            pattern.make(&mut random, 0, |text| text.contains('A')),
            None
        );
    }

    #[test]
    fn no_length_is_too_long_to_be_asked_for() {
        let mut random = Random::of(3, &[]);
        for pattern in ["^[a-z]*$", "^((a*)*)*$"] {
            let parsed = Pattern::parse(pattern).expect(pattern);
            for hint in [usize::MAX, usize::MAX - 3] {
                let long = parsed.make(&mut random, hint, |text| text.len() >= hint);
                assert_eq!(long, None, "{pattern}");
            }
        }
    }

    #[test]
    fn what_is_beyond_the_dialect_is_refused() {
        for pattern in ["^(?!a)b", r"(a)\1", "(", "a{99999999}"] {
            assert!(Pattern::parse(pattern).is_none(), "{pattern}");
        }
    }

    #[test]
    fn a_pattern_that_never_matches_makes_nothing() {
        let pattern = Pattern::parse("a^b").expect("a pattern");
        assert_eq!(pattern.make(&mut Random::of(3, &[]), 0, |_| true), None);
    }
}
