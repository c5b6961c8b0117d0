//! The files of a sample city, written tile by tile.
//!
//! Comes in: the plan and a folder. Goes out: the extract, the registry, the residents, and how much of each there is.
//! Not here: what a tile holds, and the words that explain the folder (`texts`).

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context as _, Result};
use h3o::{CellIndex, LatLng, Resolution};
use walkshed::osm::write::{Member, PbfWriter, WriterOptions};
use walkshed::osm::{OsmKind, OsmRef};
use walkshed::{Bounds, LonLat};

use super::amap::AmapRegistry;
use super::city::{City, Tile};
use super::plane::{Axis, Point};
use super::sketch::{OutletDraft, People, Sketch};
use super::{Summary, draw};

/// Draws every tile and writes `city.osm.pbf`, `outlets.csv`, `outlets_amap.csv` and `residents.csv` into `folder`.
///
/// Nodes come before ways in the extract, and a large city does not fit into memory, so each tile is drawn twice: once
/// for its nodes, once for its ways.
pub(crate) fn write(city: &City, folder: &Path, summary: &mut Summary) -> Result<()> {
    let options = WriterOptions { sorted: true, bounds: bounds(city), ..WriterOptions::default() };
    let path = folder.join("city.osm.pbf");
    let mut extract = PbfWriter::new(create(&path)?, options)?;
    let mut registry = Registry::create(&folder.join("outlets.csv"))?;
    let mut cells: BTreeMap<CellIndex, People> = BTreeMap::new();
    for tile in tiles(city) {
        let sketch = draw::tile(city, tile);
        write_nodes(city, &sketch, &mut extract)?;
        for outlet in &sketch.outlets {
            registry.write(city, outlet)?;
        }
        for &(at, people) in &sketch.homes {
            add_people(cells.entry(cell(city.ground.lon_lat(at))?).or_default(), people);
        }
        summary.nodes += sketch.nodes.len() as u64;
    }
    registry.finish(summary)?;

    let mut multipolygons = Vec::new();
    for tile in tiles(city) {
        let sketch = draw::tile(city, tile);
        for way in &sketch.ways {
            let tags: Vec<_> = way.tags.pairs().collect();
            extract.way(way.id, &way.refs, &tags)?;
        }
        summary.ways += sketch.ways.len() as u64;
        multipolygons.extend(sketch.multipolygons);
    }
    for (id, multipolygon) in (1..).zip(&multipolygons) {
        let member = |&(way, role): &(walkshed::OsmWayId, &'static str)| Member {
            element: OsmRef { kind: OsmKind::Way, id: way.0 },
            role,
        };
        let members: Vec<_> = multipolygon.members.iter().map(member).collect();
        let tags: Vec<_> = multipolygon.tags.pairs().collect();
        extract.relation(id, &members, &tags)?;
    }
    summary.relations = multipolygons.len() as u64;
    extract.finish().with_context(|| format!("{} cannot be written", path.display()))?;
    write_residents(&cells, &folder.join("residents.csv"), summary)
}

/// Creates a file for buffered writing.
pub(crate) fn create(path: &Path) -> Result<BufWriter<File>> {
    Ok(BufWriter::new(File::create(path).with_context(|| format!("{} cannot be created", path.display()))?))
}

/// All tiles, row by row from the south-west: the order of their ids.
pub(crate) fn tiles(city: &City) -> impl Iterator<Item = Tile> {
    let columns = city.tile_columns();
    (0..city.tile_rows()).flat_map(move |row| (0..columns).map(move |column| Tile { column, row }))
}

fn write_nodes(city: &City, sketch: &Sketch, extract: &mut PbfWriter<BufWriter<File>>) -> Result<()> {
    let mut tags = Vec::new();
    for node in &sketch.nodes {
        tags.clear();
        tags.extend(node.tags.pairs());
        extract.node(node.id, city.ground.lon_lat(node.at), &tags)?;
    }
    Ok(())
}

