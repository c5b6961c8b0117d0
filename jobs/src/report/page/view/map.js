// One map: a canvas of cells, drawn by the rasteriser, and a canvas of lines and words over it. Two of them may stand side by
// side with one view.
// Comes in: a place in the page, pointers and keys. Goes out: pictures, and calls of `onPick` and `onMove`. Not here: what lines
// there are (`overlay.js`).

const LARGEST_SCALE = 3 * PARTS * FIXED;

class MapView {
  constructor(box, hooks) {
    this.box = box;
    this.hooks = hooks;
    this.cells = box.querySelector("canvas.cells");
    this.lines = box.querySelector("canvas.lines");
    this.view = null;
    this.mode = { kind: "missing" };
    this.busy = false;
    this.pointers = new Map();
    this.ratio = 1;
    this.listen();
  }

  // Takes the size of its box; fits everything when there is no view yet.
  resize(ratio = Math.min(window.devicePixelRatio || 1, 3)) {
    const { clientWidth, clientHeight } = this.box;
    if (!clientWidth || !clientHeight) return;
    const width = Math.round(clientWidth * ratio), height = Math.round(clientHeight * ratio);
    if (this.view && this.width) {
      const factor = ratio / this.ratio;
      const view = this.view;
      const middle = this.at(this.width / 2, this.height / 2);
      this.view = { ...view, scale: Math.max(1, Math.round(view.scale * factor)) };
      [this.width, this.height, this.ratio] = [width, height, ratio];
      this.centre(middle);
    }
    [this.width, this.height, this.ratio] = [width, height, ratio];
    for (const canvas of [this.cells, this.lines]) [canvas.width, canvas.height] = [width, height];
    if (!this.view) this.view = fitted(M.bounds, width, height);
    this.draw();
  }

