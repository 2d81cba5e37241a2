// Boards: a card is dragged, or lifted by Space and carried by the arrow keys. Either way the move itself is the button
// of the card's menu that names the lane, so a card goes nowhere where that menu does not lead.
import { say } from "./speech.js";

const SLOP = 6;
const EDGE = 48;
const STEP = 14;

const board = () => document.getElementById("board");
const lanes = () => [...board().querySelectorAll(".lane")];
const way = (card, lane) => card.querySelector(`[data-to="${CSS.escape(lane.dataset.lane)}"]`);
const told = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const home = (card) => ({ card, list: card.parentElement, next: card.nextElementSibling });
const ordered = () => Boolean(board().dataset.place);

let held = null;

// ---- Keys ----

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (held) carry(event);
  else if (event.key === " " && event.target.matches(".deal h3 a")) lift(event);
});

function lift(event) {
  event.preventDefault();
  const card = event.target.closest(".deal");
  if (!card.matches(".movable")) {
    say(board().dataset.fixed);
    return;
  }
  held = { ...home(card), lane: card.closest(".lane") };
  card.classList.add("lifted");
  tell(board().dataset.lifted);
}

function carry(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 0, ArrowUp: 0 }[event.key];
  if (step !== undefined) {
    event.preventDefault();
    if (step) goOn(getComputedStyle(board()).direction === "rtl" ? -step : step);
    else if (ordered()) goBy(event.key === "ArrowUp" ? -1 : 1);
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    drop();
  } else if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    putBack();
  } else if (event.key === "Tab") {
    putBack();
  }
}

// To the next lane in this direction that the card may go to, its own one among them.
function goOn(step) {
  const all = lanes();
  const from = held.card.closest(".lane");
  for (let at = all.indexOf(from) + step; at >= 0 && at < all.length; at += step) {
    if (all[at] !== held.lane && !way(held.card, all[at])) continue;
    place(held.card, all[at], held);
    return;
  }
}

// Up or down among the cards of the lane that it is over now.
function goBy(step) {
  const { card } = held;
  const beside = step < 0 ? card.previousElementSibling : card.nextElementSibling;
  if (beside) beside[step < 0 ? "before" : "after"](card);
  card.querySelector("h3 a").focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  const all = [...card.parentElement.children];
  const values = { number: all.indexOf(card) + 1, count: all.length };
  tell(board().dataset.place, card.closest(".lane").dataset.label, values);
}

function place(card, lane, from) {
  if (lane === from.lane) from.list.insertBefore(card, from.next);
  else lane.querySelector(".cards").prepend(card);
  for (const one of lanes()) one.classList.toggle("over", one === lane && lane !== from.lane);
  card.querySelector("h3 a").focus();
  card.scrollIntoView({ block: "nearest", inline: "nearest" });
  tell(board().dataset.over, lane.dataset.label);
}

function tell(text, lane = "", more = {}) {
  const words = told(text, { title: held.card.dataset.card, lane, ...more });
  const bar = document.getElementById("carried");
  bar.hidden = false;
  bar.querySelector("span").textContent = words;
  say(words);
}

function drop() {
  const { card, lane } = held;
  const to = card.closest(".lane");
  const { list, next } = held;
  if (to === lane && (!ordered() || card.nextElementSibling === next)) {
    putBack();
    return;
  }
  release();
  send({ card, list, next }, way(card, to));
}

function putBack() {
  const { card, list, next } = held;
  list.insertBefore(card, next);
  const words = told(board().dataset.back, { title: card.dataset.card });
  release();
  card.querySelector("h3 a").focus();
  say(words);
}

function release() {
  held.card.classList.remove("lifted");
  for (const one of lanes()) one.classList.remove("over");
  document.getElementById("carried").hidden = true;
  held = null;
}

document.addEventListener("click", (event) => {
  if (held && event.target.closest("[data-drop]")) drop();
  else if (held && event.target.closest("[data-put-back]")) putBack();
});

// ---- Pointer ----
// With a finger one scrolls; there the menu of the card moves it.

let drag = null;

