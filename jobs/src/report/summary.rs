//! The summary that `walkshed run` prints, in English or Chinese.
//!
//! Comes in: [`Findings`]. Goes out: a text for a planner: the finding first, then what is lacked, then what it rests on.
//! Not here: numbers that the run did not find.

use std::fmt::Write as _;
use std::path::Path;

use clap::ValueEnum;

use super::numbers::{bytes, percent, whole};
use crate::commands::columns::{Align, Columns};
use crate::residents::tally::How;
use crate::run::findings::{Findings, OutletsTold, RequirementTold, ResidentsTold, SourceTold, most_lacked};

/// The language of a summary.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Language {
    /// English
    En,
    /// 中文
    Zh,
}

impl Language {
    /// The words of the language.
    pub(crate) fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }
}

/// The summary of a run whose results are in `folder`.
pub(crate) fn summary(findings: &Findings, folder: &Path, language: Language) -> String {
    let mut text = String::new();
    text.push_str(&head(findings, language));
    text.push_str(&finding(findings, language));
    text.push_str(&requirements(findings, language));
    text.push_str(&certainty(findings, language));
    text.push_str(&zones(findings, language));
    text.push_str(&inputs(findings, language));
    let seconds: f64 = findings.timings_s.iter().map(|(_, s)| s).sum();
    let peak = findings.peak_memory_bytes.map_or_else(|| "-".to_owned(), bytes);
    let _ = match language {
        Language::En => writeln!(
            text,
            "\n{seconds:.1} s on {} threads, peak memory {peak}; {} nodes reached per cell on average",
            findings.threads,
            whole(findings.nodes_per_cell)
        ),
        Language::Zh => writeln!(
            text,
            "\n用时 {seconds:.1} 秒，{} 线程，内存峰值 {peak}；平均每个单元搜索到 {} 个路网节点",
            findings.threads,
            whole(findings.nodes_per_cell)
        ),
    };
    text.push_str(&searched(findings, language));
    let results = language.pick("results in", "结果目录");
    let files = "report.html, report.xlsx, map.svg, README.md, *.parquet, manifest.json";
    let _ = writeln!(text, "{results} {} ({files})", folder.display());
    text
}

/// From how many seconds on the estimates of the ways of searching are told.
const WORTH_TELLING_S: f64 = 0.1;

/// How the cells were searched from, and why so.
fn searched(findings: &Findings, language: Language) -> String {
    let Some(search) = &findings.search else { return String::new() };
    let way = language.pick(search.way, way_zh(search.way));
    let why = match (search.asked, language) {
        (true, Language::En) => "as asked for",
        (false, Language::En) => "by the work",
        (true, Language::Zh) => "按指定",
        (false, Language::Zh) => "按工作量选择",
    };
    let mut text = match language {
        Language::En => format!("searched by {way}, {why}"),
        Language::Zh => format!("搜索方式：{way}（{why}）"),
    };
    let (one, lanes, meetings) = (search.one_by_one_s, search.lanes_s, search.meetings_s);
    // Where everything is quick there is nothing to explain.
    if one.max(lanes).max(meetings) >= WORTH_TELLING_S {
        let stored = search.hierarchy == "stored";
        // Writing to a String does not fail.
        let _ = match language {
            Language::En => write!(
                text,
                "; by estimate {one:.1} s one by one, {lanes:.1} s in lanes, {meetings:.1} s by meetings with {} hierarchy, on \
                 one core",
                if stored { "the stored" } else { "building a" }
            ),
            Language::Zh => write!(
                text,
                "；单核估计：逐个 {one:.1} 秒，并行道 {lanes:.1} 秒，相遇 {meetings:.1} 秒（{}层次结构）",
                if stored { "使用已存的" } else { "含构建" }
            ),
        };
    }
    text.push('\n');
    if let Some(reason) = &search.not_used {
        let said = language.pick("a stored hierarchy was not used", "未使用已存的层次结构");
        let _ = writeln!(text, "  {said}: {reason}");
    }
    text
}

fn way_zh(way: &str) -> &'static str {
    match way {
        "one_by_one" => "逐个单元",
        "lanes" => "十六单元并行道",
        "sweeps" => "层次扫描",
        _ => "层次相遇",
    }
}

