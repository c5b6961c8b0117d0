//! Costs by place, each parameter with a small map and its time worked out by hand.
//!
//! The walker goes at 1 m/s, so that metres are seconds; one letter to the next but two is 30 m.

use walkshed::search::ReachSearch;
use walkshed::snap::{LinkedPoint, SnapOptions, Snapper};
use walkshed::walk::{EdgeWeights, Walker};
use walkshed::{Meters, Ticks};

use super::drawn::Drawing;

/// A walker at 1 m/s with some parts, written without their sources.
fn walker(parts: &str) -> Walker {
    let sourced = |value: &str| format!("{{ value = {value}, source = \"a test\" }}");
    let line = |line: &str| match line.split_once(" = ") {
        Some((name, value)) if name != "function" => format!("{name} = {}\n", sourced(value)),
        _ => format!("{line}\n"),
    };
    let parts: String = parts.lines().map(str::trim).filter(|l| !l.is_empty()).map(line).collect();
    let head = "schema_version = 1\nid = \"test\"\nzh = \"测\"\nen = \"a test\"\n";
    Walker::from_toml(&format!("{head}speed_m_per_s = {}\n{parts}", sourced("1"))).unwrap()
}

/// The time of a walk in seconds, to a tenth; nothing when there is none.
fn seconds(map: &Drawing, walker: &Walker, from: char, to: char) -> Option<f64> {
    let graph = map.graph();
    assert_eq!(graph.check(), Ok(()));
    let weights = EdgeWeights::from_model(&graph, walker);
    let on_the_street = SnapOptions { max_distance: Meters(1.0), min_component: 0 };
    let snapper = Snapper::for_walker(&graph, on_the_street, &weights);
    let linked = |letter| Some(LinkedPoint::new(&graph, &weights, &snapper.snap(map.at(letter)).ok()?));
    let (from, to) = (linked(from)?, linked(to)?);
    let time = ReachSearch::new(&graph).run_from(&weights, &from, Ticks::from_minutes(60)).time_to_point(&to)?;
    Some((time.as_seconds() * 10.0).round() / 10.0)
}

fn there_and_back(map: &Drawing, walker: &Walker, [from, to]: [char; 2]) -> [Option<f64>; 2] {
    [seconds(map, walker, from, to), seconds(map, walker, to, from)]
}

const STEPS: &str = "[steps]\nup_s_per_step = 2\ndown_s_per_step = 1\ngoing_m = 0.5";
const SIGNALS: &str = "[signals]\ncycle_s = 60\ngreen_s = 20";
const CROSSINGS: &str = "[crossings]\nmarked_s = 2\nunmarked_s = 8\nplain_s = 4";
const LIFTS: &str = "[lifts]\nwait_s = 30\ns_per_level = 6";
const STEP_FREE: &str = "[step_free]\nsteps_close = true\nkerbs_close = true\nobstacles_close = true\n\
                         wheelchair_no_closes = true\nsteepest = 0.08\nroughest = \"intermediate\"";

#[test]
fn steps_take_their_time_for_each_up_and_down() {
    let map = |tags: &str| Drawing::new(10.0, "A--B--C").way("AB", "highway=footway").way("BC", tags);
    // 30 m, then 50 steps: up 2 s each, down 1 s each; 1.5 s where nobody says which way they climb.
    let up = map("highway=steps step_count=50 incline=up");
    assert_eq!(there_and_back(&up, &walker(STEPS), ['A', 'C']), [Some(130.0), Some(80.0)]);
    let down = map("highway=steps step_count=50 incline=-40%");
    assert_eq!(there_and_back(&down, &walker(STEPS), ['A', 'C']), [Some(80.0), Some(130.0)]);
    let unknown = map("highway=steps step_count=50");
    assert_eq!(there_and_back(&unknown, &walker(STEPS), ['A', 'C']), [Some(105.0), Some(105.0)]);
    // Without a count, 30 m of steps 0.5 m deep are 60 steps.
    let by_length = map("highway=steps incline=up");
    assert_eq!(there_and_back(&by_length, &walker(STEPS), ['A', 'C']), [Some(150.0), Some(90.0)]);
    // Drawn the other way round, up is down.
    let drawn_back =
        Drawing::new(10.0, "A--B--C").way("AB", "highway=footway").way("CB", "highway=steps step_count=50 incline=up");
    assert_eq!(there_and_back(&drawn_back, &walker(STEPS), ['A', 'C']), [Some(80.0), Some(130.0)]);
    assert_eq!(there_and_back(&up, &walker(""), ['A', 'C']), [Some(60.0), Some(60.0)]);
}

