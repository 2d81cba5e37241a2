// Shows what was typed into a password field, for who asks.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show]");
  if (!button) return;
  const input = document.getElementById(button.dataset.show);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
});

document.addEventListener("htmx:load", (event) => offerShowing(event.detail.elt));

export function offerShowing(part) {
  for (const button of part.querySelectorAll("[data-show][hidden]")) {
    button.hidden = false;
    button.setAttribute("aria-pressed", "false");
  }
}
