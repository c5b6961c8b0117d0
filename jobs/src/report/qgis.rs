//! Styles for QGIS beside the files that it opens: `cells.qml` and `zones.qml`, which it takes by itself.
//!
//! Comes in: a run, a language. Goes out: XML as QGIS 3 reads it. Not here: shapes (`tables`), and what classes there are
//! (`saved/modes`): a map in QGIS has the colours and words of the others.

use super::raster::{Paint, Rgba};
use super::saved::Saved;
use super::saved::codes::{NO_STREET, UNKNOWN};
use super::saved::modes::{Class, missing_classes};
use super::summary::Language;

/// Short names of fields, for those who read Chinese.
const CELL_FIELDS: [(&str, &str); 12] = [
    ("h3", "单元（H3）"),
    ("lon", "经度"),
    ("lat", "纬度"),
    ("residents", "居民或权重"),
    ("zone_id", "分区编号"),
    ("snap_status", "接入道路"),
    ("snap_distance_m", "到道路距离（米）"),
    ("met", "达标要求数"),
    ("not_met", "未达标要求数"),
    ("unknown", "未知要求数"),
    ("all_met", "是否全部达标"),
    ("missing", "未达标要求"),
];
const ZONE_FIELDS: [(&str, &str); 12] = [
    ("zone_id", "分区编号"),
    ("zone_name", "分区"),
    ("residents", "居民或权重"),
    ("cells", "单元数"),
    ("residents_all_met", "全部满足"),
    ("residents_some_missing", "至少缺一项"),
    ("residents_undecided", "待定"),
    ("requirements", "要求总数"),
    ("unknown", "未知要求数"),
    ("missing_zh", "缺项"),
    ("outlets", "分区内网点"),
    ("chain_rate", "连锁化率"),
];

/// A rule of a style: what it is called, whom it concerns, what it looks like.
struct Rule {
    label: String,
    filter: String,
    paint: Paint,
    outlined: bool,
}

/// The styles, each with the name of its file.
pub(crate) fn styles(saved: &Saved, language: Language) -> [(&'static str, String); 2] {
    [
        ("cells.qml", style(&cell_rules(saved, language), None, &CELL_FIELDS, language)),
        ("zones.qml", style(&zone_rules(language), Some("zone_name"), &ZONE_FIELDS, language)),
    ]
}

/// Cells by the number of requirements that are missing.
fn cell_rules(saved: &Saved, language: Language) -> Vec<Rule> {
    let classes = missing_classes(saved);
    let most = classes.iter().filter(|class| *class.codes.end() < UNKNOWN.min(NO_STREET)).map(|c| *c.codes.end()).max();
    let rule = |class: &Class| {
        let (from, to) = (*class.codes.start(), *class.codes.end());
        let filter = match from {
            NO_STREET => "\"snap_status\" = 'no_street'".to_owned(),
            UNKNOWN => on_street("\"not_met\" = 0 AND \"met\" = 0"),
            0 => on_street("\"not_met\" = 0 AND \"met\" > 0"),
            _ if Some(to) == most => on_street(&format!("\"not_met\" >= {from}")),
            _ => on_street(&format!("\"not_met\" >= {from} AND \"not_met\" <= {to}")),
        };
        let said = language.pick(&class.en, &class.zh);
        let label = if from == NO_STREET || from == UNKNOWN {
            said.to_owned()
        } else {
            format!("{}{said}", language.pick("missing: ", "缺项："))
        };
        Rule { label, filter, paint: class.paint, outlined: false }
    };
    classes.iter().map(rule).collect()
}

fn on_street(condition: &str) -> String {
    format!("\"snap_status\" <> 'no_street' AND {condition}")
}

/// Zones by the share of those who lack something: the more, the darker.
fn zone_rules(language: Language) -> Vec<Rule> {
    let share = "\"residents_some_missing\" / \"residents\"";
    let plain = |[r, g, b]: [u8; 3]| Paint { fill: [r, g, b, 215], hatch: None };
    let unknown = Paint { fill: [0xf4, 0xf4, 0xf4, 215], hatch: Some([0x80, 0x80, 0x80, 255]) };
    let rows: [(&str, &str, String, Paint); 8] = [
        ("nobody lives there", "无居民", "\"residents\" = 0".to_owned(), plain([0xff, 0xff, 0xff])),
        (
            "unknown",
            "未知",
            "\"residents\" > 0 AND \"residents_some_missing\" = 0 AND \"residents_undecided\" > 0".to_owned(),
            unknown,
        ),
        (
            "nobody lacks anything",
            "无缺项",
            "\"residents\" > 0 AND \"residents_some_missing\" = 0 AND \"residents_undecided\" = 0".to_owned(),
            plain([0xd3, 0xe6, 0xf3]),
        ),
        (
            "up to 20 % lack something",
            "至少缺一项者不超过 20%",
            format!("\"residents\" > 0 AND {share} > 0 AND {share} <= 0.2"),
            plain([0xfd, 0xf1, 0xd3]),
        ),
        (
            "20 – 50 %",
            "20% – 50%",
            format!("\"residents\" > 0 AND {share} > 0.2 AND {share} <= 0.5"),
            plain([0xf8, 0xd0, 0x7e]),
        ),
        (
            "50 – 80 %",
            "50% – 80%",
            format!("\"residents\" > 0 AND {share} > 0.5 AND {share} <= 0.8"),
            plain([0xe6, 0x9f, 0x00]),
        ),
        (
            "over 80 %, not all",
            "超过 80%，非全部",
            format!("\"residents\" > 0 AND {share} > 0.8 AND {share} < 1"),
            plain([0xb8, 0x65, 0x0a]),
        ),
        (
            "everybody lacks something",
            "全部有缺项",
            format!("\"residents\" > 0 AND {share} >= 1"),
            plain([0x7f, 0x3b, 0x08]),
        ),
    ];
    let rule = |(en, zh, filter, paint): (&str, &str, String, Paint)| Rule {
        label: language.pick(en, zh).to_owned(),
        filter,
        paint,
        outlined: true,
    };
    rows.into_iter().map(rule).collect()
}

/// The style as XML.
fn style(rules: &[Rule], label: Option<&str>, fields: &[(&str, &str)], language: Language) -> String {
    let key = |number: usize| format!("{{00000000-0000-0000-0000-{number:012}}}");
    let mut xml = format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n\
         <qgis version=\"3.22.0\" styleCategories=\"Symbology|Labeling|Fields\" labelsEnabled=\"{}\">\n \
         <renderer-v2 type=\"RuleRenderer\" symbollevels=\"0\" forceraster=\"0\" enableorderby=\"0\">\n  <rules key=\"{}\">\n",
        u8::from(label.is_some()),
        key(0)
    );
    xml.extend(rules.iter().enumerate().map(|(number, rule)| {
        let (label, filter) = (escaped(&rule.label), escaped(&rule.filter));
        format!("   <rule key=\"{}\" symbol=\"{number}\" label=\"{label}\" filter=\"{filter}\"/>\n", key(number + 1))
    }));
    xml += "  </rules>\n  <symbols>\n";
    xml.extend(rules.iter().enumerate().map(|(number, rule)| symbol(number, rule)));
    xml += "  </symbols>\n </renderer-v2>\n";
    xml.extend(label.map(labelled_by));
    // The names of the fields are English words as they are.
    if language == Language::Zh {
        xml += " <aliases>\n";
        xml.extend(fields.iter().enumerate().map(|(index, (field, name))| {
            format!("  <alias index=\"{index}\" field=\"{field}\" name=\"{}\"/>\n", escaped(name))
        }));
        xml += " </aliases>\n";
    }
    xml + "</qgis>\n"
}

