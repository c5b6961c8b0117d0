//! `report.xlsx`: the results of a run as a workbook to be handed around, filtered, printed and signed.
//!
//! Comes in: the folder of a run, a language. Goes out: the workbook in it, whose bytes depend on these alone: it holds no
//! time. Not here: anything that is computed; every number stands in a saved table or in the manifest.
//!
//! Sheets: an overview; a map; zones by requirements; what is missing, most residents first; formats; ratings and circles, where
//! the standard has them; the cells where most lack something; rows that were left out; parameters and sources; then a list
//! of zones with one sheet each (一圈一策), for the [`circles::MOST_SHEETS`] zones where most residents lack something.

mod cells;
mod circles;
mod formats;
mod left_out;
mod map_sheet;
mod missing;
mod names;
mod overview;
mod paper;
mod ratings;
mod saved;
mod sources;
mod words;
mod zone_sheet;
mod zone_table;
mod zones;

use std::path::Path;

use anyhow::{Context as _, Result};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet};

use self::names::Names;
use self::paper::Paper;
use self::saved::Saved;
use self::zones::Zone;
use super::saved::Saved as Maps;
use super::summary::Language;
use crate::registry::vocabulary::Vocabulary;
use crate::tables::zone_summary::CITY;

/// The name of the file.
pub(crate) const FILE: &str = "report.xlsx";

/// What every sheet is made from.
struct Book<'b> {
    saved: &'b Saved,
    paper: &'b Paper,
    /// Names of classes.
    vocabulary: &'b Vocabulary,
}

/// The workbook of a run in a folder, as the bytes of its file; `maps` is the same run as pictures need it.
///
/// # Errors
/// When the folder is none of a run of this version.
pub(crate) fn bytes(folder: &Path, maps: &Maps, language: Language) -> Result<Vec<u8>> {
    let saved = Saved::read(folder)?;
    let made = workbook(&saved, maps, language).and_then(|mut workbook| Ok(workbook.save_to_buffer()?));
    made.with_context(|| format!("{FILE} of {} cannot be made", folder.display()))
}

fn workbook(saved: &Saved, maps: &Maps, language: Language) -> Result<Workbook> {
    let paper = Paper::new(language, &foot(saved, language));
    let vocabulary = Vocabulary::embedded()?;
    let book = Book { saved, paper: &paper, vocabulary: &vocabulary };
    let mut names = Names::default();
    let [overview, map, zones, missing, formats, ratings, circles, cells, sources, index] =
        SHEETS.map(|(en, zh)| names.take(paper.say(en, zh)));
    let left_out = left_out::sheets(&book, &mut names)?;
    let chosen = circles::chosen(saved, &mut names);
    let of_zones = circles::Sheets::of(&chosen);
    let mut sheets: Vec<Worksheet> = vec![overview::sheet(&book, &overview)?, map_sheet::sheet(&book, maps, &map)?];
    if !saved.requirements.is_empty() {
        sheets.push(zone_table::sheet(&book, &of_zones, &zones)?);
        sheets.push(missing::sheet(&book, &of_zones, &missing)?);
    }
    sheets.push(formats::sheet(&book, &formats)?);
    sheets.extend(ratings::ratings(&book, &ratings)?);
    sheets.extend(ratings::overlay(&book, &circles)?);
    sheets.push(cells::sheet(&book, &cells)?);
    sheets.extend(left_out);
    sheets.push(sources::sheet(&book, &sources)?);
    if !chosen.is_empty() {
        sheets.push(circles::index(&book, &chosen, &index)?);
        let outlets = missing::outlets(&book, chosen.iter().flat_map(|circle| &circle.zone.held))?;
        let (formats, grades) = (formats::ZoneFormats::read(&book)?, ratings::grades(&book)?);
        let shared = zone_sheet::Shared { outlets: &outlets, formats: &formats, grades: &grades };
        for circle in chosen.iter().filter(|circle| circle.sheet.is_some()) {
            sheets.push(zone_sheet::sheet(&book, circle, &shared)?);
        }
    }
    let mut workbook = Workbook::new();
    workbook.set_default_format(paper.plain(), 20, 64)?;
    workbook.set_properties(&properties(saved)?);
    for sheet in sheets {
        workbook.push_worksheet(sheet);
    }
    Ok(workbook)
}

/// The sheets that are no zone's, in English and Chinese.
const SHEETS: [(&str, &str); 10] = [
    ("Overview", "概览"),
    ("Map", "地图"),
    ("Zones", "分区达标"),
    ("Missing", "缺项清单"),
    ("Formats", "业态排名"),
    ("Ratings", "评级与指标"),
    ("Circles", "叠加圈"),
    ("Cells", "缺口单元"),
    ("Sources", "参数与来源"),
    ("Zone by zone", "一圈一策"),
];

/// What the pages say of themselves: the city, the standard.
fn foot(saved: &Saved, language: Language) -> String {
    let standard = language.pick(&saved.standard.en, &saved.standard.zh);
    format!("{} · {standard}", title(saved))
}

/// What the run is called.
fn title(saved: &Saved) -> &str {
    let streets = saved.manifest.counts.get("streets").and_then(|told| told["source"].as_str());
    saved.manifest.title.as_deref().or(streets).unwrap_or("walkshed")
}

/// Without the time, so that two runs that find the same write the same bytes.
fn properties(saved: &Saved) -> Result<DocProperties> {
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let version = format!("walkshed {}", saved.manifest.version);
    Ok(DocProperties::new().set_title(title(saved)).set_author(version).set_creation_datetime(&created))
}

impl Book<'_> {
    /// What amounts are amounts of, in a line below a title.
    fn unit(&self) -> String {
        let [en, zh] = &self.saved.weight;
        match self.paper.language {
            Language::En => format!("{} · amounts are {en}", title(self.saved)),
            Language::Zh => format!("{} · 数量单位：{zh}", title(self.saved)),
        }
    }

    /// The head of a column with all who live there, or what stands for them.
    fn head_of_all(&self) -> &str {
        if self.saved.counts_people() { self.paper.say("Residents", "居民") } else { self.paper.say("All", "合计") }
    }

    /// What a zone is called; the city, and what is outside, by words.
    fn name_of<'z>(&'z self, zone: &'z Zone) -> &'z str {
        match zone.id.as_deref() {
            Some(CITY) => self.paper.say("whole city", "全市"),
            Some(_) => circles::name(zone),
            None => self.paper.say("in no zone", "不在任何分区"),
        }
    }
}
