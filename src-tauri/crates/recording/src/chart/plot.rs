//! The frame of a chart: its title, legend and axes, and where values lie between them.

use super::scale::{Mark, Scale};
use super::style::{AXIS, HALF, SERIES, TEXT, TITLE};
use super::svg::{Point, Svg, fitted, width};
use super::{Chart, Table};

/// Width of every chart, in units of the view box.
pub(super) const WIDTH: f64 = 800.0;

/// Space around everything.
const MARGIN: f64 = 16.0;
/// What is left between.
const INNER: f64 = WIDTH - MARGIN - MARGIN;
/// Least space between two texts.
const GAP: f64 = 12.0;
const LINE: f64 = 26.0;

/// An axis: what it tells, where values lie, and how they are written.
pub(super) struct Axis {
    /// What, with the unit where the marks do not have it.
    pub(super) title: String,
    pub(super) scale: Scale,
    pub(super) written: fn(f64) -> String,
}

/// What a legend says of one series.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) sign: Sign,
}

/// How a series is known.
#[derive(Clone, Copy)]
pub(super) enum Sign {
    /// A line of its own colour and dashes, with a shape on it.
    Series(usize),
    /// A shape of its own colour.
    Shape(usize),
    /// A line of that kind of dashes, whichever the series.
    Dash(usize),
    /// A thin line.
    Rule,
}

/// A chart being drawn.
pub(super) struct Plot {
    pub(super) svg: Svg,
    title: String,
    description: String,
    x: Scale,
    y: Scale,
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    height: f64,
}

/// Draws a title and a legend; answers where they end.
pub(super) fn head(svg: &mut Svg, title: &str, legend: &[Entry]) -> f64 {
    svg.text("chart-title", (MARGIN, MARGIN + 18.0), &fitted(title, TITLE * 1.06, INNER));
    let mut baseline = MARGIN + TITLE + 23.0;
    let mut x = MARGIN;
    let sample = |sign: Sign| if matches!(sign, Sign::Shape(_)) { 22.0 } else { 52.0 };
    for entry in legend {
        let room = INNER - sample(entry.sign);
        let name = fitted(&entry.name, TEXT, room.min(340.0));
        let taken = sample(entry.sign) + width(&name, TEXT);
        if x > MARGIN && x + taken > WIDTH - MARGIN {
            x = MARGIN;
            baseline += LINE;
        }
        draw_sign(svg, entry.sign, (x, baseline - HALF), sample(entry.sign) - 10.0);
        svg.text("chart-label", (x + sample(entry.sign), baseline), &name);
        x += taken + GAP + GAP;
    }
    if legend.is_empty() { MARGIN + TITLE + 8.0 } else { baseline + 10.0 }
}

fn draw_sign(svg: &mut Svg, sign: Sign, (x, y): Point, length: f64) {
    let line = [Some((x + 2.0, y)), Some((x + length - 2.0, y))];
    let middle = (x + length / 2.0, y);
    match sign {
        Sign::Series(index) => {
            svg.through(&line_class(index), line);
            svg.marker(&fill_class(index), index, middle, 6.0);
        }
        Sign::Shape(index) => svg.marker(&fill_class(index), index, middle, 6.0),
        Sign::Dash(dash) => svg.through(&format!("chart-line chart-axis chart-dash-{dash}"), line),
        Sign::Rule => svg.line("chart-rule chart-dash-4", (x, y), (x + length, y)),
    }
}

/// The classes of a series' line.
pub(super) fn line_class(index: usize) -> String {
    format!("chart-line chart-stroke-{} chart-dash-{}", index % SERIES, index % SERIES)
}

/// The class of a series' shapes and bars.
pub(super) fn fill_class(index: usize) -> String {
    format!("chart-fill-{}", index % SERIES)
}