fn head(findings: &Findings, language: Language) -> String {
    let standard = &findings.standard;
    let title = findings.title.as_deref().unwrap_or(&findings.streets.source);
    let weight = language.pick(&findings.residents.weight_en, &findings.residents.weight_zh);
    let cells = whole(findings.residents.cells as f64);
    let total = whole(findings.residents.total);
    let model = findings.model.as_ref().map_or_else(String::new, |model| match language {
        Language::En => format!(" (model {model})"),
        Language::Zh => format!("（模型 {model}）"),
    });
    match language {
        Language::En => format!(
            "{title}\n{} ({}), on foot at {} m/s{model}, from {cells} cells with {total} {weight}\n\n",
            standard.en, standard.id, findings.speed_m_per_s
        ),
        Language::Zh => format!(
            "{title}\n{}（{}），步行速度 {} 米/秒{model}，{cells} 个居住单元，{weight} {total}\n\n",
            standard.zh, standard.id, findings.speed_m_per_s
        ),
    }
}

fn finding(findings: &Findings, language: Language) -> String {
    let share = findings.share_all_known;
    let said = finding_of(&findings.requirements, findings.unknown.len(), share, findings.residents.total, language);
    format!("{said}\n\n")
}

/// The finding in a sentence or two: who has all, of `total`, and what is lacked most. Of `unknown` requirements nothing is
/// known.
pub(super) fn finding_of(
    requirements: &[RequirementTold],
    unknown: usize,
    share_all_known: Option<f64>,
    total: f64,
    language: Language,
) -> String {
    let all = requirements.len();
    let known = all - unknown;
    if all == 0 {
        let said = language.pick(
            "The standard asks nothing of single residences; its numbers of zones are in ratings.parquet.",
            "该标准对单个居住单元无要求；各分区指标见 ratings.parquet。",
        );
        return said.to_owned();
    }
    let share = share_all_known.map_or_else(|| "-".to_owned(), percent);
    let mut text = match language {
        Language::En if known == all => format!("{share} have all {all} requirements."),
        Language::En => format!("{share} have all {known} requirements that can be judged (of {all})."),
        Language::Zh if known == all => format!("{share} 满足全部 {all} 项要求。"),
        Language::Zh => format!("在有数据的 {known} 项要求中（共 {all} 项），{share} 全部满足。"),
    };
    if let Some(most) = most_lacked(requirements) {
        let (lacking, total) = (whole(most.not_met + most.no_street), whole(total));
        let _ = match language {
            Language::En => {
                write!(
                    text,
                    " Most lacked: {} {} within {}, by {lacking} of {total}.",
                    most.zh,
                    most.en,
                    limit(most, language)
                )
            }
            Language::Zh => {
                let limit = limit(most, language);
                write!(text, "缺口最大：{}（{limit}内），影响 {lacking}（共 {total}）。", most.zh)
            }
        };
    }
    text
}

/// How long or how far a walk may be, in words.
pub(super) fn limit(requirement: &RequirementTold, language: Language) -> String {
    match (requirement.minutes, requirement.distance_m) {
        (Some(minutes), _) => format!("{minutes} {}", language.pick("min", "分钟")),
        (None, Some(meters)) => format!("{meters} {}", language.pick("m", "米")),
        (None, None) => "-".to_owned(),
    }
}

