// Carries what people do on our own HTML (clicks, drops, Escape) to the page's script, and copies text.

const KEEP = "__surefootHands";
const EARLY = "__surefootEarly"; // what early.js kept of the time before this was loaded
const PATIENCE = 2500; // milliseconds until a deed that nobody heard is told again
const FORGOTTEN = 10000; // milliseconds after which it is not: what was clicked while nobody was there is not done later
const LEAVES = new Set(["page", "assistant", "conversation", "new"]);

function install() {
  const hands = { send: null, data: {}, count: 0, opener: null, unheard: [] };
  const say = (values) => {
    const deed = { ...values, count: ++hands.count };
    hands.unheard.push(deed);
    setTimeout(() => heard(hands, (one) => one === deed), FORGOTTEN);
    tell(hands, deed, 2);
  };
  hands.say = say;

  hands.clicked = (target) => {
    const { act } = target.dataset;
    if (act === "copy") copy(target);
    else if (act === "files" || act === "folder") choose(hands, say, act === "folder");
    else {
      if (act === "source") hands.opener = { ...target.dataset };
      if (LEAVES.has(act)) closeNarrowSidebar();
      say({ ...target.dataset });
    }
  };
  window[EARLY]?.kept.splice(0).forEach(hands.clicked);

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !hands.data.panel) return;
    if (document.querySelector('[role="dialog"]')) return;
    say({ act: "close" });
  });

  let depth = 0;
  const carriesFiles = (event) => hands.data.drop && event.dataTransfer?.types?.includes("Files");
  const show = (on) => document.documentElement.classList.toggle("sf-dropping", on);
  addEventListener("dragenter", (event) => {
    if (carriesFiles(event)) { depth += 1; show(true); }
  }, true);
  addEventListener("dragleave", (event) => {
    if (carriesFiles(event) && (depth -= 1) <= 0) { depth = 0; show(false); }
  }, true);
  addEventListener("dragover", (event) => {
    if (carriesFiles(event)) event.preventDefault();
  }, true);
  addEventListener("drop", async (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    depth = 0;
    show(false);
    give(hands, say, await dropped(event.dataTransfer));
  }, true);
  return hands;
}

function heard(hands, which) {
  hands.unheard = hands.unheard.filter((deed) => !which(deed));
}

// All deeds that nobody has heard yet are told together: of two messages that meet on the way only the later one comes.
// One that comes in the moment in which a run of the page ends can be dropped as well, and is told again.
function tell(hands, deed, again) {
  if (!hands.send) return; // told once there is somebody to tell
  hands.send({ deeds: hands.unheard });
  if (again > 0) setTimeout(() => { if (hands.unheard.includes(deed)) tell(hands, deed, again - 1); }, PATIENCE);
}

function closeNarrowSidebar() {
  if (innerWidth >= 768) return;
  document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
}

async function copy(button) {
  const whole = document.querySelector(`.st-key-turn-${CSS.escape(button.dataset.turn)} .sf-answer`);
  if (!whole) return;
  const text = whole.cloneNode(true);
  const sources = new Map();
  for (const chip of text.querySelectorAll(".sf-chip")) {
    sources.set(chip.textContent, chip.title);
    chip.replaceWith(` [${chip.textContent}]`);
  }
  for (const line of text.querySelectorAll("br")) line.replaceWith("\n");
  const paragraphs = [...text.querySelectorAll("p")].map((p) => p.textContent.replaceAll("\u00a0", " ").trim());
  const list = [...sources].map(([number, title]) => `[${number}] ${title}`).join("\n");
  const words = paragraphs.join("\n\n") + (list ? `\n\n${list}\n` : "\n");
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    copyTheOldWay(words);
  }
  const label = button.querySelector(".sf-label");
  if (label) {
    const before = label.textContent;
    label.textContent = "Copied";
    setTimeout(() => { label.textContent = before; }, 1800);
  }
}

