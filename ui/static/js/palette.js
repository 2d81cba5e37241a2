// The palette (Ctrl+K): a combobox (ARIA 1.2) over what the server sends for what is typed. Enter opens the chosen row.
import { drawHere } from "./here.js";
import { recent } from "./recent.js";

const palette = document.getElementById("palette");
const input = document.getElementById("palette-text");
const list = document.getElementById("palette-list");
const OPTIONS = "a[role=option]";
let waiting = null;

if (palette) {
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.code !== "KeyK") return;
    event.preventDefault();
    open();
  });
  document.getElementById("seek-all").addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });
  input.addEventListener("keydown", onKey);
  list.addEventListener("pointermove", (event) => {
    const row = event.target.closest(OPTIONS);
    if (row && row.getAttribute("aria-selected") !== "true") choose(row);
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest(OPTIONS);
    if (!row?.press || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(row, false);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === list) shown();
  });
}

function open() {
  if (palette.open) return;
  input.value = "";
  waiting = null;
  document.getElementById("palette-recent").value = recent().join(",");
  palette.showModal();
  input.focus();
  input.dispatchEvent(new Event("suggest"));
}

function onKey(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    move(step);
  } else if (event.key === "Tab" && rows().length) {
    event.preventDefault();
    nextGroup(event.shiftKey ? -1 : 1);
  } else if (event.key === "Enter") {
    event.preventDefault();
    enter(event.ctrlKey || event.metaKey);
  }
}

// What was typed last may not have been answered yet; then the row is opened as soon as it is there.
function enter(beside) {
  if (list.firstElementChild?.dataset.sought === input.value.trim()) go(chosen(), beside);
  else {
    waiting = { beside };
    input.dispatchEvent(new Event("suggest"));
  }
}

function shown() {
  const { sought } = list.firstElementChild.dataset;
  const here = drawHere(list, sought, list.dataset.here);
  if (here) document.getElementById("palette-told").append(` · ${list.dataset.here}: ${here}`);
  choose(rows()[0]);
  if (waiting && sought === input.value.trim()) {
    const { beside } = waiting;
    waiting = null;
    go(chosen(), beside);
  }
}

function chosen() {
  return list.querySelector(`${OPTIONS}[aria-selected=true]`);
}

function go(row, beside) {
  if (!row) input.form.submit();
  else if (beside && row.hash !== "#main") window.open(row.href, "_blank", "noopener");
  else if (row.press) {
    palette.close();
    row.press();
  } else {
    // An address on this page alone would leave the palette standing over it.
    palette.close();
    location.assign(row.href);
  }
}

function rows() {
  return [...list.querySelectorAll(OPTIONS)];
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
  choose(all[(now + step + all.length) % all.length]);
}

function nextGroup(step) {
  const groups = [...list.querySelectorAll("[role=group]")];
  const now = groups.findIndex((group) => group.querySelector("[aria-selected=true]"));
  choose(groups[(now + step + groups.length) % groups.length].querySelector(OPTIONS));
}

function choose(chosen) {
  for (const row of rows()) row.setAttribute("aria-selected", String(row === chosen));
  if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
  else input.removeAttribute("aria-activedescendant");
  chosen?.scrollIntoView({ block: "nearest" });
}
