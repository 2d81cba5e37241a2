// A dashboard that somebody arranges: a tile is dragged by its grip; the buttons beside it do the same step by step.

let drag = null;

const tiles = () => [...document.querySelectorAll("[data-tile]")];

document.addEventListener("pointerdown", (event) => {
  const tile = event.target.closest?.("[data-grip]")?.closest("[data-tile]");
  if (!tile || event.button !== 0) return;
  event.preventDefault();
  drag = { tile, to: null, after: false };
  tile.classList.add("moving");
  document.documentElement.classList.add("dragging");
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  unmark();
  const to = document.elementFromPoint(event.clientX, event.clientY)?.closest?.("[data-tile]");
  drag.to = to && to !== drag.tile ? to : null;
  if (!drag.to) return;
  const box = to.getBoundingClientRect();
  const second = event.clientX > box.left + box.width / 2;
  drag.after = getComputedStyle(to).direction === "rtl" ? !second : second;
  to.classList.add(drag.after ? "drop-after" : "drop-before");
});

document.addEventListener("pointerup", () => {
  if (!drag) return;
  const { tile, to, after } = drag;
  stop();
  if (!to) return;
  to[after ? "after" : "before"](tile);
  const button = document.querySelector("#arranger [data-order]");
  button.value = `order:${tiles().map((one) => one.dataset.tile).join(",")}`;
  button.click();
});

document.addEventListener("pointercancel", stop);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });

function stop() {
  if (!drag) return;
  unmark();
  drag.tile.classList.remove("moving");
  document.documentElement.classList.remove("dragging");
  drag = null;
}

function unmark() {
  for (const one of document.querySelectorAll(".drop-before, .drop-after")) one.classList.remove("drop-before", "drop-after");
}
