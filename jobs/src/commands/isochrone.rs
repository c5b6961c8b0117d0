//! `walkshed isochrone`: how far one gets on foot, as areas, streets or cells.
//!
//! Comes in: streets, one origin or a table of them. Goes out: GeoParquet or GeoJSON, in the order of the origins. Not
//! here: drawing (the engine's), rows (`isochrones`).

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Mutex;
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::Args;
use h3o::Resolution;
use walkshed::isochrone::{Barriers, Heading, IsochroneOptions, Isochrones, Origin};
use walkshed::osm::Moment;
use walkshed::snap::{SnapOptions, Snapper};
use walkshed::walk::{CostModel as _, EdgeWeights, Walker};
use walkshed::{LonLat, Ticks, WalkGraph};

use crate::clip::longest_walk;
use crate::isochrones::areas::Areas;
use crate::isochrones::batches::{Drawer, Rows, draw_all};
use crate::isochrones::cells::Cells;
use crate::isochrones::changes::Changes;
use crate::isochrones::crowd::CrowdFlags;
use crate::isochrones::draw_flags::DrawFlags;
use crate::isochrones::lines::Lines;
use crate::isochrones::{Group, Question};
use crate::models::{WalkerFlags, weights_of};
use crate::plan::snap_options;
use crate::registry::points::read_points;
use crate::report::numbers::{bytes, whole};
use crate::run::memory::peak_bytes;
use crate::run::progress::Progress;
use crate::run::staging::write_file_atomically;
use crate::streets::{AccessFlags, Gates, SourceFlags, Streets};
use crate::tables::isochrones::{Format, IsochroneWriter};
use crate::wrong_use::WrongUse;

/// How far one gets on foot: areas, streets or H3 cells within some minutes of one place or of many.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  walkshed isochrone --osm city.osm.pbf --at 113.61,34.75 -o around.geojson
  walkshed isochrone --osm city.graph --from homes.csv --minutes 5,10,15 -o homes.parquet
  walkshed isochrone --osm city.graph --from pharmacies.csv --reverse --merge --minutes 10 -o served.geojson
  walkshed isochrone --osm bridge.osm.pbf --before today.osm.pbf --from schools.csv -o gained.geojson

Each origin has a row for each budget, in the order of the table; with --lines or --cells one for each piece of street or
cell. An origin without a street within --max-snap has its row too, with the status no_street and no shape. An area is all
within --buffer of the streets reached, to --error-bound; areas of one origin nest. What is promised and how it is tested:
docs/isochrones.md.")]
pub(crate) struct IsochroneArgs {
    #[command(flatten)]
    source: SourceFlags,
    /// Who may walk where: worldwide, china, or a file of rules [default: worldwide]
    #[arg(long, value_name = "NAME|FILE")]
    rules: Option<String>,
    /// What to take for granted of gates [default: mapped]
    #[arg(long, value_enum)]
    gates: Option<Gates>,
    /// The day and hour at which streets and gates must be open: "Tu 08:00" or "2026-03-08 23:00" [default: none, so that
    /// hours and conditions are not heeded]
    #[arg(long, value_name = "DAY HH:MM")]
    when: Option<Moment>,
    /// Where the walk begins: longitude and latitude in WGS-84 degrees; may be given again
    #[arg(
        long,
        value_name = "LON,LAT",
        allow_hyphen_values = true,
        required_unless_present = "from",
        conflicts_with = "from"
    )]
    at: Vec<Place>,
    /// Where walks begin: a table with id, lon, lat
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// The budgets in minutes, 1 to 180, at most 16; a walk of just so long counts
    #[arg(long, value_name = "M,M…", value_delimiter = ',', default_value = "5,10,15", value_parser = clap::value_parser!(u32).range(1..=180))]
    minutes: Vec<u32>,
    /// Walks lead to the place instead: from where it can be reached
    #[arg(long)]
    reverse: bool,
    /// All origins together: what is within the budget of any of them
    #[arg(long)]
    merge: bool,
    /// The streets before a change: what is gained and lost since, in place of the areas; may be given again
    #[arg(long, value_name = "FILE", conflicts_with_all = ["lines", "cells"])]
    before: Vec<PathBuf>,
    #[command(flatten)]
    shapes: ShapeFlags,
    /// H3 resolution of the cells, 7 to 13
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u8).range(7..=13), requires = "cells")]
    resolution: u8,
    #[command(flatten)]
    draw: DrawFlags,
    #[command(flatten)]
    crowd: CrowdFlags,
    /// The file to write: .geojson or .parquet
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    walker: WalkerFlags,
    /// How far an origin may lie from its street, in metres [default: 300]
    #[arg(long, value_name = "M")]
    max_snap: Option<f64>,
    /// Street pieces with fewer OSM nodes are islands, avoided where another street is near; 0 keeps all [default: 200]
    #[arg(long, value_name = "N")]
    min_component: Option<u32>,
}

