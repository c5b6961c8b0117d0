// Hexagons as pixels: the twin of `report/raster/mod.rs`, with the same numbers to the same pixels.
// Comes in: corners in whole decimetres, a view, a class for each cell, a paint for each class. Goes out: pixels in an
// ImageData. All numbers are whole and below 2^53, so that doubles are exact.

const PARTS = 16, FIXED = 65536, FIT_MARGIN = 18, HIDDEN = 255;
const HATCH_PERIOD = 7, HATCH_WIDTH = 2;

function fitted([west, north, east, south], width, height) {
  const of = (pixels, length) => Math.floor(Math.max(pixels - 2 * FIT_MARGIN, 1) * PARTS * FIXED / Math.max(length, 1));
  const scale = Math.max(Math.min(of(width, east - west), of(height, south - north)), 1);
  const edge = (pixels, from, to) => from - Math.floor((Math.floor(pixels * PARTS * FIXED / scale) - (to - from)) / 2);
  return { left: edge(width, west, east), top: edge(height, north, south), scale };
}

// Metres in so many pixels.
function meters(view, pixels) {
  return pixels * PARTS * FIXED / view.scale / 10;
}

// A pixel as one number, lowest byte first.
function packedColour([r, g, b, a]) {
  return ((a << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

// The first pixel whose middle is at a place, in sixteenths, or after it.
function pixelFrom(part) {
  return Math.floor((part + PARTS / 2 - 1) / PARTS);
}

function fillCells(pixels, width, height, view, model, classes, paints) {
  const { count, first, of, x, y } = model;
  const { left, top, scale } = view;
  const fills = paints.map((paint) => packedColour(paint.fill));
  const hatches = paints.map((paint) => (paint.hatch ? packedColour(paint.hatch) : null));
  const px = new Float64Array(16), py = new Float64Array(16);
  for (let cell = 0; cell < count; cell++) {
    const kind = classes[cell];
    if (kind === HIDDEN) continue;
    const start = first[cell], corners = first[cell + 1] - start;
    let upper = Infinity, lower = -Infinity, most = -Infinity, least = Infinity;
    for (let i = 0; i < corners; i++) {
      const corner = of[start + i];
      const cx = px[i] = Math.floor((x[corner] - left) * scale / FIXED);
      const cy = py[i] = Math.floor((y[corner] - top) * scale / FIXED);
      if (cy < upper) upper = cy;
      if (cy > lower) lower = cy;
      if (cx < least) least = cx;
      if (cx > most) most = cx;
    }
    if (most < 0 || least > width * PARTS || lower < 0 || upper > height * PARTS) continue;
    const end = Math.min(pixelFrom(lower), height);
    for (let row = Math.max(pixelFrom(upper), 0); row < end; row++) {
      const at = row * PARTS + PARTS / 2;
      let from = Infinity, to = -Infinity, j = corners - 1;
      for (let i = 0; i < corners; i++) {
        // The upper end first, whichever way round the outline goes.
        const [a, b] = py[j] <= py[i] ? [j, i] : [i, j];
        j = i;
        if (py[a] <= at && at < py[b]) {
          const cross = px[a] + Math.floor((px[b] - px[a]) * (at - py[a]) / (py[b] - py[a]));
          if (cross < from) from = cross;
          if (cross > to) to = cross;
        }
      }
      if (from === Infinity) continue;
      const begin = Math.max(pixelFrom(from), 0), stop = Math.min(pixelFrom(to), width);
      const hatch = hatches[kind];
      if (hatch === null) {
        if (begin < stop) pixels.fill(fills[kind], row * width + begin, row * width + stop);
      } else {
        for (let column = begin; column < stop; column++) {
          pixels[row * width + column] = (column + row) % HATCH_PERIOD < HATCH_WIDTH ? hatch : fills[kind];
        }
      }
    }
  }
}

// The cells of a mode in a picture of this size, as an ImageData. `background` is one colour.
function rasterised(view, width, height, classes, paints, background = [255, 255, 255, 255]) {
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  pixels.fill(packedColour(background));
  fillCells(pixels, width, height, view, M, classes, paints);
  return image;
}

// FNV-1a over the bytes of an image, for tests: two pictures are the same when this is.
function fingerprint(bytes) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
