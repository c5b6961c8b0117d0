//! Finding the compounds of an extract: [`read_compounds`].
//!
//! Comes in: an extract and the rules of access. Goes out: a [`CompoundSet`]. Not here: what a compound is (said at the head
//! of `compounds`), which tags count (`compound_tags`), the geometry of one (`compound_outline`, `compound_ways`).

use std::io::{Read, Seek};

use geo::MultiPolygon;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use rustc_hash::{FxHashMap, FxHashSet};

use super::compound_outline::Outline;
use super::compound_tags::{
    city_streets, gate_answer, has_other_use, is_barrier, is_home, is_outline, is_wall, says_closed,
};
use super::compound_ways::{OpenWay, Survey, survey};
use super::compounds::{ClosedBy, Compound, CompoundGate, CompoundSet, Entrance, NotACompound};
use super::error::ImportError;
use super::features::{Feature, OsmKind, read_feature_files};
use super::import::read_parts_of;
use super::network::{Passage, RawNetwork};
use super::rules::WalkRules;
use super::tags::Tags;
use crate::ids::OsmNodeId;
use crate::position::{Bounds, LonLat};
use crate::units::Meters;

/// This much of a street of the city inside makes a part of the city of an outline.
const CITY_STREET_M: f64 = 30.0;
/// A border with open entrances nearer to each other than this is that of a district.
const BETWEEN_ENTRANCES_M: f64 = 150.0;
/// So few open entrances make no district, however short the border.
const FEW_ENTRANCES: usize = 2;
/// A border walled along this share closes its inside in.
const WALLED: f64 = 0.5;
/// A wall around fewer homes is that of a house.
const HOMES_IN_A_RING: u32 = 2;

/// Finds the compounds of an extract, or of several.
///
/// Gates are judged by the rules with their policy. The files are read twice, and once more for homes where walls make
/// rings; memory grows with the walkable ways and with the outlines. Time grows with the ways near outlines, each multiplied
/// with the corners of its outline.
///
/// # Errors
/// When a source is no whole PBF file, or when nothing in it can be walked on.
///
/// ```no_run
/// use walkshed::osm::{WalkRules, read_compounds};
/// let found = read_compounds(&mut [std::fs::File::open("city.osm.pbf")?], &WalkRules::china())?;
/// for compound in found.without_way_in() {
///     println!("{} {}: {}", compound.osm, compound.name.unwrap_or_default(), compound.why.code());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_compounds<R: Read + Seek + Send>(sources: &mut [R], rules: &WalkRules) -> Result<CompoundSet, ImportError> {
    let wanted = |tags: &Tags<'_>| is_barrier(tags) || is_outline(|key| tags.get(key).map(str::to_owned));
    let found = read_feature_files(sources.iter_mut(), &wanted)?;
    let mut set = CompoundSet { incomplete: found.incomplete, ..CompoundSet::default() };
    let (nodes, others): (Vec<_>, Vec<_>) = found.features.into_iter().partition(|f| f.osm.kind == OsmKind::Node);
    let walls = wall_lines(&others, rules);
    let candidates = candidates(sources, others, rules, &mut set)?;
    let (network, ..) = read_parts_of(sources.iter_mut(), rules)?.without_squares(rules)?;
    let near = Near::new(&candidates, &network, &walls);
    let gates: FxHashMap<OsmNodeId, CompoundGate> =
        nodes.iter().filter_map(|node| Some((OsmNodeId(node.osm.id), gate_of(node, rules)?))).collect();
    let gate_nodes: FxHashSet<OsmNodeId> = gates.keys().copied().collect();
    let city_streets = city_streets(rules);
    for (number, candidate) in candidates.into_iter().enumerate() {
        let survey = survey(&candidate.outline, &network, &near.pieces[number], &gate_nodes, &city_streets);
        match candidate.closed_by(&survey, &near.walls[number]) {
            Ok(closed_by) => set.compounds.push(candidate.into_compound(survey, closed_by, &gates)),
            Err(reason) => set.count(reason),
        }
    }
    Ok(set)
}

