//! From origins and budgets to streets and areas: [`IsochroneSearch`], [`Reached`].
//!
//! Comes in: what isochrones have in common, origins, budgets. Goes out: what is reached, lent by the search until its next
//! run. Not here: how the parts work.

use rustc_hash::FxHashMap;

use super::floors::{Asked, place_at};
use super::grid::Scale;
use super::options::check_budgets;
use super::outline::Outlines;
use super::patch::{Brush, Patch};
use super::pieces::{self, Piece};
use super::plan::{Plan, Task, at};
use super::raster::Raster;
use super::rings::Linker;
use super::shape::Shape;
use super::sides::Heading;
use super::stamp::{NOTHING, Rim, Run, Strokes, hull, scale_of};
use super::streets::{LANES, ReachedStreets};
use super::{IsochroneError, Isochrones, Origin};
use crate::ids::NodeId;
use crate::position::{LonLat, Position};
use crate::search::{BlockGraph, BlockReach, BlockSearch};
use crate::units::{Meters, Ticks};

/// A raster with more nodes in all its budgets takes more memory than an outline is worth.
const MOST_NODES: u64 = 1 << 28;

/// Isochrones from one set of origins after the other; one for each thread, used again and again.
///
/// 35 bytes for each node (69 for budgets over 1,023 s) and 4 for each link of the graph; for each node of the lattice in
/// the window of the largest isochrone so far 8, and 8 more for each four budgets. A run costs time in proportion to what it
/// reaches.
#[derive(Debug)]
pub struct IsochroneSearch<'i, 'g> {
    of: &'i Isochrones<'g>,
    /// One that searches as far and in the same direction as the last.
    nodes: Option<(&'i BlockGraph, BlockSearch<'i>)>,
    streets: ReachedStreets,
    legs: Vec<Leg>,
    /// The times at nodes where streets come to squares that are to be filled.
    doors: FxHashMap<u32, [u32; LANES]>,
    plan: Plan,
    patch: Patch,
    /// What is drawn for this run alone, and where what belongs to each task ends in it.
    strokes: Strokes,
    stroke_ends: Vec<[u32; 2]>,
    raster: Raster,
    outlines: Outlines,
    linker: Linker,
}

/// What is around something.
#[derive(Clone, Copy, Debug)]
struct Drawn<'d> {
    corners: [[i32; 2]; 2],
    runs: &'d [Run],
    rims: &'d [Rim],
}

/// The way between an origin and its street.
#[derive(Clone, Copy, Debug)]
struct Leg {
    lane: usize,
    ends: [LonLat; 2],
    time: Ticks,
}

impl Leg {
    /// The part within a budget, in 1e-7 degrees.
    fn within(&self, budget: Ticks) -> [[f64; 2]; 2] {
        let [from, to] = self.ends.map(|at| [at.lon * 1e7, at.lat * 1e7]);
        let share = if self.time > budget { f64::from(budget.get()) / f64::from(self.time.get()) } else { 1.0 };
        [from, [0, 1].map(|axis| from[axis] + (to[axis] - from[axis]) * share)]
    }

    fn scale(&self) -> Scale {
        Scale::at(Position::from(self.ends[1]).lat_e7)
    }
}

impl<'i, 'g> IsochroneSearch<'i, 'g> {
    /// How many origins are best looked at together.
    pub const BLOCK: usize = LANES;

    /// Room for searches.
    pub fn new(of: &'i Isochrones<'g>) -> Self {
        Self {
            of,
            nodes: None,
            streets: ReachedStreets::new(of.graph),
            legs: Vec::new(),
            doors: FxHashMap::default(),
            plan: Plan::default(),
            patch: Patch::default(),
            strokes: Strokes::default(),
            stroke_ends: Vec::new(),
            raster: Raster::default(),
            outlines: Outlines::default(),
            linker: Linker::default(),
        }
    }

