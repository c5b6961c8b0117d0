//! A map as a PNG without a browser: cells, streets, borders of zones, legend, scale.
//!
//! Comes in: a run and a mode. Goes out: the bytes of a PNG. Not here: Chinese words, for which there is no font here; the
//! pictures that the page saves have them.

use anyhow::{Context as _, Result};
use walkshed::LonLat;

use super::font::{LINE, drawable, width};
use super::{Hexes, PARTS, Picture, Rgba, View};
use crate::report::numbers::{percent, whole};
use crate::report::plane::Plane;
use crate::report::saved::Saved;
use crate::report::saved::modes::{Class, Mode, classed};

const WHITE: Rgba = [255; 4];
const INK: Rgba = [0x22, 0x26, 0x2b, 255];
const FAINT: Rgba = [0x5c, 0x63, 0x6b, 255];
const MAIN_STREET: Rgba = [0x20, 0x20, 0x20, 120];
const STREET: Rgba = [0x20, 0x20, 0x20, 60];
const BORDER: Rgba = [0, 0, 0, 220];
/// Streets other than main ones are drawn from this many pixels to a kilometre.
const STREETS_FROM: f64 = 70.0;
/// The side of a sample in the legend, in dots.
const SAMPLE: i64 = 8;
/// The length of the scale bar is one of these, in metres.
const LENGTHS: [f64; 14] = [50.0, 100.0, 200.0, 300.0, 500.0, 1e3, 2e3, 3e3, 5e3, 10e3, 20e3, 30e3, 50e3, 100e3];

/// How a picture is laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Layout {
    pub width: u32,
    pub height: u32,
    /// Cells alone, over the whole picture: no streets, no legend.
    pub bare: bool,
}

/// A map of a run as PNG.
///
/// # Errors
/// When the run has no such requirement or format.
pub(crate) fn map_png(saved: &Saved, mode: &Mode, layout: Layout) -> Result<Vec<u8>> {
    let (codes, classes) = mode.of(saved)?;
    let (of_cells, sums) = classed(&codes, &classes, &saved.cells.residents);
    let plane = Plane::of(&saved.cells.index);
    let hexes = plane.hexes(&saved.cells.index);
    let bounds = hexes.bounds().context("there are no cells to draw")?;
    let paints: Vec<_> = classes.iter().map(|class| class.paint).collect();
    if layout.bare {
        let mut picture = Picture::new(layout.width, layout.height, WHITE);
        picture.fill(&View::fitted(bounds, layout.width, layout.height), &hexes, &of_cells, &paints);
        return picture.png();
    }
    let mut picture = Picture::new(layout.width, layout.height, WHITE);
    let dot = (i64::from(layout.width) / 800).max(1);
    let (head, legend) = (5 * LINE * dot, 210 * dot);
    let map = Part {
        left: 0,
        top: head,
        width: (i64::from(layout.width) - legend).max(1),
        height: (i64::from(layout.height) - head).max(1),
    };
    let view = map.draw(&mut picture, saved, &plane, &hexes, (&of_cells, &paints));
    map.scale_bar(&mut picture, &view, dot);
    title(&mut picture, saved, mode, dot);
    let place = [i64::from(layout.width) - legend + 6 * dot, head + 4 * dot];
    legend_of(&mut picture, saved, &classes, &sums, place, dot);
    picture.png()
}

/// A map without words, and what is to be said beside it.
pub(crate) struct Plain {
    pub png: Vec<u8>,
    /// What its colours mean, with the residents of each.
    pub legend: Vec<(Class, f64)>,
}

/// The map alone, without words but for its scale: for documents that say the rest themselves.
///
/// # Errors
/// When the run has no such requirement or format.
pub(crate) fn plain_map(saved: &Saved, mode: &Mode, width: u32, height: u32) -> Result<Plain> {
    let (codes, classes) = mode.of(saved)?;
    let (of_cells, sums) = classed(&codes, &classes, &saved.cells.residents);
    let plane = Plane::of(&saved.cells.index);
    let hexes = plane.hexes(&saved.cells.index);
    let paints: Vec<_> = classes.iter().map(|class| class.paint).collect();
    let mut picture = Picture::new(width, height, WHITE);
    let map = Part { left: 0, top: 0, width: i64::from(width), height: i64::from(height) };
    let view = map.draw(&mut picture, saved, &plane, &hexes, (&of_cells, &paints));
    map.scale_bar(&mut picture, &view, i64::from(width / 800).max(1));
    Ok(Plain { png: picture.png()?, legend: classes.into_iter().zip(sums).collect() })
}

/// The part of the picture that the map has.
#[derive(Clone, Copy)]
struct Part {
    left: i64,
    top: i64,
    width: i64,
    height: i64,
}

impl Part {
    fn draw(
        &self,
        picture: &mut Picture,
        saved: &Saved,
        plane: &Plane,
        hexes: &Hexes,
        (classes, paints): (&[u8], &[super::Paint]),
    ) -> View {
        let bounds = hexes.bounds().unwrap_or_default();
        let view = View::fitted(bounds, self.width as u32, self.height as u32);
        let mut map = Picture::new(self.width as u32, self.height as u32, WHITE);
        map.fill(&view, hexes, classes, paints);
        let shows_all = 1_000.0 / view.meters(1.0) >= STREETS_FROM;
        for street in saved.streets.iter().filter(|street| street.is_main || shows_all) {
            let points: Vec<_> = plane.line(&street.points, 1.0).into_iter().map(|at| view.place(at)).collect();
            let (wide, colour) = if street.is_main { (2, MAIN_STREET) } else { (1, STREET) };
            map.line(&points, wide, colour);
        }
        for ring in saved.zones.iter().flat_map(|zone| &zone.rings) {
            let points: Vec<_> = plane.line(ring, 1.0).into_iter().map(|at| view.place(at)).collect();
            map.line(&points, 2, BORDER);
        }
        for (row, pixels) in (self.top..).zip(map.pixels.chunks(map.width as usize)) {
            let start = (row * i64::from(picture.width) + self.left) as usize;
            picture.pixels[start..start + pixels.len()].copy_from_slice(pixels);
        }
        view
    }

