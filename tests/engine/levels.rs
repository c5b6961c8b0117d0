//! Levels, corridors and lifts: nodes join, level tags never do and never part.

use super::drawn::Drawing;

#[test]
fn corridors_above_each_other_do_not_meet_without_a_node() {
    for levels in [["level=0", "level=1"], ["level=1", "level=1"]] {
        let map = Drawing::new(10.0, "  C\n\nA-X-B\n\n  D")
            .way("AB", &format!("highway=corridor {}", levels[0]))
            .way("CD", &format!("highway=corridor {}", levels[1]));
        assert_eq!((map.walk('A', 'B'), map.walk('A', 'C')), (Some(40), None), "{levels:?}");
    }
}

#[test]
fn ways_of_different_levels_meet_where_they_share_a_node() {
    for levels in [["level=0", "level=1"], ["level=0", ""], ["level=0;1", "level=-1"], ["level=1.5", "layer=2"]] {
        let map = Drawing::new(10.0, "  C\n\nA-X-B\n\n  D")
            .way("AXB", format!("highway=corridor {}", levels[0]).trim())
            .way("CXD", format!("highway=footway {}", levels[1]).trim());
        assert_eq!((map.walk('A', 'C'), map.walk('D', 'B')), (Some(40), Some(40)), "{levels:?}");
    }
}

#[test]
fn stairs_join_the_levels_that_they_touch() {
    let map = Drawing::new(10.0, "A--B\n   |\n   C--D")
        .way("AB", "highway=footway level=0")
        .way("BC", "highway=steps level=0;1 indoor=yes")
        .way("CD", "highway=corridor level=1");
    assert_eq!((map.walk('A', 'D'), map.walk('D', 'A')), (Some(80), Some(80)));
}

#[test]
fn a_lift_is_a_node_or_a_way() {
    let node =
        Drawing::new(10.0, "A--E--B").way("AE", "highway=corridor level=0").way("EB", "highway=corridor level=1");
    assert_eq!(node.clone().node('E', "highway=elevator level=0-1").walk('A', 'B'), Some(60));
    assert_eq!(node.node('E', "highway=elevator access=no").walk('A', 'B'), None);
    let way =
        Drawing::new(10.0, "A--E-F--B").way("AE", "highway=corridor level=0").way("FB", "highway=corridor level=1");
    assert_eq!(way.clone().way("EF", "highway=elevator").walk('A', 'B'), Some(80));
    assert_eq!(way.way("EF", "highway=elevator foot=no").walk('A', 'B'), None);
}

#[test]
fn a_lift_drawn_as_a_shaft_is_walked_round_or_through() {
    // 10 m wide and 20 m long, with a corridor to opposite corners.
    let shaft = |tags: &str| {
        Drawing::new(10.0, "P-A-B\n  | |\n  D-C-Q")
            .way("ABCDA", tags)
            .way("PA", "highway=corridor level=0")
            .way("CQ", "highway=corridor level=1")
            .walk('P', 'Q')
    };
    assert_eq!(shaft("highway=elevator"), Some(40 + 40));
    assert_eq!(shaft("highway=elevator area=yes"), Some(40 + 28));
}

#[test]
fn rooms_are_not_walked_on_but_corridors_are() {
    for indoor in ["indoor=room", "indoor=area", "indoor=corridor", "indoor=yes"] {
        let map = Drawing::new(10.0, "A---B").way("AB", &format!("{indoor} level=0"));
        assert_eq!(map.walk('A', 'B'), None, "{indoor} alone is a shape, no street");
        let street = Drawing::new(10.0, "A---B").way("AB", &format!("highway=corridor {indoor} level=0"));
        assert_eq!(street.walk('A', 'B'), Some(40), "{indoor}");
    }
}

#[test]
fn a_hall_is_crossed_whatever_its_level() {
    let map = Drawing::new(10.0, "P-A---B\n  |   |\n  |   |\n  |   |\n  D---C-Q")
        .way("ABCDA", "highway=corridor area=yes indoor=yes level=-1")
        .way("PA", "highway=steps level=-1;0")
        .way("CQ", "highway=footway");
    // 40 x sqrt 2 = 56.6 m, and 20 m to either side.
    assert_eq!(map.walk('P', 'Q'), Some(97));
}
