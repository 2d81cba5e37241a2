// The link picker: a combobox (ARIA 1.2) over the list that the server sends for what is typed.
// With data-words it completes the last of several words, which have commas between them.
import { openSheet } from "./sheet.js";

const FEWEST = 2;
const CHOICES = "[role=option]:is([data-id], [data-create])";

const parts = (input) => {
  const picker = input.closest("[data-picker]");
  return {
    list: picker.querySelector("[role=listbox]"),
    value: picker.querySelector("[data-value]"),
    shown: picker.querySelector("[data-shown]"),
  };
};
const manyWords = (input) => input.closest("[data-words]") !== null;
// Pickers whose record was taken and told of: leaving them is no further change.
const told = new WeakSet();
const isPicker = (element) => element.matches?.("[data-picker] [role=combobox]");

document.addEventListener("focusin", (event) => {
  if (!isPicker(event.target)) return;
  if (event.target.value === "") suggest(event.target);
  else if (!manyWords(event.target)) event.target.select();
});

document.addEventListener("focusout", (event) => {
  if (isPicker(event.target)) close(event.target);
});

document.addEventListener("change", (event) => {
  if (event.isTrusted && told.has(event.target)) event.stopPropagation();
}, true);

document.addEventListener("input", (event) => {
  if (!isPicker(event.target)) return;
  told.delete(event.target);
  const { list, value, shown } = parts(event.target);
  delete list.dataset.active;
  delete event.target.dataset.picked;
  // What is typed over a picked record is no longer that record.
  if (!value) return;
  value.value = "";
  shown.value = "";
});

document.addEventListener("htmx:confirm", (event) => {
  const input = event.detail.elt;
  const length = isPicker(input) && !manyWords(input) ? input.value.trim().length : 0;
  if (length > 0 && length < FEWEST) {
    event.preventDefault();
    close(input);
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  const list = event.detail.target;
  if (!list?.matches("[data-picker] [role=listbox]")) return;
  const input = list.closest("[data-picker]").querySelector("[role=combobox]");
  // What was asked before a record was picked may come after it; then it is not wanted any more.
  if (document.activeElement === input && !("picked" in input.dataset)) open(input);
});

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!isPicker(input)) return;
  const { list } = parts(input);
  if (event.key === "Escape" && !list.hidden) {
    close(input);
    event.stopPropagation();
    event.preventDefault();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (list.hidden) suggest(input);
    else move(input, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && !list.hidden) {
    // Enter never sends the form while the list is open: it takes the chosen record, else the first.
    event.preventDefault();
    // A new word is as good as one in use, so only a chosen one takes its place.
    const first = manyWords(input) ? null : list.querySelector(CHOICES);
    const wanted = list.querySelector("[aria-selected=true]") ?? first;
    if (wanted) pick(input, wanted);
    else close(input);
  }
});

// Not click: by then the field has lost its focus and the list is closed.
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest(`[data-picker] ${CHOICES}`);
  if (!option) return;
  event.preventDefault();
  pick(option.closest("[data-picker]").querySelector("[role=combobox]"), option);
});

function suggest(input) {
  delete input.dataset.picked;
  input.dispatchEvent(new Event("suggest"));
}

function open(input) {
  const { list } = parts(input);
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
  input.removeAttribute("aria-activedescendant");
  // A list that comes anew keeps the record that was chosen in the one before.
  const again = list.querySelector(`[data-id="${CSS.escape(list.dataset.active ?? "")}"]`);
  if (again) choose(input, again);
}

function close(input) {
  const { list } = parts(input);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function move(input, step) {
  const options = [...parts(input).list.querySelectorAll(CHOICES)];
  if (!options.length) return;
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  choose(input, options[now < 0 && step < 0 ? options.length - 1 : (now + step + options.length) % options.length]);
}

function choose(input, chosen) {
  const { list } = parts(input);
  for (const option of list.querySelectorAll("[role=option]")) {
    option.setAttribute("aria-selected", String(option === chosen));
  }
  list.dataset.active = chosen.dataset.id ?? "";
  input.setAttribute("aria-activedescendant", chosen.id);
  chosen.scrollIntoView({ block: "nearest" });
}

function pick(input, option) {
  const { create, named, start, id, title } = option.dataset;
  close(input);
  if (manyWords(input)) {
    complete(input, title);
    return;
  }
  if (input.closest("[data-links]")) {
    add(input, id, title);
    return;
  }
  if (!create) {
    fill(input, id, title);
    return;
  }
  const typed = new URLSearchParams({ [named]: input.value.trim() });
  openSheet(`${create}&${typed}`, (made, name) => fill(input, start + made, name));
}

// Adds what was found to the boxes of a field of links, or ticks it where it stands there already.
function add(input, id, title) {
  const links = input.closest("[data-links]");
  let box = links.querySelector(`[type=checkbox][value="${CSS.escape(id)}"]`);
  if (!box) {
    const item = links.querySelector("template").content.cloneNode(true);
    box = item.querySelector("input");
    box.value = id;
    item.querySelector("span").textContent = title;
    links.querySelector(".linked").append(item);
  }
  box.checked = true;
  input.value = "";
  input.dataset.picked = "";
  input.focus();
  close(input);
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function complete(input, word) {
  const before = input.value.split(",").slice(0, -1);
  input.value = `${[...before.map((one) => one.trim()), word].join(", ")}, `;
  input.dataset.picked = "";
  input.focus();
  close(input);
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function fill(input, id, title) {
  const { value, shown } = parts(input);
  value.value = id;
  shown.value = input.value = title;
  input.dataset.picked = "";
  input.focus();
  close(input);
  told.add(input);
  value.dispatchEvent(new Event("change", { bubbles: true }));
}