/// An outline that may be a compound.
struct Candidate {
    feature: Feature,
    outline: Outline,
    says_closed: bool,
}

impl Candidate {
    fn closed_by(&self, survey: &Survey, walls: &[[LonLat; 2]]) -> Result<ClosedBy, NotACompound> {
        if self.says_closed {
            return Ok(ClosedBy::Tags);
        }
        if survey.city_m > CITY_STREET_M {
            return Err(NotACompound::CityStreet);
        }
        let all_private = survey.open.iter().all(|open| open.passage == Passage::EndsOnly);
        let closed_by = if !survey.gates.is_empty() {
            ClosedBy::Gate
        } else if self.outline.walled(walls) >= WALLED {
            ClosedBy::Wall
        } else if all_private && !survey.open.is_empty() {
            ClosedBy::PrivateWays
        } else if self.feature.tag("name").is_some() {
            ClosedBy::Name
        } else {
            return Err(NotACompound::Open);
        };
        let few = FEW_ENTRANCES.max((self.outline.border_m / BETWEEN_ENTRANCES_M) as usize);
        let is_district = matches!(closed_by, ClosedBy::Gate | ClosedBy::Name) && survey.open.len() > few;
        if is_district { Err(NotACompound::ManyEntrances) } else { Ok(closed_by) }
    }

    fn into_compound(
        self,
        survey: Survey,
        closed_by: ClosedBy,
        gates: &FxHashMap<OsmNodeId, CompoundGate>,
    ) -> Compound {
        let entrance = |open: OpenWay| Entrance { at: open.at, way: open.way, passage: open.passage };
        Compound {
            osm: self.feature.osm,
            name: self.feature.tag("name").map(str::to_owned),
            centre: self.feature.at,
            area_m2: self.outline.area_m2,
            closed_by,
            gates: survey.gates.iter().filter_map(|gate| gates.get(gate).cloned()).collect(),
            entrances_without_gate: survey.open.into_iter().map(entrance).collect(),
            interior: Meters(survey.interior_m),
            interior_deep: Meters(survey.deep_m),
            interior_private: Meters(survey.private_m),
            interior_behind_gates: Meters(survey.behind_gates_m),
            shape: self.feature.shape.unwrap_or_else(|| MultiPolygon(Vec::new())),
        }
    }
}

fn gate_of(node: &Feature, rules: &WalkRules) -> Option<CompoundGate> {
    Some(CompoundGate {
        node: OsmNodeId(node.osm.id),
        kind: node.tag("barrier")?.to_owned(),
        name: node.tag("name").map(str::to_owned),
        answer: gate_answer(node, rules)?,
        at: node.at,
    })
}

/// The pieces of all walls, open and closed.
fn wall_lines(features: &[Feature], rules: &WalkRules) -> Vec<[LonLat; 2]> {
    let mut lines = Vec::new();
    for wall in features.iter().filter(|f| is_wall(f, rules)) {
        lines.extend(wall.line.windows(2).map(|ab| [ab[0], ab[1]]));
        for ring in wall.shape.iter().flatten().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())) {
            let corner = |c: &geo::Coord<f64>| LonLat { lon: c.x, lat: c.y };
            lines.extend(ring.0.windows(2).map(|ab| [corner(&ab[0]), corner(&ab[1])]));
        }
    }
    lines
}