    /// Finds what is within budgets of any of some origins: with one origin its isochrones, with several theirs merged.
    ///
    /// # Errors
    /// When the budgets do not ascend, or are none or more than sixteen.
    pub fn run<'s>(
        &'s mut self,
        origins: &[Origin],
        heading: Heading,
        budgets: &[Ticks],
    ) -> Result<Reached<'s, 'i, 'g>, IsochroneError> {
        self.find(&[origins], heading, budgets)?;
        Ok(Reached { search: self, heading, budgets: budgets.to_vec(), places: 1 })
    }

    /// The same for up to sixteen origins side by side, each by itself. Neighbours share most of the work.
    ///
    /// # Errors
    /// As [`IsochroneSearch::run`].
    ///
    /// # Panics
    /// When there are more than sixteen.
    pub fn run_block<'s>(
        &'s mut self,
        origins: &[Origin],
        heading: Heading,
        budgets: &[Ticks],
    ) -> Result<Reached<'s, 'i, 'g>, IsochroneError> {
        let each: Vec<&[Origin]> = origins.chunks(1).collect();
        self.find(&each, heading, budgets)?;
        Ok(Reached { search: self, heading, budgets: budgets.to_vec(), places: origins.len() })
    }

    fn find(&mut self, places: &[&[Origin]], heading: Heading, budgets: &[Ticks]) -> Result<(), IsochroneError> {
        check_budgets(budgets)?;
        let longest = budgets[budgets.len() - 1];
        self.restart(places);
        let (sides, floors) = (self.of.sides(heading), self.of.floors());
        let graph = self.of.ready(heading, longest);
        let mut nodes = match self.nodes.take() {
            Some((of, nodes)) if std::ptr::eq(of, graph) => nodes,
            _ => BlockSearch::new(graph),
        };
        let starts = places.iter().map(|origins| {
            origins.iter().flat_map(|origin| -> Box<dyn Iterator<Item = (NodeId, Ticks)>> {
                match heading {
                    Heading::Away => Box::new(origin.point.starts()),
                    Heading::Home => Box::new(origin.point.ends()),
                }
            })
        });
        let reach: BlockReach<'_> = nodes.run(starts, longest);
        for node in reach.nodes() {
            let times = reach.times_to(node);
            self.streets.reach(sides, node, &times);
            if floors.is_some_and(|floors| floors.has_door(node)) {
                self.doors.insert(node.get(), times);
            }
        }
        self.nodes = Some((graph, nodes));
        self.plan(places, heading, budgets);
        Ok(())
    }

    fn restart(&mut self, places: &[&[Origin]]) {
        assert!(places.len() <= LANES, "more than {LANES} places");
        self.streets.restart();
        self.legs.clear();
        self.doors.clear();
        for (lane, origins) in places.iter().enumerate() {
            for origin in *origins {
                self.streets.stand(lane, &origin.snap, &origin.point);
                // On a square the walk begins at the origin; the leg is the way to the street beside it.
                self.legs.push(Leg { lane, ends: [origin.at, origin.on_street], time: origin.point.leg });
            }
        }
        self.streets.all_stand();
    }

    /// Plans what to draw.
    fn plan(&mut self, places: &[&[Origin]], heading: Heading, budgets: &[Ticks]) {
        let Isochrones { graph, weights, .. } = *self.of;
        self.plan.make(graph, weights, heading, &self.streets, budgets);
        for (leg, number) in self.legs.iter().zip(0..) {
            // The whole leg once, and before that as far as each budget goes.
            let whole = budgets.iter().position(|&budget| leg.time <= budget).unwrap_or(budgets.len() - 1);
            for budget in 0..=whole {
                self.plan.add_from(Task::Leg(number, budget), budget, leg.lane);
            }
        }
        let Some(floors) = self.of.floors() else { return };
        let lanes = places.iter().enumerate();
        let origins = lanes.flat_map(|(lane, origins)| origins.iter().map(move |o| (lane, o.at, &o.point)));
        let origins: Vec<_> = origins.collect();
        let asked = Asked { graph, weights, heading, door_times: &self.doors, origins: &origins, budgets };
        floors.plan(&asked, &mut self.plan);
    }

    /// Draws everything, and finds where the outlines are.
    fn draw(&mut self, places: usize, budgets: &[Ticks]) -> Result<(), IsochroneError> {
        self.draw_strokes(budgets);
        let (mut raster, mut outlines) = (std::mem::take(&mut self.raster), std::mem::take(&mut self.outlines));
        let drawn: Vec<Drawn<'_>> = (0..self.plan.tasks.len()).map(|task| self.drawn(task)).collect();
        let corners = drawn.iter().map(|drawn| drawn.corners).fold(NOTHING, hull);
        let corners = if corners == NOTHING { Default::default() } else { corners };
        let nodes = Raster::size_of(corners);
        if nodes * self.plan.planes() as u64 > MOST_NODES {
            return Err(IsochroneError::TooLarge { nodes, bound: self.of.options.error_bound });
        }
        raster.restart(corners, self.plan.planes());
        for (drawn, masks) in drawn.iter().zip(self.plan.masks.chunks(self.plan.planes())) {
            raster.lay(drawn.runs, masks);
        }
        outlines.find(&mut raster);
        for (drawn, number) in drawn.iter().zip(0..) {
            if !drawn.runs.is_empty() && outlines.may_be_in(&raster, drawn.corners) {
                outlines.meet(&raster, number, drawn.rims);
            }
        }
        outlines.take(&raster, places, budgets.len(), &self.plan.masks);
        (self.raster, self.outlines) = (raster, outlines);
        Ok(())
    }

    /// What was drawn for a task: now, or once for all runs.
    fn drawn(&self, task: usize) -> Drawn<'_> {
        let stamp = match self.plan.tasks[task] {
            Task::Street(link) => Some(self.of.stamp(link)),
            Task::Piece(link, piece) => Some(&self.of.stamps_of_pieces(link)[piece as usize]),
            Task::Floor(floor) => self.of.floors().map(|floors| floors.stamp(floor, &self.of.brush())),
            Task::Cut(..) | Task::Spot(_) | Task::Leg(..) => None,
        };
        if let Some(stamp) = stamp {
            return Drawn { corners: stamp.corners, runs: &stamp.runs, rims: &stamp.rims };
        }
        let end = |task: usize| self.stroke_ends[task].map(|end| end as usize);
        let ([first_run, first_rim], [run, rim]) = (task.checked_sub(1).map_or([0; 2], end), end(task));
        let (runs, rims) = (&self.strokes.runs[first_run..run], &self.strokes.rims[first_rim..rim]);
        Drawn { corners: runs.iter().map(Run::corners).fold(NOTHING, hull), runs, rims }
    }

    /// Draws what is for this run alone.
    fn draw_strokes(&mut self, budgets: &[Ticks]) {
        let Self { of, plan, patch, strokes, legs, .. } = self;
        let brush = of.brush();
        // Nobody knows what is beside a leg: it is as wide as it takes for the origin to be inside.
        let leg_brush = Brush { radius: of.options.error_bound.0, ..brush };
        strokes.clear();
        self.stroke_ends.clear();
        for task in &plan.tasks {
            let (brush, scale, ends) = match *task {
                Task::Leg(number, budget) => {
                    let leg = &legs[number as usize];
                    (&leg_brush, leg.scale(), Some(leg.within(budgets[budget])))
                }
                Task::Spot(node) => {
                    let at = place_at(of.grid, node);
                    (&brush, Scale::at(at[1] as i32), Some([at, at]))
                }
                Task::Cut(link, places) => {
                    let link = of.graph.link(link);
                    (&brush, scale_of(&link), Some(places.map(|place| at(&link, place))))
                }
                Task::Street(_) | Task::Piece(..) | Task::Floor(_) => (&brush, Scale::at(0), None),
            };
            if let Some(ends) = ends {
                patch.draw(brush, &scale, ends, |node, cells| strokes.add(node, cells, brush.barriers.is_some()));
            }
            self.stroke_ends.push([strokes.runs.len() as u32, strokes.rims.len() as u32]);
        }
    }
}