impl Plot {
    /// Draws the frame of a chart whose place for values is so high.
    pub(super) fn begin(title: &str, description: &str, legend: &[Entry], x: &Axis, y: &Axis, height: f64) -> Self {
        let mut svg = Svg::default();
        let top_of_axis = head(&mut svg, title, legend);
        svg.text("chart-muted", (MARGIN, top_of_axis + TEXT + 4.0), &y.title);
        let top = top_of_axis + LINE + 16.0;
        let bottom = top + height;

        let lines = if matches!(y.scale, Scale::Log { .. }) { 1.3 } else { 2.0 };
        let y_marks = marks(y.scale, y.written, |mark, _| ((1.0 - y.scale.at(mark)) * height, TEXT * lines));
        let widest = |marks: &[Mark], axis: &Axis| {
            marks.iter().map(|mark| width(&mark.words(axis.written), TEXT)).fold(0.0, f64::max)
        };
        let left = MARGIN + widest(&y_marks, y) + 10.0;
        let last = x.scale.marks().iter().filter_map(|marks| marks.last().copied()).collect::<Vec<_>>();
        let right = WIDTH - MARGIN.max(widest(&last, x) / 2.0 + 4.0);
        let x_marks =
            marks(x.scale, x.written, |mark, words| (x.scale.at(mark) * (right - left), width(words, TEXT) + GAP));

        for mark in y_marks {
            let at = (1.0 - y.scale.at(mark.value)).mul_add(height, top);
            svg.line("chart-grid", (left, at), (right, at));
            svg.text("chart-muted chart-end", (left - 10.0, at + HALF), &mark.words(y.written));
        }
        for mark in x_marks {
            let at = x.scale.at(mark.value).mul_add(right - left, left);
            svg.line("chart-grid", (at, top), (at, bottom + 6.0));
            svg.text("chart-muted chart-middle", (at, bottom + 8.0 + TEXT), &mark.words(x.written));
        }
        svg.line("chart-axis", (left, bottom), (right, bottom));
        svg.text("chart-muted chart-end", (right, bottom + AXIS), &x.title);
        Self {
            svg,
            title: title.to_owned(),
            description: description.to_owned(),
            x: x.scale,
            y: y.scale,
            left,
            right,
            top,
            bottom,
            height: bottom + AXIS + MARGIN,
        }
    }

    /// Where a value lies.
    pub(super) fn at(&self, x: f64, y: f64) -> Point {
        let (across, up) = (self.x.at(x).clamp(0.0, 1.0), self.y.at(y).clamp(0.0, 1.0));
        (across.mul_add(self.right - self.left, self.left), up.mul_add(self.top - self.bottom, self.bottom))
    }

    /// Draws the line of a series through those values, with its shape here and there.
    pub(super) fn series(&mut self, index: usize, class: &str, values: &[(f64, Option<f64>)]) {
        let points: Vec<Option<Point>> = values.iter().map(|(x, y)| y.map(|y| self.at(*x, y))).collect();
        self.svg.through(class, points.iter().copied());
        let drawn: Vec<Point> = points.into_iter().flatten().collect();
        // Series that run together keep their shapes apart.
        let every = drawn.len().div_ceil(6).max(1);
        let first = index * (every / 4).max(1) % every;
        for point in drawn.iter().skip(first).step_by(every) {
            self.svg.marker(&fill_class(index), index, *point, 6.0);
        }
    }

    pub(super) fn finish(self, table: Table) -> Chart {
        let svg = self.svg.finish(WIDTH, self.height, &self.title, &self.description);
        Chart { title: self.title, svg, table }
    }
}

/// A chart that says why there is nothing to see.
pub(super) fn nothing(title: &str, sentence: &str, table: Table) -> Chart {
    let mut svg = Svg::default();
    let top = head(&mut svg, title, &[]);
    svg.text("chart-muted", (MARGIN, top + TEXT + TEXT), sentence);
    let svg = svg.finish(WIDTH, top + 52.0 + MARGIN, title, sentence);
    Chart { title: title.to_owned(), svg, table }
}

/// Of the choices, the first whose marks keep apart; told of each where it lies and how much room its words take.
pub(super) fn marks(scale: Scale, written: fn(f64) -> String, place: impl Fn(f64, &str) -> (f64, f64)) -> Vec<Mark> {
    let choices = scale.marks();
    let apart = |marks: &&Vec<Mark>| {
        marks.windows(2).all(|pair| {
            let [(before, one), (after, other)] =
                [pair[0], pair[1]].map(|mark| place(mark.value, &mark.words(written)));
            (after - before).abs() >= f64::midpoint(one, other)
        })
    };
    let last = choices.last().cloned().unwrap_or_default();
    choices.iter().find(apart).cloned().unwrap_or(last)
}