/// The outlines and rings of wall that may be compounds; the others are counted.
fn candidates<R: Read + Seek + Send>(
    sources: &mut [R],
    features: Vec<Feature>,
    rules: &WalkRules,
    set: &mut CompoundSet,
) -> Result<Vec<Candidate>, ImportError> {
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut rings: Vec<(Feature, Outline)> = Vec::new();
    for feature in features {
        let is_land = is_outline(|key| feature.tag(key).map(str::to_owned));
        let outline = feature.shape.as_ref().and_then(Outline::of);
        match outline {
            None if is_land => {
                set.outlines += 1;
                set.count(NotACompound::NoArea);
            }
            Some(outline) if is_land => {
                set.outlines += 1;
                let says_closed = says_closed(&feature, rules);
                candidates.push(Candidate { feature, outline, says_closed });
            }
            Some(outline) if is_wall(&feature, rules) => rings.push((feature, outline)),
            _ => {}
        }
    }
    set.outlines += rings.len() as u64;
    rings.retain(|(ring, outline)| {
        let same = candidates.iter_mut().find(|candidate| candidate.outline.is_about(outline));
        let reason = match same {
            Some(candidate) => {
                candidate.says_closed = true;
                NotACompound::SameBorder
            }
            None if has_other_use(ring) => NotACompound::NoHomes,
            None => return true,
        };
        set.count(reason);
        false
    });
    if !rings.is_empty() {
        let homes = homes_in(sources, &rings)?;
        for ((feature, outline), homes) in rings.into_iter().zip(homes) {
            if homes >= HOMES_IN_A_RING {
                candidates.push(Candidate { feature, outline, says_closed: true });
            } else {
                set.count(NotACompound::NoHomes);
            }
        }
    }
    candidates.sort_by_key(|candidate| candidate.feature.osm);
    Ok(candidates)
}

/// How many homes stand in each ring.
fn homes_in<R: Read + Seek + Send>(sources: &mut [R], rings: &[(Feature, Outline)]) -> Result<Vec<u32>, ImportError> {
    let tree = tree_of(rings.iter().map(|(_, outline)| outline.around()));
    let mut homes = vec![0; rings.len()];
    for home in read_feature_files(sources.iter_mut(), &is_home)?.features {
        for near in tree.locate_all_at_point(&[home.at.lon, home.at.lat]) {
            homes[near.data as usize] += u32::from(rings[near.data as usize].1.contains(home.at));
        }
    }
    Ok(homes)
}

/// What lies near each candidate.
struct Near {
    /// Stretches of the network, each with the place of the node that a piece begins at.
    pieces: Vec<Vec<(u32, u32)>>,
    walls: Vec<Vec<[LonLat; 2]>>,
}

impl Near {
    fn new(candidates: &[Candidate], network: &RawNetwork, walls: &[[LonLat; 2]]) -> Self {
        let tree = tree_of(candidates.iter().map(|candidate| candidate.outline.around()));
        let near = |[a, b]: [LonLat; 2]| {
            let around = AABB::from_corners([a.lon, a.lat], [b.lon, b.lat]);
            tree.locate_in_envelope_intersecting(&around).map(|found| found.data as usize)
        };
        let mut pieces = vec![Vec::new(); candidates.len()];
        for (way, number) in network.ways().iter().zip(0u32..) {
            let nodes = network.nodes_of(way);
            for (ends, place) in nodes.windows(2).zip(0u32..) {
                let ends = [ends[0], ends[1]].map(|node| network.positions()[node as usize].lon_lat());
                near(ends).for_each(|candidate| pieces[candidate].push((number, place)));
            }
        }
        let mut near_walls = vec![Vec::new(); candidates.len()];
        for &wall in walls {
            near(wall).for_each(|candidate| near_walls[candidate].push(wall));
        }
        Self { pieces, walls: near_walls }
    }
}

fn tree_of(bounds: impl Iterator<Item = Bounds>) -> RTree<GeomWithData<Rectangle<[f64; 2]>, u32>> {
    let rectangle = |(b, number): (Bounds, u32)| {
        GeomWithData::new(Rectangle::from_corners([b.min.lon, b.min.lat], [b.max.lon, b.max.lat]), number)
    };
    RTree::bulk_load(bounds.zip(0u32..).map(rectangle).collect())
}
