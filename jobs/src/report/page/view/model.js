// What the page knows: the tables by name, and cells, outlets and shapes as columns. Nothing is computed here that a table
// has; sums for a legend add up the residents of the cells that are shown.
// Comes in: the unpacked data. Goes out: one object, `M`.

const NONE = 250, UNKNOWN = 251, NO_STREET = 252, NO_TIME = 253;
let M = null;

function makeModel({ told, column }) {
  const first = column("cell_first"), of = column("cell_corner");
  const model = {
    told,
    column,
    count: told.cells.count,
    x: column("corner_x"),
    y: column("corner_y"),
    first,
    of,
    zone: column("zone"),
    missing: column("missing"),
    outletX: column("outlet_x"),
    outletY: column("outlet_y"),
    requirements: rows(told.requirements),
    formats: rows(told.formats),
    zones: told.zone_shapes,
  };
  model.summary = keyed(rows(told.summary), (row) => row.zone_id);
  model.city = model.summary.get("*") || {};
  model.byZone = grouped(rows(told.zones), (row) => row.zone_id);
  model.ratings = grouped(rows(told.ratings), (row) => row.zone_id);
  model.zoneFormats = grouped(rows(told.zone_formats), (row) => row.zone_id);
  model.weights = [{ name: null, values: column("residents"), parts: told.parts }];
  told.groups.forEach((name, i) => model.weights.push({ name, values: column("group_" + i), parts: 100 }));
  model.bounds = boundsOf(model.x, model.y);
  model.centres = centresOf(model);
  model.finder = finderOf(model);
  return model;
}

// A table as columns becomes a list of rows.
function rows(table) {
  const names = Object.keys(table);
  const count = names.length ? table[names[0]].length : 0;
  return Array.from({ length: count }, (_, i) => Object.fromEntries(names.map((name) => [name, table[name][i]])));
}

function keyed(list, key) {
  return new Map(list.map((row) => [key(row), row]));
}

function grouped(list, key) {
  const groups = new Map();
  for (const row of list) {
    const of = key(row);
    if (!groups.has(of)) groups.set(of, []);
    groups.get(of).push(row);
  }
  return groups;
}

// West, north, east, south in decimetres.
function boundsOf(x, y) {
  let [w, n, e, s] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < x.length; i++) {
    if (x[i] < w) w = x[i];
    if (x[i] > e) e = x[i];
    if (y[i] < n) n = y[i];
    if (y[i] > s) s = y[i];
  }
  return [w, n, e, s];
}

function centresOf({ count, first, of, x, y }) {
  const centres = { x: new Float64Array(count), y: new Float64Array(count) };
  for (let cell = 0; cell < count; cell++) {
    let [sx, sy] = [0, 0];
    for (let i = first[cell]; i < first[cell + 1]; i++) {
      sx += x[of[i]];
      sy += y[of[i]];
    }
    const corners = first[cell + 1] - first[cell];
    centres.x[cell] = sx / corners;
    centres.y[cell] = sy / corners;
  }
  return centres;
}

// Cells by squares about as wide as they are, to find the one at a place.
function finderOf(model) {
  const { count, first, of, x, y, centres } = model;
  const a = of[first[0]], b = of[first[0] + 1];
  const side = 2 * Math.max(1, Math.hypot(x[a] - x[b], y[a] - y[b]));
  const squares = new Map();
  const key = (px, py) => Math.floor(px / side) * 1e6 + Math.floor(py / side);
  for (let cell = 0; cell < count; cell++) {
    const at = key(centres.x[cell], centres.y[cell]);
    if (squares.has(at)) squares.get(at).push(cell);
    else squares.set(at, [cell]);
  }
  return (px, py) => {
    let best = -1, far = side * side * 4;
    for (let dx = -1; dx <= 1; dx++) for (let dy = -1; dy <= 1; dy++) {
      for (const cell of squares.get(key(px + dx * side, py + dy * side)) || []) {
        const d = (centres.x[cell] - px) ** 2 + (centres.y[cell] - py) ** 2;
        if (d < far && contains(model, cell, px, py)) [best, far] = [cell, d];
      }
    }
    return best;
  };
}

// Whether a place is in a cell, by the crossings of a ray.
function contains({ first, of, x, y }, cell, px, py) {
  let inside = false;
  for (let i = first[cell], j = first[cell + 1] - 1; i < first[cell + 1]; j = i++) {
    const [x1, y1, x2, y2] = [x[of[i]], y[of[i]], x[of[j]], y[of[j]]];
    if (y1 > py !== y2 > py && px < ((x2 - x1) * (py - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

// The H3 index of a cell as text.
function h3(cell) {
  const { first, below } = M.told.cells;
  return (BigInt("0x" + first) + (BigInt(M.column("h3")[cell]) << BigInt(below))).toString(16);
}

// The cell of an H3 index; -1 for one that is not here.
function cellOf(text) {
  if (!/^[0-9a-f]{15}$/.test(text || "")) return -1;
  const { first, below } = M.told.cells;
  const offset = BigInt("0x" + text) - BigInt("0x" + first);
  const wanted = Number(offset >> BigInt(below));
  const ids = M.column("h3");
  let [low, high] = [0, M.count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ids[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low < M.count && ids[low] === wanted && h3(low) === text ? low : -1;
}

function residentsOf(cell, weight = 0) {
  const { values, parts } = M.weights[weight];
  return values[cell] / parts;
}

// Longitude and latitude of a place in decimetres.
function lonLat(px, py) {
  const [lon, lat] = M.told.origin;
  const perDegree = 6371008.8 * Math.PI / 180;
  return [lon + px / 10 / (perDegree * Math.cos(lat * Math.PI / 180)), lat - py / 10 / perDegree];
}

// The outlet that a requirement or a format leads to from a cell; null where there is none.
function nearestOutlet(column, cell) {
  const values = M.column(column);
  const place = values ? values[cell] - 1 : -1;
  return place >= 0 ? place : null;
}

function zoneName(zone) {
  return M.zones[zone] ? M.zones[zone].name : null;
}
