//! Which of sixteen areas something belongs to, for four budgets in one number: [`Mask`].
//!
//! Comes in: lanes, one bit for each area, and the number of a budget. Goes out: masks, one for each four budgets. Not here:
//! what belongs to areas.

use super::streets::Lanes;

/// Sixteen lanes for each of four budgets, those of the first in the lowest bits.
pub(super) type Mask = u64;

/// How many budgets a mask holds.
pub(super) const BUDGETS: usize = (Mask::BITS / Lanes::BITS) as usize;

/// Adds the lanes of each budget as masks.
pub(super) fn extend(masks: &mut Vec<Mask>, lanes: &[Lanes]) {
    let mask = |four: &[Lanes]| four.iter().rev().fold(0, |mask, &lanes| mask << Lanes::BITS | Mask::from(lanes));
    masks.extend(lanes.chunks(BUDGETS).map(mask));
}
