//! A proof that a search is right, without searching again.
//!
//! Comes in: a [`Reach`] and the starts it was run from. Goes out: nothing, or a [`Counterexample`]. Not here: a second
//! opinion; these are the conditions that a shortest-path answer must meet and that no other meets.

use petgraph::visit::{VisitMap, Visitable};

use super::reach::{Reach, Start};
use crate::ids::{EdgeId, NodeId};
use crate::units::Ticks;

/// Where an answer breaks a condition of shortest walks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Counterexample {
    /// A start lies within the budget, but its node has a later time or none.
    #[error("node {node} is a start at {at} but has the time {found:?}")]
    StartMissed {
        /// The node.
        node: NodeId,
        /// The time of the start.
        at: Ticks,
        /// What the search says.
        found: Option<Ticks>,
    },
    /// An edge leads to a node sooner than the search says.
    #[error("{edge:?} leads to its head at {through}, but the search says {found:?}")]
    EdgeMissed {
        /// The edge.
        edge: EdgeId,
        /// When its head can be reached through it.
        through: Ticks,
        /// What the search says.
        found: Option<Ticks>,
    },
    /// No walk takes just the time that the search says.
    #[error("no walk reaches node {node} at {time}")]
    Unfounded {
        /// The node.
        node: NodeId,
        /// What the search says.
        time: Ticks,
    },
    /// A time is over the budget.
    #[error("node {node} has the time {time}, over the budget")]
    OverBudget {
        /// The node.
        node: NodeId,
        /// What the search says.
        time: Ticks,
    },
}

/// Checks a search: no edge can better a time, no time is over the budget, and to each node leads a walk from a start
/// that takes just its time. Together these hold for the right answer only, edges of no length included.
///
/// O(reached edges), and one bit for each node of the graph.
///
/// # Errors
/// The first condition found broken.
pub fn verify(reach: &Reach<'_>, starts: &[Start]) -> Result<(), Counterexample> {
    let (graph, weights, budget) = (reach.graph(), reach.weights(), reach.budget());
    let mut founded = graph.visit_map();
    let mut open = Vec::new();
    for start in starts.iter().filter(|s| s.time <= budget) {
        match reach.time_to(start.node) {
            Some(time) if time == start.time => {
                if founded.visit(start.node) {
                    open.push(start.node);
                }
            }
            Some(time) if time < start.time => {}
            found => return Err(Counterexample::StartMissed { node: start.node, at: start.time, found }),
        }
    }
    for (node, time) in reach.nodes() {
        if time > budget {
            return Err(Counterexample::OverBudget { node, time });
        }
        for (edge, head) in graph.edges_from(node) {
            let through = time + weights.edge(edge);
            let found = reach.time_to(head);
            if through <= budget && found.is_none_or(|f| f > through) {
                return Err(Counterexample::EdgeMissed { edge, through, found });
            }
        }
    }
    while let Some(node) = open.pop() {
        let Some(time) = reach.time_to(node) else { continue };
        for (edge, head) in graph.edges_from(node) {
            if reach.time_to(head) == Some(time + weights.edge(edge)) && founded.visit(head) {
                open.push(head);
            }
        }
    }
    match reach.nodes().find(|(node, _)| !founded.is_visited(node)) {
        Some((node, time)) => Err(Counterexample::Unfounded { node, time }),
        None => Ok(()),
    }
}
