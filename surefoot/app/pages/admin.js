// Keeps the keyboard's place where our HTML is drawn anew, and gathers the marks of a table.
(() => {
  if (window.__surefootAdmin) return;
  window.__surefootAdmin = true;

  let held = null; // the element of ours that has the keyboard, by what it does and where it leads
  const named = (element) =>
    element.id || JSON.stringify([element.tagName, element.getAttribute("href"), { ...element.dataset }]);
  document.addEventListener("focusin", ({ target }) => {
    const ours = target instanceof HTMLElement && target.closest(".stHtml") && target.matches("a, button, input, summary");
    held = ours ? { element: target, name: named(target) } : null;
  });
  new MutationObserver(() => {
    if (!held || held.element.isConnected) return;
    const nobody = !document.activeElement || document.activeElement === document.body;
    const again = nobody && [...document.querySelectorAll(`.stHtml ${held.element.tagName.toLowerCase()}`)].find(
      (element) => named(element) === held.name,
    );
    if (again) again.focus({ preventScroll: true });
  }).observe(document.documentElement, { childList: true, subtree: true });

  let waiting = 0;
  document.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLInputElement) || !target.closest("[data-marks]")) return;
    const table = target.closest("[data-marks]");
    const boxes = [...table.querySelectorAll("input[data-mark]")];
    if (target.dataset.markAll !== undefined) for (const box of boxes) box.checked = target.checked;
    clearTimeout(waiting);
    waiting = setTimeout(function tell() {
      const hands = window.__surefootHands;
      if (!hands) { waiting = setTimeout(tell, 120); return; } // it is still being loaded
      const marked = boxes.filter((box) => box.checked).map((box) => box.dataset.mark);
      hands.say({ act: "marked", marked: marked.join(" ") });
    }, 120); // several marks in a row are one message
  });
})();
