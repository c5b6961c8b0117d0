//! Tables of outlets as they come: good rows, every kind of bad row, and files of no use.

use std::collections::BTreeMap;

use walkshed::{Bounds, Meters};

use super::*;
use crate::registry::vocabulary::Vocabulary;

fn read_as(name: &str, bytes: &[u8], from: OutletTable) -> Result<Registry> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join(name);
    std::fs::write(&path, bytes)?;
    let vocabulary = Vocabulary::embedded()?;
    let brands = Brands::load(None, &vocabulary)?;
    let streets = Bounds { min: LonLat { lon: 116.2, lat: 39.8 }, max: LonLat { lon: 116.6, lat: 40.1 } };
    let area = Area::around(streets, Meters(500.0));
    let mut registry = Registry::default();
    let mut reader = OutletReader {
        mapper: Mapper::new(&vocabulary)?,
        brands: &brands,
        area: Some(&area),
        progress: &Progress::silent(),
    };
    reader.read(&OutletTable { path, ..from }, &mut registry)?;
    Ok(registry)
}

fn read(text: &str) -> Result<Registry> {
    read_as("outlets.csv", text.as_bytes(), OutletTable::default())
}

fn reasons(registry: &Registry) -> Vec<(u64, &'static str)> {
    let mut reasons = Vec::new();
    let told = registry.rejected.for_each(|row| {
        reasons.push((row.row, row.reason));
        Ok(())
    });
    told.expect("they can be read back");
    reasons
}

#[test]
fn every_row_is_an_outlet_or_rejected_with_its_reason() -> Result<()> {
    let registry = read(
        "id,name,lon,lat,format\n\
         1,甲,116.3,39.9,bakery\n\
         2,,116.3,39.9,便利店；bakery|洗染店; nonsense\n\
         ,乙,116.31,39.9,bakery\n\
         4,swapped,39.9,116.3,bakery\n\
         5,range,500,39.9,bakery\n\
         6,number,abc,39.9,bakery\n\
         7,unknown,116.3,39.9,castle\n\
         8,,116.3,39.9,\n\
         1,again,116.3,39.9,bakery\n\
         9,far,121.4,31.2,bakery\n\
         10,metres,500000,4427757,bakery\n\
         11,island,0,0,bakery\n\
         12,\"nowhere\"\n\
         13,nothing said of it,116.3,39.9,\n",
    )?;
    let ids: Vec<&str> = registry.outlets.iter().map(|outlet| registry.source_id(outlet)).collect();
    assert_eq!(ids, ["1", "2", "row-3"]);
    assert_eq!(registry.outlets[1].formats().len(), 3);
    assert_eq!(&*registry.outlets[0].kind.rule, "word bakery");
    assert_eq!((registry.name(&registry.outlets[1]), registry.outlets[2].row), (None, 3));
    let expected = [
        (4, "swapped_axes"),
        (5, "out_of_range"),
        (6, "bad_number"),
        (7, "unknown_format"),
        (8, "missing_format"),
        (9, "duplicate_id"),
        (10, "outside"),
        (11, "projected"),
        (12, "null_island"),
        (13, "empty"),
        (14, "unmapped"),
    ];
    assert_eq!(reasons(&registry), expected);
    assert_eq!(registry.rows(), registry.outlets.len() as u64 + registry.rejected.len());
    assert_eq!(registry.sources[0].ids_made, 1);
    let unmapped: BTreeMap<&str, (u64, u64)> =
        registry.unmapped.iter().map(|((_, said), kind)| (said.as_str(), (kind.rows, kind.used))).collect();
    assert_eq!(unmapped, BTreeMap::from([("castle", (1, 0)), ("nonsense", (1, 1)), (NAME_ONLY, (1, 0))]));
    Ok(())
}

