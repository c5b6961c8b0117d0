//! Outlets that are one and the same, within a source and across sources.
//!
//! Comes in: the outlets of a run. Goes out: groups of them, each with the one to keep and why. Not here: whether the
//! others are dropped; that is the user's to say.
//!
//! Two outlets are the same when their names are (without width, case, city, brackets and the words for a branch; a chain
//! by any of its names), their branches do not contradict, they have a format in common, and they are within
//! [`Limits::distance`] of each other; a name that is nothing but a kind of shop (便利店) must be within
//! [`Limits::next_door`]. Groups are what such pairs connect. An outlet without a name is never taken for another.
//!
//! Names are sorted, so only outlets of one name are ever compared, and these by a grid; a square of the grid compares at
//! most [`COMPARED`] of them: ten thousand shops of one name at one point cost no more than that many searches.

use rayon::slice::ParallelSliceMut as _;
use rustc_hash::FxHashMap;
use walkshed::Meters;

use super::mapping::Mapper;
use super::outlets::{Named, Outlet, Registry, Standing};

/// Metres of a degree of latitude, rounded down so that squares are never too small.
const METRES_PER_DEGREE: f64 = 110_574.0;
/// With how many outlets of a square one is compared. More of one name, branch and format within 50 m are one group after
/// these already, or a file in which every row is the same shop.
const COMPARED: usize = 16;

/// How near doubles are.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Limits {
    /// For names that say which shop it is.
    pub distance: Meters,
    /// For names that only say what kind of shop it is.
    pub next_door: Meters,
}

impl Default for Limits {
    /// 50 m: the same shop is 10 to 50 m off in another source, after the change of datum.
    fn default() -> Self {
        Self { distance: Meters(50.0), next_door: Meters(10.0) }
    }
}

/// Outlets that are one and the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Group {
    /// Their numbers, ascending.
    pub members: Vec<u32>,
    /// The number of the one to keep.
    pub kept: u32,
    /// Why that one.
    pub why: Why,
}

/// Why one of several is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Why {
    /// The others are closed for good.
    Open,
    /// Its source was named first.
    FirstSource,
    /// More is known of it.
    MostComplete,
    /// It comes first.
    FirstRow,
}

impl Why {
    /// The reason in tables.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::FirstSource => "first_source",
            Self::MostComplete => "most_complete",
            Self::FirstRow => "first_row",
        }
    }
}

/// Finds the groups of a registry and notes them in it; the outlets say which group they are in.
pub(crate) fn find(registry: &mut Registry, limits: Limits) {
    let named = std::mem::take(&mut registry.named);
    let groups = groups_of(registry, named, limits);
    for (number, group) in groups.iter().enumerate() {
        for &member in &group.members {
            registry.outlets[member as usize].set_group(number as u32);
        }
    }
    registry.groups = groups;
}

/// Leaves but the kept outlet of each group out of the result; it gets the formats of all, since each source saw some of
/// what the shop does. Returns how many no longer count.
pub(crate) fn drop_doubles(registry: &mut Registry, mapper: &mut Mapper<'_>) -> u64 {
    let mut dropped = 0;
    for group in &registry.groups {
        let mut kind = registry.outlets[group.kept as usize].kind.clone();
        for &member in group.members.iter().filter(|member| **member != group.kept) {
            let outlet = &mut registry.outlets[member as usize];
            if outlet.standing == Standing::Used {
                outlet.standing = Standing::Double;
                dropped += 1;
                kind = mapper.united(&kind, &outlet.kind).kind;
            }
        }
        registry.outlets[group.kept as usize].kind = kind;
    }
    dropped
}

fn groups_of(registry: &Registry, mut named: Vec<Named>, limits: Limits) -> Vec<Group> {
    named.par_sort_unstable();
    let mut sets = Sets::default();
    for run in named.chunk_by(|a, b| a.core == b.core).filter(|run| run.len() > 1) {
        let limit = if run[0].is_generic() { limits.next_door } else { limits.distance };
        join_run(&registry.outlets, run, limit, &mut sets);
    }
    drop(named);
    let mut members: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    let joined: Vec<u32> = sets.parent.keys().copied().collect();
    for outlet in joined {
        let root = sets.root(outlet);
        members.entry(root).or_default().push(outlet);
    }
    let mut groups: Vec<Group> = members.into_values().map(|members| group_of(registry, members)).collect();
    groups.sort_by_key(|group| group.members[0]);
    groups
}

/// A square of the grid with the branch of the outlets in it.
type Square = (i32, i32, u32);