fn requirements(findings: &Findings, language: Language) -> String {
    if findings.requirements.is_empty() {
        return String::new();
    }
    let right = Align::Right;
    let mut table =
        Columns::new([Align::Left, Align::Left, right, right, right, right, right, right, right, right, right]);
    let heads = match language {
        Language::En => [
            "requirement",
            "",
            "min",
            "have it",
            "lack it",
            "too far",
            "detour",
            "too few",
            "none in 1 h",
            "gate, island",
            "edge of data",
        ],
        Language::Zh => [
            "要求",
            "",
            "分钟",
            "已满足",
            "缺少",
            "太远",
            "绕行",
            "数量不足",
            "一小时内无",
            "大门、孤立路段",
            "数据边界",
        ],
    };
    table.row(heads);
    for requirement in &findings.requirements {
        table.row(requirement_row(requirement, language));
    }
    let mut text = table.render("  ");
    let is_unknown = |one: &&RequirementTold| one.share_met.is_none() && one.unknown > 0.0;
    if findings.requirements.iter().filter(is_unknown).any(|one| !one.in_registry) {
        let _ = match language {
            Language::En => writeln!(
                text,
                "  Unknown: the registry has no outlet of that kind anywhere, which says nothing about the street."
            ),
            Language::Zh => writeln!(text, "  “未知”：网点名录中没有该业态的任何记录，不代表街上没有。"),
        };
    }
    for one in findings.requirements.iter().filter(is_unknown).filter(|one| one.in_registry) {
        let _ = match language {
            Language::En => writeln!(text, "  {} {}: opening hours of its outlets are not known.", one.zh, one.en),
            Language::Zh => writeln!(text, "  {}：其网点的营业时间不明，无法判断。", one.zh),
        };
    }
    for one in findings.requirements.iter().filter(|one| one.share_met.is_some() && one.unknown > 0.0) {
        let unknown = whole(one.unknown);
        let _ = match language {
            Language::En => writeln!(
                text,
                "  {} {}: of {unknown} it cannot be said, for opening hours are not known; the share is of the others.",
                one.zh, one.en
            ),
            Language::Zh => {
                writeln!(text, "  {}：{unknown} 因营业时间不明无法判断；比例为其余部分的比例。", one.zh)
            }
        };
    }
    if findings.residents.without_street > 0.0 {
        let _ = match language {
            Language::En => writeln!(
                text,
                "  \"Lack it\" includes {} in {} cells that no street is near enough to.",
                whole(findings.residents.without_street),
                findings.residents.cells_without_street
            ),
            Language::Zh => writeln!(
                text,
                "  “缺少”中包括附近没有道路的 {} 个单元（{}）。",
                findings.residents.cells_without_street,
                whole(findings.residents.without_street)
            ),
        };
    }
    text
}

/// What open and closed gates would change, where the run took all views of them.
fn certainty(findings: &Findings, language: Language) -> String {
    let right = Align::Right;
    let mut table = Columns::new([Align::Left, right, right, right]);
    table.row(match language {
        Language::En => ["gates open, closed, as mapped", "have it for sure", "depends on gates", "lack it for sure"],
        Language::Zh => ["大门开放、关闭、按地图三种情形", "肯定满足", "取决于大门", "肯定缺少"],
    });
    let told = findings.requirements.iter().filter_map(|r| Some((r, r.certainty?)));
    let mut rows = 0;
    for (requirement, sums) in told.filter(|(r, _)| r.share_met.is_some()) {
        table.row([requirement.zh.clone(), whole(sums.met), whole(sums.depends_on_data), whole(sums.not_met)]);
        rows += 1;
    }
    if rows == 0 { String::new() } else { format!("\n{}", table.render("  ")) }
}

fn requirement_row(requirement: &RequirementTold, language: Language) -> [String; 11] {
    let names = match language {
        Language::En => [requirement.zh.clone(), requirement.en.clone()],
        Language::Zh => [requirement.zh.clone(), String::new()],
    };
    let [first, second] = names;
    // The column is of minutes; a distance says what it is.
    let minutes = requirement.minutes.map_or_else(|| limit(requirement, language), |minutes| minutes.to_string());
    match requirement.share_met {
        None => {
            let unknown = language.pick("unknown", "未知").to_owned();
            let none = || "-".to_owned();
            [first, second, minutes, unknown, none(), none(), none(), none(), none(), none(), none()]
        }
        Some(share) => [
            first,
            second,
            minutes,
            percent(share),
            whole(requirement.not_met + requirement.no_street),
            whole(requirement.beyond_budget),
            whole(requirement.detour),
            whole(requirement.too_few),
            whole(requirement.no_outlet),
            whole(requirement.gate + requirement.island),
            whole(requirement.edge_of_data),
        ],
    }
}

