//! What fills the tiles: compounds, lanes, squares, parks, hills, water, rails.
//!
//! Comes in: a tile of the plan with the nodes at which it joins the streets. Goes out: drafts in its sketch. One file
//! per thing. Not here: the streets around the tile, and which outlets open where.

mod compound;
mod edge;
mod frontage;
mod hill;
mod inner_streets;
pub(crate) mod old_quarter;
mod parcels;
mod park;
mod plaza;
mod rail;
mod river;

use super::block::Layout;
use super::city::{BlockKind, City, Land, Tile};
use super::outlets;
use super::plane::{Axis, Side};
use super::random::Random;
use super::sketch::Sketch;
use super::streets::{Crossroads, Joint, Stretch};

/// A tile with all that its drawing needs.
#[derive(Debug)]
struct Site<'c> {
    city: &'c City,
    tile: Tile,
    layout: Layout,
    /// Where each entry of the layout joins the street.
    joints: Vec<Joint>,
}

/// Draws a tile: its crossroads, the two stretches that leave it, and what lies between.
pub(crate) fn tile(city: &City, tile: Tile) -> Sketch {
    let mut sketch = Sketch::new(city.tile_index(tile));
    Crossroads::of(city, tile).draw(&mut sketch);
    for axis in [Axis::Vertical, Axis::Horizontal] {
        if let Some(stretch) = Stretch::of(city, axis, tile) {
            stretch.draw(&mut sketch);
        }
    }
    let mut chance = Random::at(city.seed, "drawing", tile.place());
    match city.land(tile) {
        Land::Block(kind) => block(&Site::new(city, tile), kind, &mut sketch, &mut chance),
        Land::River => river::draw(&Site::new(city, tile), &mut sketch),
        Land::Rail => rail::draw(city, tile, false, &mut sketch),
        Land::RailOverRiver => {
            river::draw(&Site::new(city, tile), &mut sketch);
            rail::draw(city, tile, true, &mut sketch);
        }
        Land::Border => {
            river::draw_border(city, tile, &mut sketch);
            rail::draw_border(city, tile, &mut sketch);
        }
    }
    sketch.nodes.sort_unstable_by_key(|node| node.id);
    sketch
}

fn block(site: &Site<'_>, kind: BlockKind, sketch: &mut Sketch, chance: &mut Random) {
    match kind {
        BlockKind::OldQuarter => old_quarter::draw(site, sketch, chance),
        BlockKind::Plaza => plaza::draw(site, sketch),
        BlockKind::Park => park::draw(site, sketch),
        BlockKind::Hill => hill::draw(site, sketch),
        BlockKind::Units | BlockKind::Estate | BlockKind::Works => {
            let approaches = inner_streets::draw(site, sketch);
            for (parcel, approaches) in site.layout.parcels.iter().zip(&approaches) {
                parcels::draw(site, parcel, approaches, sketch, chance);
            }
        }
    }
    outlets::settle(kind, sketch, chance);
}

impl<'c> Site<'c> {
    fn new(city: &'c City, tile: Tile) -> Self {
        let layout = Layout::of(city, tile);
        // The stretches around the tile, in the order of `Side::ALL`. An entry is on the high side of the streets south
        // and west of it, and on the low side of the others.
        let Tile { column, row } = tile;
        let around = [
            Stretch::of(city, Axis::Horizontal, tile),
            Stretch::of(city, Axis::Vertical, Tile { column: column + 1, row }),
            Stretch::of(city, Axis::Horizontal, Tile { column, row: row + 1 }),
            Stretch::of(city, Axis::Vertical, tile),
        ];
        let joint = |(number, side): (usize, Side)| {
            let stretch = around[side.number()].as_ref().expect("entries lie on streets that are built");
            stretch.joint(!side.is_high(), number).expect("a stretch has a stop for each entry")
        };
        let joints = layout.entries.iter().enumerate().map(|(number, entry)| joint((number, entry.side))).collect();
        Self { city, tile, layout, joints }
    }
}
