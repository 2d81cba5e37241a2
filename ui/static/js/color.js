// The browser's picker beside the text of a colour: what is chosen in one stands in the other.
const WHOLE = /^#[0-9a-f]{6}$/i;

document.addEventListener("input", (event) => {
  const pair = event.target.closest?.("[data-color]");
  if (!pair) return;
  const picker = pair.querySelector("[data-swatch]");
  const text = pair.querySelector("input[name]");
  if (event.target === picker) {
    text.value = picker.value;
    text.dispatchEvent(new Event("change", { bubbles: true }));
  } else if (WHOLE.test(text.value)) {
    picker.value = text.value.toLowerCase();
  }
});
