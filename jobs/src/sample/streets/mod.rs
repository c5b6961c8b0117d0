//! The streets between the blocks: crossroads, and the stretches from one to the next.
//!
//! Comes in: the plan of the city and what the blocks on both sides connect. Goes out: carriageways, sidewalks,
//! crossings, footbridges, bus stops. Each tile draws its own crossroads and the stretches that leave them northwards
//! and eastwards; all others refer to their nodes by role. Not here: streets inside blocks.

pub(crate) mod crossroads;
pub(crate) mod profile;
pub(crate) mod stretch;

pub(crate) use crossroads::Crossroads;
pub(crate) use stretch::{Entry, Joint, Stretch};