/// How many zones have each grade.
fn grades(findings: &Findings, language: Language) -> String {
    if findings.grades.is_empty() {
        return String::new();
    }
    let told = findings.grades.iter().map(|grade| match language {
        Language::En => format!("{} {} {}", grade.zh, grade.en, grade.zones),
        Language::Zh => format!("{} {}", grade.zh, grade.zones),
    });
    let told = told.collect::<Vec<_>>().join(language.pick(", ", "，"));
    match language {
        Language::En => format!("  grades of zones: {told} (why: ratings.parquet)\n"),
        Language::Zh => format!("  分区等级：{told}（原因见 ratings.parquet）\n"),
    }
}

fn zones(findings: &Findings, language: Language) -> String {
    let Some(zones) = &findings.zones else { return String::new() };
    let mut text = match (language, zones.lowest.is_empty()) {
        (Language::En, true) => format!("\n{} zones\n", zones.count),
        (Language::Zh, true) => format!("\n{} 个分区\n", zones.count),
        (Language::En, false) => format!("\n{} zones; fewest residents with all:\n", zones.count),
        (Language::Zh, false) => format!("\n{} 个分区；全部满足比例最低的：\n", zones.count),
    };
    let mut table = Columns::new([Align::Left, Align::Left, Align::Right, Align::Right]);
    for (id, name, residents, share) in &zones.lowest {
        let share = share.map_or_else(|| "-".to_owned(), percent);
        table.row([id.clone(), name.clone(), whole(*residents), share]);
    }
    text.push_str(&table.render("  "));
    if zones.layers.len() > 1 {
        let others = zones.layers[1..].iter().map(|(layer, count)| format!("{layer} ({count})")).collect::<Vec<_>>();
        let _ = match language {
            Language::En => writeln!(text, "  other layers, in the same tables: {}", others.join(", ")),
            Language::Zh => writeln!(text, "  其他分区层（见同一批表）：{}", others.join("、")),
        };
    }
    if zones.cells_divided > 0 {
        let (cells, residents) = (whole(zones.cells_divided as f64), whole(zones.residents_elsewhere));
        let _ = match language {
            Language::En => writeln!(
                text,
                "  {cells} cells are divided by borders and counted where most live: {residents} count with a neighbour"
            ),
            Language::Zh => {
                writeln!(text, "  {cells} 个单元跨越分区边界，按多数居民所在分区计（{residents} 计入邻区）")
            }
        };
    }
    if zones.cells_outside > 0 {
        let (cells, residents) = (whole(zones.cells_outside as f64), whole(zones.residents_outside));
        let _ = match language {
            Language::En => writeln!(text, "  {cells} cells with {residents} are in no zone"),
            Language::Zh => writeln!(text, "  {cells} 个单元（{residents}）不在任何分区内"),
        };
    }
    text.push_str(&grades(findings, language));
    text
}

fn inputs(findings: &Findings, language: Language) -> String {
    let (streets, residents, outlets) = (&findings.streets, &findings.residents, &findings.outlets);
    let mut table = Columns::new([Align::Left, Align::Left]);
    let (length, links) = (whole(streets.length_km), whole(streets.links as f64));
    let mainland = percent(streets.largest_component_share);
    table.row(match language {
        Language::En => [
            "streets".to_owned(),
            format!("{length} km in {links} links, {mainland} of it connected ({})", streets.source),
        ],
        Language::Zh => {
            ["路网".to_owned(), format!("{length} 公里，{links} 条路段，{mainland} 连通（{}）", streets.source)]
        }
    });
    if let Some(import) = &streets.import {
        let (used, dropped) = (whole(import.ways_used as f64), whole(import.dropped() as f64));
        let reasons: Vec<String> = import.ways_dropped.iter().map(|(r, n)| format!("{} {n}", r.code())).collect();
        let reasons = reasons.join(", ");
        table.row(match language {
            Language::En => [String::new(), format!("{used} ways walked on, {dropped} not ({reasons})")],
            Language::Zh => [String::new(), format!("可步行 {used} 条，不可步行 {dropped} 条（{reasons}）")],
        });
    }
    if let Some(heights) = &streets.heights {
        table.row([language.pick("heights", "高程").to_owned(), heights.line()]);
    }
    let rejected = rejected_text(&residents.rejected);
    let (cells, resolution) = (whole(residents.cells as f64), residents.resolution);
    table.row(match language {
        Language::En => {
            ["residents".to_owned(), format!("{cells} cells of H3 resolution {resolution}; {rejected} rejected")]
        }
        Language::Zh => ["居民".to_owned(), format!("{cells} 个 H3 单元（{resolution} 级）；拒收 {rejected}")],
    });
    for note in residents_notes(residents, language) {
        table.row([String::new(), note]);
    }
    let rejected = rejected_text(&outlets.rejected);
    let (used, present, formats) = (whole(outlets.used as f64), outlets.formats_present, outlets.formats);
    let far = outlets.without_street;
    table.row(match language {
        Language::En => [
            "outlets".to_owned(),
            format!("{used} of {present} formats out of {formats}; {rejected} rejected, {far} on no street"),
        ],
        Language::Zh => [
            "网点".to_owned(),
            format!("{used} 个，{formats} 种业态中的 {present} 种；拒收 {rejected}，{far} 个附近无道路"),
        ],
    });
    let mut text = format!("\n{}", table.render(""));
    text.push_str(&outlet_notes(outlets, language));
    text
}

