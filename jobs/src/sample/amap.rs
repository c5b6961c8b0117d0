//! The registry once more, as it comes from a map service by way of a spreadsheet: other columns, other codes, GCJ-02,
//! GB18030, rows twice and rows of no use.
//!
//! Comes in: the outlets of the city in the order of the first registry. Goes out: `outlets_amap.csv`. Not here: the first
//! registry, and what a reader makes of the rows; whatever it reads rightly gives the same coverage as the first.

use std::io::Write;
use std::path::Path;

use anyhow::{Context as _, Result};
use encoding_rs::GB18030;
use walkshed::{LonLat, Meters};

use super::files::create;
use crate::datum::Datum;
use crate::registry::vocabulary::Vocabulary;

/// Formats that the service has a code for, with the code and the words beside it.
const CODES: [(&str, &str, &str); 14] = [
    ("convenience_store", "060200", "购物服务;便民商店/便利店;便民商店/便利店"),
    ("laundry", "071500", "生活服务;洗衣店;洗衣店"),
    ("hair_beauty", "071100", "生活服务;美容美发店;美容美发店"),
    ("photo_copy", "071300", "生活服务;摄影冲印店;摄影冲印"),
    ("pharmacy", "090601", "医疗保健服务;医药保健销售店;药房"),
    ("specialty_restaurant", "050100", "餐饮服务;中餐厅;中餐厅"),
    ("bakery", "050800", "餐饮服务;糕饼店;糕饼店"),
    ("gym", "080111", "体育休闲服务;运动场馆;健身中心"),
    ("kindergarten", "141204", "科教文化服务;学校;幼儿园"),
    ("primary_school", "141203", "科教文化服务;学校;小学"),
    ("public_toilet", "200300", "公共设施;公共厕所;公共厕所"),
    ("bank", "160100", "金融保险服务;银行;银行"),
    ("atm", "160300", "金融保险服务;自动提款机;自动提款机"),
    ("police_point", "130501", "政府机构及社会团体;公检法机构;公安警察"),
];
/// Every so many rows are there twice.
const TWICE: u64 = 23;
/// How far the second of them is off, to the east.
const OFF: Meters = Meters(6.0);

/// The file in the making. What does not belong to an outlet of its own is kept for the end, so that the outlets stand in
/// the order of the first registry.
pub(super) struct AmapRegistry<W> {
    out: W,
    vocabulary: Vocabulary,
    written: u64,
    at_the_end: Vec<String>,
}

impl AmapRegistry<std::io::BufWriter<std::fs::File>> {
    /// Begins the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let mut registry =
            Self { out: create(path)?, vocabulary: Vocabulary::embedded()?, written: 0, at_the_end: Vec::new() };
        registry.line("id,name,type,typecode,location,业态,营业时间,营业状态")?;
        Ok(registry)
    }
}

impl<W: Write> AmapRegistry<W> {
    /// Adds an outlet; `at` has the six decimals of the first registry.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn write(&mut self, name: &str, at: LonLat, formats: &[&str]) -> Result<()> {
        self.written += 1;
        let number = self.written;
        let code = CODES.iter().find(|(format, ..)| formats == [*format]);
        let (typecode, typed) = code.map_or(("", ""), |(_, code, words)| (*code, *words));
        // What the service has no code for, or more than one, somebody has written beside it.
        let own = if code.is_some() { String::new() } else { self.names_of(formats)? };
        let hours = if formats.contains(&"convenience_store") { "每天 07:00-23:00" } else { "" };
        self.line(&format!("B0{number:06},{name},{typed},{typecode},{},{own},{hours},营业中", moved(at)))?;
        if number.is_multiple_of(TWICE) {
            let east = OFF.0 / 111_195.0 / at.lat.to_radians().cos();
            let beside = moved(LonLat { lon: at.lon + east, lat: at.lat });
            self.at_the_end.push(format!("B9{number:06},{name} （澄湖）,{typed},{typecode},{beside},{own},,"));
        }
        Ok(())
    }

    /// Ends the file, and returns how many rows it has.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn finish(mut self, middle: LonLat) -> Result<u64> {
        let doubles = std::mem::take(&mut self.at_the_end);
        let here = moved(middle);
        let (lon, lat) = here.trim_matches('"').split_once(',').context("a place has two numbers")?;
        let bad = [
            format!("X00001,轴反便利店,购物服务,060200,\"{lat},{lon}\",,,"),
            "X00002,零岛便利店,购物服务,060200,\"0,0\",,,".to_owned(),
            "X00003,投影便利店,购物服务,060200,\"650123.4,3652345.6\",,,".to_owned(),
            "X00004,无坐标便利店,购物服务,060200,,,,".to_owned(),
            "X00005,待定便利店,购物服务,060200,暂无,,,".to_owned(),
            "X00006,外地便利店,购物服务,060200,\"116.403744,39.910103\",,,".to_owned(),
            format!("B0000001,重号便利店,购物服务,060200,{here},,,"),
            format!("X00008,望江加油站,汽车服务;加油站,010100,{here},,,"),
            format!("X00009,古堡,,,{here},城堡,,"),
            format!("X00010,关张便利店,购物服务,060200,{here},,几点都行,已停业"),
        ];
        for line in doubles.iter().chain(&bad) {
            self.line(line)?;
        }
        self.out.flush().context("outlets_amap.csv cannot be written")?;
        Ok(self.written + (doubles.len() + bad.len()) as u64)
    }

    fn names_of(&self, formats: &[&str]) -> Result<String> {
        let names = formats.iter().map(|id| Ok(self.vocabulary.format(self.vocabulary.require(id)?).zh.as_str()));
        Ok(names.collect::<Result<Vec<_>>>()?.join("；"))
    }

    fn line(&mut self, text: &str) -> Result<()> {
        let (bytes, _, unknown) = GB18030.encode(text);
        debug_assert!(!unknown, "GB18030 has every character of {text}");
        self.out.write_all(&bytes).context("outlets_amap.csv cannot be written")?;
        self.out.write_all(b"\r\n").context("outlets_amap.csv cannot be written")
    }
}

/// A place in GCJ-02 as the service has it, in quotes because of the comma; with nine decimals rather than its six, so
/// that it comes back to the centimetre.
fn moved(at: LonLat) -> String {
    let LonLat { lon, lat } = Datum::Gcj02.of_wgs84(at);
    format!("\"{lon:.9},{lat:.9}\"")
}
