//! What a folder of results was made from: the manifest and the metadata of tables, as far as a [`Plan`] says them.
//!
//! Comes in: a plan. Goes out: a [`Manifest`] with inputs, model and rules, and what every table says of itself. Not here: what
//! one command alone adds, and the form of the manifest.

use std::collections::BTreeMap;

use anyhow::Result;
use walkshed::WalkGraph;
use walkshed::walk::CostModel as _;

use super::manifest::{Manifest, Model, ParameterUsed};
use super::memory::peak_bytes;
use super::progress::Progress;
use super::staging::Staging;
use super::who_lives::files_of;
use crate::plan::Plan;

/// The manifest of a plan: its files of streets, area, residents, zones and walker, the model and the rules.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn manifest_of(plan: &Plan) -> Result<Manifest> {
    let mut manifest = Manifest::new(plan.title.clone());
    let of_residents = files_of(&plan.residents);
    let files = plan.config.iter().map(|path| ("config", path));
    let files = files.chain(plan.osm.iter().map(|path| ("osm", path)));
    let files = files.chain(plan.clip.iter().map(|(path, _)| ("clip", path)));
    let files = files.chain(plan.elevation.files.iter().map(|path| ("elevation", path)));
    let files = files.chain(of_residents.iter().map(|path| ("residents", path)));
    let files = files.chain(plan.zones.iter().map(|layer| ("zones", &layer.path)));
    for (role, path) in files.chain(plan.model_file.iter().map(|path| ("model", path))) {
        manifest.add_input(role, path)?;
    }
    if let Some((_, buffer)) = &plan.clip {
        manifest.settings.insert("clip_buffer_m".to_owned(), buffer.0.into());
    }
    manifest.model = Some(Model {
        name: plan.model.fingerprint(),
        speed_m_per_s: plan.model.speed().0,
        parameters: plan.model.parameters().iter().map(ParameterUsed::new).collect(),
        max_snap_cell_m: plan.snap.max_distance.0,
        max_snap_outlet_m: plan.snap.max_distance.0,
    });
    manifest.settings.insert("rules".to_owned(), plan.rules.id().into());
    let layers: Vec<&str> = plan.zones.iter().map(|layer| layer.layer.as_str()).collect();
    if !layers.is_empty() {
        manifest.settings.insert("zone_layers".to_owned(), serde_json::json!(layers));
    }
    Ok(manifest)
}

/// What every table of a folder says of itself.
pub(crate) fn metadata_of(plan: &Plan, graph: &WalkGraph) -> Vec<(String, String)> {
    let about = graph.about();
    let told = [
        ("walkshed:version", env!("CARGO_PKG_VERSION").to_owned()),
        ("walkshed:model", plan.model.fingerprint()),
        ("walkshed:streets", format!("{} {}", about.source, about.source_sha256.as_deref().unwrap_or("-"))),
        ("walkshed:rules", about.rules.clone()),
    ];
    let told = told.into_iter().chain(about.heights.clone().map(|heights| ("walkshed:heights", heights)));
    told.map(|(key, value)| (key.to_owned(), value)).collect()
}

impl Manifest {
    /// Adds what was written and what it took, and writes the manifest to its folder.
    ///
    /// # Errors
    /// When a file cannot be read, or the manifest cannot be written.
    pub(crate) fn finish(mut self, staging: &Staging, rows: &BTreeMap<String, u64>, progress: &Progress) -> Result<()> {
        self.add_outputs(staging.folder(), rows)?;
        self.timings_s = progress.timings_s().into_iter().map(|(name, s)| (name, s.into())).collect();
        self.peak_memory_bytes = peak_bytes();
        self.threads = rayon::current_num_threads();
        self.write_to(staging.folder())
    }
}
