// The composer of a record: a chosen kind leads on to the text, @ names people, and what is not sent yet is kept.
import { say } from "./speech.js";

const FEWEST = 1;
const KEPT = "composer ";
const form = () => document.querySelector("[data-composer]");
const text = (composer) => composer.elements.text;

document.addEventListener("change", (event) => {
  const composer = event.target.closest("[data-composer]");
  if (!composer) return;
  if (event.target.name === "kind") choose(composer, event.target);
  if (event.target.name === "chip") composer.elements.day.value = "";
  keep(composer);
});

document.addEventListener("click", (event) => {
  // A pointer that picks a kind goes on to write; the arrow keys go through the kinds.
  if (event.target.matches?.("[data-composer] [name=kind]") && event.detail > 0) text(event.target.form).focus();
});

function choose(composer, mode) {
  composer.querySelector("[data-saves]").textContent = mode.dataset.save;
}

document.addEventListener("input", (event) => {
  const composer = event.target.closest("[data-composer]");
  if (!composer) return;
  if (event.target.name === "day" && event.target.value) for (const chip of chips(composer)) chip.checked = false;
  if (event.target.name === "text") suggest(event.target);
  keep(composer);
});

const chips = (composer) => composer.querySelectorAll("[name=chip]");

document.addEventListener("keydown", (event) => {
  const composer = event.target.closest?.("[data-composer]");
  if (!composer) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    composer.requestSubmit(composer.querySelector("[data-main]"));
  } else if (event.target.name === "text") {
    choosePerson(event);
  }
});

// --- Text that is not sent yet: per person and record, in this browser; signing out wipes it.

function keep(composer) {
  const { kind, day } = composer.elements;
  const typed = text(composer).value;
  const chip = composer.querySelector("[name=chip]:checked")?.value ?? "";
  if (typed.trim() === "") sessionStorage.removeItem(KEPT + composer.dataset.record);
  else {
    const state = JSON.stringify({ typed, kind: kind.value, day: day.value, chip });
    sessionStorage.setItem(KEPT + composer.dataset.record, state);
  }
}

function restore() {
  const composer = form();
  const kept = composer && sessionStorage.getItem(KEPT + composer.dataset.record);
  if (!kept || text(composer).value !== "") return;
  const { typed, kind, day, chip } = JSON.parse(kept);
  text(composer).value = typed;
  composer.elements.day.value = day;
  for (const one of chips(composer)) one.checked = one.value === chip;
  const mode = composer.querySelector(`[name=kind][value="${CSS.escape(kind)}"]`);
  if (mode) {
    mode.checked = true;
    choose(composer, mode);
  }
}

function forget(record) {
  sessionStorage.removeItem(KEPT + record);
}

// What was sent is on the page that follows; a refusal brings it back in the form itself.
document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-composer]")) forget(event.target.dataset.record);
  if (event.target.matches("[action='/sign-out']")) sessionStorage.clear();
});
document.addEventListener("htmx:sendError", (event) => {
  const composer = event.detail.elt.closest?.("[data-composer]");
  if (composer) keep(composer);
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.querySelector?.("[data-composer]") ?? event.detail.target?.matches?.("#side")) restore();
});
restore();

// --- People behind an @: the list comes from the server, one is taken by Enter, Tab or a click.

let asked = 0;
let waiting = null;

function list(input) {
  return input.closest("[data-mentions]").querySelector("[role=listbox]");
}

function begun(input) {
  const before = input.value.slice(0, input.selectionStart);
  const at = before.match(/(?:^|[^\p{L}\p{N}@.])@([\p{L}\p{N}][^\n@]{0,60})$/u);
  return at && at[1].split(" ").length <= 3 ? at[1] : null;
}

function suggest(input) {
  clearTimeout(waiting);
  const name = begun(input);
  if (name === null || name.length < FEWEST) {
    close(input);
    return;
  }
  waiting = setTimeout(() => ask(input, name), 150);
}

async function ask(input, name) {
  asked += 1;
  const mine = asked;
  const url = `${input.closest("[data-mentions]").dataset.mentions}?${new URLSearchParams({ q: name })}`;
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (mine !== asked || !answer?.ok) return;
  const found = list(input);
  found.innerHTML = await answer.text();
  const first = found.querySelector("[role=option]");
  if (!first || begun(input) === null) {
    close(input);
    return;
  }
  found.hidden = false;
  first.setAttribute("aria-selected", "true");
  input.setAttribute("aria-controls", found.id);
  input.setAttribute("aria-activedescendant", first.id);
  say(first.dataset.name);
}

function close(input) {
  list(input).hidden = true;
  input.removeAttribute("aria-activedescendant");
}

function choosePerson(event) {
  const found = list(event.target);
  if (found.hidden) return;
  const options = [...found.querySelectorAll("[role=option]")];
  const now = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = options[(now + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length];
    for (const one of options) one.setAttribute("aria-selected", String(one === next));
    event.target.setAttribute("aria-activedescendant", next.id);
    say(next.dataset.name);
  } else if (event.key === "Enter" || event.key === "Tab") take(event.target, options[now]);
  else if (event.key === "Escape") close(event.target);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

function take(input, option) {
  const end = input.selectionStart;
  const start = end - begun(input).length;
  input.setRangeText(`${option.dataset.name} `, start, end, "end");
  close(input);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("[data-mentions] [role=option]");
  if (!option) return;
  event.preventDefault();
  take(option.closest("[data-mentions]").querySelector("textarea"), option);
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches?.("[data-mentions] textarea")) close(event.target);
});
