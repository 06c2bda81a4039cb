//! The tables of a suite, in Markdown.

use std::fmt::Write;

use crate::quantity;
use crate::{BASELINE, Metric, OURS, Results, Row};

/// A table for each metric, with a row for each case and a column for each contender.
pub fn by_case(results: &Results) -> String {
    let rows: Vec<&Row> = results.rows.iter().filter(|row| row.at.is_none()).collect();
    let mut text = String::new();
    for metric in distinct(rows.iter().map(|row| &row.metric)) {
        let of_metric = rows.iter().copied().filter(|row| row.metric == *metric);
        let table = Table {
            corner: "case",
            rows: of_metric.map(|row| (row.case.clone(), row)).collect(),
        };
        writeln!(text, "\n### {}\n\n{table}", title(metric)).expect("a String takes it");
    }
    text
}

/// The names of a suite's curves.
pub fn curves(results: &Results) -> Vec<&str> {
    let points = results.rows.iter().filter(|row| row.at.is_some());
    distinct(points.map(|row| row.case.as_str()))
}

/// A table for each metric of a curve, with a row for each place on the curve and a column for each contender.
pub fn of_curve(results: &Results, curve: &str) -> String {
    let mut text = String::new();
    for (metric, rows) in points(results, curve) {
        let at = |row: &Row| quantity::place(curve, row.at.expect("it is on a curve"));
        let table = Table {
            corner: curve.rsplit_once("by ").map_or("at", |(_, by)| by),
            rows: rows.into_iter().map(|row| (at(row), row)).collect(),
        };
        writeln!(text, "\n#### {}\n\n{table}", title(metric)).expect("a String takes it");
    }
    text
}

/// The points of a curve, by metric.
pub fn points<'a>(results: &'a Results, curve: &str) -> Vec<(&'a Metric, Vec<&'a Row>)> {
    let on_curve = |row: &&Row| row.at.is_some() && row.case == curve;
    let rows: Vec<&Row> = results.rows.iter().filter(on_curve).collect();
    let metrics = distinct(rows.iter().map(|row| &row.metric));
    let of_metric = |metric: &'a Metric| {
        let rows = rows.iter().copied();
        (metric, rows.filter(|row| row.metric == *metric).collect())
    };
    metrics.into_iter().map(of_metric).collect()
}

/// The contenders of these rows: ours first, then the baseline, then the others in order of appearance.
pub fn contenders<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<&'a str> {
    let mut contenders = distinct(rows.map(|row| row.contender.as_str()));
    contenders.sort_by_key(|contender| match *contender {
        ours if is_ours(ours) => 0,
        BASELINE => 1,
        _ => 2,
    });
    contenders
}

/// Whether a contender is `rpc` itself or a variant of it, such as `rpc-axum` and `rpc, lean`.
pub fn is_ours(contender: &str) -> bool {
    let variant = contender.strip_prefix(OURS);
    variant.is_some_and(|variant| variant.is_empty() || variant.starts_with(['-', ',']))
}

fn title(metric: &Metric) -> String {
    let better = if metric.more_is_better {
        "more"
    } else {
        "less"
    };
    format!("{} ({better} is better)", quantity::heading(metric))
}

fn distinct<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut distinct = Vec::new();
    for value in values {
        if !distinct.contains(&value) {
            distinct.push(value);
        }
    }
    distinct
}

/// The values of one metric, each with the label of its row.
struct Table<'a> {
    corner: &'a str,
    rows: Vec<(String, &'a Row)>,
}

impl std::fmt::Display for Table<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let contenders = contenders(self.rows.iter().map(|(_, row)| *row));
        writeln!(f, "| {} | {} |", self.corner, contenders.join(" | "))?;
        writeln!(f, "| --- |{}", " ---: |".repeat(contenders.len()))?;
        for label in distinct(self.rows.iter().map(|(label, _)| label)) {
            let cell = |contender: &&str| {
                let own =
                    |(other, row): &&(String, &Row)| other == label && row.contender == **contender;
                let found = self.rows.iter().find(own);
                found.map_or_else(|| "–".to_owned(), |(_, row)| cell(row))
            };
            let cells: Vec<String> = contenders.iter().map(cell).collect();
            writeln!(f, "| {label} | {} |", cells.join(" | "))?;
        }
        Ok(())
    }
}

/// The content of a cell: `338 ns (323–454) · **6.21×**`.
fn cell(row: &Row) -> String {
    let value = quantity::spread(&row.metric, row.value);
    match row.ratio {
        Some(ratio) if row.contender != BASELINE => {
            format!("{value} · **{}**", quantity::times(ratio.median))
        }
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_values_are_a_dash_and_ours_comes_first() {
        let mut results = Results::new("test");
        let allocations = Metric::cost("allocations", "per message");
        results.count("add", &allocations, "yerpc", 9.0);
        results.count("add", &allocations, BASELINE, 7.0);
        results.count("batch", &allocations, "rpc, lean", 2.0);
        let expected = "
### allocations per message (less is better)

| case | rpc, lean | jsonrpsee | yerpc |
| --- | ---: | ---: | ---: |
| add | – | 7 | 9 |
| batch | 2 | – | – |

";
        assert_eq!(by_case(&results), expected);
    }
}
