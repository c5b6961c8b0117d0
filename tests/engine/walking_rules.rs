//! Who may walk where, as small drawn maps. A step is 10 m unless said.

use super::drawn::Drawing;

/// A straight street of 90 m with its middle at B.
fn street(tags: &str) -> Drawing {
    Drawing::new(10.0, "A---B----C").way("ABC", tags)
}

#[test]
fn people_walk_on_streets_and_paths() {
    for class in
        ["footway", "path", "steps", "pedestrian", "residential", "service", "living_street", "primary", "track"]
    {
        assert_eq!(street(&format!("highway={class}")).walk('A', 'C'), Some(90), "{class}");
    }
    assert_eq!(street("railway=platform").walk('A', 'C'), Some(90));
}

#[test]
fn nobody_walks_on_motorways_plain_cycleways_or_rivers() {
    for tags in ["highway=motorway", "highway=cycleway", "highway=construction", "waterway=river", "building=yes"] {
        assert_eq!(street(tags).walk('A', 'C'), None, "{tags}");
    }
}

#[test]
fn foot_beats_access_and_access_beats_the_class() {
    assert_eq!(street("highway=footway access=no").walk('A', 'C'), None);
    assert_eq!(street("highway=footway access=no foot=yes").walk('A', 'C'), Some(90));
    assert_eq!(street("highway=cycleway foot=designated").walk('A', 'C'), Some(90));
    assert_eq!(street("highway=residential access=yes foot=no").walk('A', 'C'), None);
}

#[test]
fn a_car_one_way_does_not_bind_walkers() {
    let street = street("highway=residential oneway=yes");
    assert_eq!((street.walk('A', 'C'), street.walk('C', 'A')), (Some(90), Some(90)));
}

#[test]
fn a_walkers_one_way_does() {
    let escalator = street("highway=steps conveying=forward");
    assert_eq!((escalator.walk('A', 'C'), escalator.walk('C', 'A')), (Some(90), None));
    let one_way = street("highway=footway oneway:foot=-1");
    assert_eq!((one_way.walk('A', 'C'), one_way.walk('C', 'A')), (None, Some(90)));
}

#[test]
fn a_one_way_piece_of_a_street_is_gone_round() {
    // B to C only eastward; back round by D and E.
    let map = Drawing::new(10.0, "A--B--C--F\n   |  |   \n   D--E")
        .way("AB", "highway=footway")
        .way("BC", "highway=footway oneway:foot=yes")
        .way("CF", "highway=footway")
        .way("BDEC", "highway=footway");
    assert_eq!(map.walk('A', 'F'), Some(90));
    assert_eq!(map.walk('F', 'A'), Some(90 + 40));
}

#[test]
fn a_wall_stops_and_a_gate_lets_pass() {
    let street = street("highway=footway");
    assert_eq!(street.clone().node('B', "barrier=wall").walk('A', 'C'), None);
    assert_eq!(street.clone().node('B', "barrier=gate").walk('A', 'C'), Some(90));
    assert_eq!(street.clone().node('B', "barrier=gate access=no").walk('A', 'C'), None);
    assert_eq!(street.clone().node('B', "barrier=gate locked=yes").walk('A', 'C'), None);
    assert_eq!(street.node('B', "barrier=gate access=no foot=yes").walk('A', 'C'), Some(90));
}

#[test]
fn a_wall_between_two_ways_stops_as_well() {
    let map = Drawing::new(10.0, "A---B----C").way("AB", "highway=footway").way("BC", "highway=footway");
    assert_eq!(map.walk('A', 'C'), Some(90));
    assert_eq!(map.node('B', "barrier=fence").walk('A', 'C'), None);
}

#[test]
fn one_can_walk_up_to_a_closed_gate_from_both_sides() {
    let map = Drawing::new(10.0, "A--XBY--C").way("AXBYC", "highway=footway").node('B', "barrier=gate locked=yes");
    assert_eq!((map.walk('A', 'X'), map.walk('Y', 'C')), (Some(30), Some(30)));
    assert_eq!(map.walk('X', 'Y'), None);
}

