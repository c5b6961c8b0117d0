//! Small maps from drawings: letters are nodes, and ways are words of letters.
//!
//! A drawing goes through a real PBF file and the real importer, so that a test says what a mapper would.

use std::collections::BTreeMap;
use std::io::Cursor;

use walkshed::graph::WalkGraph;
use walkshed::osm::write::{Member, WriterOptions};
use walkshed::osm::{ImportError, ImportReport, OsmKind, OsmRef, PbfWriter, RawNetwork, WalkRules, read_pbf};
use walkshed::search::ReachSearch;
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, FlatSpeed};
use walkshed::{LocalPlane, LonLat, Meters, MetersPerSecond, OsmNodeId, OsmWayId, Ticks};

/// Where drawings lie: a plain somewhere in Henan.
const ORIGIN: LonLat = LonLat { lon: 113.0, lat: 34.0 };

/// A map in the making. Each letter of the drawing is an OSM node; other signs are only for the eye.
#[derive(Clone)]
pub(crate) struct Drawing {
    places: BTreeMap<char, LonLat>,
    node_tags: BTreeMap<char, String>,
    ways: Vec<(String, String)>,
    relations: Vec<(Vec<(usize, &'static str)>, String)>,
    dense: bool,
    sorted: bool,
    rules: WalkRules,
}

impl Drawing {
    /// A drawing in which a step to the right or down is so many metres.
    pub(crate) fn new(metres: f64, art: &str) -> Self {
        let plane = LocalPlane::at(ORIGIN);
        let mut places = BTreeMap::new();
        for (row, line) in art.lines().enumerate() {
            for (column, sign) in line.chars().enumerate().filter(|(_, c)| c.is_alphanumeric()) {
                let at = plane.unproject([column as f64 * metres, -(row as f64) * metres]);
                assert!(places.insert(sign, at).is_none(), "the drawing has {sign} twice");
            }
        }
        Self {
            places,
            node_tags: BTreeMap::new(),
            ways: Vec::new(),
            relations: Vec::new(),
            dense: true,
            sorted: true,
            rules: WalkRules::worldwide(),
        }
    }

    /// Adds a way along some letters, with tags such as `highway=footway foot=yes`.
    pub(crate) fn way(mut self, letters: &str, tags: &str) -> Self {
        self.ways.push((letters.into(), tags.into()));
        self
    }

    /// Adds a multipolygon of ways by their numbers, counted from 1 in the order in which they were added.
    pub(crate) fn multipolygon(mut self, outer: &[usize], inner: &[usize], tags: &str) -> Self {
        let members = outer.iter().map(|&way| (way, "outer")).chain(inner.iter().map(|&way| (way, "inner")));
        self.relations.push((members.collect(), format!("type=multipolygon {tags}")));
        self
    }

    /// Gives a node tags.
    pub(crate) fn node(mut self, letter: char, tags: &str) -> Self {
        self.node_tags.insert(letter, tags.into());
        self
    }

    /// Leaves a node out of the file, as a clipped extract does.
    pub(crate) fn without(mut self, letter: char) -> Self {
        self.places.remove(&letter);
        self
    }

    /// Writes nodes one by one and ways before nodes, as some tools do.
    pub(crate) fn plain_and_unsorted(mut self) -> Self {
        (self.dense, self.sorted) = (false, false);
        self
    }

    /// Reads the drawing by other rules than the worldwide ones.
    pub(crate) fn rules(mut self, rules: WalkRules) -> Self {
        self.rules = rules;
        self
    }

    /// The place of a letter.
    pub(crate) fn at(&self, letter: char) -> LonLat {
        self.places[&letter]
    }

    /// The drawing as a PBF file.
    pub(crate) fn pbf(&self) -> Vec<u8> {
        let options = WriterOptions { sorted: self.sorted, dense: self.dense, ..WriterOptions::default() };
        let mut writer = PbfWriter::new(Vec::new(), options).unwrap();
        let write_nodes = |writer: &mut PbfWriter<Vec<u8>>| {
            for (letter, at) in &self.places {
                let tags = pairs(self.node_tags.get(letter).map_or("", String::as_str));
                writer.node(id(*letter), *at, &tags).unwrap();
            }
        };
        if self.sorted {
            write_nodes(&mut writer);
        }
        for ((letters, tags), number) in self.ways.iter().zip(1..) {
            let refs: Vec<OsmNodeId> = letters.chars().map(id).collect();
            writer.way(OsmWayId(number), &refs, &pairs(tags)).unwrap();
        }
        for ((members, tags), number) in self.relations.iter().zip(1..) {
            let member = |&(way, role): &(usize, &'static str)| Member {
                element: OsmRef { kind: OsmKind::Way, id: way as i64 },
                role,
            };
            let members: Vec<Member<'_>> = members.iter().map(member).collect();
            writer.relation(number, &members, &pairs(tags)).unwrap();
        }
        if !self.sorted {
            write_nodes(&mut writer);
        }
        writer.finish().unwrap()
    }

    /// The walkable ways of the drawing.
    pub(crate) fn import(&self) -> Result<(RawNetwork, ImportReport), ImportError> {
        read_pbf(Cursor::new(self.pbf()), &self.rules)
    }

    /// The graph of the drawing.
    pub(crate) fn graph(&self) -> WalkGraph {
        WalkGraph::from_network(&self.import().unwrap().0).unwrap()
    }

    /// The length of the shortest walk between two letters, to the nearest metre; nothing when there is none, or when one
    /// of them is on no street.
    pub(crate) fn walk(&self, from: char, to: char) -> Option<u32> {
        let (network, _) = match self.import() {
            Err(ImportError::NothingWalkable { .. }) => return None,
            other => other.unwrap(),
        };
        let graph = WalkGraph::from_network(&network).unwrap();
        let weights = EdgeWeights::from_model(&graph, &FlatSpeed::new(MetersPerSecond(1.0)).unwrap());
        let on_the_street = SnapOptions { max_distance: Meters(1.0), min_component: 0 };
        let snapper = Snapper::new(&graph, on_the_street);
        let linked = |letter| Some(LinkedPoint::new(&graph, &weights, &snapper.snap(self.at(letter)).ok()?));
        let (from, to) = (linked(from)?, linked(to)?);
        let mut search = ReachSearch::new(&graph);
        let time = search.run_from(&weights, &from, Ticks::from_minutes(120)).time_to_point(&to)?;
        Some(time.as_seconds().round() as u32)
    }
}

/// The OSM id of a letter.
pub(crate) fn id(letter: char) -> OsmNodeId {
    OsmNodeId(i64::from(u32::from(letter)))
}

fn pairs(tags: &str) -> Vec<(&str, &str)> {
    tags.split_whitespace().map(|word| word.split_once('=').expect("tags are key=value")).collect()
}
