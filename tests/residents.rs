//! Residents of a real city in every form in which they come: the sums agree to the unit.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;
use tiff::encoder::TiffEncoder;
use tiff::encoder::colortype::Gray64Float;
use tiff::tags::Tag;

use super::real_data;
use super::results::{Results, numbers, sum, words};
use super::tool::{DONE, walkshed};

/// What a run says of its residents.
struct Told {
    placed: f64,
    not_placed: f64,
    resolution: u64,
    placed_by: Vec<(String, f64)>,
}

fn told(results: &Results) -> Told {
    let told = &results.findings["residents"];
    let number = |key: &str| told[key].as_f64().unwrap();
    let by = told["placed_by"].as_array().unwrap().iter();
    let by = by.map(|pair| (pair[0].as_str().unwrap().to_owned(), pair[1].as_f64().unwrap()));
    // The table says the same as the summary.
    assert!((sum(&results.table("cells"), "residents") - number("total")).abs() < 0.01);
    assert!((sum(&results.table("rejected"), "residents") - number("not_placed")).abs() < 0.01);
    let (placed, not_placed) = (number("total"), number("not_placed"));
    Told { placed, not_placed, resolution: told["resolution"].as_u64().unwrap(), placed_by: by.collect() }
}

/// A run on some streets with residents from a file and one outlet.
fn run(folder: &Path, osm: &Path, residents: &Path, words: &str, name: &str) -> Results {
    let outlets = folder.join("outlets.csv");
    let at = if osm.ends_with("poa.osm.pbf") { "-51.2,-30.05" } else { "-15.43,28.12" };
    fs::write(&outlets, format!("id,name,lon,lat,format\n1,a,{at},convenience_store\n")).unwrap();
    let call = walkshed(&format!("run --datum wgs84 --standard six-ones --json {words}")).with("--osm", osm);
    let call = call.with("--outlets", outlets).with("--residents", residents);
    let output = folder.join(name);
    let findings = call.with("-o", &output).ends(DONE).json();
    Results::new(output, findings)
}

/// A raster of 3 arc-seconds with the residents of each cell in the pixel of its centre.
fn write_raster(path: &Path, cells: &[(f64, f64, f64)]) {
    let step = 1.0 / 1200.0;
    let west = cells.iter().map(|cell| cell.0).fold(f64::MAX, f64::min) - step;
    let east = cells.iter().map(|cell| cell.0).fold(f64::MIN, f64::max) + step;
    let south = cells.iter().map(|cell| cell.1).fold(f64::MAX, f64::min) - step;
    let north = cells.iter().map(|cell| cell.1).fold(f64::MIN, f64::max) + step;
    let (across, down) = (((east - west) / step).ceil() as u32, ((north - south) / step).ceil() as u32);
    let mut pixels = vec![0.0; (across * down) as usize];
    for (lon, lat, residents) in cells {
        pixels[((north - lat) / step) as usize * across as usize + ((lon - west) / step) as usize] += residents;
    }
    let mut encoder = TiffEncoder::new(File::create(path).unwrap()).unwrap();
    let mut image = encoder.new_image::<Gray64Float>(across, down).unwrap();
    let keys: [u16; 12] = [1, 1, 0, 2, 1025, 0, 1, 1, 2048, 0, 1, 4326];
    image.encoder().write_tag(Tag::ModelPixelScaleTag, &[step, step, 0.0][..]).unwrap();
    image.encoder().write_tag(Tag::ModelTiepointTag, &[0.0, 0.0, 0.0, west, north, 0.0][..]).unwrap();
    image.encoder().write_tag(Tag::GeoKeyDirectoryTag, &keys[..]).unwrap();
    image.write_data(&pixels).unwrap();
}

