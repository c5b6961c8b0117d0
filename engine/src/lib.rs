//! Walkshed: what can be reached on foot from where people live, and what is missing there.
//!
//! Comes in: an OpenStreetMap extract as bytes, points where people live, points where something is offered, a standard
//! as text. Goes out: walking times that are exact to 1/64 second, counts, and for each residence and requirement
//! whether it is met, and why not. Not here: files, tables, maps, words for a terminal; the `walkshed` tool has those.
//!
//! # The whole line
//!
//! A street of 553 m with a lane of 334 m to the north at its east end, a bakery at the end of the lane, and a home
//! near the street's west end. The map is written as a PBF file first, so that the example needs no file.
//!
//! ```
//! use std::io::Cursor;
//! use walkshed::access::{AccessSearch, LinkedOutlets};
//! use walkshed::osm::write::{PbfWriter, WriterOptions};
//! use walkshed::osm::{WalkRules, read_features, read_pbf};
//! use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
//! use walkshed::walk::{EdgeWeights, FlatSpeed};
//! use walkshed::{
//!     CellStatus, Evidence, LonLat, OsmNodeId, OsmWayId, Reason, Standard, Ticks, WalkGraph, assess,
//! };
//!
//! // An extract. A real one is a file: any `Read + Seek` will do.
//! let mut map = PbfWriter::new(Vec::new(), WriterOptions::default())?;
//! map.node(OsmNodeId(1), LonLat::new(113.000, 34.000)?, &[])?;
//! map.node(OsmNodeId(2), LonLat::new(113.006, 34.000)?, &[])?;
//! map.node(OsmNodeId(3), LonLat::new(113.006, 34.003)?, &[])?;
//! map.node(OsmNodeId(4), LonLat::new(113.006, 34.003)?, &[("shop", "bakery")])?;
//! map.way(OsmWayId(1), &[OsmNodeId(1), OsmNodeId(2)], &[("highway", "residential")])?;
//! map.way(OsmWayId(2), &[OsmNodeId(2), OsmNodeId(3)], &[("highway", "footway")])?;
//! let extract = map.finish()?;
//!
//! // Streets: who may walk where is a file of rules; the report says what was read, used and left out.
//! let (network, report) = read_pbf(Cursor::new(&extract), &WalkRules::worldwide())?;
//! assert_eq!((report.ways_read, report.ways_used), (2, 2));
//! // Node 2 is no junction, so the two ways are one link of the graph.
//! let graph = WalkGraph::from_network(&network)?;
//! assert_eq!((graph.node_count(), graph.link_count()), (2, 1));
//!
//! // Walking times: one column of weights for each model of a walker.
//! let weights = EdgeWeights::from_model(&graph, &FlatSpeed::adult());
//!
//! // Points come to positions on streets, never to nodes; the leg off the street is walked and counted.
//! // The map is a small one: it must not be taken for an island.
//! let snapper = Snapper::new(&graph, SnapOptions { min_component: 0, ..SnapOptions::default() });
//! let on_street = |at| snapper.snap(at).ok().map(|snap| LinkedPoint::new(&graph, &weights, &snap));
//!
//! // Outlets, with the formats that each serves as numbers. Here there are two formats: 0 bakery, 1 pharmacy.
//! let formats = ["bakery", "pharmacy"];
//! let shops = read_features(Cursor::new(&extract), &|tags| tags.is("shop", "bakery"))?;
//! let registry: Vec<_> = shops.features.iter().map(|shop| (on_street(shop.at), vec![0])).collect();
//! let outlets = LinkedOutlets::new(&graph, &registry, formats.len(), &[])?;
//!
//! // A standard: what each residence should have within how many minutes.
//! let standard = Standard::from_toml(r#"
//!     schema_version = 1
//!     profile = { id = "two", zh = "面包和药", en = "Bread and medicine", status = "sourced" }
//!     tier = [{ id = "t10", minutes = 10 }, { id = "t15", minutes = 15 }]
//!     require = [
//!         { id = "bread", zh = "面包店", tier = "t15", any_of = ["bakery"] },
//!         { id = "bread_soon", zh = "面包店", tier = "t10", any_of = ["bakery"] },
//!         { id = "medicine", zh = "药店", tier = "t15", any_of = ["pharmacy"] },
//!     ]
//! "#)?;
//!
//! // The searches: the nearest outlet within an hour, and how many are within each budget.
//! let minutes = standard.minutes();
//! let budgets: Vec<Ticks> = minutes.iter().map(|&m| Ticks::from_minutes(m)).collect();
//! let search = AccessSearch::new(&graph, &weights, &outlets, &budgets, Ticks::from_minutes(60));
//! let homes = [on_street(LonLat::new(113.0005, 34.0002)?)];
//! let reached = search.run(&homes);
//!
//! // 22 m to the street, 507 m along it, 334 m up the lane: 863 m at 1.2 m/s are 11:59.
//! let nearest = reached.nearest(0, 0).expect("the bakery can be walked to");
//! assert_eq!(nearest.time.to_string(), "11:59.0");
//!
//! // Coverage: met, not met and why, or unknown. No pharmacy is in the registry, which says nothing about the street.
//! let statuses: Vec<CellStatus> = standard.requirements.iter().map(|requirement| {
//!     let format = formats.iter().position(|f| *f == requirement.any_of[0]).expect("a known format");
//!     let budget = minutes.iter().position(|m| Some(*m) == requirement.limit.minutes()).expect("a tier of the standard");
//!     let evidence = Evidence {
//!         known: registry.iter().any(|(_, serves)| serves.contains(&(format as u16))),
//!         nearest: reached.nearest(0, format),
//!         within: reached.within(0, format, budget),
//!         maybe: 0,
//!     };
//!     assess(requirement, homes[0].is_some(), &[evidence]).status
//! }).collect();
//! let too_far = CellStatus::NotMet(Reason::BeyondBudget { nearest: nearest.time });
//! assert_eq!(statuses, [CellStatus::Met, too_far, CellStatus::Unknown]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Sums of residents over a city and its zones are made by [`CoverageReport`]. For one place rather than many there is
//! [`search::ReachSearch`]; the example programs `reach_from_a_point` and `batch_service` show both on a file.
//!
//! # How the data flows
//!
//! ```text
//!  bytes ──osm──▶ RawNetwork ──graph──▶ WalkGraph ──walk──▶ EdgeWeights ─┐
//!    │                                      └───────snap──▶ LinkedPoint ─┼─search─▶ Reach, NearestField
//!    └────osm──▶ FeatureSet (homes, outlets) ───────snap──▶ LinkedPoint ─┘              │
//!  Standard ──coverage──▶ CellStatus, CoverageReport ◀──Evidence── AccessBatch ◀─access─┘
//! ```
//!
//! Each module imports only what stands before it: [`osm`], [`graph`], [`walk`], [`snap`], [`search`], [`access`],
//! [`coverage`]. A graph is frozen once built and is shared by all threads; a search owns its scratch, one for each
//! thread, and lends its result until its next run. Nothing is global and nothing is printed.
//!
//! # A planner's words
//!
//! | In the meeting | Here |
//! |---|---|
//! | residence, dwelling 居住单元 | a *cell*: a point of the caller's (most often the centre of an H3 cell), linked to a street |
//! | residents 常住人口 | the weight that [`CoverageReport::add_cell`] is given; people, or what stands for them |
//! | outlet, shop, facility 网点 | a position in [`access::LinkedOutlets`], by [`OutletId`] |
//! | format, kind of outlet 业态 | a *category* by number in [`access`], an id in [`Requirement::any_of`] |
//! | one shop, several services 一店多能 | one outlet with several categories; it counts once for each |
//! | a quarter of an hour 一刻钟 | [`Ticks::from_minutes`]`(15)`, the limit included |
//! | catchment, walkshed 步行可达范围 | [`search::Reach`]: every node within a budget, with its time |
//! | walking time, walking speed 步行时间、步速 | [`Ticks`], [`walk::FlatSpeed`]; other walkers are a [`walk::Walker`] or a [`walk::CostModel`] |
//! | steps, slopes, waiting at crossings 台阶、坡度、过街等候 | parts of a [`walk::Walker`]; what is mapped, [`osm::Ground`] and [`osm::Spot`] |
//! | hills, elevation, slope 高程、坡度 | [`relief::Relief`] gives heights, [`WalkGraph::with_heights`] takes them |
//! | step-free, barrier-free 无障碍 | the walker `step_free` |
//! | standard, provision norm 配置标准 | [`Standard`] |
//! | tier, service radius 服务半径 | [`coverage::Tier`]: minutes on foot, not metres as the crow flies |
//! | required format, indicator 配置要求 | [`Requirement`] |
//! | gap 缺口 | [`CellStatus::NotMet`] with its [`Reason`] |
//! | no data 无数据 | [`CellStatus::Unknown`]: the registry has no such format at all |
//! | coverage rate 覆盖率 | [`coverage::Tally::share_met`], a share of those of whom something is known |
//! | life circle 生活圈, community 社区, street 街道 | a zone: a number in [`CoverageReport::zone`]; its polygon stays with the caller |
//! | street, sidewalk, path 道路、人行道 | a *link* ([`graph::LinkView`]) between two *nodes* (junctions, dead ends) |
//! | circles to be drawn 划定生活圈 | [`circles::CircleTask`]: communities or cells grouped by walks and residents |
//! | gate, wall 小区门、围墙 | tags on OSM nodes, judged by [`osm::WalkRules`] |
//! | entrance onto the street 出入口 | [`snap::Snap`] |
//! | cut-off piece of the network 孤立路段 | an island: a [`graph::Component`] below [`snap::SnapOptions::min_component`] |
//!
//! # Features
//!
//! The crate has no cargo features. Nothing in it, nor in what it depends on, is C or C++.

pub mod access;
pub mod circles;
pub mod coverage;
pub mod graph;
mod ids;
pub mod isochrone;
pub mod osm;
mod position;
pub mod relief;
pub mod repair;
pub mod search;
mod sight;
pub mod snap;
mod units;
pub mod walk;

#[doc(hidden)]
pub mod doc_example;

pub use coverage::{CellStatus, CoverageReport, Evidence, Reason, Requirement, Standard, StandardError, assess};
pub use graph::WalkGraph;
pub use ids::{EdgeId, LinkId, NodeId, OsmNodeId, OsmWayId, OutletId, SquareId};
pub use position::{Bounds, LocalPlane, LonLat, NotOnEarth, Position};
pub use units::{Meters, MetersPerSecond, Ticks};