/// What to know of the registry beside its size: how its files were read, closed outlets, doubles, chains.
fn outlet_notes(outlets: &OutletsTold, language: Language) -> String {
    let mut notes = Vec::new();
    for source in outlets.sources.iter().filter(|source| source.name != "osm") {
        let datum = source.datum.unwrap_or_default();
        notes.push(match (language, datum) {
            (Language::En, "cgcs2000") => format!("{}: {}, cgcs2000 read as wgs84", source.name, source.form),
            (Language::Zh, "cgcs2000") => {
                format!("{}：{}，cgcs2000（按 wgs84 读取）", source.name, form_told(&source.form, language))
            }
            (Language::En, datum) => format!("{}: {}, {datum}", source.name, source.form),
            (Language::Zh, datum) => format!("{}：{}，{datum}", source.name, form_told(&source.form, language)),
        });
        notes.extend(doubt_of_datum(source, language));
        let invalid: Vec<String> = source.invalid.iter().map(|(column, n)| format!("{column} {n}")).collect();
        if !invalid.is_empty() {
            let invalid = invalid.join(", ");
            notes.push(match language {
                Language::En => {
                    format!("{}: values that could not be read and were left empty: {invalid}", source.name)
                }
                Language::Zh => format!("{}：无法识别而留空的值：{invalid}", source.name),
            });
        }
    }
    let (doubles, groups, dropped) = (outlets.duplicates, outlets.duplicate_groups, outlets.duplicates_dropped);
    if doubles > 0 {
        notes.push(match language {
            Language::En if dropped > 0 => format!("{dropped} doubles in {groups} groups left out (table duplicates)"),
            Language::En => format!(
                "{doubles} seem to be doubles, in {groups} groups (table duplicates); all count: --drop-duplicates keeps \
                 one of each"
            ),
            Language::Zh if dropped > 0 => format!("已剔除重复网点 {dropped} 个（{groups} 组，见 duplicates 表）"),
            Language::Zh => format!(
                "疑似重复 {doubles} 个（{groups} 组，见 duplicates 表），均计入结果；--drop-duplicates 每组只保留一个"
            ),
        });
    }
    if outlets.closed > 0 {
        notes.push(match language {
            Language::En => format!("{} are closed, as their source says, and do not count", outlets.closed),
            Language::Zh => format!("{} 个据来源已停业，不计入结果", outlets.closed),
        });
    }
    if outlets.not_yet_open > 0 {
        notes.push(match language {
            Language::En => format!("{} open after the day asked for, and do not count", outlets.not_yet_open),
            Language::Zh => format!("{} 个在所给日期之后开业，不计入结果", outlets.not_yet_open),
        });
    }
    if let Some(rate) = outlets.chain_rate.filter(|rate| *rate > 0.0) {
        let rate = percent(rate);
        notes.push(match language {
            Language::En => format!("chain rate at least {rate}, by the names of known chains"),
            Language::Zh => format!("品牌连锁化率不低于 {rate}（按已知品牌名称识别）"),
        });
    }
    notes.into_iter().flat_map(|note| ["  ".to_owned(), note, "\n".to_owned()]).collect()
}

