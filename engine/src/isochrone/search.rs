//! From origins and budgets to streets and areas: [`IsochroneSearch`], [`Reached`].
//!
//! Comes in: what isochrones have in common, origins, budgets. Goes out: what is reached, lent by the search until its next
//! run. Not here: how the parts work.

use rustc_hash::FxHashMap;

use super::floors::{Floors, place_at};
use super::grid::Scale;
use super::options::{IsochroneOptions, check_budgets};
use super::patch::{Brush, Patch};
use super::pieces::{self, Piece};
use super::plan::{Plan, Task, straight};
use super::raster::{Border, Raster};
use super::rings::Linker;
use super::shape::Shape;
use super::sides::Heading;
use super::stamp::{scale_of, window};
use super::streets::ReachedStreets;
use super::windows::{Marked, mark};
use super::{IsochroneError, Isochrones, Origin};
use crate::ids::{NodeId, OutletId};
use crate::position::{LonLat, Position};
use crate::search::{ReachSearch, Start};
use crate::units::{Meters, Ticks};

/// A raster with more nodes takes more memory than an outline is worth.
const MOST_NODES: u64 = 1 << 26;

/// Isochrones from one set of origins after the other; one for each thread, used again and again.
///
/// 8 bytes for each node and each link of the graph, and 8 for each node of the lattice in the window of the largest
/// isochrone so far. A run costs time in proportion to what it reaches.
#[derive(Debug)]
pub struct IsochroneSearch<'i, 'g> {
    of: &'i Isochrones<'g>,
    nodes: ReachSearch<'g>,
    streets: ReachedStreets,
    legs: Vec<Leg>,
    /// The times at nodes where streets come to squares that are to be filled.
    doors: FxHashMap<u32, u32>,
    plan: Plan,
    patch: Patch,
    raster: Raster,
    borders: Vec<Vec<Border>>,
    marked: Vec<Vec<Marked>>,
    linker: Linker,
}

/// The way between an origin and its street.
#[derive(Clone, Copy, Debug)]
struct Leg {
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
}

impl<'i, 'g> IsochroneSearch<'i, 'g> {
    /// Room for searches.
    pub fn new(of: &'i Isochrones<'g>) -> Self {
        Self {
            of,
            nodes: ReachSearch::new(of.graph),
            streets: ReachedStreets::new(of.graph),
            legs: Vec::new(),
            doors: FxHashMap::default(),
            plan: Plan::default(),
            patch: Patch::default(),
            raster: Raster::default(),
            borders: Vec::new(),
            marked: Vec::new(),
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
        check_budgets(budgets)?;
        let longest = budgets[budgets.len() - 1];
        self.restart(origins);
        let (sides, floors) = (self.of.sides(heading), self.of.floors());
        match heading {
            Heading::Away => {
                let starts = origins.iter().flat_map(|origin| origin.point.starts());
                let starts: Vec<Start> = starts.map(|(node, time)| Start { node, time }).collect();
                for (node, time) in self.nodes.run(self.of.weights, &starts, longest).nodes() {
                    self.streets.reach(sides, node, time);
                    note_door(floors, &mut self.doors, node, time);
                }
            }
            Heading::Home => {
                let ends = origins.iter().map(|origin| (OutletId::new(0), origin.point.clone()));
                let field = self.of.homeward().run(ends, longest);
                for node in self.of.graph.nodes() {
                    if let Some(nearest) = field.at_node(node) {
                        self.streets.reach(sides, node, nearest.time);
                        note_door(floors, &mut self.doors, node, nearest.time);
                    }
                }
            }
        }
        self.found(origins, heading, budgets);
        Ok(Reached { search: self, heading, budgets: budgets.to_vec() })
    }

    /// The same for one origin, with the times of nodes from another search, such as one in lanes from a block of cells.
    /// Nodes beyond the longest budget may be left out.
    ///
    /// # Errors
    /// As [`IsochroneSearch::run`].
    pub fn run_with_times<'s>(
        &'s mut self,
        origin: &Origin,
        times: impl IntoIterator<Item = (NodeId, Ticks)>,
        budgets: &[Ticks],
    ) -> Result<Reached<'s, 'i, 'g>, IsochroneError> {
        check_budgets(budgets)?;
        self.restart(std::slice::from_ref(origin));
        let (sides, floors) = (self.of.sides(Heading::Away), self.of.floors());
        for (node, time) in times {
            self.streets.reach(sides, node, time);
            note_door(floors, &mut self.doors, node, time);
        }
        self.found(std::slice::from_ref(origin), Heading::Away, budgets);
        Ok(Reached { search: self, heading: Heading::Away, budgets: budgets.to_vec() })
    }

    fn restart(&mut self, origins: &[Origin]) {
        self.streets.restart();
        self.legs.clear();
        self.doors.clear();
        for origin in origins {
            self.streets.stand(&origin.snap, &origin.point);
            // On a square the walk begins at the origin; the leg is the way to the street beside it.
            self.legs.push(Leg { ends: [origin.at, origin.on_street], time: origin.point.leg });
        }
        self.streets.all_stand();
    }

    fn found(&mut self, origins: &[Origin], heading: Heading, budgets: &[Ticks]) {
        let Isochrones { graph, weights, .. } = *self.of;
        self.plan.make(graph, weights, heading, &self.streets, budgets);
        let Some(floors) = self.of.floors() else { return };
        let points: Vec<_> = origins.iter().map(|origin| (origin.at, &origin.point)).collect();
        floors.reached(graph, weights, heading, &self.doors, &points, |node, time| {
            if let Some(budget) = budgets.iter().position(|budget| time <= budget.get()) {
                self.plan.tasks[budget].push(Task::Spot(node));
            }
        });
    }

    /// Draws budget after budget over each other, and takes the outline after each.
    fn draw(&mut self, budgets: &[Ticks]) -> Result<(), IsochroneError> {
        let corners = self.corners(budgets);
        let nodes = Raster::size_of(corners);
        if nodes > MOST_NODES {
            return Err(IsochroneError::TooLarge { nodes, bound: self.of.options.error_bound });
        }
        self.raster.restart(corners);
        self.borders.resize_with(budgets.len(), Vec::new);
        let Self { of, plan, patch, raster, .. } = self;
        let brush = of.brush();
        // Nobody knows what is beside a leg: it is as wide as it takes for the origin to be inside.
        let leg_brush = Brush { radius: of.options.error_bound.0, ..brush };
        for ((tasks, borders), &budget) in plan.tasks.iter().zip(&mut self.borders).zip(budgets) {
            for leg in &self.legs {
                let ends = leg.within(budget);
                patch.draw(&leg_brush, &leg_scale(leg), ends, |node, cells| raster.lay(node, cells));
            }
            for task in tasks {
                match *task {
                    Task::Whole(link) => of.stamp(link).lay_on(raster),
                    Task::Spot(node) => {
                        let at = place_at(of.grid, node);
                        let scale = Scale::at(at[1] as i32);
                        patch.draw(&brush, &scale, [at, at], |node, cells| raster.lay(node, cells));
                    }
                    Task::Part(link, places) => {
                        let link = of.graph.link(link);
                        let scale = scale_of(&link);
                        for ends in straight(link, places) {
                            patch.draw(&brush, &scale, ends, |node, cells| raster.lay(node, cells));
                        }
                    }
                }
            }
            raster.borders(borders);
        }
        Ok(())
    }

    /// The corners of a window that holds everything.
    fn corners(&self, budgets: &[Ticks]) -> [[i32; 2]; 2] {
        let (grid, radius) = (self.of.grid, self.of.options.buffer.0);
        let longest = budgets[budgets.len() - 1];
        let legs = self.legs.iter().map(|leg| window(grid, &leg_scale(leg), leg.within(longest).into_iter(), radius));
        let tasks = self.plan.tasks.iter().flatten().map(|task| match *task {
            Task::Whole(link) => self.of.stamp(link).corners,
            Task::Spot(node) => {
                let at = place_at(grid, node);
                window(grid, &Scale::at(at[1] as i32), [at].into_iter(), radius)
            }
            Task::Part(link, places) => {
                let link = self.of.graph.link(link);
                window(grid, &scale_of(&link), straight(link, places).flatten(), radius)
            }
        });
        let all = legs.chain(tasks);
        all.reduce(|[low, high], [other_low, other_high]| {
            [
                [low[0].min(other_low[0]), low[1].min(other_low[1])],
                [high[0].max(other_high[0]), high[1].max(other_high[1])],
            ]
        })
        .unwrap_or_default()
    }
}

