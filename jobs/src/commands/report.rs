//! `walkshed report`: the page, pictures and the workbook of a run, made again from its saved tables.
//!
//! Comes in: an output folder of `walkshed run`. Goes out: files in it. Not here: drawing (`report`).

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Args;

use crate::report::numbers::bytes;
use crate::report::page::{REPORT_FILE, report_html};
use crate::report::qgis::styles;
use crate::report::raster::picture::{Layout, map_png};
use crate::report::saved::Saved;
use crate::report::saved::modes::Mode;
use crate::report::summary::Language;
use crate::report::workbook;
use crate::run::manifest::Manifest;
use crate::run::memory::peak_bytes;
use crate::run::staging::write_file_atomically;
use crate::wrong_use::WrongUse;

/// The report of a run, made from its saved tables alone: the page; or pictures and the workbook.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  walkshed report out --overwrite
  walkshed report out --png missing
  walkshed report out --xlsx --lang zh -o for-the-meeting
  walkshed isochrone --osm city.osm.pbf --at 113.61,34.75 -o places.parquet
  walkshed report out --isochrones places.parquet --overwrite
  walkshed report out --png requirement:market --png minutes:pharmacy --size 2400x1800

The extract is not needed. The page report.html opens from a folder, without a network, in Chinese and English. Pictures of
--png have English words only: the font that is drawn here has no Chinese; those that the page saves have both.")]
pub(crate) struct ReportArgs {
    /// The output folder of a run
    folder: PathBuf,
    /// Write a picture of the map in place of the page, map-MODE.png: missing, requirement:ID or minutes:FORMAT; may be
    /// given again
    #[arg(long, value_name = "MODE")]
    png: Vec<Mode>,
    /// Write the workbook in place of the page, report.xlsx, and the styles for QGIS, cells.qml and zones.qml
    #[arg(long)]
    xlsx: bool,
    /// The language of the workbook and the styles; the page has both
    #[arg(long, value_enum, default_value_t = Language::En)]
    lang: Language,
    /// Show in the page walking areas from places that somebody asked for: a table of areas that `walkshed isochrone` wrote
    /// (.parquet)
    #[arg(long, value_name = "FILE", conflicts_with_all = ["png", "xlsx"])]
    isochrones: Option<PathBuf>,
    /// The size of pictures in pixels
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1600x1100")]
    size: Size,
    /// Pictures of the cells alone, without streets, title and legend
    #[arg(long)]
    bare: bool,
    /// The folder to write to, if not that of the run
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Replace files that are there
    #[arg(long)]
    overwrite: bool,
}

/// Width and height in pixels.
#[derive(Clone, Copy, Debug)]
struct Size(u32, u32);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let sides = text.split_once('x').and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
        match sides {
            Some((w, h)) if (64..=10_000).contains(&w) && (64..=10_000).contains(&h) => Ok(Self(w, h)),
            _ => Err("expected width and height in pixels, 64 to 10000 each, such as 1600x1100".to_owned()),
        }
    }
}

/// Draws and writes.
///
/// # Errors
/// When the folder is none of a run, a mode is not in it, or a file is there that may not be replaced.
pub(crate) fn run(args: &ReportArgs) -> Result<()> {
    let began = Instant::now();
    let mut saved = Saved::read(&args.folder)?;
    let target = args.output.as_deref().unwrap_or(&args.folder);
    let layout = Layout { width: args.size.0, height: args.size.1, bare: args.bare };
    let mut written = Vec::new();
    for mode in &args.png {
        let name = format!("map-{}.png", mode.to_string().replace(':', "-"));
        write(&target.join(&name), args.overwrite, &map_png(&saved, mode, layout)?)?;
        written.push(name);
    }
    if args.xlsx {
        let mut files = vec![(workbook::FILE, workbook::bytes(&args.folder, &saved, args.lang)?)];
        files.extend(styles(&saved, args.lang).map(|(name, style)| (name, style.into_bytes())));
        for (name, bytes) in files {
            write(&target.join(name), args.overwrite, &bytes)?;
            written.push(name.to_owned());
        }
    }
    if args.png.is_empty() && !args.xlsx {
        if let Some(path) = &args.isochrones {
            saved.add_isochrones(path)?;
        }
        write(&target.join(REPORT_FILE), args.overwrite, report_html(saved)?.as_bytes())?;
        written.push(REPORT_FILE.to_owned());
    }
    if args.output.is_none() {
        Manifest::note_outputs(&args.folder, &written)?;
    }
    for name in written {
        let path = target.join(name);
        println!("{}: {}", path.display(), bytes(path.metadata().map_or(0, |file| file.len())));
    }
    let peak = peak_bytes().map_or_else(|| "-".to_owned(), bytes);
    println!("{:.1} s, peak memory {peak}", began.elapsed().as_secs_f64());
    Ok(())
}

fn write(path: &Path, overwrite: bool, bytes: &[u8]) -> Result<()> {
    if path.exists() && !overwrite {
        return Err(WrongUse::error(format!("{} exists; give --overwrite to replace it", path.display())));
    }
    let unwritten = || format!("{} cannot be written", path.display());
    write_file_atomically(path, overwrite, |out| {
        std::io::Write::write_all(out, bytes)?;
        Ok(())
    })
    .with_context(unwritten)
}
