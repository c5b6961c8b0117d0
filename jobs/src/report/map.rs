//! The coverage map as SVG: cells by the number of requirements that are missing, over the streets.
//!
//! Comes in: the saved table of cells, the streets and zones, the findings for the title. Goes out: `map.svg`, which any
//! browser opens and slides take. Not here: verdicts; the colour of a cell is read from the table.
//!
//! Colours hold for colour-blind readers and in grey (viridis). Unknown is hatched and no street is grey: neither is ever
//! drawn as "nothing missing".

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result};
use geo::MapCoords as _;
use h3o::{CellIndex, LatLng};
use polars::prelude::col;
use walkshed::{LocalPlane, LonLat, WalkGraph};

use super::numbers::{percent, whole};
use crate::run::findings::Findings;
use crate::run::inputs::Inputs;
use crate::tables::scan;

/// The width of the map in pixels; its height follows from the city's shape, within limits.
const WIDTH: f64 = 1_100.0;
/// Larger cities are drawn without streets: their lines would run together, and the file would be too large to open.
const MOST_STREET_POINTS: usize = 250_000;
/// Streets are simplified to this many pixels.
const STREET_TOLERANCE_PX: f64 = 0.4;
/// The legend beside the map.
const LEGEND_WIDTH: f64 = 360.0;
const MARGIN: f64 = 24.0;
const HEAD: f64 = 72.0;
/// Viridis in six steps, from nothing missing (light) to most missing (dark).
const PALETTE: [&str; 6] = ["#fde725", "#7ad151", "#22a884", "#2a788e", "#414487", "#440154"];
const NO_STREET: &str = "#d0d0d0";

/// What a cell shows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Shown {
    /// So many requirements are missing; the others are met or, in part, unknown.
    Missing(u32),
    /// Nothing is known to be missing, and nothing is known to be met.
    Unknown,
    /// There is no street.
    NoStreet,
}

struct Cell {
    index: CellIndex,
    shown: Shown,
    residents: f64,
}

/// Draws the map.
///
/// # Errors
/// When the table cannot be read or the file cannot be written.
pub(crate) fn write(path: &Path, cells: &Path, inputs: &Inputs, findings: &Findings) -> Result<()> {
    let cells = read_cells(cells)?;
    let map = Map::around(&cells).context("there are no cells to draw")?;
    let svg = map.draw(&cells, inputs, findings);
    std::fs::write(path, svg).with_context(|| format!("{} cannot be written", path.display()))
}

fn read_cells(path: &Path) -> Result<Vec<Cell>> {
    let columns = ["h3_u64", "residents", "snap_status", "met", "not_met"].map(col);
    let mut cells = Vec::new();
    scan::for_each_piece(scan::parquet(path)?.select(columns), |piece| {
        let (index, residents) = (piece.column("h3_u64")?.u64()?, piece.column("residents")?.f64()?);
        let status = piece.column("snap_status")?.str()?;
        let (met, not_met) = (piece.column("met")?.u32()?, piece.column("not_met")?.u32()?);
        for row in 0..piece.height() {
            let missing = not_met.get(row).unwrap_or(0);
            let shown = match (status.get(row), missing, met.get(row).unwrap_or(0)) {
                (Some("no_street"), _, _) => Shown::NoStreet,
                (_, 0, 0) => Shown::Unknown,
                (_, missing, _) => Shown::Missing(missing),
            };
            let index = CellIndex::try_from(index.get(row).unwrap_or(0))?;
            cells.push(Cell { index, shown, residents: residents.get(row).unwrap_or(0.0) });
        }
        Ok(())
    })?;
    Ok(cells)
}

/// The plane of a map: metres around its middle, turned into pixels.
struct Map {
    plane: LocalPlane,
    west: f64,
    north: f64,
    scale: f64,
    width: f64,
    height: f64,
}