/// Notes the time of a node, where a street comes to a square with a middle there.
fn note_door(floors: Option<&Floors>, doors: &mut FxHashMap<u32, u32>, node: NodeId, time: Ticks) {
    if floors.is_some_and(|floors| floors.has_door(node)) {
        doors.insert(node.get(), time.get());
    }
}

fn leg_scale(leg: &Leg) -> Scale {
    Scale::at(Position::from(leg.ends[1]).lat_e7)
}

/// What an isochrone search has reached; lent by the [`IsochroneSearch`] until its next run.
#[derive(Debug)]
pub struct Reached<'s, 'i, 'g> {
    search: &'s mut IsochroneSearch<'i, 'g>,
    heading: Heading,
    budgets: Vec<Ticks>,
}

impl Reached<'_, '_, '_> {
    /// The budgets.
    pub fn budgets(&self) -> &[Ticks] {
        &self.budgets
    }

    /// The length of streets within each budget, legs left out. A street that is mapped once counts once.
    pub fn lengths(&self) -> impl ExactSizeIterator<Item = Meters> + '_ {
        self.search.plan.lengths.iter().map(|&metres| Meters(metres))
    }

    /// The pieces of streets within the longest budget, each with the time at its ends and the shortest budget that it is
    /// within.
    pub fn pieces(&self) -> Vec<Piece> {
        let IsochroneSearch { of, streets, .. } = &*self.search;
        pieces::pieces(of.graph, of.weights, self.heading, streets, &self.budgets)
    }

    /// Draws the outlines without linking them; gives for each budget how many places there are where they cross the
    /// lattice. [`Reached::areas`] is this and linking.
    ///
    /// # Errors
    /// When what is reached is too large for the error bound.
    pub fn outline_places(&mut self) -> Result<Vec<usize>, IsochroneError> {
        self.search.draw(&self.budgets)?;
        let ends = |borders: &Vec<Border>| borders.iter().flat_map(|b| b.ends).filter(|&end| end > 0).count();
        Ok(self.search.borders.iter().map(ends).collect())
    }

    /// The area within each budget, the shortest first.
    ///
    /// # Errors
    /// When what is reached is too large for the error bound.
    pub fn areas(&mut self) -> Result<Vec<Shape>, IsochroneError> {
        self.search.draw(&self.budgets)?;
        let IsochroneSearch { of, raster, borders, marked, linker, .. } = &mut *self.search;
        mark(&borders[..self.budgets.len()], IsochroneOptions::tolerance(), marked);
        let frame = raster.frame();
        Ok(marked.iter().map(|marked| linker.link(of.grid, frame, marked)).collect())
    }
}
