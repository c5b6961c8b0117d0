// What is shown: kinds of maps, the list to choose from, the slider, the legend, layers.
// Comes in: the state. Goes out: changes of it, by `change`.

const KINDS = ["missing", "requirement", "minutes"];
const LAYERS = ["streets", "borders", "outlets", "isochrones", "hide_empty", "compare"];

// An element with attributes and children; text is always text.
function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

function byId(id) {
  return document.getElementById(id);
}

// Enter and the space bar do what a click does.
function onKeys(act) {
  return (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act(event);
  };
}

function drawControls() {
  const kind = state.mode.kind === "within" ? "minutes" : state.mode.kind;
  byId("kinds").replaceChildren(...KINDS.map((key) => {
    const wanted = () => change({ mode: key === kind ? state.mode : firstOf(key) });
    const off = key === "requirement" && !M.requirements.length;
    return el("button", { "data-kind": key, "aria-pressed": String(key === kind), onclick: wanted, disabled: off }, t(key === "minutes" ? "by_minutes" : key));
  }));
  drawChoices();
  byId("explore").hidden = kind !== "minutes";
  const place = state.mode.kind === "within" ? M.told.explored.findIndex((e) => e.minutes === state.mode.minutes) + 1 : 0;
  byId("slider").value = place;
  byId("slider").max = M.told.explored.length;
  byId("slider-value").textContent = place ? t("minutes", state.mode.minutes) : t("explore_off");
  drawLegend();
  drawWeights();
  drawLayers();
}

// The first of a kind that has something to show: what most lack.
function firstOf(kind) {
  if (kind === "missing") return { kind };
  const lacking = M.requirements.map((r, i) => [r.residents_not_met + r.residents_no_street, i]).sort((a, b) => b[0] - a[0]);
  const most = lacking.length ? lacking[0][1] : -1;
  if (kind === "requirement") return { kind, of: Math.max(most, 0) };
  const before = state.mode.kind === "requirement" ? state.mode.of : most;
  const formats = before >= 0 ? M.told.formats_of[before] : [];
  const of = [...formats, ...M.formats.keys()].find((i) => M.told.has_walks[i] && M.formats[i].status === "in_registry");
  return { kind, of: of ?? 0 };
}

// Requirements or formats whose names, in either language, or ids hold what was typed; and zones.
function drawChoices() {
  const typed = byId("search").value.trim().toLowerCase();
  const holds = (...texts) => texts.some((text) => String(text || "").toLowerCase().includes(typed));
  const items = [];
  const add = (mode, row, note) => items.push({ mode, text: named(row), note, known: note !== t("unknown") });
  const wantsFormats = state.mode.kind === "minutes" || state.mode.kind === "within";
  if (typed || !wantsFormats) {
    M.requirements.forEach((row, of) => {
      if (holds(row.name_zh, row.name_en, row.requirement)) {
        add({ kind: "requirement", of }, row, row.share_met == null ? t("unknown") : percent(row.share_met));
      }
    });
  }
  if (typed || wantsFormats) {
    M.formats.forEach((row, of) => {
      if (!M.told.has_walks[of] || !holds(row.zh, row.en, row.format)) return;
      add({ kind: "minutes", of }, row, row.status === "in_registry" ? `${number(row.outlets)} ${t("outlets")}` : t("unknown"));
    });
  }
  const chosen = modeText(state.mode.kind === "within" ? { kind: "minutes", of: state.mode.of } : state.mode);
  const one = ({ mode, text, note }) => {
    const act = () => change({ mode });
    return el("li", { role: "option", tabindex: 0, "data-mode": modeText(mode), "aria-selected": String(modeText(mode) === chosen), onclick: act, onkeydown: onKeys(act) }, text, el("small", {}, note));
  };
  const zones = typed ? M.zones.map((zone, i) => [zone, i]).filter(([zone]) => holds(zone.name, zone.id)).slice(0, 30) : [];
  const found = zones.map(([zone, i]) => {
    const act = () => pickZone(i);
    return el("li", { role: "option", tabindex: 0, onclick: act, onkeydown: onKeys(act) }, zone.name, el("small", {}, t("zone")));
  });
  const list = [...items.map(one), ...found];
  byId("choices").replaceChildren(...(list.length ? list : [el("li", { class: "none" }, t("nothing_found"))]));
  byId("choices").setAttribute("aria-label", t("show"));
  const now = byId("choices").querySelector("[aria-selected=true]");
  if (now) byId("choices").scrollTop = Math.max(0, now.offsetTop - byId("choices").offsetTop - 80);
}

function swatch({ fill, hatch }) {
  const canvas = el("canvas", { class: "swatch", width: 48, height: 28 });
  const context = canvas.getContext("2d"), image = context.createImageData(48, 28);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < pixels.length; i++) {
    const striped = hatch && (i % 48 + Math.floor(i / 48)) % (2 * HATCH_PERIOD) < 2 * HATCH_WIDTH;
    pixels[i] = packedColour(striped ? hatch : fill);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

function weightName(weight) {
  const { name } = M.weights[weight];
  if (name) return t("group", name);
  return (lang === "zh" ? M.told.residents.weight_zh : M.told.residents.weight_en) || t("residents");
}

// The weight in a word or two, for heads of columns and the finding.
function weightShort(weight = 0) {
  return weightName(weight).split(/[,，（(]/)[0].trim();
}

function drawLegend() {
  const legend = legendOf(state.mode, state.weight).filter((c) => c.cells > 0 || c.residents > 0);
  const most = Math.max(...legend.map((c) => c.share), 1e-9);
  const bar = (share) => {
    const line = el("div", { class: "bar" });
    line.style.width = `${Math.max(share / most * 100, share > 0 ? 1 : 0)}%`;
    return line;
  };
  byId("legend").tBodies[0].replaceChildren(...legend.map((c) => el("tr", { "data-residents": c.residents, "data-from": c.from },
    el("td", {}, swatch(c)),
    el("td", {}, c[lang], bar(c.share)),
    el("td", {}, number(c.residents)),
    el("td", {}, percent(c.share)))));
  const total = legend.reduce((sum, c) => sum + c.residents, 0);
  byId("legend-note").textContent = `${t("total")}: ${number(total)} (${weightName(state.weight)})`;
}

function drawWeights() {
  const options = M.weights.map((_, i) => el("option", { value: i, selected: i === state.weight }, i ? weightName(i) : t("all_residents")));
  byId("weight").replaceChildren(...options);
  byId("weight").disabled = options.length < 2;
}

function drawLayers() {
  const keys = { hide_empty: "hideEmpty" };
  byId("layers").replaceChildren(...LAYERS.map((layer) => {
    const key = keys[layer] || layer;
    const box = el("input", { type: "checkbox", checked: Boolean(state[key]), "data-layer": layer, onchange: (event) => change({ [key]: event.target.checked }) });
    return el("label", {}, box, t(layer));
  }));
}

function listenToControls() {
  byId("search").addEventListener("input", drawChoices);
  byId("weight").addEventListener("change", (event) => change({ weight: Number(event.target.value) }));
  byId("slider").addEventListener("input", (event) => {
    const place = Number(event.target.value), { of } = state.mode;
    change({ mode: place ? { kind: "within", of, minutes: M.told.explored[place - 1].minutes } : { kind: "minutes", of } });
  });
}
