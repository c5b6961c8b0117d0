// Words of the page in Chinese and English. Names of places, requirements and formats come from the tables.
// Comes in: a key and what stands in the text. Goes out: text in the language of the page. Not here: numbers.

let lang = "zh";

const WORDS = {
  zh: {
    map_of: "步行可达性评估", language: "EN", skip: "跳到分区表", no_title: "未命名的运行",
    finding_all: (share, n) => `${share} 满足全部 ${n} 项要求。`,
    finding_known: (share, known, n) => `在有数据的 ${known} 项要求中（共 ${n} 项），${share} 全部满足。`,
    finding_most: (name, limit, lacking, total) => `缺口最大：${name}（${limit}内），影响 ${lacking}（${total}）。`,
    finding_none: "该标准对单个居住单元无要求；各分区指标见分区页。",
    show: "显示内容", missing: "缺项数", requirement: "达标情况", by_minutes: "步行时间",
    search: "按名称搜索", search_hint: "输入业态、要求或分区名称", nothing_found: "没有找到", not_in_registry: "名录无此业态：未知",
    mode_missing: "缺少的要求数", mode_requirement: (name, limit) => `${name}（${limit}）`,
    mode_minutes: (name) => `到最近${name}的步行时间`, mode_within: (name, minutes) => `${minutes} 分钟内可达${name}（探索）`,
    minutes: (n) => `${n} 分钟`, meters: (n) => `${n} 米`, legend: "图例与居民", weight: "权重", all_residents: "全部",
    group: (name) => ({ "60plus": "60 岁及以上", "0_3": "0–3 岁" })[name] || name, cells: "单元", residents: "居民",
    explore: "探索：换一个时限", explore_off: "关", explored_in: (n) => `${n} 分钟内可达`, explored_out: (n) => `超过 ${n} 分钟`,
    explore_note: "滑块仅供探索，不是标准的结论。", layers: "图层", streets: "道路与街名", outlets: "网点", borders: "分区界线",
    isochrones: "步行范围", hide_empty: "隐藏无居民单元", compare: "并排对比", compare_with: "右侧地图", zoom_in: "放大", zoom_out: "缩小", whole: "全图",
    tab_zones: "分区", tab_gaps: "最大缺口", tab_place: "所选", tab_about: "说明",
    zone: "分区", share_met: "达标率", lacking_any: "有缺项", missing_count: "缺项", grade: "等级", filter: "筛选分区",
    no_zones: "本次运行没有分区。", outside: "不在任何分区", city: "全市", back: "返回全图", zones_shown: (n, all) => `显示 ${n} / ${all} 个分区`,
    gaps_note: "按缺少该项要求的居民数排列，点击飞到该分区。", gap_lacks: (n) => `${n} 缺少`, gap_nearest: (name, walk) => `距缺口最近的网点：${name}，${walk}`,
    gap_worst: (walk) => `步行最远：${walk}`, gap_none: "找不到网点", gap_city: "全市各要求", no_gaps: "没有缺口。",
    nothing_picked: "点击地图上的单元，或从分区表中选择分区。", cell: "单元", in_zone: "所在分区", copy_id: "复制编号", copied: "已复制",
    requirement_list: "标准的要求", format_list: "全部业态", status: "状态", walk: "步行", nearest: "最近网点", reason: "原因", format: "业态",
    met: "达标", not_met: "未达标", unknown: "未知", no_street: "无道路", none_hour: "60 分钟内没有", about_minutes: (n) => `${n} 分钟`,
    no_time: "按距离", show_on_map: "在地图上显示", line_to: "在图上画线", unnamed: "（无名网点）", unnamed_id: (id) => `无名网点 ${id}`,
    why_no_outlet: "一小时内没有", why_beyond_budget: "超出时限", why_too_few: "数量不足", why_detour: "直线近、绕行远", why_gate: "大门阻隔",
    why_island: "位于孤立路段", why_edge_of_data: "到达数据边缘", why_no_street: "附近无道路", why_format_not_in_registry: "名录无此业态",
    why_hours_unknown: "营业时间不明", outlet: "网点", outlet_row: (source, row) => `${source} 第 ${row} 行`, formats_of: "业态",
    per_100: "每百人网点", chain_rate: "品牌连锁化率（至少）", outlets_in: "区内网点", cells_in: "居住单元", missing_list: "缺项清单",
    nothing_missing: "没有缺项", lacking: "缺少", worst: "最远", rating: "评级", rating_rule: "评级规则", no_grades: "该标准没有分级规则。",
    undefined_grade: "规则未规定", grade_unknown: "缺少数据，无法评级", measures: "指标", rules: "规则", not_asked: "不适用", reaching: "可达居民",
    inside: "区内有", reachable: "区外可达", zone_missing: "缺少", of_standard: "依据标准", model: "步行模型", speed: (v) => `${v} 米/秒`,
    date_run: "计算日期", date_streets: "路网日期", not_said: "文件未说明", inputs: "输入文件", resolution: "单元", h3: (n) => `H3 ${n} 级`,
    at_centre: "起点为单元中心", at_points: "起点为住宅代表点；单元整体结论为至少半数居民的情况", parameters: "参数", sources: "标准出处", how: "如何阅读",
    how_unknown: "未知（斜纹）：名录中完全没有该业态，不代表街上没有。", how_no_street: "无道路（灰色）：单元附近没有可步行的道路。",
    how_time: "步行时间向上取整：20 分钟以内精确到 0.1 分钟，以外精确到 1 分钟。", how_page: "本页只显示已保存结果表中的结论，不重新计算；离线可用，不访问网络。",
    how_line: "虚线只连接单元与最近网点，不是步行路线。", how_keys: "键盘：方向键平移，+ − 缩放，0 全图，Enter 选择中心单元，Esc 取消。",
    left_minor: "为控制文件大小，未包含次要道路。", left_nearest: "未包含标准以外业态的最近网点。", left_formats: "未包含标准以外业态的步行时间。",
    left_cells: (n, from, to) => `共 ${n} 个单元（H3 ${from} 级），此页合并为 ${to} 级显示：每个六边形取其中居民最多的单元，居民为合计；图例仍按全部单元统计，完整结果见数据表。`,
    save: "保存与分享", csv_cells: "单元 CSV", csv_zones: "分区 CSV", png: "图片 PNG", print: "打印 / PDF", link: "复制链接", link_done: "链接已复制", link_failed: "请从地址栏复制链接",
    attribution: "地图数据 © OpenStreetMap 贡献者，ODbL", made_up: "虚构城市，无真实地物", north: "北", projection: "局部等距投影，WGS-84",
    footer: (standard, speed, date) => `${standard} · 步行 ${speed} · ${date}`, map_label: (title) => `地图：${title}。方向键平移，加减号缩放，回车选择中心单元；分区表为文字替代。`,
    isochrone_of: (place, minutes) => `${place}：${minutes} 分钟范围`, zone_centre: "分区居民重心", longest_walk: "步行最远处", asked: "指定地点", no_isochrones: "此处没有预先绘制的步行范围；可选分区中心或最大缺口。",
    total: "合计", sort_by: (name) => `按${name}排序`, page_table: "分区表", unit: "单位", kind: "类别", class_of: "类别", source: "出处", share: "占比", place: "地点",
    unsupported: "浏览器版本过旧，无法展开数据。请使用 Chrome 80、Edge 80、Firefox 113 或 Safari 16.4 以上版本。", loading: "正在展开数据…", made_by: "由 walkshed 生成",
  },
  en: {
    map_of: "What can be reached on foot", language: "中文", skip: "Skip to the table of zones", no_title: "A run without a title",
    finding_all: (share, n) => `${share} have all ${n} requirements.`,
    finding_known: (share, known, n) => `${share} have all ${known} requirements that can be judged (of ${n}).`,
    finding_most: (name, limit, lacking, total) => `Most lacked: ${name} within ${limit}, by ${lacking} of ${total}.`,
    finding_none: "The standard asks nothing of single residences; its numbers are on the pages of zones.",
    show: "Show", missing: "Missing", requirement: "Met or not", by_minutes: "Minutes",
    search: "Search by name", search_hint: "format, requirement or zone", nothing_found: "Nothing found", not_in_registry: "not in the registry: unknown",
    mode_missing: "Requirements missing", mode_requirement: (name, limit) => `${name} (${limit})`,
    mode_minutes: (name) => `Walk to the nearest: ${name}`, mode_within: (name, minutes) => `${name} within ${minutes} min (exploration)`,
    minutes: (n) => `${n} min`, meters: (n) => `${n} m`, legend: "Legend and residents", weight: "Weight", all_residents: "All",
    group: (name) => ({ "60plus": "60 and over", "0_3": "0 to 3 years" })[name] || name, cells: "cells", residents: "residents",
    explore: "Explore another limit", explore_off: "off", explored_in: (n) => `within ${n} min`, explored_out: (n) => `beyond ${n} min`,
    explore_note: "The slider explores; it is not the standard's verdict.", layers: "Layers", streets: "Streets and names", outlets: "Outlets", borders: "Borders of zones",
    isochrones: "Walking areas", hide_empty: "Hide cells without residents", compare: "Side by side", compare_with: "Right map", zoom_in: "Zoom in", zoom_out: "Zoom out", whole: "Whole map",
    tab_zones: "Zones", tab_gaps: "Biggest gaps", tab_place: "Selected", tab_about: "About",
    zone: "Zone", share_met: "Met", lacking_any: "Lack any", missing_count: "Missing", grade: "Grade", filter: "Filter zones",
    no_zones: "This run has no zones.", outside: "in no zone", city: "Whole city", back: "Back to the whole map", zones_shown: (n, all) => `${n} of ${all} zones`,
    gaps_note: "By the residents who lack the requirement; click to go there.", gap_lacks: (n) => `${n} lack it`, gap_nearest: (name, walk) => `Nearest to those who lack it: ${name}, ${walk}`,
    gap_worst: (walk) => `longest walk ${walk}`, gap_none: "no outlet found", gap_city: "Requirements over the whole city", no_gaps: "There are no gaps.",
    nothing_picked: "Click a cell of the map, or choose a zone in the table.", cell: "Cell", in_zone: "Zone", copy_id: "Copy id", copied: "Copied",
    requirement_list: "Requirements of the standard", format_list: "All formats", status: "Status", walk: "Walk", nearest: "Nearest outlet", reason: "Reason", format: "Format",
    met: "met", not_met: "not met", unknown: "unknown", no_street: "no street", none_hour: "none within 60 min", about_minutes: (n) => `${n} min`,
    no_time: "by distance", show_on_map: "Show on the map", line_to: "Draw a line to it", unnamed: "(without a name)", unnamed_id: (id) => `unnamed, ${id}`,
    why_no_outlet: "none within an hour", why_beyond_budget: "too far", why_too_few: "too few", why_detour: "near, but a detour on foot", why_gate: "a gate is in the way",
    why_island: "on a street that is cut off", why_edge_of_data: "the walk comes to the edge of the data", why_no_street: "no street is near", why_format_not_in_registry: "not in the registry",
    why_hours_unknown: "opening hours not known", outlet: "Outlet", outlet_row: (source, row) => `${source}, row ${row}`, formats_of: "Formats",
    per_100: "Outlets per 100", chain_rate: "Chain rate (at least)", outlets_in: "Outlets inside", cells_in: "Cells", missing_list: "What is missing",
    nothing_missing: "nothing is missing", lacking: "Lack it", worst: "Longest", rating: "Rating", rating_rule: "Rule of the rating", no_grades: "The standard has no rule for grades.",
    undefined_grade: "undefined by the rule", grade_unknown: "not known: numbers are missing", measures: "Measures", rules: "Rules", not_asked: "not asked", reaching: "Reach it",
    inside: "inside", reachable: "outside, in reach", zone_missing: "missing", of_standard: "Standard", model: "Walking model", speed: (v) => `${v} m/s`,
    date_run: "Computed on", date_streets: "Streets as of", not_said: "the file does not say", inputs: "Input files", resolution: "Cells", h3: (n) => `H3 resolution ${n}`,
    at_centre: "walks begin at the centre of a cell", at_points: "walks begin at points of homes; what is said of a cell holds for at least half of its residents", parameters: "Parameters", sources: "Sources of the standard", how: "How to read it",
    how_unknown: "Unknown (striped): the registry has no outlet of that kind at all, which says nothing about the street.", how_no_street: "No street (grey): no street to walk on is near the cell.",
    how_time: "Walks are rounded up: to 0.1 minutes up to 20 minutes, to a minute beyond.", how_page: "The page shows what the saved tables say and computes no verdict; it works offline and asks no network.",
    how_line: "The dashed line joins a cell and its nearest outlet; it is not the way that is walked.", how_keys: "Keys: arrows move, + and − zoom, 0 shows all, Enter picks the cell in the middle, Esc lets go.",
    left_minor: "Left out for size: streets other than main ones.", left_nearest: "Left out for size: nearest outlets of formats that the standard does not name.", left_formats: "Left out for size: walks to formats that the standard does not name.",
    left_cells: (n, from, to) => `The run has ${n} cells of H3 resolution ${from}; this page shows resolution ${to}: each hexagon shows the cell with most residents in it, and has the residents of all. The legend counts all cells, and the tables have them.`,
    save: "Save and share", csv_cells: "CSV of cells", csv_zones: "CSV of zones", png: "Picture (PNG)", print: "Print / PDF", link: "Copy link", link_done: "Link copied", link_failed: "Copy the link from the address bar",
    attribution: "Map data © OpenStreetMap contributors, ODbL", made_up: "A made-up city; nothing in it is real", north: "N", projection: "local equirectangular projection, WGS-84",
    footer: (standard, speed, date) => `${standard} · on foot at ${speed} · ${date}`, map_label: (title) => `Map: ${title}. Arrows move, plus and minus zoom, Enter picks the cell in the middle; the table of zones says it in text.`,
    isochrone_of: (place, minutes) => `${place}: within ${minutes} min`, zone_centre: "middle of the zone's residents", longest_walk: "longest walk", asked: "asked for", no_isochrones: "No walking area was drawn from here; the middles of zones and the biggest gaps have one.",
    total: "Total", sort_by: (name) => `Sort by ${name}`, page_table: "Table of zones", unit: "Unit", kind: "Kind", class_of: "Class", source: "Source", share: "Share", place: "Place",
    unsupported: "This browser is too old to unpack the data. Use Chrome 80, Edge 80, Firefox 113, Safari 16.4 or later.", loading: "Unpacking…", made_by: "made by walkshed",
  },
};

