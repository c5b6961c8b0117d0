// What is picked: the page of a cell, the page of a zone; and what the report is made of.
// Comes in: a cell or a zone. Goes out: all the tables say of it. Nothing is judged here.

function outletName(outlet) {
  const { name, id } = M.told.outlets;
  return name[outlet] || t("unnamed_id", id[outlet]);
}

// Where an outlet comes from: its source and its row there.
function outletSource(outlet) {
  const source = M.told.outlets.sources[M.column("outlet_source")[outlet]], row = M.column("outlet_row")[outlet];
  return row ? t("outlet_row", source, row) : `${source} ${M.told.outlets.id[outlet]}`;
}

function outletFormats(outlet) {
  return M.told.outlets.formats[outlet].map((format) => named(M.formats[format])).join(lang === "zh" ? "、" : ", ");
}

function outletById(id) {
  M.outletIds = M.outletIds || new Map(M.told.outlets.id.map((known, i) => [known, i]));
  return M.outletIds.get(id) ?? null;
}

function verdictBadge(code) {
  const verdict = M.told.verdicts[code & 15];
  return el("span", { class: "verdict v-" + verdict, "data-verdict": verdict }, t(verdict));
}

function reasonText(code) {
  const reason = M.told.reasons[code >> 4];
  return reason ? t("why_" + reason) : "";
}

