//! The numbers of zones that rules and grades are made of.
//!
//! Comes in: inputs, the outlets, the coverage of a run. Goes out: for the city and each zone the value of each measure of the
//! standard ([`Value`], an interval where something is not known). Not here: what the values come to (the engine's), and
//! tables.
//!
//! A format that no row of the registry has may be there or not. Among formats it counts as none at least, and as one at most;
//! of its outlets and their floor there is no telling how many at most, and neither of the floor of an outlet that does not
//! say how large it is. Numbers per resident are not known where something stands in place of residents.

use geo::GeodesicArea as _;
use walkshed::coverage::{AreaCoverage, Combine, CoverageReport, Measure, MeasureKind, Per, Tally, Value};

use super::inputs::Inputs;
use crate::registry::outlets::Outlet;
use crate::zones::ZoneLayer;

/// The outlets that count, by area: all of them first, then those of each zone.
pub(crate) struct Inside<'a> {
    pub outlets: Vec<Vec<&'a Outlet>>,
    /// Whether any of them is of a chain known by name; where none is, the list of chains says nothing of this registry.
    known_chains: bool,
}

impl<'a> Inside<'a> {
    /// Puts outlets into the zones of a layer that they stand in.
    pub(crate) fn of(inputs: &'a Inputs, layer: Option<&ZoneLayer>) -> Self {
        let counting: Vec<&Outlet> = inputs.outlets.outlets.iter().filter(|outlet| outlet.counts()).collect();
        let mut outlets = vec![counting.clone()];
        if let Some(layer) = layer {
            outlets.resize(layer.zones.len() + 1, Vec::new());
            let assigned = layer.assign(counting.iter().map(|outlet| outlet.at));
            for (outlet, zone) in counting.iter().zip(assigned) {
                if let Some(zone) = zone {
                    outlets[zone as usize + 1].push(outlet);
                }
            }
        }
        let known_chains = counting.iter().any(|outlet| outlet.brand.is_some());
        Self { outlets, known_chains }
    }

    /// How many outlets of a format stand in an area, and how many of them are of a chain.
    pub(crate) fn count(&self, area: usize, format: u16) -> (u32, u32) {
        let of = self.outlets[area].iter().filter(|outlet| outlet.formats().contains(&format));
        of.fold((0, 0), |(all, chains), outlet| (all + 1, chains + u32::from(outlet.brand.is_some())))
    }

    /// The share of the outlets of an area that are of a chain known by name; nothing where there is no outlet, and where no
    /// chain is known in the whole run.
    pub(crate) fn chain_rate(&self, area: usize) -> Option<f64> {
        self.known_chains.then(|| chain_rate(&self.outlets[area])).flatten()
    }
}

fn chain_rate(outlets: &[&Outlet]) -> Option<f64> {
    let chains = outlets.iter().filter(|outlet| outlet.brand.is_some()).count();
    (!outlets.is_empty()).then(|| chains as f64 / outlets.len() as f64)
}

/// The values of all measures, for the city and each zone of a layer.
pub(crate) fn values(
    inputs: &Inputs,
    layer: Option<&ZoneLayer>,
    inside: &Inside<'_>,
    report: &CoverageReport,
) -> Vec<Vec<Option<Value>>> {
    let standard = &inputs.standard.standard;
    let counted: Vec<Counted> = standard.measures.iter().map(|measure| Counted::new(inputs, measure)).collect();
    let areas = std::iter::once(report.city()).chain(report.zones());
    let of_area = |(number, coverage): (usize, &AreaCoverage)| {
        let area = Area { number, coverage, outlets: &inside.outlets[number], inputs, layer };
        let measures = standard.measures.iter().zip(&counted).enumerate();
        measures.map(|(place, (measure, counted))| area.value(place, measure, counted)).collect()
    };
    areas.enumerate().map(of_area).collect()
}

/// The formats that a measure counts, as groups any one of which is enough.
struct Counted {
    /// Nothing where everything counts.
    groups: Option<Vec<Vec<u16>>>,
    /// How many of the groups have no outlet in the whole registry.
    unknown: usize,
}

impl Counted {
    fn new(inputs: &Inputs, measure: &Measure) -> Self {
        let vocabulary = &inputs.vocabulary;
        if measure.formats.is_empty() && measure.classes.is_empty() {
            return Self { groups: None, unknown: 0 };
        }
        let named = |group: &Vec<String>| -> Vec<u16> {
            group.iter().filter_map(|id| vocabulary.find(id)).map(|format| format.index() as u16).collect()
        };
        let mut groups: Vec<Vec<u16>> = measure.formats.iter().map(named).collect();
        let of_classes = vocabulary.formats().iter().enumerate();
        groups.extend(
            of_classes
                .filter(|(_, format)| measure.classes.contains(&format.class))
                .map(|(index, _)| vec![index as u16]),
        );
        let mut known = vec![false; vocabulary.formats().len()];
        let counting = inputs.outlets.outlets.iter().filter(|outlet| outlet.counts());
        counting.flat_map(|outlet| outlet.formats().iter()).for_each(|&format| known[usize::from(format)] = true);
        let unknown = groups.iter().filter(|group| !group.iter().any(|&format| known[usize::from(format)])).count();
        Self { groups: Some(groups), unknown }
    }

