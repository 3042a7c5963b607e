// How people move a map: mouse, fingers, keys; one finger leaves the page to scroll.

Object.assign(FleetMap.prototype, {
  listen() {
    const held = new Map();
    let apart = 0, far = 0;
    const spread = () => { const [a, b] = [...held.values()]; return Math.hypot(a.x - b.x, a.y - b.y); };
    this.svg.addEventListener("pointerdown", (event) => {
      held.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (held.size === 1) far = 0;
      apart = held.size === 2 ? spread() : 0;
    });
    this.svg.addEventListener("pointermove", (event) => {
      const before = held.get(event.pointerId);
      if (!before || !this.view) return;
      if (event.pointerType === "mouse" && !event.buttons) { held.clear(); return; }
      const now = { x: event.clientX, y: event.clientY };
      held.set(event.pointerId, now);
      far += Math.hypot(now.x - before.x, now.y - before.y);
      if (held.size === 2) {
        const box = this.svg.getBoundingClientRect();
        const [a, b] = [...held.values()];
        const wide = spread();
        if (apart) this.zoom(wide / apart, [(a.x + b.x) / 2 - box.left, (a.y + b.y) / 2 - box.top]);
        apart = wide;
      } else if (far > 4) {
        if (!this.svg.hasPointerCapture(event.pointerId)) this.svg.setPointerCapture(event.pointerId);
        this.pan(now.x - before.x, now.y - before.y);
      }
    });
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) {
      this.svg.addEventListener(name, (event) => { held.delete(event.pointerId); apart = 0; });
    }
    this.svg.addEventListener("click", (event) => { if (far > 4) { event.stopPropagation(); event.preventDefault(); } }, true);
    this.svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // the page scrolls
      event.preventDefault();
      const box = this.svg.getBoundingClientRect();
      this.zoom(Math.exp(-event.deltaY / 240), [event.clientX - box.left, event.clientY - box.top]);
    }, { passive: false });
    this.svg.addEventListener("keydown", (event) => {
      const does = {
        ArrowLeft: () => this.pan(60, 0), ArrowRight: () => this.pan(-60, 0), ArrowUp: () => this.pan(0, 60), ArrowDown: () => this.pan(0, -60),
        "+": () => this.zoom(1.4), "=": () => this.zoom(1.4), "-": () => this.zoom(1 / 1.4), 0: () => this.fit(),
      }[event.key];
      if (!does || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      does();
    });
  },
});
