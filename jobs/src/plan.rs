//! What a run is to do: `walkshed.toml` and flags, made into a [`Plan`].
//!
//! Comes in: a config file (paths in it are relative to it) and flags, which win over it. Goes out: a [`Plan`] with
//! everything decided. Not here: reading the inputs. Whatever is wrong here is the caller's to mend: exit code 2.

pub(crate) mod flags;
pub(crate) mod outlets;
pub(crate) mod residents;
pub(crate) mod zones;

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use h3o::Resolution;
use serde::Deserialize;
use walkshed::Meters;
use walkshed::access::Way;
use walkshed::coverage::Hour;
use walkshed::osm::{Moment, WalkRules};
use walkshed::snap::SnapOptions;
use walkshed::walk::Walker;

use self::outlets::{Doubles, DuplicatesSection, OutletFlags, OutletsFrom, OutletsSections};
use self::residents::{OriginsAt, ResidentsFile, ResidentsFlags, ResidentsSection, origins_at, residents_file};
use self::zones::{ZonesFlags, ZonesFrom, ZonesSections, zones_from};
use crate::clip::longest_walk;
use crate::elevation::{Elevation, ElevationFlags};
use crate::models::walker_named;
use crate::run::coverage::HORIZON;
use crate::streets::{Gates, rules_named};
use crate::wrong_use::WrongUse;

/// H3 resolution of residence cells when nothing else is said: an edge of 66 to 76 m, a minute's walk.
const RESOLUTION: u8 = 10;
/// H3 resolutions of use for walking: edges of 1.4 km to 10 m.
pub(crate) const USEFUL_RESOLUTIONS: RangeInclusive<u8> = 7..=12;

/// A run with everything decided.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
pub(crate) struct Plan {
    /// What the user calls it.
    pub title: Option<String>,
    /// The config file.
    pub config: Option<PathBuf>,
    /// The extracts, or a graph file; never empty.
    pub osm: Vec<PathBuf>,
    /// The area to keep to, and how far around it streets are kept.
    pub clip: Option<(PathBuf, Meters)>,
    /// How high streets lie.
    pub elevation: Elevation,
    /// Who may walk where.
    pub rules: WalkRules,
    /// Whether to look at what open and closed gates would change.
    pub all_gates: bool,
    /// Who lives where.
    pub residents: ResidentsFrom,
    /// Where in a cell walks begin.
    pub origins: OriginsAt,
    /// The resolution of residence cells, unless the residents come with their own.
    pub resolution: Resolution,
    /// Whether somebody asked for it; then cells of residents are brought to it.
    pub resolution_asked: bool,
    /// Where the outlets are, in the order of their precedence.
    pub outlets: Vec<OutletsFrom>,
    /// What to do about outlets that are one and the same.
    pub doubles: Doubles,
    /// The user's own vocabulary of formats.
    pub vocabulary: Option<PathBuf>,
    /// The user's own list of chains.
    pub brands: Option<PathBuf>,
    /// The id of a standard, or the path of its file.
    pub standard: String,
    /// The layers of zones to sum by, the main one first.
    pub zones: Vec<ZonesFrom>,
    /// The walker.
    pub model: Walker,
    /// The file of the walker, where it is none of those built in.
    pub model_file: Option<PathBuf>,
    /// How points come to streets.
    pub snap: SnapOptions,
    /// The way of searching that was asked for; else it is chosen by the work.
    pub way: Option<Way>,
    /// When outlets have to be open, for requirements that say no hour themselves.
    pub open_at: Option<Hour>,
    /// Whether to write CSV beside the Parquet tables.
    pub csv: bool,
    /// Whether to write the table `wide` too.
    pub wide: bool,
}

/// Who lives where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum ResidentsFrom {
    /// Dwellings of the extract.
    Osm,
    /// Every cell that a street enters.
    Streets,
    /// A file: cells, points, polygons or rasters.
    File(ResidentsFile),
}