/// What an isochrone search has reached from one place, or from each of several; lent by the [`IsochroneSearch`] until its
/// next run.
#[derive(Debug)]
pub struct Reached<'s, 'i, 'g> {
    search: &'s mut IsochroneSearch<'i, 'g>,
    heading: Heading,
    budgets: Vec<Ticks>,
    places: usize,
}

impl Reached<'_, '_, '_> {
    /// The budgets.
    pub fn budgets(&self) -> &[Ticks] {
        &self.budgets
    }

    /// The length of streets within each budget, legs left out. A street that is mapped once counts once.
    pub fn lengths(&self) -> impl ExactSizeIterator<Item = Meters> + '_ {
        self.lengths_of(0)
    }

    /// The same for one of the origins of a block, by its number.
    pub fn lengths_of(&self, place: usize) -> impl ExactSizeIterator<Item = Meters> + '_ {
        self.search.plan.lengths_mm.iter().map(move |mm| Meters(mm[place] as f64 / 1e3))
    }

    /// The pieces of streets within the longest budget, each with the time at its ends and the shortest budget that it is
    /// within.
    pub fn pieces(&self) -> Vec<Piece> {
        self.pieces_of(0)
    }

    /// The same for one of the origins of a block, by its number.
    pub fn pieces_of(&self, place: usize) -> Vec<Piece> {
        let IsochroneSearch { of, streets, .. } = &*self.search;
        pieces::pieces(of.graph, of.weights, self.heading, (streets, place), &self.budgets)
    }

    /// Draws the outlines without linking them; gives for each budget at how many places they cross the lattice, those of
    /// all origins of a block together. [`Reached::areas`] is this and linking.
    ///
    /// # Errors
    /// When what is reached is too large for the error bound.
    pub fn outline_places(&mut self) -> Result<Vec<usize>, IsochroneError> {
        self.search.draw(self.places, &self.budgets)?;
        let borders = &self.search.outlines.borders[..self.places];
        let ends = |budget: usize| {
            let all = borders.iter().flat_map(|borders| &borders[budget]);
            all.flat_map(|border| border.ends).filter(|&end| end > 0).count()
        };
        Ok((0..self.budgets.len()).map(ends).collect())
    }

    /// The area within each budget, the shortest first.
    ///
    /// # Errors
    /// When what is reached is too large for the error bound.
    pub fn areas(&mut self) -> Result<Vec<Shape>, IsochroneError> {
        Ok(self.areas_of_each()?.swap_remove(0))
    }

    /// The same for each origin of a block.
    ///
    /// # Errors
    /// When what is reached is too large for the error bound.
    pub fn areas_of_each(&mut self) -> Result<Vec<Vec<Shape>>, IsochroneError> {
        self.search.draw(self.places, &self.budgets)?;
        let budgets = self.budgets.len();
        let IsochroneSearch { of, raster, outlines, linker, .. } = &mut *self.search;
        let mut link = |borders: &Vec<_>| linker.link(of.grid, raster.frame, borders);
        Ok(outlines.borders[..self.places].iter().map(|all| all[..budgets].iter().map(&mut link).collect()).collect())
    }
}
