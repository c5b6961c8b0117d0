//! Models against observations as a picture: SVG, for papers and meetings.
//!
//! Comes in: what was found. Goes out: one picture with a row for each model: predicted against observed times, errors by
//! distance, errors by direction of slope. Not here: numbers (the tables). A picture is made of rectangles, lines and dots
//! alone and says the same in every viewer.

use std::fmt::Write as _;

use super::Validated;
use super::pairs::Observed;
use super::stats::{Bin, Errors};

/// The picture's sizes in pixels.
const PANEL: f64 = 260.0;
const GAP: f64 = 74.0;
const LEFT: f64 = 84.0;
const TOP: f64 = 64.0;
const ROW: f64 = PANEL + 92.0;

/// Dots that one panel has at most; of more, every so manieth is drawn.
const MOST_DOTS: usize = 4_000;

/// The picture.
pub(crate) fn picture(found: &[Validated], observed: &Observed) -> String {
    let width = LEFT + 3.0 * PANEL + 2.0 * GAP + 40.0;
    let height = TOP + ROW * found.len() as f64;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"sans-serif\" font-size=\"11\" fill=\"#333\">\n<rect width=\"{width}\" height=\"{height}\" \
         fill=\"#fff\"/>\n"
    );
    text(
        &mut svg,
        (LEFT, 26.0),
        "start",
        "font-size=\"16\" font-weight=\"bold\"",
        "Walking times: models against observations",
    );
    for (row, model) in found.iter().enumerate() {
        let top = TOP + ROW * row as f64;
        let told = model.errors.map_or_else(
            || "no walk can be compared".to_owned(),
            |e| format!("{} walks, bias {:+.0} s, MAE {:.0} s, RMSE {:.0} s", e.n, e.bias, e.mae, e.rmse),
        );
        text(&mut svg, (LEFT, top - 14.0), "start", "font-size=\"13\" font-weight=\"bold\"", &model.id);
        text(&mut svg, (LEFT + 3.0 * PANEL + 2.0 * GAP, top - 14.0), "end", "fill=\"#666\"", &told);
        scatter(&mut svg, [LEFT, top], model, observed);
        let of = |by: &str| model.bins.iter().filter(|bin| bin.by == by).collect::<Vec<_>>();
        boxes(&mut svg, [LEFT + PANEL + GAP, top], "error by length of the walk (s)", &of("distance"));
        boxes(&mut svg, [LEFT + 2.0 * (PANEL + GAP), top], "error by slope from end to end (s)", &of("direction"));
    }
    svg.push_str("</svg>\n");
    svg
}

fn text(svg: &mut String, (x, y): (f64, f64), anchor: &str, style: &str, words: &str) {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    // Writing to a String does not fail.
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" {style}>{words}</text>");
}

