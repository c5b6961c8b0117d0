// Lines and words over the cells: streets with their names, borders and names of zones, outlets, walking areas, what is
// picked, scale and north.
// Comes in: a canvas context, a view (a MapView, or the sheet of a picture), the state of the page. Goes out: drawing.

const FONT = "'Noto Sans SC','Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC','Helvetica Neue',Arial,sans-serif";
const STREETS_FROM = 55; // pixels to a kilometre from which streets other than main ones are drawn
const NAMES_FROM = 45;
const ZONE_INK = "#111827";
const MINUTE_INKS = { 5: "#7c1d6f", 10: "#b5338a", 15: "#e36aae" };
const paths = {};

// The lines of one kind as one path in decimetres; `only` picks some of them.
function pathOf(name, only = null) {
  if (!only && paths[name]) return paths[name];
  const path = new Path2D();
  const counts = M.column(name + "_points"), of = M.column(name + "_of"), x = M.column(name + "_x"), y = M.column(name + "_y");
  for (let line = 0, at = 0; line < counts.length; at += counts[line++]) {
    if (only && !only(of[line])) continue;
    for (let i = at; i < at + counts[line]; i++) i === at ? path.moveTo(x[i], y[i]) : path.lineTo(x[i], y[i]);
  }
  if (!only) paths[name] = path;
  return path;
}

// The bounds of the lines of one kind that belong to something.
function boundsOfLines(name, whose) {
  const counts = M.column(name + "_points"), of = M.column(name + "_of"), x = M.column(name + "_x"), y = M.column(name + "_y");
  const xs = [], ys = [];
  for (let line = 0, at = 0; line < counts.length; at += counts[line++]) {
    if (of[line] !== whose) continue;
    for (let i = at; i < at + counts[line]; i++) {
      xs.push(x[i]);
      ys.push(y[i]);
    }
  }
  return xs.length ? boundsOf(xs, ys) : null;
}

// Strokes a path of decimetres in pixels.
function strokePath(context, map, path, ink, width, dash = []) {
  const { view, ratio } = map, per = view.scale / (PARTS * FIXED);
  context.save();
  context.transform(per, 0, 0, per, -view.left * per, -view.top * per);
  context.strokeStyle = ink;
  context.lineWidth = width * ratio / per;
  context.lineJoin = context.lineCap = "round";
  context.setLineDash(dash.map((length) => length * ratio / per));
  context.stroke(path);
  context.restore();
}

function pixelsPerKilometre(map) {
  return 1000 / meters(map.view, map.ratio);
}

function drawOverlay(context, map, state, quick) {
  const taken = [];
  if (state.streets) drawStreets(context, map, quick);
  if (state.isochrones) drawIsochrones(context, map, state);
  if (state.borders && M.zones.length) {
    strokePath(context, map, pathOf("zone"), "rgba(255,255,255,.85)", 2.6);
    strokePath(context, map, pathOf("zone"), ZONE_INK, 1.1, [6, 3]);
  }
  if (state.zone != null) strokePath(context, map, pathOf("zone", (zone) => zone === state.zone), ZONE_INK, 3);
  if (state.outlets) drawOutlets(context, map);
  drawPicked(context, map, state);
  if (state.borders && !quick) drawZoneNames(context, map, state, taken);
  if (state.streets && !quick) drawStreetNames(context, map, taken);
  if (document.activeElement === map.lines) drawCross(context, map);
  drawScale(context, map);
}

function drawStreets(context, map, quick) {
  const near = pixelsPerKilometre(map);
  if (near >= STREETS_FROM && !quick) {
    strokePath(context, map, pathOf("minor"), "rgba(31,41,55,.30)", Math.min(Math.max(near / 220, 0.5), 2));
  }
  const width = Math.min(Math.max(near / 90, 0.9), 5);
  strokePath(context, map, pathOf("main"), "rgba(255,255,255,.65)", width + 1.2);
  strokePath(context, map, pathOf("main"), "rgba(31,41,55,.62)", width);
}

// Text with a halo, unless its box meets one that is taken.
function label(context, map, text, [px, py], { size, ink = "#1f2937", weight = 400, angle = 0, taken = null }) {
  context.font = `${weight} ${size * map.ratio}px ${FONT}`;
  const half = context.measureText(text).width / 2 + 4 * map.ratio, tall = size * map.ratio * 0.75;
  const turn = angle * Math.PI / 180;
  const [bx, by] = [Math.abs(Math.cos(turn)) * half + Math.abs(Math.sin(turn)) * tall, Math.abs(Math.sin(turn)) * half + Math.abs(Math.cos(turn)) * tall];
  if (px < bx || py < by || px > map.width - bx || py > map.height - by) return false;
  if (taken) {
    if (taken.some(([x, y, w, h]) => Math.abs(px - x) < bx + w && Math.abs(py - y) < by + h)) return false;
    taken.push([px, py, bx, by]);
  }
  context.save();
  context.translate(px, py);
  context.rotate(turn);
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 3.4 * map.ratio;
  context.strokeStyle = "rgba(255,255,255,.92)";
  context.strokeText(text, 0, 0);
  context.fillStyle = ink;
  context.fillText(text, 0, 0);
  context.restore();
  return true;
}

