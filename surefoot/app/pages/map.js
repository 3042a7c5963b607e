// Draws a map without tiles: named zones, routes and things on a plane, to pan and zoom; and replays a track on it.

const NS = "http://www.w3.org/2000/svg";
const METRES = 111320; // of a degree of latitude
const KEPT = new WeakMap(); // what a place on the page shows, by its element
const FOLD = 640; // pixels below which a map is narrow
const NEAREST = 150; // metres that a map's width shows at least

const svg = (name, attributes = {}, parent = null) => {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent?.append(element);
  return element;
};
const tag = (name, className, parent, text = "") => {
  const element = document.createElement(name);
  if (className) element.className = className;
  if (text) element.textContent = text;
  parent?.append(element);
  return element;
};

// Google's encoded polyline algorithm format, precision 5: [latitude, longitude] pairs.
function decoded(line) {
  const out = [];
  let at = 0, latitude = 0, longitude = 0;
  const next = () => {
    let value = 0, shift = 0, piece;
    do {
      piece = line.charCodeAt(at++) - 63;
      value |= (piece & 31) << shift;
      shift += 5;
    } while (piece >= 32 && at < line.length);
    return value & 1 ? ~(value >> 1) : value >> 1;
  };
  while (at < line.length) {
    latitude += next();
    longitude += next();
    out.push([latitude / 1e5, longitude / 1e5]);
  }
  return out;
}

const pairs = (points) => (typeof points === "string" ? decoded(points) : points);

class FleetMap {
  constructor(parent) {
    this.root = tag("div", "stHtml sf-map", parent);
    this.stage = tag("div", "sf-map-stage", this.root);
    this.svg = svg("svg", { class: "sf-map-svg", tabindex: 0, role: "group" }, this.stage);
    this.layers = {};
    for (const name of ["grid", "places", "lines", "labels", "marks", "over"]) {
      this.layers[name] = svg("g", { class: `sf-map-${name}` }, this.svg);
    }
    this.buttons();
    this.scale = svg("g", { class: "sf-map-scale", "aria-hidden": "true" }, this.svg);
    this.marks = new Map();
    this.size = { width: 0, height: 0 };
    this.view = null; // { x, y, k }: the middle in metres, and pixels a metre
    this.watch = new ResizeObserver(() => this.resized());
    this.watch.observe(this.stage);
    this.listen();
  }

  buttons() {
    const box = tag("div", "sf-map-buttons", this.stage);
    const one = (symbol, label, does) => {
      const button = tag("button", "sf-map-button", box);
      button.type = "button";
      button.title = label;
      button.setAttribute("aria-label", label);
      tag("span", "sf-icon", button, symbol).setAttribute("aria-hidden", "true");
      button.addEventListener("click", does);
    };
    one("add", "Zoom in", () => this.zoom(1.6));
    one("remove", "Zoom out", () => this.zoom(1 / 1.6));
    one("fit_screen", "Show all", () => this.fit());
  }

  // What is drawn

  show(data) {
    const before = this.data;
    this.data = data;
    this.svg.setAttribute("aria-label", data.label || "Map");
    this.root.classList.toggle("sf-map-fills", !!data.fills);
    this.stage.style.setProperty("--sf-map-height", `${data.height || 320}px`);
    const clear = (data.lines || []).filter((line) => !line.faint);
    const things = [...clear.flatMap((line) => pairs(line.points)), ...(data.marks || []).filter((m) => !m.faint).map((m) => [m.lat, m.lon])];
    const zones = (data.places || []).map((place) => [place.lat, place.lon]);
    if (!before || before.scene !== data.scene || !this.origin) {
      const all = things.length ? things : zones;
      this.origin = all.length ? all[0] : [0, 0];
      this.wide = Math.cos((this.origin[0] * Math.PI) / 180) * METRES;
      this.view = null;
    }
    this.bounds = this.around(things.length ? things : zones);
    const still = JSON.stringify([data.scene, data.places, data.lines]);
    if (still !== this.still) {
      this.still = still;
      this.drawPlaces();
      this.drawLines();
    }
    this.drawMarks();
    this.showReplay(before);
    if (this.size.width) this.view ? this.place() : this.fit();
    if (data.focus && data.focus !== before?.focus && before) this.look(data.focus);
  }

  // Bring a thing into view where it is not.
  look(id) {
    const known = this.marks.get(id);
    if (!known || !this.size.width) return;
    const [px, py] = this.screen([known.mark.lat, known.mark.lon]);
    const { width, height } = this.size;
    if (px < 40 || py < 40 || px > width - 80 || py > height - 40) this.pan(width / 2 - px, height / 2 - py);
  }

  at([latitude, longitude]) {
    return [(longitude - this.origin[1]) * this.wide, (this.origin[0] - latitude) * METRES];
  }

  around(points) {
    if (!points.length) return { x0: -1000, x1: 1000, y0: -1000, y1: 1000 };
    const box = { x0: Infinity, x1: -Infinity, y0: Infinity, y1: -Infinity };
    for (const [x, y] of points.map((p) => this.at(p))) {
      box.x0 = Math.min(box.x0, x); box.x1 = Math.max(box.x1, x);
      box.y0 = Math.min(box.y0, y); box.y1 = Math.max(box.y1, y);
    }
    return box;
  }

