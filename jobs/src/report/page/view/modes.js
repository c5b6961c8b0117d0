// What the map shows: a mode gives each cell a code, and codes fall into classes with colours and words, as the run has them
// (`saved/modes.rs`). Only the slider makes classes of its own, and says that it explores.
// Comes in: a mode { kind, of, minutes }. Goes out: classes of cells, paints, legends.

const EXPLORED_IN = [0, 114, 178, 255], EXPLORED_OUT = [230, 159, 0, 255];

// A mode from text: missing, requirement:ID, minutes:ID, within:ID:MINUTES; the first when it is not known.
function modeFrom(text) {
  const [kind, id, minutes] = (text || "").split(":");
  const requirement = M.requirements.findIndex((r) => r.requirement === id);
  const format = M.formats.findIndex((f) => f.format === id);
  if (kind === "requirement" && requirement >= 0) return { kind, of: requirement };
  if (kind === "minutes" && format >= 0 && M.told.has_walks[format]) return { kind, of: format };
  const known = M.told.explored.some((e) => e.minutes === Number(minutes));
  if (kind === "within" && format >= 0 && known) return { kind, of: format, minutes: Number(minutes) };
  return { kind: "missing" };
}

function modeText(mode) {
  if (mode.kind === "missing") return "missing";
  const id = mode.kind === "requirement" ? M.requirements[mode.of].requirement : M.formats[mode.of].format;
  return mode.kind === "within" ? `within:${id}:${mode.minutes}` : `${mode.kind}:${id}`;
}

function named(row) {
  return lang === "zh" ? row.name_zh || row.zh : row.name_en || row.en;
}

function limitText(row) {
  if (row.minutes != null) return t("minutes", row.minutes);
  return row.distance_m != null ? t("meters", number(row.distance_m)) : "";
}

function modeTitle(mode) {
  if (mode.kind === "missing") return t("mode_missing");
  if (mode.kind === "requirement") {
    const row = M.requirements[mode.of];
    return t("mode_requirement", named(row), limitText(row));
  }
  const name = named(M.formats[mode.of]);
  return mode.kind === "within" ? t("mode_within", name, mode.minutes) : t("mode_minutes", name);
}

function codesOf(mode) {
  if (mode.kind === "missing") return M.missing;
  if (mode.kind !== "requirement") return M.column("walk_" + mode.of) || new Uint8Array(M.count).fill(UNKNOWN);
  mode.plain = mode.plain || M.column("verdict_" + mode.of).map((code) => code & 15);
  return mode.plain;
}

function classesOf(mode) {
  const { scales, explored } = M.told;
  if (mode.kind === "missing") return scales.missing;
  if (mode.kind === "requirement") return scales.verdict;
  if (mode.kind === "minutes") return scales.minutes;
  const { code } = explored.find((e) => e.minutes === mode.minutes);
  const both = (key) => ({ zh: WORDS.zh[key](mode.minutes), en: WORDS.en[key](mode.minutes) });
  const plain = scales.minutes.filter((c) => c.from >= UNKNOWN);
  return [
    { from: 0, to: code, fill: EXPLORED_IN, ...both("explored_in") },
    { from: code + 1, to: NONE, fill: EXPLORED_OUT, ...both("explored_out") },
    ...plain,
  ];
}

// The place of the class of each code.
function classTable(classes) {
  const table = new Uint8Array(256);
  for (let code = 0; code < 256; code++) {
    const place = classes.findIndex((c) => c.from <= code && code <= c.to);
    table[code] = place < 0 ? 0 : place;
  }
  return table;
}

// The class of each cell; with `hideEmpty` cells without residents are not drawn.
function classedCells(mode, hideEmpty) {
  const codes = codesOf(mode), table = classTable(classesOf(mode));
  const cells = new Uint8Array(M.count), { values } = M.weights[0];
  for (let cell = 0; cell < M.count; cell++) {
    cells[cell] = hideEmpty && values[cell] === 0 ? HIDDEN : table[codes[cell]];
  }
  return cells;
}

// Classes with their residents (or those of a group) and cells, as the legend has them. Where the page has larger cells than
// the run, the sums are the run's.
function legendOf(mode, weight) {
  const classes = classesOf(mode), codes = codesOf(mode), table = classTable(classes);
  const { values, parts } = M.weights[weight];
  const sums = classes.map(() => 0), cells = classes.map(() => 0);
  for (let cell = 0; cell < M.count; cell++) {
    const place = table[codes[cell]];
    sums[place] += values[cell];
    cells[place]++;
  }
  const of = M.told.sums;
  const saved = of && { missing: of.missing, requirement: of.verdicts[mode.of], minutes: of.walks[mode.of] }[mode.kind];
  const weights = saved ? saved[weight] : sums.map((sum) => sum / parts);
  const total = weights.reduce((a, b) => a + b, 0);
  return classes.map((c, i) => ({ ...c, residents: weights[i], share: total > 0 ? weights[i] / total : 0, cells: cells[i] }));
}
