//! The whole job, from a plan to a folder of results.
//!
//! Comes in: a [`Plan`] and where to write. Goes out: the folder, whole or not at all, and the [`Findings`]. Not here: the
//! stages themselves, each of which has a file of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use polars::prelude::DataFrame;
use walkshed::WalkGraph;
use walkshed::access::{LinkedOutlets, Way};
use walkshed::coverage::{Rating, Source, Standard};
use walkshed::snap::Snapper;
use walkshed::walk::EdgeWeights;

use super::certainty::Cases;
use super::coverage::{Covered, HORIZON, Linked, Tables, cover};
use super::example_walks::isochrones;
use super::findings::{Findings, GradeTold};
use super::for_maps::{are_made_up, requirements, streets, zone_shapes};
use super::inputs::Inputs;
use super::linked::{OnStreet, link, served_from, snap_status};
use super::manifest::{Manifest, StandardUsed, hash_bytes};
use super::memory::peak_bytes;
use super::outlet_tables::OutletTables;
use super::progress::Progress;
use super::provenance::{manifest_of, metadata_of};
use super::question::Question;
use super::searching::{Asked, On, Searching, hierarchy_file};
use super::staging::Staging;
use super::zone_results::{SavedTables, zone_results};
use crate::models::weights_of;
use crate::plan::Plan;
use crate::plan::outlets::OutletsFrom;
use crate::plan::residents::OriginsAt;
use crate::report::page::{REPORT_FILE, report_html};
use crate::report::saved::Saved;
use crate::report::summary::Language;
use crate::report::{map, qgis, workbook};
use crate::streets::graph_among;
use crate::tables::columns::{Shape, Table};
use crate::tables::csv;
use crate::tables::folder::write_geojson;
use crate::tables::format_summary::{FormatOfRun, formats};
use crate::tables::parquet::{TableWriter, write_whole};
use crate::tables::places::{SnapRow, SnapStreet, SnapsBatch};
use crate::tables::readme::readme;
use crate::tables::rejected::{Rejected, rejected_table};
use crate::tables::residents_sum::texts;
use crate::tables::zone_map::zones_geojson;
use crate::wrong_use::WrongUse;
use crate::zones::CellsByZone;

/// The standard as it was read, kept beside the results: what was asked, and who says so.
pub(crate) const STANDARD_FILE: &str = "standard.toml";
/// What the manifest tells of the findings.
const PARTS_TOLD: [&str; 8] =
    ["streets", "residents", "outlets", "zones", "share_all_known", "unknown", "grades", "search"];
/// Rows of a table that are put together at a time.
const PIECE: usize = 1 << 16;

/// Cells and outlets of a run on its streets.
pub(crate) struct Placed {
    /// The points that walks begin at, in the order of the cells.
    pub origins: Vec<Option<OnStreet>>,
    pub outlets: Vec<Option<OnStreet>>,
    /// The zone of each cell, for each layer.
    pub zones: Vec<CellsByZone>,
    /// How many outlets that count there are of each format of the vocabulary.
    pub outlets_by_format: Vec<u32>,
    /// Of these, those of a chain.
    pub chains_by_format: Vec<u32>,
}

