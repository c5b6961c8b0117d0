// Lists beside the map: the table of zones, and the biggest gaps. Both are the map in words.
// Comes in: the tables of the run. Goes out: rows that fly to their zone.

const sorting = { key: "lacking", down: true };

// A row for each zone: numbers of the tables, and one share of two of them.
function zoneRows() {
  const requirement = state.mode.kind === "requirement" ? M.requirements[state.mode.of].requirement : null;
  return M.zones.map((zone, i) => {
    const row = M.summary.get(zone.id) || {};
    const asked = requirement && (M.byZone.get(zone.id) || []).find((r) => r.requirement === requirement);
    const missing = row.missing ? row.missing.split(";").length : 0;
    return {
      i, id: zone.id, name: zone.name, residents: row.residents ?? 0,
      lacking: row.residents > 0 ? row.residents_some_missing / row.residents : null,
      met: asked ? asked.share_met : null, missing, grade: gradeOf(zone.id),
    };
  });
}

// The grade of a zone in words; nothing where the standard has none.
function gradeOf(zone) {
  const grade = (M.ratings.get(zone) || []).find((row) => row.kind === "grade");
  if (!grade || grade.status === "no_grades") return null;
  if (grade.status === "undefined") return t("undefined_grade");
  return grade.status === "unknown" ? t("grade_unknown") : named(grade);
}

function requirementName(id) {
  const row = M.requirements.find((r) => r.requirement === id);
  return row ? named(row) : id;
}

function meter(share) {
  if (share == null) return el("span", {}, t("unknown"));
  const fill = el("i");
  fill.style.width = `${share * 100}%`;
  return el("span", {}, el("span", { class: "meter", "aria-hidden": "true" }, fill), percent(share));
}

function drawZones() {
  const panel = byId("zones");
  if (!M.zones.length) return panel.replaceChildren(el("p", { class: "note" }, t("no_zones")), cityTable());
  const all = zoneRows(), hasGrades = all.some((row) => row.grade), asks = state.mode.kind === "requirement";
  const columns = [
    ["name", t("zone"), ""], ["residents", isPeople() ? t("residents") : t("weight"), "n"], ["lacking", t("lacking_any"), "n"],
    ...(asks ? [["met", t("share_met"), "n"]] : [["missing", t("missing_count"), "n"]]),
    ...(hasGrades ? [["grade", t("grade"), ""]] : []),
  ];
  if (!columns.some(([key]) => key === sorting.key)) sorting.key = "lacking";
  const typed = (state.filter || "").toLowerCase();
  const shown = all.filter((row) => !typed || [row.name, row.id, row.grade].some((text) => String(text || "").toLowerCase().includes(typed)));
  const compare = (a, b) => (typeof a === "string" ? a.localeCompare(b || "", lang) : (a ?? -1) - (b ?? -1));
  shown.sort((a, b) => (sorting.down ? -1 : 1) * compare(a[sorting.key], b[sorting.key]) || a.i - b.i);
  const head = columns.map(([key, text, kind]) => {
    const sort = () => {
      sorting.down = sorting.key === key ? !sorting.down : kind === "n";
      sorting.key = key;
      drawZones();
      panel.querySelector(`[data-sort=${key}]`).focus();
    };
    const arrow = sorting.key === key ? (sorting.down ? " ▾" : " ▴") : "";
    const order = sorting.key === key ? (sorting.down ? "descending" : "ascending") : null;
    return el("th", { class: kind, "aria-sort": order, scope: "col" }, el("button", { "data-sort": key, title: t("sort_by", text), onclick: sort }, text + arrow));
  });
  const body = shown.map((row) => {
    const act = () => pickZone(row.i);
    const cells = {
      name: row.name, residents: number(row.residents), lacking: row.lacking == null ? "–" : percent(row.lacking),
      met: row.met == null ? t("unknown") : meter(row.met), missing: String(row.missing), grade: row.grade || "–",
    };
    return el("tr", { tabindex: 0, "data-zone": row.id, "aria-selected": row.i === state.zone ? "true" : null, onclick: act, onkeydown: onKeys(act) },
      ...columns.map(([key, , kind]) => el("td", { class: kind }, cells[key])));
  });
  const input = el("input", { type: "search", id: "filter", "aria-label": t("filter"), placeholder: t("filter"), oninput: (event) => {
    state.filter = event.target.value;
    drawZones();
    byId("filter").focus();
  } });
  input.value = state.filter || "";
  panel.replaceChildren(
    el("div", { class: "filter" }, input),
    el("table", { class: "data" }, el("caption", { class: "note" }, t("zones_shown", shown.length, all.length)), el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...body)),
  );
}

