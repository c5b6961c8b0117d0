//! One file for each command: its flags, and the call of what does the work.

pub(crate) mod circles;
pub(crate) mod columns;
pub(crate) mod compare;
pub(crate) mod compounds;
pub(crate) mod explain;
pub(crate) mod graph;
pub(crate) mod isochrone;
pub(crate) mod matrix;
pub(crate) mod models;
mod models_compare;
pub(crate) mod registry;
pub(crate) mod repair;
pub(crate) mod report;
pub(crate) mod resilience;
pub(crate) mod run;
pub(crate) mod sample;
pub(crate) mod standard;
mod standard_check;
pub(crate) mod validate;