/// Does the whole job; the workbook is in `language`.
///
/// # Errors
/// When an input cannot be used or the folder cannot be written; nothing is left behind then.
pub(crate) fn run(
    plan: &Plan,
    output: &Path,
    overwrite: bool,
    language: Language,
    progress: &Progress,
) -> Result<(PathBuf, Findings)> {
    // Before the work: nobody should wait for a run whose results have no place.
    let staging = Staging::new(output, overwrite).map_err(WrongUse::mark)?;
    let inputs = Inputs::read(plan, progress)?;
    let question = Question::of(&inputs)?;
    let graph = &inputs.streets.graph;
    let weights = weights_of(graph, &plan.model)?;
    let placed = place(&inputs, plan, graph, &weights, progress);
    let outlets = served_from(&placed.outlets, &inputs.outlets.outlets);
    let outlets = LinkedOutlets::new(graph, &outlets, inputs.vocabulary.formats().len(), question.unions())?;
    let points: Vec<_> = placed.origins.iter().map(|on| on.as_ref().map(|on| on.point.clone())).collect();
    let stored = graph_among(&plan.osm)?.map(|graph_file| hierarchy_file(graph_file, &plan.model));
    let budgets = question.budgets();
    let on = On { graph, weights: &weights, outlets: &outlets, cells: &points, budgets: &budgets };
    let searching = Searching::choose(Asked { way: plan.way, stored: stored.as_deref() }, on, progress);
    let linked = Linked {
        weights: &weights,
        origins: &placed.origins,
        outlets: &outlets,
        searching: &searching,
        points: &points,
        shops: &placed.outlets,
        zones: &placed.zones,
    };

    let mut folder = Folder::new(plan, &inputs, &question, &staging);
    let mut tables = Tables {
        cells: folder.create(Table::Cells)?,
        access: folder.create(Table::Access)?,
        gaps: folder.create(Table::Gaps)?,
        wide: if plan.wide { Some((folder.create(Table::Wide)?, folder.shape.wide.clone())) } else { None },
    };
    let cases = Cases::find(&inputs, &question, plan, progress)?;
    let covered = cover(&inputs, &question, &plan.model, &linked, cases.as_ref(), &mut tables, progress)?;
    folder.finish(Table::Cells, tables.cells)?;
    folder.finish(Table::Access, tables.access)?;
    folder.finish(Table::Gaps, tables.gaps)?;
    if let Some((writer, _)) = tables.wide {
        folder.finish(Table::Wide, writer)?;
    }
    let mut findings = Findings::new(&inputs, &placed, &covered.reports[0]);
    {
        let _stage = progress.stage("write tables", None);
        folder.write_places(&inputs, &placed)?;
        findings.grades = folder.write_summaries(&inputs, &placed, &covered)?;
    }
    {
        let _stage = progress.stage("draw isochrones", None);
        folder.write(Table::Isochrones, isochrones(&inputs, &placed, &covered, &weights)?)?;
    }
    {
        let _stage = progress.stage("write tables for maps", None);
        let standard = &inputs.standard.standard;
        folder.write(Table::Requirements, requirements(standard, &findings.requirements)?)?;
        folder.write(Table::ZoneShapes, zone_shapes(inputs.zones.first())?)?;
        folder.write(Table::Streets, streets(&inputs, &plan.osm)?)?;
        folder.write_other_forms(plan, &inputs)?;
    }
    findings.title.clone_from(&plan.title);
    for (requirement, sums) in findings.requirements.iter_mut().zip(covered.certainty.into_iter().flatten()) {
        requirement.certainty = Some(sums);
    }
    findings.speed_m_per_s = plan.model.speed().0;
    findings.model = (!plan.model.is_flat()).then(|| plan.model.id().to_owned());
    // Meetings do not look at all nodes; what a sample reached is told then.
    findings.nodes_per_cell = match covered.nodes_reached {
        0 => searching.told.reach,
        nodes => nodes as f64 / covered.searched.max(1) as f64,
    };
    findings.search = Some(searching.told);
    {
        let _stage = progress.stage("draw map", None);
        map::write(&staging.path("map.svg"), &staging.path(&Table::Cells.file()), &inputs, &findings)?;
    }
    // Reports are made from the folder alone, so that `walkshed report` can make them again: the manifest is there first.
    let mut manifest = manifest_of_run(plan, &inputs, &question, &findings)?;
    manifest.write_to(staging.folder())?;
    {
        let _stage = progress.stage("write reports", None);
        let maps = Saved::read(staging.folder())?;
        let book = workbook::bytes(staging.folder(), &maps, language)?;
        std::fs::write(staging.path(workbook::FILE), book)?;
        for (name, style) in qgis::styles(&maps, language) {
            std::fs::write(staging.path(name), style)?;
        }
        std::fs::write(staging.path(REPORT_FILE), report_html(maps)?)?;
    }
    findings.timings_s = progress.timings_s();
    findings.peak_memory_bytes = peak_bytes();
    manifest.add_outputs(staging.folder(), &folder.rows)?;
    manifest.timings_s = findings.timings_s.iter().map(|(name, s)| (name.clone(), (*s).into())).collect();
    manifest.peak_memory_bytes = findings.peak_memory_bytes;
    manifest.write_to(staging.folder())?;
    Ok((staging.commit()?, findings))
}

