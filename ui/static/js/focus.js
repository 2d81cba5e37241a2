// After a swap, focus goes to the first error, else to what came anew, else to the changed region.

let rowsBefore = 0;

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id === "rows") rowsBefore = event.detail.target.rows.length;
});

document.addEventListener("htmx:afterSettle", (event) => {
  const target = document.getElementById(event.detail.target?.id);
  // What a page asks for by itself moves nobody's focus.
  if (!target || event.detail.requestConfig?.elt?.matches?.("[data-unasked]")) return;
  if (target.id === "rows") {
    target.rows[rowsBefore]?.querySelector("a")?.focus();
    return;
  }
  const wanted = target.querySelector("[data-focus]");
  if (wanted) {
    wanted.focus();
    return;
  }
  // The control that was used is there again under its id; if not, its menu or the region itself takes the focus.
  const used = event.detail.requestConfig?.elt?.id;
  const again = used && document.getElementById(used);
  if (again && target.contains(again)) again.focus();
  else if (target.hasAttribute("tabindex") && lost()) (target.querySelector("details.pop[open] > summary") ?? target).focus();
});

function lost() {
  return document.activeElement === null || document.activeElement === document.body;
}

// A page that was refused without scripts in between opens at its first error too.
const refused = document.querySelector("main [data-focus]");
if (refused) refused.focus();
else if (matchMedia("(pointer: fine)").matches && lost()) begin();

// A new record begins with its first field; a list that opens by itself would be in the way.
function begin() {
  const first = document.querySelector("#form[data-anew] .field :is(input:not([type=hidden]), select, textarea)");
  if (first && !first.matches("[role=combobox]")) first.focus();
}
