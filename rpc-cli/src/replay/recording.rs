//! Reads a recording.

use std::fs;
use std::path::Path;

use crate::exchange::{Exchange, Request};
use crate::failure::{Failure, Result};

/// A line of a recording.
pub(super) struct Line {
    pub(super) number: usize,
    pub(super) exchange: Exchange,
    pub(super) request: Request,
}

pub(super) fn read(path: &Path) -> Result<Vec<Line>> {
    let text = fs::read_to_string(path).map_err(|error| Failure::file(path, &error))?;
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| read_line(path, index + 1, line))
        .collect()
}

fn read_line(path: &Path, number: usize, line: &str) -> Result<Line> {
    let wrong = |error: serde_json::Error| {
        let place = format!("{}:{number}", path.display());
        Failure::usage(format!("{place}: not a line of a recording: {error}"))
    };
    let exchange: Exchange = serde_json::from_str(line).map_err(wrong)?;
    let request = exchange.request().map_err(wrong)?;
    Ok(Line {
        number,
        exchange,
        request,
    })
}