fn place(inputs: &Inputs, plan: &Plan, graph: &WalkGraph, weights: &EdgeWeights, progress: &Progress) -> Placed {
    let _stage = progress.stage("find streets", None);
    let snapper = Snapper::for_walker(graph, plan.snap, weights);
    let origins: Vec<_> = inputs.origins.points.iter().map(|origin| origin.at).collect();
    let shops: Vec<_> = inputs.outlets.outlets.iter().map(|o| o.at).collect();
    let formats = inputs.vocabulary.formats().len();
    let (mut outlets_by_format, mut chains_by_format) = (vec![0; formats], vec![0; formats]);
    for outlet in inputs.outlets.outlets.iter().filter(|outlet| outlet.counts()) {
        for &format in outlet.formats() {
            outlets_by_format[usize::from(format)] += 1;
            chains_by_format[usize::from(format)] += u32::from(outlet.brand.is_some());
        }
    }
    Placed {
        origins: link(&snapper, weights, &origins),
        outlets: link(&snapper, weights, &shops),
        zones: inputs.zones.iter().map(|layer| inputs.cells_by_zone(layer)).collect(),
        outlets_by_format,
        chains_by_format,
    }
}

/// The output folder in the making.
struct Folder<'a> {
    staging: &'a Staging,
    shape: Shape,
    /// What every table says of itself.
    metadata: Vec<(String, String)>,
    title: Option<&'a str>,
    rows: BTreeMap<String, u64>,
}

impl<'a> Folder<'a> {
    fn new(plan: &'a Plan, inputs: &Inputs, question: &Question, staging: &'a Staging) -> Self {
        let standard = &inputs.standard;
        let mut metadata = metadata_of(plan, &inputs.streets.graph);
        let id = &standard.standard.id;
        metadata.push(("walkshed:standard".to_owned(), format!("{id} {}", hash_bytes(standard.text.as_bytes()))));
        let groups = inputs.residents.groups.iter().map(|(name, _)| name.clone()).collect();
        Self {
            staging,
            shape: Shape {
                minutes: question.minutes.clone(),
                groups,
                weight: inputs.residents.weight.clone(),
                by_point: inputs.origins.by_point,
                wide: [
                    inputs.standard.standard.requirements.iter().map(|one| one.id.clone()).collect(),
                    inputs.vocabulary.formats().iter().map(|format| format.id.clone()).collect(),
                ],
            },
            metadata,
            title: plan.title.as_deref(),
            rows: BTreeMap::new(),
        }
    }

    fn path(&self, table: Table) -> PathBuf {
        self.staging.path(&table.file())
    }

    fn create(&self, table: Table) -> Result<TableWriter> {
        TableWriter::create(&self.path(table), table, &self.shape, &self.metadata)
    }

    fn finish(&mut self, table: Table, writer: TableWriter) -> Result<()> {
        let rows = writer.finish()?;
        self.rows.insert(table.file(), rows);
        Ok(())
    }

    fn write(&mut self, table: Table, rows: DataFrame) -> Result<()> {
        let rows = write_whole(&self.path(table), table, &self.shape, &self.metadata, rows)?;
        self.rows.insert(table.file(), rows);
        Ok(())
    }

    fn write_places(&mut self, inputs: &Inputs, placed: &Placed) -> Result<()> {
        let graph = &inputs.streets.graph;
        let mut writer = self.create(Table::Snaps)?;
        let mut snaps = SnapsBatch::new(PIECE);
        for (cell, home) in inputs.residents.cells.iter().enumerate() {
            let id = home.cell.to_string();
            for number in inputs.origins.of_cell(cell) {
                let on = placed.origins[number].as_ref();
                let (at, street) = (inputs.origins.points[number].at, on.map(|on| street_of(graph, on)));
                snaps.push(&SnapRow { kind: "cell", id: &id, at, street, status: snap_status(on) });
            }
            if snaps.len() >= PIECE {
                writer.write(std::mem::replace(&mut snaps, SnapsBatch::new(PIECE)).finish()?)?;
            }
        }
        for (outlet, on) in inputs.outlets.outlets.iter().zip(&placed.outlets) {
            let street = on.as_ref().map(|on| street_of(graph, on));
            let id = inputs.outlets.id_of(outlet);
            snaps.push(&SnapRow { kind: "outlet", id: &id, at: outlet.at, street, status: snap_status(on.as_ref()) });
            if snaps.len() >= PIECE {
                writer.write(std::mem::replace(&mut snaps, SnapsBatch::new(PIECE)).finish()?)?;
            }
        }
        writer.write(snaps.finish()?)?;
        self.finish(Table::Snaps, writer)?;
        let tables = OutletTables { registry: &inputs.outlets, vocabulary: &inputs.vocabulary, brands: &inputs.brands };
        let mut outlets = self.create(Table::Outlets)?;
        tables.outlets(&placed.outlets, |on| street_of(graph, on).way_id, |piece| outlets.write(piece))?;
        self.finish(Table::Outlets, outlets)?;
        self.write(Table::Duplicates, tables.duplicates()?)?;
        self.write(Table::Unmapped, tables.unmapped()?)?;
        let residents = inputs.residents.rejected.iter().map(|rejected| (&rejected.row, rejected.residents));
        let mut writer = self.create(Table::Rejected)?;
        writer.write(rejected_table(&residents.collect::<Vec<_>>())?)?;
        let mut piece = Vec::new();
        inputs.outlets.rejected.for_each(|row| {
            piece.push(row);
            if piece.len() >= PIECE { write_rejected(&mut writer, &mut piece) } else { Ok(()) }
        })?;
        write_rejected(&mut writer, &mut piece)?;
        self.finish(Table::Rejected, writer)
    }

