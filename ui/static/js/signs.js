// Sets the signs of formatted text around what is selected, by the toolbar above it or a chord.
const AROUND = { bold: "**", italic: "*", struck: "~~" };
const BEFORE = { heading: () => "## ", list: () => "- ", numbers: (row) => `${row + 1}. `, quote: () => "> " };
const STARTS = { heading: /^#{1,6} /, list: /^[-*+] /, numbers: /^\d+\. /, quote: /^> ?/ };
const CHORDS = { b: "bold", i: "italic" };
const STEPS = { ArrowLeft: -1, ArrowRight: 1 };
const ADDRESS = "https://";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-sign]");
  if (button) format(areaOf(button), button.dataset.sign);
});

document.addEventListener("keydown", (event) => {
  const name = CHORDS[event.key.toLowerCase()];
  if (name && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.target.matches("[data-signed]")) {
    event.preventDefault();
    format(event.target, name);
  }
});

// One stop of the Tab key for all buttons; the arrows walk among them.
document.addEventListener("keydown", (event) => {
  const bar = event.target.closest(".signs");
  if (!bar || !(event.key in STEPS)) return;
  event.preventDefault();
  const buttons = [...bar.querySelectorAll("[data-sign]")];
  const step = STEPS[event.key] * (getComputedStyle(bar).direction === "rtl" ? -1 : 1);
  const next = buttons[(buttons.indexOf(event.target) + step + buttons.length) % buttons.length];
  for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
  next.focus();
});

function areaOf(button) {
  return document.getElementById(button.closest(".signs").getAttribute("aria-controls"));
}

function format(area, name) {
  area.focus();
  if (name in AROUND) surround(area, AROUND[name]);
  else if (name in BEFORE) begin(area, name);
  else link(area);
}

function surround(area, sign) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const marked = value.slice(start, end);
  if (value.slice(0, start).endsWith(sign) && value.slice(end).startsWith(sign)) {
    put(area, start - sign.length, end + sign.length, marked, 0, marked.length);
  } else {
    put(area, start, end, `${sign}${marked}${sign}`, sign.length, marked.length);
  }
}

function begin(area, name) {
  const { selectionEnd, value } = area;
  const start = value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const next = value.indexOf("\n", selectionEnd);
  const end = next < 0 ? value.length : next;
  const rows = value.slice(start, end).split("\n");
  const begun = rows.every((row) => STARTS[name].test(row));
  const text = rows.map((row, number) => (begun ? row.replace(STARTS[name], "") : BEFORE[name](number) + row)).join("\n");
  put(area, start, end, text, text.length, 0);
}

function link(area) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const words = value.slice(start, end);
  put(area, start, end, `[${words}](${ADDRESS})`, words ? words.length + 3 : 1, words ? ADDRESS.length : 0);
}

// Replaces a piece and selects `length` of it; written as if typed, so that the browser can take it back.
function put(area, start, end, text, from, length) {
  area.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text);
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(start + from, start + from + length);
}
