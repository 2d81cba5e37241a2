// Calendars: an entry is made in a sheet over the day, and the arrow keys go from slot to slot.
import { openSheet } from "./sheet.js";

const SLOT = "a.slot[data-slot]";

document.addEventListener("click", (event) => {
  const slot = event.target.closest?.(SLOT);
  if (!slot || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const there = new URL(slot.href);
  there.searchParams.set("sheet", "1");
  openSheet(there.pathname + there.search, refresh);
});

// What was made is among the entries once the days are drawn anew.
function refresh() {
  window.htmx.ajax("GET", location.pathname + location.search, { target: "#list", swap: "outerHTML" });
}

// Only one slot is in the tab order; from it the arrows lead to all others.
function rove() {
  const slots = [...document.querySelectorAll(SLOT)].filter((slot) => slot.offsetParent);
  const first = slots.find((slot) => slot.closest(".today")) ?? slots[0];
  for (const slot of slots) slot.tabIndex = slot === first ? 0 : -1;
}

document.addEventListener("keydown", (event) => {
  const slot = event.target.closest?.(SLOT);
  const step = slot && steps(slot)[event.key];
  if (!step) return;
  event.preventDefault();
  const next = nearest(slot, step);
  if (!next) return;
  slot.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

function steps(slot) {
  const on = getComputedStyle(slot).direction === "rtl" ? -1 : 1;
  return { ArrowRight: [on, 0], ArrowLeft: [-on, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
}

// By where they stand, which holds for the days of a month and the hours of a week alike.
function nearest(slot, [x, y]) {
  const here = slot.getBoundingClientRect();
  let found = null;
  let least = Infinity;
  for (const other of document.querySelectorAll(SLOT)) {
    const box = other.getBoundingClientRect();
    const along = (box.left - here.left) * x + (box.top - here.top) * y;
    const across = Math.abs((box.left - here.left) * y) + Math.abs((box.top - here.top) * x);
    if (along > 1 && across < 4 && along < least) [found, least] = [other, along];
  }
  return found;
}

document.addEventListener("htmx:afterSettle", rove);
rove();
