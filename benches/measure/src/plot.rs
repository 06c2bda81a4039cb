//! Figures as self-contained SVG, on white, so that they are readable on light and dark pages.
//!
//! - [`bars`]: ratios side by side.
//! - [`curves`]: how costs grow, on logarithmic axes.

pub mod bars;
pub mod curves;

use std::fmt::Write;

/// A figure under construction. Text is sans-serif, and lengths are in pixels.
#[derive(Debug)]
pub struct Figure {
    width: f64,
    height: f64,
    elements: String,
}

/// Which part of a text is at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Anchor {
    Start,
    Middle,
    End,
}

/// The look of a text.
#[derive(Debug, Clone, Copy)]
struct Style {
    anchor: Anchor,
    size: f64,
    colour: &'static str,
    bold: bool,
}

const INK: &str = "#222222";
const GREY: &str = "#666666";
const GRID: &str = "#dddddd";

/// Colours that people with red-green colour blindness can tell apart.
const OURS_COLOUR: &str = "#0b6fb8";
const BASELINE_COLOUR: &str = "#d55e00";
const OTHER_COLOURS: [&str; 6] = [
    "#00875f", "#a0458a", "#7a6a00", "#444444", "#2aa6b8", "#b3123d",
];

const LABEL: Style = Style {
    anchor: Anchor::Start,
    size: 13.0,
    colour: INK,
    bold: false,
};

impl Style {
    const fn anchored(self, anchor: Anchor) -> Self {
        Style { anchor, ..self }
    }

    const fn bold(self) -> Self {
        Style { bold: true, ..self }
    }

    const fn grey(self) -> Self {
        Style {
            colour: GREY,
            size: 12.0,
            ..self
        }
    }
}

impl Figure {
    fn new(width: f64, height: f64) -> Self {
        Figure {
            width,
            height,
            elements: String::new(),
        }
    }

    fn element(&mut self, element: std::fmt::Arguments<'_>) {
        writeln!(self.elements, "{element}").expect("a String takes it");
    }

    fn rectangle(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), colour: &str) {
        self.element(format_args!(
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" fill="{colour}"/>"#
        ));
    }

    fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), colour: &str, width: f64) {
        self.element(format_args!(
            r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" stroke="{colour}" stroke-width="{width}"/>"#
        ));
    }

    fn path(&mut self, points: &[(f64, f64)], colour: &str) {
        let points: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect();
        self.element(format_args!(
            r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="2"/>"#,
            points.join(" ")
        ));
    }

    fn dot(&mut self, (x, y): (f64, f64), colour: &str) {
        self.element(format_args!(
            r#"<circle cx="{x:.1}" cy="{y:.1}" r="3.5" fill="{colour}"/>"#
        ));
    }

    fn text(&mut self, (x, y): (f64, f64), text: &str, style: Style) {
        let anchor = match style.anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let weight = if style.bold { "bold" } else { "normal" };
        let (size, colour) = (style.size, style.colour);
        let text = text
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        self.element(format_args!(
            r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" fill="{colour}">{text}</text>"#
        ));
    }

    /// The content of the SVG file.
    pub fn into_svg(self) -> String {
        let (width, height) = (self.width, self.height);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
             height=\"{height}\" font-family=\"Helvetica, Arial, sans-serif\">\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            self.elements
        )
    }
}
