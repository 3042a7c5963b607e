// Counts the age of readings on, and marks what stands for the same thing elsewhere on the page.
(() => {
  if (window.__surefootLive) return;
  window.__surefootLive = true;
  const MINUTE = 60, HOUR = 3600, DAY = 86400;
  const STALE = HOUR; // seconds; record_words.py knows the same number

  const ago = (seconds) => {
    if (seconds < MINUTE) return `${Math.floor(seconds)} s ago`;
    if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ago`;
    if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)} h ago`;
    return `${Math.floor(seconds / DAY).toLocaleString("en")} days ago`;
  };
  setInterval(() => {
    for (const element of document.querySelectorAll("[data-as-of]")) {
      const seconds = Math.max((Date.now() - Date.parse(element.dataset.asOf)) / 1000, 0);
      const told = element.querySelector(".sf-age-ago");
      const text = ago(seconds);
      if (told && told.textContent !== text) told.textContent = text;
      element.classList.toggle("sf-warn", seconds > STALE);
    }
  }, 1000);

  const mark = (thing, on) => {
    for (const element of document.querySelectorAll(`[data-thing="${CSS.escape(thing)}"]`)) element.classList.toggle("sf-same", on);
  };
  let marked = "";
  const over = ({ target }) => {
    const thing = target instanceof Element ? (target.closest("[data-thing]")?.dataset.thing ?? "") : "";
    if (thing === marked) return;
    if (marked) mark(marked, false);
    marked = thing;
    if (marked) mark(marked, true);
  };
  document.addEventListener("mouseover", over);
  document.addEventListener("focusin", over);
})();
