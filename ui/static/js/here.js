// What may be done with the record whose page is open, for the palette: the page's own buttons, pressed where they are.
import { nameOf, press } from "./keys.js";

const BUTTONS = [".record-head .acts :is(a[href], button)", ".composer-kinds input", ".record-head .star button"];
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// One of each name: the same button may stand in the row and, for narrow windows, in the menu.
function offered(sought) {
  const words = folded(sought.replace(/^>/, "")).split(/\s+/).filter(Boolean);
  const found = new Map();
  for (const button of BUTTONS.flatMap((some) => [...document.querySelectorAll(some)])) {
    const name = nameOf(button);
    if (button.closest("summary") || !name || found.has(name)) continue;
    if (words.every((word) => folded(name).includes(word))) found.set(name, button);
  }
  return sought.startsWith("@") ? [] : [...found];
}

// Puts them before what may be done from anywhere; `heading` stands over them.
export function drawHere(list, sought, heading) {
  const body = list.firstElementChild;
  if (body.querySelector("#palette-here")) return 0;
  const rows = offered(sought).map(([name, button], index) => row(name, button, index));
  if (!rows.length) return 0;
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  group.setAttribute("aria-labelledby", "palette-here");
  const head = document.createElement("div");
  head.className = "palette-head";
  head.id = "palette-here";
  head.textContent = heading;
  group.append(head, ...rows);
  body.querySelector(".palette-none")?.remove();
  body.insertBefore(group, body.querySelector("[data-acts]"));
  return rows.length;
}

function row(name, button, index) {
  const made = document.createElement("a");
  made.className = "palette-row";
  made.id = `palette-here-${index}`;
  made.setAttribute("role", "option");
  made.setAttribute("aria-selected", "false");
  made.tabIndex = -1;
  made.href = button.href ?? "#main";
  const words = document.createElement("span");
  words.className = "t";
  words.dir = "auto";
  words.textContent = name;
  const icon = (button.labels?.[0] ?? button).querySelector(".icon");
  made.append(icon?.cloneNode(true) ?? "", words);
  made.press = () => press(button);
  return made;
}
