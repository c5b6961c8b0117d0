//! The last sheet: what the results rest on.
//!
//! Comes in: the standard's file and the manifest. Goes out: a sheet with the document and its words, what the file leaves
//! out, how walking was modelled, the settings, and every input with its hash. Not here: times and places of the run; two
//! runs that find the same write the same sheet.

use std::path::Path;

use anyhow::Result;
use rust_xlsxwriter::Worksheet;
use serde_json::Value as Json;

use super::Book;
use super::paper::{Page, Value};
use crate::report::numbers::bytes;
use crate::report::summary::Language;

/// The sheet.
pub(super) fn sheet(book: &Book<'_>, name: &str) -> Result<Worksheet> {
    let paper = book.paper;
    let mut page = Page::new(paper, name, &[30.0, 24.0, 14.0, 90.0])?;
    page.across();
    page.title(
        paper.say("Parameters and sources", "参数与来源"),
        &format!("walkshed {}", book.saved.manifest.version),
    )?;
    standard(book, &mut page)?;
    model(book, &mut page)?;
    settings(book, &mut page)?;
    inputs(book, &mut page)?;
    page.heading(paper.say("How to read this", "说明"))?;
    for (word, said) in NOTES.map(|[word, said]| (paper.say(word.0, word.1), paper.say(said.0, said.1))) {
        page.said(word, said)?;
    }
    page.finish()
}

/// Words with what they say, in English and Chinese.
const NOTES: [[(&str, &str); 2]; 4] = [
    [
        ("Three values", "三种结果"),
        (
            "Met, not met, unknown. A format that is nowhere in the registry is unknown, and never counted as missing.",
            "达标、未达标、未知。名录中完全没有的业态为未知，不计为缺少。",
        ),
    ],
    [
        ("Reasons", "原因"),
        (
            "too far: the nearest is beyond the limit; detour: near in a straight line, far on foot; too few: not enough within the \
             limit; none in 1 h: no outlet within an hour's walk; behind gates: it would be met if gates stood open; streets cut off: \
             the streets are joined with no others; edge of data: the border of the extract is within the walk; no street: none near \
             the cell.",
            "太远：最近网点超出时限；绕行：直线距离近而步行远；数量不足：时限内数量不够；一小时内无：步行一小时内无网点；大门阻隔：若大门开放即可达标；道路孤立：所在道路与其他道路不相连；数据边界：时限内可走到数据边界；附近无道路：单元附近没有道路。",
        ),
    ],
    [
        ("Tables", "数据表"),
        (
            "Every number here stands in the Parquet tables of the same folder; its README.md explains each column.",
            "本工作簿的数字均取自同一目录的 Parquet 数据表；各列含义见目录中的 README.md。",
        ),
    ],
    [
        ("Map data", "地图数据"),
        (
            "Where streets, outlets or dwellings come from OpenStreetMap: © OpenStreetMap contributors, Open Database License (ODbL).",
            "路网、网点或住宅取自 OpenStreetMap 时：© OpenStreetMap contributors，采用 ODbL 许可。",
        ),
    ],
];

fn standard(book: &Book<'_>, page: &mut Page<'_>) -> Result<()> {
    let (paper, saved) = (book.paper, book.saved);
    let file = &saved.file;
    page.heading(paper.say("The standard", "标准"))?;
    page.said(paper.say("Name", "名称"), &format!("{}\n{} ({})", file.zh, file.en, file.id))?;
    for (word, text) in [(paper.say("Edition", "版本"), &file.edition), (paper.say("Date", "日期"), &file.date)] {
        if let Some(text) = text {
            page.said(word, text)?;
        }
    }
    page.said(paper.say("How much of it is known", "掌握程度"), status(file.status.code(), paper.language))?;
    if let Some(used) = &saved.manifest.standard {
        page.said(paper.say("SHA-256 of its file", "文件 SHA-256"), &used.sha256)?;
    }
    for source in &file.sources {
        let quote = source.quote.as_deref().map(|quote| format!("“{}”", quote.trim_matches(['“', '”'])));
        let parts = [Some(source.title.as_str()), source.date.as_deref(), source.url.as_deref(), quote.as_deref()];
        let told = parts.into_iter().flatten().collect::<Vec<_>>().join("\n");
        page.said(&format!("{} {}", paper.say("Source", "出处"), source.id), &told)?;
    }
    // In Chinese where the file has it, else in its own words.
    let zh = |zh: &Option<String>| zh.clone().filter(|_| paper.language == Language::Zh);
    for entry in &file.ambiguities {
        let reading = entry.reading.as_deref().unwrap_or_default();
        let said = zh(&entry.zh).unwrap_or_else(|| format!("{}\n{reading}", entry.text).trim_end().to_owned());
        page.said(paper.say("Read in one of several ways", "理解方式"), &said)?;
    }
    for entry in &file.not_computed {
        let said = zh(&entry.zh).unwrap_or_else(|| format!("{}\n{}", entry.text, entry.reason));
        page.said(paper.say("Asked, not computed", "未计算的要求"), &said)?;
    }
    for entry in &file.not_obtainable {
        page.said(paper.say("Not found", "未能取得"), &zh(&entry.zh).unwrap_or_else(|| entry.what.clone()))?;
    }
    Ok(())
}

fn status(code: &str, language: Language) -> &str {
    match code {
        "sourced" => language.pick("all that is computed has a source", "计算所用的各项均有出处"),
        "partial" => language.pick("parts of the document were not found", "文件部分内容未能取得"),
        "counts-only" => language.pick("counts only", "仅有数量"),
        "shape-only" => language.pick("its shape only", "仅有框架"),
        "tiers-only" => language.pick("its tiers only", "仅有时限"),
        other => other,
    }
}