/// Joins what belongs together among outlets of one name.
fn join_run(outlets: &[Outlet], run: &[Named], limit: Meters, sets: &mut Sets) {
    let high = run.iter().map(|entry| outlets[entry.outlet as usize].at.lat.abs()).fold(0.0, f64::max);
    let tall = limit.0 / METRES_PER_DEGREE;
    let wide = tall / high.min(89.0).to_radians().cos();
    let square = |at: walkshed::LonLat| ((at.lon / wide).floor() as i32, (at.lat / tall).floor() as i32);
    let mut seen: FxHashMap<Square, Vec<u32>> = FxHashMap::default();
    // Those that say their branch first, so that one that does not can join the nearest of them.
    let with_branch = run.iter().filter(|entry| entry.branch != 0);
    let without = run.iter().filter(|entry| entry.branch == 0);
    let mut branches: FxHashMap<(i32, i32), Vec<u32>> = FxHashMap::default();
    for entry in with_branch.chain(without) {
        let outlet = &outlets[entry.outlet as usize];
        let (column, row) = square(outlet.at);
        let around = (-1..=1).flat_map(|x| (-1..=1).map(move |y| (column + x, row + y)));
        let near = |other: &&u32| is_double(outlet, &outlets[**other as usize], limit);
        for (x, y) in around.clone() {
            let same = seen.get(&(x, y, entry.branch)).into_iter().flatten();
            same.filter(near).for_each(|&other| sets.join(entry.outlet, other));
        }
        if entry.branch == 0 {
            let others = around.filter_map(|place| branches.get(&place)).flatten().filter(near);
            let distance = |other: &&u32| outlet.at.distance_to(outlets[**other as usize].at).0;
            if let Some(&other) = others.min_by(|a, b| distance(a).total_cmp(&distance(b)).then(a.cmp(b))) {
                sets.join(entry.outlet, other);
            }
        } else {
            let here = branches.entry((column, row)).or_default();
            if here.len() < COMPARED {
                here.push(entry.outlet);
            }
        }
        let here = seen.entry((column, row, entry.branch)).or_default();
        if here.len() < COMPARED {
            here.push(entry.outlet);
        }
    }
}

fn is_double(a: &Outlet, b: &Outlet, limit: Meters) -> bool {
    a.at.distance_to(b.at).0 <= limit.0 && a.formats().iter().any(|format| b.formats().contains(format))
}

fn group_of(registry: &Registry, mut members: Vec<u32>) -> Group {
    members.sort_unstable();
    let of = |member: u32| &registry.outlets[member as usize];
    let rank = |member: u32| {
        let outlet = of(member);
        (outlet.standing != Standing::Used, outlet.source, u32::MAX - registry.completeness(outlet), member)
    };
    let kept = members.iter().copied().min_by_key(|&member| rank(member)).unwrap_or(members[0]);
    let others = || members.iter().copied().filter(|&member| member != kept).map(of);
    let own = of(kept);
    let why = if others().any(|other| other.standing != own.standing) {
        Why::Open
    } else if others().any(|other| other.source != own.source) {
        Why::FirstSource
    } else if others().any(|other| registry.completeness(other) != registry.completeness(own)) {
        Why::MostComplete
    } else {
        Why::FirstRow
    };
    Group { members, kept, why }
}

/// Sets that are joined (union-find); only outlets that have a double are in it.
#[derive(Default)]
struct Sets {
    parent: FxHashMap<u32, u32>,
}

impl Sets {
    fn root(&mut self, outlet: u32) -> u32 {
        let mut root = outlet;
        while let Some(&parent) = self.parent.get(&root).filter(|parent| **parent != root) {
            root = parent;
        }
        // The way is made short for the next time.
        let mut at = outlet;
        while at != root {
            at = self.parent.insert(at, root).unwrap_or(root);
        }
        root
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a_root, b_root) = (self.root(a), self.root(b));
        let (low, high) = (a_root.min(b_root), a_root.max(b_root));
        self.parent.insert(low, low);
        self.parent.insert(high, low);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use walkshed::LonLat;

    use super::super::brands::Brands;
    use super::super::mapping::Formats;
    use super::super::names::PlainName;
    use super::super::outlets::{Called, NameKey, Source};
    use super::super::vocabulary::Vocabulary;
    use super::*;

