// Calendars: an entry is made in a sheet over the day, and the arrow keys go from slot to slot. An entry is dragged to
// another time or made longer at its end, by pointer or by the arrow keys with Shift; its menu leads to a form for that.
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
  const step = slot && ways(slot)[event.key];
  if (!step) return;
  event.preventDefault();
  const next = nearest(slot, step);
  if (!next) return;
  slot.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});

function ways(slot) {
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

// ---- Another time ----

const SLOP = 6;
const ROW_MINUTES = 30;
const KEYS_WAIT_MS = 700;
const mirrored = () => getComputedStyle(document.querySelector(".cal")).direction === "rtl";

let drag = null;
let pressed = null;

document.addEventListener("pointerdown", (event) => {
  const entry = event.target.closest?.(".cal-entry[data-time]");
  if (!entry || event.button !== 0 || event.pointerType === "touch" || event.target.closest(".pop-body")) return;
  drag = {
    entry,
    stretch: Boolean(event.target.closest("[data-stretch]")),
    x: event.clientX,
    y: event.clientY,
    from: spot(event),
    by: null,
    on: false,
  };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
  if (!drag.on && Math.hypot(x, y) < SLOP) return;
  drag.on = true;
  document.documentElement.classList.add("dragging");
  drag.entry.classList.add("lifted");
  const to = spot(event);
  drag.by = to && to.timed === drag.from?.timed ? { days: to.day - drag.from.day, minutes: to.minutes - drag.from.minutes } : null;
  for (const one of document.querySelectorAll(".cal-drop")) one.classList.remove("cal-drop");
  to?.cell.classList.add("cal-drop");
  if (!drag.stretch) drag.entry.style.translate = `${x}px ${y}px`;
});

document.addEventListener("pointerup", () => {
  if (!drag) return;
  const { entry, stretch, by, on } = drag;
  end();
  if (!on) return;
  document.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", swallow, { capture: true }));
  if (by && (by.days || by.minutes)) shift(entry, stretch ? "stretch" : "move", by);
});

document.addEventListener("pointercancel", end);
// The lifted entry lets the pointer through to a slot, a link, with which the browser would begin a drag of its own.
document.addEventListener("dragstart", (event) => { if (drag) event.preventDefault(); });

function end() {
  if (!drag) return;
  drag.entry.classList.remove("lifted");
  drag.entry.style.translate = "";
  document.documentElement.classList.remove("dragging");
  for (const one of document.querySelectorAll(".cal-drop")) one.classList.remove("cal-drop");
  drag = null;
}

function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}

// The day, counted in days shown, and the minutes of the day that lie under the pointer; the entry itself is passed over.
function spot({ clientX, clientY }) {
  const under = document.elementsFromPoint(clientX, clientY);
  const slot = under.find((one) => one.matches(".grid-days .slot"));
  if (slot) {
    const [column, row] = slot.dataset.slot.split(".").map(Number);
    const box = slot.getBoundingClientRect();
    const half = clientY > box.top + box.height / 2 ? 1 : 0;
    return { day: column - 1, minutes: (row - 1 + half) * ROW_MINUTES, cell: slot, timed: true };
  }
  const all = [...document.querySelectorAll(".cal-day")];
  const cell = all.find((one) => {
    const box = one.getBoundingClientRect();
    return clientX >= box.left && clientX < box.right && clientY >= box.top && clientY < box.bottom;
  });
  return cell ? { day: all.indexOf(cell), minutes: 0, cell, timed: false } : null;
}

document.addEventListener("keydown", (event) => {
  const entry = event.target.closest?.(".cal-entry[data-time] > summary")?.parentElement;
  if (pressed && event.key === "Escape") {
    event.preventDefault();
    clearTimeout(pressed.timer);
    pressed = null;
    return;
  }
  if (!entry || !event.shiftKey || event.altKey || event.metaKey) return;
  const by = steps(entry, event.key);
  if (!by) return;
  event.preventDefault();
  later(entry, event.ctrlKey ? "stretch" : "move", by);
});

function steps(entry, key) {
  const [on, timed] = [mirrored() ? -1 : 1, Boolean(entry.closest(".grid-days"))];
  return {
    ArrowRight: { days: on, minutes: 0 },
    ArrowLeft: { days: -on, minutes: 0 },
    ArrowDown: timed ? { days: 0, minutes: ROW_MINUTES } : { days: 7, minutes: 0 },
    ArrowUp: timed ? { days: 0, minutes: -ROW_MINUTES } : { days: -7, minutes: 0 },
  }[key];
}

// Several presses are one change, sent once there are no more.
function later(entry, kind, by) {
  if (pressed && (pressed.entry !== entry || pressed.kind !== kind)) send();
  pressed ??= { entry, kind, days: 0, minutes: 0, timer: 0 };
  pressed.days += by.days;
  pressed.minutes += by.minutes;
  clearTimeout(pressed.timer);
  pressed.timer = setTimeout(send, KEYS_WAIT_MS);
}

function send() {
  const { entry, kind, days, minutes, timer } = pressed;
  clearTimeout(timer);
  pressed = null;
  if (days || minutes) shift(entry, kind, { days, minutes });
}

function shift(entry, kind, { days, minutes }) {
  const values = { _csrf: document.querySelector("#shifter [name=_csrf]").value, _version: entry.dataset.version, shift: kind, days, minutes };
  entry.classList.add("waiting");
  window.htmx.ajax("POST", entry.dataset.time, { target: "#list", swap: "outerHTML", values })
    .then(() => document.querySelector(".cal-entry.waiting")?.classList.remove("waiting"));
}

// Its place is another one now; focus goes along.
document.addEventListener("htmx:afterSettle", () => {
  const list = document.getElementById("list");
  if (!list?.dataset.moved) return;
  const all = [...document.querySelectorAll(`[data-entry="${CSS.escape(list.dataset.moved)}"] > summary`)];
  all.find((one) => one.checkVisibility())?.focus();
  delete list.dataset.moved;
});
