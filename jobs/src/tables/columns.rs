//! The columns of every table: name, type, unit and meaning, in English and Chinese.
//!
//! Comes in: the tiers and groups of a run ([`Shape`]). Goes out: the columns of a table in their order, from which the
//! Parquet schema, its metadata and the README of an output folder are made, so that these cannot disagree. Not here:
//! values.

use polars::prelude::{DataType, Schema};

use super::{
    circle_docs, column_docs as docs, compare_docs, map_docs, model_docs, outlet_docs, repair_docs, supply_docs,
    validation_docs, zone_docs,
};

/// The tables of a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Table {
    /// One row per residence cell.
    Cells,
    /// One row per cell and format.
    Access,
    /// One row per cell and requirement.
    Gaps,
    /// One row per residence cell, with a column for each requirement and each format. Written where it is asked for.
    Wide,
    /// One row per layer of zones and cell.
    CellZones,
    /// One row per zone and requirement.
    Zones,
    /// One row per zone.
    ZoneSummary,
    /// One row per zone and measure, rule or grade.
    Ratings,
    /// One row per zone and format.
    ZoneFormats,
    /// One row per zone and circle.
    ZoneCircles,
    /// One row per format.
    Formats,
    /// One row per outlet.
    Outlets,
    /// One row per outlet that has a double.
    Duplicates,
    /// One row per kind that no rule maps.
    Unmapped,
    /// One row per snapped point.
    Snaps,
    /// One row per input row that could not be used.
    Rejected,
    /// One row per requirement.
    Requirements,
    /// One row per zone, with its area.
    ZoneShapes,
    /// One row per street, as a map shows it.
    Streets,
    /// One row per origin and budget.
    Isochrones,
    /// One row per fault of the map. Of `walkshed repair`, not of a run.
    Repairs,
    /// One row per circle. Of `walkshed circles`, as the next.
    Circles,
    /// One row per zone or cell that circles were drawn from.
    CircleMembers,
    /// One row per residence cell. Of `walkshed resilience`, as the next two.
    SupplyCells,
    /// One row per supply node.
    SupplyNodes,
    /// One row per zone.
    SupplyZones,
    /// One row per cell and requirement that differ. Of `walkshed compare`, as the next four.
    CompareGaps,
    /// One row per cell.
    CompareCells,
    /// One row per zone and requirement.
    CompareZones,
    /// One row per format and minutes.
    CompareFormats,
    /// One row per thing that runs are made from.
    CompareInputs,
    /// One row per model and requirement. Of `walkshed models compare`, as the next four.
    ModelCoverage,
    /// One row per cell.
    ModelCells,
    /// One row per cell and requirement.
    ModelAgreement,
    /// One row per requirement.
    ModelConclusions,
    /// One row per format and minutes.
    StraightFormats,
    /// One row per model. Of `walkshed validate`, as the next three.
    Validation,
    /// One row per model and bin.
    ValidationBins,
    /// One row per model and parameter.
    ValidationCalibration,
    /// One row per model and observed walk.
    ValidationPairs,
}

/// What differs from run to run.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Shape {
    /// The tiers in minutes, ascending, without doubles.
    pub minutes: Vec<u32>,
    /// The names of the groups of residents, such as `60plus`.
    pub groups: Vec<String>,
    /// What a cell weighs, and thus what a share is a share of.
    pub weight: Weight,
    /// Whether walks begin at several points of a cell.
    pub by_point: bool,
    /// The ids of the requirements and of the formats, where the table `wide` is written.
    pub wide: [Vec<String>; 2],
}

/// What a cell weighs: residents, or what stands for them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Weight {
    /// In English, such as `residents` or `m2 of dwelling floor, in place of residents`.
    pub en: String,
    /// In Chinese.
    pub zh: String,
    /// Whether these are people, so that numbers per resident mean something.
    pub people: bool,
}

/// A column of one run.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Column {
    /// Its name in the file.
    pub name: String,
    /// Its type.
    pub dtype: Dtype,
    /// The unit of its numbers; empty when it has none.
    pub unit: String,
    /// What it says, in English.
    pub en: String,
    /// What it says, in Chinese.
    pub zh: String,
}

