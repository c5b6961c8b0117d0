//! `walkshed circles`: a proposal of circles (生活圈) from walks and residents.
//!
//! Comes in: a config file, flags, or both, as for `run`. Goes out: a folder with circles, members and a picture. Not here:
//! drawing (`circles`).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Result;
use clap::Args;
use walkshed::Meters;

use crate::circles::inputs::Inputs;
use crate::circles::told::{summary, told};
use crate::circles::{Drawn, Question, draw, map};
use crate::plan::flags::{CityFlags, OutputFlags};
use crate::plan::outlets::OutletFlags;
use crate::plan::zones::ZonesFlags;
use crate::plan::{Overrides, Plan};
use crate::report::numbers::bytes;
use crate::run::memory::peak_bytes;
use crate::run::progress::Progress;
use crate::run::provenance::{manifest_of, metadata_of};
use crate::run::staging::Staging;
use crate::tables::circles::{circles_table, members_table};
use crate::tables::columns::{Shape, Table};
use crate::tables::folder::SmallTables;
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
pub(crate) struct CirclesArgs {
    #[command(flatten)]
    city: CityFlags,
    #[command(flatten)]
    into: OutputFlags,
    #[command(flatten)]
    zones: ZonesFlags,
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
}

/// Draws the circles, writes them and prints them.
///
/// # Errors
/// When the call is wrong or the work fails; nothing is written then.
pub(crate) fn run(args: CirclesArgs) -> Result<()> {
    let began = Instant::now();
    let question = question_of(&args)?;
    let OutputFlags { output, overwrite, lang, json } = args.into.clone();
    let (cells, within) = (args.cells, args.within.clone());
    let plan = plan_of(args)?;
    let staging = Staging::new(&output, overwrite).map_err(WrongUse::mark)?;
    let progress = if json { Progress::silent() } else { Progress::on_terminal() };
    let inputs = Inputs::read(&plan, cells, within.as_deref(), &progress)?;
    let drawn = draw(&inputs, &plan.model, plan.snap, &question, &progress)?;
    let rows = write(&plan, &inputs, &drawn, &question, &staging)?;
    let weight = &inputs.residents.weight;
    let mut all = told(&drawn, &question, weight);
    let mut manifest = manifest_of(&plan)?;
    if let Some(path) = &within {
        manifest.add_input("within", path)?;
    }
    manifest.settings.insert("resolution".to_owned(), u8::from(plan.resolution).into());
    if let serde_json::Value::Object(counts) = &all {
        manifest.counts.clone_from(counts);
    }
    manifest.finish(&staging, &rows, &progress)?;
    let folder = staging.commit()?;
    if json {
        all["timings_s"] = progress.as_json();
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
    let config = args.city.config.clone();
    let flags = Overrides {
        // A plan needs outlets and a standard; circles ask neither.
        outlets: OutletFlags { sources: vec!["osm".to_owned()], ..OutletFlags::default() },
        standard: Some("six-ones".to_owned()),
        zones: args.zones,
        ..args.city.overrides()
    };
    Plan::new(config.as_deref(), flags)
}

fn write(
    plan: &Plan,
    inputs: &Inputs,
    drawn: &Drawn,
    question: &Question,
    staging: &Staging,
) -> Result<BTreeMap<String, u64>> {
    let tables = SmallTables {
        shape: &Shape::plain(inputs.residents.weight.clone()),
        metadata: &metadata_of(plan, &inputs.streets.graph),
        title: plan.title.as_deref(),
        csv: plan.csv,
        on_maps: &[Table::Circles],
    };
    let frames = vec![(Table::Circles, circles_table(drawn)?), (Table::CircleMembers, members_table(drawn)?)];
    let mut rows = tables.write(staging.folder(), frames)?;
    let mut centres = vec!["id,lon,lat".to_owned()];
    centres.extend(drawn.list.iter().map(|circle| format!("{},{},{}", circle.id, circle.at.lon, circle.at.lat)));
    std::fs::write(staging.path("centres.csv"), centres.join("\n") + "\n")?;
    rows.insert("centres.csv".to_owned(), drawn.list.len() as u64);
    let title = plan.title.as_deref().unwrap_or(&inputs.streets.graph.about().source);
    let line = format!(
        "{} 个步行 {} 分钟生活圈 circles of {} minutes · 步行 on foot {} m/s · {}",
        drawn.list.len(),
        question.minutes,
        question.minutes,
        plan.model.speed().0,
        inputs.residents.weight.en
    );
    std::fs::write(staging.path("circles.svg"), map::svg(drawn, &inputs.streets.graph, title, &line))?;
    Ok(rows)
}