#[test]
fn a_number_of_steps_is_shared_out_along_its_way() {
    // 90 steps over 90 m, with a landing at C from which a path leads away: 30 steps to C, 60 more to D.
    let map = Drawing::new(10.0, "B--C-----D\n   |\n   E")
        .way("BCD", "highway=steps step_count=90 incline=up")
        .way("CE", "highway=footway");
    let walker = walker(STEPS);
    assert_eq!(there_and_back(&map, &walker, ['B', 'C']), [Some(60.0), Some(30.0)]);
    assert_eq!(there_and_back(&map, &walker, ['C', 'D']), [Some(120.0), Some(60.0)]);
    assert_eq!(seconds(&map, &walker, 'B', 'E'), Some(80.0));
}

#[test]
fn an_incline_takes_time_up_and_saves_some_down() {
    let walker = walker("[incline]\nfunction = \"exponential\"\ndecay = 2\nfastest_slope = -0.1");
    // 30 m at 10 %: up exp(2 (0.2 - 0.1)) = 1.2214, down exp(2 (0 - 0.1)) = 0.8187 times as long.
    let map = Drawing::new(10.0, "A--B").way("AB", "highway=footway incline=10%");
    assert_eq!(there_and_back(&map, &walker, ['A', 'B']), [Some(36.6), Some(24.6)]);
    // Level, or of unknown slope: as the walker walks.
    for tags in ["highway=footway incline=0%", "highway=footway incline=up", "highway=footway"] {
        let map = Drawing::new(10.0, "A--B").way("AB", tags);
        assert_eq!(there_and_back(&map, &walker, ['A', 'B']), [Some(30.0), Some(30.0)], "{tags}");
    }
}

#[test]
fn surfaces_have_factors_and_unknown_ones_have_none() {
    let walker = walker("[surfaces]\npaved = 1\ncobbled = 1.1\ncompacted = 1.2\nloose = 1.3\ngrass = 1.5\nsoft = 2");
    for (surface, time) in [
        ("asphalt", 30.0),
        ("sett", 33.0),
        ("fine_gravel", 36.0),
        ("dirt", 39.0),
        ("grass", 45.0),
        ("sand", 60.0),
        ("x", 30.0),
    ] {
        let map = Drawing::new(10.0, "A--B").way("AB", &format!("highway=path surface={surface}"));
        assert_eq!(there_and_back(&map, &walker, ['A', 'B']), [Some(time), Some(time)], "{surface}");
    }
}

/// A pavement from A to B, a crossing from B to D over the road R to S, whose node is C, and a pavement to E.
fn crossing(way: &str, node: &str) -> Drawing {
    Drawing::new(10.0, "   R\n   |\nA-BCD-E\n   |\n   S")
        .way("RCS", "highway=residential")
        .way("AB", "highway=footway")
        .way("BCD", &format!("highway=footway {way}"))
        .way("DE", "highway=footway")
        .node('C', node)
}

#[test]
fn signals_and_crossings_take_one_wait_for_each_way_over_the_road() {
    let walker = walker(&format!("{SIGNALS}\n{CROSSINGS}"));
    // (60 - 20)^2 / (2 x 60) = 13.3 s; 60 m from A to E.
    for (way, node, wait) in [
        ("footway=crossing crossing=traffic_signals", "", 13.3),
        ("footway=crossing", "highway=crossing crossing=traffic_signals", 13.3),
        ("footway=crossing crossing=marked", "highway=crossing crossing=traffic_signals", 13.3),
        ("footway=crossing crossing=zebra", "highway=crossing", 2.0),
        ("footway=crossing crossing=unmarked", "", 8.0),
        ("footway=crossing", "highway=crossing", 4.0),
        // No crossing way: the node says it all, half before it and half after it.
        ("footway=sidewalk", "highway=crossing crossing=uncontrolled", 2.0),
        ("footway=sidewalk", "highway=traffic_signals", 13.3),
        ("footway=sidewalk", "", 0.0),
    ] {
        let map = crossing(way, node);
        let time = Some(((60.0 + wait) * 10.0_f64).round() / 10.0);
        assert_eq!(there_and_back(&map, &walker, ['A', 'E']), [time, time], "{way} / {node}");
        // Along the road nobody waits.
        assert_eq!(seconds(&map, &walker, 'R', 'S'), Some(40.0), "{way} / {node}");
    }
}

