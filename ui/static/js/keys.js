// Single letters press the visible button that names them by data-key; "?" shows which there are on this screen.
// Inside controls they are silent, for there letters are written; on keyboards without Latin letters the place counts.

const WRITING = "input:not([type=radio], [type=checkbox], [type=button], [type=submit]), textarea, select, [contenteditable]";
const PLACES = { BracketLeft: "[", BracketRight: "]", Slash: "/" };
const off = document.documentElement.dataset.letters === "off";

document.addEventListener("keydown", (event) => {
  if (off || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
  if (event.target.closest?.(WRITING)) return;
  const key = keyOf(event);
  if (key === "?") {
    event.preventDefault();
    overview();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  const button = wanted(key);
  if (!button) return;
  event.preventDefault();
  const several = buttons().filter((one) => one.dataset.key === key && one.matches(".tab-add"));
  if (several.length < 2 || !offered(several)) press(button);
});

// Where a record has several lists, the menu of what can be created begins with what would belong to the record.
function offered(links) {
  const menu = document.getElementById("new-menu");
  const body = menu?.querySelector(".pop-body");
  if (!body) return false;
  for (const old of body.querySelectorAll("[data-here]")) old.remove();
  const rows = links.map((link) => {
    const row = document.createElement("a");
    row.className = "pop-row";
    row.href = link.href;
    row.dataset.here = "";
    row.append(link.querySelector(".icon").cloneNode(true), nameOf(link));
    return row;
  });
  const line = document.createElement("hr");
  line.dataset.here = "";
  body.prepend(...rows, line);
  menu.open = true;
  rows[0].focus();
  return true;
}

// Ctrl+Enter presses the main button: of the form that one is in, else of the page.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
  const main = (event.target.closest?.("form, dialog") ?? document.querySelector("main"))?.querySelector("[data-main]");
  if (!main?.checkVisibility()) return;
  event.preventDefault();
  main.click();
});

function keyOf(event) {
  if (event.key === "?" || (event.shiftKey && event.code === "Slash" && !/^[ -~]$/.test(event.key))) return "?";
  if (/^[ -~]$/.test(event.key)) return event.key.toLowerCase();
  return PLACES[event.code] ?? event.code.replace("Key", "").toLowerCase();
}

function wanted(key) {
  const found = buttons().filter((button) => button.dataset.key === key);
  return found.find((button) => button.closest("main")) ?? found[0];
}

// A radio button lies transparently under its label; what lies in a closed menu or a hidden column is not there.
function buttons() {
  return [...document.querySelectorAll("[data-key]")].filter((one) => one.checkVisibility({ visibilityProperty: true }));
}

export function press(button) {
  if (button.matches("[type=radio]")) {
    button.checked = true;
    button.dispatchEvent(new Event("change", { bubbles: true }));
    const text = button.form?.elements.text;
    (text ?? button).focus();
    text?.scrollIntoView({ block: "nearest" });
  } else if (button.matches(WRITING)) button.focus();
  else button.click();
}

function overview() {
  const dialog = document.getElementById("keys");
  if (!dialog || dialog.open) return;
  const rows = buttons().map(({ dataset }) => [dataset.key, nameOf(wanted(dataset.key))]);
  const list = dialog.querySelector("dl");
  const known = new Set([...list.querySelectorAll("[data-always] kbd")].map((one) => one.textContent));
  for (const old of list.querySelectorAll("div:not([data-always])")) old.remove();
  const first = list.firstElementChild;
  for (const [key, name] of rows) {
    if (known.has(key)) continue;
    known.add(key);
    const row = document.createElement("div");
    const term = document.createElement("dt");
    const keyboard = document.createElement("kbd");
    keyboard.className = "key";
    keyboard.textContent = key;
    term.append(keyboard);
    const words = document.createElement("dd");
    words.textContent = name;
    row.append(term, words);
    list.insertBefore(row, first);
  }
  dialog.showModal();
}

export function nameOf(button) {
  const label = button.labels?.[0] ?? button;
  const copy = label.cloneNode(true);
  for (const one of copy.querySelectorAll("kbd, .vh")) one.remove();
  return button.getAttribute("aria-label") ?? button.dataset.keyName ?? (copy.textContent.trim() || button.title);
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) overview();
  else if (event.target.closest("[data-close-keys]") || event.target.id === "keys") document.getElementById("keys").close();
});
