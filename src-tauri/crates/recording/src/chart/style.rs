//! Colours and letters of charts, as stylesheets.

use std::fmt::Write as _;

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on light: paper.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

/// What a chart is drawn in. Those of series are Okabe and Ito's, darkened on light and lightened on dark until lines in them
/// have a contrast of 3:1 or more.
struct Palette {
    back: &'static str,
    text: &'static str,
    muted: &'static str,
    grid: &'static str,
    axis: &'static str,
    series: [&'static str; SERIES],
}

/// How many series have a colour of their own. The next begin again, with other shapes.
pub(super) const SERIES: usize = 8;

const LIGHT: Palette = Palette {
    back: "#ffffff",
    text: "#17222b",
    muted: "#50606d",
    grid: "#d3dbe1",
    axis: "#7d8d99",
    series: ["#0072b2", "#d55e00", "#009270", "#a1497c", "#17222b", "#a86c00", "#3d8fc4", "#7d7500"],
};

const DARK: Palette = Palette {
    back: "#17212a",
    text: "#e9eff3",
    muted: "#9fb0bd",
    grid: "#2a3843",
    axis: "#6d808e",
    series: ["#5fb4ea", "#f0904d", "#2cc295", "#e09cc3", "#e9eff3", "#e69f00", "#2f8fd0", "#f0e442"],
};

/// Sizes of letters in units of the view box, which is 800 wide.
pub(super) const TITLE: f64 = 22.0;
pub(super) const TEXT: f64 = 17.0;
/// From the middle of a line of text to its baseline.
pub(super) const HALF: f64 = 0.35 * TEXT;
/// From an axis to the baseline of its title, below its marks.
pub(super) const AXIS: f64 = 53.0;

/// What does not depend on the theme.
const SHAPES: &str = "\
.chart text{font-family:'Inter Variable',Inter,system-ui,'DejaVu Sans',sans-serif;font-size:17px;font-variant-numeric:tabular-nums}\
.chart .chart-title{font-size:22px;font-weight:600}\
.chart .chart-strong{font-weight:600}\
.chart .chart-end{text-anchor:end}\
.chart .chart-middle{text-anchor:middle}\
.chart .chart-grid{stroke-width:1}\
.chart .chart-axis{stroke-width:1.5}\
.chart .chart-line{fill:none;stroke-width:3;stroke-linejoin:round;stroke-linecap:round}\
.chart .chart-rule{stroke-width:2}\
.chart .chart-hollow{stroke-width:2.5}\
.chart .chart-dash-1{stroke-dasharray:11 6}\
.chart .chart-dash-2{stroke-dasharray:2 6}\
.chart .chart-dash-3{stroke-dasharray:14 5 2 5}\
.chart .chart-dash-4{stroke-dasharray:6 5}\
.chart .chart-dash-5{stroke-dasharray:20 6}\
.chart .chart-dash-6{stroke-dasharray:14 5 2 5 2 5}\
.chart .chart-dash-7{stroke-dasharray:8 8}";

/// The stylesheet of a theme. Every rule is for what is inside of a `.chart`.
#[must_use]
pub fn style(theme: Theme) -> String {
    SHAPES.to_owned() + &colours(theme)
}

/// A stylesheet that follows the system: light, and dark where that is asked for; on paper always light.
#[must_use]
pub fn style_of_system() -> String {
    format!(
        "{}{}@media screen and (prefers-color-scheme:dark){{{}}}",
        SHAPES,
        colours(Theme::Light),
        colours(Theme::Dark)
    )
}

fn colours(theme: Theme) -> String {
    let Palette { back, text, muted, grid, axis, series } = match theme {
        Theme::Light => &LIGHT,
        Theme::Dark => &DARK,
    };
    let mut rules = format!(
        ".chart text{{fill:{text}}}\
         .chart .chart-muted{{fill:{muted}}}\
         .chart .chart-back,.chart .chart-hollow{{fill:{back}}}\
         .chart .chart-grid{{stroke:{grid}}}\
         .chart .chart-axis{{stroke:{axis}}}\
         .chart .chart-rule{{stroke:{muted}}}"
    );
    for (index, colour) in series.iter().enumerate() {
        let _ =
            write!(rules, ".chart .chart-stroke-{index}{{stroke:{colour}}}.chart .chart-fill-{index}{{fill:{colour}}}");
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast as WCAG 2.1 defines it.
    fn contrast(one: &str, other: &str) -> f64 {
        let luminance = |colour: &str| {
            let channel = |from: usize| {
                let share = f64::from(u8::from_str_radix(&colour[from..from + 2], 16).expect("two digits")) / 255.0;
                if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
            };
            [(0.2126, 1), (0.7152, 3), (0.0722, 5)].map(|(weight, from)| weight * channel(from)).iter().sum::<f64>()
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn text_has_a_contrast_of_4_5_and_lines_one_of_3() {
        for palette in [LIGHT, DARK] {
            for text in [palette.text, palette.muted] {
                assert!(contrast(text, palette.back) >= 4.5, "{text}");
            }
            for line in palette.series.into_iter().chain([palette.axis]) {
                assert!(contrast(line, palette.back) >= 3.0, "{line}: {}", contrast(line, palette.back));
            }
        }
    }
}
