//! `walkshed registry check`: what a run would make of a registry.
//!
//! Comes in: a table of outlets, and streets if they are at hand. Goes out: on standard output what would be used,
//! rejected, doubled and unmapped, which datum the streets say, and how long each step took. Not here: the steps.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use walkshed::WalkGraph;
use walkshed::snap::Snapper;

use super::columns::{Align, Columns};
use crate::area::Area;
use crate::datum::Datum;
use crate::plan::outlets::{OutletFlags, OutletsFrom, from_flags};
use crate::plan::snap_options;
use crate::registry::brands::Brands;
use crate::registry::duplicates;
use crate::registry::fit::{self, DatumFit, Verdict, fit};
use crate::registry::mapping::Mapper;
use crate::registry::outlets::Registry;
use crate::registry::reading::{OutletReader, OutletTable, declares_crs, sample_positions};
use crate::registry::vocabulary::Vocabulary;
use crate::report::numbers::{bytes, percent, whole};
use crate::run::findings::{counted, sources_of};
use crate::run::inputs::MARGIN;
use crate::run::memory::peak_bytes;
use crate::run::progress::Progress;
use crate::run::registries::hint;
use crate::streets::{AccessFlags, load};
use crate::tables::rejected::by_reason;

/// How many kinds and groups a summary names.
const NAMED: usize = 8;

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
struct Checked {
    table: OutletTable,
    registry: Registry,
    fit: Option<DatumFit>,
    /// Whether somebody declared the datum that the rows were read in.
    declared: bool,
    /// Outlets near enough to a street, where there are streets.
    on_street: Option<u64>,
    /// Seconds of each step.
    steps: Vec<(&'static str, f64)>,
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
    let checked = checked(table, streets.as_ref(), &vocabulary, &brands)?;
    if args.json {
        println!("{:#}", as_json(&checked, &brands));
    } else {
        print!("{}", as_text(&checked, &vocabulary));
    }
    Ok(())
}

fn checked(
    mut table: OutletTable,
    streets: Option<&WalkGraph>,
    vocabulary: &Vocabulary,
    brands: &Brands,
) -> Result<Checked> {
    let mut steps = Vec::new();
    let mut began = Instant::now();
    let mut step = |name, began: &mut Instant| {
        steps.push((name, began.elapsed().as_secs_f64()));
        *began = Instant::now();
    };
    let area = streets.and_then(WalkGraph::bounds).map(|bounds| Area::around(bounds, MARGIN));
    let mut found = None;
    if let (Some(graph), Some(area)) = (streets, &area) {
        found = Some(fit(graph, area, &sample_positions(&table, fit::SAMPLED)?));
        step("fit the datum", &mut began);
    }
    let declared = table.datum.is_some() || declares_crs(&table)?;
    if !declared && let Some(Verdict::Is(datum)) = found.as_ref().map(|fit| fit.verdict) {
        table.datum = Some(datum);
    }
    let mut registry = Registry::default();
    let mapper = Mapper::new(vocabulary)?;
    OutletReader { mapper, brands, area: area.as_ref() }.read(&table, &mut registry)?;
    step("read and map", &mut began);
    duplicates::find(&mut registry, duplicates::Limits::default());
    step("find doubles", &mut began);
    let mut on_street = None;
    if let Some(graph) = streets {
        on_street = Some(near_streets(graph, &registry)?);
        step("snap", &mut began);
    }
    Ok(Checked { table, registry, fit: found, declared, on_street, steps })
}

fn near_streets(graph: &WalkGraph, registry: &Registry) -> Result<u64> {
    use rayon::prelude::*;
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
    let fit = checked.fit.as_ref().map(|fit| {
        let (verdict, datum) = match fit.verdict {
            Verdict::Is(datum) => ("is", Some(datum.code())),
            Verdict::TooFew => ("too_few", None),
            Verdict::Same => ("same", None),
            Verdict::Undecided => ("undecided", None),
            Verdict::NoneFits => ("none_fits", None),
        };
        let means: serde_json::Map<String, Value> =
            fit.mean_m.iter().map(|(datum, mean)| (datum.code().to_owned(), json!(mean))).collect();
        json!({
            "verdict": verdict, "datum": datum, "confidence": fit::CONFIDENCE, "mean_distance_m": means,
            "nearer_by_m": fit.nearer_by_m.0, "nearer_by_at_least_m": fit.nearer_by_m.1,
            "placebo_m": fit.placebo_m, "outlets": fit.outlets, "squares": fit.squares,
        })
    });
    json!({
        "file": checked.table.path,
        "source": sources_of(registry).first(),
        "datum_declared": checked.declared,
        "datum_fit": fit,
        "rows": registry.rows(),
        "outlets": registry.outlets.len(),
        "on_street": checked.on_street,
        "rejected": counted(by_reason(&registry.rejected)),
        "unmapped": registry.unmapped.iter().map(|((_, said), kind)| json!([said, kind.rows])).collect::<Vec<_>>(),
        "duplicate_groups": registry.groups.len(),
        "duplicates": doubles,
        "chain_outlets": by_chain.values().sum::<u64>(),
        "chains": by_chain,
        "seconds": checked.steps.iter().map(|(name, s)| ((*name).to_owned(), json!(s))).collect::<serde_json::Map<_, _>>(),
        "peak_memory_bytes": peak_bytes(),
    })
}

fn as_text(checked: &Checked, vocabulary: &Vocabulary) -> String {
    let registry = &checked.registry;
    let mut text = format!("{}\n", checked.table.path.display());
    let mut lines = Columns::new([Align::Left, Align::Left]);
    if let Some(source) = registry.sources.first() {
        lines.row(["read as", &source.form]);
        let columns: Vec<String> = source.columns.iter().map(|(key, column)| format!("{key} = {column}")).collect();
        lines.row(["columns", &columns.join(", ")]);
        let invalid: Vec<String> = source.invalid.iter().map(|(column, n)| format!("{column} {n}")).collect();
        if !invalid.is_empty() {
            lines.row(["left empty", &invalid.join(", ")]);
        }
    }
    lines.row(["datum", &datum_told(checked)]);
    let rejected = counted(by_reason(&registry.rejected));
    let each: Vec<String> = rejected.iter().map(|(reason, n)| format!("{reason} {}", whole(*n as f64))).collect();
    let outlets = whole(registry.outlets.len() as f64);
    let rows = whole(registry.rows() as f64);
    lines.row(["rows", &format!("{rows} = {outlets} outlets + {} rejected", whole(registry.rejected.len() as f64))]);
    if !each.is_empty() {
        lines.row(["rejected", &each.join(", ")]);
    }
    if let Some(near) = checked.on_street {
        let far = registry.outlets.len() as u64 - near;
        lines.row(["streets", &format!("{} outlets near one, {} on none", whole(near as f64), whole(far as f64))]);
    }
    lines.row(["formats", &formats_told(registry, vocabulary)]);
    lines.row(["doubles", &doubles_told(registry)]);
    let chains = registry.outlets.iter().filter(|outlet| outlet.brand.is_some()).count();
    let rate = percent(chains as f64 / (registry.outlets.len().max(1)) as f64);
    lines.row(["chains", &format!("{} outlets, so the chain rate is at least {rate}", whole(chains as f64))]);
    let steps: Vec<String> = checked.steps.iter().map(|(name, seconds)| format!("{name} {seconds:.1} s")).collect();
    let peak = peak_bytes().map_or_else(|| "-".to_owned(), bytes);
    lines.row(["took", &format!("{}; peak memory {peak}", steps.join(", "))]);
    text.push_str(&lines.render("  "));
    text
}

fn datum_told(checked: &Checked) -> String {
    let read = checked.registry.sources.first().and_then(|source| source.datum).unwrap_or(Datum::Wgs84);
    let declared = match (checked.declared, &checked.fit) {
        (true, _) => format!("declared as {read}."),
        (false, None) => format!("not declared; read as {read}. A run needs --datum; --osm lets this check say which."),
        (false, Some(_)) => format!("not declared; read as {read}. A run needs --datum."),
    };
    match &checked.fit {
        None => declared,
        Some(fit) => match fit.contradicts(read) {
            Some(other) => format!("{declared} {} It should be {other}.", hint(fit)),
            None => format!("{declared} {}", hint(fit)),
        },
    }
}

fn formats_told(registry: &Registry, vocabulary: &Vocabulary) -> String {
    let mut counts = vec![0_u64; vocabulary.formats().len()];
    for &format in registry.outlets.iter().flat_map(|outlet| &*outlet.formats) {
        counts[usize::from(format)] += 1;
    }
    let present = counts.iter().filter(|count| **count > 0).count();
    let mut kinds: Vec<_> = registry.unmapped.iter().map(|((_, said), kind)| (kind.rows, said.as_str())).collect();
    kinds.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    let rows: u64 = kinds.iter().map(|(rows, _)| rows).sum();
    let named: Vec<String> = kinds.iter().take(NAMED).map(|(rows, said)| format!("{said} ({rows})")).collect();
    let more = if kinds.len() > NAMED { ", …" } else { "" };
    let unmapped = if kinds.is_empty() {
        "nothing unmapped".to_owned()
    } else {
        format!("{} rows of {} kinds unmapped: {}{more}", whole(rows as f64), kinds.len(), named.join(", "))
    };
    format!("{present} of {}; {unmapped}", counts.len())
}

fn doubles_told(registry: &Registry) -> String {
    let doubles: usize = registry.groups.iter().map(|group| group.members.len() - 1).sum();
    if doubles == 0 {
        return "none found".to_owned();
    }
    let named = registry.groups.iter().take(NAMED).map(|group| {
        let rows: Vec<String> =
            group.members.iter().map(|&member| registry.outlets[member as usize].row.to_string()).collect();
        let name = registry.outlets[group.kept as usize].name.as_deref().unwrap_or_default();
        format!("{name} (rows {})", rows.join(", "))
    });
    let named: Vec<String> = named.collect();
    let more = if registry.groups.len() > NAMED { ", …" } else { "" };
    let (doubles, groups) = (whole(doubles as f64), whole(registry.groups.len() as f64));
    format!("{doubles} in {groups} groups: {}{more}", named.join(", "))
}
