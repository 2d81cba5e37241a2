// What was typed into a form and not saved: a copy stays in this browser, per person, form and record version.
// Leaving asks; whoever comes back is offered the copy. Passwords, files and personal data are never kept.
import { drop, keep, kept } from "./kept.js";

const AFTER_MS = 2000;
const form = () => document.querySelector("form[data-restores]");
let timer = null;
let dirty = false;
let sending = false;

const named = (one) => {
  const version = one.elements._version?.value ?? "";
  return `form ${document.documentElement.dataset.person} ${one.getAttribute("action")} ${version}`;
};

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    const touched = event.target.closest?.("form[data-restores]");
    if (!touched) return;
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(() => copy(touched), AFTER_MS);
  });
}

function copy(one) {
  if (!dirty || !one.isConnected) return;
  const secret = (name) => one.querySelector(`[name="${CSS.escape(name)}"]`)?.closest("[data-secret]");
  const pairs = [...new FormData(one)].filter(
    ([name, value]) => typeof value === "string" && name !== "_csrf" && name !== "_key" && !secret(name),
  );
  keep(named(one), pairs);
}

window.addEventListener("beforeunload", (event) => {
  const one = form();
  if (!one || !dirty || sending) return;
  copy(one);
  event.preventDefault();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt === form()) sending = true;
});

// A control that is left for the button changes just as the form is sent; to ask about it then would stop the sending.
document.addEventListener("htmx:confirm", (event) => {
  const { elt } = event.detail, around = elt.closest("form");
  if (around !== elt && around?.matches(".htmx-request") && elt.matches("[hx-trigger^='change ']")) event.preventDefault();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { elt, xhr } = event.detail;
  if (!elt.matches?.("form[data-restores]")) return;
  if (xhr.getResponseHeader("HX-Redirect")) forget(elt);
  else sending = false;
});

document.addEventListener("click", (event) => {
  const one = form();
  if (!one) return;
  if (event.target.closest("[data-discards]")) forget(one);
  const note = event.target.closest("[data-unsaved]");
  if (note && event.target.closest("[data-restore]")) restore(one);
  if (note && event.target.closest("[data-discard]")) {
    forget(one);
    note.hidden = true;
    one.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  }
});

function forget(one) {
  clearTimeout(timer);
  dirty = false;
  drop(named(one));
}

// The server draws the form with what was typed, as it does while somebody types.
function restore(one) {
  const values = { _csrf: one.elements._csrf.value };
  if (one.elements._key) values._key = one.elements._key.value;
  for (const [name, value] of kept(named(one)) ?? []) {
    if (name in values) values[name] = [values[name], value].flat();
    else values[name] = value;
  }
  dirty = true;
  window.htmx.ajax("POST", one.dataset.restores, { target: "#main", swap: "outerHTML", values });
}

function offer() {
  const one = form();
  if (one && !dirty && kept(named(one))) document.querySelector("[data-unsaved]").hidden = false;
}

offer();
