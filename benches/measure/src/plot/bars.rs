//! Ratios to the baseline, side by side.

use super::{Anchor, BASELINE_COLOUR, Figure, GREY, GRID, INK, LABEL, OURS_COLOUR};
use crate::{BASELINE, Spread, quantity};

/// A group of bars under one heading.
#[derive(Debug, Clone)]
pub struct Group {
    pub title: &'static str,
    pub bars: Vec<Bar>,
}

/// A bar: how many times better than the baseline. `None` if it was not measured.
#[derive(Debug, Clone, Copy)]
pub struct Bar {
    pub label: &'static str,
    pub ratio: Option<Spread>,
}

const WIDTH: f64 = 860.0;
/// Where the bars start and end.
const LEFT: f64 = 210.0;
const RIGHT: f64 = 790.0;
const TOP: f64 = 78.0;
const ROW: f64 = 26.0;
const HEADING: f64 = 34.0;

/// Draws the figure.
pub fn figure(groups: &[Group]) -> Figure {
    let bars: usize = groups.iter().map(|group| group.bars.len()).sum();
    let bottom = TOP + HEADING * groups.len() as f64 + ROW * bars as f64 + 8.0;
    let mut figure = Figure::new(WIDTH, bottom + 34.0);
    let title = format!("How many times better than {BASELINE}");
    figure.text((16.0, 28.0), &title, LABEL.bold());
    let legend = "median of the rounds' ratios; the thin line goes from the minimum to the maximum";
    figure.text((16.0, 47.0), legend, LABEL.grey());
    let scale = Scale::of(groups);
    grid(&mut figure, scale, bottom);
    let mut y = TOP;
    for group in groups {
        figure.text((16.0, y + 23.0), group.title, LABEL.bold());
        y += HEADING;
        let top = y;
        for bar in &group.bars {
            draw(&mut figure, scale, bar, y);
            y += ROW;
        }
        // Drawn on top of the bars, since most of them cross it.
        figure.line((scale.x(1.0), top), (scale.x(1.0), y), INK, 1.5);
    }
    figure
}

/// Converts ratios to pixels.
#[derive(Debug, Clone, Copy)]
struct Scale {
    most: f64,
}

impl Scale {
    fn of(groups: &[Group]) -> Self {
        let bars = groups.iter().flat_map(|group| &group.bars);
        let ratios = bars.filter_map(|bar| bar.ratio);
        Scale {
            most: ratios.map(|ratio| ratio.max).fold(2.0, f64::max),
        }
    }

    fn x(self, ratio: f64) -> f64 {
        LEFT + (RIGHT - LEFT) * ratio / self.most
    }

    /// The distance between grid lines, for four to ten of them.
    fn step(self) -> u32 {
        let steps = [1, 2, 5, 10, 20, 50];
        let few_enough = |step: &u32| self.most / f64::from(*step) <= 10.0;
        steps.into_iter().find(few_enough).unwrap_or(100)
    }
}

fn grid(figure: &mut Figure, scale: Scale, bottom: f64) {
    let step = scale.step();
    let lines = (0..).map(|line| line * step);
    for ratio in lines.take_while(|ratio| f64::from(*ratio) <= scale.most) {
        let x = scale.x(f64::from(ratio));
        figure.line((x, TOP), (x, bottom), GRID, 1.0);
        let centred = LABEL.grey().anchored(Anchor::Middle);
        figure.text((x, bottom + 18.0), &format!("{ratio}×"), centred);
    }
    let centred = LABEL.grey().anchored(Anchor::Middle);
    let baseline = format!("{BASELINE} = 1×");
    figure.text((scale.x(1.0), TOP - 7.0), &baseline, centred);
}

fn draw(figure: &mut Figure, scale: Scale, bar: &Bar, y: f64) {
    let (middle, text) = (y + ROW / 2.0, y + ROW / 2.0 + 4.5);
    let label = LABEL.anchored(Anchor::End);
    figure.text((LEFT - 10.0, text), bar.label, label);
    let Some(Spread { median, min, max }) = bar.ratio else {
        let beside = scale.x(1.0) + 8.0;
        figure.text((beside, text), "not measured", LABEL.grey());
        return;
    };
    let is_better = median >= 1.0;
    let colour = if is_better {
        OURS_COLOUR
    } else {
        BASELINE_COLOUR
    };
    let length = scale.x(median) - LEFT;
    figure.rectangle((LEFT, y + 4.0), (length, ROW - 8.0), colour);
    for end in [min, max] {
        let x = scale.x(end);
        figure.line((x, middle - 4.0), (x, middle + 4.0), GREY, 1.5);
    }
    let (from, to) = (scale.x(min), scale.x(max));
    figure.line((from, middle), (to, middle), GREY, 1.5);
    let beside = to.max(scale.x(1.0)) + 7.0;
    figure.text((beside, text), &quantity::times(median), LABEL.bold());
}
