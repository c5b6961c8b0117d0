//! Roads that leave their walkers to a sidewalk of its own, and roads whose sidewalk is promised but not there. A step is
//! 10 m.

use super::drawn::Drawing;

/// A road of 120 m with a sidewalk 10 m south of it, joined at both ends by crossings.
fn road(tags: &str) -> Drawing {
    Drawing::new(10.0, "A-----B-----C\na-----b-----c")
        .way("ABC", tags)
        .way("abc", "highway=footway footway=sidewalk")
        .way("Aa", "highway=footway")
        .way("Cc", "highway=footway")
}

#[test]
fn a_road_gives_way_to_the_sidewalk_beside_it() {
    for tags in [
        "highway=primary sidewalk=separate",
        "highway=primary sidewalk:both=separate",
        "highway=primary sidewalk:left=no sidewalk:right=separate",
        "highway=primary sidewalk:right=separate",
        "highway=residential sidewalk=separate access=yes",
    ] {
        assert_eq!(road(tags).walk('A', 'C'), Some(140), "{tags}");
    }
    let report = road("highway=primary sidewalk=separate").import().unwrap().1;
    assert_eq!(report.sidewalk_segments, 2);
}

#[test]
fn a_road_with_a_sidewalk_of_its_own_on_one_side_is_walked() {
    for tags in [
        "highway=primary",
        "highway=primary sidewalk=both",
        "highway=primary sidewalk=no",
        "highway=primary sidewalk:left=yes sidewalk:right=separate",
        "highway=primary sidewalk=left sidewalk:right=separate",
        "highway=primary sidewalk=separate foot=yes",
        "highway=primary sidewalk=separate foot=designated",
    ] {
        assert_eq!(road(tags).walk('A', 'C'), Some(120), "{tags}");
    }
}

#[test]
fn a_promised_sidewalk_that_is_not_drawn_leaves_the_road_walkable() {
    let alone = Drawing::new(10.0, "A-----B-----C").way("ABC", "highway=primary sidewalk=separate");
    assert_eq!(alone.walk('A', 'C'), Some(120));
    // The sidewalk ends in the middle: only the stretch beside it gives way, and its end is joined to nothing.
    let half = Drawing::new(10.0, "A-----B-----C\na-----b      ")
        .way("ABC", "highway=primary sidewalk=separate")
        .way("ab", "highway=footway")
        .way("Aa", "highway=footway");
    assert_eq!(half.walk('A', 'C'), Some(120));
    let joined = half.way("bB", "highway=footway");
    assert_eq!(joined.walk('A', 'C'), Some(10 + 60 + 10 + 60));
}

#[test]
fn a_path_that_runs_elsewhere_is_no_sidewalk() {
    // 60 m away, and one that crosses.
    let far = Drawing::new(10.0, "A-----B-----C\n\n\n\n\n\na-----b-----c")
        .way("ABC", "highway=primary sidewalk=separate")
        .way("AabcC", "highway=footway");
    assert_eq!(far.walk('A', 'C'), Some(120));
    let across = Drawing::new(10.0, "D     E     F\nA-----B-----C\na     b     c")
        .way("ABC", "highway=primary sidewalk=separate")
        .way("DAa", "highway=footway")
        .way("EBb", "highway=footway")
        .way("FCc", "highway=footway");
    assert_eq!(across.walk('A', 'C'), Some(120));
}

#[test]
fn a_side_street_that_the_sidewalk_does_not_serve_keeps_its_road() {
    // The lane to D leaves from the middle of the carriageway, and no crossing joins it with the sidewalk.
    let map = Drawing::new(10.0, "      D      \nA-----B-----C\na-----b-----c")
        .way("ABC", "highway=primary sidewalk=separate")
        .way("BD", "highway=residential")
        .way("abc", "highway=footway")
        .way("Aa", "highway=footway")
        .way("Cc", "highway=footway");
    assert_eq!(map.walk('A', 'D'), Some(70));
    assert_eq!(map.walk('C', 'D'), Some(70));
    // With a crossing there, the road is left.
    let served = map.way("Bb", "highway=footway");
    assert_eq!(served.walk('A', 'D'), Some(10 + 60 + 10 + 10));
    assert_eq!(served.walk('A', 'C'), Some(140));
}

#[test]
fn a_private_path_beside_the_road_is_no_sidewalk() {
    let map = Drawing::new(10.0, "A-----B-----C\na-----b-----c")
        .way("ABC", "highway=primary sidewalk=separate")
        .way("AabcC", "highway=footway access=private");
    assert_eq!(map.walk('A', 'C'), Some(120));
}

#[test]
fn a_cycle_track_that_is_walked_counts_as_the_sidewalk() {
    let map = |tags: &str| {
        Drawing::new(10.0, "A-----B-----C\na-----b-----c")
            .way("ABC", "highway=primary sidewalk=separate")
            .way("AabcC", tags)
    };
    assert_eq!(map("highway=cycleway foot=designated").walk('A', 'C'), Some(140));
    assert_eq!(map("highway=cycleway").walk('A', 'C'), Some(120));
}

#[test]
fn a_square_beside_such_a_road_is_crossed_as_before() {
    // The ways of the file are the road's, then the square's: what is taken out of the first must not shift the second.
    let map = Drawing::new(10.0, "A-----B-----C\na-----b-----c\nD           E\n\nF           G")
        .way("ABC", "highway=primary sidewalk=separate")
        .way("abc", "highway=footway")
        .way("Aa", "highway=footway")
        .way("Cc", "highway=footway")
        .way("DEGFD", "highway=pedestrian area=yes")
        .way("aD", "highway=footway")
        .way("Gc", "highway=footway");
    assert_eq!(map.walk('A', 'C'), Some(140));
    // From one corner of the square to the other: 120 by 20 m.
    assert_eq!(map.walk('D', 'G'), Some(122));
}
