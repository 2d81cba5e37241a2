// A field of a record is edited where it stands: a click or F2 opens its control, Enter saves, Esc puts the value back.

// What the label belongs to: of an amount the number, not the currency before it.
const OPENED = ":is(input:not([type=hidden]), select, textarea)[id]";
const before = new WeakMap();

document.addEventListener("click", (event) => {
  const cancel = event.target.closest("[data-cancel-field]");
  if (cancel) {
    event.preventDefault();
    putBack(cancel.closest(".editable"));
    return;
  }
  const place = event.target.closest(".editable");
  // Links and buttons in a value do what they say; whoever marks text wants to copy it.
  if (!place || event.target.closest("a, button, form, details") || !getSelection().isCollapsed) return;
  open(place);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "F2") {
    const place = event.target.closest?.(".editable") ?? document.querySelector(".editable:hover");
    if (!place) return;
    event.preventDefault();
    open(place);
    return;
  }
  const form = event.target.closest?.("[data-field-form]");
  if (!form || event.defaultPrevented) return;
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    putBack(form.closest(".editable"));
  } else if (event.key === "Enter" && saves(event)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-main]"));
  }
});

// In a text of several lines Enter is a new line, so there it takes Ctrl.
function saves(event) {
  if (event.ctrlKey || event.metaKey) return true;
  return event.target.matches("select, input:not([role=combobox])");
}

function open(place) {
  place.querySelector("[data-edit-field]")?.click();
}

function putBack(place) {
  const kept = before.get(place);
  if (!kept) return;
  place.replaceChildren(...kept);
  before.delete(place);
  place.querySelector("[data-edit-field]").focus();
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const place = event.detail.target;
  if (place?.matches?.(".editable") && !place.querySelector("[data-field-form]")) before.set(place, [...place.childNodes]);
});

document.addEventListener("htmx:afterSwap", (event) => {
  const form = event.detail.target.querySelector?.("[data-field-form]");
  const control = form?.querySelector(`[aria-invalid=true], .field ${OPENED}`);
  if (!control) return;
  control.focus();
  if (control.matches("input:not([type=checkbox], [type=radio], [type=color])")) control.select();
});

// The page that shows what was saved leads back to where it was done. A browser that goes to a fragment takes the
// focus away from everything else, so this waits until it has been there.
const done = location.hash.match(/^#(?:fact|key)-\w+$/);
if (done) {
  addEventListener("load", () => setTimeout(() => {
    document.querySelector(done[0])?.querySelector("[data-edit-field]")?.focus();
  }));
}
