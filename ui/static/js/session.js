// The session ended while a page was open: the sign-in sheet opens over it, and what was asked goes out again.
import { again } from "./notices.js";
import { offerShowing } from "./password.js";

const sheet = document.getElementById("sheet");
let waiting = null;

document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status !== 401) return;
  // What a form asks beside being saved is refused too, before or after: the saving is what waits, and what was typed
  // into the sheet by then stays.
  if (!sheet.open || !waiting?.matches("form")) waiting = event.detail.requestConfig.elt;
  if (!sheet.open) show(event.detail.xhr.responseText);
});

sheet.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const answer = await fetch(form.action, {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { "HX-Request": "true" },
  });
  if (answer.ok) goOn(answer.headers.get("X-CSRF-Token"));
  else show(await answer.text());
});

function show(markup) {
  sheet.innerHTML = markup;
  offerShowing(sheet);
  if (!sheet.open) sheet.showModal();
  (sheet.querySelector("[data-focus]") ?? sheet.querySelector("input[type=email]")).focus();
}

function goOn(token) {
  sheet.close();
  sheet.replaceChildren();
  document.querySelector("meta[name=csrf-token]").content = token;
  for (const input of document.querySelectorAll("input[name=_csrf]")) input.value = token;
  if (waiting?.isConnected) again(waiting);
  waiting = null;
}
