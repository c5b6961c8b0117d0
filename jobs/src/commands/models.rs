//! `walkshed models`: the models of walking, listed, shown and compared.
//!
//! Comes in: names of models, or files of them. Goes out: their formulas, their speeds on slopes, each parameter with its
//! source; as a table, as JSON, or as the file itself. Not here: what the parameters do (the engine's), and comparing
//! (`models_compare`).

use std::fmt::Write as _;

use anyhow::Result;
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use walkshed::walk::{CostModel as _, Walker};

use super::columns::{Align, Columns};
use super::models_compare::{self, CompareModelsArgs};
use crate::models::walker_named;
use crate::report::summary::Language;

/// Slopes of which speeds are shown, in hundredths.
const SLOPES: [i32; 9] = [-30, -20, -10, -5, 0, 5, 10, 20, 30];

/// Models of walking.
#[derive(Debug, Args)]
pub(crate) struct ModelsArgs {
    #[command(subcommand)]
    command: ModelsCommand,
}

#[derive(Debug, Subcommand)]
enum ModelsCommand {
    /// A city under several models: coverage under each, where they agree, what holds under all, circles beside walks
    Compare(Box<CompareModelsArgs>),
    /// All models that come with the tool, with their speeds on slopes
    List {
        /// The language of the names
        #[arg(long, value_enum, default_value_t = Language::En)]
        lang: Language,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// One model: its formula, its speeds, each parameter with its source
    Show {
        /// The name of a model, or a file of one
        model: String,
        /// The language of the names
        #[arg(long, value_enum, default_value_t = Language::En)]
        lang: Language,
        /// Print JSON
        #[arg(long, conflicts_with = "toml")]
        json: bool,
        /// Print the file of a model that comes with the tool, to make one's own from
        #[arg(long)]
        toml: bool,
    },
}

/// Runs `walkshed models`.
///
/// # Errors
/// When there is no such model, or a comparison fails.
pub(crate) fn run(args: ModelsArgs) -> Result<()> {
    match args.command {
        ModelsCommand::Compare(args) => models_compare::run(*args),
        ModelsCommand::List { lang, json } => list(lang, json),
        ModelsCommand::Show { model, lang, json, toml } => match Walker::file_of(&model).filter(|_| toml) {
            Some(text) => {
                print!("{text}");
                Ok(())
            }
            None => show(&walker_named(Some(&model), None)?, lang, json),
        },
    }
}

fn list(lang: Language, as_json: bool) -> Result<()> {
    let walkers: Vec<Walker> = Walker::names().filter_map(Walker::named).collect();
    if as_json {
        println!("{}", serde_json::to_string_pretty(&walkers.iter().map(told).collect::<Vec<_>>())?);
        return Ok(());
    }
    let mut table = Columns::new([Align::Left, Align::Right, Align::Right, Align::Right, Align::Left, Align::Left]);
    table.row(match lang {
        Language::En => ["model", "level km/h", "up 10 %", "down 10 %", "charges for", "who"].map(str::to_owned),
        Language::Zh => ["模型", "平地 km/h", "上坡 10%", "下坡 10%", "计入", "谁"].map(str::to_owned),
    });
    for walker in &walkers {
        let speed = |slope: f64| format!("{:.2}", walker.speed_on(slope).0 * 3.6);
        let name = lang.pick(walker.en(), walker.zh()).to_owned();
        table.row([walker.id().to_owned(), speed(0.0), speed(0.1), speed(-0.1), parts(walker), name]);
    }
    print!("{}", table.render(""));
    Ok(())
}

/// The parts of a model that are on, in short.
fn parts(walker: &Walker) -> String {
    let parameters = walker.parameters();
    let mut parts: Vec<&str> = parameters.iter().filter_map(|p| Some(p.name.split_once('.')?.0)).collect();
    parts.dedup();
    parts.join(" ")
}

fn show(walker: &Walker, lang: Language, as_json: bool) -> Result<()> {
    if as_json {
        println!("{}", serde_json::to_string_pretty(&told(walker))?);
        return Ok(());
    }
    let mut text = format!("{}: {}\n", walker.id(), lang.pick(walker.en(), walker.zh()));
    if let Some((function, formula)) = walker.incline() {
        let needs = match (walker.needs_heights(), lang) {
            (true, Language::En) => "needs heights (--elevation)",
            (true, Language::Zh) => "需要高程（--elevation）",
            (false, Language::En) => "uses heights where there are some",
            (false, Language::Zh) => "有高程则用",
        };
        let _ = writeln!(text, "{}: {function}, {formula}; {needs}", lang.pick("slopes", "坡度"));
    }
    // Writing to a String does not fail.
    let mut speeds = Columns::new([Align::Right; SLOPES.len()]);
    speeds.row(SLOPES.map(|slope| format!("{slope:+} %")));
    speeds.row(SLOPES.map(|slope| format!("{:.2}", walker.speed_on(f64::from(slope) / 100.0).0 * 3.6)));
    let _ = write!(text, "{}:\n{}", lang.pick("km/h on slopes", "各坡度 km/h"), speeds.render("  "));
    let _ = writeln!(text, "{}:", lang.pick("parameters", "参数"));
    let mut table = Columns::new([Align::Left, Align::Left, Align::Left]);
    for parameter in walker.parameters() {
        table.row([parameter.name, format!("{} {}", parameter.value, parameter.unit), parameter.source.to_owned()]);
    }
    let _ = write!(text, "{}", table.render("  "));
    let _ = writeln!(text, "{}: {}", lang.pick("in tables", "表中写作"), walker.fingerprint());
    print!("{text}");
    Ok(())
}

fn told(walker: &Walker) -> Value {
    let speeds: serde_json::Map<String, Value> = SLOPES
        .into_iter()
        .map(|slope| (format!("{:.2}", f64::from(slope) / 100.0), walker.speed_on(f64::from(slope) / 100.0).0.into()))
        .collect();
    let parameters: Vec<Value> = walker
        .parameters()
        .iter()
        .map(|p| json!({ "name": p.name, "value": p.value, "unit": p.unit, "source": p.source }))
        .collect();
    json!({
        "id": walker.id(),
        "zh": walker.zh(),
        "en": walker.en(),
        "fingerprint": walker.fingerprint(),
        "function": walker.incline().map(|incline| incline.0),
        "formula": walker.incline().map(|incline| incline.1),
        "needs_heights": walker.needs_heights(),
        "speed_m_per_s": walker.speed().0,
        "speed_m_per_s_on_slope": speeds,
        "parameters": parameters,
    })
}