/// The type of a column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Dtype {
    /// UTF-8 text.
    Text,
    /// A count.
    U32,
    /// A large count or an index.
    U64,
    /// An OSM id.
    I64,
    /// A number.
    F64,
    /// Yes or no.
    Bool,
    /// A shape as well-known binary.
    Wkb,
}

/// How often a column comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Repeats {
    /// Once.
    Once,
    /// Once for each tier of the run.
    PerTier,
    /// Once for each group of residents.
    PerGroup,
    /// Once for each requirement of the standard.
    PerRequirement,
    /// Once for each format of the vocabulary.
    PerFormat,
    /// Once, where walks begin at several points of a cell.
    ByPoint,
    /// Once for each tier, where walks begin at several points of a cell.
    ByPointPerTier,
}

/// A column before tiers and groups are known: name, type, unit, meaning in English and in Chinese. `{}` in its name and
/// texts stands for the tier or group, `{w}` for the weight.
pub(super) struct Doc(
    pub(super) Repeats,
    pub(super) &'static str,
    pub(super) Dtype,
    pub(super) &'static str,
    pub(super) &'static str,
    pub(super) &'static str,
);

impl Shape {
    /// That of tables without tiers, groups and points.
    pub(crate) fn plain(weight: Weight) -> Self {
        Self { minutes: Vec::new(), groups: Vec::new(), weight, by_point: false, wide: [Vec::new(), Vec::new()] }
    }
}

impl Table {
    /// Those of every run, in the order of its README.
    pub(crate) const ALL: [Self; 19] = [
        Self::Cells,
        Self::Access,
        Self::Gaps,
        Self::CellZones,
        Self::Zones,
        Self::ZoneSummary,
        Self::Ratings,
        Self::ZoneFormats,
        Self::ZoneCircles,
        Self::Formats,
        Self::Outlets,
        Self::Duplicates,
        Self::Unmapped,
        Self::Snaps,
        Self::Rejected,
        Self::Requirements,
        Self::ZoneShapes,
        Self::Streets,
        Self::Isochrones,
    ];