document.addEventListener("pointerdown", (event) => {
  const card = event.target.closest?.(".deal.movable");
  if (!card || held || event.button !== 0 || event.pointerType === "touch" || event.target.closest(".pop")) return;
  drag = { card, x: event.clientX, y: event.clientY, copy: null, to: null };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (!drag.copy && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < SLOP) return;
  if (!drag.copy) begin();
  drag.copy.style.translate = `${event.clientX - drag.x}px ${event.clientY - drag.y}px`;
  hover(event);
});

document.addEventListener("pointerup", () => {
  if (!drag) return;
  const { card, copy, to, before } = drag;
  if (copy) end();
  drag = null;
  if (to) {
    const from = home(card);
    const list = to.querySelector(".cards");
    if (ordered()) list.insertBefore(card, before?.isConnected ? before : null);
    else list.prepend(card);
    if (card.nextElementSibling !== from.next || card.parentElement !== from.list) send(from, way(card, to));
  }
  if (!copy) return;
  // The click that ends a drag opens nothing; it is the next one, if it comes at all.
  document.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", swallow, { capture: true }));
});

document.addEventListener("pointercancel", stop);
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && drag) stop(); });
// A link or a picture on a card would begin a drag of the browser's own.
document.addEventListener("dragstart", (event) => { if (event.target.closest?.(".deal.movable")) event.preventDefault(); });

function stop() {
  if (drag?.copy) end();
  drag = null;
}

function begin() {
  const { card } = drag;
  const box = card.getBoundingClientRect();
  drag.copy = card.cloneNode(true);
  drag.copy.removeAttribute("id");
  drag.copy.classList.add("lifted", "flying");
  Object.assign(drag.copy.style, { left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px` });
  document.body.append(drag.copy);
  document.documentElement.classList.add("dragging");
  card.classList.add("gone");
  for (const lane of lanes()) lane.classList.toggle("shut", lane !== card.closest(".lane") && !way(card, lane));
}

function hover(event) {
  const lane = document.elementFromPoint(event.clientX, event.clientY)?.closest?.(".lane") ?? null;
  drag.to = lane && way(drag.card, lane) ? lane : null;
  for (const one of lanes()) one.classList.toggle("over", one === drag.to);
  if (drag.to && ordered()) mark(event.clientY);
  const box = board().getBoundingClientRect();
  if (event.clientX > box.right - EDGE) board().scrollLeft += STEP;
  else if (event.clientX < box.left + EDGE) board().scrollLeft -= STEP;
}

// Where in the lane the card would go: above the first card whose middle is below the pointer.
function mark(y) {
  const cards = [...drag.to.querySelectorAll(".deal:not(.gone)")];
  const middle = (card) => { const box = card.getBoundingClientRect(); return box.top + box.height / 2; };
  drag.before = cards.find((card) => middle(card) > y) ?? null;
  unmark();
  (drag.before ?? cards.at(-1))?.classList.add(drag.before ? "drop-above" : "drop-below");
}

function unmark() {
  for (const one of board().querySelectorAll(".drop-above, .drop-below")) one.classList.remove("drop-above", "drop-below");
}

function end() {
  unmark();
  drag.copy.remove();
  drag.card.classList.remove("gone");
  document.documentElement.classList.remove("dragging");
  for (const one of lanes()) one.classList.remove("over", "shut");
}

function swallow(event) {
  event.preventDefault();
  event.stopPropagation();
}

// ---- What becomes of it ----

let sent = null;

function send(from, button) {
  sent = from;
  from.card.classList.add("waiting");
  const place = document.querySelector("#mover [name=place]");
  const { previousElementSibling: above, nextElementSibling: below } = from.card;
  if (place) place.value = [above, below].map((one) => one?.id.replace("card-", "") ?? "").join("|");
  button.click();
  if (place) place.value = "";
}

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.id !== "mover" || !sent) return;
  const { card, list, next } = sent;
  sent = null;
  const { status } = event.detail.xhr;
  if (status >= 200 && status < 400) return;
  card.classList.remove("waiting");
  if (!list.isConnected) return;
  list.insertBefore(card, next?.isConnected ? next : null);
  if (!document.getElementById("asking").open) card.querySelector("h3 a").focus();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "moved") return;
  document.getElementById("asking").close();
  const moved = event.detail.target.querySelector("[data-moved]")?.dataset.moved;
  document.getElementById(moved)?.querySelector("h3 a").focus();
});
