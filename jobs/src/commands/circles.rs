//! `walkshed circles`: a proposal of circles (生活圈) from walks and residents.
//!
//! Comes in: a config file, flags, or both, as for `run`. Goes out: a folder with circles, members and a picture. Not here:
//! drawing (`circles`).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Args;
use walkshed::Meters;
use walkshed::walk::CostModel as _;

use crate::circles::inputs::Inputs;
use crate::circles::told::{summary, told};
use crate::circles::{Drawn, Question, draw, map};
use crate::clip::ClipFlags;
use crate::models::WalkerFlags;
use crate::plan::outlets::OutletFlags;
use crate::plan::residents::ResidentsFlags;
use crate::plan::{Overrides, Plan};
use crate::report::numbers::bytes;
use crate::report::summary::Language;
use crate::run::manifest::{Manifest, Model, ParameterUsed};
use crate::run::memory::peak_bytes;
use crate::run::progress::Progress;
use crate::run::staging::Staging;
use crate::run::who_lives::files_of;
use crate::streets::AccessFlags;
use crate::tables::circles::{circles_table, members_table};
use crate::tables::columns::{Shape, Table};
use crate::tables::parquet::write_whole;
use crate::tables::readme::readme;
use crate::tables::{csv, geojson};
use crate::wrong_use::WrongUse;

/// A proposal of circles (生活圈): communities or cells grouped by walking radius and residents.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  walkshed circles walkshed.toml --minutes 15 --least 10000 --most 30000 -o circles15
  walkshed circles walkshed.toml --cells --minutes 10 --within circles15/circles.geojson -o circles10
  walkshed circles --osm city.osm.pbf --residents people.csv --zones communities.geojson --count 29 -o circles
  walkshed run walkshed.toml --zones circles15/circles.geojson -o out

A circle hangs together on foot: from cell to neighbouring cell the walk is little longer than the straight line
(--detour), so that rivers, railways, expressways and walls part circles, and so does a barrier with a single crossing.
In this order are looked for: residents within the radius and below the most; circles with the least residents; the
number of circles asked for, else the fewest; the shortest walks to the centres. The result is a proposal.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct CirclesArgs {
    /// A config file (walkshed.toml); flags win over it
    config: Option<PathBuf>,
    /// The folder for the circles
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Replace the folder if an earlier call wrote it
    #[arg(long)]
    overwrite: bool,
    /// Streets: an OpenStreetMap extract (.osm.pbf), several of them (give --osm again for each), or a graph file
    #[arg(long, value_name = "FILE")]
    osm: Vec<PathBuf>,
    #[command(flatten)]
    clip: ClipFlags,
    #[command(flatten)]
    access: AccessFlags,
    /// Residents, as for walkshed run [default: osm]
    #[arg(long, value_name = "FILE|osm|streets")]
    residents: Option<String>,
    /// H3 resolution of the residence cells, 7 to 12 [default: that of the cells given, else 10]
    #[arg(long, value_name = "N")]
    resolution: Option<u8>,
    #[command(flatten)]
    about_residents: ResidentsFlags,
    /// The communities to be grouped: GeoJSON polygons
    #[arg(long, value_name = "FILE")]
    zones: Option<PathBuf>,
    /// The property of the zones that holds their id [default: guessed]
    #[arg(long, value_name = "NAME")]
    zone_id: Option<String>,
    /// The property of the zones that holds their name [default: guessed]
    #[arg(long, value_name = "NAME")]
    zone_name: Option<String>,
    /// Group cells, not zones, also where there are zones
    #[arg(long)]
    cells: bool,
    /// Areas whose borders no circle crosses, such as districts, or circles that are to be divided: GeoJSON polygons
    #[arg(long, value_name = "FILE")]
    within: Option<PathBuf>,
    /// The radius: minutes on foot from the homes to the centre
    #[arg(long, value_name = "MIN", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=45))]
    minutes: u32,
    /// The share of a circle's residents who must be within the radius, above 0 and at most 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.95)]
    share: f64,
    /// The fewest residents of a circle
    #[arg(long, value_name = "N", default_value_t = 0.0)]
    least: f64,
    /// The most residents of a circle [default: any number]
    #[arg(long, value_name = "N")]
    most: Option<f64>,
    /// How many circles there should be [default: the fewest]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    count: Option<u32>,
    /// How much longer than the straight line the walk between cells that hang together may be, in metres
    #[arg(long, value_name = "M", default_value_t = 250.0)]
    detour: f64,
    #[command(flatten)]
    walker: WalkerFlags,
    /// How far a cell may lie from its street, in metres [default: 300]
    #[arg(long, value_name = "M")]
    max_snap: Option<f64>,
    /// Street pieces with fewer OSM nodes are islands, avoided where another street is near; 0 keeps all [default: 200]
    #[arg(long, value_name = "N")]
    min_component: Option<u32>,
    /// What to call the circles
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Write CSV as well
    #[arg(long)]
    csv: bool,
    /// The language of the summary
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
    /// Print the summary as JSON
    #[arg(long)]
    json: bool,
}

