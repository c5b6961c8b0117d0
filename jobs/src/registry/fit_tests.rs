//! How often the datum of true places is named: shops and amenities of a real extract, moved into each datum.

use std::path::{Path, PathBuf};

use walkshed::Meters;
use walkshed::osm::{Tags, read_feature_files};

use super::*;
use crate::registry::vocabulary::Vocabulary;
use crate::run::inputs::MARGIN;
use crate::run::progress::Progress;
use crate::run::registries::buildings_of;
use crate::sample::random::Random;
use crate::streets::{load, rules_named};

#[path = "../../../tests/real_data.rs"]
mod real_data;

/// Right, undecided and wrong answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Answers {
    right: u32,
    undecided: u32,
    wrong: u32,
}

struct City {
    osm: PathBuf,
    graph: WalkGraph,
    shops: Vec<LonLat>,
}

impl City {
    fn read(osm: &Path) -> anyhow::Result<Self> {
        let vocabulary = Vocabulary::embedded()?;
        let graph = load(osm, &rules_named(None, None)?, &Progress::silent())?.graph;
        let wanted = |tags: &Tags<'_>| vocabulary.is_outlet(&|key: &str| tags.get(key));
        let found = read_feature_files([std::fs::File::open(osm)?], &wanted)?;
        Ok(Self { osm: osm.to_owned(), graph, shops: found.features.iter().map(|feature| feature.at).collect() })
    }

    /// Answers for so many draws of so many of the shops, each once, moved into a datum.
    fn answers(&self, datum: Datum, outlets: usize, draws: usize) -> anyhow::Result<Answers> {
        let bounds = self.graph.bounds().expect("it has streets");
        let area = Area::around(bounds, MARGIN);
        let mut answers = Answers::default();
        for draw in 0..draws {
            let mut random = Random::at(20_261_123, "shops", (draw, outlets));
            let mut shops = self.shops.clone();
            for place in 0..outlets.min(shops.len()) {
                let other = place + random.below(shops.len() - place);
                shops.swap(place, other);
            }
            shops.truncate(outlets);
            let moved: Vec<LonLat> = shops.into_iter().map(|at| datum.of_wgs84(at)).collect();
            let around = Surroundings { graph: &self.graph, area: &area };
            match fit(around, &moved, || buildings_of(std::slice::from_ref(&self.osm)))?.verdict {
                Verdict::Is(found) if found == datum => answers.right += 1,
                Verdict::Is(_) => answers.wrong += 1,
                _ => answers.undecided += 1,
            }
        }
        Ok(answers)
    }
}

#[test]
fn true_shops_in_every_datum_are_named_or_left_undecided() -> anyhow::Result<()> {
    let Some(osm) = real_data::path("beijing/tsinghua_wudaokou.osm.pbf") else { return Ok(()) };
    let city = City::read(&osm)?;
    println!("{} places", city.shops.len());
    for outlets in [20, 50, city.shops.len()] {
        for datum in Datum::DIFFERENT {
            let answers = city.answers(datum, outlets, if outlets == city.shops.len() { 1 } else { 8 })?;
            println!("{outlets} outlets in {datum}: {answers:?}");
            assert_eq!(answers.wrong, 0, "{outlets} in {datum}");
            assert!(outlets < city.shops.len() || answers.right == 1, "{outlets} in {datum}");
        }
    }
    Ok(())
}

/// Places anywhere are in no datum: seed 20,261,123.
#[test]
fn places_anywhere_are_in_no_datum() -> anyhow::Result<()> {
    let Some(osm) = real_data::path("beijing/tsinghua_wudaokou.osm.pbf") else { return Ok(()) };
    let mut city = City::read(&osm)?;
    let bounds = city.graph.bounds().expect("it has streets").grown(Meters(-200.0));
    for round in 0..6 {
        let mut random = Random::at(20_261_123, "anywhere", (round, 0));
        let mut place = || LonLat {
            lon: random.between(bounds.min.lon, bounds.max.lon),
            lat: random.between(bounds.min.lat, bounds.max.lat),
        };
        city.shops = (0..400).map(|_| place()).collect();
        let answers = city.answers(Datum::Wgs84, 400, 1)?;
        assert_eq!(answers, Answers { undecided: 1, ..Answers::default() }, "round {round}");
    }
    Ok(())
}
