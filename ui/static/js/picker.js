// The link picker: a combobox (ARIA 1.2) over the list that the server sends for what is typed.

const FEWEST = 2;

const parts = (input) => {
  const picker = input.closest("[data-picker]");
  return {
    list: picker.querySelector("[role=listbox]"),
    value: picker.querySelector("[data-value]"),
    shown: picker.querySelector("[data-shown]"),
  };
};
const isPicker = (element) => element.matches?.("[data-picker] [role=combobox]");

document.addEventListener("focusin", (event) => {
  if (!isPicker(event.target)) return;
  if (event.target.value === "") event.target.dispatchEvent(new Event("suggest"));
  else event.target.select();
});

document.addEventListener("focusout", (event) => {
  if (isPicker(event.target)) close(event.target);
});

document.addEventListener("input", (event) => {
  if (!isPicker(event.target)) return;
  const { value, shown } = parts(event.target);
  // What is typed over a picked record is no longer that record.
  value.value = "";
  shown.value = "";
});

document.addEventListener("htmx:confirm", (event) => {
  const input = event.detail.elt;
  const length = isPicker(input) ? input.value.trim().length : 0;
  if (length > 0 && length < FEWEST) {
    event.preventDefault();
    close(input);
  }
});

document.addEventListener("htmx:afterSettle", (event) => {
  const list = event.detail.target;
  if (list?.getAttribute("role") !== "listbox") return;
  const input = list.closest("[data-picker]").querySelector("[role=combobox]");
  if (document.activeElement === input) open(input);
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
    if (list.hidden) input.dispatchEvent(new Event("suggest"));
    else move(input, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && !list.hidden) {
    const active = list.querySelector("[aria-selected=true]");
    if (active) {
      event.preventDefault();
      pick(input, active);
    }
  }
});

// Not click: by then the field has lost its focus and the list is closed.
document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest("[data-picker] [role=option][data-id]");
  if (!option) return;
  event.preventDefault();
  pick(option.closest("[data-picker]").querySelector("[role=combobox]"), option);
});

function open(input) {
  const { list } = parts(input);
  list.hidden = false;
  input.setAttribute("aria-expanded", "true");
  input.removeAttribute("aria-activedescendant");
}

function close(input) {
  const { list } = parts(input);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}

function move(input, step) {
  const options = [...parts(input).list.querySelectorAll("[role=option][data-id]")];
  if (!options.length) return;
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = options[(now + step + options.length) % options.length] ?? options[0];
  for (const option of options) option.setAttribute("aria-selected", String(option === next));
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

function pick(input, option) {
  const { value, shown } = parts(input);
  value.value = option.dataset.id;
  shown.value = input.value = option.dataset.title;
  close(input);
  input.focus();
  value.dispatchEvent(new Event("change", { bubbles: true }));
}
