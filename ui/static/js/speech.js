// Tells screen readers what a swap changed, through the one live region; lets toasts go after a while.

const KEPT_MS = 8000;

export function say(text) {
  const region = document.getElementById("speech");
  region.textContent = "";
  // A region that is filled in the same moment as it is emptied is not read again.
  setTimeout(() => { region.textContent = text; }, 60);
}

document.addEventListener("htmx:afterSettle", (event) => {
  // A part that was put in the place of another is there under the same id.
  const swapped = document.getElementById(event.detail.target?.id) ?? event.detail.target;
  const told = swapped?.matches?.("[data-say]") ? swapped : swapped?.querySelector?.("[data-say]");
  if (told) say(told.dataset.say);
});

function letGo(toast) {
  let timer = setTimeout(() => toast.remove(), KEPT_MS);
  const stay = () => clearTimeout(timer);
  const go = () => {
    stay();
    if (!toast.matches(":hover, :focus-within")) timer = setTimeout(() => toast.remove(), KEPT_MS);
  };
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stay);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, go);
}

// A toast that came with a swap says what the swap says already.
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target.id === "toasts") document.querySelectorAll("#toasts [data-toast]").forEach(letGo);
});

for (const toast of document.querySelectorAll("[data-toast]")) {
  setTimeout(() => say(toast.querySelector("span").textContent), 300);
  letGo(toast);
  // What was done is told once: a reload or a shared address does not tell it again.
  const url = new URL(location.href);
  url.searchParams.delete("done");
  history.replaceState(history.state, "", url);
}
