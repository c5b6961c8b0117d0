//! The report of a run as one HTML file that opens from a folder in any browser, without a network.
//!
//! Comes in: a run, read back. Goes out: the text of the page. Not here: pixels of the map (`view/raster.js`, whose twin is
//! `report::raster`), and anything that is computed of verdicts: the page shows what the tables have.
//!
//! The page may ask for nothing: its policy (`Content-Security-Policy`) allows the style and the script that are in it, by
//! their hashes, and nothing else. All data is one block of letters, and comes to the page as text.

mod columns;
mod data;
mod labels;
mod shrunk;

use anyhow::{Result, ensure};
use sha2::{Digest as _, Sha256};

use self::columns::base64;
use self::data::{LeftOut, packed};
use self::shrunk::{Sums, shrunk};
use super::saved::Saved;

/// The name of the file in an output folder.
pub(crate) const REPORT_FILE: &str = "report.html";
/// A page is at most this large, in bytes.
const MOST_BYTES: usize = 8_000_000;
/// More cells than this are shown by larger ones.
const MOST_CELLS: usize = 150_000;

const PAGE: &str = include_str!("view/page.html");
const STYLE: &str = include_str!("view/style.css");
/// The parts of the script in the order in which they build upon each other.
const SCRIPTS: [&str; 13] = [
    include_str!("view/words.js"),
    include_str!("view/decode.js"),
    include_str!("view/model.js"),
    include_str!("view/raster.js"),
    include_str!("view/modes.js"),
    include_str!("view/map.js"),
    include_str!("view/overlay.js"),
    include_str!("view/controls.js"),
    include_str!("view/tables.js"),
    include_str!("view/panels.js"),
    include_str!("view/export.js"),
    include_str!("view/print.js"),
    include_str!("view/main.js"),
];

/// The page of a run.
///
/// # Errors
/// When a table lacks a column.
pub(crate) fn report_html(mut saved: Saved) -> Result<String> {
    let mut sums = None;
    while saved.cells.index.len() > MOST_CELLS {
        sums.get_or_insert_with(|| Sums::of(&saved));
        saved = shrunk(saved);
    }
    let mut steps = [
        LeftOut::default(),
        LeftOut { minor_streets: true, ..LeftOut::default() },
        LeftOut { minor_streets: true, other_nearest: true, ..LeftOut::default() },
        LeftOut { minor_streets: true, other_nearest: true, other_formats: true },
    ]
    .into_iter();
    let mut left_out = steps.next().unwrap_or_default();
    loop {
        let page = filled(&saved, &packed(&saved, sums.as_ref(), left_out)?)?;
        if page.len() <= MOST_BYTES {
            return Ok(page);
        }
        match steps.next() {
            Some(more) => left_out = more,
            None if saved.cells.index.len() > 1_000 => {
                sums.get_or_insert_with(|| Sums::of(&saved));
                saved = shrunk(saved);
            }
            None => return Ok(page),
        }
    }
}

/// The page with its parts.
fn filled(saved: &Saved, data: &str) -> Result<String> {
    let script = format!("\n\"use strict\";\n(() => {{\n{}}})();\n", SCRIPTS.join("\n"));
    let style = format!("\n{STYLE}");
    let hash = |text: &str| format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())));
    let policy = format!(
        "default-src 'none'; script-src {}; style-src {}; base-uri 'none'; form-action 'none'",
        hash(&script),
        hash(&style)
    );
    let title = saved.manifest.title.as_deref().unwrap_or("Walkshed");
    let parts = [
        ("{{policy}}", policy.as_str()),
        ("{{title}}", &escaped(title)),
        ("{{style}}", &style),
        ("{{data}}", data),
        ("{{script}}", &script),
    ];
    let mut page = String::with_capacity(PAGE.len() + data.len() + script.len() + style.len());
    let mut rest = PAGE;
    for (name, part) in parts {
        let Some((before, after)) = rest.split_once(name) else {
            anyhow::bail!("the page has no place for {name} where it is expected");
        };
        page.push_str(before);
        page.push_str(part);
        rest = after;
    }
    ensure!(!rest.contains("{{"), "a place of the page is not filled");
    page.push_str(rest);
    Ok(page)
}

/// Text that HTML takes for text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_ends_no_block_and_asks_for_nothing() {
        for part in SCRIPTS.into_iter().chain([STYLE, PAGE]) {
            for word in
                ["fetch(", "XMLHttpRequest", "import(", "innerHTML", "eval(", "url(", "src=\"http", "localStorage"]
            {
                assert!(!part.contains(word), "{word}");
            }
        }
        for part in SCRIPTS.into_iter().chain([STYLE]) {
            assert!(!part.contains("</"), "it would end its block");
        }
    }
}
