// Where things stand on a map: what is in view, names where there is room, a scale, a grid.

const CROWD = 150; // things above which each is drawn smaller

Object.assign(FleetMap.prototype, {
  resized() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    if (!width || !height || (width === this.size.width && height === this.size.height)) return;
    const first = !this.size.width;
    this.size = { width, height };
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    if (!this.data) return;
    if (first || !this.view || !this.moved) this.fit(); else this.place();
  },

  fit() {
    this.moved = false;
    const { x0, x1, y0, y1 } = this.bounds;
    const { width, height } = this.size;
    const crowded = this.marks.size > 20 ? 36 : 0; // what stands around its place needs room
    const edge = (width < FOLD ? 28 : 44) + crowded;
    const k = Math.min((width - 2 * edge) / Math.max(x1 - x0, 400), (height - 2 * edge) / Math.max(y1 - y0, 400));
    this.view = { x: (x0 + x1) / 2, y: (y0 + y1) / 2, k: Math.max(k, 1e-6) };
    this.place();
  },

  zoom(by, at = null) {
    const { width, height } = this.size;
    const [px, py] = at || [width / 2, height / 2];
    const k = Math.min(Math.max(this.view.k * by, 1e-5), width / NEAREST);
    const grow = 1 / this.view.k - 1 / k;
    this.view = { x: this.view.x + (px - width / 2) * grow, y: this.view.y + (py - height / 2) * grow, k };
    this.moved = true;
    this.place();
  },

  pan(dx, dy) {
    this.view = { ...this.view, x: this.view.x - dx / this.view.k, y: this.view.y - dy / this.view.k };
    this.moved = true;
    this.place();
  },

  screen(point) {
    const [x, y] = this.at(point);
    const { width, height } = this.size;
    return [(x - this.view.x) * this.view.k + width / 2, (y - this.view.y) * this.view.k + height / 2];
  },

  place() {
    const { x, y, k } = this.view;
    const { width, height } = this.size;
    const world = `translate(${width / 2 - x * k} ${height / 2 - y * k}) scale(${k})`;
    this.layers.places.setAttribute("transform", world);
    this.layers.lines.setAttribute("transform", world);
    // Lines of different colours lie beside each other where they take the same road.
    for (const pair of this.layers.lines.children) {
      const aside = ((Number(pair.dataset.colour) - 2) * 2.4) / k;
      pair.setAttribute("transform", `translate(${aside} ${aside})`);
    }
    const taken = this.placeMarks();
    this.nameMarks(taken);
    this.namePlaces(taken);
    this.drawScale();
    this.placeReplay();
  },

  // Things in one place stand around it in a spiral, so that each can be seen and clicked.
  placeMarks() {
    const groups = [], taken = [], crowded = this.marks.size > CROWD;
    for (const one of this.marks.values()) {
      const [px, py] = this.screen([one.mark.lat, one.mark.lon]);
      const movable = one.mark.kind !== "start" && one.mark.kind !== "end";
      const near = movable && groups.find((group) => Math.hypot(group.x - px, group.y - py) < 20);
      const nth = near ? near.count++ : 0;
      if (!near) groups.push({ x: px, y: py, count: 1 });
      const far = nth ? 15 * Math.sqrt(nth + 0.6) : 0;
      one.at = near ? [near.x + far * Math.cos(nth * 2.39996), near.y + far * Math.sin(nth * 2.39996)] : [px, py];
      const [x, y] = one.at;
      const small = crowded && movable && !one.mark.chosen ? " scale(.7)" : "";
      one.element.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})${small}`);
      taken.push([x - 12, y - 12, x + 12, y + 12]);
    }
    return taken;
  },

  free(box, taken) {
    return !taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
  },

  // A vehicle's name stands beside it where there is room; the chosen one's always.
  nameMarks(taken) {
    const ordered = [...this.marks.values()].sort((a, b) => !!b.mark.chosen - !!a.mark.chosen);
    for (const { mark, element, at: [px, py] } of ordered) {
      if (!mark.label) continue;
      const box = [px + 14, py - 8, px + 18 + mark.label.length * 8, py + 8];
      const shown = mark.chosen || this.free(box, taken);
      element.classList.toggle("sf-named", shown);
      if (shown) taken.push(box);
    }
  },

  namePlaces(taken) {
    this.layers.labels.replaceChildren();
    const { width, height } = this.size;
    const order = (place) => ["depot", "customer"].indexOf(place.kind) + 3 * !["depot", "customer"].includes(place.kind);
    for (const place of [...(this.zones || [])].sort((a, b) => order(a) - order(b))) {
      const [px, py] = this.screen([place.lat, place.lon]);
      const below = Math.max((place.radius || 60) * this.view.k, 3) + 12;
      const half = place.name.length * 3.1 + 4;
      const box = [px - half, py + below - 9, px + half, py + below + 5];
      if (box[0] < 2 || box[2] > width - 2 || box[1] < 2 || box[3] > height - 2 || !this.free(box, taken)) continue;
      taken.push(box);
      svg("text", { class: "sf-map-place", x: px.toFixed(1), y: (py + below).toFixed(1) }, this.layers.labels).textContent = place.name;
    }
  },

  drawScale() {
    const { width, height } = this.size;
    const most = Math.min(140, width / 3) / this.view.k;
    const power = 10 ** Math.floor(Math.log10(most));
    const metres = [5, 2, 1].map((n) => n * power).find((n) => n <= most) || power;
    const long = metres * this.view.k;
    this.scale.replaceChildren();
    svg("path", { d: `M14 ${height - 20}v6h${long.toFixed(1)}v-6` }, this.scale);
    svg("text", { x: 14, y: height - 26 }, this.scale).textContent = metres >= 1000 ? `${metres / 1000} km` : `${metres} m`;
    this.grid(metres);
  },

  grid(metres) {
    const { width, height } = this.size;
    const { x, y, k } = this.view;
    let d = "";
    for (let at = Math.ceil((x - width / 2 / k) / metres) * metres; (at - x) * k < width / 2; at += metres) {
      d += `M${((at - x) * k + width / 2).toFixed(1)} 0V${height}`;
    }
    for (let at = Math.ceil((y - height / 2 / k) / metres) * metres; (at - y) * k < height / 2; at += metres) {
      d += `M0 ${((at - y) * k + height / 2).toFixed(1)}H${width}`;
    }
    this.layers.grid.replaceChildren(svg("path", { d }));
  },
});
