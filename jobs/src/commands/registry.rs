//! `walkshed registry check`: what a run would make of a registry.
//!
//! Comes in: a table of outlets, and streets if they are at hand. Goes out: on standard output what would be used,
//! rejected, doubled and unmapped, which datum the streets say, and how long each step took. Not here: the steps, and the
//! text for people (`report`).

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context as _, Result};
use chrono::NaiveDate;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use walkshed::WalkGraph;
use walkshed::snap::Snapper;

use crate::area::Area;
use crate::plan::outlets::{OutletFlags, OutletsFrom, day_of, from_flags};
use crate::plan::snap_options;
use crate::registry::brands::Brands;
use crate::registry::duplicates;
use crate::registry::fit::{CONFIDENCE, DatumFit, Nearness, SAMPLED, Surroundings, Verdict, fit};
use crate::registry::mapping::Mapper;
use crate::registry::outlets::Registry;
use crate::registry::reading::{OutletReader, OutletTable, declares_crs, sample_positions};
use crate::registry::vocabulary::Vocabulary;
use crate::report::registry_check::check_text;
use crate::report::summary::Language;
use crate::run::findings::{counted, sources_of};
use crate::run::inputs::MARGIN;
use crate::run::memory::peak_bytes;
use crate::run::progress::Progress;
use crate::run::registries::buildings_of;
use crate::streets::{AccessFlags, load};

/// Look into a registry of outlets.
#[derive(Debug, Args)]
pub(crate) struct RegistryArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// What would be used, rejected, doubled and unmapped, and which datum the streets say
    Check(Box<CheckArgs>),
}

/// The flags that say how files of outlets are read.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct TableArgs {
    /// The datum of the outlets' coordinates: wgs84, gcj02 (AMap, Tencent), bd09 (Baidu) or cgcs2000; once for all tables,
    /// or once for each
    #[arg(long, value_name = "NAME")]
    datum: Vec<String>,
    /// The encoding of CSV files, such as gb18030 [default: found out]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// The sign between the columns of CSV files, or tab [default: found out]
    #[arg(long, value_name = "SIGN")]
    delimiter: Option<String>,
    /// The sheet of workbooks [default: the first]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// The day whose outlets count: those that closed by then or open later, by their dates, do not [default: dates are only
    /// told]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day_of)]
    as_of: Option<NaiveDate>,
    /// Formats to map to, a file like formats.toml [default: those that come with walkshed]
    #[arg(long, value_name = "FILE")]
    pub vocabulary: Option<PathBuf>,
    /// Chains for the chain rate, a file like brands.toml [default: those that come with walkshed]
    #[arg(long, value_name = "FILE")]
    pub brands: Option<PathBuf>,
}

impl TableArgs {
    /// What they say, with the files.
    pub(crate) fn flags(self, sources: Vec<String>) -> OutletFlags {
        OutletFlags {
            sources,
            datums: self.datum,
            encoding: self.encoding,
            delimiter: self.delimiter,
            sheet: self.sheet,
            as_of: self.as_of,
            ..OutletFlags::default()
        }
    }
}

#[derive(Debug, Args)]
struct CheckArgs {
    /// The table: CSV, XLSX, Parquet or GeoJSON
    file: String,
    /// Streets to check the datum and the places with: an extract (.osm.pbf) or a graph file
    #[arg(long, value_name = "FILE")]
    osm: Option<PathBuf>,
    #[command(flatten)]
    access: AccessFlags,
    #[command(flatten)]
    tables: TableArgs,
    /// The language of the text
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

/// Does what was asked for.
///
/// # Errors
/// When the call is wrong or the file cannot be used.
pub(crate) fn run(args: &RegistryArgs) -> Result<()> {
    match &args.what {
        What::Check(args) => check(args),
    }
}

/// What a check found.
pub(crate) struct Checked {
    /// The table, as it was read.
    pub table: OutletTable,
    /// What is in it.
    pub registry: Registry,
    /// Which datum the streets say, where there are streets.
    pub fit: Option<DatumFit>,
    /// Whether somebody declared the datum that the rows were read in.
    pub declared: bool,
    /// Outlets near enough to a street, where there are streets.
    pub on_street: Option<u64>,
    /// Seconds of each step.
    pub steps: Vec<(Step, f64)>,
}

/// What a check does, in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    FitDatum,
    ReadAndMap,
    FindDoubles,
    Snap,
}

impl Step {
    /// Its name in English, and for machines.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::FitDatum => "fit the datum",
            Self::ReadAndMap => "read and map",
            Self::FindDoubles => "find doubles",
            Self::Snap => "snap",
        }
    }

    /// Its name in Chinese.
    pub(crate) const fn zh(self) -> &'static str {
        match self {
            Self::FitDatum => "检验坐标系",
            Self::ReadAndMap => "读取与归类",
            Self::FindDoubles => "查找重复",
            Self::Snap => "连接道路",
        }
    }
}