    /// Its name, which is also the stem of its files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Cells => "cells",
            Self::Access => "access",
            Self::Gaps => "gaps",
            Self::Wide => "wide",
            Self::CellZones => "cell_zones",
            Self::Zones => "zones",
            Self::ZoneSummary => "zone_summary",
            Self::Ratings => "ratings",
            Self::ZoneFormats => "zone_formats",
            Self::ZoneCircles => "zone_circles",
            Self::Formats => "formats",
            Self::Outlets => "outlets",
            Self::Duplicates => "duplicates",
            Self::Unmapped => "unmapped",
            Self::Snaps => "snaps",
            Self::Rejected => "rejected",
            Self::Requirements => "requirements",
            Self::ZoneShapes => "zone_shapes",
            Self::Streets => "streets",
            Self::Isochrones => "isochrones",
            Self::Repairs => "repairs",
            Self::Circles => "circles",
            Self::CircleMembers => "circle_members",
            Self::SupplyCells => "supply_cells",
            Self::SupplyNodes => "supply_nodes",
            Self::SupplyZones => "supply_zones",
            Self::CompareGaps => "compare_gaps",
            Self::CompareCells => "compare_cells",
            Self::CompareZones => "compare_zones",
            Self::CompareFormats => "compare_formats",
            Self::CompareInputs => "compare_inputs",
            Self::ModelCoverage => "model_coverage",
            Self::ModelCells => "model_cells",
            Self::ModelAgreement => "model_agreement",
            Self::ModelConclusions => "model_conclusions",
            Self::StraightFormats => "straight_formats",
            Self::Validation => "validation",
            Self::ValidationBins => "validation_bins",
            Self::ValidationCalibration => "validation_calibration",
            Self::ValidationPairs => "validation_pairs",
        }
    }

    /// The name of its Parquet file.
    pub(crate) fn file(self) -> String {
        format!("{}.parquet", self.name())
    }

    /// What it holds, in English and Chinese.
    pub(crate) fn about(self) -> (&'static str, &'static str) {
        match self {
            Self::Cells => ("One row per residence cell.", "每个居住格网单元一行。"),
            Self::Access => (
                "One row per cell and format: the walk to the nearest outlet.",
                "每个单元、每种业态一行：到最近网点的步行时间。",
            ),
            Self::Gaps => ("One row per cell and requirement of the standard.", "每个单元、标准的每项要求一行。"),
            Self::Wide => (
                "One row per residence cell: what it has of every requirement, and the walk to every format.",
                "每个居住单元一行：每项要求的达标情况与到每种业态的步行时间。",
            ),
            Self::CellZones => (
                "One row per layer of zones and residence cell: the zone where most of its residents live.",
                "每层分区、每个居住单元一行：其多数居民所在的分区。",
            ),
            Self::Zones => (
                "One row per zone and requirement; zone `*` is the whole city.",
                "每个分区、每项要求一行；分区 `*` 为全市。",
            ),
            Self::ZoneSummary | Self::SupplyZones => {
                ("One row per zone; zone `*` is the whole city.", "每个分区一行；分区 `*` 为全市。")
            }
            Self::Ratings => (
                "One row per zone and measure, rule or grade of the standard.",
                "每个分区、标准的每项指标、规则或等级一行。",
            ),
            Self::ZoneFormats => (
                "One row per zone and format: what stands in the zone, and who reaches it.",
                "每个分区、每种业态一行：分区内的网点与可达居民。",
            ),
            Self::ZoneCircles => (
                "One row per zone and circle of the standard, and per number of circles that residents have.",
                "每个分区、标准中每个叠加圈一行，另有按满足圈数计的居民。",
            ),
            Self::Formats => ("One row per format, over the whole city.", "每种业态一行，全市合计。"),
            Self::Outlets => ("One row per outlet that was read.", "每个已读入的网点一行。"),
            Self::Duplicates => (
                "One row per outlet that seems to be the same as another, by groups; one of each is kept.",
                "每个疑似重复的网点一行，按组排列；每组保留一个。",
            ),
            Self::Unmapped => (
                "One row per kind of the registry that no rule maps to a format.",
                "名录中未能对应业态的每种类型一行。",
            ),
            Self::Snaps => {
                ("One row per cell and outlet: where it meets the street.", "每个单元和网点一行：接入道路的位置。")
            }
            Self::Requirements => (
                "One row per requirement of the standard, over the whole city: what it asks, and who lacks it why.",
                "标准的每项要求一行，全市合计：要求内容、缺少的居民及原因。",
            ),
            Self::ZoneShapes => ("One row per zone: its area.", "每个分区一行：范围。"),
            Self::Streets => (
                "One row per street near the cells, as maps show it: simplified to 4 m.",
                "居住单元附近的每条道路一行，供制图用，简化至 4 米。",
            ),
            Self::Isochrones => (
                "One row per origin and budget: how far one gets on foot from the middle of zones and from the cells with the longest walks.",
                "每个起点、每个时限一行：从各分区中心与步行最远的单元出发的步行范围。",
            ),
            Self::Repairs => (
                "One row per place where the map should be mended, the most residents first.",
                "每处应修补的地图数据一行，按涉及居民数从多到少排列。",
            ),
            Self::Circles => ("One row per circle.", "每个生活圈一行。"),
            Self::CircleMembers => (
                "One row per zone or cell that circles were drawn from, with its circle.",
                "参与划圈的每个社区或单元一行，附所属生活圈。",
            ),
            Self::SupplyCells => ("One row per residence cell: its supply nodes.", "每个居住单元一行：可达的保供点。"),
            Self::SupplyNodes => (
                "One row per supply node: who depends on it, the most first.",
                "每个保供点一行：依赖该点的居民，从多到少排列。",
            ),
            Self::CompareGaps => (
                "One row per cell and requirement that differ between two runs.",
                "两次运行中有差异的每个单元、每项要求一行。",
            ),
            Self::CompareCells => ("One row per cell of either run.", "两次运行的每个单元一行。"),
            Self::CompareZones => {
                ("One row per zone and requirement of either run.", "两次运行的每个分区、每项要求一行。")
            }
            Self::CompareFormats => ("One row per format and minutes.", "每种业态、每个时限一行。"),
            Self::CompareInputs => {
                ("One row per thing that the runs were made from.", "两次运行的每项输入与设置一行。")
            }
            Self::ModelCoverage => (
                "One row per model (or speed, or circles) and requirement; requirement `*` is all together.",
                "每个模型（或速度、直线缓冲）、每项要求一行；要求 `*` 为合计。",
            ),
            Self::ModelCells => ("One row per cell: how far the models agree.", "每个单元一行：各模型的一致程度。"),
            Self::ModelAgreement => (
                "One row per cell and requirement: how many models say what.",
                "每个单元、每项要求一行：各结论的模型数。",
            ),
            Self::ModelConclusions => {
                ("One row per requirement: what holds under all models.", "每项要求一行：全部模型下都成立的结论。")
            }
            Self::StraightFormats => (
                "One row per format and minutes: circles as the crow flies beside walks.",
                "每种业态、每个时限一行：直线缓冲与步行网络之比。",
            ),
            Self::Validation => ("One row per model: its errors over all walks.", "每个模型一行：全部步行的误差。"),
            Self::ValidationBins => (
                "One row per model and bin: its errors by distance and by slope.",
                "每个模型、每个分组一行：按长度与坡度的误差。",
            ),
            Self::ValidationCalibration => (
                "One row per model and parameter: what fits the observations best, with a confidence interval.",
                "每个模型、每个参数一行：按实测校准的值与置信区间。",
            ),
            Self::ValidationPairs => ("One row per model and observed walk.", "每个模型、每条实测步行一行。"),
            Self::Rejected => (
                "One row per input row that could not be used, with the reason.",
                "每条未能使用的输入记录一行，附原因。",
            ),
        }
    }

    /// Its columns in a run, in order.
    pub(crate) fn columns(self, shape: &Shape) -> Vec<Column> {
        let mut columns = Vec::new();
        for Doc(repeats, name, dtype, unit, en, zh) in self.docs() {
            let stand_ins: Vec<String> = match repeats {
                Repeats::PerGroup => shape.groups.clone(),
                Repeats::PerRequirement => shape.wide[0].clone(),
                Repeats::PerFormat => shape.wide[1].clone(),
                Repeats::ByPoint | Repeats::ByPointPerTier if !shape.by_point => Vec::new(),
                Repeats::Once | Repeats::ByPoint => vec![String::new()],
                Repeats::PerTier | Repeats::ByPointPerTier => shape.minutes.iter().map(u32::to_string).collect(),
            };
            columns.extend(stand_ins.iter().map(|stand_in| Column {
                name: name.replace("{}", stand_in),
                dtype: *dtype,
                unit: unit.replace("{w}", &shape.weight.en),
                en: en.replace("{}", stand_in).replace("{w}", &shape.weight.en),
                zh: zh.replace("{}", stand_in).replace("{w}", &shape.weight.zh),
            }));
        }
        columns
    }

    /// The polars schema of its columns.
    pub(crate) fn schema(self, shape: &Shape) -> Schema {
        self.columns(shape).into_iter().map(|column| (column.name.into(), column.dtype.polars())).collect()
    }

    fn docs(self) -> &'static [Doc] {
        match self {
            Self::Cells => &docs::CELLS,
            Self::Access => &docs::ACCESS,
            Self::Gaps => &docs::GAPS,
            Self::Wide => &docs::WIDE,
            Self::CellZones => &zone_docs::CELL_ZONES,
            Self::Zones => &zone_docs::ZONES,
            Self::ZoneSummary => &zone_docs::ZONE_SUMMARY,
            Self::Ratings => &zone_docs::RATINGS,
            Self::ZoneFormats => &zone_docs::ZONE_FORMATS,
            Self::ZoneCircles => &zone_docs::ZONE_CIRCLES,
            Self::Formats => &docs::FORMATS,
            Self::Outlets => &outlet_docs::OUTLETS,
            Self::Duplicates => &outlet_docs::DUPLICATES,
            Self::Unmapped => &outlet_docs::UNMAPPED,
            Self::Snaps => &docs::SNAPS,
            Self::Rejected => &docs::REJECTED,
            Self::Requirements => &map_docs::REQUIREMENTS,
            Self::ZoneShapes => &map_docs::ZONE_SHAPES,
            Self::Streets => &map_docs::STREETS,
            Self::Isochrones => &map_docs::ISOCHRONES,
            Self::Repairs => &repair_docs::REPAIRS,
            Self::Circles => &circle_docs::CIRCLES,
            Self::CircleMembers => &circle_docs::CIRCLE_MEMBERS,
            Self::SupplyCells => &supply_docs::SUPPLY_CELLS,
            Self::SupplyNodes => &supply_docs::SUPPLY_NODES,
            Self::SupplyZones => &supply_docs::SUPPLY_ZONES,
            Self::CompareGaps => &compare_docs::COMPARE_GAPS,
            Self::CompareCells => &compare_docs::COMPARE_CELLS,
            Self::CompareZones => &compare_docs::COMPARE_ZONES,
            Self::CompareFormats => &compare_docs::COMPARE_FORMATS,
            Self::CompareInputs => &compare_docs::COMPARE_INPUTS,
            Self::ModelCoverage => &model_docs::MODEL_COVERAGE,
            Self::ModelCells => &model_docs::MODEL_CELLS,
            Self::ModelAgreement => &model_docs::MODEL_AGREEMENT,
            Self::ModelConclusions => &model_docs::MODEL_CONCLUSIONS,
            Self::StraightFormats => &model_docs::STRAIGHT_FORMATS,
            Self::Validation => &validation_docs::VALIDATION,
            Self::ValidationBins => &validation_docs::VALIDATION_BINS,
            Self::ValidationCalibration => &validation_docs::VALIDATION_CALIBRATION,
            Self::ValidationPairs => &validation_docs::VALIDATION_PAIRS,
        }
    }
}

