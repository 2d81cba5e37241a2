// A publish while the page is open: said once, and left to the person, who may have typed something.

const page = Number(document.querySelector("meta[name=revision]").content);
const newer = document.getElementById("newer");

document.addEventListener("htmx:afterRequest", (event) => {
  const live = Number(event.detail.xhr?.getResponseHeader("Armature-Revision"));
  if (!newer.hidden || page === 0 || live <= page) return;
  newer.hidden = false;
  newer.querySelector("p").textContent = newer.dataset.words;
  newer.querySelector("a").href = location.href;
});
