//! Lines and boxes over the cells of a picture that is written without a browser.
//!
//! Comes in: points in sixteenths of a pixel, a colour, a width. Goes out: pixels. Not here: which lines; and the page, whose
//! lines are its browser's.

use super::{PARTS, Picture, Rgba};

impl Picture {
    /// Lays a colour over a pixel by its opacity; outside of the picture nothing happens.
    pub(super) fn blend(&mut self, x: i64, y: i64, colour: Rgba) {
        if !(0..i64::from(self.width)).contains(&x) || !(0..i64::from(self.height)).contains(&y) {
            return;
        }
        let pixel = &mut self.pixels[(y * i64::from(self.width) + x) as usize];
        let alpha = u32::from(colour[3]);
        for (under, over) in pixel.iter_mut().zip(colour).take(3) {
            *under = ((u32::from(*under) * (255 - alpha) + u32::from(over) * alpha + 127) / 255) as u8;
        }
        pixel[3] = 255;
    }

    /// Fills a box.
    pub(super) fn fill_box(&mut self, [left, top]: [i64; 2], [width, height]: [i64; 2], colour: Rgba) {
        for y in top..top + height {
            for x in left..left + width {
                self.blend(x, y, colour);
            }
        }
    }

    /// Draws a line through points, so many pixels wide. Each pixel is touched once for a segment.
    pub(super) fn line(&mut self, points: &[[i64; 2]], width: i64, colour: Rgba) {
        for pair in points.windows(2) {
            self.segment(pair[0], pair[1], width, colour);
        }
    }

    fn segment(&mut self, from: [i64; 2], to: [i64; 2], width: i64, colour: Rgba) {
        let [dx, dy] = [to[0] - from[0], to[1] - from[1]];
        let (w, h) = (i64::from(self.width) * PARTS, i64::from(self.height) * PARTS);
        let outside = |a: i64, b: i64, end: i64| a.max(b) < -PARTS || a.min(b) > end + PARTS;
        if outside(from[0], to[0], w) || outside(from[1], to[1], h) {
            return;
        }
        // A step for each pixel along the longer side; the last point belongs to the next segment.
        let steps = (dx.abs().max(dy.abs()) / PARTS).max(1);
        for step in 0..steps {
            let x = (from[0] + dx * step / steps).div_euclid(PARTS);
            let y = (from[1] + dy * step / steps).div_euclid(PARTS);
            for offset in 0..width {
                let side = offset - width / 2;
                if dx.abs() > dy.abs() { self.blend(x, y + side, colour) } else { self.blend(x + side, y, colour) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_as_long_and_as_wide_as_asked_and_stays_inside() {
        let mut picture = Picture::new(20, 10, [255; 4]);
        picture.line(&[[0, 80], [320, 80]], 3, [0, 0, 0, 255]);
        assert_eq!(picture.pixels.iter().filter(|pixel| pixel[0] == 0).count(), 60);
        picture.line(&[[-9_000, -9_000], [9_000, 9_000]], 1, [0, 0, 0, 128]);
    }
}