#[test]
fn halves_of_a_crossing_take_half_a_wait_each() {
    let map = Drawing::new(10.0, "   R\n   |\nA-BCD-E\n   |\n   S")
        .way("RCS", "highway=residential")
        .way("AB", "highway=footway")
        .way("BC", "highway=footway footway=crossing crossing=zebra")
        .way("CD", "highway=footway footway=crossing crossing=zebra")
        .way("DE", "highway=footway")
        .node('C', "highway=crossing crossing=zebra");
    let walker = walker(CROSSINGS);
    assert_eq!(seconds(&map, &walker, 'A', 'E'), Some(62.0));
    // From the pavement to the road one crosses half of it: 30 + 20 m and a second.
    assert_eq!(seconds(&map, &walker, 'A', 'R'), Some(51.0));
}

#[test]
fn a_wait_is_spread_over_its_way() {
    // A crossing of 40 m with a refuge at C from which a path leads away: half the wait of 8 s to it.
    let map = Drawing::new(10.0, "B-C-D\n  |\n  E")
        .way("BCD", "highway=footway footway=crossing crossing=unmarked")
        .way("CE", "highway=footway");
    assert_eq!(seconds(&map, &walker(CROSSINGS), 'B', 'D'), Some(48.0));
    assert_eq!(seconds(&map, &walker(CROSSINGS), 'B', 'E'), Some(44.0));
}

#[test]
fn lifts_take_a_wait_and_a_ride() {
    let walker = walker(LIFTS);
    // 30 + 30 m of footway. A lift of two levels: 30 + 6 s; of four (0 to 3): the mean ride is (3 + 2) / 3 levels, 10 s.
    for (level, time) in [("level=0;1", 96.0), ("level=0-3", 100.0), ("", 96.0)] {
        let way = Drawing::new(10.0, "A--BC--D")
            .way("AB", "highway=footway")
            .way("BC", &format!("highway=elevator {level}"))
            .way("CD", "highway=footway");
        assert_eq!(there_and_back(&way, &walker, ['A', 'D']), [Some(time), Some(time)], "way {level}");
        let node = Drawing::new(10.0, "A--B--C")
            .way("AB", "highway=footway level=0")
            .way("BC", "highway=footway level=1")
            .node('B', &format!("highway=elevator {level}"));
        assert_eq!(there_and_back(&node, &walker, ['A', 'C']), [Some(time), Some(time)], "node {level}");
    }
}

#[test]
fn moving_ways_move() {
    let walker = walker(&format!("{STEPS}\n[moving]\nescalator_m_per_s = 0.5\nwalkway_adds_m_per_s = 0.5"));
    // 30 m at 0.5 m/s, and at 1 + 0.5 m/s; without an escalator's speed it is steps.
    let escalator = Drawing::new(10.0, "A--B").way("AB", "highway=steps conveying=forward");
    assert_eq!(there_and_back(&escalator, &walker, ['A', 'B']), [Some(60.0), None]);
    let walkway = Drawing::new(10.0, "A--B").way("AB", "highway=footway conveying=reversible");
    assert_eq!(there_and_back(&walkway, &walker, ['A', 'B']), [Some(20.0), Some(20.0)]);
}

/// From A to C straight on by B, 60 m, or round by D and E, 120 m.
fn with_a_way_round(straight: &str, at_b: &str) -> Drawing {
    Drawing::new(10.0, "A--B--C\n|     |\n|     |\nD-----E")
        .way("ABC", straight)
        .way("ADEC", "highway=residential")
        .node('B', at_b)
}