impl Map {
    fn around(cells: &[Cell]) -> Option<Self> {
        let first = LatLng::from(cells.first()?.index);
        let plane = LocalPlane::at(LonLat { lon: first.lng(), lat: first.lat() });
        let corners: Vec<[f64; 2]> = cells.iter().flat_map(|c| outline(&plane, c.index)).collect();
        let bound =
            |axis: usize, pick: fn(f64, f64) -> f64, start: f64| corners.iter().map(|c| c[axis]).fold(start, pick);
        let (west, east) = (bound(0, f64::min, f64::INFINITY), bound(0, f64::max, f64::NEG_INFINITY));
        let (south, north) = (bound(1, f64::min, f64::INFINITY), bound(1, f64::max, f64::NEG_INFINITY));
        let (across, up) = (east - west, north - south);
        // A long coast must not make a map of a hand's width: the height is at most one and a half times the width.
        let scale = (WIDTH / across).min(1.5 * WIDTH / up);
        Some(Self { plane, west, north, scale, width: across * scale, height: up * scale })
    }

    fn pixel(&self, [east, north]: [f64; 2]) -> [f64; 2] {
        [MARGIN + (east - self.west) * self.scale, HEAD + (self.north - north) * self.scale]
    }

    fn draw(&self, cells: &[Cell], inputs: &Inputs, findings: &Findings) -> String {
        let (width, height) = (self.width + LEGEND_WIDTH + 3.0 * MARGIN, (self.height + HEAD + MARGIN).max(460.0));
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
             height=\"{height:.0}\" font-family=\"'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',\
             'PingFang SC','Noto Sans',sans-serif\">\n<defs><pattern id=\"unknown\" width=\"6\" height=\"6\" \
             patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" \
             fill=\"#f4f4f4\"/><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"6\" stroke=\"#777\" stroke-width=\"2\"/></pattern>\
             </defs>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        );
        Self::draw_head(&mut svg, findings);
        self.draw_streets(&mut svg, &inputs.streets.graph);
        let classes = classes_of(cells, findings.requirements.len() as u32);
        for class in &classes {
            let paths: String =
                cells.iter().filter(|c| class.holds(c.shown)).map(|c| self.cell_path(c.index)).collect();
            let _ = writeln!(
                svg,
                "<path d=\"{paths}\" fill=\"{0}\" stroke=\"{0}\" stroke-width=\".4\" fill-opacity=\".78\" stroke-opacity=\".3\"/>",
                class.fill
            );
        }
        self.draw_zones(&mut svg, inputs);
        self.draw_legend(&mut svg, &classes, cells, findings);
        svg.push_str("</svg>\n");
        svg
    }

    fn cell_path(&self, cell: CellIndex) -> String {
        let corners: Vec<String> =
            outline(&self.plane, cell).map(|c| self.pixel(c)).map(|[x, y]| format!("{x:.1} {y:.1}")).collect();
        format!("M{}Z", corners.join("L"))
    }

    fn draw_head(svg: &mut String, findings: &Findings) {
        let standard = &findings.standard;
        let title = findings.title.as_deref().unwrap_or(&findings.streets.source);
        let share = findings.share_all_known.map_or_else(|| "-".to_owned(), percent);
        let line = |svg: &mut String, y: u32, size: u32, weight: &str, text: &str| {
            let _ = writeln!(
                svg,
                "<text x=\"{MARGIN}\" y=\"{y}\" font-size=\"{size}\" font-weight=\"{weight}\">{}</text>",
                escaped(text)
            );
        };
        line(svg, 32, 22, "bold", title);
        let speed = findings.speed_m_per_s;
        let model = findings.model.as_ref().map_or_else(String::new, |model| format!(" ({model})"));
        line(
            svg,
            56,
            14,
            "normal",
            &format!(
                "{} / {} · 步行 on foot {speed} m/s{model} · 全部满足 have all that is known: {share}",
                standard.zh, standard.en
            ),
        );
    }

