//! The report of a run, in a real browser: it asks nobody, shows what the tables have, draws what the tool draws.

use std::collections::BTreeMap;
use std::fs;
use std::io::BufReader;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::browser::Browser;
use super::made_tables::{made_tables, residents};
use super::results::{Results, numbers, texts, words};
use super::tool::{DONE, Desk, WRONG_USE, town, town_run, town_text, walkshed};

// Keys without a letter, as WebDriver writes them.
const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const RIGHT: &str = "\u{e014}";
const ESCAPE: &str = "\u{e00c}";

/// FNV-1a over the pixels of a PNG.
fn fingerprint(png: &Path) -> String {
    let mut reader = png::Decoder::new(BufReader::new(fs::File::open(png).unwrap())).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let length = reader.next_frame(&mut pixels).unwrap().buffer_size();
    let fold = |hash: u32, byte: &u8| (hash ^ u32::from(*byte)).wrapping_mul(0x0100_0193);
    format!("{:08x}", pixels[..length].iter().fold(0x811c_9dc5, fold))
}

/// Shows a mode in the page, all of it, and gives the fingerprint of the canvas with its size.
const SHOWN: &str =
    "const w = walkshed, map = w.maps[0]; w.change({ mode: w.modeFrom(arguments[0]) }); map.fit(); map.drawNow();
    const { width, height } = map.cells, image = map.cells.getContext('2d').getImageData(0, 0, width, height);
    return [w.fingerprint(image.data), width, height];";

/// The legend as the page has it: the class's first code and its residents.
const LEGEND: &str = "return [...document.querySelectorAll('#legend tr')].map((row) => Number(row.dataset.residents))";

fn every_mode_is_drawn_as_the_tool_draws_it(browser: &Browser, folder: &Path, modes: &[String], total: f64) {
    let desk = Desk::new();
    let first = browser.run(SHOWN, &[json!("missing")]);
    let size = format!("{}x{}", first[1], first[2]);
    let mut call = walkshed("report --bare").and(folder).with("--size", &size).with("-o", desk.result("pictures"));
    for mode in modes {
        call = call.with("--png", mode);
    }
    call.ends(DONE);
    for mode in modes {
        let shown = browser.run(SHOWN, &[json!(mode)]);
        let file = desk.result("pictures").join(format!("map-{}.png", mode.replace(':', "-")));
        assert_eq!(shown[0], json!(fingerprint(&file)), "{mode} at {size}");
        let legend: f64 = browser.run(LEGEND, &[]).as_array().unwrap().iter().filter_map(Value::as_f64).sum();
        assert!((legend - total).abs() < 1e-6 * total.max(1.0), "{mode}: {legend} of {total}");
    }
}