function copyTheOldWay(words) {
  const area = document.createElement("textarea");
  area.value = words;
  area.style.position = "fixed";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

function choose(hands, say, folder) {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.webkitdirectory = folder;
  input.addEventListener("change", () => {
    const files = [...input.files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
    give(hands, say, files);
  });
  input.click();
}

async function dropped(transfer) {
  const plain = [...transfer.files].map((file) => ({ file, path: file.name }));
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return plain;
  const found = [];
  for (const entry of entries) await walk(entry, "", found);
  return found;
}

async function walk(entry, folder, found) {
  const path = folder + entry.name;
  if (entry.isFile) {
    found.push({ file: await new Promise((done, fail) => entry.file(done, fail)), path });
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((done, fail) => reader.readEntries(done, fail));
    if (!some.length) return;
    for (const one of some) await walk(one, `${path}/`, found);
  }
}

function give(hands, say, files) {
  const hidden = ({ path }) => path.split("/").some((part) => part.startsWith(".") || part.startsWith("~$"));
  const wanted = files.filter((file) => !hidden(file));
  const tooLarge = wanted.filter(({ file }) => file.size > hands.data.largest).map(({ path }) => path);
  const fitting = wanted.filter(({ file }) => file.size <= hands.data.largest);
  if (!fitting.length) {
    say({ act: "nothing", large: tooLarge.join("\n") });
    return;
  }
  if (tooLarge.length) say({ act: "large", large: tooLarge.join("\n") });
  const transfer = new DataTransfer();
  for (const { file, path } of fitting) {
    transfer.items.add(new File([file], path, { type: file.type, lastModified: file.lastModified }));
  }
  document.documentElement.classList.add("sf-taking");
  whenThere('.st-key-drop input[type="file"]', (input) => {
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, 400);
}

function settle(hands, data) {
  const before = hands.data;
  hands.data = data;
  heard(hands, (deed) => deed.count <= (data.heard ?? 0));
  document.documentElement.classList.remove("sf-taking");
  const stage = document.querySelector(".stApp");
  if (stage) document.documentElement.style.colorScheme = getComputedStyle(stage).colorScheme;
  document.documentElement.lang = "en";
  if (data.panel !== before.panel) movePanelFocus(hands, data.panel);
  if (data.field && data.field !== before.field && !data.panel) invite();
  if (data.scroll && (data.scroll !== before.scroll || data.moment !== before.moment)) bring(data.scroll);
}

// Who opens a conversation can type at once; on a touch screen the keyboard would cover what is to be read.
function invite() {
  if (!matchMedia("(hover: hover)").matches) return;
  whenThere('[data-testid="stChatInputTextArea"]', (field) => {
    const at = document.activeElement;
    if (!at || at === document.body || at.matches("[data-act], .stMain")) field.focus({ preventScroll: true });
  }, 200);
}

function bring(selector) {
  whenThere(selector, (element) => {
    element.scrollIntoView({ block: "start" });
    setTimeout(() => element.scrollIntoView({ block: "start" }), 200); // once what stands below it is drawn
  });
}

function movePanelFocus(hands, panel) {
  if (panel) {
    whenThere(".sf-panel-title", (title) => title.focus({ preventScroll: true }));
    whenThere(".sf-panel-body mark", (mark) => mark.scrollIntoView({ block: "nearest" }));
  } else if (hands.opener) {
    const { turn, source } = hands.opener;
    const back = () => {
      if (document.activeElement && document.activeElement !== document.body) return;
      document.querySelector(`[data-act="source"][data-turn="${turn}"][data-source="${source}"]`)?.focus();
    };
    document.activeElement?.blur();
    back();
    setTimeout(back, 250); // the panel's own going may take the focus along
    hands.opener = null;
  }
}

function whenThere(selector, use, tries = 40) {
  const element = document.querySelector(selector);
  if (element) use(element);
  else if (tries > 0) setTimeout(() => whenThere(selector, use, tries - 1), 50);
}

export default function ({ data, setTriggerValue }) {
  const hands = (window[KEEP] ??= install());
  const send = (values) => setTriggerValue("act", values);
  const first = hands.send === null;
  hands.send = send;
  settle(hands, data);
  if (first && hands.unheard.length) tell(hands, hands.unheard.at(-1), 2);
  return () => {
    if (hands.send === send) hands.send = null;
  };
}