fn model(book: &Book<'_>, page: &mut Page<'_>) -> Result<()> {
    let paper = book.paper;
    let Some(model) = &book.saved.manifest.model else { return Ok(()) };
    page.heading(paper.say("How walking was modelled", "步行模型"))?;
    let heads = [
        paper.say("Parameter", "参数"),
        paper.say("Value", "取值"),
        paper.say("Unit", "单位"),
        paper.say("Where it comes from", "依据"),
    ];
    let meters = |what: &str, m: f64| -> Vec<Value<'_>> {
        vec![what.to_owned().into(), Value::Number(m), "m".into(), Value::Empty]
    };
    let mut rows: Vec<Vec<Value<'_>>> = Vec::new();
    for one in &model.parameters {
        let value = one.value.parse().map_or_else(|_| one.value.as_str().into(), Value::Number);
        rows.push(vec![one.name.as_str().into(), value, one.unit.as_str().into(), one.source.as_str().into()]);
    }
    rows.push(meters(paper.say("a cell's street is at most so far", "单元到道路的最大距离"), model.max_snap_cell_m));
    rows.push(meters(
        paper.say("an outlet's street is at most so far", "网点到道路的最大距离"),
        model.max_snap_outlet_m,
    ));
    page.table(&heads, rows)?;
    Ok(())
}

fn settings(book: &Book<'_>, page: &mut Page<'_>) -> Result<()> {
    let paper = book.paper;
    page.heading(paper.say("Settings", "设置"))?;
    // The way of searching never changes a result, nor may it change this sheet.
    for (key, value) in book.saved.manifest.settings.iter().filter(|(key, _)| *key != "way") {
        let word = SETTINGS.iter().find(|(known, ..)| known == key);
        let word = word.map_or(key.as_str(), |(_, en, zh)| paper.say(en, zh));
        page.said(word, &in_words(value, paper.language))?;
    }
    Ok(())
}

/// Settings of a run: key, English, Chinese.
const SETTINGS: [(&str, &str, &str); 15] = [
    ("minutes", "minutes", "时限（分钟）"),
    ("horizon_minutes", "how far is searched, minutes", "搜索范围（分钟）"),
    ("resolution", "H3 resolution", "H3 级别"),
    ("origins", "where walks begin", "步行起点"),
    ("max_points", "points of a cell at most", "每单元起点上限"),
    ("min_component", "islands are smaller than, nodes", "孤立路段的节点数下限"),
    ("rules", "rules of access", "通行规则"),
    ("all_gates", "gates open and closed", "分别按大门开闭计算"),
    ("formats", "formats", "业态词表"),
    ("formats_sha256", "SHA-256 of the formats", "业态词表 SHA-256"),
    ("brands", "chains", "连锁品牌表"),
    ("brands_sha256", "SHA-256 of the chains", "连锁品牌表 SHA-256"),
    ("drop_duplicates", "doubles left out", "剔除疑似重复"),
    ("duplicate_distance_m", "doubles are nearer than, m", "疑似重复的距离（米）"),
    ("clip_buffer_m", "streets around the area, m", "范围外保留的路网（米）"),
];

/// A setting as people say it.
fn in_words(value: &Json, language: Language) -> String {
    match value {
        Json::Null => "–".to_owned(),
        Json::Bool(yes) => language.pick(["no", "yes"][usize::from(*yes)], ["否", "是"][usize::from(*yes)]).to_owned(),
        Json::Array(values) => {
            values.iter().map(|value| in_words(value, language)).collect::<Vec<_>>().join(language.pick(", ", "、"))
        }
        Json::String(text) => CODES
            .iter()
            .find(|(known, ..)| known == text)
            .map_or_else(|| text.clone(), |(_, en, zh)| language.pick(en, zh).to_owned()),
        Json::Number(number) => number.to_string().trim_end_matches(".0").to_owned(),
        other @ Json::Object(_) => other.to_string(),
    }
}

/// Codes that settings have: code, English, Chinese.
const CODES: [(&str, &str, &str); 6] = [
    ("centre", "the middle of each cell", "单元中心"),
    ("points", "points of homes", "住宅代表点"),
    ("worldwide", "worldwide", "通用"),
    ("china", "China", "中国"),
    ("the formats that come with walkshed", "those that come with walkshed", "随软件提供"),
    ("the chains that come with walkshed", "those that come with walkshed", "随软件提供"),
];

fn inputs(book: &Book<'_>, page: &mut Page<'_>) -> Result<()> {
    let paper = book.paper;
    page.heading(paper.say("Inputs", "输入文件"))?;
    let heads = [paper.say("File", "文件"), paper.say("Read as", "用途"), paper.say("Size", "大小"), "SHA-256"];
    let rows = book.saved.manifest.inputs.iter().map(|input| {
        // The name alone: where it lay is nobody's business.
        let file = Path::new(&input.path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        let role = ROLES.iter().find(|(known, ..)| *known == input.role);
        let role = role.map_or(input.role.as_str(), |(_, en, zh)| paper.say(en, zh));
        vec![file.into(), role.into(), bytes(input.bytes).into(), input.sha256.as_str().into()]
    });
    page.table(&heads, rows)?;
    Ok(())
}

/// What inputs are read as: code, English, Chinese.
const ROLES: [(&str, &str, &str); 8] = [
    ("config", "settings", "配置"),
    ("osm", "streets", "路网"),
    ("clip", "the area", "范围"),
    ("residents", "residents", "居民"),
    ("outlets", "outlets", "网点"),
    ("zones", "zones", "分区"),
    ("model", "the walker", "步行模型"),
    ("standard", "the standard", "标准"),
];