/// Turns the cells of a run into every other form, and runs each of them.
fn every_form_of(first: &Results, osm: &Path, folder: &Path) {
    let all = told(first);
    let cells = first.table("cells");
    let column = |name: &str| numbers(&cells, name).into_iter().map(Option::unwrap).collect::<Vec<f64>>();
    let (lon, lat, residents) = (column("lon"), column("lat"), column("residents"));
    let mut points = "lon,lat,population\n".to_owned();
    let mut table = "h3,population\n".to_owned();
    for (number, h3) in words(&cells, "h3").into_iter().enumerate() {
        writeln!(points, "{},{},{}", lon[number], lat[number], residents[number]).unwrap();
        writeln!(table, "{h3},{}", residents[number]).unwrap();
    }
    fs::write(folder.join("points.csv"), points).unwrap();
    fs::write(folder.join("cells.csv"), table).unwrap();
    let mut polygons = first.json("cells.geojson");
    for feature in polygons["features"].as_array_mut().unwrap() {
        let residents = feature["properties"]["residents"].clone();
        feature["properties"] = json!({"population": residents});
    }
    fs::write(folder.join("polygons.geojson"), Value::to_string(&polygons)).unwrap();
    let pixels: Vec<_> = (0..lon.len()).map(|number| (lon[number], lat[number], residents[number])).collect();
    write_raster(&folder.join("raster.tif"), &pixels);

    let coarser = format!("--resolution {}", all.resolution - 1);
    let finer = format!("--resolution {}", all.resolution + 1);
    for (file, words) in [
        ("cells.csv", ""),
        ("cells.csv", coarser.as_str()),
        ("cells.csv", finer.as_str()),
        ("points.csv", "--origins points"),
        ("polygons.geojson", ""),
        ("raster.tif", "--residents-kind raster"),
    ] {
        let name = format!("of-{file}{}", words.replace(' ', ""));
        let found = told(&run(folder, osm, &folder.join(file), words, &name));
        assert!(
            (found.placed + found.not_placed - all.placed).abs() < 0.5,
            "{name}: {} of {}",
            found.placed,
            all.placed
        );
        assert!(found.not_placed.abs() < 1e-9, "{name}: {} not placed", found.not_placed);
        let by: f64 = found.placed_by.iter().map(|(_, residents)| residents).sum();
        assert!((by - found.placed).abs() < 0.01, "{name}: {:?}", found.placed_by);
    }
}

#[test]
fn porto_alegre_has_its_812_935_residents_in_every_form() {
    let (Some(osm), Some(people)) = (real_data::path("poa/poa.osm.pbf"), real_data::path("poa/poa_hexgrid.csv")) else {
        return;
    };
    let folder = TempDir::new().unwrap();
    let first = run(folder.path(), &osm, &people, "", "first");
    assert!((told(&first).placed - 812_935.0).abs() < 1e-6);
    every_form_of(&first, &osm, folder.path());
}

#[test]
fn las_palmas_has_its_floor_in_every_form() {
    let Some(osm) = real_data::path("las_palmas/las_palmas.osm.pbf") else { return };
    let folder = TempDir::new().unwrap();
    let first = run(folder.path(), &osm, Path::new("osm"), "", "first");
    every_form_of(&first, &osm, folder.path());
}

#[test]
fn by_point_nobody_is_lost_and_sums_are_those_of_the_points() {
    let Some(osm) = real_data::path("las_palmas/las_palmas.osm.pbf") else { return };
    let folder = TempDir::new().unwrap();
    let results = run(folder.path(), &osm, Path::new("osm"), "--resolution 9 --origins points --max-points 4", "out");
    let (cells, gaps, zones) = (results.table("cells"), results.table("gaps"), results.table("zones"));
    let all = sum(&cells, "residents");
    assert!(sum(&cells, "residents_all_met") + sum(&cells, "residents_some_missing") <= all + 1e-6);
    // Zone `*` has each requirement once; its residents are those of the points.
    for (row, id) in words(&zones, "requirement").into_iter().enumerate() {
        let of = |column: &str| numbers(&zones, column)[row].unwrap();
        let parts = of("residents_met") + of("residents_not_met") + of("residents_unknown") + of("residents_no_street");
        assert!((parts - all).abs() < 0.01, "{id}: {parts} of {all}");
        let met = words(&gaps, "requirement").into_iter().zip(numbers(&gaps, "residents_met"));
        let met: f64 = met.filter(|(requirement, _)| *requirement == id).filter_map(|(_, residents)| residents).sum();
        assert!((met - of("residents_met")).abs() < 0.01, "{id}: {met}");
    }
    let told = results.findings["requirements"].as_array().unwrap();
    for (row, requirement) in told.iter().enumerate() {
        let met = requirement["met"].as_f64().unwrap();
        assert!((met - numbers(&zones, "residents_met")[row].unwrap()).abs() < 0.01, "{requirement}");
    }
    let access = results.table("access");
    let times = ["nearest_min_s", "nearest_mean_s", "nearest_max_s"].map(|column| numbers(&access, column));
    for (min, (mean, max)) in times[0].iter().zip(times[1].iter().zip(&times[2])) {
        if let (Some(min), Some(mean), Some(max)) = (min, mean, max) {
            assert!(*min <= mean + 1e-6 && *mean <= max + 1e-6, "{min} {mean} {max}");
        }
    }
}