#[test]
fn the_page_of_the_town() {
    let Some(browser) = Browser::start([1400, 900], &[]) else { return };
    let results = Results::town();
    browser.open(&results.path("report.html"), "");
    let requests = browser.requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert!(requests[0].starts_with("file://"), "{requests:?}");

    let cells = results.table("cells");
    let total: f64 = numbers(&cells, "residents").into_iter().flatten().sum();
    let mut modes = vec!["missing".to_owned()];
    modes.extend(words(&results.table("requirements"), "requirement").iter().map(|id| format!("requirement:{id}")));
    modes.extend(words(&results.table("formats"), "format").iter().step_by(5).map(|id| format!("minutes:{id}")));
    // A format that is in no registry is not in the page unless the standard names it.
    let formats = results.table("formats");
    let known = words(&formats, "status").into_iter().map(|status| status == "in_registry");
    let known: BTreeMap<String, bool> =
        words(&formats, "format").iter().map(|id| format!("minutes:{id}")).zip(known).collect();
    modes.retain(|mode| *known.get(mode).unwrap_or(&true));
    every_mode_is_drawn_as_the_tool_draws_it(&browser, results.folder(), &modes, total);

    languages_and_tables(&browser, results);
    a_click_gives_what_the_tables_have(&browser, results);
    pictures_and_paper(&browser);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

fn languages_and_tables(browser: &Browser, results: &Results) {
    let text = |script: &str| browser.run(script, &[]).as_str().unwrap_or_default().to_owned();
    assert!(text("return document.getElementById('finding').textContent").contains("满足全部 6 项要求"));
    browser.run("document.getElementById('language').click()", &[]);
    let finding = text("return document.getElementById('finding').textContent");
    assert!(
        finding.starts_with("23.7 % have all 6 requirements. Most lacked: Care for the young within 15 min"),
        "{finding}"
    );
    assert_eq!(text("return document.documentElement.lang"), "en");
    let names = "walkshed.change({ zone: null, cell: -1 }); return [...document.querySelectorAll('#zones tbody tr')].map((row) => row.dataset.zone)";
    let shown = browser.run(names, &[]);
    let zones = results.table("zone_shapes");
    assert_eq!(shown.as_array().unwrap().len(), zones.height());
    browser.run("document.querySelector('[data-sort=residents]').click()", &[]);
    let down = browser.run(names, &[]);
    browser.run("document.querySelector('[data-sort=residents]').click()", &[]);
    let up = browser.run(names, &[]);
    assert_ne!(down, shown);
    assert_eq!(up.as_array().unwrap().last(), down.as_array().unwrap().first(), "the largest zone is first, then last");
    let csv = text("return walkshed.zonesCsv()");
    assert!(csv.starts_with('\u{feff}') && csv.lines().count() == zones.height() + 1, "{csv}");
    assert_eq!(text("return walkshed.cellsCsv()").lines().count(), results.table("cells").height() + 1);
}

/// The code of a walk as the page has it, from the seconds of the table.
fn code(seconds: Option<f64>, status: &str) -> i64 {
    match (seconds, status) {
        (_, "no_street") => 252,
        (_, "format_not_in_registry") => 251,
        (None, _) => 250,
        (Some(s), _) if s <= 1_200.0 => (s / 6.0).ceil() as i64,
        (Some(s), _) => 200 + ((s - 1_200.0) / 60.0).ceil() as i64,
    }
}

fn a_click_gives_what_the_tables_have(browser: &Browser, results: &Results) {
    let access = results.table("access");
    let (h3, format, status) = (words(&access, "h3"), words(&access, "format"), words(&access, "status"));
    let (seconds, nearest) = (numbers(&access, "nearest_s"), texts(&access, "nearest_id"));
    let outlets = results.table("outlets");
    let names: BTreeMap<&str, &str> = words(&outlets, "source_id")
        .into_iter()
        .zip(texts(&outlets, "name").into_iter().map(Option::unwrap_or_default))
        .collect();
    let gaps = results.table("gaps");
    let verdicts: BTreeMap<(&str, &str), &str> =
        words(&gaps, "h3").into_iter().zip(words(&gaps, "requirement")).zip(words(&gaps, "status")).collect();
    browser.run("walkshed.change({ mode: walkshed.modeFrom('missing') }); walkshed.maps[0].fit()", &[]);
    for cell in [3, 77, 150] {
        let place = browser.run(
            "const box = walkshed.maps[0].lines.getBoundingClientRect(), [x, y] = walkshed.place(arguments[0]); return [box.left + x, box.top + y, walkshed.h3(arguments[0])]",
            &[json!(cell)],
        );
        browser.click(place[0].as_f64().unwrap(), place[1].as_f64().unwrap());
        let picked = place[2].as_str().unwrap();
        let rows = browser.run(
            "return [...document.querySelectorAll('#cell-formats tbody tr')].map((row) => [row.dataset.format, Number(row.dataset.code), row.lastChild.textContent])",
            &[],
        );
        let shown: BTreeMap<String, (i64, String)> = rows
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                (row[0].as_str().unwrap().to_owned(), (row[1].as_i64().unwrap(), row[2].as_str().unwrap().to_owned()))
            })
            .collect();
        let mut compared = 0;
        for row in (0..h3.len()).filter(|row| h3[*row] == picked && status[*row] != "format_not_in_registry") {
            let name = nearest[row].map_or("–", |id| names[id]);
            let expected = (code(seconds[row], status[row]), name.to_owned());
            assert_eq!(shown.get(format[row]), Some(&expected), "{picked} {}", format[row]);
            compared += 1;
        }
        assert_eq!((shown.len(), compared), (43, 43), "{picked}");
        let rows = browser.run(
            "return [...document.querySelectorAll('#cell-requirements tbody tr')].map((row) => [row.dataset.requirement, row.querySelector('[data-verdict]').dataset.verdict])",
            &[],
        );
        assert_eq!(rows.as_array().unwrap().len(), 6);
        for row in rows.as_array().unwrap() {
            let key = (picked, row[0].as_str().unwrap());
            assert_eq!(row[1].as_str(), verdicts.get(&key).copied(), "{key:?}");
        }
    }
    // The link brings the same cell back.
    let link = browser.run("return [location.href, walkshed.h3(walkshed.state.cell)]", &[]);
    std::thread::sleep(Duration::from_millis(400));
    let hash = browser.run("return location.hash", &[]);
    browser.open(&results.path("report.html"), hash.as_str().unwrap());
    assert_eq!(browser.run("return walkshed.h3(walkshed.state.cell)", &[]), link[1], "{hash}");
}