    fn draw_streets(&self, svg: &mut String, graph: &WalkGraph) {
        if graph.point_count() > MOST_STREET_POINTS {
            return;
        }
        let mut path = String::new();
        for street in graph.streets() {
            let points = street.points.iter().map(|p| self.pixel(self.plane.project(p.lon_lat())));
            let mut last: Option<[f64; 2]> = None;
            let count = points.len();
            for (number, [x, y]) in points.enumerate() {
                if !(MARGIN..=MARGIN + self.width).contains(&x) || !(HEAD..=HEAD + self.height).contains(&y) {
                    last = None;
                    continue;
                }
                let near = last.is_some_and(|[u, v]| (x - u).hypot(y - v) < STREET_TOLERANCE_PX);
                if near && number + 1 < count {
                    continue;
                }
                let _ = write!(path, "{}{x:.1} {y:.1}", if last.is_some() { 'L' } else { 'M' });
                last = Some([x, y]);
            }
        }
        let _ = writeln!(
            svg,
            "<path d=\"{path}\" fill=\"none\" stroke=\"#8a8a8a\" stroke-width=\".8\" stroke-opacity=\".7\" \
             stroke-linejoin=\"round\"/>"
        );
    }

    fn draw_zones(&self, svg: &mut String, inputs: &Inputs) {
        let Some(layer) = inputs.zones.first() else { return };
        let mut path = String::new();
        for zone in &layer.zones {
            let flat = zone.shape.map_coords(|c| {
                let [x, y] = self.pixel(self.plane.project(LonLat { lon: c.x, lat: c.y }));
                geo::Coord { x, y }
            });
            for ring in flat.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())) {
                let points: Vec<String> = ring.coords().map(|c| format!("{:.1} {:.1}", c.x, c.y)).collect();
                let _ = write!(path, "M{}Z", points.join("L"));
            }
        }
        let (w, h) = (self.width, self.height);
        let _ = writeln!(
            svg,
            "<clipPath id=\"map\"><rect x=\"{MARGIN}\" y=\"{HEAD}\" width=\"{w:.1}\" height=\"{h:.1}\"/></clipPath>\
             <path clip-path=\"url(#map)\" d=\"{path}\" fill=\"none\" stroke=\"#111\" stroke-width=\"1\" \
             stroke-dasharray=\"5 3\"/>"
        );
    }

    fn draw_legend(&self, svg: &mut String, classes: &[Class], cells: &[Cell], findings: &Findings) {
        let x = self.width + 2.0 * MARGIN;
        let mut y = HEAD + 10.0;
        let text = |svg: &mut String, x: f64, y: f64, size: u32, text: &str| {
            let _ = writeln!(svg, "<text x=\"{x:.0}\" y=\"{y:.0}\" font-size=\"{size}\">{}</text>", escaped(text));
        };
        text(svg, x, y, 14, "缺少的要求数 requirements missing");
        text(svg, x, y + 18.0, 11, "（占居民比例 share of weight）");
        y += 32.0;
        let total: f64 = cells.iter().map(|c| c.residents).sum();
        for class in classes {
            let weight: f64 = cells.iter().filter(|c| class.holds(c.shown)).map(|c| c.residents).sum();
            let _ = writeln!(
                svg,
                "<rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"26\" height=\"16\" fill=\"{}\" stroke=\"#666\" stroke-width=\".5\"/>",
                class.fill
            );
            let share = if total > 0.0 { percent(weight / total) } else { "-".to_owned() };
            text(svg, x + 34.0, y + 13.0, 13, &class.label);
            text(svg, x + 170.0, y + 13.0, 13, &share);
            y += 23.0;
        }
        y += 14.0;
        let weight = &findings.residents;
        text(svg, x, y, 11, &format!("权重：{}", weight.weight_zh));
        text(svg, x, y + 16.0, 11, &format!("weight: {}", weight.weight_en));
        text(svg, x, y + 32.0, 11, &format!("H3 {} · {} cells", weight.resolution, whole(weight.cells as f64)));
        if !findings.unknown.is_empty() {
            let names = findings.requirements.iter().filter(|r| findings.unknown.contains(&r.id));
            let names: Vec<&str> = names.map(|r| r.zh.as_str()).collect();
            text(svg, x, y + 56.0, 11, &format!("未知 unknown: {}", names.join("、")));
        }
        self.draw_scale(svg, x, y + 96.0);
        text(svg, x, y + 132.0, 10, "© OpenStreetMap contributors, ODbL");
        text(svg, x, y + 146.0, 10, &format!("walkshed {}", env!("CARGO_PKG_VERSION")));
    }

    /// A scale bar of a round length, and north.
    fn draw_scale(&self, svg: &mut String, x: f64, y: f64) {
        let fits = 160.0 / self.scale;
        let round = [100.0, 200.0, 500.0, 1_000.0, 2_000.0, 5_000.0, 10_000.0, 20_000.0, 50_000.0];
        let metres = round.into_iter().rev().find(|&m| m <= fits).unwrap_or(50.0);
        let length = metres * self.scale;
        let label = if metres < 1_000.0 { format!("{metres} m") } else { format!("{} km", metres / 1_000.0) };
        let _ = writeln!(
            svg,
            "<path d=\"M{x:.0} {:.0}v6h{length:.1}v-6\" fill=\"none\" stroke=\"#111\" stroke-width=\"1.4\"/>\
             <text x=\"{:.0}\" y=\"{:.0}\" font-size=\"11\">{label}</text>\
             <path d=\"M{:.0} {:.0}l5 15l-5 -4l-5 4z\" fill=\"#111\"/><text x=\"{:.0}\" y=\"{:.0}\" font-size=\"11\">N</text>",
            y - 6.0,
            x + length + 6.0,
            y,
            x + 216.0,
            y - 14.0,
            x + 212.0,
            y - 18.0,
        );
    }
}

