// Puts the page together: the state, its changes, what is picked, the link in the address.
// Comes in: the data block, the address. Goes out: the page, and `window.walkshed` for those who test it.

const state = {
  mode: { kind: "missing" }, beside: { kind: "missing" }, weight: 0, cell: -1, zone: null, outlet: null, line: null,
  streets: true, borders: true, outlets: false, isochrones: false, hideEmpty: false, compare: false, tab: "zones", filter: "",
};
const maps = [];
const TABS = ["zones", "gaps", "place", "about"];

// Takes over some values of the state and draws what depends on them.
function change(values) {
  Object.assign(state, values);
  if ("mode" in values && state.cell >= 0 && !("outlet" in values)) followMode();
  if (values.compare && state.beside.kind === state.mode.kind && state.beside.of === state.mode.of) state.beside = firstOf("requirement");
  maps[0].mode = state.mode;
  maps[1].mode = state.beside;
  if ("compare" in values) placeMaps();
  drawAll();
}

// A line to the nearest outlet of what is shown, from the picked cell.
function followMode() {
  const { kind, of } = state.mode;
  state.line = kind === "missing" ? null : kind === "requirement" ? "gap_nearest_" + of : "nearest_" + of;
  state.outlet = state.line ? nearestOutlet(state.line, state.cell) : null;
}

function drawAll() {
  drawControls();
  drawTabs();
  drawZones();
  drawGaps();
  drawPlace();
  drawAbout();
  drawWords();
  maps.forEach((map) => { if (!map.box.hidden) map.draw(); });
  noteLink();
}

function pickCell(cell, { of = null, fly = false, tab = true, zone = null } = {}) {
  state.cell = cell;
  state.zone = zone ?? (cell >= 0 && M.zone[cell] > 0 ? M.zone[cell] - 1 : null);
  state.outlet = state.line = null;
  if (cell >= 0 && of) [state.line, state.outlet] = [of, nearestOutlet(of, cell)];
  else if (cell >= 0) followMode();
  if (fly && cell >= 0) maps[0].flyTo(M.centres.x[cell], M.centres.y[cell], 120);
  if (tab) state.tab = cell >= 0 ? "place" : state.tab === "place" ? "zones" : state.tab;
  change({});
}

function pickZone(zone, tab = true) {
  Object.assign(state, { zone, cell: -1, outlet: null, line: null });
  const bounds = zone != null && boundsOfLines("zone", zone);
  if (bounds) maps[0].fit(bounds);
  if (tab) state.tab = zone == null ? "zones" : "place";
  change({});
}

function showTab(tab) {
  state.tab = tab;
  drawTabs();
}

function drawTabs() {
  document.querySelector(".tabs").replaceChildren(...TABS.map((tab) => {
    const chosen = tab === state.tab;
    const keys = (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      showTab(TABS[(TABS.indexOf(tab) + step + TABS.length) % TABS.length]);
      document.querySelector(".tab[aria-selected=true]").focus();
    };
    return el("button", { class: "tab", role: "tab", id: "tab-" + tab, "aria-controls": tab, "aria-selected": String(chosen), tabindex: chosen ? 0 : -1, onclick: () => showTab(tab), onkeydown: keys }, t("tab_" + tab));
  }));
  for (const tab of TABS) {
    byId(tab).hidden = tab !== state.tab;
    byId(tab).setAttribute("aria-labelledby", "tab-" + tab);
  }
}

// The finding in one sentence, from the sums that the run saved.
function findingText() {
  const all = M.requirements.length, known = M.requirements.filter((row) => row.share_met != null);
  if (!all) return t("finding_none");
  const share = M.told.share_all_known == null ? "–" : percent(M.told.share_all_known);
  const first = known.length === all ? t("finding_all", share, all) : t("finding_known", share, known.length, all);
  const lacking = (row) => row.residents_not_met + row.residents_no_street;
  const most = known.reduce((a, b) => (a && lacking(a) >= lacking(b) ? a : b), null);
  if (!most || lacking(most) <= 0) return first;
  const total = M.told.residents.total;
  return first + (lang === "zh" ? "" : " ") + t("finding_most", named(most), limitText(most), number(lacking(most)), lang === "zh" ? `${weightShort()}共 ${number(total)}` : `${number(total)} ${weightShort()}`);
}