fn pictures_and_paper(browser: &Browser) {
    let sheet = browser.run(
        "const sheet = walkshed.sheet(), url = sheet.toDataURL('image/png'); return [sheet.width, sheet.height, url.slice(0, 22), url.length]",
        &[],
    );
    assert_eq!((&sheet[0], &sheet[1], sheet[2].as_str()), (&json!(3508), &json!(2480), Some("data:image/png;base64,")));
    assert!(sheet[3].as_u64() > Some(100_000), "{sheet}");
    for (width, height) in [(29.7, 21.0), (42.0, 29.7)] {
        let pdf = browser.printed(width, height);
        // "%PDF-" in base64; a page of cells as pixels is no small file.
        assert!(pdf.starts_with("JVBERi0") && pdf.len() > 200_000, "{} letters", pdf.len());
    }
    let after = browser.run("const m = walkshed.maps[0]; return [m.width, m.cells.width, m.box.clientWidth]", &[]);
    assert_eq!((&after[0], &after[1]), (&after[2], &after[2]), "the map is as wide as the screen has it again");
}

#[test]
fn pages_of_any_size_are_ready_soon_and_drawn_alike() {
    let Some(browser) = Browser::start([1100, 760], &[]) else { return };
    let desk = Desk::new();
    for cells in [5_000, 30_000, 100_000] {
        let folder = desk.result(&format!("made-{cells}"));
        let count = made_tables(&folder, cells, 6);
        walkshed("report").and(&folder).ends(DONE);
        let page = folder.join("report.html");
        let took = browser.open(&page, "");
        assert!(took < Duration::from_secs(20), "{count} cells: {took:?}");
        assert_eq!(browser.run("return walkshed.count", &[]), json!(count));
        assert!(fs::metadata(&page).unwrap().len() < 8_000_000);
        let total: f64 = (0..count).map(residents).sum();
        let modes = ["missing", "requirement:market", "requirement:warehouse", "minutes:laundry"].map(str::to_owned);
        every_mode_is_drawn_as_the_tool_draws_it(&browser, &folder, &modes, total);
        // Nothing is known of it: stripes, and not one pixel of "not met".
        let colours = browser.run(
            "const w = walkshed, map = w.maps[0]; w.change({ mode: w.modeFrom('requirement:warehouse') }); map.drawNow();
             const data = map.cells.getContext('2d').getImageData(0, 0, map.width, map.height).data, found = {};
             for (let i = 0; i < data.length; i += 4) { const key = [data[i], data[i + 1], data[i + 2]].join(); found[key] = (found[key] || 0) + 1; }
             return found",
            &[],
        );
        assert!(
            colours["128,128,128"].as_u64() > Some(100) && colours["244,244,244"].as_u64() > Some(100),
            "{colours}"
        );
        assert!(colours["230,159,0"].is_null() && colours["0,114,178"].is_null(), "{colours}");
        assert!(colours["208,208,208"].as_u64() > Some(10), "cells without a street are grey: {colours}");
        assert_eq!(browser.complaints(), Vec::<String>::new());
    }
}

