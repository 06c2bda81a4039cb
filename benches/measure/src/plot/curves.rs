//! How costs grow: a panel for each metric of a curve, with logarithmic axes and a line for each contender.

use super::{Anchor, BASELINE_COLOUR, Figure, GREY, GRID, INK, LABEL, OTHER_COLOURS, OURS_COLOUR};
use crate::tables::{contenders, points};
use crate::{BASELINE, Metric, OURS, Results, Row, quantity};

const WIDTH: f64 = 760.0;
const LEFT: f64 = 96.0;
const RIGHT: f64 = 730.0;
const TITLE: f64 = 66.0;
/// The height of a panel with its heading and axis, and of the plot between them.
const PANEL: f64 = 300.0;
const PLOT: f64 = 220.0;

/// Draws the figure of a curve.
pub fn figure(results: &Results, curve: &str) -> Figure {
    let panels = points(results, curve);
    let rows = panels.iter().flat_map(|(_, rows)| rows.iter().copied());
    let lines = coloured(contenders(rows));
    let height = TITLE + PANEL * panels.len() as f64;
    let mut figure = Figure::new(WIDTH, height);
    figure.text((16.0, 28.0), curve, LABEL.bold());
    legend(&mut figure, &lines);
    for (at, (metric, rows)) in panels.iter().enumerate() {
        let panel = Panel::of(curve, metric, rows, TITLE + PANEL * at as f64);
        panel.draw(&mut figure, &lines);
    }
    figure
}

/// Gives each contender a colour. Ours and the baseline's are the same in all figures.
fn coloured(names: Vec<&str>) -> Vec<(&str, &'static str)> {
    let mut others = OTHER_COLOURS.into_iter().cycle();
    let mut colour = |name| match name {
        OURS => OURS_COLOUR,
        BASELINE => BASELINE_COLOUR,
        _ => others.next().expect("a cycle has no end"),
    };
    let names = names.into_iter();
    names.map(|name| (name, colour(name))).collect()
}

fn legend(figure: &mut Figure, lines: &[(&str, &str)]) {
    let mut x = 16.0;
    for (name, colour) in lines {
        figure.line((x, 48.0), (x + 22.0, 48.0), colour, 3.0);
        figure.text((x + 28.0, 52.5), name, LABEL);
        // Allows for the widest letters.
        x += 28.0 + 8.0 * name.chars().count() as f64 + 18.0;
    }
}

/// The plot of one metric, with its two axes.
struct Panel<'a> {
    curve: &'a str,
    metric: &'a Metric,
    rows: Vec<&'a Row>,
    across: Axis,
    up: Axis,
    top: f64,
}

