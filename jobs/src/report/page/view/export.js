// What leaves the page: tables as CSV, a link to the view, a picture for slides and print.
// Comes in: the state. Goes out: files that the browser saves. Nothing is sent anywhere.

// A field of CSV. What a spreadsheet would run as a formula has an apostrophe in front.
function field(value) {
  let text = value == null ? "" : String(value);
  if (/^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text))) text = "'" + text;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// Lines with a byte order mark, so that a spreadsheet reads UTF-8.
function csv(lines) {
  return "\ufeff" + lines.map((line) => line.map(field).join(",")).join("\r\n") + "\r\n";
}

function save(name, blob) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// The cells with what the map shows of them.
function cellsCsv() {
  const codes = codesOf(state.mode), classes = classesOf(state.mode), table = classTable(classes);
  const weights = M.weights.map((_, i) => weightName(i));
  const lines = [["h3", "lon", "lat", t("zone"), ...weights, modeTitle(state.mode)]];
  for (let cell = 0; cell < M.count; cell++) {
    const [lon, lat] = lonLat(M.centres.x[cell], M.centres.y[cell]), code = codes[cell];
    const shown = state.mode.kind === "minutes" ? walkText(code) : classes[table[code]][lang];
    const exact = state.mode.kind === "missing" && code < NONE ? code : shown;
    lines.push([h3(cell), lon.toFixed(6), lat.toFixed(6), zoneName(M.zone[cell] - 1), ...M.weights.map((_, i) => residentsOf(cell, i)), exact]);
  }
  return csv(lines);
}

// The table of zones, every requirement in a column.
function zonesCsv() {
  const share = (zone, id) => ((M.byZone.get(zone) || []).find((row) => row.requirement === id) || {}).share_met;
  const head = [t("zone"), "ID", weightName(0), t("lacking_any"), t("grade"), ...M.requirements.map((row) => `${named(row)} ${limitText(row)}`)];
  const lines = zoneRows().map((row) => [row.name, row.id, row.residents, row.lacking, row.grade, ...M.requirements.map((r) => share(row.id, r.requirement))]);
  return csv([head, ...lines]);
}

function saveCsv(kind) {
  const text = kind === "cells" ? cellsCsv() : zonesCsv();
  save(`${fileStem()}-${kind}.csv`, new Blob([text], { type: "text/csv;charset=utf-8" }));
}

