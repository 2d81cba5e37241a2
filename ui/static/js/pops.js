// Menus are details elements; here they close when one goes on, and stay open while filters are picked.

const OPEN = "details.pop[open]";
let open = [];

document.addEventListener("click", (event) => {
  for (const pop of document.querySelectorAll(OPEN)) if (!pop.contains(event.target)) pop.open = false;
});

document.addEventListener("focusin", (event) => {
  for (const pop of document.querySelectorAll(OPEN)) if (!pop.contains(event.target)) pop.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const pop = document.querySelector(OPEN);
  if (!pop) return;
  pop.open = false;
  pop.querySelector("summary").focus();
  event.stopPropagation();
});

// On a phone the filter builder lies over the page: focus stays in it, and Esc closes it.
const PHONE = matchMedia("(max-width: 760px)");
const builder = () => (PHONE.matches ? document.querySelector("section.builder") : null);

document.addEventListener("focusin", (event) => {
  const sheet = builder();
  if (sheet && event.target.closest("main, header, nav") && !sheet.contains(event.target)) sheet.querySelector("[data-close-builder]").focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) builder()?.querySelector("[data-close-builder]").click();
});

// A menu that holds a form is opened for the sake of its first field. The event does not bubble.
document.addEventListener("toggle", (event) => {
  const wanted = event.target.open && event.target.querySelector?.(":scope > summary")?.dataset.opens;
  if (wanted) document.getElementById(wanted).focus();
}, true);

document.addEventListener("htmx:beforeSwap", (event) => {
  const found = event.detail.target?.querySelectorAll?.(OPEN) ?? [];
  open = [...found].map((pop) => pop.querySelector("summary").id).filter(Boolean);
});

document.addEventListener("htmx:afterSwap", () => {
  for (const id of open) {
    const pop = document.getElementById(id)?.closest("details");
    if (pop) pop.open = true;
  }
  open = [];
});