fn outline(plane: &LocalPlane, cell: CellIndex) -> impl Iterator<Item = [f64; 2]> {
    let corners: Vec<[f64; 2]> =
        cell.boundary().iter().map(|c| plane.project(LonLat { lon: c.lng(), lat: c.lat() })).collect();
    corners.into_iter()
}

/// A class of the legend.
struct Class {
    label: String,
    fill: &'static str,
    from: Shown,
    to: Shown,
}

impl Class {
    fn holds(&self, shown: Shown) -> bool {
        (self.from..=self.to).contains(&shown)
    }
}

/// The classes: nothing missing, then up to five steps to all of them, then unknown and no street where they occur.
fn classes_of(cells: &[Cell], requirements: u32) -> Vec<Class> {
    let mut classes =
        vec![Class { label: "0".into(), fill: PALETTE[0], from: Shown::Missing(0), to: Shown::Missing(0) }];
    let steps = requirements.clamp(1, 5);
    for step in 0..steps {
        let (from, to) = (1 + step * requirements / steps, (step + 1) * requirements / steps);
        let label = if from == to { from.to_string() } else { format!("{from}–{to}") };
        // Few steps are spread over the palette, so that the darkest always stands for all.
        let colour = (1 + step) * 5 / steps;
        classes.push(Class {
            label,
            fill: PALETTE[colour as usize],
            from: Shown::Missing(from),
            to: Shown::Missing(to),
        });
    }
    let others =
        [("未知 unknown", "url(#unknown)", Shown::Unknown), ("附近无道路 no street", NO_STREET, Shown::NoStreet)];
    for (label, fill, shown) in others {
        if cells.iter().any(|c| c.shown == shown) {
            classes.push(Class { label: label.into(), fill, from: shown, to: shown });
        }
    }
    classes
}

/// Text that is safe between tags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_hold_every_number_once() {
        for requirements in 1..=40 {
            let classes = classes_of(&[], requirements);
            for missing in 0..=requirements {
                let held = classes.iter().filter(|c| c.holds(Shown::Missing(missing))).count();
                assert_eq!(held, 1, "{missing} of {requirements}");
            }
            assert!(classes.len() <= PALETTE.len());
        }
    }

    #[test]
    fn unknown_and_no_street_are_never_nothing_missing() {
        let classes = classes_of(&[], 6);
        assert!(!classes.iter().any(|c| c.holds(Shown::Unknown) || c.holds(Shown::NoStreet)));
    }

    #[test]
    fn names_stay_text() {
        assert_eq!(escaped("<img src=x onerror=alert(1)> & co"), "&lt;img src=x onerror=alert(1)&gt; &amp; co");
    }
}
