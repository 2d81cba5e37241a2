// A request that failed says so beside what was there before; nothing that was typed goes away.
// Answers of ours carry a request id and say themselves where they go; all else is worded here.

const place = () => document.getElementById("notices");

document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status >= 400 && !xhr.getResponseHeader("X-Request-Id")) {
    event.detail.shouldSwap = false;
    complain(place().dataset.failed, event.detail.requestConfig.elt);
  }
});

document.addEventListener("htmx:sendError", (event) => complain(place().dataset.offline, event.detail.elt));
document.addEventListener("htmx:timeout", (event) => complain(place().dataset.slow, event.detail.elt));
// What a page asks by itself takes nothing away that somebody should read.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!event.detail.elt.matches("[data-unasked]")) place().replaceChildren();
});

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".note").remove();
});

function complain(text, element) {
  const note = document.createElement("div");
  note.className = "note danger";
  const words = document.createElement("p");
  words.className = "grow";
  const strong = document.createElement("strong");
  strong.textContent = text;
  words.append(strong, " ", element.closest("form") ? place().dataset.kept : "");
  const retry = document.createElement("button");
  retry.type = "button";
  retry.className = "btn";
  retry.textContent = place().dataset.retry;
  retry.addEventListener("click", () => again(element));
  note.append(words, retry);
  place().replaceChildren(note);
}

export function again(element) {
  if (element.matches("form")) element.requestSubmit();
  else element.click();
}