/// What to write.
#[derive(Clone, Copy, Debug, Args)]
struct ShapeFlags {
    /// Areas (the default)
    #[arg(long, conflicts_with_all = ["lines", "cells"])]
    polygons: bool,
    /// The reached pieces of streets, with the time at both ends
    #[arg(long, conflicts_with = "cells")]
    lines: bool,
    /// The H3 cells that reached streets enter, with the earliest time
    #[arg(long)]
    cells: bool,
}

/// A longitude and a latitude on the command line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place(LonLat);

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers: Option<(f64, f64)> =
            text.split_once(',').and_then(|(lon, lat)| Some((lon.trim().parse().ok()?, lat.trim().parse().ok()?)));
        let (lon, lat) = numbers.ok_or("expected longitude and latitude in degrees, such as 113.61,34.75")?;
        LonLat::new(lon, lat).map(Self).map_err(|error| error.to_string())
    }
}

/// Draws and writes the isochrones.
///
/// # Errors
/// When the call is wrong, an input cannot be used, or the output cannot be written.
pub(crate) fn run(args: &IsochroneArgs) -> Result<()> {
    let began = Instant::now();
    let format = Format::of(&args.output)?;
    if args.output.exists() && !args.overwrite {
        return Err(WrongUse::error(format!("{} exists; give --overwrite to replace it", args.output.display())));
    }
    let minutes = ascending(&args.minutes)?;
    if (args.shapes.lines || args.shapes.cells || !args.before.is_empty())
        && (args.crowd.residents.is_some() || args.crowd.outlets.is_some())
    {
        return Err(WrongUse::error(
            "--residents and --outlets count what is inside of areas; leave out --lines, --cells or --before",
        ));
    }
    let access = AccessFlags { rules: args.rules.clone(), gates: args.gates, at: args.when };
    let (rules, model) = (access.read()?, args.walker.read()?);
    let snap = snap_options(args.max_snap, args.min_component)?;
    let options = args.draw.options();
    let progress = Progress::on_terminal();
    let points = points(args)?;
    let longest = f64::from(minutes[minutes.len() - 1]);
    let elevation = args.walker.elevation.read()?;
    let load = |source: &SourceFlags| {
        elevation.give_to(source.load(longest_walk(&model, longest, snap), &rules, &progress)?, &progress)
    };
    let streets = load(&args.source)?;
    let question = Question {
        direction: if args.reverse { "to" } else { "from" },
        model: model.id().to_owned(),
        speed: model.speed(),
        minutes,
    };
    let budgets: Vec<Ticks> = question.minutes.iter().map(|&m| Ticks::from_minutes(m)).collect();
    let weights = weights_of(&streets.graph, &model)?;
    let side = Side { graph: &streets.graph, weights: &weights, snap, points: &points, merge: args.merge };
    let walls = |osm: &[PathBuf]| args.draw.barriers(osm, &rules, &progress);
    let (groups, isochrones) = (side.groups(), side.isochrones(options, walls(&args.source.osm)?)?);
    let heading = if args.reverse { Heading::Home } else { Heading::Away };
    let drawer =
        |isochrones, groups| Drawer { isochrones, groups, heading, budgets: &budgets, resting: Mutex::default() };
    let after = drawer(&isochrones, &groups);
    let work = Work { args, format, groups: groups.len(), progress: &progress };
    let made_by = metadata(&streets.graph, &model, args.draw);
    let rows = if args.shapes.lines {
        work.write(&Lines { drawer: &after, question: &question }, made_by)?
    } else if args.shapes.cells {
        let resolution = Resolution::try_from(args.resolution)?;
        work.write(&Cells { drawer: &after, question: &question, resolution }, made_by)?
    } else if args.before.is_empty() {
        let crowd = args.crowd.read(&args.source.osm, &streets, &progress)?;
        work.write(&Areas { drawer: &after, question: &question, crowd: &crowd }, made_by)?
    } else {
        let old = load(&SourceFlags { osm: args.before.clone(), clip: args.source.clip.clone() })?;
        let old_weights = weights_of(&old.graph, &model)?;
        let side = Side { graph: &old.graph, weights: &old_weights, ..side };
        let (old_groups, old_isochrones) = (side.groups(), side.isochrones(options, walls(&args.before)?)?);
        let before = drawer(&old_isochrones, &old_groups);
        let changes = Changes { question: &question, before: &before, after: &after };
        work.write(&changes, [made_by, made_before(&old)].concat())?
    };
    let origins: usize = groups.iter().map(|group| group.origins.len()).sum();
    let asked = if args.merge { "1 merged" } else { "all" };
    let peak = peak_bytes().map_or_else(|| "-".to_owned(), bytes);
    println!(
        "{}: {} rows; {} origins with a street, {asked}; {:.1} s, {peak}",
        args.output.display(),
        whole(rows as f64),
        whole(origins as f64),
        began.elapsed().as_secs_f64(),
    );
    Ok(())
}

