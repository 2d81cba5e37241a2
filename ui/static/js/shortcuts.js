// Chords with Alt: a control says by aria-keyshortcuts which one stands for using it. Inside controls they are silent,
// for there Alt writes signs; they go by the key's position, so that they hold in every script.

const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select";

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.target.matches(TYPING)) return;
  const chord = `[aria-keyshortcuts="Alt+${CSS.escape(event.code.replace("Key", ""))}"]`;
  const wanted = [...document.querySelectorAll(chord)].find((element) => element.checkVisibility());
  if (!wanted) return;
  event.preventDefault();
  wanted.focus();
  if (!wanted.matches(TYPING)) wanted.click();
});
