// On paper: the map is drawn again for the sheet, with all that the screen shows of it, and again for the screen after.
// Comes in: the browser's print. Goes out: maps of another size. The layout is in the style (`@media print`).

const PRINT_WIDTH = 1040, PRINT_HEIGHT = 530; // of the map on A4 across, in pixels of 1/96 inch; on A3 it is stretched
const PRINT_RATIO = 2.5;

function beforePrint() {
  const boxes = maps.filter((map) => !map.box.hidden);
  for (const map of boxes) {
    map.saved = { view: map.view, width: map.width, height: map.height, ratio: map.ratio };
    const [x, y] = map.at(map.width / 2, map.height / 2), before = map.width;
    const wide = PRINT_WIDTH / boxes.length, tall = PRINT_HEIGHT;
    [map.width, map.height] = [Math.round(wide * PRINT_RATIO), Math.round(tall * PRINT_RATIO)];
    for (const canvas of [map.cells, map.lines]) [canvas.width, canvas.height] = [map.width, map.height];
    const grow = Math.min(map.width / before, map.height / map.saved.height);
    map.ratio = PRINT_RATIO;
    map.view = { ...map.view, scale: Math.max(1, Math.round(map.view.scale * grow)) };
    map.centre([x, y]);
    // The legend lies over the right side: what is shown moves to the left of it.
    if (boxes.length === 1) map.view.left += Math.round(meters(map.view, 115 * PRINT_RATIO) * 10);
    map.drawForPaper();
  }
}

function afterPrint() {
  for (const map of maps.filter((one) => one.saved)) {
    Object.assign(map, map.saved, { saved: null });
    for (const canvas of [map.cells, map.lines]) [canvas.width, canvas.height] = [map.width, map.height];
    map.drawNow();
  }
}

function listenToPrint() {
  window.addEventListener("beforeprint", beforePrint);
  window.addEventListener("afterprint", afterPrint);
}
