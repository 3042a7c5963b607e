// A list whose rows keep their place, the keyboard and the scroll while what they say changes.

const LISTS = new WeakMap(); // rows by id, by the element of the list

function fill(element, row) {
  const said = JSON.stringify(row);
  if (element.said === said) return;
  element.said = said;
  element.className = `sf-vehicle${row.chosen ? " sf-chosen" : ""}`;
  element.dataset.thing = row.id;
  const [choose, open] = element.children;
  choose.dataset.act = "choose";
  choose.dataset.vehicle = row.id;
  choose.setAttribute("aria-pressed", row.chosen ? "true" : "false");
  choose.innerHTML = row.html; // ours, escaped where it is made
  open.href = row.href;
  open.dataset.act = "vehicle";
  open.dataset.vehicle = row.id;
  open.setAttribute("aria-label", `Open ${row.id}`);
  open.title = `Open ${row.id}`;
}

function made() {
  const element = document.createElement("li");
  const choose = document.createElement("button");
  choose.type = "button";
  choose.className = "sf-vehicle-choose";
  const open = document.createElement("a");
  open.className = "sf-vehicle-open";
  const icon = document.createElement("span");
  icon.className = "sf-icon";
  icon.setAttribute("aria-hidden", "true");
  icon.textContent = "arrow_forward";
  open.append(icon);
  element.append(choose, open);
  return element;
}

function bring(list, element) {
  const above = element.offsetTop < list.scrollTop;
  const below = element.offsetTop + element.offsetHeight > list.scrollTop + list.clientHeight;
  if (above || below) list.scrollTop = element.offsetTop - list.clientHeight / 3;
}

export default function ({ data: [data], parentElement }) {
  let list = LISTS.get(parentElement);
  if (!list) {
    const root = document.createElement("div");
    root.className = "stHtml sf-vehicles-box";
    const element = document.createElement("ul");
    element.className = "sf-vehicles";
    root.append(element);
    parentElement.append(root);
    list = { root, element, rows: new Map(), chosen: null };
    LISTS.set(parentElement, list);
  }
  list.element.setAttribute("aria-label", data.label);
  const wanted = new Set(data.rows.map((row) => row.id));
  for (const [id, element] of list.rows) if (!wanted.has(id)) { element.remove(); list.rows.delete(id); }
  let before = null;
  for (const row of data.rows) {
    let element = list.rows.get(row.id);
    if (!element) list.rows.set(row.id, (element = made()));
    fill(element, row);
    const place = before ? before.nextSibling : list.element.firstChild;
    if (place !== element) list.element.insertBefore(element, place);
    before = element;
  }
  if (data.chosen && data.chosen !== list.chosen && list.rows.has(data.chosen)) bring(list.element, list.rows.get(data.chosen));
  list.chosen = data.chosen;
  return () => {
    list.root.remove();
    LISTS.delete(parentElement);
  };
}
