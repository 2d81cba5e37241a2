// Completion in a text: Ctrl+Space, or the button below it, asks the server what may stand at the cursor.

const isText = (element) => element?.matches?.("textarea[data-completes]");
const textOf = (element) => element.closest(".field").querySelector("textarea[data-completes]");
const ask = (text) => text.dispatchEvent(new Event("complete"));

document.addEventListener("keydown", (event) => {
  if (isText(event.target) && event.ctrlKey && event.code === "Space") {
    event.preventDefault();
    ask(event.target);
    return;
  }
  const offer = event.target.closest?.("[data-offer]");
  if (!offer) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    const all = [...offer.closest("ul").querySelectorAll("[data-offer]")];
    all.at((all.indexOf(offer) + step) % all.length).focus();
  } else if (event.key === "Escape") {
    event.preventDefault();
    leave(textOf(offer));
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-complete]");
  if (button) ask(document.getElementById(button.dataset.complete));
  const offer = event.target.closest("[data-offer]");
  if (offer) put(offer);
});

document.addEventListener("htmx:configRequest", (event) => {
  const text = event.detail.elt;
  if (isText(text)) event.detail.parameters.before = text.value.slice(0, text.selectionStart);
});

function put(offer) {
  const text = textOf(offer);
  const at = text.selectionStart;
  const begins = at - Number(offer.dataset.replaces);
  // A quote that closes what is typed is part of it.
  const closed = text.value[begins] === '"' && text.value[at] === '"';
  text.setRangeText(offer.dataset.offer, begins, closed ? at + 1 : at, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  leave(text);
}

function leave(text) {
  document.getElementById("offers").replaceChildren();
  text.focus();
}
