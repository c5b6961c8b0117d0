//! The engine's tests that need more than one module: one binary, named by what they hold it to.

mod drawn; // small maps from drawings, through a real PBF and the real importer
mod real_data; // where the real extracts are, and what to say when they are not

mod access_words; // what the tags of a way say to walkers, in tables
mod areas; // squares, platforms, piers: which are crossed, between which ways in
mod bad_extracts; // empty, foreign, cut off, damaged, without ways
mod barriers; // what stops a walker, on a way, at its end, where ways meet
mod budgets; // exactly 15:00.000
mod chains; // long, equal, looped and shared streets, in every way of searching
mod compounds; // whole compounds (小区), their gates and ways in
mod costs; // each cost by place, worked out by hand
mod determinism; // any number of threads, the same bytes
mod graph_files; // graphs written and read back
mod graph_shape; // contraction, lengths, components, petgraph's view
mod heights; // streets on hills: profiles, bridges, both directions of time
mod hostile_files; // changed, cut, swapped, inside and out; and odd things that files do have
mod hours; // what is open at a stated hour only
mod isochrones; // areas on real streets: nested, valid, everything reached inside, as wide as they should be
mod lanes; // many places searched from at once, against the reference
mod levels; // corridors, lifts and stairs: nodes join, level tags do not
mod neighbourhoods; // what meets, what only crosses, and how far it is round
mod on_squares; // from where one stands on a square
mod one_ways; // vehicles' one-ways, and walkers' own
mod oracle; // every cell of a real city against petgraph, to the bit
mod plazas; // straight across, round the holes
mod private_lanes; // yards and compounds in their neighbourhoods
mod private_streets; // in and out, never through
mod properties; // random networks against petgraph, and certificates
mod reached_streets; // pieces of streets cut where budgets end, by hand
mod repairs; // faults of a map, and their twins that are none
mod separate_sidewalks; // roads that leave walkers to the sidewalk beside them
mod slopes; // what published functions say of slopes, value by value
mod snapping; // where walks begin
mod walkers; // models from files, and on real streets
mod walking_rules; // who may walk where
mod ways; // every way of searching gives the answer of the reference