fn line(svg: &mut String, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2], style: &str) {
    let _ = writeln!(svg, "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" {style}/>");
}

/// A step for an axis: 1, 2 or 5 times a power of ten, four to nine of them to the whole.
fn step_of(range: f64) -> f64 {
    let power = 10f64.powf((range / 4.0).log10().floor());
    let times = [5.0, 2.0, 1.0].into_iter().find(|times| range / (times * power) >= 4.0);
    times.unwrap_or(1.0) * power
}

/// Predicted against observed minutes, with the line on which both are the same.
fn scatter(svg: &mut String, [left, top]: [f64; 2], model: &Validated, observed: &Observed) {
    let walks: Vec<[f64; 2]> = observed
        .pairs
        .iter()
        .zip(&model.predicted)
        .filter_map(|(pair, predicted)| Some([pair.observed / 60.0, predicted.walk?.seconds / 60.0]))
        .collect();
    let most = walks.iter().flatten().copied().fold(1.0, f64::max) * 1.05;
    let x = |minutes: f64| left + PANEL * minutes / most;
    let y = |minutes: f64| top + PANEL - PANEL * minutes / most;
    let step = step_of(most);
    for tick in (0..).map(|n| f64::from(n) * step).take_while(|tick| *tick <= most) {
        line(svg, [x(tick), top], [x(tick), top + PANEL], "stroke=\"#eee\"");
        line(svg, [left, y(tick)], [left + PANEL, y(tick)], "stroke=\"#eee\"");
        text(svg, (x(tick), top + PANEL + 15.0), "middle", "", &format!("{tick}"));
        text(svg, (left - 6.0, y(tick) + 4.0), "end", "", &format!("{tick}"));
    }
    line(svg, [x(0.0), y(0.0)], [x(most), y(most)], "stroke=\"#c0392b\" stroke-dasharray=\"4 3\"");
    let every = walks.len().div_ceil(MOST_DOTS).max(1);
    let opacity = (60.0 / walks.len().max(1) as f64).sqrt().clamp(0.12, 0.7);
    let _ = writeln!(svg, "<g fill=\"#1f6f8b\" fill-opacity=\"{opacity:.2}\">");
    for [seen, said] in walks.iter().step_by(every) {
        let _ = writeln!(svg, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"2.4\"/>", x(*seen), y(*said));
    }
    svg.push_str("</g>\n");
    text(svg, (left + PANEL / 2.0, top + PANEL + 34.0), "middle", "fill=\"#666\"", "observed (min)");
    let (x, y) = (left - 42.0, top + PANEL / 2.0);
    let turned = format!("fill=\"#666\" transform=\"rotate(-90 {x:.1} {y:.1})\"");
    text(svg, (x, y), "middle", &turned, "predicted (min)");
}

/// The errors of each bin: a line from 5 to 95 of 100, a box from 25 to 75, the median across it.
fn boxes(svg: &mut String, [left, top]: [f64; 2], title: &str, bins: &[&Bin]) {
    if bins.is_empty() {
        let words = "no heights: slopes are not known";
        text(svg, (left + PANEL / 2.0, top + PANEL / 2.0), "middle", "fill=\"#999\"", words);
        return;
    }
    let ends = bins.iter().flat_map(|bin| [bin.errors.quantiles[0], bin.errors.quantiles[4]]);
    let most = ends.map(f64::abs).fold(10.0, f64::max) * 1.1;
    let y = |error: f64| top + PANEL / 2.0 - PANEL / 2.0 * error / most;
    let step = step_of(2.0 * most);
    for number in (-9..=9).map(f64::from).filter(|number| (number * step).abs() <= most) {
        line(svg, [left, y(number * step)], [left + PANEL, y(number * step)], "stroke=\"#eee\"");
        text(svg, (left - 6.0, y(number * step) + 4.0), "end", "", &format!("{}", number * step));
    }
    line(svg, [left, y(0.0)], [left + PANEL, y(0.0)], "stroke=\"#c0392b\" stroke-dasharray=\"4 3\"");
    let wide = PANEL / bins.len() as f64;
    for (place, bin) in bins.iter().enumerate() {
        let middle = left + wide * (place as f64 + 0.5);
        let Errors { n, quantiles: [least, low, median, high, greatest], .. } = bin.errors;
        line(svg, [middle, y(least)], [middle, y(greatest)], "stroke=\"#1f6f8b\"");
        let half = (wide * 0.28).min(22.0);
        let tall = (y(low) - y(high)).max(1.0);
        let _ = writeln!(
            svg,
            "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{tall:.1}\" fill=\"#bcd9e2\" stroke=\"#1f6f8b\"/>",
            middle - half,
            y(high),
            2.0 * half
        );
        line(svg, [middle - half, y(median)], [middle + half, y(median)], "stroke=\"#0b3c49\" stroke-width=\"2\"");
        // Two lines of words, or neighbours would run into each other.
        let (first, second) = bin.group.split_once(' ').unwrap_or((bin.group, ""));
        for (line, words) in [first, second, &format!("n {n}")].into_iter().enumerate() {
            let style = if line == 2 { "fill=\"#999\" font-size=\"9\"" } else { "font-size=\"10\"" };
            text(svg, (middle, top + PANEL + 14.0 + 12.0 * line as f64), "middle", style, words);
        }
    }
    text(svg, (left + PANEL / 2.0, top + PANEL + 56.0), "middle", "fill=\"#666\"", title);
}