#[test]
fn who_cannot_take_steps_goes_round() {
    let step_free = walker(STEP_FREE);
    for (straight, at_b, time) in [
        ("highway=footway", "", 60.0),
        ("highway=steps", "", 120.0),
        ("highway=steps conveying=yes", "", 120.0),
        ("highway=steps ramp:wheelchair=yes", "", 60.0),
        ("highway=steps wheelchair=limited", "", 60.0),
        ("highway=footway wheelchair=no", "", 120.0),
        ("highway=footway incline=8%", "", 60.0),
        ("highway=footway incline=8.1%", "", 120.0),
        ("highway=footway incline=-12%", "", 120.0),
        ("highway=footway smoothness=intermediate", "", 60.0),
        ("highway=footway smoothness=bad", "", 120.0),
        ("highway=footway", "barrier=kerb kerb=raised", 120.0),
        ("highway=footway", "barrier=kerb kerb=rolled", 120.0),
        ("highway=footway", "barrier=kerb kerb=lowered", 60.0),
        ("highway=footway", "barrier=kerb", 60.0),
        ("highway=footway", "kerb=raised wheelchair=yes", 60.0),
        ("highway=footway", "barrier=stile", 120.0),
        ("highway=footway", "barrier=turnstile", 120.0),
        ("highway=footway", "barrier=cycle_barrier", 120.0),
        ("highway=footway", "barrier=cycle_barrier wheelchair=yes", 60.0),
        ("highway=footway", "barrier=gate wheelchair=no", 120.0),
        ("highway=footway", "barrier=bollard", 60.0),
    ] {
        let map = with_a_way_round(straight, at_b);
        assert_eq!(there_and_back(&map, &step_free, ['A', 'C']), [Some(time), Some(time)], "{straight} / {at_b}");
        assert_eq!(seconds(&map, &walker(""), 'A', 'C'), Some(60.0), "{straight} / {at_b}");
    }
}

#[test]
fn a_switched_off_rule_closes_nothing() {
    for (rule, straight, at_b) in [
        ("steps_close", "highway=steps", ""),
        ("kerbs_close", "highway=footway", "kerb=raised"),
        ("obstacles_close", "highway=footway", "barrier=stile"),
        ("wheelchair_no_closes", "highway=footway wheelchair=no", ""),
    ] {
        let off = walker(&STEP_FREE.replace(&format!("{rule} = true"), &format!("{rule} = false")));
        assert_eq!(seconds(&with_a_way_round(straight, at_b), &off, 'A', 'C'), Some(60.0), "{rule}");
    }
}

#[test]
fn a_street_is_closed_at_the_stile_and_not_as_a_whole() {
    // P and Q live on either side of the stile S, on one street from A to B; the way round is 20 + 20 + 80 + 20 + 20 m.
    let map = Drawing::new(10.0, "A-P-S-Q-B\n|       |\nD-------E")
        .way("APSQB", "highway=footway")
        .way("ADEB", "highway=residential")
        .node('S', "barrier=stile");
    let step_free = walker(STEP_FREE);
    assert_eq!(seconds(&map, &step_free, 'P', 'A'), Some(20.0));
    assert_eq!(seconds(&map, &step_free, 'Q', 'B'), Some(20.0));
    assert_eq!(there_and_back(&map, &step_free, ['P', 'Q']), [Some(160.0), Some(160.0)]);
    assert_eq!(seconds(&map, &walker(""), 'P', 'Q'), Some(40.0));
}

#[test]
fn nobody_in_a_wheelchair_begins_on_the_steps() {
    // B is in the middle of steps that lead from A to C, and 20 m above the street; the others begin where they are.
    let map =
        Drawing::new(10.0, "A--B--C\n|     |\nD--F--E").way("ABC", "highway=steps").way("ADFEC", "highway=footway");
    let graph = map.graph();
    let weights = EdgeWeights::from_model(&graph, &walker(STEP_FREE));
    let options = SnapOptions { max_distance: Meters(50.0), min_component: 0 };
    let offset = |snapper: Snapper<'_>| snapper.snap(map.at('B')).unwrap().offset.0.round();
    assert!(offset(Snapper::new(&graph, options)) < 1.0);
    assert!(offset(Snapper::for_walker(&graph, options, &weights)) > 9.0);
}

#[test]
fn a_kerb_at_a_corner_closes_the_crossing_and_not_the_pavement() {
    // The kerb is a node of the pavement A to B as well; over the road to C it is in the way.
    let map = Drawing::new(10.0, "A--K--B\n   |\n   C")
        .way("AKB", "highway=footway footway=sidewalk")
        .way("KC", "highway=footway footway=crossing")
        .node('K', "barrier=kerb kerb=raised");
    let step_free = walker(STEP_FREE);
    assert_eq!(seconds(&map, &step_free, 'A', 'B'), Some(60.0));
    assert_eq!(seconds(&map, &step_free, 'A', 'C'), None);
}