/// Draws the circles, writes them and prints them.
///
/// # Errors
/// When the call is wrong or the work fails; nothing is written then.
pub(crate) fn run(args: CirclesArgs) -> Result<()> {
    let began = Instant::now();
    let question = question_of(&args)?;
    let (output, overwrite, lang, json) = (args.output.clone(), args.overwrite, args.lang, args.json);
    let (cells, within) = (args.cells, args.within.clone());
    let plan = plan_of(args)?;
    let staging = Staging::new(&output, overwrite).map_err(WrongUse::mark)?;
    let progress = if json { Progress::silent() } else { Progress::on_terminal() };
    let inputs = Inputs::read(&plan, cells, within.as_deref(), &progress)?;
    let drawn = draw(&inputs, &plan.model, plan.snap, &question, &progress)?;
    let rows = write(&plan, &inputs, &drawn, &question, &staging)?;
    let weight = &inputs.residents.weight;
    let mut all = told(&drawn, &question, weight);
    let mut manifest = manifest_of(&plan, within.as_deref())?;
    if let serde_json::Value::Object(counts) = &all {
        manifest.counts.clone_from(counts);
    }
    manifest.add_outputs(staging.folder(), &rows)?;
    manifest.timings_s = progress.timings_s().into_iter().map(|(name, s)| (name, s.into())).collect();
    manifest.peak_memory_bytes = peak_bytes();
    manifest.threads = rayon::current_num_threads();
    manifest.write_to(staging.folder())?;
    let folder = staging.commit()?;
    if json {
        all["timings_s"] = serde_json::json!(progress.timings_s().into_iter().collect::<BTreeMap<_, _>>());
        println!("{}", serde_json::to_string_pretty(&all)?);
    } else {
        print!("{}", summary(&drawn, &question, weight, lang));
        let peak = peak_bytes().map_or_else(|| "-".to_owned(), bytes);
        println!("\n{} ({:.1} s, {peak})", folder.display(), began.elapsed().as_secs_f64());
    }
    Ok(())
}

fn question_of(args: &CirclesArgs) -> Result<Question> {
    let refuse = |what: String| Err(WrongUse::error(what));
    if !(args.share > 0.0 && args.share <= 1.0) {
        return refuse(format!("--share {} is no share; expected a number above 0 and at most 1", args.share));
    }
    if !(0.0..=10_000.0).contains(&args.detour) {
        return refuse(format!("--detour {} is out of range; expected 0 to 10,000 m", args.detour));
    }
    let is_number = |residents: f64| (0.0..=1e9).contains(&residents);
    if !is_number(args.least) || !args.most.is_none_or(is_number) {
        return refuse("--least and --most are numbers of residents; expected 0 to 1,000,000,000".to_owned());
    }
    if let Some(most) = args.most.filter(|&most| most < args.least) {
        return refuse(format!("--least {} is more than --most {most}", args.least));
    }
    Ok(Question {
        minutes: args.minutes,
        share_within: args.share,
        least: args.least,
        most: args.most,
        count: args.count.map(|count| count as usize),
        detour: Meters(args.detour),
    })
}

fn plan_of(args: CirclesArgs) -> Result<Plan> {
    let flags = Overrides {
        title: args.title,
        osm: args.osm,
        clip: args.clip.clip,
        clip_buffer: args.clip.clip_buffer,
        rules: args.access.rules,
        gates: args.access.gates,
        at: args.access.at,
        residents: args.residents,
        resolution: args.resolution,
        about_residents: args.about_residents,
        // A plan needs outlets and a standard; circles ask neither.
        outlets: OutletFlags { sources: vec!["osm".to_owned()], ..OutletFlags::default() },
        standard: Some("six-ones".to_owned()),
        zones: args.zones,
        zone_id: args.zone_id,
        zone_name: args.zone_name,
        model: args.walker.model,
        speed: args.walker.speed,
        elevation: args.walker.elevation,
        max_snap: args.max_snap,
        min_component: args.min_component,
        csv: args.csv,
        ..Overrides::default()
    };
    Plan::new(args.config.as_deref(), flags)
}

