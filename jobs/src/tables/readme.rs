//! The README of an output folder: what the tables are and what their columns mean.
//!
//! Comes in: the tables of a run with their rows. Goes out: Markdown in English and Chinese, made from the same columns
//! as the files. Not here: findings; they are in the summary and the report.

use super::columns::{Shape, Table};

/// The text of the README.
pub(crate) fn readme(title: Option<&str>, shape: &Shape, tables: &[(Table, u64)]) -> String {
    let mut text = format!("# {}\n\n", title.unwrap_or("walkshed"));
    text.push_str(
        "Coordinates are WGS-84 degrees, longitude first. An empty value means that there is no number; the status \
         beside it says why.\nIn CSV files, text that a spreadsheet would run as a formula has an apostrophe in front.\n\n\
         坐标为 WGS-84 经纬度，经度在前。空值表示没有数值，原因见同行的状态列。\
         CSV 文件中可能被电子表格当作公式的文本前加有单引号。\n",
    );
    for (table, rows) in tables {
        let (en, zh) = table.about();
        text.extend([format!("\n## {} ({rows} rows)\n\n{en} {zh}\n\n", table.file())]);
        text.push_str("| column | type | unit | meaning | 含义 |\n|---|---|---|---|---|\n");
        text.extend(table.columns(shape).iter().map(|column| {
            let cells = [&column.unit, &column.en, &column.zh].map(|cell| cell.replace('|', "\\|")).join(" | ");
            format!("| `{}` | {} | {cells} |\n", column.name, column.dtype.name())
        }));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::columns::Weight;

    #[test]
    fn every_column_is_explained() {
        let weight = Weight { en: "residents".into(), zh: "居民".into(), people: true };
        let shape = Shape { minutes: vec![5, 15], ..Shape::plain(weight) };
        let text = readme(Some("town"), &shape, &[(Table::Access, 12)]);
        assert!(text.starts_with("# town\n"));
        assert!(text.contains("## access.parquet (12 rows)"));
        assert!(text.contains("| `n_15` | u32 | outlets | outlets within 15 minutes; null when unknown |"));
    }
}
