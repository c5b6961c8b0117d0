//! Circles on lines, rivers and grids whose answers are known, and small tasks against every possible grouping.

use super::plan::Score;
use super::*;

/// Units at places of a grid of streets, with walks of five minutes from one place to the next; who is where, and walls
/// between places that are not crossed.
struct Town {
    places: Vec<(i32, i32)>,
    residents: Vec<u64>,
    walls: Vec<(u32, u32)>,
}

impl Town {
    fn new(places: &[(i32, i32)], residents: &[u64]) -> Self {
        Self { places: places.to_vec(), residents: residents.to_vec(), walls: Vec::new() }
    }

    /// `wide` places in each of `high` rows, with ten residents each.
    fn grid(wide: i32, high: i32) -> Self {
        let places: Vec<_> = (0..high).flat_map(|y| (0..wide).map(move |x| (x, y))).collect();
        Self::new(&places, &vec![10; places.len()])
    }

    fn links(&self) -> Vec<(u32, u32)> {
        let mut links = Vec::new();
        for (one, a) in (0..).zip(&self.places) {
            for (other, b) in (0..one).zip(&self.places) {
                let apart = (a.0 - b.0).abs() + (a.1 - b.1).abs();
                if apart == 1 && !self.walls.contains(&(other, one)) {
                    links.push((other, one));
                }
            }
        }
        links
    }

    /// Minutes from place to place along the links, by Floyd and Warshall.
    fn minutes(&self) -> Vec<Vec<u32>> {
        let count = self.places.len();
        let mut minutes = vec![vec![10_000; count]; count];
        for (unit, row) in minutes.iter_mut().enumerate() {
            row[unit] = 0;
        }
        for (one, other) in self.links() {
            minutes[one as usize][other as usize] = 5;
            minutes[other as usize][one as usize] = 5;
        }
        for over in 0..count {
            for from in 0..count {
                for to in 0..count {
                    minutes[from][to] = minutes[from][to].min(minutes[from][over] + minutes[over][to]);
                }
            }
        }
        minutes
    }

    fn task(&self, radius: u32, limits: impl Fn(&mut CircleLimits)) -> CircleTask {
        let minutes = self.minutes();
        let centre = |unit: u32| {
            let near = (0u32..).zip(&minutes[unit as usize]).filter(|(_, m)| **m <= radius);
            let walks = near.map(|(unit, &m)| {
                let (within, time) = (self.residents[unit as usize], Ticks::from_minutes(m));
                UnitWalk { unit, within, time: within * u64::from(time.get()), mean: time, worst: time }
            });
            CircleCentre { unit, walks: walks.collect() }
        };
        let mut set = CircleLimits {
            radius: Ticks::from_minutes(radius),
            share_within: 1.0,
            least: 0,
            most: u64::MAX,
            count: None,
        };
        limits(&mut set);
        let units = self.residents.iter().map(|&residents| CircleUnit { residents }).collect();
        let centres = (0..self.places.len() as u32).map(centre).collect();
        CircleTask::new(units, centres, &self.links(), set).expect("a task")
    }
}

fn units_of(circles: &[Circle]) -> Vec<Vec<u32>> {
    circles.iter().map(|circle| circle.units.clone()).collect()
}

/// Six communities in a row, each ten residents, five minutes apart. Within five minutes of a middle are three of them: two
/// circles, around the second and the fifth. In each, twenty residents walk five minutes and ten none: 3:20 on average.
#[test]
fn a_row_is_cut_into_threes() {
    let circles = Town::grid(6, 1).task(5, |_| {}).draw();
    assert_eq!(units_of(&circles), [vec![0, 1, 2], vec![3, 4, 5]]);
    assert_eq!(circles.iter().map(|c| c.centre).collect::<Vec<_>>(), [1, 4]);
    let first = &circles[0];
    assert_eq!((first.residents, first.within, first.worst), (30, 30, Ticks::from_minutes(5)));
    assert_eq!(first.mean, Ticks::from_seconds(200.0));
    assert!(!first.too_few && !first.too_far && !first.too_many);
}

/// Two rows of three with a wall between them but for one end: the walk round is longer than the radius, so that neighbours
/// across the wall are in circles of their own side, though the other side is nearer as the crow flies.
#[test]
fn a_wall_is_not_crossed() {
    let mut town = Town::grid(3, 2);
    town.walls = vec![(0, 3), (1, 4), (2, 5)];
    let circles = town.task(5, |_| {}).draw();
    assert_eq!(units_of(&circles), [vec![0, 1, 2], vec![3, 4, 5]]);
}

#[test]
fn residents_bound_a_circle() {
    // Nine in a row may all be within the radius, but no circle may have more than forty residents.
    let circles = Town::grid(9, 1).task(60, |limits| limits.most = 40).draw();
    assert_eq!(circles.len(), 3);
    assert!(circles.iter().all(|c| c.residents <= 40), "{circles:?}");
    // At least forty: two circles, one of which has five communities.
    let circles = Town::grid(9, 1).task(20, |limits| limits.least = 40).draw();
    assert!(circles.iter().all(|c| !c.too_few), "{circles:?}");
    // More than there are: one circle, which has too few.
    let circles = Town::grid(3, 1).task(60, |limits| limits.least = 40).draw();
    assert_eq!((circles.len(), circles[0].too_few, circles[0].residents), (1, true, 30));
}