    fn scale_bar(&self, picture: &mut Picture, view: &View, dot: i64) {
        let most = view.meters(self.width as f64 / 4.0);
        let length = LENGTHS.into_iter().rev().find(|length| *length <= most).unwrap_or(LENGTHS[0]);
        let end = view.place([(view.left as f64 + length * 10.0) as i32, 0])[0] / PARTS;
        let (left, top) = (self.left + 8 * dot, self.top + self.height - 10 * dot);
        picture.fill_box([left - 2 * dot, top - 12 * dot], [end + 60 * dot, 20 * dot], [255, 255, 255, 215]);
        picture.fill_box([left, top], [end, 2 * dot], INK);
        let text = if length < 1e3 { format!("{length} m") } else { format!("{} km", length / 1e3) };
        picture.write(&text, [left, top - 9 * dot], dot, INK);
        picture.write("N is up", [left + end + 8 * dot, top - 4 * dot], dot, FAINT);
    }
}

/// What the map is of, and the finding, in the characters that there are.
fn title(picture: &mut Picture, saved: &Saved, mode: &Mode, dot: i64) {
    let told = |path: [&str; 2]| saved.manifest.counts.get(path[0]).and_then(|part| part.get(path[1])?.as_str());
    let title = drawable(saved.manifest.title.as_deref().unwrap_or(""));
    let standard = drawable(told(["standard", "en"]).unwrap_or(""));
    picture.write(&drawable(&mode.title(saved)), [8 * dot, 7 * dot], 2 * dot, INK);
    let speed = saved.manifest.model.as_ref().map_or(0.0, |model| model.speed_m_per_s);
    let of = if title.is_empty() { standard } else { format!("{title}: {standard}") };
    let widest = (i64::from(picture.width) - 16 * dot) / (6 * dot);
    let cut = |text: String| text.chars().take(widest.max(0) as usize).collect::<String>();
    picture.write(&cut(of), [8 * dot, 27 * dot], dot, FAINT);
    let share = saved.manifest.counts.get("share_all_known").and_then(serde_json::Value::as_f64);
    let share = share.map_or_else(String::new, |share| format!("{} have all that is known. ", percent(share)));
    picture.write(&cut(format!("{share}On foot at {speed} m/s.")), [8 * dot, 39 * dot], dot, FAINT);
}

/// Samples with their words and their residents.
fn legend_of(picture: &mut Picture, saved: &Saved, classes: &[Class], sums: &[f64], [left, top]: [i64; 2], dot: i64) {
    let total: f64 = saved.cells.residents.iter().sum();
    let weight = saved.manifest.counts.get("residents").and_then(|told| told.get("weight_en")?.as_str());
    let weight = drawable(weight.unwrap_or("residents"));
    let weight = weight.split(',').next().unwrap_or_default();
    let mut y = top;
    for line in lines(weight, (i64::from(picture.width) - left) / width("m", dot)) {
        picture.write(&line, [left, y], dot, FAINT);
        y += LINE * dot;
    }
    y += 2 * dot;
    for (class, sum) in classes.iter().zip(sums).filter(|(_, sum)| **sum > 0.0) {
        picture.fill_box([left - dot, y - dot], [(SAMPLE + 6) * dot, (SAMPLE + 2) * dot], FAINT);
        for row in 0..SAMPLE * dot {
            for column in 0..(SAMPLE + 4) * dot {
                picture.blend(left + column, y + row, class.paint.at(column as u32, row as u32));
            }
        }
        let words = drawable(&class.en.replace('\u{2013}', "-"));
        picture.write(&words, [left + (SAMPLE + 9) * dot, y], dot, INK);
        let share = if total > 0.0 { percent(sum / total) } else { String::new() };
        let numbers = format!("{} {share}", whole(*sum));
        let right = i64::from(picture.width) - 4 * dot - width(&numbers, dot);
        // Long words and long numbers go on two lines.
        let is_long = left + (SAMPLE + 10) * dot + width(&words, dot) > right;
        y += if is_long { LINE * dot } else { 0 };
        picture.write(&numbers, [right, y], dot, INK);
        y += (LINE + 4) * dot;
    }
    let LonLat { lon, lat } = Plane::of(&saved.cells.index).origin;
    picture.write(&format!("around {lat:.2} N {lon:.2} E"), [left, y + 4 * dot], dot, FAINT);
    if is_of_osm(saved) {
        picture.write("Map data: OpenStreetMap", [left, y + (LINE + 4) * dot], dot, FAINT);
        picture.write("contributors, ODbL", [left, y + (2 * LINE + 4) * dot], dot, FAINT);
    }
}

/// A text as lines of at most so many characters; a longer word stays whole.
fn lines(text: &str, most: i64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if (line.len() + 1 + word.len()) as i64 <= most => *line = format!("{line} {word}"),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// Whether the streets are OpenStreetMap's, which is then to be said. Those of a made-up city are nobody's.
pub(crate) fn is_of_osm(saved: &Saved) -> bool {
    saved.manifest.counts.get("made_up").and_then(serde_json::Value::as_bool) != Some(true)
}
