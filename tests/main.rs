//! The tool's tests: one binary that calls the built `walkshed` as a user does, and reads what it wrote.
//!
//! The engine's own tests are in `engine/`, a binary of their own that builds without polars.

mod browser; // a real browser, steered over WebDriver
mod drawn; // a small map with known lengths, as an extract
mod made_tables; // the saved tables of a run that never was, of any size
mod real_data; // where the real extracts are, and what to say when they are not
mod results; // folders that a run wrote, read back; one run serves many tests
mod tool; // calling the tool: words, exit code, output, what is left behind

mod bad_input; // files and rows that are not what they should be: message, exit code, nothing left behind
mod circles_command; // circles drawn: everybody in one, none across the river
mod compare_command; // two runs compared, and what is refused
mod compounds; // compounds (小区) counted and exported, and gates taken in all three ways at once
mod determinism; // any number of threads, the same bytes
mod elevation; // heights from rasters: up and down as the formula says, and what is refused
mod graph_command; // a graph file is as good as the extract it was built from
mod grid_city; // streets on a grid: statuses, reasons and shares worked out by hand
mod isochrone_command; // areas, streets and cells of a map drawn by hand; threads do not matter
mod matrix; // times and distances between points, against a map drawn by hand
mod models_command; // several models on one city, and models against observations
mod questions; // the documents for planners: commands run, numbers checked
mod rasters; // population rasters in tiles and strips, of a country, cut to an area, damaged
mod ratings; // grades, rules and circles of zones, counted again from outlets and cells
mod real_cities; // real extracts from end to end: nobody is lost, and unknown is never missing
mod registries; // registries as planners have them: datums, encodings, doubles, several at once
mod repair_command; // the repair list: nothing vanishes, ranks fall, threads do not matter
mod report_page; // the report in a real browser: no request, the tables' values, the tool's pixels
mod researchers; // the made-up files of the examples for researchers, made again
mod residents; // residents in every form in which they come: the sums agree to the unit
mod resilience_command; // emergency supply, against the matrix
mod second_route; // what the tables and the summary add up, added up in another way
mod several_files; // several extracts as one, and an area to keep to
mod standards; // the standards that come with the tool
mod streets; // streets to look at, and why each may be walked on
mod tidy; // the house: who imports whom, heads, lengths, words that must not be there
mod town; // the sample town: nobody is lost, and the tables fit together
mod town_files; // the folder that a run writes: columns, README, manifest, CSV, GeoJSON, map, summary
mod ways; // the way of searching and stored hierarchies: never another answer
mod wide_and_hours; // the wide table against the long ones; what is open at an hour
mod workbook; // report.xlsx read back: numbers of the tables, unknown a word, names that stay names
mod wrong_use; // wrong calls, and outputs that are there already: exit code 2, nothing touched
mod zone_layers; // several layers of zones, by polygons and by lists // wrong calls, and outputs that are there already: exit code 2, nothing touched
