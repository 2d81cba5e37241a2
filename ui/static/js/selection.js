// Ticked rows: how many, all at once, and a range with Shift. The bar itself shows by style alone.
import { say } from "./speech.js";

const ROWS = ".rows tbody .p-pick input";
let last = null;

const boxes = () => [...document.querySelectorAll(ROWS)];

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches?.("[data-pick-all]")) tick(boxes(), box.checked);
  else if (!box.matches?.(`${ROWS}, [data-every]`)) return;
  show();
});

document.addEventListener("click", (event) => {
  const box = event.target;
  if (!box.matches?.(ROWS)) return;
  const all = boxes();
  if (event.shiftKey && last?.isConnected) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
    tick(all.slice(from, to + 1), box.checked);
    show();
  }
  last = box;
});

document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.(".list .scroll") || !document.getElementById("selection")) return;
  if (event.code === "KeyA" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
    event.preventDefault();
    tick(boxes(), true);
    show();
  } else if (event.key === "Escape" && boxes().some((box) => box.checked)) {
    document.getElementById("selection").reset();
  }
});

// In a row the chord of a record's first action stands for the row's.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.code !== "KeyD" || event.ctrlKey || event.metaKey) return;
  const act = event.target.closest?.(".rows tbody tr")?.querySelector("[data-row-act]");
  if (!act) return;
  event.preventDefault();
  act.click();
});

// What was done in a row is told, and one goes on where one was.
let acted = null;

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id !== "row-acts") return;
  const row = document.activeElement?.closest(".rows tbody tr");
  acted = row && { row: row.id, next: row.nextElementSibling?.id, act: document.activeElement.matches("[data-row-act]") };
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (!acted || event.detail.requestConfig?.elt?.id !== "row-acts") return;
  const row = document.getElementById(acted.row) ?? document.getElementById(acted.next);
  (row?.querySelector(acted.act ? "[data-row-act]" : "th a") ?? row?.querySelector("th a"))?.focus();
  tellToast();
  acted = null;
});

function tellToast() {
  const told = document.querySelector("[data-toast] > span");
  if (told) say(told.textContent);
}

// A cell that was saved lets one go on in the one below.
let saved = null;

document.addEventListener("htmx:beforeRequest", (event) => {
  const cell = event.detail.elt.closest?.("td.editable");
  if (!cell || !event.detail.elt.matches("[data-field-form]")) return;
  const below = cell.parentElement.nextElementSibling?.querySelector(`[data-column="${cell.dataset.column}"]`);
  saved = { here: cell.id, next: below?.id ?? cell.id };
});

document.addEventListener("htmx:afterSettle", () => {
  if (!saved || document.getElementById(saved.here)?.querySelector("[data-field-form]")) return;
  const next = document.getElementById(saved.next)?.querySelector("[data-edit-field]");
  (next ?? document.getElementById(saved.here)?.querySelector("[data-edit-field]"))?.focus();
  tellToast();
  saved = null;
});

document.addEventListener("reset", (event) => {
  if (event.target.id !== "selection") return;
  // The boxes are reset after this event.
  setTimeout(() => { tick(boxes(), false); show(); }, 0);
});

document.addEventListener("htmx:afterSettle", () => show(false));
window.addEventListener("pageshow", () => show(false));

// A field that is picked to be changed is shown, and one goes on in its control.
document.addEventListener("change", (event) => {
  const { reveals } = event.target.dataset ?? {};
  if (reveals && event.target.checked) document.getElementById(reveals)?.focus();
});
document.querySelector(".many:not(:has(#summary)) .many-line :is(input:checked)")?.dispatchEvent(new Event("change", { bubbles: true }));

function tick(some, checked) {
  for (const box of some) box.checked = checked;
}

function show(spoken = true) {
  const form = document.getElementById("selection");
  if (!form) return;
  const all = boxes();
  const ticked = all.filter((box) => box.checked).length;
  for (const whole of document.querySelectorAll("[data-pick-all]")) {
    whole.checked = ticked > 0 && ticked === all.length;
    whole.indeterminate = ticked > 0 && ticked < all.length;
  }
  const every = form.querySelector("[data-every]");
  const total = document.querySelector("#list-foot [data-total]")?.dataset.total ?? "";
  every.closest("label").hidden = ticked < all.length || !document.getElementById("list-more");
  if (every.closest("label").hidden) every.checked = false;
  form.querySelector("[data-of-all]").textContent = total;
  const chosen = form.querySelector("[data-chosen]");
  chosen.textContent = chosen.dataset.chosen.replace("{count}", every.checked ? total : ticked);
  for (const button of form.querySelectorAll("[data-most]")) {
    button.hidden = every.checked || ticked < button.dataset.least || ticked > button.dataset.most;
  }
  if (spoken) say(chosen.textContent);
}