// Whether cells weigh what their residents are, and not what stands for them.
function isPeople() {
  return (M.told.residents.weight_en || "residents") === "residents";
}

// Requirements over the whole city, the most lacked first.
function cityTable() {
  const order = M.requirements.map((row, of) => [row, of]).sort(([a], [b]) => (b.residents_not_met + b.residents_no_street) - (a.residents_not_met + a.residents_no_street));
  const one = ([row, of]) => {
    const act = () => change({ mode: { kind: "requirement", of } });
    const lacking = row.share_met == null ? "–" : number(row.residents_not_met + row.residents_no_street);
    return el("tr", { tabindex: 0, onclick: act, onkeydown: onKeys(act), "aria-selected": state.mode.kind === "requirement" && state.mode.of === of ? "true" : null },
      el("td", {}, named(row), el("small", {}, limitText(row))), el("td", { class: "n" }, meter(row.share_met)), el("td", { class: "n" }, lacking));
  };
  return el("div", {}, el("h3", {}, t("gap_city")),
    el("table", { class: "data" }, el("thead", {}, el("tr", {}, el("th", {}, t("requirement_list")), el("th", { class: "n" }, t("share_met")), el("th", { class: "n" }, t("lacking")))),
      el("tbody", {}, ...order.map(one))));
}

// Zones and requirements by the residents who lack it; without zones, requirements of the city.
function biggestGaps(most = 40) {
  const places = new Map(M.zones.map((zone, i) => [zone.id, i]));
  const all = [...M.byZone].filter(([id]) => (M.zones.length ? places.has(id) : id === "*"));
  const gaps = all.flatMap(([id, list]) => list.filter((row) => row.residents_lacking > 0).map((row) => ({ ...row, zone: places.get(id) ?? null })));
  return gaps.sort((a, b) => b.residents_lacking - a.residents_lacking).slice(0, most);
}

function drawGaps() {
  const gaps = biggestGaps();
  const one = (gap, place) => {
    const of = M.requirements.findIndex((row) => row.requirement === gap.requirement), cell = cellOf(gap.worst_h3);
    const act = () => {
      change({ mode: { kind: "requirement", of } });
      if (gap.zone != null) pickZone(gap.zone, false);
      if (cell >= 0) pickCell(cell, { of: "gap_nearest_" + of, fly: gap.zone == null, tab: false });
      showTab("gaps");
    };
    const outlet = gap.nearest_id == null ? null : outletById(gap.nearest_id);
    const worst = gap.worst_s == null ? (gap.worst_h3 ? t("gap_none") : null) : t("gap_worst", secondsText(gap.worst_s));
    const near = gap.nearest_id == null ? null : t("gap_nearest", outlet == null ? gap.nearest_id : outletName(outlet), secondsText(gap.nearest_s));
    return el("tr", { tabindex: 0, onclick: act, onkeydown: onKeys(act) }, el("td", { class: "n" }, String(place + 1)),
      el("td", {}, named(M.requirements[of]), el("small", {}, [gap.zone == null ? t("city") : zoneName(gap.zone), limitText(M.requirements[of]), worst].filter(Boolean).join(" · ")), near && el("small", {}, near)),
      el("td", { class: "n" }, number(gap.residents_lacking)));
  };
  const list = gaps.length
    ? el("table", { class: "data" }, el("thead", {}, el("tr", {}, el("th", { class: "n" }, "#"), el("th", {}, t("requirement_list")), el("th", { class: "n" }, t("lacking")))), el("tbody", {}, ...gaps.map(one)))
    : el("p", {}, t("no_gaps"));
  byId("gaps").replaceChildren(el("p", { class: "note" }, t("gaps_note")), list, M.zones.length ? cityTable() : "");
}