    /// A number of what is known, which has no upper end where the registry has nothing of one of the formats.
    fn at_least(&self, low: f64) -> Value {
        Value { low, high: if self.unknown > 0 { f64::INFINITY } else { low } }
    }

    fn has(&self, outlet: &Outlet) -> bool {
        let Some(groups) = &self.groups else { return true };
        groups.iter().flatten().any(|format| outlet.formats().contains(format))
    }
}

struct Area<'a> {
    number: usize,
    coverage: &'a AreaCoverage,
    outlets: &'a [&'a Outlet],
    inputs: &'a Inputs,
    layer: Option<&'a ZoneLayer>,
}

impl Area<'_> {
    fn value(&self, place: usize, measure: &Measure, counted: &Counted) -> Option<Value> {
        let of: Vec<&Outlet> = self.outlets.iter().copied().filter(|outlet| counted.has(outlet)).collect();
        let value = match measure.kind {
            MeasureKind::Outlets => counted.at_least(of.len() as f64),
            MeasureKind::Formats => self.formats(&of, counted),
            MeasureKind::MultiFunction => {
                counted.at_least(of.iter().filter(|outlet| outlet.formats().len() > 1).count() as f64)
            }
            MeasureKind::ChainRate => Value::exact(chain_rate(&of)?),
            MeasureKind::FloorAreaM2 => {
                let known = floor(&of);
                Value { high: known.high.max(counted.at_least(known.low).high), ..known }
            }
            MeasureKind::Residents => Value::exact(self.people()?),
            MeasureKind::AreaM2 => Value::exact(self.area_m2()?),
            MeasureKind::ShareMet => self.share(place, measure)?,
            MeasureKind::Imported => Value::exact(self.imported(measure)?),
        };
        let by = match measure.per {
            None => 1.0,
            Some(Per::Residents(number)) => self.people()? / number,
            Some(Per::AreaM2(number)) => self.area_m2()? / number,
        };
        (by > 0.0).then(|| Value { low: value.low / by, high: value.high / by })
    }

    fn formats(&self, of: &[&Outlet], counted: &Counted) -> Value {
        let has = |group: &[u16]| of.iter().any(|outlet| group.iter().any(|format| outlet.formats().contains(format)));
        let low = match &counted.groups {
            Some(groups) => groups.iter().filter(|group| has(group)).count(),
            None => (0..self.inputs.vocabulary.formats().len() as u16).filter(|&format| has(&[format])).count(),
        };
        Value { low: low as f64, high: (low + counted.unknown) as f64 }
    }

    fn share(&self, place: usize, measure: &Measure) -> Option<Value> {
        let bounds = |tally: &Tally| tally.share_bounds().map(|(low, high)| Value { low, high });
        match measure.combine {
            Combine::All => bounds(&self.coverage.joint(place)?.all),
            Combine::Each => {
                let each = measure.requirements.iter().map(|&one| bounds(&self.coverage.tallies()[one]));
                let lowest = |a: Value, b: Value| Value { low: a.low.min(b.low), high: a.high.min(b.high) };
                each.collect::<Option<Vec<_>>>()?.into_iter().reduce(lowest)
            }
        }
    }

    fn zone(&self) -> Option<&crate::zones::Zone> {
        self.layer?.zones.get(self.number.checked_sub(1)?)
    }

    /// How many people live there; nothing where something stands in their place.
    fn people(&self) -> Option<f64> {
        self.inputs.residents.weight.people.then(|| self.coverage.residents())
    }

    /// The land of the zone on the ellipsoid; a city has none of its own.
    fn area_m2(&self) -> Option<f64> {
        Some(self.zone()?.shape.geodesic_area_signed().abs())
    }

    fn imported(&self, measure: &Measure) -> Option<f64> {
        self.zone()?.numbers.get(measure.property.as_ref()?).copied()
    }
}

/// The floor of some outlets: at least what is said, and with an outlet that does not say, no telling how much at most.
fn floor(of: &[&Outlet]) -> Value {
    let floors = of.iter().map(|outlet| outlet.attributes.as_ref().and_then(|known| known.floor_area_m2));
    let low = floors.clone().flatten().map(f64::from).sum::<f64>() + 0.0;
    Value { low, high: if floors.into_iter().all(|floor| floor.is_some()) { low } else { f64::INFINITY } }
}