impl<'a> Panel<'a> {
    fn of(curve: &'a str, metric: &'a Metric, rows: &[&'a Row], y: f64) -> Self {
        // Zero can't be shown on a logarithmic axis.
        let rows: Vec<&Row> = rows
            .iter()
            .copied()
            .filter(|row| row.value.min > 0.0)
            .collect();
        let top = y + 30.0;
        let places = rows.iter().filter_map(|row| row.at);
        let values = rows.iter().flat_map(|row| [row.value.min, row.value.max]);
        Panel {
            curve,
            metric,
            across: Axis::over(places, (LEFT + 12.0, RIGHT - 12.0)),
            up: Axis::over(values, (top + PLOT - 8.0, top + 8.0)),
            rows,
            top,
        }
    }

    fn draw(&self, figure: &mut Figure, lines: &[(&str, &str)]) {
        let better = match self.metric.more_is_better {
            true => "more is better",
            false => "less is better",
        };
        let heading = format!("{} ({better})", quantity::heading(self.metric));
        figure.text((LEFT, self.top - 10.0), &heading, LABEL);
        self.axes(figure);
        for (name, colour) in lines {
            self.line(figure, name, colour);
        }
    }

    fn axes(&self, figure: &mut Figure) {
        let bottom = self.top + PLOT;
        let in_bytes = quantity::is_in_bytes(self.metric);
        for value in self.up.ticks(in_bytes) {
            let y = self.up.at(value);
            figure.line((LEFT, y), (RIGHT, y), GRID, 1.0);
            let label = quantity::round_value(self.metric, value);
            let style = LABEL.grey().anchored(Anchor::End);
            figure.text((LEFT - 8.0, y + 4.0), &label, style);
        }
        for place in self.places() {
            let x = self.across.at(place);
            figure.line((x, bottom), (x, bottom + 5.0), GREY, 1.0);
            let label = quantity::place(self.curve, place);
            let style = LABEL.grey().anchored(Anchor::Middle);
            figure.text((x, bottom + 19.0), &label, style);
        }
        figure.line((LEFT, self.top), (LEFT, bottom), INK, 1.0);
        figure.line((LEFT, bottom), (RIGHT, bottom), INK, 1.0);
    }

    fn places(&self) -> Vec<f64> {
        let mut places: Vec<f64> = self.rows.iter().filter_map(|row| row.at).collect();
        places.sort_unstable_by(f64::total_cmp);
        places.dedup();
        places
    }

    fn line(&self, figure: &mut Figure, contender: &str, colour: &str) {
        let mut line = Vec::new();
        for row in self.rows.iter().filter(|row| row.contender == contender) {
            let x = self.across.at(row.at.expect("it is on a curve"));
            let [low, middle, high] =
                [row.value.min, row.value.median, row.value.max].map(|value| self.up.at(value));
            figure.line((x, low), (x, high), colour, 1.5);
            figure.dot((x, middle), colour);
            line.push((x, middle));
        }
        figure.path(&line, colour);
    }
}

/// Converts values to pixels, on a logarithmic scale.
#[derive(Debug, Clone, Copy)]
struct Axis {
    least: f64,
    most: f64,
    pixels: (f64, f64),
}

impl Axis {
    /// An axis that covers all these values, and at least a factor of four.
    fn over(values: impl Iterator<Item = f64> + Clone, pixels: (f64, f64)) -> Self {
        let least = values.clone().fold(f64::INFINITY, f64::min);
        let most = values.fold(0.0, f64::max);
        let (least, most) = if least <= most {
            (least, most)
        } else {
            (1.0, 1.0)
        };
        let widen = (4.0 * least / most).max(1.0).sqrt();
        Axis {
            least: least / widen,
            most: most * widen,
            pixels,
        }
    }

    fn at(self, value: f64) -> f64 {
        let (from, to) = self.pixels;
        from + (to - from) * (value / self.least).ln() / (self.most / self.least).ln()
    }

    /// The values to mark: powers of ten, or for bytes 1, 10 and 100 of each unit. If those are few, also steps in
    /// between.
    fn ticks(self, in_bytes: bool) -> Vec<f64> {
        let factors: &[f64] = if self.most / self.least < 200.0 {
            &[1.0, 2.0, 5.0]
        } else {
            &[1.0]
        };
        let decades: Vec<f64> = if in_bytes {
            let units = (0..4).map(|unit| 1024_f64.powi(unit));
            units
                .flat_map(|unit| [1.0, 10.0, 100.0].map(|decade| decade * unit))
                .collect()
        } else {
            (-9..=12).map(|decade| 10_f64.powi(decade)).collect()
        };
        let ticks = decades
            .into_iter()
            .flat_map(|decade| factors.iter().map(move |factor| factor * decade));
        ticks
            .filter(|tick| (self.least..=self.most).contains(tick))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_is_logarithmic() {
        let axis = Axis::over([1.0, 10_000.0].into_iter(), (0.0, 400.0));
        assert_eq!(axis.at(1.0), 0.0);
        assert!((axis.at(100.0) - 200.0).abs() < 1e-9);
        assert_eq!(axis.ticks(false), [1.0, 10.0, 100.0, 1_000.0, 10_000.0]);
        assert_eq!(axis.ticks(true), [1.0, 10.0, 100.0, 1_024.0]);
    }

    #[test]
    fn equal_values_are_drawn_in_the_middle() {
        let axis = Axis::over([7.0].into_iter(), (0.0, 400.0));
        assert!((axis.at(7.0) - 200.0).abs() < 1e-9);
        assert_eq!(axis.ticks(false), [5.0, 10.0]);
    }
}
