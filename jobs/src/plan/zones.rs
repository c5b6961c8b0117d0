//! Which layers of zones a run sums by: circles, communities, streets, districts.
//!
//! Comes in: `--zones` with its flags, `[zones]` or several `[[zones]]` of a config. Goes out: [`ZonesFrom`], one for each
//! layer, the main one first. Not here: reading them (`zones`).

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};

use crate::wrong_use::WrongUse;

/// A layer of zones.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ZonesFrom {
    /// Polygons in GeoJSON, or a list in CSV: cells with their zone, or zones of the first layer with theirs.
    pub path: PathBuf,
    /// What the layer is called, such as `communities`; no two layers of a run have one name.
    pub layer: String,
    /// The property or column that holds the id.
    pub id: Option<String>,
    /// The property or column that holds the name.
    pub name: Option<String>,
}

/// The flags of layers.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ZonesFlags {
    /// Zones to sum by: polygons (GeoJSON), or a list (CSV) of cells (h3) or of zones of the first layer (member_id) with
    /// the zone_id of each; give it again for each further layer, the main one first
    #[arg(long = "zones", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// What the layers are called, in their order [default: the names of the files]
    #[arg(long = "zone-layer", value_name = "NAME")]
    pub layers: Vec<String>,
    /// The property that holds the id of a zone, for each layer in order [default: guessed]
    #[arg(long = "zone-id", value_name = "NAME")]
    pub ids: Vec<String>,
    /// The property that holds the name of a zone, for each layer in order [default: guessed]
    #[arg(long = "zone-name", value_name = "NAME")]
    pub names: Vec<String>,
}

/// One section of a config.
#[derive(Deserialize, Clone, Debug)]
#[serde(deny_unknown_fields)]
struct ZonesSection {
    file: PathBuf,
    layer: Option<String>,
    id: Option<String>,
    name: Option<String>,
}

/// `[zones]`, or several `[[zones]]`.
#[derive(Default, Debug)]
pub(super) struct ZonesSections(Vec<ZonesSection>);

impl<'de> Deserialize<'de> for ZonesSections {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrMany)
    }
}

struct OneOrMany;

impl<'de> Visitor<'de> for OneOrMany {
    type Value = ZonesSections;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[zones], or several [[zones]]")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        ZonesSection::deserialize(MapAccessDeserializer::new(map)).map(|section| ZonesSections(vec![section]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(seq)).map(ZonesSections)
    }
}

/// The layers of a run. Files of flags take the place of those of the config; ids and names of flags go with either.
///
/// # Errors
/// When flags describe layers that there are not, or two layers have one name.
pub(super) fn zones_from(flags: ZonesFlags, sections: &ZonesSections, beside: &Path) -> Result<Vec<ZonesFrom>> {
    let sections = if flags.files.is_empty() { &sections.0[..] } else { &[] };
    let named = |path: PathBuf, layer: Option<String>, id, name| {
        let stem = || path.file_stem().map_or_else(|| "zones".to_owned(), |stem| stem.to_string_lossy().into_owned());
        ZonesFrom { layer: layer.unwrap_or_else(stem), path, id, name }
    };
    let from_flags = flags.files.into_iter().map(|path| named(path, None, None, None));
    let from_config = sections.iter().cloned().map(|one| named(beside.join(one.file), one.layer, one.id, one.name));
    let mut layers: Vec<ZonesFrom> = from_flags.chain(from_config).collect();
    for (flag, given) in [("--zone-layer", &flags.layers), ("--zone-id", &flags.ids), ("--zone-name", &flags.names)] {
        if given.len() > layers.len() {
            return Err(WrongUse::error(format!(
                "{flag} is given {} times for {} layers of zones; give each layer with --zones FILE",
                given.len(),
                layers.len()
            )));
        }
    }
    layers.iter_mut().zip(flags.layers).for_each(|(layer, name)| layer.layer = name);
    layers.iter_mut().zip(flags.ids).for_each(|(layer, id)| layer.id = Some(id));
    layers.iter_mut().zip(flags.names).for_each(|(layer, name)| layer.name = Some(name));
    for (place, layer) in layers.iter().enumerate() {
        if layers[..place].iter().any(|other| other.layer == layer.layer) {
            return Err(WrongUse::error(format!(
                "two layers of zones are called '{}'; name them with --zone-layer NAME, or layer in [[zones]]",
                layer.layer
            )));
        }
    }
    Ok(layers)
}

/// The only layer of a command that takes one.
///
/// # Errors
/// When there are several.
pub(crate) fn the_only(layers: &[ZonesFrom]) -> Result<Option<&ZonesFrom>> {
    match layers {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        several => Err(WrongUse::error(format!(
            "{} layers of zones are given, and this takes one; give it with --zones FILE",
            several.len()
        ))),
    }
}
