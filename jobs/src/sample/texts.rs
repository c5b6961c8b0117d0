//! The words in a sample city's folder: its README and the configuration of its run.
//!
//! Comes in: seed, size and figures. Goes out: `README.md` and `walkshed.toml`. Not here: data.

use std::fmt::Write as _;

use super::{CitySize, Summary};

/// The name of the city.
pub(crate) const TITLE: &str = "澄湖市 (made up)";

/// `walkshed.toml`, which runs on the folder as it is.
pub(crate) fn config() -> String {
    format!(
        r#"title = "{TITLE}"
[streets]
osm = "city.osm.pbf"
[residents]
source = "residents.csv"      # or "osm", or "streets"
[outlets]
source = "outlets.csv"        # or "osm"
datum = "wgs84"
[standard]
id = "six-ones"
[zones]
file = "zones.geojson"
id = "id"
name = "name"
"#
    )
}

/// `walkshed-amap.toml`: the same run with the registry as a map service has it.
pub(crate) fn amap_config() -> String {
    config()
        .replace("source = \"outlets.csv\"        # or \"osm\"", "source = \"outlets_amap.csv\"   # GB18030, found out")
        .replace("datum = \"wgs84\"", "datum = \"gcj02\"\n[duplicates]\ndrop = true")
}

/// `README.md`.
pub(crate) fn readme(seed: u64, size: CitySize, summary: &Summary) -> String {
    let mut text = format!(
        "# {TITLE}

A city that does not exist, drawn by a program. No street, shop, person or boundary in it is real, and the place on the
map where it lies is farmland. It is there to try the tool on, to test it, and to show what a result looks like.

    walkshed sample city --seed {seed} --size {size} -o DIR    # these files again, byte for byte
    walkshed run walkshed.toml -o out    # maps and tables for them

| File | What is in it |
|---|---|
| `city.osm.pbf` | {} nodes, {} ways, {} multipolygon(s), as an OpenStreetMap extract would have them |
| `outlets.csv` | {} outlets: `id,name,lon,lat,format`; several formats are joined by `;` (一店多能). WGS-84 |
| `outlets_amap.csv` | the same outlets as a map service and a spreadsheet leave them, {} rows: GCJ-02, GB18030, codes of AMap, `location` in one column, some outlets twice, some rows of no use |
| `residents.csv` | {} residents in {} H3 cells of resolution 10: `h3,population,pop_60plus,pop_0_3` |
| `zones.geojson` | {} communities (社区) with the street district (街道) each belongs to |
| `walkshed.toml` | the run: these files, and the standard 一店一早、一菜一修、一老一小 |
| `walkshed-amap.toml` | the same run with `outlets_amap.csv`: it finds the same coverage |
| `manifest.json` | who wrote this and when, with a hash of each file |

",
        summary.nodes,
        summary.ways,
        summary.relations,
        summary.outlets,
        summary.amap_rows,
        summary.residents,
        summary.cells,
        summary.zones
    );
    text.push_str(
        "## What to look for

- **Walled compounds** (小区): some gates are open, some let residents in only, some are locked for good.
- **A river** with few bridges and **a railway** with few underpasses: near as the crow flies, far on foot.
- **Sidewalks** mapped by themselves along avenues and boulevards, and said in tags along other streets.
- **A footbridge** with steps over an avenue, and **steps** that cut the bends of a path up a hill.
- **A square** that can be crossed in any direction but for the fountain in its middle.
- **A dead-end road** (断头路) that stops 30 m short of the street in front of it.
- **A closed garden** in the park: its paths are an island, which no walk may count on.
- **The old quarter** has everything; **new estates** lack markets, repair and care.
- Some formats have no outlet in the whole registry, such as front warehouses and bookshops: they are *unknown*, not
  missing. The extract itself knows only about 60 of 100 outlets.

## Outlets by format

One outlet with several formats counts once for each.

| Format | Outlets |
|---|---|
",
    );
    for (format, outlets) in &summary.outlets_by_format {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "| `{format}` | {outlets} |");
    }
    text
}