function drawStreetNames(context, map, taken) {
  const near = pixelsPerKilometre(map);
  if (near < NAMES_FROM) return;
  let drawn = 0;
  for (const [name, x, y, angle, length] of M.told.labels) {
    const long = length / 1000 * near;
    if (drawn > 60) break;
    if (long < name.length * 9 + 40) continue;
    if (label(context, map, name, map.pixel(x, y), { size: 11, ink: "#374151", angle, taken })) drawn++;
  }
}

function zoneCentres() {
  if (!M.zoneCentres) {
    M.zoneCentres = M.zones.map(() => [0, 0, 0]);
    for (let cell = 0; cell < M.count; cell++) {
      const zone = M.zone[cell] - 1;
      if (zone < 0) continue;
      const sum = M.zoneCentres[zone], n = residentsOf(cell) + 1e-6;
      sum[0] += M.centres.x[cell] * n;
      sum[1] += M.centres.y[cell] * n;
      sum[2] += n;
    }
    M.zoneCentres = M.zoneCentres.map(([x, y, n]) => (n > 0 ? [x / n, y / n] : null));
  }
  return M.zoneCentres;
}

// How wide a zone is, in decimetres.
function zoneWidth(zone) {
  M.zoneWidths = M.zoneWidths || M.zones.map((_, i) => { const box = boundsOfLines("zone", i); return box ? box[2] - box[0] : 0; });
  return M.zoneWidths[zone];
}

function drawZoneNames(context, map, state, taken) {
  const order = M.zones.map((zone, i) => [i, (M.summary.get(zone.id) || {}).residents || 0]);
  order.sort((a, b) => (a[0] === state.zone ? -1 : b[0] === state.zone ? 1 : b[1] - a[1]));
  for (const [zone] of order) {
    const at = zoneCentres()[zone], wide = zoneWidth(zone) / meters(map.view, 10);
    // A name much wider than its zone hides others.
    if (at && (zone === state.zone || wide > M.zones[zone].name.length * 5 * map.ratio)) label(context, map, M.zones[zone].name, map.pixel(...at), { size: 12, weight: 600, ink: "#111827", taken });
  }
}

function formatsShown(mode) {
  if (mode.kind === "missing") return null;
  return mode.kind === "requirement" ? M.told.formats_of[mode.of] : [mode.of];
}

// The outlets of what is shown; all of them where requirements are counted.
function drawOutlets(context, map) {
  const shown = formatsShown(map.mode), { formats } = M.told.outlets;
  const size = Math.min(Math.max(pixelsPerKilometre(map) / 28, 1.6), 4.4) * map.ratio;
  context.lineWidth = 1.1 * map.ratio;
  context.strokeStyle = "#fff";
  context.fillStyle = shown ? "#c2185b" : "rgba(194,24,91,.75)";
  for (let i = 0; i < formats.length; i++) {
    if (shown && !formats[i].some((format) => shown.includes(format))) continue;
    const [px, py] = map.pixel(M.outletX[i], M.outletY[i]);
    if (px < -9 || py < -9 || px > map.width + 9 || py > map.height + 9) continue;
    context.beginPath();
    context.arc(px, py, size, 0, 7);
    context.fill();
    if (size > 2.4 * map.ratio) context.stroke();
  }
}

// The outlet under a place, of those that are shown; nothing where there is none within a few pixels.
function outletAt(map, [px, py]) {
  const shown = formatsShown(map.mode), { formats } = M.told.outlets;
  let [best, far] = [null, (meters(map.view, 7 * map.ratio) * 10) ** 2];
  for (let i = 0; i < formats.length; i++) {
    const d = (M.outletX[i] - px) ** 2 + (M.outletY[i] - py) ** 2;
    if (d < far && (!shown || formats[i].some((format) => shown.includes(format)))) [best, far] = [i, d];
  }
  return best;
}

// Walking areas from the picked cell, or from the middle of its zone.
function isochronesShown(state) {
  const zone = zoneName(state.zone), id = state.cell >= 0 ? h3(state.cell) : null;
  const all = M.told.isochrones.map((one, i) => ({ ...one, i }));
  const of = id ? all.filter((one) => one.origin === id) : [];
  if (of.length) return of.filter((one) => one.origin === of[0].origin && one.kind === of[0].kind);
  const here = zone ? all.filter((one) => one.zone === zone && one.kind === "zone_centre") : all.filter((one) => one.kind === "asked");
  return here;
}