  path(points) {
    return points.map((p, n) => `${n ? "L" : "M"}${this.at(p).map((v) => v.toFixed(1)).join(" ")}`).join("");
  }

  drawPlaces() {
    this.layers.places.replaceChildren();
    this.zones = (this.data.places || []).map((place) => {
      const shape = place.outline
        ? svg("path", { d: `${this.path(decoded(place.outline))}Z` }, this.layers.places)
        : svg("circle", { cx: this.at([place.lat, place.lon])[0], cy: this.at([place.lat, place.lon])[1], r: place.radius || 50 }, this.layers.places);
      shape.setAttribute("class", "sf-map-zone");
      shape.dataset.kind = place.kind || "";
      svg("title", {}, shape).textContent = place.title || place.name;
      return place;
    });
  }

  drawLines() {
    this.layers.lines.replaceChildren();
    this.ends = [];
    for (const line of this.data.lines || []) {
      const points = pairs(line.points);
      if (!points.length) continue;
      const d = this.path(points);
      const pair = svg("g", {}, this.layers.lines);
      pair.dataset.colour = line.colour ?? 0;
      if (line.faint) pair.setAttribute("class", "sf-faint");
      svg("path", { class: "sf-map-halo", d }, pair);
      const drawn = svg("path", { class: `sf-map-line${line.dashed ? " sf-dashed" : ""}`, d }, pair);
      if (line.thing) drawn.dataset.thing = line.thing;
      if (line.title) svg("title", {}, drawn).textContent = line.title;
      for (const [name, value] of Object.entries(line.act || {})) drawn.dataset[name] = value;
      if (line.number) this.end_of(line, points[0], line.number);
      if (line.number) this.end_of(line, points.at(-1), "");
    }
  }

  // Lines that begin where another one does share a mark with the numbers of both.
  end_of(line, at, text) {
    const near = this.ends.find((end) => !!end.text === !!text && Math.hypot(...this.at(end.at).map((v, n) => v - this.at(at)[n])) < 150);
    if (!near) this.ends.push({ at, text, colour: line.colour ?? 0, title: line.title, thing: line.thing });
    else if (text) Object.assign(near, { text: `${near.text}, ${text}`, title: `${near.title}\n${line.title}` });
  }

  drawMarks() {
    const wanted = [
      ...[...(this.ends || [])].sort((a, b) => !!a.text - !!b.text).map((end, n) => ({ id: `end-${n}`, kind: end.text ? "start" : "end", lat: end.at[0], lon: end.at[1], glyph: end.text, tone: "", colour: end.colour, title: end.title, thing: end.thing })),
      ...(this.data.marks || []),
    ];
    const there = new Set(wanted.map((mark) => mark.id));
    for (const [id, old] of this.marks) {
      if (!there.has(id)) { old.element.remove(); this.marks.delete(id); }
    }
    for (const mark of wanted.sort((a, b) => !!a.chosen - !!b.chosen)) {
      const known = this.marks.get(mark.id);
      const said = JSON.stringify({ ...mark, lat: 0, lon: 0 });
      if (known && known.said === said) known.mark = mark;
      else {
        const element = this.mark(mark);
        known?.element.remove();
        this.layers.marks.append(element);
        this.marks.set(mark.id, { mark, said, element });
      }
    }
  }

  mark(mark) {
    const group = svg("g", { class: `sf-map-mark sf-${mark.tone || "none"}` });
    group.dataset.kind = mark.kind || "vehicle";
    if (mark.colour !== undefined) group.dataset.colour = mark.colour;
    if (mark.chosen) group.classList.add("sf-chosen");
    if (mark.faint) group.classList.add("sf-faint");
    if (mark.thing) group.dataset.thing = mark.thing;
    for (const [name, value] of Object.entries(mark.act || {})) group.dataset[name] = value;
    if (mark.title) svg("title", {}, group).textContent = mark.title;
    if (mark.kind === "start" || mark.kind === "end") {
      const wide = Math.max(18, mark.glyph.length * 6.5 + 8);
      if (mark.kind === "start") svg("rect", { x: -wide / 2, y: -9, width: wide, height: 18, rx: 9 }, group);
      else svg("circle", { r: 5.5 }, group);
      svg("text", { class: "sf-map-number", dy: ".35em" }, group).textContent = mark.glyph;
      return group;
    }
    svg("circle", { class: "sf-map-disc", r: mark.kind === "event" ? 9 : 12 }, group);
    const glyph = svg("text", { class: "sf-icon sf-map-glyph", dy: ".5em" }, group);
    glyph.textContent = mark.icon || "location_on";
    if (mark.icon === "navigation") glyph.setAttribute("transform", `rotate(${mark.heading || 0})`);
    if (mark.label) svg("text", { class: "sf-map-name", x: 16, dy: ".35em" }, group).textContent = mark.label;
    return group;
  }

  end() {
    this.stop();
    this.watch.disconnect();
    this.root.remove();
  }
}

export default function ({ data: [data], parentElement }) {
  let map = KEPT.get(parentElement);
  if (!map) KEPT.set(parentElement, (map = new FleetMap(parentElement)));
  map.show(data);
  return () => {
    map.end();
    KEPT.delete(parentElement);
  };
}