function footerText() {
  const { standard, model, created } = M.told;
  return t("footer", standard ? `${standard[lang]} (${standard.id})` : "–", model ? t("speed", model.speed_m_per_s) : "–", created);
}

// What the run is called, or else the file of its streets.
function titleText() {
  return M.told.title || M.told.streets.source || t("no_title");
}

function attributionText() {
  return M.told.of_osm ? t("attribution") : t("made_up");
}

function drawWords() {
  document.documentElement.lang = lang;
  document.querySelectorAll("[data-t]").forEach((element) => { element.textContent = t(element.dataset.t); });
  const title = titleText();
  document.title = title;
  byId("title").textContent = title;
  byId("standard").textContent = M.told.standard ? M.told.standard[lang] : "";
  byId("finding").textContent = findingText();
  byId("search").placeholder = t("search_hint");
  byId("footer").textContent = [footerText(), `${t("date_streets")}: ${streetsDate()}`, t("projection"), ...limits(), t("made_by") + " " + M.told.walkshed].join(" · ");
  byId("attribution").textContent = attributionText();
  for (const map of maps) {
    const caption = map.box.querySelector("figcaption");
    caption.replaceChildren(map === maps[1] ? besideChooser() : modeTitle(map.mode));
    map.lines.setAttribute("aria-label", t("map_label", modeTitle(map.mode)));
  }
  const [zoomIn, zoomOut, whole] = [".in", ".out", ".fit"].map((name) => maps[0].box.querySelector(name));
  [[zoomIn, "zoom_in"], [zoomOut, "zoom_out"], [whole, "whole"]].forEach(([button, key]) => button.setAttribute("aria-label", t(key)));
}

// What the right map shows.
function besideChooser() {
  const modes = [{ kind: "missing" }, ...M.requirements.map((_, of) => ({ kind: "requirement", of })), ...M.formats.map((_, of) => ({ kind: "minutes", of })).filter(({ of }) => M.told.has_walks[of])];
  const now = modeText(state.beside);
  const options = modes.map((mode) => el("option", { value: modeText(mode), selected: modeText(mode) === now }, modeTitle(mode)));
  return el("select", { "aria-label": t("compare_with"), onchange: (event) => change({ beside: modeFrom(event.target.value) }) }, ...options);
}

function placeMaps() {
  maps[1].box.hidden = !state.compare;
  document.body.classList.toggle("comparing", state.compare);
  if (state.compare) maps[1].view = null;
  maps.forEach((map) => { if (!map.box.hidden) map.resize(); });
  if (state.compare) follow(maps[0]);
}

// The other map shows what this one does.
function follow(map) {
  const other = maps[1 - maps.indexOf(map)];
  if (!other || other.box.hidden || !other.view || other.following) return;
  map.following = true;
  other.view = { ...other.view, scale: map.view.scale };
  other.centre(map.at(map.width / 2, map.height / 2));
  other.draw();
  map.following = false;
}

function onHover(map, at, pixel) {
  const tip = map.box.querySelector(".tip"), cell = at ? M.finder(...at) : -1;
  const outlet = at && state.outlets ? outletAt(map, at) : null;
  tip.hidden = cell < 0 && outlet == null;
  if (tip.hidden) return;
  if (outlet == null) tip.replaceChildren(...cellTip(map, cell));
  else tip.replaceChildren(el("b", {}, outletName(outlet)), ` · ${outletFormats(outlet)} · ${outletSource(outlet)}`);
  const [px, py] = pixel.map((n) => n / map.ratio);
  const left = Math.min(px + 14, map.box.clientWidth - tip.offsetWidth - 6);
  tip.style.left = `${Math.max(left, 6)}px`;
  tip.style.top = `${py + 18 + tip.offsetHeight > map.box.clientHeight ? py - tip.offsetHeight - 12 : py + 18}px`;
}

function cellTip(map, cell) {
  const classes = classesOf(map.mode), code = codesOf(map.mode)[cell];
  const value = map.mode.kind === "minutes" ? walkText(code) : classes[classTable(classes)[code]][lang];
  return [el("b", {}, value), ` · ${number(residentsOf(cell))} ${weightShort()}`, M.zone[cell] ? ` · ${zoneName(M.zone[cell] - 1)}` : ""];
}