/// What the command line says; each wins over the config file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Overrides {
    pub title: Option<String>,
    pub osm: Vec<PathBuf>,
    pub clip: Option<PathBuf>,
    pub clip_buffer: Option<f64>,
    pub rules: Option<String>,
    pub gates: Option<Gates>,
    pub at: Option<Moment>,
    pub residents: Option<String>,
    pub resolution: Option<u8>,
    pub about_residents: ResidentsFlags,
    pub outlets: OutletFlags,
    pub vocabulary: Option<PathBuf>,
    pub brands: Option<PathBuf>,
    pub standard: Option<String>,
    pub zones: ZonesFlags,
    pub model: Option<String>,
    pub speed: Option<f64>,
    pub elevation: ElevationFlags,
    pub max_snap: Option<f64>,
    pub min_component: Option<u32>,
    pub way: Option<Way>,
    pub open_at: Option<Hour>,
    pub csv: bool,
    pub wide: bool,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ConfigFile {
    title: Option<String>,
    streets: StreetsSection,
    residents: ResidentsSection,
    outlets: OutletsSections,
    duplicates: DuplicatesSection,
    formats: FormatsSection,
    standard: StandardSection,
    zones: ZonesSections,
    model: ModelSection,
    snap: SnapSection,
    search: SearchSection,
    output: OutputSection,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct StreetsSection {
    osm: Option<OneOrMore>,
    clip: Option<PathBuf>,
    clip_buffer_m: Option<f64>,
    elevation: Option<OneOrMore>,
    elevation_smoothing: Option<u32>,
    rules: Option<String>,
    gates: Option<Gates>,
    at: Option<String>,
}

/// A file, or a list of files.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a path, or a list of paths")]
enum OneOrMore {
    One(PathBuf),
    More(Vec<PathBuf>),
}

impl OneOrMore {
    fn into_paths(self) -> Vec<PathBuf> {
        match self {
            Self::One(path) => vec![path],
            Self::More(paths) => paths,
        }
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct FormatsSection {
    vocabulary: Option<PathBuf>,
    brands: Option<PathBuf>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct StandardSection {
    id: Option<String>,
    open_at: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct ModelSection {
    name: Option<String>,
    speed_m_per_s: Option<f64>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct SnapSection {
    max_m: Option<f64>,
    min_component: Option<u32>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct SearchSection {
    way: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct OutputSection {
    csv: Option<bool>,
    wide: Option<bool>,
}

impl Plan {
    /// Decides everything from a config file, flags, or both.
    ///
    /// # Errors
    /// When the config cannot be read, or something needed is neither in it nor in the flags.
    pub(crate) fn new(config: Option<&Path>, flags: Overrides) -> Result<Self> {
        let file = match config {
            Some(path) => read_config(path).map_err(WrongUse::mark)?,
            None => ConfigFile::default(),
        };
        let beside = config.and_then(Path::parent).unwrap_or(Path::new(""));
        let from_file = |path: PathBuf| beside.join(path);
        let missing = |what: &str, flag: &str, key: &str| {
            WrongUse::error(format!("{what}: give {flag}, or {key} in a config file (walkshed run CONFIG.toml)"))
        };
        let in_file = file.streets.osm.map_or_else(Vec::new, OneOrMore::into_paths);
        let osm = if flags.osm.is_empty() { in_file.into_iter().map(from_file).collect() } else { flags.osm };
        if osm.is_empty() {
            return Err(missing("no streets", "--osm FILE", "[streets] osm"));
        }
        let clip = flags.clip.or(file.streets.clip.map(from_file));
        let clip_buffer = flags.clip_buffer.or(file.streets.clip_buffer_m);
        if clip.is_none() && clip_buffer.is_some() {
            return Err(missing("a clip buffer without an area", "--clip FILE", "[streets] clip"));
        }
        let elevation_in_file = file.streets.elevation.map_or_else(Vec::new, OneOrMore::into_paths);
        let elevation = if flags.elevation.elevation.is_empty() {
            elevation_in_file.into_iter().map(from_file).collect()
        } else {
            flags.elevation.elevation
        };
        let passes = flags.elevation.elevation_smoothing.or(file.streets.elevation_smoothing);
        let outlets = outlets::outlets_from(&flags.outlets, &file.outlets, beside)?;
        let open_at = match (flags.open_at, &file.standard.open_at) {
            (Some(hour), _) => Some(hour),
            (None, Some(text)) => {
                Some(text.parse::<Hour>().map_err(|e| WrongUse::error(format!("[standard] open_at: {e}")))?)
            }
            (None, None) => None,
        };
        let standard = flags.standard.or(file.standard.id.map(|id| named_or_beside(id, beside)));
        let standard = standard.ok_or_else(|| missing("no standard", "--standard ID", "[standard] id"))?;
        let rules = flags.rules.or(file.streets.rules.map(|r| named_or_beside(r, beside)));
        let model_name = flags.model.or(file.model.name.map(|m| named_or_beside(m, beside)));
        let gates = flags.gates.or(file.streets.gates);
        let at = match (flags.at, file.streets.at) {
            (Some(at), _) => Some(at),
            (None, Some(text)) => {
                Some(text.parse::<Moment>().map_err(|e| WrongUse::error(format!("[streets] at: {e}")))?)
            }
            (None, None) => None,
        };
        let zones = zones_from(flags.zones, &file.zones, beside)?;
        let origins = origins_at(&flags.about_residents, &file.residents)?;
        let model = walker_named(model_name.as_deref(), flags.speed.or(file.model.speed_m_per_s))?;
        let snap = snap_options(flags.max_snap.or(file.snap.max_m), flags.min_component.or(file.snap.min_component))?;
        let way = match (flags.way, file.search.way) {
            (Some(way), _) => Some(way),
            (None, Some(word)) => Some(word.parse::<Way>().map_err(|e| WrongUse::error(format!("[search] way: {e}")))?),
            (None, None) => None,
        };
        let usual_buffer = longest_walk(&model, HORIZON.as_seconds() / 60.0, snap);
        Ok(Self {
            title: flags.title.or(file.title),
            config: config.map(Path::to_owned),
            osm,
            clip: clip.map(|path| (path, clip_buffer.map_or(usual_buffer, Meters))),
            elevation: Elevation::new(elevation, passes)?,
            rules: at.into_iter().fold(rules_named(rules.as_deref(), gates)?, WalkRules::at),
            all_gates: gates == Some(Gates::All),
            origins,
            residents: match sourced(flags.residents, file.residents.source.clone(), beside) {
                None => ResidentsFrom::Osm,
                Some(path) if path == Path::new("osm") => ResidentsFrom::Osm,
                Some(path) if path == Path::new("streets") => ResidentsFrom::Streets,
                Some(path) => {
                    ResidentsFrom::File(residents_file(path, &flags.about_residents, &file.residents, beside)?)
                }
            },
            resolution_asked: flags.resolution.or(file.residents.resolution).is_some(),
            resolution: resolution(flags.resolution.or(file.residents.resolution).unwrap_or(RESOLUTION))?,
            outlets,
            doubles: outlets::doubles(&flags.outlets, &file.duplicates)?,
            vocabulary: flags.vocabulary.or(file.formats.vocabulary.map(from_file)),
            brands: flags.brands.or(file.formats.brands.map(from_file)),
            standard,
            zones,
            model_file: model_name.filter(|name| Walker::named(name).is_none()).map(PathBuf::from),
            model,
            snap,
            way,
            open_at,
            csv: flags.csv || file.output.csv.unwrap_or(false),
            wide: flags.wide || file.output.wide.unwrap_or(false),
        })
    }
}

fn read_config(path: &Path) -> Result<ConfigFile> {
    let is_config = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
    ensure!(
        is_config,
        "{} is no config file (walkshed.toml); give an extract or a graph file with --osm",
        path.display()
    );
    let text =
        std::fs::read_to_string(path).with_context(|| format!("the config {} cannot be read", path.display()))?;
    toml::from_str(&text).with_context(|| format!("the config {}", path.display()))
}

/// A source by a word (`osm`, `streets`) or a path: from a flag as it is, from the config relative to it.
fn sourced(flag: Option<String>, file: Option<String>, beside: &Path) -> Option<PathBuf> {
    let from_file = |source: String| match source.as_str() {
        "osm" | "streets" => PathBuf::from(source),
        path => beside.join(path),
    };
    flag.map(PathBuf::from).or(file.map(from_file))
}

/// The name of something built in as it is; the path of a file relative to the config.
fn named_or_beside(id: String, beside: &Path) -> String {
    let is_path =
        id.contains(['/', '\\']) || Path::new(&id).extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
    if is_path { beside.join(id).to_string_lossy().into_owned() } else { id }
}

/// How points come to streets, with the engine's defaults for what is not said.
///
/// # Errors
/// When the limit is not a distance that somebody walks to a street.
pub(crate) fn snap_options(max_m: Option<f64>, min_component: Option<u32>) -> Result<SnapOptions> {
    let usual = SnapOptions::default();
    let max_distance = max_m.map_or(usual.max_distance, Meters);
    if !(1.0..=5_000.0).contains(&max_distance.0) {
        let message = format!("a snap limit of {} m is out of range; expected 1 to 5,000 m", max_distance.0);
        return Err(WrongUse::error(message));
    }
    Ok(SnapOptions { max_distance, min_component: min_component.unwrap_or(usual.min_component) })
}

fn resolution(number: u8) -> Result<Resolution> {
    match Resolution::try_from(number) {
        Ok(resolution) if USEFUL_RESOLUTIONS.contains(&number) => Ok(resolution),
        _ => Err(WrongUse::error(format!(
            "H3 resolution {number} is of no use for walking; expected 7 to 12, usually 10"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::datum::Datum;

    fn flags() -> Overrides {
        Overrides {
            osm: vec!["a.pbf".into()],
            outlets: OutletFlags { sources: vec!["osm".into()], ..OutletFlags::default() },
            standard: Some("six-ones".into()),
            ..Overrides::default()
        }
    }

    fn tables(sources: &[&str], datums: &[&str]) -> OutletFlags {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        OutletFlags { sources: owned(sources), datums: owned(datums), ..OutletFlags::default() }
    }

    #[test]
    fn several_registries_each_with_its_own() {
        let text = "[streets]\nosm = \"c.pbf\"\n[standard]\nid = \"six-ones\"\n\
                    [[outlets]]\nsource = \"a.csv\"\ndatum = \"gcj02\"\nencoding = \"gbk\"\ncolumns = { lon = \"东经\" }\n\
                    [[outlets]]\nsource = \"osm\"\n[[outlets]]\nsource = \"b.xlsx\"\nsheet = \"网点\"\n\
                    [duplicates]\ndrop = true\ndistance_m = 30\n";
        let plan = config(text).unwrap();
        let found: Vec<_> = plan.outlets.iter().filter_map(OutletsFrom::table).collect();
        assert_eq!((plan.outlets.len(), found.len()), (3, 2));
        assert_eq!((found[0].datum, found[1].datum), (Some(Datum::Gcj02), None));
        assert_eq!(found[0].columns["lon"], "东经");
        assert_eq!(found[1].read_as.sheet.as_deref(), Some("网点"));
        assert!(plan.doubles.drop && (plan.doubles.limits.distance.0 - 30.0).abs() < 1e-9);
        // Two files by flags take nothing from the config, whose datum is that of another file.
        let flags = Overrides { outlets: tables(&["a.csv", "b.csv"], &["bd09", "wgs84"]), ..flags() };
        let plan = Plan::new(None, flags).unwrap();
        let datums: Vec<_> = plan.outlets.iter().filter_map(|from| from.table()?.datum).collect();
        assert_eq!(datums, [Datum::Bd09, Datum::Wgs84]);
        let error = config("[outlets]\nsource = \"o.csv\"\ndatums = \"wgs84\"\n").unwrap_err().to_string();
        assert!(error.contains("unknown field `datums`"), "{error}");
    }

    fn config(text: &str) -> Result<Plan> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("walkshed.toml");
        std::fs::write(&path, text)?;
        Plan::new(Some(&path), Overrides::default())
    }

    #[test]
    fn flags_alone_are_enough() {
        let plan = Plan::new(None, flags()).unwrap();
        assert_eq!(plan.residents, ResidentsFrom::Osm);
        assert!(matches!(plan.outlets[..], [OutletsFrom::Osm]));
        assert_eq!(plan.resolution, Resolution::Ten);
    }

    #[test]
    fn what_is_missing_is_said_with_flag_and_key() {
        let error = Plan::new(None, Overrides { osm: Vec::new(), ..flags() }).unwrap_err();
        assert!(error.to_string().contains("--osm FILE, or [streets] osm"), "{error}");
        assert_eq!(crate::wrong_use::exit_code(&error), 2);
    }

    #[test]
    fn paths_in_a_config_are_beside_it_and_flags_win() {
        let text = "[streets]\nosm = \"c.pbf\"\n[outlets]\nsource = \"o.csv\"\ndatum = \"WGS84\"\n[standard]\nid = \"six-ones\"\n\
                    [model]\nname = \"place\"\nspeed_m_per_s = 0.9\n";
        let plan = config(text).unwrap();
        assert!(plan.osm.len() == 1 && plan.osm[0].ends_with("c.pbf") && plan.osm[0].is_absolute());
        let table = plan.outlets[0].table().unwrap();
        assert_eq!((table.datum, table.name().as_str()), (Some(Datum::Wgs84), "o.csv"));
        assert!((plan.model.speed().0 - 0.9).abs() < 1e-12);
        assert_eq!(plan.model.id(), "place");
    }

    #[test]
    fn layers_of_zones_in_their_order() {
        let head = "[streets]\nosm = \"c.pbf\"\n[outlets]\nsource = \"osm\"\n[standard]\nid = \"six-ones\"\n";
        let several = format!(
            "{head}[[zones]]\nfile = \"a.geojson\"\nlayer = \"社区\"\n[[zones]]\nfile = \"b.csv\"\nid = \"c\"\n"
        );
        let plan = config(&several).unwrap();
        let told: Vec<_> = plan.zones.iter().map(|one| (one.layer.as_str(), one.id.as_deref())).collect();
        assert_eq!(told, [("社区", None), ("b", Some("c"))]);
        assert_eq!(config(&format!("{head}[zones]\nfile = \"a.geojson\"\n")).unwrap().zones.len(), 1);
        let twice = config(&several.replace("b.csv", "社区.csv")).unwrap_err().to_string();
        assert!(twice.contains("two layers of zones are called '社区'"), "{twice}");
        let zones = ZonesFlags { files: vec!["x/z.geojson".into()], ids: vec!["code".into()], ..ZonesFlags::default() };
        let plan = Plan::new(None, Overrides { zones: zones.clone(), ..flags() }).unwrap();
        assert_eq!((plan.zones[0].layer.as_str(), plan.zones[0].id.as_deref()), ("z", Some("code")));
        let zones = ZonesFlags { files: Vec::new(), ..zones };
        let error = Plan::new(None, Overrides { zones, ..flags() }).unwrap_err().to_string();
        assert!(error.contains("--zone-id is given 1 times for 0 layers"), "{error}");
    }

    #[test]
    fn several_files_and_an_area_to_keep_to() {
        let text = "[streets]\nosm = [\"a.pbf\", \"b.pbf\"]\nclip = \"town.geojson\"\n[outlets]\nsource = \"osm\"\n\
                    [standard]\nid = \"six-ones\"\n[model]\nspeed_m_per_s = 1.0\n";
        let plan = config(text).unwrap();
        assert_eq!(plan.osm.len(), 2);
        let (path, buffer) = plan.clip.unwrap();
        // An hour at 1 m/s, and 300 m to the street at either end.
        assert!(path.ends_with("town.geojson") && (buffer.0 - 4_200.0).abs() < 1e-9, "{buffer:?}");
        let error = Plan::new(None, Overrides { clip_buffer: Some(5.0), ..flags() }).unwrap_err();
        assert!(error.to_string().contains("give --clip FILE, or [streets] clip"), "{error}");
        let error = config("[streets]\nosm = 3\n").unwrap_err();
        assert!(format!("{error:#}").contains("expected a path, or a list of paths"), "{error:#}");
    }

    #[test]
    fn residents_are_read_as_the_config_says() {
        let text = "[streets]\nosm = \"c.pbf\"\n[outlets]\nsource = \"osm\"\n[standard]\nid = \"six-ones\"\n[residents]\n\
                    source = \"all.tif\"\norigins = \"points\"\nmax_points = 3\ngroups = { 60plus = \"old.tif\" }\n";
        let plan = config(text).unwrap();
        assert_eq!((plan.origins, plan.resolution_asked), (OriginsAt::Points(3), false));
        let ResidentsFrom::File(file) = plan.residents else { panic!("a file") };
        assert!(file.is_raster() && file.path.is_absolute());
        let groups: Vec<_> = file.group_rasters().collect();
        assert!(groups.len() == 1 && groups[0].0 == "60plus" && groups[0].1.is_absolute());
        let wrong = text.replace("max_points = 3", "max_points = 0");
        assert!(config(&wrong).unwrap_err().to_string().contains("expected 1 to 64"));
        assert!(config(&text.replace("60plus", "all_met")).is_err());
        let gates = text.replace("[outlets]", "gates = \"all\"\n[outlets]");
        let both = config(&gates).unwrap();
        assert!(both.all_gates && both.origins == OriginsAt::Points(3));
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_line() {
        let error = config("[streets]\nosn = \"c.pbf\"\n").unwrap_err().to_string();
        assert!(error.contains("osn") && error.contains("line 2"), "{error}");
    }

    #[test]
    fn values_out_of_range_are_refused() {
        for flags in [
            Overrides { speed: Some(50.0), ..flags() },
            Overrides { model: Some("seven-league-boots".into()), ..flags() },
            Overrides { max_snap: Some(0.0), ..flags() },
            Overrides { resolution: Some(3), ..flags() },
            Overrides { outlets: tables(&["o.csv"], &["beijing54"]), ..flags() },
            Overrides { outlets: tables(&["osm"], &["gcj02"]), ..flags() },
            Overrides { outlets: tables(&["o.csv"], &["gcj02", "wgs84"]), ..flags() },
        ] {
            assert!(Plan::new(None, flags).is_err());
        }
    }
}
