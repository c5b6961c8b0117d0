//! Which column of a registry holds what.
//!
//! Comes in: the columns of a table, and the mapping that the user gives. Goes out: for each kind of value its column, by
//! the mapping or by one of the names that such columns usually have in China and elsewhere. Not here: the values.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::nearest::nearest;
use crate::tables::source::{SHAPE_LAT, SHAPE_LON, SourceTable};
use crate::wrong_use::WrongUse;

/// What a column may hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Field {
    Id,
    Name,
    Lon,
    Lat,
    /// Longitude and latitude in one text: `116.39,39.90`.
    Location,
    /// Formats as words of the vocabulary.
    Format,
    /// A map service's kind in words.
    Type,
    /// A map service's kind as a code.
    Typecode,
    City,
    Brand,
    FloorArea,
    Hours,
    Status,
    Opened,
    Closed,
    Mobile,
}

/// Every field with its key in a mapping and the usual names of its column, best first, in small letters.
#[rustfmt::skip]
const NAMES: [(Field, &str, &[&str]); 16] = [
    (Field::Id, "id", &["id", "编号", "序号", "uid", "poi_id", "poiid", "outlet_id", "code", "代码", "编码", "统一社会信用代码"]),
    (Field::Name, "name", &["name", "名称", "店名", "店铺名称", "商户名称", "门店名称", "网点名称", "企业名称", "店招", "title"]),
    (Field::Lon, "lon", &["lon", "lng", "long", "longitude", "经度", "x", "point_x", "lon_wgs84", "wgs84_lon", "lng_wgs84"]),
    (Field::Lat, "lat", &["lat", "latitude", "纬度", "y", "point_y", "lat_wgs84", "wgs84_lat"]),
    (Field::Location, "location", &["location", "坐标", "经纬度", "位置坐标", "lnglat", "lonlat", "coordinates"]),
    (Field::Format, "format", &["format", "formats", "业态", "业态类型", "网点类型", "经营业态"]),
    (Field::Type, "type", &["type", "类型", "类别", "分类", "poi_type", "category", "行业", "行业类别"]),
    (Field::Typecode, "typecode", &["typecode", "type_code", "分类编码", "类型编码", "poi编码"]),
    (Field::City, "city", &["city", "cityname", "城市", "市", "所在城市"]),
    (Field::Brand, "brand", &["brand", "品牌", "连锁品牌"]),
    (Field::FloorArea, "floor_area_m2", &["floor_area_m2", "floor_area", "area_m2", "面积", "营业面积", "经营面积", "建筑面积", "面积（平方米）", "面积(平方米)", "面积（㎡）"]),
    (Field::Hours, "opening_hours", &["opening_hours", "营业时间", "open_time", "opentime", "opentime2", "business_hours", "开放时间", "服务时间"]),
    (Field::Status, "status", &["business_status", "营业状态", "经营状态", "登记状态", "status", "状态"]),
    (Field::Opened, "opened_on", &["opened_on", "open_date", "opened", "start_date", "开业日期", "开业时间", "成立日期"]),
    (Field::Closed, "closed_on", &["closed_on", "close_date", "closed", "end_date", "停业日期", "关闭日期", "注销日期"]),
    (Field::Mobile, "mobile", &["mobile", "流动", "是否流动", "流动网点"]),
];

/// The user's mapping: key of a field to the name of its column.
pub(crate) type Mapping = BTreeMap<String, String>;

/// The columns of one table that are read, each once, and where each field is among them.
#[derive(Clone, Debug)]
pub(crate) struct Columns<'t> {
    /// What to ask the table for.
    pub asked: Vec<&'t str>,
    place: [Option<usize>; NAMES.len()],
}

impl<'t> Columns<'t> {
    /// Finds the columns of a registry.
    ///
    /// # Errors
    /// When the mapping names what is not there, or nothing says where the outlets are or what they are.
    pub(crate) fn of(table: &'t SourceTable, mapping: &Mapping) -> Result<Self> {
        check_keys(mapping)?;
        let mut columns = Self { asked: Vec::new(), place: [None; NAMES.len()] };
        for (field, key, names) in &NAMES {
            let found = match mapping.get(*key) {
                Some(column) => Some(named(table, key, column)?),
                None => table.find(names),
            };
            columns.set(*field, found);
        }
        columns.find_place(table, mapping)?;
        let says_what = [Field::Format, Field::Type, Field::Typecode, Field::Name];
        if says_what.iter().all(|field| !columns.has(*field)) {
            bail!(
                "{} has no column 'format', 'type', 'typecode' or 'name' that says what its outlets are; columns found: \
                 {}; name it with [outlets.columns] format = \"…\", or add it{}",
                table.path().display(),
                table.columns().join(", "),
                table.doubt()
            );
        }
        Ok(columns)
    }

    /// Whether the table has a field.
    pub(crate) fn has(&self, field: Field) -> bool {
        self.place[field as usize].is_some()
    }

