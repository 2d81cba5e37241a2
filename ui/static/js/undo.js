// The key u undoes what the newest toast tells of, as its button does.

const CONTROLS = "input, textarea, select, [contenteditable]";

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
  if (!isU(event) || event.target.closest?.(CONTROLS) || document.querySelector("dialog[open]")) return;
  const button = [...document.querySelectorAll("[data-undo]")].at(-1);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// On a keyboard without Latin letters the key at the place of u counts.
function isU(event) {
  return event.key.toLowerCase() === "u" || (event.code === "KeyU" && !/^[a-z]$/i.test(event.key));
}