  fit(bounds = M.bounds) {
    this.view = fitted(bounds, this.width, this.height);
    this.view.scale = Math.min(this.view.scale, Math.round(LARGEST_SCALE * this.ratio / 6));
    if (bounds !== M.bounds) {
      // What lies around a zone is a part of its picture.
      this.view.scale = Math.round(this.view.scale * 0.72);
      this.centre([(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2]);
    }
    this.moved();
  }

  // The place in decimetres under a pixel.
  at(px, py) {
    const per = PARTS * FIXED / this.view.scale;
    return [this.view.left + px * per, this.view.top + py * per];
  }

  // The pixel of a place in decimetres.
  pixel(x, y) {
    const per = this.view.scale / (PARTS * FIXED);
    return [(x - this.view.left) * per, (y - this.view.top) * per];
  }

  // Moves the view so that a place is in the middle.
  centre([x, y]) {
    const per = PARTS * FIXED / this.view.scale;
    this.view = {
      left: Math.round(x - this.width / 2 * per), top: Math.round(y - this.height / 2 * per), scale: this.view.scale,
    };
  }

  flyTo(x, y, pixelsPerKilometre = 0) {
    const least = Math.round(pixelsPerKilometre * this.ratio / 10000 * PARTS * FIXED);
    if (this.view.scale < least) this.view = { ...this.view, scale: least };
    this.centre([x, y]);
    this.moved();
  }

  zoom(factor, px = this.width / 2, py = this.height / 2) {
    const [x, y] = this.at(px, py);
    const least = fitted(M.bounds, this.width, this.height).scale / 3;
    const scale = Math.round(Math.min(Math.max(this.view.scale * factor, least, 1), LARGEST_SCALE * this.ratio));
    const per = PARTS * FIXED / scale;
    this.view = { left: Math.round(x - px * per), top: Math.round(y - py * per), scale };
    this.moved();
  }

  pan(dx, dy) {
    const [x, y] = this.at(this.width / 2 + dx, this.height / 2 + dy);
    this.centre([x, y]);
    this.moved();
  }

  moved() {
    this.hooks.onMove(this);
    this.draw();
  }

  // Draws with the next frame; while something moves, small streets wait.
  draw() {
    if (this.waiting || !this.view) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.drawNow(this.busy);
      clearTimeout(this.later);
      if (this.busy) this.later = setTimeout(() => { this.busy = false; this.draw(); }, 160);
    });
  }

  drawNow(quick = false) {
    const image = rasterised(this.view, this.width, this.height, this.classed(), classesOf(this.mode));
    this.cells.getContext("2d").putImageData(image, 0, 0);
    const context = this.lines.getContext("2d");
    context.clearRect(0, 0, this.width, this.height);
    drawOverlay(context, this, this.hooks.state(), quick);
  }

  // Everything on one canvas, as pixels: a browser prints lines as lines, and not always where the pixels below them are.
  drawForPaper() {
    const sheet = el("canvas", { width: this.width, height: this.height }), context = sheet.getContext("2d");
    context.putImageData(rasterised(this.view, this.width, this.height, this.classed(), classesOf(this.mode)), 0, 0);
    drawOverlay(context, this, this.hooks.state(), false);
    this.cells.getContext("2d").putImageData(context.getImageData(0, 0, this.width, this.height), 0, 0);
  }

  // The classes of the cells, until the mode changes.
  classed() {
    const hide = this.hooks.state().hideEmpty;
    const key = modeText(this.mode) + hide;
    if (this.key !== key) [this.key, this.kinds] = [key, classedCells(this.mode, hide)];
    return this.kinds;
  }

  listen() {
    const box = this.lines;
    const spot = (event) => {
      const { left, top } = box.getBoundingClientRect();
      return [(event.clientX - left) * this.ratio, (event.clientY - top) * this.ratio];
    };
    box.addEventListener("pointerdown", (event) => {
      box.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, spot(event));
      this.travelled = this.pointers.size > 1 ? 99 : 0;
    });
    box.addEventListener("pointermove", (event) => {
      const before = this.pointers.get(event.pointerId), now = spot(event);
      if (!before) return this.hooks.onHover(this, this.at(...now), now);
      this.busy = true;
      if (this.pointers.size === 2) {
        const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1];
        const apart = (a) => Math.hypot(a[0] - other[0], a[1] - other[1]);
        this.zoom(apart(now) / Math.max(apart(before), 1), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
      } else {
        this.travelled += Math.hypot(now[0] - before[0], now[1] - before[1]);
        if (this.travelled > 4 * this.ratio) this.pan(before[0] - now[0], before[1] - now[1]);
        else return;
      }
      this.pointers.set(event.pointerId, now);
    });
    box.addEventListener("pointerup", (event) => {
      const known = this.pointers.delete(event.pointerId);
      if (known && this.travelled <= 4 * this.ratio) this.hooks.onPick(this, this.at(...spot(event)));
    });
    box.addEventListener("pointercancel", (event) => this.pointers.delete(event.pointerId));
    box.addEventListener("pointerleave", () => this.hooks.onHover(this, null));
    box.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.busy = true;
      this.zoom(Math.exp(-Math.max(-200, Math.min(200, event.deltaY)) / 300), ...spot(event));
    }, { passive: false });
    box.addEventListener("dblclick", (event) => this.zoom(2, ...spot(event)));
    box.addEventListener("keydown", (event) => this.onKey(event));
    box.addEventListener("focus", () => this.draw());
    box.addEventListener("blur", () => this.draw());
  }

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = 80 * this.ratio;
    const act = {
      ArrowLeft: () => this.pan(-step, 0), ArrowRight: () => this.pan(step, 0),
      ArrowUp: () => this.pan(0, -step), ArrowDown: () => this.pan(0, step),
      "+": () => this.zoom(1.5), "=": () => this.zoom(1.5), "-": () => this.zoom(1 / 1.5), "0": () => this.fit(),
      Enter: () => this.hooks.onPick(this, this.at(this.width / 2, this.height / 2)),
      " ": () => this.hooks.onPick(this, this.at(this.width / 2, this.height / 2)),
      Escape: () => this.hooks.onPick(this, null),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}