function drawIsochrones(context, map, state) {
  const shown = isochronesShown(state).sort((a, b) => b.minutes - a.minutes);
  for (const one of shown) {
    const path = pathOf("isochrone", (i) => i === one.i), ink = MINUTE_INKS[one.minutes] || "#7c1d6f";
    strokePath(context, map, path, "rgba(255,255,255,.9)", 4.6);
    strokePath(context, map, path, ink, 2.4);
  }
  for (const one of shown) {
    const box = boundsOfLines("isochrone", one.i);
    if (box && (box[2] - box[0]) > meters(map.view, 10) * 70 * map.ratio) label(context, map, t("minutes", one.minutes), map.pixel((box[0] + box[2]) / 2, box[1]), { size: 12, weight: 700, ink: MINUTE_INKS[one.minutes] });
  }
}

function drawPicked(context, map, state) {
  if (state.cell < 0) return;
  const { first, of, x, y, centres } = M, { cell } = state;
  const from = map.pixel(centres.x[cell], centres.y[cell]);
  if (state.outlet != null) {
    const to = map.pixel(M.outletX[state.outlet], M.outletY[state.outlet]);
    for (const [ink, width, dash] of [["#fff", 5, []], ["#111827", 2.2, [7, 5]]]) {
      context.beginPath();
      context.moveTo(...from);
      context.lineTo(...to);
      context.strokeStyle = ink;
      context.lineWidth = width * map.ratio;
      context.setLineDash(dash.map((length) => length * map.ratio));
      context.stroke();
      context.setLineDash([]);
    }
    context.beginPath();
    context.arc(...to, 6 * map.ratio, 0, 7);
    context.fillStyle = "#c2185b";
    context.strokeStyle = "#fff";
    context.lineWidth = 2 * map.ratio;
    context.fill();
    context.stroke();
    label(context, map, outletName(state.outlet), [to[0], to[1] - 15 * map.ratio], { size: 12, weight: 600 });
  }
  context.beginPath();
  for (let i = first[cell]; i < first[cell + 1]; i++) context.lineTo(...map.pixel(x[of[i]], y[of[i]]));
  context.closePath();
  for (const [ink, width] of [["#fff", 5.5], ["#d81b60", 2.8]]) {
    context.strokeStyle = ink;
    context.lineWidth = width * map.ratio;
    context.stroke();
  }
}

// The middle of the map, while keys steer it.
function drawCross(context, map) {
  const [x, y, arm] = [map.width / 2, map.height / 2, 9 * map.ratio];
  for (const [ink, width] of [["#fff", 4], ["#111827", 1.6]]) {
    context.strokeStyle = ink;
    context.lineWidth = width * map.ratio;
    context.beginPath();
    context.moveTo(x - arm, y);
    context.lineTo(x + arm, y);
    context.moveTo(x, y - arm);
    context.lineTo(x, y + arm);
    context.stroke();
  }
}

// A bar of a round length, and where north is.
function drawScale(context, map) {
  const { ratio } = map, wide = meters(map.view, 150 * ratio);
  const power = 10 ** Math.floor(Math.log10(wide));
  const length = [5, 2, 1].map((n) => n * power).find((n) => n <= wide) || power;
  const pixels = length / meters(map.view, 1), left = 14 * ratio, base = map.height - 14 * ratio;
  const text = length >= 1000 ? `${length / 1000} km` : `${length} m`;
  context.font = `500 ${11 * ratio}px ${FONT}`;
  const north = left + pixels + 26 * ratio;
  context.fillStyle = "rgba(255,255,255,.86)";
  context.fillRect(left - 8 * ratio, base - 24 * ratio, pixels + 56 * ratio, 33 * ratio);
  context.fillStyle = "#111827";
  context.fillRect(left, base - 3 * ratio, pixels, 3 * ratio);
  context.fillRect(left, base - 8 * ratio, 1.5 * ratio, 8 * ratio);
  context.fillRect(left + pixels - 1.5 * ratio, base - 8 * ratio, 1.5 * ratio, 8 * ratio);
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.fillText(text, left + pixels / 2, base - 8 * ratio);
  context.beginPath();
  context.moveTo(north, base - 20 * ratio);
  context.lineTo(north + 5 * ratio, base - 7 * ratio);
  context.lineTo(north, base - 10 * ratio);
  context.lineTo(north - 5 * ratio, base - 7 * ratio);
  context.fill();
  context.fillText(t("north"), north, base + 5 * ratio);
}
