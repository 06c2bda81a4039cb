//! [`Form`]: the short run or the full one.

/// How thorough a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// All suites in less than ten minutes.
    Short,
    /// More and longer rounds, and the slow cases as well.
    Full,
}

impl Form {
    /// [`Form::Short`] if the program was started with `--short`.
    pub fn from_arguments() -> Self {
        if std::env::args().any(|argument| argument == "--short") {
            Form::Short
        } else {
            Form::Full
        }
    }

    /// Returns the value for this form.
    pub fn pick<T>(self, short: T, full: T) -> T {
        match self {
            Form::Short => short,
            Form::Full => full,
        }
    }
}