/// What kind of file a source is, in the words of a language.
pub(crate) fn form_told(form: &str, language: Language) -> String {
    const WORDS: [(&str, &str); 8] = [
        ("separated by comma", "逗号分隔"),
        ("separated by semicolon", "分号分隔"),
        ("separated by tab", "制表符分隔"),
        ("separated by bar", "竖线分隔"),
        ("separated by another sign", "其他符号分隔"),
        (" with a byte order mark", "（带字节序标记）"),
        ("sheet ", "工作表 "),
        (", ", "，"),
    ];
    match language {
        Language::En => form.to_owned(),
        Language::Zh => WORDS.iter().fold(form.to_owned(), |form, (en, zh)| form.replace(en, zh)),
    }
}

/// A word of warning where the streets do not confirm the datum of a source, though they might.
fn doubt_of_datum(source: &SourceTold, language: Language) -> Option<String> {
    let name = &source.name;
    match (source.datum_fit?, language) {
        ("undecided", Language::En) => Some(format!("{name}: the streets cannot tell whether this datum is right")),
        ("undecided", Language::Zh) => Some(format!("{name}：路网无法判断坐标系是否正确")),
        ("none_fits", Language::En) => {
            Some(format!("{name}: no datum fits the streets; look at it with walkshed registry check"))
        }
        ("none_fits", Language::Zh) => {
            Some(format!("{name}：没有一种坐标系与路网吻合，请用 walkshed registry check 检查"))
        }
        _ => None,
    }
}

/// What to know of the residents beside their number: how they came to cells, who did not, and where walks begin.
fn residents_notes(residents: &ResidentsTold, language: Language) -> Vec<String> {
    let mut notes = Vec::new();
    // Where each row names its place there is nothing to explain.
    if !matches!(residents.placed_by[..], [] | [(How::GivenCell | How::Point | How::StreetCells, _)]) {
        let ways = residents.placed_by.iter().map(|(how, n)| format!("{} {}", how_text(*how, language), whole(*n)));
        let ways = ways.collect::<Vec<_>>().join(language.pick(", ", "，"));
        notes.push(format!("{} {ways}", language.pick("placed by", "分配方式：")));
    }
    if residents.not_placed > 0.0 {
        let (missing, all) = (whole(residents.not_placed), whole(residents.total + residents.not_placed));
        notes.push(match language {
            Language::En => format!("{missing} of {all} not placed (table rejected)"),
            Language::Zh => format!("{all} 中有 {missing} 未能分配（见 rejected 表）"),
        });
    }
    if residents.origins > residents.cells {
        let origins = whole(residents.origins as f64);
        notes.push(match language {
            Language::En => format!("walks begin at {origins} points of homes"),
            Language::Zh => format!("步行起点为 {origins} 个住宅代表点"),
        });
    }
    notes.extend(match language {
        Language::En => residents.notes.iter().cloned(),
        Language::Zh => residents.notes_zh.iter().cloned(),
    });
    notes
}

fn how_text(how: How, language: Language) -> &'static str {
    match how {
        How::GivenCell => language.pick("cell", "所给单元"),
        How::FinerCell => language.pick("finer cell", "更细单元"),
        How::Point => language.pick("point", "点位"),
        How::PixelArea => language.pick("pixel area", "像元面积"),
        How::DwellingFloor => language.pick("dwelling floor", "居住建筑面积"),
        How::ResidentialLand => language.pick("residential land", "居住用地"),
        How::StreetCells => language.pick("cells with streets", "有道路的单元"),
        How::Area => language.pick("area", "面积"),
        How::Middle => language.pick("middle of the area", "中心单元"),
    }
}

fn rejected_text(reasons: &[(String, u64)]) -> String {
    let total: u64 = reasons.iter().map(|r| r.1).sum();
    if total == 0 {
        return "0".to_owned();
    }
    let each: Vec<String> = reasons.iter().map(|(reason, count)| format!("{reason} {count}")).collect();
    format!("{} ({})", whole(total as f64), each.join(", "))
}