/// Budgets without doubles, the shortest first.
fn ascending(minutes: &[u32]) -> Result<Vec<u32>> {
    let mut minutes = minutes.to_vec();
    minutes.sort_unstable();
    minutes.dedup();
    if minutes.len() > 16 {
        let message = format!("{} budgets are asked for; expected at most 16", minutes.len());
        return Err(WrongUse::error(message));
    }
    Ok(minutes)
}

fn points(args: &IsochroneArgs) -> Result<Vec<(String, LonLat)>> {
    let Some(path) = &args.from else {
        let number = |(place, number): (&Place, usize)| (number.to_string(), place.0);
        return Ok(args.at.iter().zip(1..).map(number).collect());
    };
    let points = read_points(path, None)?;
    for row in points.rejected.iter().take(5) {
        eprintln!("{}: row {} is left out: {}", path.display(), row.row, row.detail);
    }
    if points.rejected.len() > 5 {
        eprintln!("{}: {} more rows are left out", path.display(), points.rejected.len() - 5);
    }
    ensure!(!points.used.is_empty(), "none of the {} rows of {} is a point", points.rows, path.display());
    Ok(points.used)
}

/// Streets to draw on, and the origins.
#[derive(Clone, Copy)]
struct Side<'a> {
    graph: &'a WalkGraph,
    weights: &'a EdgeWeights,
    snap: SnapOptions,
    points: &'a [(String, LonLat)],
    merge: bool,
}

impl<'a> Side<'a> {
    /// Origins on their streets, each by itself or all together.
    fn groups(&self) -> Vec<Group> {
        let snapper = Snapper::for_walker(self.graph, self.snap, self.weights);
        let on_street = |at: LonLat| snapper.snap(at).ok().map(|snap| Origin::new(self.graph, self.weights, at, &snap));
        if self.merge {
            let origins = self.points.iter().filter_map(|point| on_street(point.1)).collect();
            return vec![Group { id: "merged".to_owned(), at: None, origins }];
        }
        let group = |(id, at): &(String, LonLat)| Group {
            id: id.clone(),
            at: Some(*at),
            origins: on_street(*at).into_iter().collect(),
        };
        self.points.iter().map(group).collect()
    }

    fn isochrones(&self, options: IsochroneOptions, walls: Option<Barriers>) -> Result<Isochrones<'a>> {
        let plain = Isochrones::new(self.graph, self.weights, options);
        let plain = plain.map_err(|error| WrongUse::error(error.to_string()))?;
        Ok(match walls {
            Some(walls) => plain.with_barriers(walls),
            None => plain,
        })
    }
}

/// What the streets before a change were, for the metadata.
fn made_before(old: &Streets) -> Vec<(String, String)> {
    let about = old.graph.about();
    let streets = format!("{} {}", about.source, about.source_sha256.as_deref().unwrap_or("-"));
    vec![("walkshed:streets_before".to_owned(), streets)]
}

/// What made the table, for its metadata.
fn metadata(graph: &WalkGraph, model: &Walker, draw: DrawFlags) -> Vec<(String, String)> {
    let about = graph.about();
    let options = draw.options();
    let pairs = [
        ("walkshed:version", env!("CARGO_PKG_VERSION").to_owned()),
        ("walkshed:model", model.fingerprint()),
        ("walkshed:streets", format!("{} {}", about.source, about.source_sha256.as_deref().unwrap_or("-"))),
        ("walkshed:rules", about.rules.clone()),
        ("walkshed:buffer_m", options.buffer.0.to_string()),
        ("walkshed:stops_at_walls", draw.walls.to_string()),
        ("walkshed:error_bound_m", options.error_bound.0.to_string()),
    ];
    let heights = about.heights.clone().map(|heights| ("walkshed:heights", heights));
    pairs.into_iter().chain(heights).map(|(key, value)| (key.to_owned(), value)).collect()
}

struct Work<'a> {
    args: &'a IsochroneArgs,
    format: Format,
    groups: usize,
    progress: &'a Progress,
}

impl Work<'_> {
    /// Writes all rows and gives their number.
    fn write<R: Rows>(&self, rows: &R, metadata: Vec<(String, String)>) -> Result<u64> {
        let schema = rows.schema()?;
        let output: &Path = &self.args.output;
        write_file_atomically(output, self.args.overwrite, |out| {
            let mut writer = IsochroneWriter::new(out, self.format, &schema, metadata)?;
            let stage = self.progress.stage("isochrones", Some(self.groups as u64));
            let mut count = 0;
            draw_all(self.groups, rows, &stage, |batch, bounds| {
                count += batch.height() as u64;
                writer.write(batch, R::SHAPE, bounds)
            })?;
            writer.finish()?;
            Ok(count)
        })
    }
}