fn check(args: &CheckArgs) -> Result<()> {
    let vocabulary = args.tables.vocabulary.as_deref().map_or_else(Vocabulary::embedded, Vocabulary::load)?;
    let brands = Brands::load(args.tables.brands.as_deref(), &vocabulary)?;
    let from = from_flags(&args.tables.clone().flags(vec![args.file.clone()]))?;
    let table = from.into_iter().find_map(|from| match from {
        OutletsFrom::Table(table) => Some(table),
        OutletsFrom::Osm => None,
    });
    let table = table.context("the outlets of an extract need no check; name a table")?;
    let progress = if args.json { Progress::silent() } else { Progress::on_terminal() };
    let streets = match &args.osm {
        Some(osm) => Some(load(osm, &args.access.read()?, &progress)?.graph),
        None => None,
    };
    let streets = streets.as_ref().zip(args.osm.as_deref());
    let checked = checked(table, streets, &vocabulary, &brands, &progress)?;
    if args.json {
        println!("{:#}", as_json(&checked, &brands));
    } else {
        print!("{}", check_text(&checked, &vocabulary, args.lang));
    }
    Ok(())
}

fn checked(
    mut table: OutletTable,
    streets: Option<(&WalkGraph, &Path)>,
    vocabulary: &Vocabulary,
    brands: &Brands,
    progress: &Progress,
) -> Result<Checked> {
    let mut steps = Vec::new();
    let mut began = Instant::now();
    let mut step = |name, began: &mut Instant| {
        steps.push((name, began.elapsed().as_secs_f64()));
        *began = Instant::now();
    };
    let area = streets.and_then(|(graph, _)| graph.bounds()).map(|bounds| Area::around(bounds, MARGIN));
    let mut found = None;
    if let (Some((graph, osm)), Some(area)) = (streets, &area) {
        let _stage = progress.stage("fit the datum", None);
        let positions = sample_positions(&table, SAMPLED)?;
        found = Some(fit(Surroundings { graph, area }, &positions, || buildings_of(&[osm.to_owned()]))?);
        step(Step::FitDatum, &mut began);
    }
    let declared = table.datum.is_some() || declares_crs(&table)?;
    if !declared && let Some(Verdict::Is(datum)) = found.as_ref().map(|fit| fit.verdict) {
        table.datum = Some(datum);
    }
    let mut registry = Registry::default();
    let mapper = Mapper::new(vocabulary)?;
    OutletReader { mapper, brands, area: area.as_ref(), progress }.read(&table, &mut registry)?;
    step(Step::ReadAndMap, &mut began);
    {
        let _stage = progress.stage("find doubles", None);
        duplicates::find(&mut registry, duplicates::Limits::default());
    }
    step(Step::FindDoubles, &mut began);
    let mut on_street = None;
    if let Some((graph, _)) = streets {
        on_street = Some(near_streets(graph, &registry, progress)?);
        step(Step::Snap, &mut began);
    }
    Ok(Checked { table, registry, fit: found, declared, on_street, steps })
}

fn near_streets(graph: &WalkGraph, registry: &Registry, progress: &Progress) -> Result<u64> {
    use rayon::prelude::*;
    let _stage = progress.stage("find streets", None);
    let snapper = Snapper::new(graph, snap_options(None, None)?);
    let near = registry.outlets.par_iter().with_min_len(256).filter(|outlet| snapper.snap(outlet.at).is_ok());
    Ok(near.count() as u64)
}

fn as_json(checked: &Checked, brands: &Brands) -> Value {
    let registry = &checked.registry;
    let doubles: usize = registry.groups.iter().map(|group| group.members.len() - 1).sum();
    let chains = registry.outlets.iter().filter_map(|outlet| outlet.brand);
    let mut by_chain = std::collections::BTreeMap::<&str, u64>::new();
    chains.for_each(|chain| *by_chain.entry(&brands.get(chain).id).or_default() += 1);
    json!({
        "file": checked.table.path,
        "source": sources_of(registry).first(),
        "datum_declared": checked.declared,
        "datum_fit": checked.fit.as_ref().map(fit_as_json),
        "rows": registry.rows(),
        "outlets": registry.outlets.len(),
        "on_street": checked.on_street,
        "rejected": counted(registry.rejected.by_reason()),
        "unmapped": registry.unmapped.iter().map(|((_, said), kind)| json!([said, kind.rows])).collect::<Vec<_>>(),
        "duplicate_groups": registry.groups.len(),
        "duplicates": doubles,
        "chain_outlets": by_chain.values().sum::<u64>(),
        "chains": by_chain,
        "seconds": checked.steps.iter().map(|(step, s)| (step.code().to_owned(), json!(s))).collect::<serde_json::Map<_, _>>(),
        "peak_memory_bytes": peak_bytes(),
    })
}

fn fit_as_json(fit: &DatumFit) -> Value {
    let datum = if let Verdict::Is(datum) = fit.verdict { Some(datum.code()) } else { None };
    let nearness =
        |of: Nearness| json!({"mean_distance_m": of.street_m, "share_at_building": of.at_building, "cost": of.cost});
    let by_datum = fit.by_datum.iter().map(|(datum, of)| (datum.code().to_owned(), nearness(*of)));
    json!({
        "verdict": fit.verdict.code(), "datum": datum, "confidence": CONFIDENCE,
        "by_datum": by_datum.collect::<serde_json::Map<String, Value>>(), "best_of_other_shifts": nearness(fit.placebo),
        "better_by": fit.better_by.0, "better_by_at_least": fit.better_by.1,
        "outlets": fit.outlets, "squares": fit.squares,
    })
}