    /// The text of a field in a row; empty where the table has no such column.
    pub(crate) fn cell<'c>(&self, field: Field, row: &[&'c str]) -> &'c str {
        self.place[field as usize].map_or("", |place| row[place])
    }

    /// Which column each field was found in, as key and column, for reports.
    pub(crate) fn told(&self) -> Vec<(&'static str, String)> {
        let found = NAMES.iter().filter_map(|(field, key, _)| Some((*key, self.place[*field as usize]?)));
        found.map(|(key, place)| (key, self.asked[place].to_owned())).collect()
    }

    fn set(&mut self, field: Field, column: Option<&'t str>) {
        self.place[field as usize] = column.map(|column| {
            self.asked.iter().position(|asked| *asked == column).unwrap_or_else(|| {
                self.asked.push(column);
                self.asked.len() - 1
            })
        });
    }

    /// Longitude and latitude: the columns that are mapped, the shapes of the file, two columns, or one for both.
    fn find_place(&mut self, table: &'t SourceTable, mapping: &Mapping) -> Result<()> {
        let is_mapped = ["lon", "lat", "location"].iter().any(|key| mapping.contains_key(*key));
        if !is_mapped && let (Some(lon), Some(lat)) = (shape(table, SHAPE_LON), shape(table, SHAPE_LAT)) {
            self.set(Field::Lon, Some(lon));
            self.set(Field::Lat, Some(lat));
        }
        if self.has(Field::Lon) && self.has(Field::Lat) || self.has(Field::Location) {
            return Ok(());
        }
        let missing = if self.has(Field::Lon) { "lat" } else { "lon" };
        bail!(
            "{} has no column '{missing}' and none 'location' with both; columns found: {}; rename the ones that hold the \
             coordinates, or name them with [outlets.columns] {missing} = \"…\"{}",
            table.path().display(),
            table.columns().join(", "),
            table.doubt()
        )
    }
}

fn shape<'t>(table: &'t SourceTable, name: &str) -> Option<&'t str> {
    table.columns().iter().find(|column| *column == name).map(String::as_str)
}

fn check_keys(mapping: &Mapping) -> Result<()> {
    for key in mapping.keys() {
        if !NAMES.iter().any(|(_, known, _)| known == key) {
            let known = NAMES.map(|(_, known, _)| known);
            let meant = nearest(key, known).map_or_else(String::new, |meant| format!("; did you mean {meant}?"));
            let known = known.join(", ");
            return Err(WrongUse::error(format!("[outlets.columns] has no key '{key}'{meant} Keys: {known}")));
        }
    }
    Ok(())
}

fn named<'t>(table: &'t SourceTable, key: &str, column: &str) -> Result<&'t str> {
    let found = table.columns().iter().find(|known| known.trim() == column.trim());
    found.map(String::as_str).ok_or_else(|| {
        WrongUse::error(format!(
            "{} has no column '{column}', which [outlets.columns] {key} names; columns found: {}{}",
            table.path().display(),
            table.columns().join(", "),
            table.doubt()
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(header: &str, mapping: &[(&str, &str)]) -> Result<Vec<(&'static str, String)>> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.csv");
        std::fs::write(&path, format!("{header}\n"))?;
        let table = SourceTable::open(&path)?;
        let mapping = mapping.iter().map(|(key, column)| ((*key).to_owned(), (*column).to_owned())).collect();
        Ok(Columns::of(&table, &mapping)?.told())
    }

    #[test]
    fn every_field_stands_at_its_number() {
        assert!(NAMES.iter().enumerate().all(|(place, (field, ..))| *field as usize == place));
        let mut names: Vec<&str> = NAMES.iter().flat_map(|(.., names)| names.iter().copied()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "a name stands for two fields");
    }

    #[test]
    fn columns_are_found_in_both_languages() -> Result<()> {
        let found = told("编号,店名,经度,纬度,业态,营业时间", &[])?;
        let expected = [
            ("id", "编号"),
            ("name", "店名"),
            ("lon", "经度"),
            ("lat", "纬度"),
            ("format", "业态"),
            ("opening_hours", "营业时间"),
        ];
        assert_eq!(found, expected.map(|(key, column)| (key, column.to_owned())));
        let found = told("id,name,type,typecode,location,东经", &[("lon", "东经"), ("lat", "typecode")])?;
        assert!(found.contains(&("lon", "东经".to_owned())) && found.contains(&("lat", "typecode".to_owned())));
        Ok(())
    }

    #[test]
    fn what_is_not_there_says_what_to_do() {
        let refused = |header: &str, mapping: &[(&str, &str)]| told(header, mapping).expect_err(header).to_string();
        assert!(
            refused("id,name", &[]).contains("has no column 'lon' and none 'location' with both; columns found: id")
        );
        assert!(refused("id,lon,lat", &[]).contains("'typecode' or 'name' that says what its outlets are"));
        assert!(refused("lon,lat,name", &[("lng", "lon")]).contains("no key 'lng'"));
        assert!(
            refused("lon,lat,name", &[("lon", "经度")]).contains("no column '经度', which [outlets.columns] lon names")
        );
    }
}