impl Dtype {
    /// The type in polars.
    pub(crate) fn polars(self) -> DataType {
        match self {
            Self::Text => DataType::String,
            Self::U32 => DataType::UInt32,
            Self::U64 => DataType::UInt64,
            Self::I64 => DataType::Int64,
            Self::F64 => DataType::Float64,
            Self::Bool => DataType::Boolean,
            Self::Wkb => DataType::Binary,
        }
    }

    /// The name of the type in a README.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::U32 => "u32",
            Self::U64 => "u64",
            Self::I64 => "i64",
            Self::F64 => "f64",
            Self::Bool => "bool",
            Self::Wkb => "WKB",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiers_and_groups_become_columns_and_no_name_comes_twice() {
        let weight = Weight { en: "residents".into(), zh: "居民".into(), people: true };
        let shape =
            Shape { minutes: vec![5, 8, 15], groups: vec!["60plus".into()], by_point: true, ..Shape::plain(weight) };
        for table in Table::ALL.into_iter().chain([
            Table::Repairs,
            Table::Circles,
            Table::CircleMembers,
            Table::SupplyCells,
            Table::SupplyNodes,
            Table::SupplyZones,
        ]) {
            let columns = table.columns(&shape);
            let schema = table.schema(&shape);
            assert_eq!(schema.len(), columns.len(), "a name comes twice in {}", table.name());
            for column in &columns {
                let texts = [&column.name, &column.unit, &column.en, &column.zh];
                assert!(texts.iter().all(|text| !text.contains('{')), "{column:?}");
            }
        }
        let access: Vec<String> = Table::Access.columns(&shape).into_iter().map(|column| column.name).collect();
        assert_eq!(access[5..8], ["n_5", "n_8", "n_15"]);
        assert_eq!(access[11..14], ["residents_5", "residents_8", "residents_15"]);
        let centre = Shape { by_point: false, ..shape.clone() };
        assert_eq!(Table::Access.columns(&centre).len(), 8);
        assert!(Table::Cells.columns(&shape).iter().any(|column| column.name == "residents_60plus"));
    }
}
