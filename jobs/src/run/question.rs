//! What a run searches for: formats and requirements as categories, walks as budgets, and what was found judged.
//!
//! Comes in: the standard, the vocabulary. Goes out: [`Question`]: the categories and budgets of the search of everybody, what
//! further passes are asked, and the status of each requirement from what these found. Not here: the searches.

use anyhow::Result;
use walkshed::Ticks;
use walkshed::access::AccessBatch;
use walkshed::coverage::{Evidence, Judged, Limit, Standard, assess};
use walkshed::search::Nearest;

use super::inputs::Inputs;
use super::passes::{Asks, Pace};

/// Tiers that every table has, whatever the standard asks.
const USUAL_MINUTES: [u32; 3] = [5, 10, 15];

/// What a run searches for.
pub(crate) struct Question {
    /// The tiers in minutes, ascending.
    pub minutes: Vec<u32>,
    asked: Vec<Asked>,
    unions: Vec<Vec<u16>>,
    passes: Vec<Asks>,
}

/// How one requirement is searched for.
struct Asked {
    /// The pass, where it is not the search of everybody.
    pass: Option<usize>,
    parts: Vec<Part>,
    /// The position of its budget among those of the search.
    budget: usize,
}

struct Part {
    formats: Vec<u16>,
    category: usize,
}

/// What the searches found from a batch of points.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub everybody: &'a AccessBatch,
    /// What each further pass found.
    pub passes: &'a [AccessBatch],
}

impl Question {
    /// What a standard makes a run ask.
    ///
    /// # Errors
    /// When the standard names a format that the vocabulary does not have.
    pub(crate) fn of(inputs: &Inputs) -> Result<Self> {
        let standard = &inputs.standard.standard;
        let mut minutes: Vec<u32> = USUAL_MINUTES.into_iter().chain(standard.minutes()).collect();
        minutes.sort_unstable();
        minutes.dedup();
        let plain = inputs.vocabulary.formats().len();
        let mut question = Self { minutes, asked: Vec::new(), unions: Vec::new(), passes: Vec::new() };
        for requirement in &standard.requirements {
            let find = |id: &String| inputs.vocabulary.require(id).map(|f| f.index() as u16);
            let parts = requirement.parts().map(|part| part.iter().map(find).collect::<Result<Vec<u16>>>());
            let parts = parts.collect::<Result<Vec<_>>>()?;
            let asked = match Asks::needed_by(requirement, standard) {
                Some(asks) => question.in_a_pass(asks, parts, requirement.budget()),
                None => question.of_everybody(parts, requirement.limit, plain),
            };
            question.asked.push(asked);
        }
        Ok(question)
    }

    fn of_everybody(&mut self, parts: Vec<Vec<u16>>, limit: Limit, plain: usize) -> Asked {
        let parts = parts.into_iter().map(|formats| {
            let category = if let [only] = formats[..] {
                usize::from(only)
            } else {
                self.unions.push(formats.clone());
                plain + self.unions.len() - 1
            };
            Part { formats, category }
        });
        let parts = parts.collect();
        let minutes = limit.minutes().unwrap_or_default();
        Asked { pass: None, parts, budget: self.minutes.partition_point(|&m| m < minutes) }
    }

    fn in_a_pass(&mut self, asks: Asks, parts: Vec<Vec<u16>>, budget: Ticks) -> Asked {
        let same = self.passes.iter().position(|known| known.pace == asks.pace && known.at == asks.at);
        let pass = same.unwrap_or_else(|| {
            self.passes.push(asks);
            self.passes.len() - 1
        });
        let mut at_budget = 0;
        let parts = parts.into_iter().map(|formats| {
            let (category, budget) = self.passes[pass].place(formats.clone(), budget);
            at_budget = budget;
            Part { formats, category }
        });
        let parts = parts.collect();
        Asked { pass: Some(pass), parts, budget: at_budget }
    }

    /// The tiers as budgets.
    pub(crate) fn budgets(&self) -> Vec<Ticks> {
        self.minutes.iter().map(|&m| Ticks::from_minutes(m)).collect()
    }

    /// The formats that a requirement with several is met by.
    pub(crate) fn unions(&self) -> &[Vec<u16>] {
        &self.unions
    }

    /// The further passes.
    pub(super) fn passes(&self) -> &[Asks] {
        &self.passes
    }

    /// How many requirements there are.
    pub(crate) fn requirements(&self) -> usize {
        self.asked.len()
    }

    /// The pass of a requirement, where it is not the search of everybody.
    pub(super) fn pass_of(&self, requirement: usize) -> Option<usize> {
        self.asked[requirement].pass
    }

    /// How a requirement is walked.
    pub(super) fn pace_of(&self, requirement: usize) -> Pace {
        self.pass_of(requirement).map_or(Pace::Own, |pass| self.passes[pass].pace)
    }

    /// The formats of each part of a requirement.
    pub(super) fn formats_of(&self, requirement: usize) -> impl Iterator<Item = &[u16]> {
        self.asked[requirement].parts.iter().map(|part| part.formats.as_slice())
    }

    /// What a point of a batch comes to, for each requirement; `known` says of each category whether the registry has any
    /// outlet of it.
    pub(super) fn judge(
        &self,
        standard: &Standard,
        known: &[bool],
        on_street: bool,
        found: Found<'_>,
        point: usize,
    ) -> impl Iterator<Item = Judged> {
        standard.requirements.iter().zip(&self.asked).map(move |(requirement, asked)| {
            let evidence = asked.parts.iter().map(|part| match asked.pass {
                None => Evidence {
                    known: known[part.category],
                    nearest: found.everybody.nearest(point, part.category),
                    within: found.everybody.within(point, part.category, asked.budget),
                    maybe: 0,
                },
                Some(pass) => {
                    let known = part.formats.iter().any(|&format| known[usize::from(format)]);
                    self.passes[pass].evidence(&found.passes[pass], point, part.category, asked.budget, known)
                }
            });
            assess(requirement, on_street, &evidence.collect::<Vec<_>>())
        })
    }

    /// The nearest outlet of the part that decides on a requirement.
    pub(super) fn nearest(&self, requirement: usize, of: Judged, found: Found<'_>, point: usize) -> Option<Nearest> {
        let asked = &self.asked[requirement];
        let search = asked.pass.map_or(found.everybody, |pass| &found.passes[pass]);
        search.nearest(point, asked.parts[of.part].category)
    }

    /// How many outlets of that part are within the budget.
    pub(super) fn within(&self, requirement: usize, of: Judged, found: Found<'_>, point: usize) -> u32 {
        let asked = &self.asked[requirement];
        let search = asked.pass.map_or(found.everybody, |pass| &found.passes[pass]);
        search.within(point, asked.parts[of.part].category, asked.budget)
    }
}
