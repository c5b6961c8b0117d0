//! Models from files, and what holds of every model on real streets.

use std::collections::HashMap;
use std::fs::File;

use walkshed::graph::{Contraction, WalkGraph};
use walkshed::osm::{WalkRules, read_pbf};
use walkshed::walk::{CostModel, EdgeWeights, FlatSpeed, Walker};
use walkshed::{EdgeId, LinkId, MetersPerSecond, OsmWayId, Position, Ticks};

use super::real_data;

const WITH_STEPS: &str = "schema_version = 1
id = \"mine\"
zh = \"我的\"
en = \"mine\"
speed_m_per_s = { value = 1.1, source = \"a survey\" }

[steps]
up_s_per_step = { value = 0.6, source = \"a survey\" }
down_s_per_step = { value = 0.5, source = \"a survey\" }
going_m = { value = 0.3, source = \"a survey\" }
";

#[test]
fn the_built_in_models_say_where_each_value_comes_from() {
    for name in Walker::names() {
        let walker = Walker::named(name).unwrap();
        assert_eq!(walker.id(), name);
        assert!(!walker.zh().is_empty() && !walker.en().is_empty());
        for parameter in walker.parameters() {
            assert!(parameter.source.len() > 10, "{name}: {parameter:?}");
            let in_the_line = format!(" {}={}", parameter.name, parameter.value);
            assert!(walker.fingerprint().contains(&in_the_line), "{name}: {in_the_line}");
        }
        let is_a_speed = walker.parameters().len() == 1;
        assert_eq!(walker.is_flat(), is_a_speed, "{name}");
        // What is a speed and nothing else is called so in tables, whoever walks.
        assert_eq!(walker.fingerprint().split(' ').next(), Some(if is_a_speed { "flat" } else { name }));
    }
    assert!(Walker::named("no such model").is_none());
}

#[test]
fn a_file_of_ones_own_is_a_model() {
    let walker = Walker::from_toml(WITH_STEPS).unwrap();
    let line = "mine speed_m_per_s=1.1 steps.up_s_per_step=0.6 steps.down_s_per_step=0.5 steps.going_m=0.3";
    assert_eq!(walker.fingerprint(), line);
    assert!(!walker.is_symmetric());
    let faster = walker.with_speed(MetersPerSecond(1.3)).unwrap();
    assert!(faster.fingerprint().starts_with("mine speed_m_per_s=1.3 steps"));
    assert!(faster.with_speed(MetersPerSecond(9.0)).unwrap_err().to_string().contains("expected 0.1 to 5"));
}

#[test]
fn what_is_wrong_with_a_file_is_said_with_its_line() {
    let signals = |cycle: &str| {
        format!(
            "{WITH_STEPS}\n[signals]\ncycle_s = {{ value = {cycle}, source = \"x\" }}\ngreen_s = {{ value = 30, source = \"x\" }}\n"
        )
    };
    for (text, expected) in [
        (
            WITH_STEPS.replace("value = 0.6", "value = -0.6"),
            ["line 8", "a time of -0.6 s is out of range; expected 0 to 3600"],
        ),
        (WITH_STEPS.replace("value = 1.1", "value = 110"), ["line 5", "expected 0.1 to 5"]),
        (WITH_STEPS.replace("value = 1.1", "value = nan"), ["line 5", "out of range"]),
        (WITH_STEPS.replace(", source = \"a survey\" }\n\n", " }\n\n"), ["line 5", "source"]),
        (WITH_STEPS.replace("up_s_per_step", "up_seconds"), ["line 8", "up_seconds"]),
        (WITH_STEPS.replace("[steps]", "[stairs]"), ["line 7", "stairs"]),
        (WITH_STEPS.replace("going_m = { value = 0.3, source = \"a survey\" }", ""), ["line 7", "going_m"]),
        (WITH_STEPS.replace("schema_version = 1", "schema_version = 2"), ["schema_version 2", "expected 1"]),
        (WITH_STEPS.replace("\"mine\"", "\"my model\""), ["my model", "small letters"]),
        (WITH_STEPS.replace("id = \"mine\"", "id = \"flat\""), ["\"flat\"", "cannot be used"]),
        (signals("20"), ["line 12", "no more than the cycle"]),
        (signals("0"), ["line 12", "no more than the cycle"]),
        ("id,lon,lat\n1,2,3\n".to_owned(), ["line 1", "cannot be read"]),
    ] {
        let error = Walker::from_toml(&text).unwrap_err().to_string();
        assert!(expected.iter().all(|e| error.contains(e)), "{error}\nexpected {expected:?} of\n{text}");
    }
}

/// With every part off the times are those of the same speed everywhere, to the bit, and so is the name.
#[test]
fn all_off_is_flat() {
    for name in ["beijing/tsinghua_wudaokou.osm.pbf", "las_palmas/las_palmas.osm.pbf"] {
        let Some(graph) = real_data::graph(name) else { return };
        let flat = EdgeWeights::from_model(&graph, &Walker::flat());
        assert_eq!(flat, EdgeWeights::from_model(&graph, &FlatSpeed::adult()));
    }
}

/// Costs only add: at the same speed, no edge takes less time for them but where it falls gently, and closing streets
/// changes no time of what stays open.
#[test]
fn step_free_closes_and_never_hurries() {
    let Some(graph) = real_data::graph("las_palmas/las_palmas.osm.pbf") else { return };
    let step_free = Walker::named("step_free").unwrap();
    let speed = step_free.speed();
    let weights = EdgeWeights::from_model(&graph, &step_free);
    let flat = EdgeWeights::from_model(&graph, &FlatSpeed::new(speed).unwrap());
    let closed = graph.edges().filter(|&e| !weights.edge(e).is_reached()).count();
    assert!(graph.edges().all(|e| weights.edge(e) >= flat.edge(e)));
    assert!(closed > 500 && closed < graph.edge_count() / 5, "{closed} of {} edges", graph.edge_count());
}

/// A contracted link takes as long as its segments, each a link of the uncontracted graph: half a tick of rounding for each.
#[test]
fn parts_along_a_link_add_up_to_it() {
    for (name, model) in [
        ("las_palmas/las_palmas.osm.pbf", "place"),
        ("las_palmas/las_palmas.osm.pbf", "step_free"),
        ("beijing/tsinghua_wudaokou.osm.pbf", "place"),
    ] {
        let Some(path) = real_data::path(name) else { return };
        let model = Walker::named(model).unwrap();
        let (network, _) = read_pbf(File::open(path).unwrap(), &WalkRules::worldwide()).unwrap();
        let graph = WalkGraph::from_network(&network).unwrap();
        let whole = WalkGraph::from_network_with(&network, Contraction::None).unwrap();
        let [weights, parts] = [&graph, &whole].map(|g| EdgeWeights::from_model(g, &model));
        let steps = steps_of(&whole, &parts);
        let mut compared = 0;
        for edge in graph.edges() {
            let sum = stations(&graph, edge).map(|step| steps.get(&step).copied().unwrap_or(Ticks::UNREACHED));
            let (sum, segments) = sum.fold((Ticks::ZERO, 0), |(sum, n), time| (sum + time, n + 1));
            let time = weights.edge(edge);
            assert_eq!(time.is_reached(), sum.is_reached(), "{edge}");
            assert!(time.get().abs_diff(sum.get()) <= segments, "{edge}: {time} against {sum} over {segments}");
            compared += 1;
        }
        assert!(compared > 2_000, "{compared}");
    }
}

/// A step from place to place along a way.
type Step = (Position, Position, OsmWayId);

/// The steps that an edge takes.
fn stations(graph: &WalkGraph, edge: EdgeId) -> impl Iterator<Item = Step> + '_ {
    let traversal = graph.traversal(edge);
    let link = graph.link(traversal.link());
    (0..link.points.len() - 1).map(move |segment| {
        let way = link.piece_of_segment(segment).way();
        let [from, to] = [segment, segment + 1].map(|point| link.points[point]);
        if traversal.is_backward() { (to, from, way) } else { (from, to, way) }
    })
}

/// The time of each step of an uncontracted graph; the quicker one where the same way does it twice.
fn steps_of(graph: &WalkGraph, weights: &EdgeWeights) -> HashMap<Step, Ticks> {
    let mut steps = HashMap::new();
    for edge in graph.edges() {
        for step in stations(graph, edge) {
            let time = weights.edge(edge);
            steps.entry(step).and_modify(|t: &mut Ticks| *t = (*t).min(time)).or_insert(time);
        }
    }
    steps
}

#[test]
fn a_real_city_says_much_of_its_ground() {
    let Some(graph) = real_data::graph("las_palmas/las_palmas.osm.pbf") else { return };
    let with_spots = graph.links().filter(|&l: &LinkId| graph.spots_on(l).len() > 0).count();
    assert!(with_spots > 1_000, "{with_spots} links have crossings, kerbs or the like");
    assert!(graph.grounds().len() > 50, "{} kinds of ground", graph.grounds().len());
}
