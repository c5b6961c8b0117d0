//! Zones by list: a table that says of each cell, or of each zone of the main layer, in which zone it is.
//!
//! Comes in: CSV with `h3`, or `member_id`, and `zone_id` (and `zone_name`); what `walkshed circles` writes is one. Goes out: a
//! [`ZoneLayer`] whose zones are made of their members. Not here: polygons.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use geo::{Coord, LineString, MultiPolygon, Polygon};
use h3o::CellIndex;
use rustc_hash::FxHashMap;

use super::{Zone, ZoneLayer, boxes};
use crate::tables::source::SourceTable;
use crate::tables::zone_summary::CITY;

const CELL_NAMES: [&str; 5] = ["h3", "h3_index", "h3_id", "hex_id", "h3_u64"];
const MEMBER_NAMES: [&str; 6] = ["member_id", "member", "community", "community_id", "社区", "社区编号"];
const ID_NAMES: [&str; 7] = ["zone_id", "circle_id", "circle", "zone", "生活圈", "生活圈编号", "编号"];
const NAME_NAMES: [&str; 5] = ["zone_name", "circle_name", "name", "生活圈名称", "名称"];

/// Whether a file is a list, by its name.
pub(super) fn is_list(path: &Path) -> bool {
    path.extension().is_some_and(|e| ["csv", "tsv", "txt"].iter().any(|list| e.eq_ignore_ascii_case(list)))
}

/// What a list puts into zones.
enum Members<'m> {
    Cells(FxHashMap<CellIndex, u32>),
    Zones(&'m ZoneLayer, FxHashMap<String, u32>),
}

/// Reads a list. Its members are cells, or zones of the `main` layer where there is one and the list has no cells.
///
/// # Errors
/// When the file is no such table, a member is none, or one is in two zones.
pub(super) fn read(path: &Path, id: Option<&str>, name: Option<&str>, main: Option<&ZoneLayer>) -> Result<ZoneLayer> {
    let table = SourceTable::open(path)?;
    let id_column = id.map_or_else(|| table.need(&ID_NAMES), |id| table.need(&[id]))?;
    let name_column = name.map_or_else(|| Ok(table.find(&NAME_NAMES)), |name| table.need(&[name]).map(Some))?;
    let (member_column, mut members) = match (table.find(&CELL_NAMES), table.find(&MEMBER_NAMES), main) {
        (Some(column), ..) | (None, Some(column), None) => (column, Members::Cells(FxHashMap::default())),
        (None, Some(column), Some(main)) => (column, Members::Zones(main, FxHashMap::default())),
        (None, None, _) => bail!(
            "{} says nowhere what is in its zones; expected a column 'h3' with cells, or 'member_id' with zones of the first \
             layer; columns found: {}",
            path.display(),
            table.columns().join(", ")
        ),
    };
    let mut zones: Vec<Zone> = Vec::new();
    let mut known: FxHashMap<String, u32> = FxHashMap::default();
    let columns: Vec<&str> = [member_column, id_column].into_iter().chain(name_column).collect();
    table.for_each_row(&columns, |row, texts| {
        let [member, id] = [texts[0].trim(), texts[1].trim()];
        let here = || format!("{}, row {row}", path.display());
        ensure!(!id.is_empty() && !member.is_empty(), "{}: a member or its zone is empty", here());
        ensure!(id != CITY, "{}: a zone has the id '{CITY}', which stands for the whole city", here());
        let zone = *known.entry(id.to_owned()).or_insert_with(|| {
            let name = texts.get(2).map(|name| name.trim()).filter(|name| !name.is_empty()).unwrap_or(id);
            let shape = MultiPolygon(Vec::new());
            zones.push(Zone { id: id.to_owned(), name: name.to_owned(), shape, numbers: BTreeMap::new() });
            zones.len() as u32 - 1
        });
        let other = members.put(member, zone, &mut zones[zone as usize].shape).with_context(here)?;
        if let Some(other) = other.filter(|other| *other != zone) {
            bail!("{}: {member} is in zone '{}' and in zone '{id}'", here(), zones[other as usize].id);
        }
        Ok(())
    })?;
    ensure!(!zones.is_empty(), "{} has a header and no rows; expected one row per member", path.display());
    let mut layer = ZoneLayer::of(Vec::new(), id_column.to_owned());
    layer.name_property = name_column.map(str::to_owned);
    layer.boxes = boxes(&zones);
    layer.zones = zones;
    if let Members::Cells(cells) = members {
        layer.cells = cells.keys().next().map(|first| first.resolution()).map(|resolution| (resolution, cells));
    }
    Ok(layer)
}