fn write(
    plan: &Plan,
    inputs: &Inputs,
    drawn: &Drawn,
    question: &Question,
    staging: &Staging,
) -> Result<BTreeMap<String, u64>> {
    let weight = inputs.residents.weight.clone();
    let shape = Shape { minutes: Vec::new(), groups: Vec::new(), weight, by_point: false };
    let about = inputs.streets.graph.about();
    let metadata = [
        ("walkshed:version", env!("CARGO_PKG_VERSION").to_owned()),
        ("walkshed:model", plan.model.fingerprint()),
        ("walkshed:streets", format!("{} {}", about.source, about.source_sha256.as_deref().unwrap_or("-"))),
        ("walkshed:rules", about.rules.clone()),
    ]
    .map(|(key, value)| (key.to_owned(), value));
    let mut rows = BTreeMap::new();
    let mut tables = Vec::new();
    for (table, frame) in [(Table::Circles, circles_table(drawn)?), (Table::CircleMembers, members_table(drawn)?)] {
        let parquet = staging.path(&table.file());
        let written = write_whole(&parquet, table, &shape, &metadata, frame)?;
        rows.insert(table.file(), written);
        tables.push((table, written));
        if plan.csv {
            let name = format!("{}.csv", table.name());
            csv::from_parquet(&parquet, &staging.path(&name))?;
            rows.insert(name, written);
        }
    }
    let path = staging.path("circles.geojson");
    let unwritten = || format!("{} cannot be written", path.display());
    let mut out = std::io::BufWriter::new(std::fs::File::create(&path).with_context(unwritten)?);
    geojson::from_parquet(&staging.path(&Table::Circles.file()), &mut out)?;
    std::io::Write::flush(&mut out).with_context(unwritten)?;
    rows.insert("circles.geojson".to_owned(), drawn.list.len() as u64);
    let mut centres = vec!["id,lon,lat".to_owned()];
    centres.extend(drawn.list.iter().map(|circle| format!("{},{},{}", circle.id, circle.at.lon, circle.at.lat)));
    std::fs::write(staging.path("centres.csv"), centres.join("\n") + "\n")?;
    rows.insert("centres.csv".to_owned(), drawn.list.len() as u64);
    let title = plan.title.as_deref().unwrap_or(&about.source);
    let line = format!(
        "{} 个步行 {} 分钟生活圈 circles of {} minutes · 步行 on foot {} m/s · {}",
        drawn.list.len(),
        question.minutes,
        question.minutes,
        plan.model.speed().0,
        inputs.residents.weight.en
    );
    std::fs::write(staging.path("circles.svg"), map::svg(drawn, &inputs.streets.graph, title, &line))?;
    std::fs::write(staging.path("README.md"), readme(plan.title.as_deref(), &shape, &tables))?;
    Ok(rows)
}

fn manifest_of(plan: &Plan, within: Option<&std::path::Path>) -> Result<Manifest> {
    let mut manifest = Manifest::new(plan.title.clone());
    if let Some(config) = &plan.config {
        manifest.add_input("config", config)?;
    }
    for path in &plan.osm {
        manifest.add_input("osm", path)?;
    }
    for path in files_of(&plan.residents) {
        manifest.add_input("residents", &path)?;
    }
    if let Some(zones) = &plan.zones {
        manifest.add_input("zones", &zones.path)?;
    }
    if let Some(path) = within {
        manifest.add_input("within", path)?;
    }
    manifest.model = Some(Model {
        name: plan.model.fingerprint(),
        speed_m_per_s: plan.model.speed().0,
        parameters: plan.model.parameters().iter().map(ParameterUsed::new).collect(),
        max_snap_cell_m: plan.snap.max_distance.0,
        max_snap_outlet_m: plan.snap.max_distance.0,
    });
    manifest.settings.insert("rules".to_owned(), plan.rules.id().into());
    manifest.settings.insert("resolution".to_owned(), u8::from(plan.resolution).into());
    Ok(manifest)
}
