// Keeps clicks on our own HTML from the first moment, and gives them to hands.js, whichever of the two is there first.
(() => {
  if (window.__surefootEarly) return;
  const early = (window.__surefootEarly = { kept: [] });
  const clicked = (target) => {
    const hands = window.__surefootHands;
    if (hands) hands.clicked(target);
    else early.kept.push(target);
  };
  // A row opens wherever it is clicked, but not while its words are marked or something else in it is meant.
  const opener = (at) => {
    if (at.closest("a, button, input, label, summary, select") || !getSelection()?.isCollapsed) return null;
    return at.closest("[data-opens]")?.querySelector("a[data-act]") ?? null;
  };
  // Text that is redrawn between press and release takes its button along, and the browser then tells of no click.
  let pressed = null;
  document.addEventListener("pointerdown", (event) => {
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    pressed = plain && event.target instanceof Element ? event.target.closest("[data-act]") : null;
  });
  document.addEventListener("pointerup", () => {
    if (pressed && !pressed.isConnected) clicked(pressed);
    pressed = null;
  });
  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-act]") ?? opener(event.target) : null;
    if (!target || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    clicked(target);
  });
})();