    /// The tables that polars makes from those already saved.
    fn write_summaries(&mut self, inputs: &Inputs, placed: &Placed, covered: &Covered) -> Result<Vec<GradeTold>> {
        let (cells, access, gaps) = (self.path(Table::Cells), self.path(Table::Access), self.path(Table::Gaps));
        let of_run: Vec<FormatOfRun<'_>> = inputs
            .vocabulary
            .formats()
            .iter()
            .zip(placed.outlets_by_format.iter().zip(&placed.chains_by_format))
            .map(|(f, (&outlets, &chain_outlets))| FormatOfRun {
                id: &f.id,
                zh: &f.zh,
                en: &f.en,
                class: &f.class,
                outlets,
                chain_outlets,
            })
            .collect();
        let rows = formats(&access, &cells, &of_run, &self.shape)?;
        self.write(Table::Formats, rows)?;
        let longest = self.shape.minutes.last().copied().unwrap_or_default();
        self.write_cell_zones(inputs, placed)?;
        let cell_zones = self.path(Table::CellZones);
        let saved = SavedTables { cells: &cells, cell_zones: &cell_zones, access: &access, gaps: &gaps, longest };
        let results = zone_results(inputs, covered, &saved)?;
        self.write(Table::Zones, results.zones)?;
        self.write(Table::ZoneSummary, results.summary)?;
        self.write(Table::Ratings, results.ratings)?;
        self.write(Table::ZoneFormats, results.formats)?;
        self.write(Table::ZoneCircles, results.circles)?;
        Ok(results.grades)
    }

    /// Which cell is in which zone, for each layer.
    fn write_cell_zones(&mut self, inputs: &Inputs, placed: &Placed) -> Result<()> {
        let mut writer = self.create(Table::CellZones)?;
        for (layer, assigned) in inputs.zones.iter().zip(&placed.zones) {
            for (cells, zones) in inputs.residents.cells.chunks(PIECE).zip(assigned.zone.chunks(PIECE)) {
                let id = |zone: &Option<u32>| zone.map(|zone| layer.zones[zone as usize].id.as_str());
                writer.write(DataFrame::new_infer_height(vec![
                    texts("h3", cells.iter().map(|cell| Some(cell.cell.to_string()))),
                    texts("layer", cells.iter().map(|_| Some(layer.layer.as_str()))),
                    texts("zone_id", zones.iter().map(id)),
                ])?)?;
            }
        }
        self.finish(Table::CellZones, writer)
    }

    fn write_other_forms(&mut self, plan: &Plan, inputs: &Inputs) -> Result<()> {
        write_geojson(&self.path(Table::Cells), &self.staging.path("cells.geojson"))?;
        self.rows.insert("cells.geojson".to_owned(), inputs.residents.cells.len() as u64);
        let path = self.staging.path("zones.geojson");
        let unwritten = || format!("{} cannot be written", path.display());
        let mut out = std::io::BufWriter::new(std::fs::File::create(&path).with_context(unwritten)?);
        let [shapes, summary, zones] =
            [Table::ZoneShapes, Table::ZoneSummary, Table::Zones].map(|table| self.path(table));
        let rows = zones_geojson(&shapes, &summary, &zones, &mut out)?;
        std::io::Write::flush(&mut out).with_context(unwritten)?;
        self.rows.insert("zones.geojson".to_owned(), rows);
        let written: Vec<Table> =
            Table::ALL.into_iter().chain([Table::Wide]).filter(|t| self.rows.contains_key(&t.file())).collect();
        if plan.csv {
            for &table in &written {
                let name = format!("{}.csv", table.name());
                csv::from_parquet(&self.path(table), &self.staging.path(&name))?;
                self.rows.insert(name, self.rows[&table.file()]);
            }
        }
        let tables: Vec<(Table, u64)> = written.into_iter().map(|t| (t, self.rows[&t.file()])).collect();
        std::fs::write(self.staging.path("README.md"), readme(self.title, &self.shape, &tables))?;
        std::fs::write(self.staging.path(STANDARD_FILE), &inputs.standard.text)?;
        Ok(())
    }
}

