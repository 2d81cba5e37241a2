// Lines of a form: a row is added, taken away and moved where it stands. Without scripts the same buttons send the
// form, which comes back so. In the last row Enter and Tab go on to a new one; Enter elsewhere goes down.
import { say } from "./speech.js";

const CONTROLS = ":is(input:not([type=hidden]), select, textarea)";
let made = 0;

const lines = (element) => element.closest("[data-lines]");
const rows = (of) => [...of.querySelectorAll("[data-line]")];
const controls = (row) => [...row.querySelectorAll(CONTROLS)];
const changed = (of) => of.dispatchEvent(new Event("change", { bubbles: true }));

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-lines] button[name=_line]");
  if (!button) return;
  event.preventDefault();
  const of = lines(button), row = button.closest("[data-line]");
  if (button.matches("[data-add-line]")) add(of);
  else if (button.matches("[data-line-remove]")) remove(of, row);
  else move(row, button.matches("[data-line-up]") ? row.previousElementSibling : row.nextElementSibling, button);
});

function add(of) {
  const template = of.querySelector("template");
  if (!template) return;
  const key = `s${(made += 1)}${Date.now().toString(36)}`;
  const row = template.content.firstElementChild.cloneNode(true);
  const name = of.dataset.lines;
  // Names, ids and what points at ids bear the key of the row; that of the template is "new".
  for (const element of [row, ...row.querySelectorAll("*")]) {
    for (const { name: attribute, value } of [...element.attributes]) {
      const named = value.replaceAll(`${name}.new.`, `${name}.${key}.`).replaceAll(`${name}-new`, `${name}-${key}`);
      const anew = named.replace(new RegExp(`^(${name}:\\w+:)new$`), `$1${key}`);
      if (anew !== value) element.setAttribute(attribute, anew);
    }
  }
  of.querySelector("[data-rows]").append(row);
  window.htmx.process(row);
  controls(row)[0]?.focus();
  say(of.dataset.added);
}

function remove(of, row) {
  const beside = row.nextElementSibling ?? row.previousElementSibling;
  row.remove();
  (beside?.querySelector("[data-line-remove]") ?? of.querySelector("[data-add-line]"))?.focus();
  say(of.dataset.removed);
  changed(of);
}

function move(row, beside, button) {
  if (!beside) return;
  if (button.matches("[data-line-up]")) beside.before(row);
  else beside.after(row);
  button.focus();
  changed(lines(row));
}

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("[data-lines] [data-line]");
  if (!row || event.isComposing || !event.target.matches(CONTROLS)) return;
  // While a picker offers records, keys are its own.
  if (event.target.matches("[role=combobox][aria-expanded=true]")) return;
  const of = lines(row), last = rows(of).at(-1) === row;
  if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.target.matches("textarea")) {
    event.preventDefault();
    if (last) goOn(of, row);
    else below(row, event.target);
  } else if (event.key === "Tab" && !event.shiftKey && last && controls(row).at(-1) === event.target && isFilled(row)) {
    event.preventDefault();
    goOn(of, row);
  }
});

// A new row under one that says nothing would be noise.
function goOn(of, row) {
  if (isFilled(row)) add(of);
}

// Whether a row says anything that a new one does not.
function isFilled(row) {
  const fresh = controls(lines(row).querySelector("template")?.content ?? document.createDocumentFragment());
  const said = (one) => (one?.type === "checkbox" ? one.checked : one?.value);
  return row.querySelector("input[type=hidden][name$='.id']")?.value !== ""
    || controls(row).some((one, at) => said(one) !== said(fresh[at]));
}

function below(row, control) {
  const at = controls(row).indexOf(control);
  controls(row.nextElementSibling)[at]?.focus();
}