#[test]
fn a_run_of_very_many_cells_shows_larger_ones_and_says_so() {
    let Some(browser) = Browser::start([1000, 700], &[]) else { return };
    let desk = Desk::new();
    let folder = desk.result("made");
    let count = made_tables(&folder, 151_000, 6);
    walkshed("report").and(&folder).ends(DONE);
    browser.open(&folder.join("report.html"), "#lang=en");
    let shown = browser.run("return [walkshed.count, document.getElementById('footer').textContent]", &[]);
    assert!(shown[0].as_u64() < Some(30_000), "{shown}");
    assert!(shown[1].as_str().unwrap().contains("cells of H3 resolution 10; this page shows resolution 9"), "{shown}");
    // The legend is that of the run, not of the larger cells.
    let total: f64 = (0..count).map(residents).sum();
    let met: f64 =
        numbers(&super::results::read_parquet(&folder.join("requirements.parquet")), "residents_met")[0].unwrap();
    browser.run(SHOWN, &[json!("requirement:market")]);
    let legend = browser.run(LEGEND, &[]);
    let sum: f64 = legend.as_array().unwrap().iter().filter_map(Value::as_f64).sum();
    assert_eq!((sum, legend[0].as_f64()), (total, Some(met)), "{legend}");
}

#[test]
fn names_stay_text_and_no_gl_is_needed() {
    let Some(browser) = Browser::start([1200, 800], &["--disable-3d-apis", "--disable-webgl"]) else { return };
    let desk = Desk::new();
    let evil = "<img src=x onerror=document.title='caught'></script><script>document.title='caught'</script>";
    let quoted = format!("\"{}\"", evil.replace('"', "\"\""));
    let header_and_rows = town_text("outlets.csv");
    let outlets: Vec<String> = header_and_rows
        .lines()
        .enumerate()
        .map(|(number, line)| {
            let fields: Vec<&str> = line.split(',').collect();
            if number == 0 {
                line.to_owned()
            } else {
                [fields[0], &quoted, fields[2], fields[3], &fields[4..].join(",")].join(",")
            }
        })
        .collect();
    let outlets = desk.file("outlets.csv", outlets.join("\n"));
    let mut zones: Value = serde_json::from_str(&town_text("zones.geojson")).unwrap();
    for zone in zones["features"].as_array_mut().unwrap() {
        zone["properties"]["name"] = json!(evil);
    }
    let zones = desk.file("zones.geojson", zones.to_string());
    let call = walkshed("run --datum wgs84 --standard six-ones").with("--osm", town("city.osm.pbf"));
    let call = call.with("--outlets", &outlets).with("--residents", town("residents.csv")).with("--zones", &zones);
    call.with("--title", evil).with("-o", desk.result("out")).ends(DONE);
    browser.open(&desk.result("out").join("report.html"), "");
    browser.run("walkshed.change({ outlets: true, isochrones: true }); walkshed.pickCell(50)", &[]);
    let shown = browser.run(
        "return [document.title, document.getElementById('title').textContent, document.querySelectorAll('img').length, document.scripts.length, document.querySelector('#zones tbody td').textContent, document.querySelector('#cell-formats tbody tr').lastChild.textContent]",
        &[],
    );
    assert_eq!(shown, json!([evil, evil, 0, 2, evil, evil]));
    assert_eq!(browser.requests().len(), 1);
    assert_eq!(browser.complaints(), Vec::<String>::new());
    let gl = browser.run("return document.createElement('canvas').getContext('webgl') === null", &[]);
    assert_eq!(gl, json!(true), "WebGL is off");
}