function fileStem() {
  return titleText().replace(/[\\/:*?"<>|\s]+/g, "-").slice(0, 60) + "-" + modeText(state.mode).replaceAll(":", "-");
}

// The state as the part of the address behind #, which works for files too.
function linkText() {
  const { left, top, scale } = maps[0].view, { ratio } = maps[0];
  const middle = maps[0].at(maps[0].width / 2, maps[0].height / 2).map(Math.round);
  const parts = {
    lang, mode: modeText(state.mode), at: `${middle[0]},${middle[1]},${Math.round(scale / ratio)}`,
    cell: state.cell >= 0 ? h3(state.cell) : "", zone: state.zone != null ? M.zones[state.zone].id : "", line: state.line || "",
    weight: state.weight || "", beside: state.compare ? modeText(state.beside) : "",
  };
  return "#" + new URLSearchParams(Object.entries(parts).filter(([, value]) => value !== "")).toString();
}

function noteLink() {
  clearTimeout(noteLink.later);
  noteLink.later = setTimeout(() => {
    try { history.replaceState(null, "", linkText()); } catch { /* a viewer that allows no address; the link can still be copied */ }
  }, 300);
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(t("copied"));
  } catch {
    const box = el("textarea", {}, text);
    document.body.append(box);
    box.select();
    say(document.execCommand("copy") ? t("copied") : t("link_failed"));
    box.remove();
  }
}

function say(text) {
  byId("said").textContent = text;
}

// A sheet of 300 dots to the inch, A4 across: title, finding, map, legend, scale, sources.
function sheet(width = 3508, height = 2480) {
  const canvas = el("canvas", { width, height }), context = canvas.getContext("2d"), ratio = width / 1240;
  const wide = Math.round(width * 0.735), top = Math.round(124 * ratio), foot = Math.round(34 * ratio), pad = Math.round(20 * ratio);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  const map = new Sheet(maps[0], wide - pad, height - top - foot, ratio);
  map.draw(context, pad, top);
  const write = (text, x, y, size, { weight = 400, ink = "#1b2430", most = width - x - pad } = {}) => {
    context.font = `${weight} ${size * ratio}px ${FONT}`;
    context.fillStyle = ink;
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    return lines(context, text, most).reduce((at, line) => {
      context.fillText(line, x, at);
      return at + size * 1.4 * ratio;
    }, y);
  };
  write(titleText(), pad, 40 * ratio, 26, { weight: 700 });
  write(M.told.standard ? M.told.standard[lang] : "", pad, 62 * ratio, 13, { ink: "#56616f" });
  write(byId("finding").textContent, pad, 90 * ratio, 16, { weight: 500 });
  const left = wide + Math.round(14 * ratio);
  let y = write(modeTitle(state.mode), left, top + 16 * ratio, 16, { weight: 600 }) + 6 * ratio;
  y = write(weightName(state.weight), left, y, 12, { ink: "#56616f" }) + 6 * ratio;
  for (const c of legendOf(state.mode, state.weight).filter((one) => one.cells > 0)) {
    context.drawImage(swatch(c), left, y - 12 * ratio, 28 * ratio, 16 * ratio);
    context.strokeStyle = "#444";
    context.lineWidth = 0.7 * ratio;
    context.strokeRect(left, y - 12 * ratio, 28 * ratio, 16 * ratio);
    write(c[lang], left + 36 * ratio, y, 13);
    context.textAlign = "right";
    context.fillText(`${number(c.residents)}   ${percent(c.share)}`, width - pad, y);
    y += 24 * ratio;
  }
  if (state.mode.kind === "within") y = write(t("explore_note"), left, y + 8 * ratio, 12, { ink: "#56616f" });
  limits().forEach((text) => { y = write(text, left, y + 8 * ratio, 11, { ink: "#56616f" }); });
  write(`${footerText()} · ${attributionText()}`, pad, height - 12 * ratio, 11, { ink: "#56616f" });
  return canvas;
}

// A map of another size with the view of one on the screen.
class Sheet {
  constructor(map, width, height, ratio) {
    const [x, y] = map.at(map.width / 2, map.height / 2);
    const grow = Math.min(width / map.width, height / map.height);
    Object.assign(this, { width, height, ratio, mode: map.mode, kinds: map.classed(), lines: null });
    this.view = { left: 0, top: 0, scale: Math.max(1, Math.round(map.view.scale * grow)) };
    this.at = MapView.prototype.at;
    this.pixel = MapView.prototype.pixel;
    MapView.prototype.centre.call(this, [x, y]);
  }

  draw(context, left, top) {
    const cells = el("canvas", { width: this.width, height: this.height }), over = cells.getContext("2d");
    over.putImageData(rasterised(this.view, this.width, this.height, this.kinds, classesOf(this.mode)), 0, 0);
    drawOverlay(over, this, state, false);
    context.drawImage(cells, left, top);
    context.strokeStyle = "#1b2430";
    context.lineWidth = this.ratio;
    context.strokeRect(left, top, this.width, this.height);
  }
}

// A text as lines of at most so many pixels; Chinese may break between any two characters.
function lines(context, text, most) {
  const pieces = text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+/g) || [];
  const all = [""];
  for (const piece of pieces) {
    if (all.at(-1) && context.measureText(all.at(-1) + piece).width > most) all.push("");
    all[all.length - 1] += piece;
  }
  return all;
}

function savePng() {
  sheet().toBlob((blob) => save(fileStem() + ".png", blob), "image/png");
}