    /// A registry of outlets by source, name, metres east of a point, and formats.
    fn made(rows: &[(u16, &str, f64, &[u16])]) -> anyhow::Result<Registry> {
        let vocabulary = Vocabulary::embedded()?;
        let brands = Brands::load(None, &vocabulary)?;
        let mut registry = Registry::default();
        registry.sources.extend([Source::default(), Source::default(), Source::default()]);
        for (row, (source, name, east, formats)) in rows.iter().enumerate() {
            let plain = PlainName::of(name, "");
            let brand = brands.of("", &plain, formats);
            let at = LonLat { lon: 116.4 + east / 111_195.0 / 39.9_f64.to_radians().cos(), lat: 39.9 };
            let kind = Arc::new(Formats { formats: Box::from(*formats), rule: Box::from("") });
            let key = NameKey::of(&plain, brand, &brands, |core| vocabulary.is_kind(core));
            let outlet = Outlet::new(*source, row as u32 + 1, at, kind).with(brand, None, None);
            registry.add(&Called { id: &row.to_string(), name, key }, outlet);
        }
        Ok(registry)
    }

    fn groups(rows: &[(u16, &str, f64, &[u16])]) -> anyhow::Result<Vec<Vec<u32>>> {
        let mut registry = made(rows)?;
        find(&mut registry, Limits::default());
        Ok(registry.groups.iter().map(|group| group.members.clone()).collect())
    }

    #[test]
    fn the_same_shop_in_other_words_and_other_sources() -> anyhow::Result<()> {
        let found = groups(&[
            (0, "老张早点", 0.0, &[4]),
            (1, "老张早点店", 40.0, &[4, 5]),
            // The next is near the second, not the first: one group all the same.
            (2, "老张 早点（已装修）", 80.0, &[5]),
            // Too far; another format; another name.
            (0, "老张早点", 400.0, &[4]),
            (0, "老张早点", 0.0, &[9]),
            (0, "老李早点", 0.0, &[4]),
        ])?;
        assert_eq!(found, [[0, 1, 2]]);
        Ok(())
    }

    #[test]
    fn branches_of_a_chain_are_not_doubles() -> anyhow::Result<()> {
        let found = groups(&[
            (0, "罗森（中关村店）", 0.0, &[0]),
            (0, "罗森（五道口店）", 20.0, &[0]),
            (1, "罗森便利店中关村店", 10.0, &[0]),
            // Without a branch, it is the nearest.
            (1, "Lawson", 25.0, &[0]),
        ])?;
        assert_eq!(found, [[0, 2], [1, 3]]);
        Ok(())
    }

    #[test]
    fn a_mere_kind_of_shop_must_be_next_door() -> anyhow::Result<()> {
        assert!(groups(&[(0, "便利店", 0.0, &[0]), (0, "便利店", 20.0, &[0])])?.is_empty());
        assert_eq!(groups(&[(0, "便利店", 0.0, &[0]), (1, "便利店", 5.0, &[0])])?, [[0, 1]]);
        assert!(groups(&[(0, "--", 0.0, &[0]), (0, "--", 0.0, &[0])])?.is_empty());
        Ok(())
    }

    #[test]
    fn the_first_source_is_kept_and_gets_all_formats() -> anyhow::Result<()> {
        let mut registry = made(&[(1, "老张早点", 0.0, &[4]), (0, "老张早点", 1.0, &[5])])?;
        let kind =
            |formats: &[u16], rule: &str| Arc::new(Formats { formats: Box::from(formats), rule: Box::from(rule) });
        registry.outlets[0].kind = kind(&[4, 5], "word a; word b");
        registry.outlets[1].kind = kind(&[5], "keyword c");
        find(&mut registry, Limits::default());
        assert_eq!((registry.groups[0].kept, registry.groups[0].why), (1, Why::FirstSource));
        let vocabulary = Vocabulary::embedded()?;
        let dropped = drop_doubles(&mut registry, &mut Mapper::new(&vocabulary)?);
        assert_eq!((dropped, registry.outlets[0].standing), (1, Standing::Double));
        assert_eq!(registry.outlets[1].formats(), [4, 5]);
        assert_eq!(&*registry.outlets[1].kind.rule, "word a; keyword c");
        // A closed one is not kept in the place of an open one.
        let mut registry = made(&[(0, "老张早点", 0.0, &[4]), (0, "老张早点", 1.0, &[4])])?;
        registry.outlets[0].standing = Standing::Closed;
        find(&mut registry, Limits::default());
        assert_eq!((registry.groups[0].kept, registry.groups[0].why), (1, Why::Open));
        Ok(())
    }

    #[test]
    fn many_of_one_name_at_one_point_take_no_time() -> anyhow::Result<()> {
        // Compared with each other, these would be five thousand million pairs.
        let rows: Vec<(u16, &str, f64, &[u16])> = (0..100_000).map(|_| (0, "老张早点", 0.0, &[4_u16][..])).collect();
        let found = groups(&rows)?;
        assert_eq!((found.len(), found[0].len()), (1, 100_000));
        Ok(())
    }
}
