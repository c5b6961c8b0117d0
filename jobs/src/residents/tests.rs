//! Every kind of residents from small files, and that nobody is lost on the way.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use h3o::{CellIndex, LatLng, Resolution};
use walkshed::{Bounds, LonLat, Meters};

use super::gather::{Extent, Gathered, Reading, gather};
use super::known::Known;
use super::origins::{HomePoint, HomePoints, Origins, gathered};
use super::osm::{Building, Dwellings};
use super::tally::{How, Residents};
use crate::clip::Clip;
use crate::datum::Datum;
use crate::plan::residents::ResidentsFile;
use crate::sample::random::Random;

pub(super) fn reading(asked: Option<Resolution>, extent: Option<Extent<'_>>) -> Reading<'_> {
    Reading { asked, usual: Resolution::Ten, extent, homes_per_cell: 0 }
}

fn read(name: &str, text: &str, reading: &Reading<'_>, buildings: &[Building]) -> Result<Residents> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join(name);
    std::fs::write(&path, text)?;
    place(&path, reading, buildings)
}

/// Residents of a file where these buildings are known, and no streets.
pub(super) fn place(path: &Path, reading: &Reading<'_>, buildings: &[Building]) -> Result<Residents> {
    let mut dwellings = Dwellings::of(&[]);
    dwellings.buildings.extend(buildings);
    let graph = walkshed::WalkGraph::from_network(&walkshed::osm::RawNetwork::default())?;
    let gathered = gather(&ResidentsFile::new(path), reading)?;
    let resolution = gathered.resolution();
    gathered.place(&Known::new(Some(dwellings), &graph, resolution))
}

pub(super) fn total(residents: &Residents) -> f64 {
    residents.cells.iter().map(|cell| cell.residents).sum()
}

fn beijing() -> Extent<'static> {
    let streets = Bounds { min: LonLat { lon: 116.2, lat: 39.8 }, max: LonLat { lon: 116.6, lat: 40.1 } };
    Extent::around(streets, Meters(500.0))
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

#[test]
fn cells_keep_their_resolution_and_every_row_is_accounted_for() -> Result<()> {
    let text = "id,人口,pop_60plus,jobs\n8a31aa50a6dffff,12.5,3,9\n8a31aa424d2ffff,0,0,9\n622370469654134783,7,1,9\n\
                8a31aa50a6dffff,1,1,9\n8931aa50a6fffff,2,1,9\n8a1fb46622dffff,4,1,9\nnonsense,8,1,9\n\
                8a31aa424d77fff,-1,1,9\n8a31aa424d67fff,16,,9\n";
    let residents = read("a.csv", text, &reading(None, Some(beijing())), &[])?;
    let cells: Vec<_> = residents.cells.iter().map(|cell| (cell.cell.to_string(), cell.residents)).collect();
    let expected = [("8a31aa424d2ffff", 0.0), ("8a31aa50a6d7fff", 7.0), ("8a31aa50a6dffff", 12.5)];
    assert_eq!(cells, expected.map(|(cell, residents)| (cell.to_owned(), residents)));
    assert_eq!(residents.groups, [("60plus".to_owned(), vec![0.0, 1.0, 3.0])]);
    let rejected: Vec<_> = residents.rejected.iter().map(|r| (r.row.row, r.row.reason, r.residents)).collect();
    let expected = [
        (4, "duplicate_cell", Some(1.0)),
        (5, "holds_other_cells", Some(2.0)),
        (6, "outside", Some(4.0)),
        (7, "bad_h3", Some(8.0)),
        (8, "negative", None),
        (9, "bad_number", Some(16.0)),
    ];
    assert_eq!(rejected, expected);
    // The rows whose number of residents could be read.
    assert!(near(residents.not_placed, 31.0));
    assert_eq!((residents.rows, residents.resolution), (9, Resolution::Ten));
    Ok(())
}

#[test]
fn coarse_cells_are_divided_by_what_is_known_and_fine_ones_summed() -> Result<()> {
    let coarse: CellIndex = "8931aa50a6fffff".parse()?;
    let children: Vec<CellIndex> = coarse.children(Resolution::Ten).collect();
    let building = |cell: CellIndex, floor| {
        let at = LatLng::from(cell);
        Building { at: LonLat { lon: at.lng(), lat: at.lat() }, floor }
    };
    let ten = reading(Some(Resolution::Ten), None);
    let text = "h3,population,pop_old\n8931aa50a6fffff,100,10\n";
    let divided = read("a.csv", text, &ten, &[building(children[1], 300.0), building(children[4], 100.0)])?;
    let cells: Vec<_> = divided.cells.iter().map(|cell| (cell.cell, cell.residents)).collect();
    assert_eq!(cells, [(children[1], 75.0), (children[4], 25.0)]);
    assert_eq!(divided.groups[0].1, [7.5, 2.5]);
    assert_eq!(divided.placed_by, [(How::DwellingFloor, 100.0)]);
    // Nothing is known: the cell in the middle.
    let middle = read("a.csv", text, &ten, &[])?;
    assert_eq!(Some(middle.cells[0].cell), coarse.center_child(Resolution::Ten));
    assert_eq!(middle.placed_by, [(How::Middle, 100.0)]);
    let mut fine = String::from("h3,population\n");
    for cell in &children {
        writeln!(fine, "{cell},1.5")?;
    }
    let summed = read("a.csv", &fine, &reading(Some(Resolution::Nine), None), &[])?;
    assert_eq!((summed.cells.len(), summed.cells[0].cell), (1, coarse));
    assert_eq!(summed.placed_by, [(How::FinerCell, 10.5)]);
    Ok(())
}

#[test]
fn points_are_summed_into_cells() -> Result<()> {
    let text = "id,lon,lat,population\n1,116.3285,39.9491,10\n2,116.32851,39.94911,2.5\n3,116.5,39.9,1\n4,x,39.9,3\n";
    let residents = read("a.csv", text, &reading(None, None), &[])?;
    assert_eq!(residents.cells.len(), 2);
    assert!(near(total(&residents), 13.5) && near(residents.not_placed, 3.0));
    assert!(residents.cells.windows(2).all(|two| two[0].cell < two[1].cell));
    Ok(())
}

/// A square feature with its south-west corner at (x, y).
fn square(properties: &str, x: f64, y: f64, side: f64) -> String {
    let (e, n) = (x + side, y + side);
    format!(
        r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon",
            "coordinates":[[[{x},{y}],[{e},{y}],[{e},{n}],[{x},{n}],[{x},{y}]]]}}}}"#
    )
}

fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

#[test]
fn polygons_are_divided_by_floor_else_by_area() -> Result<()> {
    let at = |lon: f64, lat: f64, floor| Building { at: LonLat { lon, lat }, floor };
    let point = r#"{"type":"Feature","properties":{"population":3,"pop_old":1},"geometry":{"type":"Point","coordinates":[116.5,40]}}"#;
    let nothing = r#"{"type":"Feature","properties":{"population":5,"pop_old":1},"geometry":null}"#;
    let text = collection(&[
        square(r#"{"id":"a","population":100,"pop_old":"10"}"#, 116.30, 39.90, 0.02),
        square(r#"{"id":"b","population":50,"pop_old":0}"#, 116.40, 39.90, 0.01),
        square(r#"{"id":"c","population":null}"#, 116.42, 39.90, 0.01),
        square(r#"{"id":"d","population":7,"pop_old":1}"#, 10.0, 50.0, 0.01),
        point.to_owned(),
        nothing.to_owned(),
    ]);
    let buildings = [at(116.305, 39.905, 300.0), at(116.315, 39.915, 100.0), at(116.35, 39.9, 999.0)];
    let residents = read("a.geojson", &text, &reading(None, Some(beijing())), &buildings)?;
    assert_eq!(residents.placed_by, [(How::Point, 3.0), (How::DwellingFloor, 100.0), (How::Area, 50.0)]);
    assert!(residents.cells.iter().any(|cell| near(cell.residents, 75.0)));
    let rejected: Vec<_> =
        residents.rejected.iter().map(|r| (r.row.row, r.row.id.as_deref(), r.row.reason, r.residents)).collect();
    let expected =
        [(3, Some("c"), "bad_number", None), (4, Some("d"), "outside", Some(7.0)), (6, None, "no_polygon", Some(5.0))];
    assert_eq!(rejected, expected);
    assert!(near(total(&residents), 153.0));
    Ok(())
}

#[test]
fn what_of_a_polygon_lies_far_away_keeps_its_residents() -> Result<()> {
    // The western half lies beyond the margin of 500 m (0.006 degrees) around the streets.
    let text = collection(&[square(r#"{"population":1000}"#, 116.094, 39.9, 0.2)]);
    let building = Building { at: LonLat { lon: 116.25, lat: 39.95 }, floor: 10.0 };
    let residents = read("a.geojson", &text, &reading(None, Some(beijing())), &[building])?;
    assert_eq!(residents.rejected[0].row.reason, "partly_outside");
    assert!((residents.not_placed - 500.0).abs() < 10.0, "{}", residents.not_placed);
    assert!(near(total(&residents) + residents.not_placed, 1000.0));
    Ok(())
}

#[test]
fn outlines_of_no_use_have_their_reasons() -> Result<()> {
    let text = collection(&[
        square(r#"{"population":1}"#, 116.3, 39.9, 0.01),
        square(r#"{"id":"a","population":2}"#, 80.0, 20.0, 40.0),
        square(r#"{"id":"b","population":4}"#, 116.3, 95.0, 0.01),
        square(r#"{"id":"c","population":-8}"#, 116.3, 39.9, 0.01),
    ]);
    let residents = read("a.geojson", &text, &reading(None, None), &[])?;
    let rejected: Vec<_> = residents.rejected.iter().map(|r| (r.row.row, r.row.reason, r.residents)).collect();
    assert_eq!(rejected, [(2, "too_large", Some(2.0)), (3, "bad_shape", Some(4.0)), (4, "negative", None)]);
    assert!(near(total(&residents), 1.0) && near(residents.not_placed, 6.0));
    Ok(())
}

/// An area from 116.3 to 116.4 E and 39.9 to 40 N to keep to.
fn clip(folder: &Path) -> Result<Clip> {
    let path = folder.join("area.geojson");
    let ring = "[[116.3,39.9],[116.4,39.9],[116.4,40],[116.3,40],[116.3,39.9]]";
    std::fs::write(&path, format!(r#"{{"type":"Polygon","coordinates":[{ring}]}}"#))?;
    Clip::read(&path, Meters(5000.0))
}

#[test]
fn who_lives_outside_the_area_asked_for_is_told_of_row_by_row() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let clip = clip(folder.path())?;
    let within = reading(None, Some(beijing().with_homes_in(Some(&clip))));
    let points = read("a.csv", "lon,lat,population\n116.35,39.95,10\n116.5,39.9,1\n", &within, &[])?;
    assert!(near(total(&points), 10.0) && near(points.not_placed, 1.0));
    assert_eq!((points.rejected[0].row.row, points.rejected[0].row.reason), (2, "outside_clip"));
    // Half of it is inside.
    let text = collection(&[square(r#"{"id":"a","population":100,"pop_old":10}"#, 116.39, 39.95, 0.02)]);
    let polygon = read("a.geojson", &text, &within, &[])?;
    assert!(near(total(&polygon) + polygon.not_placed, 100.0));
    assert!((35.0..65.0).contains(&total(&polygon)), "{}", total(&polygon));
    let old: f64 = polygon.groups[0].1.iter().sum();
    assert!(polygon.groups[0].1.len() == polygon.cells.len() && (3.5..6.5).contains(&old), "{old}");
    let [part] = &polygon.rejected[..] else { panic!("{:?}", polygon.rejected) };
    assert_eq!((part.row.row, part.row.id.as_deref(), part.row.reason), (1, Some("a"), "outside_clip"));
    assert!(part.residents.is_some_and(|residents| near(residents, polygon.not_placed)));
    Ok(())
}

/// Seed 20,261,123: any table, any resolution, any buildings; what comes in is placed or reported.
#[test]
fn nobody_is_lost_whatever_the_kind() -> Result<()> {
    let mut random = Random::at(20_261_123, "residents", (0, 0));
    for round in 0..24 {
        let (mut cells, mut points) = ("h3,population\n".to_owned(), "lon,lat,population\n".to_owned());
        let (mut features, mut given) = (Vec::new(), 0.0);
        for _ in 0..=random.below(40) {
            let (lon, lat) = (random.between(116.0, 116.8), random.between(39.7, 40.2));
            let count = random.below(90_000) as f64 / [1.0, 3.0, 1e4][random.below(3)];
            let cell = LatLng::new(lat, lon)?.to_cell(Resolution::try_from(6 + random.below(7) as u8)?);
            let east = if random.chance(0.1) { "east".to_owned() } else { lon.to_string() };
            writeln!(cells, "{cell},{count}")?;
            writeln!(points, "{east},{lat},{count}")?;
            features.push(square(&format!(r#"{{"population":{count}}}"#), lon, lat, random.between(1e-5, 0.01)));
            given += (count * 1e6).round() / 1e6;
        }
        let mut building = || {
            let at = LonLat { lon: random.between(116.0, 116.8), lat: random.between(39.7, 40.2) };
            Building { at, floor: random.between(20.0, 9e3) }
        };
        let buildings: Vec<Building> = (0..100).map(|_| building()).collect();
        let asked = random.chance(0.7).then_some(Resolution::try_from(8 + random.below(3) as u8)?);
        let reading = reading(asked, Some(beijing()));
        for (name, text) in [("a.csv", cells), ("b.csv", points), ("c.geojson", collection(&features))] {
            match read(name, &text, &reading, &buildings) {
                Ok(residents) => {
                    let found = total(&residents) + residents.not_placed;
                    assert!((found - given).abs() < 1e-3, "round {round}, {name}: {given} in, {found} out");
                }
                Err(error) => assert!(error.to_string().contains("is usable"), "round {round}: {error:#}"),
            }
        }
    }
    Ok(())
}

#[test]
fn homes_become_a_few_points_that_have_all_residents() -> Result<()> {
    let mut random = Random::at(77, "homes", (0, 0));
    let cell: CellIndex = "8a31aa50a6dffff".parse()?;
    let centre = LatLng::from(cell);
    let mut homes = HomePoints::new(4);
    let mut places = Vec::new();
    for _ in 0..500 {
        let lon = centre.lng() + random.between(-5e-4, 5e-4);
        places.push(LonLat { lon, lat: centre.lat() + random.between(-5e-4, 5e-4) });
        homes.add(cell, places[places.len() - 1], random.between(0.0, 100.0));
    }
    let text = "h3,population\n8a31aa50a6dffff,10\n8a31aa424d2ffff,3\n";
    let residents = read("a.csv", text, &reading(None, None), &[])?;
    let origins = Origins::at_homes(&residents, &homes);
    // The first cell has no homes, the second has many.
    let of = |number: usize| &origins.points[origins.of_cell(number)];
    assert_eq!((of(0).len(), of(1).len()), (1, 4));
    assert!(near(of(0)[0].residents, 3.0));
    assert!(of(1).iter().all(|point| places.contains(&point.at)), "a point is a home");
    assert!(near(of(1).iter().map(|point| point.residents).sum(), 10.0));
    assert!(near(of(1).iter().map(|point| point.share).sum(), 1.0));
    assert_eq!((origins.batches(2).len(), origins.batches(1).len()), (1, 2));
    // Homes at one place are one point.
    assert_eq!(gathered(&[HomePoint { at: places[0], weight: 0.0 }; 9], 4).len(), 1);
    Ok(())
}

#[test]
fn points_of_a_map_service_come_to_the_cells_where_people_live() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.csv");
    let home = LonLat { lon: 116.3975, lat: 39.9087 };
    for datum in Datum::ALL {
        let said = datum.of_wgs84(home);
        std::fs::write(&path, format!("经度,纬度,人口\n{:.7},{:.7},12.5\n", said.lon, said.lat))?;
        let file = ResidentsFile { datum: Some(datum), ..ResidentsFile::new(&path) };
        let Gathered::Placed(residents) = gather(&file, &reading(Some(Resolution::Twelve), None))? else {
            panic!("points are placed at once")
        };
        let cell = LatLng::new(home.lat, home.lon)?.to_cell(Resolution::Twelve);
        assert_eq!((residents.cells[0].cell, residents.cells[0].residents), (cell, 12.5), "{datum}");
    }
    std::fs::write(&path, "h3,population\n8a31aa50a6dffff,1\n")?;
    let file = ResidentsFile { datum: Some(Datum::Bd09), ..ResidentsFile::new(&path) };
    let Err(refused) = gather(&file, &reading(None, None)) else { panic!("cells have no datum") };
    assert!(refused.to_string().contains("a datum (bd09) is for points"), "{refused}");
    Ok(())
}

#[test]
fn a_file_of_no_use_says_what_to_do() {
    let refused =
        |name: &str, text: &str| format!("{:#}", read(name, text, &reading(None, None), &[]).expect_err(text));
    let no_column = refused("a.csv", "h3,jobs\n8a31aa50a6dffff,1\n");
    assert!(no_column.contains("no column 'population'; columns found: h3, jobs"), "{no_column}");
    assert!(refused("a.csv", "id,population\n1,1\n").contains("expected a column 'h3', or 'lon' and 'lat'"));
    assert!(refused("a.csv", "h3,population\nx,1\n").contains("is usable: bad_h3 (1 row,"));
    assert!(refused("a.csv", "h3,population,pop_a,residents_a\nx,1,1,1\n").contains("both group 'a'"));
    assert!(refused("a.csv", "h3,population\n").contains("no rows"));
    assert!(refused("a.geojson", "{}").contains("is not GeoJSON"));
    assert!(refused("a.geojson", &collection(&[square("{}", 1.0, 1.0, 1.0)])).contains("columns found: none"));
    assert!(refused("a.tif", "II*").contains("it is cut off, or no TIFF"));
}