#[test]
fn ways_that_cross_without_a_common_node_do_not_meet() {
    let bridge =
        Drawing::new(10.0, "  C\nA---B\n  D").way("AB", "highway=footway").way("CD", "highway=footway bridge=yes");
    assert_eq!(bridge.walk('A', 'C'), None);
}

#[test]
fn a_way_is_cut_where_its_node_is_missing() {
    let map = Drawing::new(10.0, "A--B--C--D--E").way("ABCDE", "highway=footway").without('C');
    assert_eq!(map.walk('A', 'B'), Some(30));
    assert_eq!(map.walk('D', 'E'), Some(30));
    assert_eq!(map.walk('A', 'E'), None);
    let report = map.import().unwrap().1;
    assert_eq!((report.missing_refs, report.ways_cut, report.ways_used), (1, 1, 1));
}

#[test]
fn plain_nodes_after_the_ways_give_the_same_walks() {
    let map = Drawing::new(10.0, "A--XBY--C").way("AXBYC", "highway=footway").node('B', "barrier=gate access=no");
    assert_eq!(map.clone().plain_and_unsorted().walk('A', 'C'), None);
    assert_eq!(map.plain_and_unsorted().walk('A', 'X'), Some(30));
}

#[test]
fn a_node_twice_in_a_row_and_a_way_of_one_node_do_no_harm() {
    let map = Drawing::new(10.0, "A---B----C").way("AABBC", "highway=footway").way("B", "highway=footway");
    assert_eq!(map.walk('A', 'C'), Some(90));
    let report = map.import().unwrap().1;
    assert_eq!(report.ways_used, 1);
    assert_eq!(report.ways_without_length, 1);
}

#[test]
fn every_way_is_counted_once() {
    let map = Drawing::new(10.0, "A--B--C--D--E")
        .way("AB", "highway=footway")
        .way("BC", "highway=motorway")
        .way("CD", "building=yes")
        .way("DE", "highway=service access=private")
        .way("AE", "highway=nonsense");
    let report = map.import().unwrap().1;
    assert_eq!(report.ways_read, 5);
    assert_eq!(report.ways_used + report.ways_not_streets + report.dropped(), 5);
}

#[test]
fn a_ferry_is_no_walk_even_where_it_takes_walkers() {
    for tags in ["route=ferry", "route=ferry foot=yes", "route=ferry foot=designated", "route=ferry sidewalk=yes"] {
        assert_eq!(street(tags).walk('A', 'C'), None, "{tags}");
    }
}

#[test]
fn words_that_nobody_knows_open_nothing_that_is_closed() {
    for tags in ["highway=motorway foot=unknown", "highway=cycleway foot=perhaps", "highway=motorway foot=no;unknown"] {
        assert_eq!(street(tags).walk('A', 'C'), None, "{tags}");
    }
    assert_eq!(street("highway=footway foot=unknown").walk('A', 'C'), Some(90));
    assert_eq!(street("highway=residential foot=NO").walk('A', 'C'), None, "words in capitals are words");
}

#[test]
fn what_is_being_built_is_not_there_whatever_else_it_will_be() {
    assert_eq!(street("highway=construction railway=platform").walk('A', 'C'), None);
    assert_eq!(street("highway=proposed public_transport=platform").walk('A', 'C'), None);
}

#[test]
fn who_stands_where_a_one_way_ends_may_leave_by_the_other_streets() {
    let map = Drawing::new(10.0, "A---B----C\n    D")
        .way("CB", "highway=footway oneway:foot=yes")
        .way("AB", "highway=steps")
        .way("BD", "highway=steps");
    assert_eq!((map.walk('A', 'B'), map.walk('D', 'B')), (Some(40), Some(10)));
    assert_eq!((map.walk('B', 'A'), map.walk('C', 'B')), (Some(40), Some(50)));
}