#[test]
fn as_many_circles_as_asked_for_where_that_can_be() {
    for count in 1..=9 {
        let circles = Town::grid(3, 3).task(60, |limits| limits.count = Some(count)).draw();
        assert_eq!(circles.len(), count, "{circles:?}");
    }
    // Four are too few for a radius of five minutes: the radius counts for more than the number.
    let circles = Town::grid(6, 4).task(5, |limits| limits.count = Some(4)).draw();
    assert!(circles.len() > 4 && circles.iter().all(|c| !c.too_far), "{circles:?}");
}

#[test]
fn a_community_that_is_too_large_is_a_circle_of_its_own_and_says_so() {
    let town = Town::new(&[(0, 0), (1, 0), (2, 0)], &[10, 99, 10]);
    let circles = town.task(5, |limits| limits.most = 50).draw();
    assert_eq!(units_of(&circles), [vec![0], vec![1], vec![2]]);
    assert_eq!(circles.iter().map(|c| c.too_many).collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn tasks_that_make_no_sense_are_refused() {
    let limits = CircleLimits { radius: Ticks::ZERO, share_within: 1.0, least: 0, most: 9, count: None };
    let unit = CircleUnit { residents: 1 };
    let centre = CircleCentre { unit: 0, walks: Vec::new() };
    let refused = |units: &[CircleUnit], centres: &[CircleCentre], links: &[(u32, u32)], limits| {
        CircleTask::new(units.to_vec(), centres.to_vec(), links, limits).expect_err("refused").to_string()
    };
    assert!(refused(&[], &[], &[], limits).contains("no units"));
    assert!(refused(&[unit, unit], std::slice::from_ref(&centre), &[], limits).contains("unit 1 has no possible"));
    assert!(refused(&[unit], std::slice::from_ref(&centre), &[(0, 7)], limits).contains("unit 7 is named"));
    assert!(refused(&[unit], &[centre], &[], CircleLimits { least: 10, ..limits }).contains("at least 10"));
}

/// The best score of all groupings of a small task into circles that hang together, each allowed or of one unit.
fn best(task: &CircleTask, circles: &mut Vec<Vec<u32>>, unit: u32) -> Option<Score> {
    if unit as usize == task.units.len() {
        let whole = circles.iter().all(|units| task.hangs_together(units));
        let drafts = circles.iter().map(|units| task.draft(task.middle(units), units.clone()));
        let mut plan = plan::Plan::empty(task.units.len());
        plan.drafts = drafts.collect();
        let allowed = plan.drafts.iter().all(|d| d.units.len() == 1 || task.is_allowed(d.sums));
        return (whole && allowed).then(|| task.score(&plan));
    }
    let mut scores = Vec::new();
    for circle in 0..circles.len() {
        circles[circle].push(unit);
        scores.extend(best(task, circles, unit + 1));
        circles[circle].pop();
    }
    circles.push(vec![unit]);
    scores.extend(best(task, circles, unit + 1));
    circles.pop();
    scores.into_iter().min()
}

/// Small towns with residents, walls and limits by chance (a linear congruential generator with a stated seed): every
/// result is sound, none is better than the best of all groupings, and most are the best.
#[test]
fn small_towns_against_every_grouping() {
    let mut state = 20_261_123_u64;
    let mut chance = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let (mut same, mut same_but_for_walks) = (0, 0);
    let towns = 150;
    for _ in 0..towns {
        let mut town = Town::grid(3 + chance(2) as i32, 2);
        town.residents.iter_mut().for_each(|residents| *residents = 5 + chance(20));
        town.walls = town.links().into_iter().filter(|_| chance(4) == 0).collect();
        let (least, most, count) = (chance(40), 40 + chance(60), chance(5) as usize);
        let radius = 5 * (1 + chance(2) as u32);
        let task = town.task(radius, |limits| {
            (limits.least, limits.most) = (least, most);
            limits.count = (count > 0).then_some(count);
        });
        let circles = task.draw();
        let mut units: Vec<u32> = circles.iter().flat_map(|c| c.units.iter().copied()).collect();
        units.sort_unstable();
        assert!(units.iter().copied().eq(0..town.places.len() as u32), "every unit once: {circles:?}");
        let mut drawn = plan::Plan::empty(units.len());
        for circle in &circles {
            assert!(task.hangs_together(&circle.units), "{circle:?}");
            assert!(circle.units.contains(&task.centres[circle.centre as usize].unit), "{circle:?}");
            assert!(circle.units.len() == 1 || !(circle.too_far || circle.too_many), "{circle:?}");
            drawn.drafts.push(task.draft(circle.centre, circle.units.clone()));
        }
        let (score, best) = (task.score(&drawn), best(&task, &mut Vec::new(), 0).expect("singles are allowed"));
        assert!(score >= best, "{score:?} is better than the best, {best:?}");
        same += u32::from(score == best);
        same_but_for_walks += u32::from(Score { time: 0, ..score } == Score { time: 0, ..best });
    }
    println!("of {towns} towns {same} are the best, {same_but_for_walks} but for the length of walks");
    assert!(same * 100 >= towns * 70 && same_but_for_walks * 100 >= towns * 80, "{same}, {same_but_for_walks}");
}

#[test]
fn the_same_task_gives_the_same_circles() {
    let task = |links: &[(u32, u32)]| {
        let town = Town::grid(7, 6);
        let task = town.task(15, |limits| (limits.least, limits.most, limits.count) = (40, 120, Some(6)));
        CircleTask::new(task.units.clone(), task.centres.clone(), links, task.limits).expect("a task").draw()
    };
    let links = Town::grid(7, 6).links();
    let turned: Vec<(u32, u32)> = links.iter().rev().map(|&(one, other)| (other, one)).chain(links.clone()).collect();
    assert_eq!(task(&links), task(&turned));
}