/// A rectangle around the city: its outline bends by less than a block's width.
fn bounds(city: &City) -> Option<Bounds> {
    let (xs, ys) = (city.lines(Axis::Vertical), city.lines(Axis::Horizontal));
    let (east, north) = (xs[xs.len() - 1], ys[ys.len() - 1]);
    let south_and_north = xs.iter().flat_map(|&x| [Point::new(x, 0.0), Point::new(x, north)]);
    let west_and_east = ys.iter().flat_map(|&y| [Point::new(0.0, y), Point::new(east, y)]);
    let outline = south_and_north.chain(west_and_east).map(|at| city.ground.lon_lat(at));
    Bounds::around(outline).map(|bounds| bounds.grown(walkshed::Meters(200.0)))
}

fn cell(at: LonLat) -> Result<CellIndex> {
    let at = LatLng::new(at.lat, at.lon).with_context(|| format!("{at:?} has no H3 cell"))?;
    Ok(at.to_cell(Resolution::Ten))
}

fn add_people(sum: &mut People, people: People) {
    sum.total += people.total;
    sum.aged_60_plus += people.aged_60_plus;
    sum.aged_0_3 += people.aged_0_3;
}

fn write_residents(cells: &BTreeMap<CellIndex, People>, path: &Path, summary: &mut Summary) -> Result<()> {
    let unwritten = || format!("{} cannot be written", path.display());
    let mut out = create(path)?;
    writeln!(out, "h3,population,pop_60plus,pop_0_3").with_context(unwritten)?;
    for (cell, people) in cells.iter().filter(|(_, people)| people.total > 0) {
        writeln!(out, "{cell},{},{},{}", people.total, people.aged_60_plus, people.aged_0_3).with_context(unwritten)?;
        summary.residents += u64::from(people.total);
        summary.cells += 1;
    }
    out.flush().with_context(unwritten)
}

/// `outlets.csv` in the making, and beside it the same as a map service has it.
struct Registry {
    out: BufWriter<File>,
    amap: AmapRegistry<BufWriter<File>>,
    /// A place in the city for rows that stand nowhere in particular.
    middle: Option<LonLat>,
    written: u64,
    by_format: BTreeMap<&'static str, u64>,
}

impl Registry {
    fn create(path: &Path) -> Result<Self> {
        let mut out = create(path)?;
        let amap = AmapRegistry::create(&path.with_file_name("outlets_amap.csv"))?;
        writeln!(out, "id,name,lon,lat,format").context("outlets.csv cannot be written")?;
        Ok(Self { out, amap, middle: None, written: 0, by_format: BTreeMap::new() })
    }

    fn write(&mut self, city: &City, outlet: &OutletDraft) -> Result<()> {
        let LonLat { lon, lat } = city.ground.lon_lat(outlet.at);
        let formats = outlet.formats.join(";");
        self.written += 1;
        // No name has a comma or a quote, so none has to be quoted.
        writeln!(self.out, "{:06},{},{lon:.6},{lat:.6},{formats}", self.written, outlet.name)
            .context("outlets.csv cannot be written")?;
        // Both registries have the place to the same six decimals.
        let written = |degrees: f64| format!("{degrees:.6}").parse::<f64>();
        let at = LonLat { lon: written(lon)?, lat: written(lat)? };
        self.amap.write(&outlet.name, at, &outlet.formats)?;
        self.middle = self.middle.or(Some(at));
        for format in &outlet.formats {
            *self.by_format.entry(format).or_default() += 1;
        }
        Ok(())
    }

    fn finish(mut self, summary: &mut Summary) -> Result<()> {
        summary.outlets = self.written;
        summary.outlets_by_format = self.by_format;
        if let Some(middle) = self.middle {
            summary.amap_rows = self.amap.finish(middle)?;
        }
        self.out.flush().context("outlets.csv cannot be written")
    }
}