#[test]
fn a_map_service_s_table_in_gb18030_and_gcj02() -> Result<()> {
    let text = "id,name,type,typecode,location,营业时间,面积,营业状态\r\n\
                B1,罗森(中关村店),购物服务;便民商店/便利店;便民商店/便利店,060200,\"116.403744,39.910103\",24小时营业,80㎡,营业中\r\n\
                B2,罗森(五道口店),购物服务,060200,\"116.403744，39.910103\",随缘,很大,已停业\r\n\
                B3,加油站,汽车服务;加油站,010100,116.403744 39.910103,,,\r\n";
    let bytes = encoding_rs::GB18030.encode(text).0;
    let from = OutletTable { datum: Some(Datum::Gcj02), ..OutletTable::default() };
    let registry = read_as("amap.csv", &bytes, from)?;
    assert_eq!(registry.sources[0].form, "CSV, gb18030, separated by comma");
    assert_eq!(reasons(&registry), [(3, "unmapped")]);
    // The known point of Beijing: 116.3975, 39.9087 in WGS-84.
    let at = registry.outlets[0].at;
    assert!((at.lon - 116.3975).abs() < 1e-6 && (at.lat - 39.9087).abs() < 1e-6, "{at:?}");
    assert_eq!(&*registry.outlets[0].kind.rule, "amap_exact 060200");
    assert!(registry.outlets.iter().all(|outlet| outlet.brand.is_some()));
    let known = registry.outlets[0].attributes.as_deref().map(|known| (known.floor_area_m2, known.hours.is_some()));
    assert_eq!(known, Some((Some(80.0), true)));
    assert!(registry.outlets[0].counts() && !registry.outlets[1].counts());
    assert_eq!(registry.sources[0].invalid, BTreeMap::from([("floor_area_m2", 1), ("opening_hours", 1)]));
    Ok(())
}

#[test]
fn other_kinds_of_files() -> Result<()> {
    let geojson = r#"{"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"名称":"甲","业态":"便利店"},"geometry":{"type":"Point","coordinates":[116.3,39.9]}},
        {"type":"Feature","properties":{"名称":"乙","业态":"便利店"},"geometry":null}]}"#;
    let registry = read_as("a.geojson", geojson.as_bytes(), OutletTable::default())?;
    assert_eq!((registry.outlets.len(), reasons(&registry)), (1, vec![(2, "empty")]));
    assert_eq!(registry.sources[0].form, "GeoJSON");

    let mapping = [("lon", "东经"), ("lat", "北纬"), ("format", "种类")];
    let columns = mapping.map(|(key, column)| (key.to_owned(), column.to_owned())).into_iter().collect();
    let from = OutletTable { columns, ..OutletTable::default() };
    let registry = read_as("a.tsv", "东经\t北纬\t种类\n116.3\t39.9\t便利店\n".as_bytes(), from)?;
    assert_eq!((registry.outlets.len(), registry.source_id(&registry.outlets[0])), (1, "row-1"));
    Ok(())
}

#[test]
fn a_registry_of_no_use_says_what_to_do() {
    let refused = |text: &str| format!("{:#}", read(text).expect_err(text));
    let no_place = refused("id,name,format\n1,甲,bakery\n");
    assert!(
        no_place.contains("has no column 'lon' and none 'location'; columns found: id, name, format")
            || no_place.contains("has no column 'lon' and none 'location' with both; columns found: id, name, format"),
        "{no_place}"
    );
    assert!(refused("id,lon,lat,format\n").contains("has a header and no rows"));
    let no_format = refused("id,lon,lat,format\n1,116.3,39.9,castle\n");
    assert!(no_format.contains("has a known format; found: castle. Use ids or names"), "{no_format}");
    let swapped = refused("id,lon,lat,format\n1,39.9,116.3,bakery\n2,39.9,116.3,bakery\n");
    assert!(swapped.contains("is usable: swapped_axes (2 rows, first in row 1: "), "{swapped}");
}

#[test]
fn a_sample_is_spread_over_the_rows() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.csv");
    let mut text = String::from("id,name,lon,lat\n");
    text.extend((0..10_000).map(|row| format!("{row},甲,{},39.9\n", 100.0 + f64::from(row) / 1_000.0)));
    std::fs::write(&path, text)?;
    let sample = sample_positions(&OutletTable { path, ..OutletTable::default() }, 100)?;
    assert!((100..200).contains(&sample.len()), "{}", sample.len());
    let steps: Vec<f64> = sample.windows(2).map(|pair| pair[1].lon - pair[0].lon).collect();
    assert!(steps.iter().all(|step| (step - steps[0]).abs() < 1e-9), "{steps:?}");
    Ok(())
}