impl Members<'_> {
    /// Puts a member into a zone and adds its shape; goes out: the zone that had it before.
    fn put(&mut self, member: &str, zone: u32, shape: &mut MultiPolygon<f64>) -> Result<Option<u32>> {
        match self {
            Self::Cells(cells) => {
                let cell = cell_of(member)?;
                if let Some(first) = cells.keys().next() {
                    let resolution = first.resolution();
                    ensure!(
                        cell.resolution() == resolution,
                        "{member} is a cell of resolution {}, and those before are of {resolution}",
                        cell.resolution()
                    );
                }
                let before = cells.insert(cell, zone);
                if before.is_none() {
                    shape.0.push(hexagon(cell));
                }
                Ok(before)
            }
            Self::Zones(main, members) => {
                let found = main.zones.iter().find(|one| one.id == member).or_else(|| {
                    let mut named = main.zones.iter().filter(|one| one.name == member);
                    named.next().filter(|_| named.next().is_none())
                });
                let found = found.with_context(|| {
                    format!("'{member}' is neither the id nor the name of a zone of the layer '{}'", main.layer)
                })?;
                let before = members.insert(found.id.clone(), zone);
                if before.is_none() {
                    shape.0.extend(found.shape.0.iter().cloned());
                }
                Ok(before)
            }
        }
    }
}

/// A cell from its index, in hexadecimal or decimal.
fn cell_of(text: &str) -> Result<CellIndex> {
    let decimal = || text.parse::<u64>().ok().and_then(|index| CellIndex::try_from(index).ok());
    text.parse().ok().or_else(decimal).with_context(|| format!("'{text}' is no H3 cell"))
}

fn hexagon(cell: CellIndex) -> Polygon<f64> {
    let corners = cell.boundary();
    let ring: Vec<Coord<f64>> = corners.iter().map(|corner| Coord { x: corner.lng(), y: corner.lat() }).collect();
    Polygon::new(LineString(ring), Vec::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residents::origins::Origin;
    use walkshed::LonLat;

    fn file(text: &str) -> Result<tempfile::TempPath> {
        let file = tempfile::Builder::new().suffix(".csv").tempfile()?.into_temp_path();
        std::fs::write(&file, text)?;
        Ok(file)
    }

    #[test]
    fn cells_are_where_the_list_has_them_and_their_children_too() -> Result<()> {
        let parent: CellIndex = "8931aa50a6fffff".parse()?;
        let child = parent.children(h3o::Resolution::Ten).next().context("a child")?;
        let path = file(&format!("h3,zone_id,zone_name\n{parent},a,甲\n"))?;
        let layer = read(&path, None, None, None)?;
        assert_eq!((layer.zones[0].id.as_str(), layer.zones[0].name.as_str()), ("a", "甲"));
        let far = [Origin { at: LonLat { lon: 0.0, lat: 0.0 }, residents: 1.0, share: 1.0 }];
        let other: CellIndex = "8a31aa424d2ffff".parse()?;
        let assigned = layer.assign_cells([(child, &far[..]), (other, &far[..])]);
        assert_eq!((assigned.zone, assigned.outside), (vec![Some(0), None], 1));
        Ok(())
    }

    #[test]
    fn zones_of_the_main_layer_are_grouped_by_id_or_name() -> Result<()> {
        let square = |id: &str, name: &str, x: f64| {
            format!(
                r#"{{"type":"Feature","properties":{{"id":"{id}","name":"{name}"}},"geometry":{{"type":"Polygon",
                "coordinates":[[[{x},0],[{e},0],[{e},1],[{x},1],[{x},0]]]}}}}"#,
                e = x + 1.0
            )
        };
        let features = [square("1", "东里", 0.0), square("2", "西里", 1.0), square("3", "南里", 2.0)].join(",");
        let main = format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#);
        let main = ZoneLayer::from_geojson(&main, None, None)?;
        let layer = read(&file("member_id,circle_id\n1,c1\n西里,c1\n3,c2\n")?, None, None, Some(&main))?;
        let at = |lon| LonLat { lon, lat: 0.5 };
        assert_eq!(layer.assign([at(0.5), at(1.5), at(2.5), at(9.0)]), [Some(0), Some(0), Some(1), None]);
        let refused = |text: &str| -> Result<String> {
            Ok(format!("{:#}", read(&file(text)?, None, None, Some(&main)).expect_err(text)))
        };
        assert!(refused("member_id,circle_id\n4,c1\n")?.contains("neither the id nor the name"));
        assert!(refused("member_id,circle_id\n1,c1\n1,c2\n")?.contains("1 is in zone 'c1' and in zone 'c2'"));
        assert!(refused("circle_id,town\nc1,x\n")?.contains("expected a column 'h3'"));
        assert!(refused("h3,circle_id\nx,c1\n")?.contains("'x' is no H3 cell"));
        assert!(refused("member_id,circle_id\n")?.contains("no rows"));
        Ok(())
    }
}