/// Labels from a field.
fn labelled_by(field: &str) -> String {
    format!(
        " <labeling type=\"simple\">\n  <settings>\n   <text-style fieldName=\"{field}\" isExpression=\"0\" \
         fontFamily=\"Sans Serif\" fontSize=\"8\" fontSizeUnit=\"Point\" textColor=\"0,0,0,255\" textOpacity=\"1\">\n    \
         <text-buffer bufferDraw=\"1\" bufferSize=\"0.8\" bufferSizeUnits=\"MM\" bufferColor=\"255,255,255,255\" \
         bufferOpacity=\"0.8\"/>\n   </text-style>\n   <placement placement=\"1\"/>\n   <rendering drawLabels=\"1\"/>\n  \
         </settings>\n </labeling>\n"
    )
}

/// An area: its colour, and stripes over it where it is hatched.
fn symbol(number: usize, rule: &Rule) -> String {
    let outline = if rule.outlined { "solid" } else { "no" };
    let mut layers = vec![layer(rule.paint.fill, "solid", outline)];
    layers.extend(rule.paint.hatch.map(|stripes| layer(stripes, "b_diag", "no")));
    format!(
        "   <symbol name=\"{number}\" type=\"fill\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">\n{}   </symbol>\n",
        layers.concat()
    )
}

fn layer([r, g, b, a]: Rgba, brush: &str, outline: &str) -> String {
    let options = [
        ("color", format!("{r},{g},{b},{a}")),
        ("outline_color", "70,70,70,255".to_owned()),
        ("outline_style", outline.to_owned()),
        ("outline_width", "0.3".to_owned()),
        ("outline_width_unit", "MM".to_owned()),
        ("style", brush.to_owned()),
    ];
    let options = options.map(|(name, value)| format!("<Option name=\"{name}\" type=\"QString\" value=\"{value}\"/>"));
    format!(
        "    <layer class=\"SimpleFill\" enabled=\"1\" locked=\"0\" pass=\"0\"><Option type=\"Map\">{}</Option></layer>\n",
        options.concat()
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