function facts(pairs) {
  return el("dl", { class: "facts" }, ...pairs.filter(([, value]) => value != null && value !== "").flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function drawPlace() {
  const panel = byId("place");
  panel.classList.toggle("empty", state.cell < 0 && state.zone == null);
  if (state.cell >= 0) return panel.replaceChildren(...cellPage(state.cell));
  if (state.zone != null) return panel.replaceChildren(...zonePage(state.zone));
  panel.replaceChildren(el("p", { class: "note" }, t("nothing_picked")));
}

// All requirements and formats of a cell.
function cellPage(cell) {
  const zone = M.zone[cell] - 1, id = h3(cell), [lon, lat] = lonLat(M.centres.x[cell], M.centres.y[cell]);
  const residents = M.weights.map((_, i) => [weightName(i), number(residentsOf(cell, i))]);
  const missing = M.missing[cell];
  const count = missing === UNKNOWN ? t("unknown") : missing === NO_STREET ? t("no_street") : String(missing);
  const link = zone < 0 ? t("outside") : el("button", { onclick: () => pickZone(zone) }, zoneName(zone));
  const page = [
    el("div", { class: "head" }, el("strong", {}, t("cell")), el("button", { onclick: () => copy(id) }, t("copy_id"))),
    facts([["H3", id], [t("place"), `${lat.toFixed(5)}, ${lon.toFixed(5)}`], [t("in_zone"), link], ...residents, [t("missing_count"), count]]),
    el("p", { class: "note" }, t("how_line")),
  ];
  if (M.requirements.length) page.push(el("h3", {}, t("requirement_list")), requirementsOfCell(cell));
  page.push(el("h3", {}, t("format_list")), formatsOfCell(cell));
  return page;
}

function outletCell(column, cell) {
  const outlet = nearestOutlet(column, cell);
  return outlet == null ? "–" : el("span", { title: outletSource(outlet) }, outletName(outlet));
}

function pickable(cell, column, mode) {
  const outlet = nearestOutlet(column, cell);
  const act = () => change({ outlet, mode, line: column });
  return { tabindex: 0, onclick: act, onkeydown: onKeys(act), "aria-selected": state.line === column && state.outlet === outlet && outlet != null ? "true" : null };
}

function requirementsOfCell(cell) {
  const one = (row, of) => {
    const code = M.column("verdict_" + of)[cell], walk = M.column("gap_walk_" + of)[cell];
    const far = M.column("gap_meters_" + of);
    const text = walk === NO_TIME ? (far && far[cell] ? t("meters", number(far[cell] - 1)) : "–") : walkText(walk);
    return el("tr", { "data-requirement": row.requirement, "data-code": walk, ...pickable(cell, "gap_nearest_" + of, { kind: "requirement", of }) },
      el("td", {}, named(row), el("small", {}, limitText(row))), el("td", {}, verdictBadge(code), el("small", {}, reasonText(code))),
      el("td", { class: "n" }, text), el("td", {}, outletCell("gap_nearest_" + of, cell)));
  };
  const head = [["requirement_list", ""], ["status", ""], ["walk", "n"], ["nearest", ""]];
  return el("table", { class: "data", id: "cell-requirements" }, el("thead", {}, el("tr", {}, ...head.map(([key, kind]) => el("th", { class: kind }, t(key))))), el("tbody", {}, ...M.requirements.map(one)));
}

// Formats that the registry has come first, the nearest first; those that it has not are unknown.
function formatsOfCell(cell) {
  const known = [...M.formats.keys()].filter((of) => M.told.has_walks[of]);
  const code = (of) => M.column("walk_" + of)[cell];
  known.sort((a, b) => code(a) - code(b) || a - b);
  const one = (of) => {
    const row = M.formats[of], column = "nearest_" + of;
    const nearest = M.told.has_nearest[of] ? outletCell(column, cell) : "";
    return el("tr", { "data-format": row.format, "data-code": code(of), ...pickable(cell, column, { kind: "minutes", of }) },
      el("td", {}, named(row)), el("td", { class: "n" }, walkText(code(of))), el("td", {}, nearest));
  };
  const head = [["format", ""], ["walk", "n"], ["nearest", ""]];
  return el("table", { class: "data", id: "cell-formats" }, el("thead", {}, el("tr", {}, ...head.map(([key, kind]) => el("th", { class: kind }, t(key))))), el("tbody", {}, ...known.map(one)));
}

// The numbers of a zone, its rates, what is missing, its rating and the rule of it.
function zonePage(zone) {
  const { id, name } = M.zones[zone], row = M.summary.get(id) || {};
  const missing = row.missing ? row.missing.split(";") : [];
  const chip = (requirement) => el("button", { onclick: () => change({ mode: modeFrom("requirement:" + requirement) }) }, requirementName(requirement));
  return [
    el("div", { class: "head" }, el("strong", {}, name), el("button", { id: "back", onclick: () => { pickZone(null); maps.forEach((map) => map.fit()); showTab("zones"); } }, t("back"))),
    facts([
      ["ID", id], [weightName(0), row.residents == null ? null : number(row.residents)], [t("cells_in"), row.cells == null ? null : number(row.cells)],
      [t("outlets_in"), row.outlets == null ? null : number(row.outlets)], [t("per_100"), row.outlets_per_100 == null ? null : row.outlets_per_100.toPrecision(3)],
      [t("chain_rate"), row.chain_rate == null ? null : percent(row.chain_rate)],
    ]),
    ...ratingOf(id),
    el("h3", {}, t("missing_list")),
    missing.length ? el("div", { class: "chips" }, ...missing.map(chip)) : el("p", {}, t("nothing_missing")),
    el("h3", {}, t("requirement_list")), requirementsOfZone(id),
    el("h3", {}, t("format_list")), formatsOfZone(id),
  ];
}

function requirementsOfZone(id) {
  const one = (row) => {
    const of = M.requirements.findIndex((known) => known.requirement === row.requirement);
    const act = () => {
      change({ mode: { kind: "requirement", of } });
      const cell = cellOf(row.worst_h3);
      if (cell >= 0) pickCell(cell, { of: "gap_nearest_" + of, fly: false, tab: false, zone: state.zone });
      showTab("place");
    };
    return el("tr", { tabindex: 0, onclick: act, onkeydown: onKeys(act) }, el("td", {}, named(M.requirements[of]), el("small", {}, limitText(M.requirements[of]))),
      el("td", { class: "n" }, meter(row.share_met)), el("td", { class: "n" }, row.share_met == null ? "–" : number(row.residents_lacking)), el("td", { class: "n" }, secondsText(row.worst_s)));
  };
  const head = [["requirement_list", ""], ["share_met", "n"], ["lacking", "n"], ["worst", "n"]];
  return el("table", { class: "data" }, el("thead", {}, el("tr", {}, ...head.map(([key, kind]) => el("th", { class: kind }, t(key))))), el("tbody", {}, ...(M.byZone.get(id) || []).map(one)));
}

function formatsOfZone(id) {
  const words = { inside: "inside", reachable: "reachable", missing: "zone_missing", unknown: "unknown" };
  const one = (row) => {
    const format = M.formats.find((known) => known.format === row.format) || row;
    return el("tr", {}, el("td", {}, named(format)), el("td", {}, t(words[row.status] || "unknown")), el("td", { class: "n" }, row.status === "unknown" ? "–" : String(row.outlets)), el("td", { class: "n" }, meter(row.share_reaching)));
  };
  const known = (M.zoneFormats.get(id) || []).filter((row) => row.status !== "unknown");
  const head = [["format", ""], ["status", ""], ["outlets", "n"], ["reaching", "n"]];
  return el("table", { class: "data" }, el("thead", {}, el("tr", {}, ...head.map(([key, kind]) => el("th", { class: kind }, t(key))))), el("tbody", {}, ...known.map(one)));
}

// The rating with what failed, the words of the rule, and the measures that it is made of.
function ratingOf(id) {
  const list = M.ratings.get(id) || [], grade = list.find((row) => row.kind === "grade");
  const parts = [el("h3", {}, t("rating"))];
  if (!grade || grade.status === "no_grades") return [...parts, el("p", { class: "note" }, t("no_grades"))];
  parts.push(el("p", {}, el("strong", {}, gradeOf(id))));
  const why = lang === "zh" ? grade.why_zh : grade.why_en;
  if (why) parts.push(el("p", { class: "note" }, why));
  const rules = (M.told.standard.grades || []).map((one) => el("li", {}, `${one[lang]}: ${one.text || one.choice || ""}`));
  if (rules.length) parts.push(el("p", { class: "note" }, t("rating_rule")), el("ul", { class: "note" }, ...rules));
  const value = (row) => {
    if (row.kind === "rule") return t(row.status === "not_asked" ? "not_asked" : row.status);
    if (row.value == null) return t("unknown");
    const of = (x) => (x % 1 ? x.toFixed(2) : number(x));
    return row.status === "not_known_well" ? `${of(row.value)} – ${row.value_most == null ? "?" : of(row.value_most)}` : of(row.value);
  };
  parts.push(facts(list.filter((row) => row.kind !== "grade").map((row) => [named(row), value(row)])));
  return parts;
}

function limits() {
  const { left_out: out, cells } = M.told;
  return [
    out.cells && t("left_cells", number(out.cells.of), out.cells.resolution, cells.resolution),
    out.minor_streets && t("left_minor"), out.other_nearest && t("left_nearest"), out.other_formats && t("left_formats"),
  ].filter(Boolean);
}

function streetsDate() {
  const stamp = M.told.streets.timestamp;
  return stamp ? new Date(stamp * 1000).toISOString().slice(0, 10) : t("not_said");
}

function drawAbout() {
  const { standard, model, settings, inputs } = M.told, item = (text) => el("li", {}, text);
  const file = (input) => el("li", {}, `${input.role}: ${input.file} (${number(input.bytes)} B) `, el("code", {}, input.sha256.slice(0, 16)));
  const parameter = (p) => item(`${p.name}: ${p.value}${p.unit ? " " + p.unit : ""} — ${p.source}`);
  const source = (s) => item([s.title, s.date, s.url].filter(Boolean).join(" · "));
  byId("about").replaceChildren(
    el("h3", {}, t("how")), el("ul", {}, ...[...limits(), ...["how_unknown", "how_no_street", "how_time", "how_page", "how_line", "how_keys"].map((key) => t(key))].map(item)),
    el("h3", {}, t("parameters")),
    facts([
      [t("of_standard"), standard ? `${standard[lang]} (${standard.id})` : null], [t("model"), model ? model.name : null], [t("date_run"), M.told.created], [t("date_streets"), streetsDate()],
      [t("resolution"), t("h3", M.told.cells.resolution)], [t("projection"), ""], ["walkshed", M.told.walkshed],
    ]),
    el("p", { class: "note" }, t(settings.origins === "points" ? "at_points" : "at_centre") + " · " + t("projection")),
    el("ul", { class: "note" }, ...(model ? model.parameters.map(parameter) : [])),
    el("h3", {}, t("sources")), el("ul", { class: "note" }, ...(standard ? standard.sources.map(source) : [])),
    el("h3", {}, t("inputs")), el("ul", { class: "note" }, ...inputs.map(file)),
  );
}