// A text in the language of the page.
function t(key, ...values) {
  const text = WORDS[lang][key];
  return typeof text === "function" ? text(...values) : text;
}

// A whole number with its digits in groups.
function number(value) {
  const digits = Math.abs(value).toFixed(0).replace(/\B(?=(\d{3})+$)/g, ",");
  return value <= -0.5 ? "-" + digits : digits;
}

// A share as a percentage. Nearly all is not all: only a share of 1 is 100 %, only one of 0 is 0 %.
function percent(share) {
  if (share == null) return "–";
  if (share <= 0) return "0 %";
  if (share >= 1) return "100 %";
  return Math.min(Math.max(share * 100, 0.1), 99.9).toFixed(1) + " %";
}

// A walk in words, from its code: tenths of a minute up to 20 minutes, whole minutes from there.
function walkText(code) {
  if (code === NONE) return t("none_hour");
  if (code === UNKNOWN) return t("unknown");
  if (code === NO_STREET) return t("no_street");
  if (code === NO_TIME) return t("no_time");
  return t("about_minutes", code <= 200 ? (code / 10).toFixed(1) : String(code - 180));
}

// A walk of seconds as the same words.
function secondsText(seconds) {
  if (seconds == null) return "–";
  const code = seconds <= 1200 ? Math.ceil(seconds / 6) : 200 + Math.ceil((seconds - 1200) / 60);
  return walkText(Math.min(code, 240));
}