#[test]
fn keys_alone_lead_to_a_cell_and_to_a_zone() {
    let Some(browser) = Browser::start([1400, 900], &[]) else { return };
    browser.open(&Results::town().path("report.html"), "#lang=en");
    let focused = |what: &str| {
        let script = "return document.activeElement.matches(arguments[0])";
        browser.run(script, &[json!(what)]) == json!(true)
    };
    let tab_to = |what: &str| {
        for _ in 0..150 {
            if focused(what) {
                return;
            }
            browser.press(TAB);
        }
        panic!("{what} cannot be come to with the Tab key");
    };
    tab_to("#choices li:nth-child(4)");
    browser.press(ENTER);
    assert_eq!(browser.run("return walkshed.state.mode.kind", &[]), json!("requirement"));
    tab_to("#map-a canvas.lines");
    let outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle", &[]);
    assert_ne!(outline, json!("none"), "where the focus is can be seen");
    browser.press("+");
    browser.press(RIGHT);
    let before = browser.run("return walkshed.maps[0].view.left", &[]);
    browser.press(RIGHT);
    assert_ne!(browser.run("return walkshed.maps[0].view.left", &[]), before);
    browser.press(ESCAPE);
    // The middle of a cell in the middle of the map.
    browser.run("const m = walkshed.maps[0], [x, y] = m.at(...walkshed.place(60)); m.centre([x, y]); m.moved()", &[]);
    browser.press(ENTER);
    assert_eq!(browser.run("return walkshed.state.cell", &[]), json!(60));
    browser.run("document.getElementById('tab-zones').focus()", &[]);
    browser.press(ENTER);
    tab_to("#zones tbody tr:nth-child(2)");
    browser.press(ENTER);
    assert_eq!(
        browser.run("return walkshed.state.zone !== null && !document.getElementById('place').hidden", &[]),
        json!(true)
    );
}

#[test]
fn a_report_is_drawn_again_from_the_tables_and_never_over_another_unasked() {
    let desk = Desk::new();
    let out = desk.result("out");
    town_run().with("-o", &out).ends(DONE);
    let page = fs::read(out.join("report.html")).unwrap();
    walkshed("report").and(&out).ends(WRONG_USE).error_with(&["report.html", "--overwrite"]);
    fs::remove_file(out.join("report.html")).unwrap();
    walkshed("report").and(&out).ends(DONE);
    assert!(fs::read(out.join("report.html")).unwrap() == page, "the run and the report write the same page");
    // What was drawn since belongs to the folder: another run may replace it.
    walkshed("report --png missing").and(&out).ends(DONE);
    town_run().with("-o", &out).and("--overwrite").ends(DONE);
    assert!(!out.join("map-missing.png").exists());
    walkshed("report --png requirement:nothing").and(&out).ends(WRONG_USE).error_with(&["nothing", "dian"]);
    walkshed("report").and(desk.file("x", "").parent().unwrap()).ends(WRONG_USE).error_with(&["manifest.json"]);
    let page = String::from_utf8(fs::read(out.join("report.html")).unwrap()).unwrap();
    assert!(page.contains("default-src 'none'") && !page.contains("{{"));
    for word in ["src=", "href=\"http", "@import", "url("] {
        assert!(!page.contains(word), "{word}");
    }
    fs::remove_file(out.join("streets.parquet")).unwrap();
    walkshed("report --overwrite").and(&out).ends(1).error_with(&["streets.parquet", "missing"]);
}
