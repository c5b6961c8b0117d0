//! The sheet with the map: a picture without words, and beside it what its colours mean, with residents.
//!
//! Comes in: the run as pictures need it. Goes out: a sheet for one page across. Not here: drawing (`raster`).

use anyhow::Result;
use rust_xlsxwriter::{Image, Worksheet};

use super::Book;
use super::circles::share;
use super::paper::{Page, Value};
use crate::report::raster::picture::{Plain, is_of_osm, plain_map};
use crate::report::saved::Saved;
use crate::report::saved::modes::Mode;

/// The picture in pixels; it is shown at half this size, so that it is sharp on paper.
const SIZE: (u32, u32) = (1_640, 1_240);
/// The column of the picture.
const BESIDE: u16 = 5;

/// The sheet.
///
/// # Errors
/// When the picture cannot be drawn.
pub(super) fn sheet(book: &Book<'_>, maps: &Saved, name: &str) -> Result<Worksheet> {
    let paper = book.paper;
    let Plain { png, legend } = plain_map(maps, &Mode::Missing, SIZE.0, SIZE.1)?;
    let mut widths = vec![8.0, 22.0, 14.0, 9.0, 2.0];
    widths.extend([11.5; 10]);
    let mut page = Page::new(paper, name, &widths)?;
    page.across();
    page.title(paper.say("How many requirements are missing", "各单元缺项数"), &book.unit())?;
    let top = page.row;
    let heads =
        [paper.say("Colour", "颜色"), paper.say("Missing", "缺项数"), book.head_of_all(), paper.say("Share", "占比")];
    let total: f64 = legend.iter().map(|(_, residents)| residents).sum();
    let rows = legend.iter().filter(|(_, residents)| *residents > 0.0).map(|(class, residents)| {
        vec![
            Value::Colour(class.paint),
            paper.say(&class.en, &class.zh).to_owned().into(),
            Value::Amount(*residents),
            share(*residents, total),
        ]
    });
    page.table(&heads, rows)?;
    let image = Image::new_from_buffer(&png)?.set_scale_width(0.5).set_scale_height(0.5);
    let image = image.set_alt_text(paper.say("Map of the cells by missing requirements", "各单元缺项数地图"));
    page.sheet.insert_image(top, BESIDE, &image)?;
    page.row = page.row.max(top + ROWS);
    if is_of_osm(maps) {
        page.note(paper.say(
            "Map data: © OpenStreetMap contributors, ODbL. North is up.",
            "地图数据：© OpenStreetMap contributors，ODbL。上方为北。",
        ))?;
    }
    page.finish()
}

/// Rows that the picture covers.
const ROWS: u32 = 32;