// The state from the address, as far as it is known here.
function readLink() {
  const parts = new URLSearchParams(location.hash.slice(1));
  if (["zh", "en"].includes(parts.get("lang"))) lang = parts.get("lang");
  state.mode = modeFrom(parts.get("mode"));
  if (parts.has("beside")) [state.compare, state.beside] = [true, modeFrom(parts.get("beside"))];
  const weight = Number(parts.get("weight"));
  if (M.weights[weight]) state.weight = weight;
  const zone = M.zones.findIndex((one) => one.id === parts.get("zone"));
  if (zone >= 0) state.zone = zone;
  state.cell = cellOf(parts.get("cell"));
  if (state.cell >= 0) followMode();
  if (state.cell >= 0 && M.column(parts.get("line"))) [state.line, state.outlet] = [parts.get("line"), nearestOutlet(parts.get("line"), state.cell)];
  if (state.cell >= 0 || state.zone != null) state.tab = "place";
  return (parts.get("at") || "").split(",").map(Number);
}

function start(data) {
  M = makeModel(data);
  lang = /^zh/i.test(navigator.language || "zh") ? "zh" : "en";
  const [x, y, scale] = readLink();
  for (const id of ["map-a", "map-b"]) {
    maps.push(new MapView(byId(id), {
      state: () => state, onMove: (map) => { follow(map); noteLink(); }, onHover,
      onPick: (_, at) => pickCell(at ? M.finder(...at) : -1),
    }));
  }
  [maps[0].mode, maps[1].mode] = [state.mode, state.beside];
  maps[1].box.hidden = !state.compare;
  document.body.classList.toggle("comparing", state.compare);
  listenToControls();
  listenToPrint();
  const { box } = maps[0];
  box.querySelector(".in").addEventListener("click", () => maps[0].zoom(1.6));
  box.querySelector(".out").addEventListener("click", () => maps[0].zoom(1 / 1.6));
  box.querySelector(".fit").addEventListener("click", () => maps[0].fit());
  byId("language").addEventListener("click", () => { lang = lang === "zh" ? "en" : "zh"; drawAll(); });
  byId("print").addEventListener("click", () => window.print());
  byId("png").addEventListener("click", savePng);
  byId("csv-cells").addEventListener("click", () => saveCsv("cells"));
  byId("csv-zones").addEventListener("click", () => saveCsv("zones"));
  byId("link").addEventListener("click", () => copy(location.href.split("#")[0] + linkText()));
  drawAll();
  maps.forEach((map) => { if (!map.box.hidden) map.resize(); });
  if (scale > 0) {
    maps[0].view = { ...maps[0].view, scale: Math.round(scale * maps[0].ratio) };
    maps[0].centre([x, y]);
    maps[0].moved();
  } else if (state.zone != null && state.cell < 0) {
    maps[0].fit(boundsOfLines("zone", state.zone) || M.bounds);
  } else if (state.cell >= 0) {
    maps[0].flyTo(M.centres.x[state.cell], M.centres.y[state.cell], 120);
  }
  new ResizeObserver(() => maps.forEach((map) => { if (!map.box.hidden && !map.saved) map.resize(); })).observe(byId("maps"));
}

// What tests ask: the picture of cells as it is on the screen, and where a cell is.
function testHooks() {
  return {
    state, maps, change, pickCell, h3, cellOf, modeFrom, legendOf, sheet, cellsCsv, zonesCsv, fingerprint, count: M.count,
    picture: (width, height) => fingerprint(rasterised(fitted(M.bounds, width, height), width, height, maps[0].classed(), classesOf(state.mode)).data),
    place: (cell) => maps[0].pixel(M.centres.x[cell], M.centres.y[cell]).map((n) => n / maps[0].ratio),
  };
}

(async () => {
  byId("loading").textContent = t("loading");
  try {
    start(await unpack(byId("data").textContent.trim()));
    byId("loading").textContent = "";
    maps[0].drawNow();
    window.walkshed = testHooks();
    document.documentElement.dataset.ready = "yes";
  } catch (error) {
    byId("loading").textContent = typeof DecompressionStream === "undefined" ? `${WORDS.zh.unsupported} ${WORDS.en.unsupported}` : String(error);
    throw error;
  }
})();
