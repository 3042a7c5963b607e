// A track played again: the vehicle moves along it, its clock and speed beside the slider.

const STILL = 0.002; // degrees; a parked vehicle says little and stays where it is

Object.assign(FleetMap.prototype, {
  showReplay(before) {
    const replay = this.data.replay;
    if (!replay || replay.seconds.length < 2) { this.stop(); this.bar?.remove(); this.bar = null; this.layers.over.replaceChildren(); return; }
    if (!this.bar) this.buildReplay();
    const last = replay.seconds.at(-1);
    const fresh = before?.scene !== this.data.scene || this.now === undefined;
    this.slider.max = Math.ceil(last);
    if (fresh) this.now = replay.at ?? 0;
    this.now = Math.min(this.now, last);
    this.tell();
  },

  buildReplay() {
    this.bar = tag("div", "sf-replay-bar", this.root);
    this.play = tag("button", "sf-button sf-small", this.bar);
    this.play.type = "button";
    this.play.addEventListener("click", () => (this.going ? this.stop() : this.start()));
    this.slider = tag("input", "sf-replay-slider", this.bar);
    Object.assign(this.slider, { type: "range", min: 0, step: 1 });
    this.slider.setAttribute("aria-label", "Time");
    this.slider.addEventListener("input", () => { this.now = Number(this.slider.value); this.tell(); this.placeReplay(); });
    this.pace = tag("select", "sf-replay-pace", this.bar);
    this.pace.setAttribute("aria-label", "Pace");
    for (const times of [10, 60, 300]) tag("option", "", this.pace, `${times} × faster`).value = times;
    this.pace.value = 60;
    this.told = tag("output", "sf-replay-told", this.bar);
    this.dot = svg("g", { class: "sf-map-mark sf-replayed" }, this.layers.over);
    svg("circle", { class: "sf-map-disc", r: 14 }, this.dot);
    this.arrow = svg("text", { class: "sf-icon sf-map-glyph", dy: ".5em" }, this.dot);
    this.arrow.textContent = "navigation";
    this.name();
  },

  name() {
    this.play.replaceChildren();
    tag("span", "sf-icon", this.play, this.going ? "pause" : "play_arrow").setAttribute("aria-hidden", "true");
    tag("span", "", this.play, this.going ? "Pause" : "Replay");
  },

  start() {
    const last = this.data.replay.seconds.at(-1);
    if (this.now >= last) this.now = 0;
    let before = performance.now();
    const step = (moment) => {
      if (!this.going) return;
      this.now = Math.min(this.now + ((moment - before) / 1000) * Number(this.pace.value), this.data.replay.seconds.at(-1));
      before = moment;
      this.tell();
      this.placeReplay();
      if (this.now >= this.data.replay.seconds.at(-1)) { this.stop(); return; }
      this.going = requestAnimationFrame(step);
    };
    this.going = requestAnimationFrame((moment) => { before = moment; step(moment); });
    this.name();
  },

  stop() {
    if (!this.going) return;
    cancelAnimationFrame(this.going);
    this.going = 0;
    this.name();
  },

  // Where the vehicle was at the replayed moment; between two samples it goes straight, in a gap it stays.
  then() {
    const { seconds, lat, lon, speed, heading } = this.data.replay;
    let low = 0, high = seconds.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (seconds[middle] <= this.now) low = middle; else high = middle;
    }
    if (this.now >= seconds.at(-1)) low = high = seconds.length - 1;
    const apart = seconds[high] - seconds[low];
    const moved = Math.hypot(lat[high] - lat[low], lon[high] - lon[low]) > STILL;
    const gap = moved && apart > this.data.replay.gap;
    const part = gap || !apart ? 0 : (this.now - seconds[low]) / apart;
    const between = (values) => values[low] + (values[high] - values[low]) * part;
    const known = speed[low] !== null && speed[high] !== null;
    return { lat: between(lat), lon: between(lon), speed: known ? between(speed) : speed[low], heading: heading[low] ?? 0, gap };
  },

  tell() {
    const { wall } = this.data.replay;
    const then = this.then();
    const clock = new Date((wall + Math.round(this.now)) * 1000).toISOString().slice(11, 19);
    const how = then.gap ? "nothing heard" : then.speed === null ? "speed unknown" : `${Math.round(then.speed)} km/h`;
    this.told.textContent = `${clock} · ${how}`;
    this.slider.value = this.now;
    this.slider.setAttribute("aria-valuetext", this.told.textContent);
    const cursor = document.querySelector("[data-replay-from]");
    if (cursor) {
      const { replayFrom, replayTo } = cursor.dataset;
      const at = (this.data.replay.start + this.now - replayFrom) / (replayTo - replayFrom);
      cursor.style.left = `${(100 * Math.min(Math.max(at, 0), 1)).toFixed(3)}%`;
      cursor.hidden = false;
    }
  },

  placeReplay() {
    if (!this.data?.replay || !this.dot || !this.view) return;
    const then = this.then();
    const [x, y] = this.screen([then.lat, then.lon]);
    this.dot.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    this.dot.classList.toggle("sf-lost", then.gap);
    this.arrow.setAttribute("transform", `rotate(${then.heading})`);
  },
});