fn write_rejected(writer: &mut TableWriter, rows: &mut Vec<Rejected>) -> Result<()> {
    let of_outlets: Vec<_> = rows.iter().map(|row| (row, None)).collect();
    writer.write(rejected_table(&of_outlets)?)?;
    rows.clear();
    Ok(())
}

fn street_of<'a>(graph: &WalkGraph, on: &OnStreet) -> SnapStreet<'a> {
    let link = graph.link(on.snap.link);
    SnapStreet {
        at: on.snap.at,
        distance_m: on.snap.offset.0,
        way_id: link.piece_of_segment(on.snap.segment as usize).way().0,
        side: on.snap.side.code(),
        along_m: on.snap.to_tail.0,
        component_points: graph.components()[on.snap.component as usize].points,
    }
}

/// What a report says of the standard: what it is, what its grades are, where it comes from.
fn standard_told(standard: &Standard) -> serde_json::Value {
    let grade = |grade: &Rating| serde_json::json!({"zh": grade.zh, "en": grade.en, "text": grade.text, "choice": grade.choice});
    let source = |source: &Source| serde_json::json!({"title": source.title, "url": source.url, "date": source.date});
    serde_json::json!({
        "id": standard.id,
        "zh": standard.zh,
        "en": standard.en,
        "edition": standard.edition,
        "date": standard.date,
        "status": standard.status.code(),
        "grades": standard.ratings.iter().map(grade).collect::<Vec<_>>(),
        "sources": standard.sources.iter().map(source).collect::<Vec<_>>(),
    })
}

/// The manifest but for what was written and how long that took.
fn manifest_of_run(plan: &Plan, inputs: &Inputs, question: &Question, findings: &Findings) -> Result<Manifest> {
    let mut manifest = manifest_of(plan)?;
    for table in plan.outlets.iter().filter_map(OutletsFrom::table) {
        manifest.add_input("outlets", &table.path)?;
    }
    if let Some(path) = &inputs.standard.path {
        manifest.add_input("standard", Path::new(path))?;
    }
    manifest.standard = Some(StandardUsed {
        id: inputs.standard.standard.id.clone(),
        sha256: hash_bytes(inputs.standard.text.as_bytes()),
    });
    let settings = [
        ("minutes", serde_json::json!(question.minutes)),
        ("horizon_minutes", (HORIZON.as_seconds() / 60.0).into()),
        ("resolution", u8::from(inputs.residents.resolution).into()),
        ("origins", if inputs.origins.by_point { "points" } else { "centre" }.into()),
        ("max_points", if let OriginsAt::Points(most) = plan.origins { most.into() } else { serde_json::Value::Null }),
        ("min_component", plan.snap.min_component.into()),
        ("rules", inputs.streets.graph.about().rules.clone().into()),
        ("all_gates", plan.all_gates.into()),
        ("open_at", plan.open_at.map_or(serde_json::Value::Null, |hour| hour.to_string().into())),
        ("way", plan.way.map_or("by_work", Way::code).into()),
        ("formats", inputs.vocabulary.origin().into()),
        ("formats_sha256", hash_bytes(inputs.vocabulary.text().as_bytes()).into()),
        ("brands", inputs.brands.origin().into()),
        ("brands_sha256", hash_bytes(inputs.brands.text().as_bytes()).into()),
        ("drop_duplicates", plan.doubles.drop.into()),
        ("duplicate_distance_m", plan.doubles.limits.distance.0.into()),
    ];
    manifest.settings.extend(settings.into_iter().map(|(key, value)| (key.to_owned(), value)));
    let told = serde_json::to_value(findings)?;
    for part in PARTS_TOLD {
        manifest.counts.insert(part.to_owned(), told[part].clone());
    }
    manifest.counts.insert("standard".to_owned(), standard_told(&inputs.standard.standard));
    manifest.counts.insert("made_up".to_owned(), are_made_up(&plan.osm)?.into());
    manifest.threads = findings.threads;
    Ok(manifest)
}
